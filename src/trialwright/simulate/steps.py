"""One thing that a virtual person does at a time, and what the dry run expects to come of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from trialwright.access.policy import Actor
from trialwright.ledger.entries import DeviationNoted, Entry, FormRecorded
from trialwright.vocabulary.findings import Refusal


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
    deviation's or the start of the check's."""

    error: str
    by: str
    code: str

    def is_met(self, result: Result) -> bool:
        """Whether the system caught the error."""
        if isinstance(result, Refusal):
            return self.by == "refusal" and result.has(self.code)
        if self.by == "deviation":
            return any(isinstance(one, DeviationNoted) and one.code == self.code for one in result.written)
        if self.by == "query":
            return any(
                isinstance(one, FormRecorded) and any(check.startswith(self.code) for check in one.fired)
                for one in result.written
            )
        return False


@dataclass(frozen=True, slots=True)
class Step:
    """An act at a moment (aware). ``expect`` marks a planned error; ``must`` an act that has to succeed."""

    at: datetime
    command: Any
    actor: Actor
    expect: Expectation | None = None
    must: bool = True


Perform = Callable[[Step], Result]
"""Does a step at its time: the service's way in, or an in-memory one."""
