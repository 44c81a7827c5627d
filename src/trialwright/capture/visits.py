"""Where each visit of a participant stands today, from a few facts: what lists, the matrix and calendars show.

The facts come from cached rows or from a folded state; the answer is the same, and nothing here is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from trialwright.capture.applies import ALL_APPLY, Applying, find_applying
from trialwright.capture.schedule import compute_end, compute_local_day, find_not_given
from trialwright.definition.compiled import Definition
from trialwright.definition.schedule import Encounter, Epoch
from trialwright.definition.timing import compute_day0
from trialwright.ledger.subject import SubjectState

_EMPTY: Mapping[Any, Any] = MappingProxyType({})


class VisitState(StrEnum):
    """How a visit stands. PARTLY and DUE are inside the window, OVERDUE and MISSED behind it.

    NOT_PLANNED is a visit of another arm, or one of which nothing applies to the participant. UNKNOWN: no day 0 yet, or
    nobody knows yet whether anything of it applies.
    """

    COMING = "COMING"
    DUE = "DUE"
    PARTLY = "PARTLY"
    DONE = "DONE"
    OVERDUE = "OVERDUE"
    MISSED = "MISSED"
    ENDED = "ENDED"
    UNKNOWN = "UNKNOWN"
    NOT_PLANNED = "NOT_PLANNED"


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """What must be known of a participant.

    Parameters
    ----------
    arm : str
        '' before allocation.
    allocated_at : str
        A time of the ledger (UTC); '' before.
    first_dose : str
        Local time at which the first dose began; '' before.
    ended_on : str
        The first day after which nothing more is expected; '' while in the study.
    forms : mapping of (encounter, form) to str
        The status of every form that was recorded, first repeat only.
    appointments : mapping of encounter to str
        The days agreed on.
    not_given : frozenset of (encounter, form)
        The dosing forms of doses that are known not to have been given: nobody is asked for them.
    applying : Applying
        What does not apply to the participant by the study's conditions, and what is not known to.
    """

    site: str
    arm: str = ""
    allocated_at: str = ""
    first_dose: str = ""
    ended_on: str = ""
    forms: Mapping[tuple[str, str], str] = field(default_factory=lambda: _EMPTY)
    appointments: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    not_given: frozenset[tuple[str, str]] = frozenset()
    applying: Applying = ALL_APPLY


@dataclass(frozen=True, slots=True)
class Visit:
    """One planned visit today. The three days are None while day 0 is not known.

    ``not_applicable`` are forms that nobody is asked for because they do not apply, ``undecided`` those of which it is not
    known; neither is missing. ``contrary`` are those that were recorded and do not apply any more.
    """

    encounter: str
    state: VisitState
    day: date | None
    earliest: date | None
    latest: date | None
    recorded: tuple[str, ...]
    missing: tuple[str, ...]
    queried: int
    appointment: str = ""
    not_applicable: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    contrary: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether something is to be done about it now."""
        return self.state in (VisitState.DUE, VisitState.PARTLY, VisitState.OVERDUE, VisitState.MISSED)


def find_facts(definition: Definition, state: SubjectState) -> VisitFacts:
    """The facts of a participant's state."""
    end = compute_end(state)
    return VisitFacts(
        site=state.site,
        arm=state.arm or "",
        allocated_at=state.allocated_at,
        first_dose=min((dose.started_at for dose in state.doses), default=""),
        ended_on=end.isoformat() if end else "",
        forms={
            (encounter, form): "QUERIED" if version.recorded.fired else "RECORDED"
            for (encounter, form, repeat), version in state.forms.items()
            if repeat == 1
        },
        appointments=state.scheduled,
        not_given=find_not_given(state),
        applying=find_applying(definition, state),
    )


def find_day0(definition: Definition, facts: VisitFacts) -> date | None:
    """Day 0 by the facts; None before allocation."""
    if not facts.arm or facts.arm not in definition.arms:
        return None
    allocated = compute_local_day(definition, facts.site, facts.allocated_at) if facts.allocated_at else None
    first = date.fromisoformat(facts.first_dose[:10]) if facts.first_dose else None
    return compute_day0(definition.arms[facts.arm], allocated, first)


