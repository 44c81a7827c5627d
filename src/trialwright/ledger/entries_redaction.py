"""Entries about texts that had to go: somebody says where a name stands, and the data manager takes it out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Redaction:
    """Texts of one entry were taken out, with justification.

    ``carried`` is the payload (canonical JSON) that stands at ``position`` from now on: the entry's facts, and in the
    place of each text that went a sentence; empty where nothing stays. ``removed`` maps the path of each text that went
    to that sentence, ``of`` is the act of the entry. ``replaces`` is the redaction of the same entry that this one takes
    the place of, 0 for none: its own payload goes blank.
    """

    act: ClassVar[str] = "redaction"
    position: int
    justification: str
    carried: str = ""
    removed: Mapping[str, str] = field(default_factory=lambda: _NONE)
    replaces: int = 0
    of: str = ""


@dataclass(frozen=True, slots=True)
class RedactionAsked:
    """Somebody says that an entry holds what must not be there; ``kind`` says what, and no word of it is repeated."""

    act: ClassVar[str] = "redaction_asked"
    position: int
    participant: str
    site: str
    kind: str


@dataclass(frozen=True, slots=True)
class RedactionSettled:
    """What became of such a request: DONE, or DECLINED and why."""

    act: ClassVar[str] = "redaction_settled"
    position: int
    outcome: str
    reason: str = ""
