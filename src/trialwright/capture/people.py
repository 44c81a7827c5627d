"""Delegate duties and record training: people act by delegation (principles of conduct, 3)."""

from dataclasses import dataclass
from datetime import date

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.ledger.entries import DutyDelegated, TrainingRecorded
from trialwright.vocabulary.codelists import Duty
from trialwright.vocabulary.findings import Reason


@dataclass(frozen=True, slots=True)
class Delegate:
    """Hand a duty at a site to a person from ``start`` to ``end`` (empty: until ended by a later delegation)."""

    person: str
    duty: Duty
    site: str
    start: str
    end: str = ""


@dataclass(frozen=True, slots=True)
class Train:
    """Put a training on record."""

    person: str
    topic: str
    completed: str
    evidence: str = ""


def decide_delegate(moment: Moment, command: Delegate) -> Decision:
    """The delegation as an entry of the study's chain, or why not."""
    reasons = check_open(moment) + check_actor(moment, "delegate", command.site)
    reasons += _check_dates(command.start, command.end)
    if command.site not in moment.definition.sites:
        reasons.append(Reason("unknown-site", f"the study has no site {command.site}"))
    entry = DutyDelegated(command.person, command.duty.value, command.site, command.start, command.end)
    return refuse("delegate", reasons) or (Planned("", entry),)


def decide_train(moment: Moment, command: Train) -> Decision:
    """The training as an entry of the study's chain, or why not."""
    reasons = check_open(moment) + check_actor(moment, "train", "") + _check_dates(command.completed, "")
    entry = TrainingRecorded(command.person, command.topic, command.completed, command.evidence)
    return refuse("train", reasons) or (Planned("", entry),)


def _check_dates(start: str, end: str) -> list[Reason]:
    reasons = []
    for text in filter(None, (start, end)):
        try:
            date.fromisoformat(text)
        except ValueError:
            reasons.append(Reason("bad-date", f"{text!r} is not a date; write 2020-01-27"))
    if not reasons and end and end < start:
        reasons.append(Reason("bad-date", f"the end {end} is before the start {start}"))
    return reasons
