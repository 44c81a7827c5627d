"""Adverse events that graded values propose: which of them still wait for a person's judgement.

A value never makes an event. It proposes one, and somebody confirms it, or judges it not clinically significant or
pre-existing, by name and reason. What nobody has judged stays due; a value corrected after its judgement is due again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from trialwright.safety.events import AdverseEvent, GradeChange, LinkedValue
from trialwright.vocabulary.partial_dates import PartialDate


class Verdict(StrEnum):
    """What a person made of a proposal."""

    CONFIRMED = "CONFIRMED"
    NOT_SIGNIFICANT = "NOT_SIGNIFICANT"
    PRE_EXISTING = "PRE_EXISTING"


class Why(StrEnum):
    """Why a value proposes something."""

    NEW = "NEW"
    WORSE = "WORSE"


@dataclass(frozen=True, slots=True)
class GradedValue:
    """A value with the grade that it proposes: its place (``D3.chemistry.alt``), the day, the term it speaks for.

    ``is_within``: it lies inside its laboratory's own limit; it was graded against the baseline.
    """

    path: str
    on: PartialDate
    value: float
    unit: str
    term: str
    code: str
    version: str
    grade: int
    up_to: int | None = None
    is_within: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """A person's judgement of the proposal of one value: by whom, why, and for CONFIRMED which event it is."""

    path: str
    value: float
    term: str
    verdict: Verdict
    by: str
    reason: str
    event: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal that waits. ``event`` is the event that the value makes worse, empty for a new one."""

    graded: GradedValue
    why: Why
    event: str = ""

    def draft(self, id_: str) -> AdverseEvent:
        """The event as it would be opened; a person completes and confirms it."""
        one = self.graded
        return AdverseEvent(
            id=id_,
            verbatim="",
            term=one.term,
            code=one.code,
            version=one.version,
            onset=one.on,
            grades=(GradeChange(one.grade, one.on),),
            linked=(LinkedValue(one.path, one.value, one.unit, one.grade),),
        )


def compute_proposals(
    values: Sequence[GradedValue],
    events: Sequence[AdverseEvent] = (),
    reviews: Sequence[Review] = (),
    baseline: Mapping[str, int] | None = None,
) -> list[Proposal]:
    """The proposals that wait for a judgement, the gravest first, then by day.

    Parameters
    ----------
    values : sequence of GradedValue
        Of one participant, after consent.
    events : sequence of AdverseEvent
        The participant's events. One of the same term that was going on that day with at least the value's grade
        covers it; one of a lower grade is made worse by it.
    reviews : sequence of Review
        Judgements so far. A judgement holds for the value that it judged, and no longer when that was corrected.
    baseline : mapping of str to int, optional
        Term to the grade at consent: only what is worse than it proposes an event.
    """
    judged = {(review.path, review.term, review.value) for review in reviews}
    before = baseline or {}
    waiting = []
    for one in values:
        if one.grade <= before.get(one.term, 0) or (one.path, one.term, one.value) in judged:
            continue
        running = [event for event in events if _covers(event, one)]
        if not any((_grade_on(event, one.on) or 0) >= one.grade for event in running):
            waiting.append(Proposal(one, Why.WORSE if running else Why.NEW, running[0].id if running else ""))
    return sorted(
        waiting, key=lambda proposal: (-proposal.graded.grade, proposal.graded.on.earliest, proposal.graded.path)
    )


def _covers(event: AdverseEvent, one: GradedValue) -> bool:
    """Whether an event of this term may have been going on that day, or was raised by this very value."""
    if event.term.casefold() != one.term.casefold():
        return False
    if any(linked.path == one.path for linked in event.linked):
        return True
    started = event.onset is None or event.onset.earliest <= one.on.latest
    return started and (event.end is None or one.on.earliest <= event.end.latest)


def _grade_on(event: AdverseEvent, day: PartialDate) -> int | None:
    """The highest grade that the event may have had that day."""
    held = [
        change.grade
        for place, change in enumerate(event.grades)
        if (change.since is None or change.since.earliest <= day.latest) and not _passed(event, place, day)
    ]
    return max(held, default=None)


def _passed(event: AdverseEvent, place: int, day: PartialDate) -> bool:
    """Whether the grade had certainly given way to the next one before that day."""
    if place + 1 >= len(event.grades):
        return False
    following = event.grades[place + 1].since
    return following is not None and following.latest < day.earliest
