"""What central monitoring must know of one participant: what was due and is not there, what came late, which numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from trialwright.capture.schedule import compute_local_day
from trialwright.capture.values import parse_occasion
from trialwright.capture.visits import Visit, VisitState, find_day0, find_facts, list_visit_states
from trialwright.definition.compiled import Definition
from trialwright.definition.forms import ItemType
from trialwright.ledger.subject import SubjectState
from trialwright.vocabulary.numbers import parse_number

Due = tuple[str, str]
"""Encounter and form."""
_CLOSED = (VisitState.DONE, VisitState.OVERDUE, VisitState.MISSED)
_MILD = ("STOP_TREATMENT", "SITE_TRANSFER")
_READ_BY_EYE = "VS"
"""The domain of what people read and write down themselves; a laboratory's machine prefers no digit."""
_WIDE = 100
"""A whole number that can take so many values and more has a last digit that should be even spread."""


@dataclass(frozen=True, slots=True)
class FormFact:
    """A form on record. ``delay`` counts the days from the visit to the entry; None for corrected or undated ones."""

    encounter: str
    form: str
    delay: int | None
    is_queried: bool


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """One participant. ``numbers`` holds the first value of each item, ``digits`` the last digits of whole numbers."""

    code: str
    site: str
    is_allocated: bool
    due: tuple[Due, ...]
    missing: tuple[Due, ...]
    visits_due: int
    visits_missed: int
    forms: tuple[FormFact, ...]
    doses_due: int
    doses_missed: int
    has_left: bool
    has_important: bool
    events: int
    days: int
    numbers: Mapping[str, float]
    digits: Mapping[str, tuple[int, ...]]


def compute_facts(definition: Definition, state: SubjectState, today: date, *, has_important: bool) -> SubjectFacts:
    """The facts of a participant on a day; ``has_important``: a deviation of theirs was assessed as important."""
    known = find_facts(definition, state)
    visits = [one for one in list_visit_states(definition, known, today) if one.state in _CLOSED]
    doses = list(_list_doses_due(definition, state, visits, today))
    given = {(one.intervention, one.encounter) for one in state.doses}
    day0, readings = find_day0(definition, known), list(_list_numbers(definition, state))
    end = date.fromisoformat(known.ended_on) if known.ended_on else today
    numbers: dict[str, float] = {}
    digits: dict[str, tuple[int, ...]] = {}
    for path, number, is_wide in readings:
        numbers.setdefault(path, number)
        if is_wide and number == int(number):
            digits[path] = (*digits.get(path, ()), abs(int(number)) % 10)
    return SubjectFacts(
        code=state.participant, site=state.site, is_allocated=bool(state.arm),
        due=tuple((one.encounter, form) for one in visits for form in (*one.recorded, *one.missing)),
        missing=tuple((one.encounter, form) for one in visits for form in one.missing),
        visits_due=len(visits), visits_missed=sum(one.state is VisitState.MISSED for one in visits),
        forms=tuple(_list_forms(definition, state)),
        doses_due=len(doses), doses_missed=sum(one not in given for one in doses),
        has_left=any(one.kind not in _MILD for one in state.left), has_important=has_important,
        events=len(state.events.keys() - state.safety.merged.keys()),
        days=max((min(end, today) - day0).days + 1, 0) if day0 else 0,
        numbers=numbers, digits=digits,
    )  # fmt: skip


def _list_forms(definition: Definition, state: SubjectState) -> Iterator[FormFact]:
    for (encounter, form, _), version in state.forms.items():
        compiled, delay = definition.forms.get(form), None
        if compiled is None:
            continue
        on = parse_occasion(version.recorded.values.get(compiled.form.occasion or "", ""))
        if on and version.recorded.revision == 1:
            delay = (compute_local_day(definition, state.site, version.at) - on).days
        yield FormFact(encounter, form, delay, bool(version.recorded.fired))


def _list_doses_due(
    definition: Definition, state: SubjectState, visits: list[Visit], today: date
) -> Iterator[tuple[str, str]]:
    """The planned doses whose window is over, while the participant was to be treated."""
    if not state.arm:
        return
    closed = {one.encounter for one in visits if one.latest and one.latest < today}
    for name in definition.arms[state.arm].interventions:
        for encounter in definition.interventions[name].at:
            if encounter in closed:
                yield name, encounter


def _list_numbers(definition: Definition, state: SubjectState) -> Iterator[tuple[str, float, bool]]:
    """Every number on record with its path, and whether its last digit is one that should be spread evenly."""
    for (_, form, _), version in sorted(state.forms.items(), key=lambda one: one[1].position):
        compiled = definition.forms.get(form)
        for name, text in version.recorded.values.items() if compiled and not compiled.form.blinded else ():
            item = compiled.items.get(name) if compiled else None
            if item is None or item.type is not ItemType.NUMBER or not (item.sdtm and item.sdtm.testcd):
                continue  # not a measurement: a limit of the laboratory's, a dose
            low, high = item.hard or (None, None)
            is_read = item.decimals == 0 and item.sdtm.domain == _READ_BY_EYE
            is_wide = is_read and low is not None and high is not None and high - low >= _WIDE
            yield f"{form}.{name}", float(parse_number(text)), is_wide
