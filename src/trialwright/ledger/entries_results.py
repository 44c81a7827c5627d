"""The entry about results that are made ready for a public registry."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ResultsQcSigned:
    """A person has gone through the quality-check sheet of one results section and signs it.

    ``digest`` is the SHA-256 of that section and ``snapshot`` of the data it was made from; ``decisions`` maps each
    point of the sheet to what was decided; ``answers`` (JSON) is what a person said of the results and no data hold:
    with it the section can be built again.
    """

    act: ClassVar[str] = "results_qc_signed"
    digest: str
    snapshot: str
    meaning: str
    decisions: Mapping[str, str]
    answers: str = ""
