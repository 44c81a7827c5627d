"""From a participant's state in the ledger to the values of this room: events, context, treatment, awareness.

The adverse event form of the library is the source (``library/forms/adverse_event.yaml``: its items have these
names). A text that cannot be read counts as not known, for an event must never be lost because of an odd date.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

from trialwright.definition.compiled import Definition
from trialwright.ledger.safety_facts import EventRevision, Judged
from trialwright.ledger.subject import SubjectState
from trialwright.safety.clocks import Awareness
from trialwright.safety.emergence import EventContext
from trialwright.safety.events import (
    Action,
    AdverseEvent,
    Assessment,
    Causality,
    Criterion,
    Expectedness,
    GradeChange,
    InfusionRelation,
    LinkedValue,
    Outcome,
)
from trialwright.safety.regimes import Party
from trialwright.safety.stopping import Treated
from trialwright.vocabulary.numbers import find_number, parse_number
from trialwright.vocabulary.partial_dates import PartialDate, find_date

FORM = "adverse_event"
PROCEDURE = "study procedure"
_CRITERIA = {
    "ser_death": Criterion.DEATH,
    "ser_life_threatening": Criterion.LIFE_THREATENING,
    "ser_hospitalisation": Criterion.HOSPITALISATION,
    "ser_disability": Criterion.DISABILITY,
    "ser_congenital": Criterion.CONGENITAL_ANOMALY,
    "ser_important": Criterion.MEDICALLY_IMPORTANT,
}
_Word = TypeVar("_Word", bound=StrEnum)


def compute_subject_events(definition: Definition, state: SubjectState) -> tuple[AdverseEvent, ...]:
    """The participant's adverse events as they stand, in the order in which they were opened; a merged one is gone."""
    found = sorted((key[2], version) for key, version in state.forms.items() if key[1] == FORM)
    return tuple(
        compute_event_as_of(definition, state, repeat, version.position)
        for repeat, version in found
        if repeat not in state.safety.merged
    )


def compute_event_as_of(
    definition: Definition, state: SubjectState, repeat: int, position: int, judged: tuple[Judged, ...] | None = None
) -> AdverseEvent:
    """One event as its revisions up to a position of the ledger say, with the sponsor's part (all of it by default)."""
    revisions = [one for one in state.safety.revisions[repeat] if one.position <= position]
    products = compute_products(definition)
    recorded = compute_recorded_day(definition, state, revisions[-1])
    event = compute_event(
        str(repeat),
        revisions[-1].values,
        definition.study.safety.ctcae,
        products,
        recorded,
        tuple(one.values for one in revisions[:-1]),
    )
    event = replace(event, linked=_link(state, repeat))
    return add_sponsors_part(event, state.safety.judged.get(repeat, ()) if judged is None else judged, products)


def compute_recorded_day(definition: Definition, state: SubjectState, revision: EventRevision) -> date:
    """The site's day on which a revision of an event was saved."""
    return datetime.fromisoformat(revision.at).astimezone(_zone(definition, state)).date()


def _link(state: SubjectState, repeat: int) -> tuple[LinkedValue, ...]:
    """The values that raised an event: those whose proposals were confirmed as it."""
    confirmed = [one.entry for one in state.safety.reviews if one.entry.event == repeat]
    return tuple(LinkedValue(one.path, float(parse_number(one.value))) for one in confirmed)


def add_sponsors_part(event: AdverseEvent, judged: tuple[Judged, ...], products: tuple[str, ...]) -> AdverseEvent:
    """The event with the sponsor's latest causality and expectedness beside the investigator's; neither overwrites."""
    if not judged:
        return event
    latest = judged[-1].entry
    by_site = {one.product: one.investigator for one in event.assessments if not one.procedure}
    sponsor = _word(Causality, latest.causality)
    assessed = tuple(Assessment(product, by_site.get(product), sponsor) for product in products)
    procedures = tuple(one for one in event.assessments if one.procedure)
    expectedness = _word(Expectedness, latest.expectedness)
    return replace(event, assessments=(*assessed, *procedures), expectedness=expectedness)


def compute_event(
    id_: str,
    values: Mapping[str, str],
    ctcae: str,
    products: tuple[str, ...],
    recorded: date | None = None,
    earlier: Sequence[Mapping[str, str]] = (),
) -> AdverseEvent:
    """The event that the texts of one adverse event form describe.

    Parameters
    ----------
    id_ : str
        The event's name within the record.
    values : mapping of str to str
        Item to text. What cannot be read is None in the event.
    ctcae : str
        Version of CTCAE of the study.
    products : tuple of str
        The products to which the form's one question of causality belongs.
    recorded : date, optional
        The day on which the form was recorded: from then on the worst grade is known, where it differs from the grade
        at onset and the form does not say since when.
    earlier : sequence of mapping of str to str
        The revisions before, oldest first: a grade that rose with a new day is a row of the history.
    """
    onset = find_date(values.get("onset_date", ""))
    return AdverseEvent(
        id=id_,
        verbatim=values.get("verbatim", ""),
        term=values.get("term", ""),
        code=values.get("ctcae_code", ""),
        version=ctcae,
        onset=onset,
        end=find_date(values.get("end_date", "")),
        ongoing=_yes(values.get("ongoing", "")),
        grades=_grades((*earlier, values), onset, recorded),
        baseline_grade=_grade(values.get("grade_at_onset", "")) if values.get("present_before") == "Y" else None,
        serious=_yes(values.get("serious", "")),
        criteria=frozenset(one for item, one in _CRITERIA.items() if values.get(item) == "Y"),
        assessments=_assessments(values, products),
        action=_word(Action, values.get("action", "")),
        treatment="given" if values.get("treated") == "Y" else "",
        outcome=_word(Outcome, values.get("outcome", "")),
        infusion=_infusion(values),
    )


