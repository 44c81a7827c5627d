"""What a rule of the registry is, and what it says when a record breaks it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from trialwright.registry.case import Case
from trialwright.vocabulary.findings import Finding, Place, Severity


class Level(StrEnum):
    """ERROR: the registry rejects or must reject it. WARNING: a reviewer would comment. CLOCK: something is due."""

    ERROR = "error"
    WARNING = "warning"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One place where a rule is broken.

    Parameters
    ----------
    path : str
        Place in the record, in the words of API v2.
    wrong : str
        What is wrong there.
    right : str
        What would be right.
    missing : bool
        True where something is absent: a source that never tells that field is then not blamed.
    level : Level or None
        Where this trouble weighs less or more than its rule.
    """

    path: str
    wrong: str
    right: str = ""
    missing: bool = False
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A numbered rule; ``check`` yields every place of a record that breaks it."""

    number: str
    level: Level
    title: str
    check: Callable[[Case], Iterator[Trouble]]


@dataclass(frozen=True, slots=True)
class Breach:
    """A broken rule: number, level, place, what is wrong and what would be right."""

    number: str
    level: Level
    path: str
    wrong: str
    right: str = ""

    def as_finding(self, name: str = "") -> Finding:
        """The breach as a finding about the file ``name``; a clock is a note."""
        severity = {Level.ERROR: Severity.ERROR, Level.WARNING: Severity.WARNING, Level.CLOCK: Severity.NOTE}
        return Finding(self.number, self.wrong, Place(file=name, path=self.path), severity[self.level], self.right)
