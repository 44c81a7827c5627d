"""The two kinds of trouble that are data: a finding (something is wrong) and a refusal (this act is not allowed).

The third kind, an exception, means a bug or a broken environment and is not caught for the user's sake.
"""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a finding is. Only ERROR makes a check fail."""

    ERROR = "ERROR"
    WARNING = "WARNING"
    NOTE = "NOTE"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a finding is: a file with a line (from 1), or a path inside a record (``line`` is then 0)."""

    file: str = ""
    line: int = 0
    path: str = ""

    def __str__(self) -> str:
        spot = f"{self.file}:{self.line}" if self.line else self.file
        return " ".join(part for part in (spot, self.path) if part)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in a definition, a record or data.

    Parameters
    ----------
    code : str
        Stable short name that tests and people can quote, such as ``unknown-item`` or ``V64``.
    message : str
        What is wrong.
    place : Place
        Where it is.
    severity : Severity
        ERROR, WARNING or NOTE.
    remedy : str
        What would be right; empty where that cannot be said.
    """

    code: str
    message: str
    place: Place = Place()
    severity: Severity = Severity.ERROR
    remedy: str = ""

    def __str__(self) -> str:
        head = f"{self.place}: " if str(self.place) else ""
        tail = f" → {self.remedy}" if self.remedy else ""
        return f"{head}{self.severity.value.lower()} [{self.code}] {self.message}{tail}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An act that is not allowed now, or not by this person; the reasons are shown word for word.

    Parameters
    ----------
    act : str
        The act that was refused, such as ``enrol``.
    reasons : tuple of Reason
        Every reason there is, not only the first.
    """

    act: str
    reasons: tuple["Reason", ...]

    def __str__(self) -> str:
        return f"{self.act} refused: " + "; ".join(reason.text for reason in self.reasons)

    def has(self, code: str) -> bool:
        """Whether a reason with this code is among the reasons."""
        return any(reason.code == code for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a refusal: a stable code and the sentence that a person reads."""

    code: str
    text: str
