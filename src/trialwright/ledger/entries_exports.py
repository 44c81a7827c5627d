"""The entry about data that left the application as a file."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class DataExported:
    """A person was given a file of data: what of, by which filter, how many rows, and the SHA-256 of the file."""

    act: ClassVar[str] = "data_exported"
    what: str
    rows: int
    digest: str
    filter: str = ""
