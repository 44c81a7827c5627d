"""What the checks of the adverse event record ask the site: a query each, open while its check holds.

The edit checks of the form say what one row tells by itself; these need CTCAE, the other events, the consent or the
death. To let one more check ask, name it in ``_ASKED`` and give its words in ``web/queries/texts.py``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from trialwright.definition.compiled import Definition
from trialwright.ledger.subject import SubjectState
from trialwright.safety.emergence import EventContext
from trialwright.safety.event_checks import check_adverse_event, check_event_change
from trialwright.safety.events import AdverseEvent
from trialwright.safety.subject_events import (
    compute_context,
    compute_event,
    compute_event_as_of,
    compute_products,
    compute_recorded_day,
    compute_subject_events,
)
from trialwright.vocabulary.findings import Finding

_ITEMS = {
    "term": "term", "code": "ctcae_code", "verbatim": "verbatim", "grades": "grade", "onset": "onset_date",
    "end": "end_date", "ongoing": "ongoing", "criteria": "ser_death", "outcome": "outcome",
}  # fmt: skip
"""The item of the form that a field of the event comes from."""
_ASKED = frozenset(
    {
        "ae-unknown-term", "ae-code", "ae-other-specify", "ae-grade-not-in-term", "ae-grade-overwritten",
        "ae-grade-undated", "ae-grade-order", "ae-in-future", "ae-after-death", "ae-ongoing-after-death",
        "ae-fatal-without-death", "ae-fatal-not-serious", "ae-fatal-outcome", "ae-before-consent", "ae-overlap",
    }
)  # fmt: skip
"""Checks that ask the site. Not among them: what edit checks of the form ask already, what the sponsor has to do, and
what would tell who got how many doses."""


@dataclass(frozen=True, slots=True)
class EventQuery:
    """One thing asked about an event: the row, the item of its form, the check, and what it found."""

    repeat: int
    item: str
    check: str
    message: str


def list_event_queries(definition: Definition, state: SubjectState) -> Iterator[EventQuery]:
    """Everything that the checks ask about a participant's events as they stand; an overlap is asked of the later row.

    A day is to come when it is later than the day on which the row was saved, so that no clock is needed.
    """
    events = compute_subject_events(definition, state)
    if not events:
        return
    context = compute_context(definition, state)
    for place, event in enumerate(events):
        repeat = int(event.id)
        revisions = state.safety.revisions[repeat]
        known = replace(context, as_of=compute_recorded_day(definition, state, revisions[-1]))
        before = None
        if len(revisions) > 1:
            before = compute_event_as_of(definition, state, repeat, revisions[-2].position)
        yield from _ask(event, before, events[:place], known)


def check_typed_event(
    definition: Definition, state: SubjectState, repeat: int, values: Mapping[str, str], as_of: date
) -> tuple[EventQuery, ...]:
    """What would be asked about a row of the form as it is typed now; ``repeat`` is 0 for a new one."""
    earlier = tuple(one.values for one in state.safety.revisions.get(repeat, ()))
    ctcae, products = definition.study.safety.ctcae, compute_products(definition)
    event = compute_event(str(repeat), values, ctcae, products, as_of, earlier)
    before = compute_event(str(repeat), earlier[-1], ctcae, products, as_of, earlier[:-1]) if earlier else None
    others = [one for one in compute_subject_events(definition, state) if one.id != event.id]
    return tuple(_ask(event, before, others, compute_context(definition, state, as_of)))


def _ask(
    event: AdverseEvent, before: AdverseEvent | None, others: Sequence[AdverseEvent], context: EventContext
) -> Iterator[EventQuery]:
    """The findings that ask something, each check once."""
    found = check_adverse_event(event, others, context) + (check_event_change(before, event) if before else [])
    asked: dict[str, Finding] = {}
    for one in found:
        if one.code in _ASKED:
            asked.setdefault(one.code, one)
    for code, one in asked.items():
        field = one.place.path.rpartition(".")[2]
        yield EventQuery(int(event.id), _ITEMS.get(field, ""), code, one.message)
