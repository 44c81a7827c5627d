"""Two rows of the adverse event form that are one event: one is kept, the other counts no longer.

Nothing is taken back and no clock is lost: the row that is kept must be as serious, as grave, as related and known as
early as the one that is merged into it. Both rows stay in the ledger, so a merging that was wrong is undone.
"""

from dataclasses import dataclass

from trialwright.capture.lock import check_locked
from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.capture.stopping import plan_count
from trialwright.ledger.entries_safety import EventsMerged, EventsSeparated
from trialwright.ledger.subject import SubjectState
from trialwright.safety.events import is_related
from trialwright.safety.subject_events import FORM, compute_site_awareness, compute_subject_events
from trialwright.vocabulary.findings import Reason


@dataclass(frozen=True, slots=True)
class MergeEvents:
    """``merged`` is the same event as ``kept``, which stands for both from now on; ``reason`` says how that is known."""

    participant: str
    kept: int
    merged: int
    reason: str


@dataclass(frozen=True, slots=True)
class SeparateEvents:
    """``separated`` was merged into another event and is an event of its own; ``reason`` says how that is known."""

    participant: str
    separated: int
    reason: str


def decide_merge_events(moment: Moment, state: SubjectState, command: MergeEvents) -> Decision:
    """The merging as an entry, with what it changes for the stopping rule; or why not."""
    reasons = check_open(moment) + check_actor(moment, "merge_events", state.site)
    if not command.reason.strip():
        reasons.append(Reason("no-reason", "say how it is known that the two are one event"))
    standing = {int(one.id) for one in compute_subject_events(moment.definition, state)}
    for event in (command.kept, command.merged):
        if event not in standing:
            reasons.append(Reason("unknown-event", f"{state.participant or 'nobody'} has no event {event} that stands"))
        reasons += check_locked(moment, state, ("", FORM, event))
    if command.kept == command.merged:
        reasons.append(Reason("same-event", "an event cannot be merged into itself"))
    elif {command.kept, command.merged} <= standing:
        reasons += _check_loss(moment, state, command)
    if (refused := refuse("merge_events", reasons)) is not None:
        return refused
    planned = (Planned(state.participant, EventsMerged(command.kept, (command.merged,), command.reason)),)
    return (*planned, *plan_count(moment, state, planned))


def decide_separate_events(moment: Moment, state: SubjectState, command: SeparateEvents) -> Decision:
    """The separation as an entry, with what it changes for the stopping rule; or why not."""
    reasons = check_open(moment) + check_actor(moment, "separate_events", state.site)
    kept = state.safety.merged.get(command.separated)
    if kept is None:
        reasons.append(Reason("not-merged", f"event {command.separated} was not merged into another"))
    if not command.reason.strip():
        reasons.append(Reason("no-reason", "say how it is known that they are two events"))
    for event in (command.separated, kept):
        reasons += check_locked(moment, state, ("", FORM, event)) if event else []
    if (refused := refuse("separate_events", reasons)) is not None or kept is None:
        return refused or ()
    planned = (Planned(state.participant, EventsSeparated(kept, command.separated, command.reason)),)
    return (*planned, *plan_count(moment, state, planned))


def _check_loss(moment: Moment, state: SubjectState, command: MergeEvents) -> list[Reason]:
    """What only the row to be merged says: it would be lost, so the row that is kept has to say it first."""
    events = {int(one.id): one for one in compute_subject_events(moment.definition, state)}
    kept, merged = events[command.kept], events[command.merged]
    known = compute_site_awareness(moment.definition, state, kept)
    known_before = compute_site_awareness(moment.definition, state, merged)
    lost = {
        "serious": merged.is_serious and not kept.is_serious,
        "grade": (merged.worst_grade or 0) > (kept.worst_grade or 0),
        "related": is_related(merged) is True and is_related(kept) is not True,
        "known earlier": known is not None and known_before is not None and known_before.at < known.at,
    }
    told = [word for word, is_lost in lost.items() if is_lost]
    if not told:
        return []
    text = (
        f"event {command.merged} says more ({', '.join(told)}) than event {command.kept}: keep it, or correct the other"
    )
    return [Reason("says-more", text)]