def list_visit_states(
    definition: Definition, facts: VisitFacts, today: date, *, sees_arm: bool = True
) -> tuple[Visit, ...]:
    """Every visit of the study in the order of days, those of other arms as NOT_PLANNED.

    For those who must not know the arm (``sees_arm`` False), without the visits and forms that tell it.
    """
    day0 = find_day0(definition, facts)
    encounters = list_encounters(definition)
    telling = frozenset() if sees_arm else list_telling_forms(definition)
    if not sees_arm:
        encounters = tuple(one for one in encounters if one.only is None)
        facts = replace(facts, forms={key: status for key, status in facts.forms.items() if key[1] not in telling})
    return tuple(_compute_visit(definition, facts, one, telling, day0, today) for one in encounters)


def list_telling_forms(definition: Definition) -> frozenset[str]:
    """The forms that tell the arm by being there: those of doses, those that only one arm has, and those whose condition
    reads one of these."""
    dosing = {name for name in definition.forms if definition.find_dosing(name)}
    telling = dosing | {one.form for one in definition.study.activities if one.only}
    for index, rule in definition.applying.items():
        if telling & {name.partition(".")[0] for name in rule.names}:
            telling |= {definition.study.activities[index].form}
    return frozenset(telling)


def list_encounters(definition: Definition) -> tuple[Encounter, ...]:
    """All visits of the study, by day and order in the file."""
    return tuple(sorted(definition.encounters.values(), key=lambda one: one.day))


def list_planned_forms(definition: Definition, encounter: str, arm: str) -> tuple[str, ...]:
    """The forms that must be recorded at a visit of an arm; optional ones are not among them."""
    return tuple(one.form for one in definition.list_activities(encounter, arm or None) if not one.optional)


def _compute_visit(
    definition: Definition, facts: VisitFacts, encounter: Encounter, telling: frozenset[str],
    day0: date | None, today: date,
) -> Visit:  # fmt: skip
    planned = [form for form in list_planned_forms(definition, encounter.id, facts.arm) if form not in telling]
    at = {form: (encounter.id, form) for form in planned}
    recorded = tuple(form for form in planned if at[form] in facts.forms)
    apart = tuple(form for form in planned if at[form] in facts.applying.not_applicable)
    undecided = tuple(form for form in planned if at[form] in facts.applying.undecided and form not in recorded)
    missing = tuple(
        form for form in planned if form not in (*recorded, *apart, *undecided) and at[form] not in facts.not_given
    )
    queried = sum(1 for (place, _), status in facts.forms.items() if place == encounter.id and status == "QUERIED")
    span = _Span.of(encounter, day0)
    state = _decide_state(facts, encounter, span, today, bool(recorded), not missing)
    if planned and not recorded and not missing and (apart or undecided):
        state = VisitState.UNKNOWN if undecided else VisitState.NOT_PLANNED
    return Visit(
        encounter.id, state, span.day, span.earliest, span.latest, recorded, missing, queried,
        facts.appointments.get(encounter.id, ""), tuple(form for form in apart if form not in recorded), undecided,
        tuple(form for form in apart if form in recorded),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Span:
    day: date | None = None
    earliest: date | None = None
    latest: date | None = None

    @classmethod
    def of(cls, encounter: Encounter, day0: date | None) -> "_Span":
        if day0 is None or encounter.epoch is Epoch.SCREENING:
            return cls()
        days = (encounter.day, encounter.first_day, encounter.last_day)
        return cls(*(day0 + timedelta(days=number) for number in days))


def _decide_state(
    facts: VisitFacts, encounter: Encounter, span: _Span, today: date, is_begun: bool, is_complete: bool
) -> VisitState:
    if facts.arm and not encounter.is_for(facts.arm):
        return VisitState.NOT_PLANNED
    if is_complete and is_begun:
        return VisitState.DONE
    if encounter.epoch is Epoch.SCREENING:
        if facts.ended_on:
            return VisitState.ENDED
        if facts.arm:
            return VisitState.OVERDUE
        return VisitState.PARTLY if is_begun else VisitState.DUE
    if span.latest is None or span.earliest is None:
        return VisitState.UNKNOWN
    if facts.ended_on and facts.ended_on <= span.latest.isoformat():
        return VisitState.ENDED
    if today > span.latest:
        return VisitState.OVERDUE if is_begun else VisitState.MISSED
    if today < span.earliest:
        return VisitState.PARTLY if is_begun else VisitState.COMING
    return VisitState.PARTLY if is_begun else VisitState.DUE