def compute_products(definition: Definition) -> tuple[str, ...]:
    """The interventions that are given in doses: the products whose causality is asked for."""
    return tuple(one.id for one in definition.interventions.values() if one.dose)


def compute_context(definition: Definition, state: SubjectState, as_of: date | None = None) -> EventContext:
    """Consent, treatment, death: what the checks of the participant's events need."""
    starts = sorted(day for day in (_local_day(dose.started_at) for dose in state.doses) if day is not None)
    arm = definition.arms.get(state.arm or "")
    day0 = None
    if arm is not None and arm.day0 == "ALLOCATION" and state.allocated_at:
        day0 = datetime.fromisoformat(state.allocated_at).astimezone(_zone(definition, state)).date()
    first = min((day for day in (*starts, day0) if day is not None), default=None)
    return EventContext(
        consent=_local_day(state.consent.given_at) if state.consent else None,
        first_treatment=first,
        last_treatment=starts[-1] if starts else first,
        infusions=len(state.doses),
        emergent_days=definition.study.safety.emergent_days,
        death=find_date(state.died.on) if state.died else None,
        products=compute_products(definition),
        as_of=as_of,
    )


def compute_treated(definition: Definition, state: SubjectState) -> Treated | None:
    """The participant for the stopping rule, with the infusions' starts in UTC; None before the first dose."""
    starts = sorted(one for one in (compute_moment(definition, state, dose.started_at) for dose in state.doses) if one)
    return Treated(state.participant, tuple(starts), compute_subject_events(definition, state)) if starts else None


def compute_site_awareness(definition: Definition, state: SubjectState, event: AdverseEvent) -> Awareness | None:
    """When the site knew of an event that is serious now (the form's time, else the report's); else None."""
    if not event.is_serious or not event.id.isdecimal():
        return None
    repeat = int(event.id)
    reported = state.events.get(repeat)
    version = next((one for key, one in state.forms.items() if key[1:] == (FORM, repeat)), None)
    told = version.recorded.values.get("aware_at", "") if version else ""
    at = compute_moment(definition, state, told) or compute_moment(
        definition, state, reported.aware_at if reported else ""
    )
    if at is None and version is not None:
        at = datetime.fromisoformat(version.at).astimezone(UTC)
    return Awareness(at, Party.SITE, event) if at is not None else None


def _grades(
    revisions: Sequence[Mapping[str, str]], onset: PartialDate | None, recorded: date | None
) -> tuple[GradeChange, ...]:
    """The history of the grade: the one at onset, then every worst grade that came with a day of its own.

    A grade that a later revision changed without a day of its own was overwritten: it is not part of the history.
    """
    told = [(_grade(one.get("grade", "")), find_date(one.get("grade_since", ""))) for one in revisions]
    steps = [GradeChange(grade, since) for grade, since in told if grade is not None]
    kept = [old for old, new in pairwise(steps) if new.since not in (None, old.since) and new.grade != old.grade]
    kept += steps[-1:]
    if not kept:
        return ()
    last = revisions[-1]
    first = _grade(last.get("grade_at_onset", "")) if last.get("present_before") != "Y" else None
    if first is None or first == kept[0].grade:
        return GradeChange(kept[0].grade, kept[0].since or onset), *kept[1:]
    return GradeChange(first, onset), replace(kept[0], since=kept[0].since or _compute_day(recorded)), *kept[1:]


def _compute_day(day: date | None) -> PartialDate | None:
    return PartialDate(day.year, day.month, day.day) if day else None


def _assessments(values: Mapping[str, str], products: tuple[str, ...]) -> tuple[Assessment, ...]:
    by_site = _word(Causality, values.get("causality", ""))
    by_sponsor = _word(Causality, values.get("causality_sponsor", ""))
    of_procedure = _word(Causality, values.get("causality_procedure", ""))
    judged = [Assessment(product, by_site, by_sponsor) for product in products if by_site or by_sponsor]
    if of_procedure is not None:
        judged.append(Assessment(PROCEDURE, of_procedure, procedure=True))
    return tuple(judged)


def _infusion(values: Mapping[str, str]) -> InfusionRelation | None:
    number, hours = find_number(values.get("infusion_number", "")), find_number(values.get("hours_after_infusion", ""))
    return None if number is None else InfusionRelation(int(number), None if hours is None else 60 * hours)


def _grade(text: str) -> int | None:
    return int(text) if text in ("1", "2", "3", "4", "5") else None


def _yes(text: str) -> bool | None:
    return {"Y": True, "N": False}.get(text)


def _word(kind: type[_Word], text: str) -> _Word | None:
    return next((one for one in kind if one.value == text), None)


def _local_day(text: str) -> date | None:
    known = find_date(text[:10])
    return known.earliest if known is not None and known.is_complete else None


def compute_moment(definition: Definition, state: SubjectState, text: str) -> datetime | None:
    """The UTC moment of a time of the site; None for a text without a time of day."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) < len("2020-01-27T08:30"):
        return None
    return (local if local.tzinfo else local.replace(tzinfo=_zone(definition, state))).astimezone(UTC)


def _zone(definition: Definition, state: SubjectState) -> ZoneInfo:
    site = definition.sites.get(state.site)
    return ZoneInfo(site.time_zone if site else "UTC")
