"""One thing that a virtual person does at a time, and what the dry run expects to come of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from trialwright.access.policy import Actor
from trialwright.ledger.entries import DeviationNoted, Entry, FormRecorded
from trialwright.vocabulary.findings import Refusal

Mark = tuple[str, str]
"""An exercise, and the one of its marks that a step sets when it comes to what it should."""


class Outcome(Protocol):
    """What an act came to: the participant's code and the entries that were written."""

    @property
    def participant(self) -> str: ...

    @property
    def written(self) -> tuple[Entry, ...]: ...


Result = Outcome | Refusal


@dataclass(frozen=True, slots=True)
class Expectation:
    """A planned error, and how it must be caught: ``by`` is refusal, deviation or query; ``code`` is the reason's, the
    deviation's or the start of the check's. Where ``by`` is entry, ``code`` is an act that must be written beside."""

    error: str
    by: str
    code: str

    def is_met(self, result: Result) -> bool:
        """Whether the system caught the error."""
        if isinstance(result, Refusal):
            return self.by == "refusal" and result.has(self.code)
        match self.by:
            case "deviation":
                return any(isinstance(one, DeviationNoted) and one.code == self.code for one in result.written)
            case "query":
                forms = (one for one in result.written if isinstance(one, FormRecorded))
                return any(check.startswith(self.code) for one in forms for check in one.fired)
            case "entry":
                return any(one.act == self.code for one in result.written)
            case _:
                return False


@dataclass(frozen=True, slots=True)
class Step:
    """An act at a moment (aware). ``expect`` marks a planned error; ``must`` an act that has to succeed; ``mark`` what it
    shows of an exercise."""

    at: datetime
    command: Any
    actor: Actor
    expect: Expectation | None = None
    must: bool = True
    mark: Mark | None = None

    def is_shown(self, result: Result) -> bool:
        """Whether what the step is to show was seen."""
        return self.expect.is_met(result) if self.expect is not None else not isinstance(result, Refusal)


Perform = Callable[[Step], Result]
"""Does a step at its time: the service's way in, or an in-memory one."""
