"""What is due when: day 0, planned visits with their windows, missed visits, appointments."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from trialwright.capture.applies import find_applying
from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, plan_deviations, refuse
from trialwright.definition.compiled import Definition
from trialwright.definition.schedule import Activity, Encounter, Epoch
from trialwright.definition.timing import compute_day0
from trialwright.ledger.entries import DeviationNoted, VisitScheduled
from trialwright.ledger.subject import SubjectState
from trialwright.vocabulary.findings import Reason

MISSED_DOSE = "MISSED_DOSE"
"""The code of the deviation by which a dose that was not given stands on record, whoever noted it."""


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """One planned visit of one participant: its day, its window, and the forms that are due and not yet recorded."""

    encounter: str
    day: date
    earliest: date
    latest: date
    due: tuple[str, ...]
    recorded: tuple[str, ...]

    def is_missed(self, on: date) -> bool:
        """Whether the window has closed with nothing recorded."""
        return on > self.latest and not self.recorded


@dataclass(frozen=True, slots=True)
class ScheduleVisit:
    """Make an appointment for a planned encounter."""

    participant: str
    encounter: str
    on: str


@dataclass(frozen=True, slots=True)
class FindMissedVisits:
    """Look for visits and doses whose window has closed with nothing recorded, and note each once."""

    participant: str


def compute_subject_day0(definition: Definition, state: SubjectState) -> date | None:
    """The participant's day 0; None before allocation."""
    if state.arm is None:
        return None
    first = min((dose.started_at[:10] for dose in state.doses), default="")
    allocated = compute_local_day(definition, state.site, state.allocated_at) if state.allocated_at else None
    return compute_day0(definition.arms[state.arm], allocated, date.fromisoformat(first) if first else None)


def compute_local_day(definition: Definition, site: str, at: str) -> date:
    """The calendar day at ``site`` of a ledger time (UTC)."""
    moment = datetime.fromisoformat(at)
    known = definition.sites.get(site)
    return moment.astimezone(ZoneInfo(known.time_zone)).date() if known else moment.date()


def find_activity(definition: Definition, form: str, encounter: str) -> Activity | None:
    """The activity that plans ``form`` at ``encounter`` ('' for forms kept at any time or daily); None where none does."""
    for one in definition.study.activities:
        if one.form == form and ((encounter in one.at) if isinstance(one.at, tuple) else not encounter):
            return one
    return None


def list_visits(definition: Definition, state: SubjectState) -> tuple[PlannedVisit, ...]:
    """The participant's planned visits in order; empty before day 0 is known."""
    day0 = compute_subject_day0(definition, state)
    if day0 is None:
        return ()
    encounters = [one for one in definition.list_encounters(state.arm) if one.epoch is not Epoch.SCREENING]
    return tuple(_plan_visit(definition, state, one, day0) for one in encounters)


def _plan_visit(definition: Definition, state: SubjectState, encounter: Encounter, day0: date) -> PlannedVisit:
    planned = [one.form for one in definition.list_activities(encounter.id, state.arm) if not one.optional]
    recorded = tuple(form for form in planned if (encounter.id, form, 1) in state.forms)
    not_given, applying = find_not_given(state), find_applying(definition, state)
    return PlannedVisit(
        encounter=encounter.id,
        day=day0 + timedelta(days=encounter.day),
        earliest=day0 + timedelta(days=encounter.first_day),
        latest=day0 + timedelta(days=encounter.last_day),
        due=tuple(
            form
            for form in planned
            if form not in recorded
            and (encounter.id, form) not in not_given
            and not applying.may_wait((encounter.id, form))
        ),
        recorded=recorded,
    )


def find_not_given(state: SubjectState) -> frozenset[tuple[str, str]]:
    """Encounter and form of every dose that is known not to have been given: nobody is asked for its form."""
    return frozenset((one.encounter, one.form) for one in state.deviations if one.code == MISSED_DOSE)


def compute_end(state: SubjectState) -> date | None:
    """The day after which nothing more is expected: death, withdrawal, loss; None while in the study."""
    days = [one.on for one in state.left if one.kind not in ("STOP_TREATMENT", "SITE_TRANSFER")]
    if state.died:
        days.append(state.died.on)
    complete = [text for text in days if len(text) == 10]
    return date.fromisoformat(min(complete)) if complete else None


def decide_schedule_visit(moment: Moment, state: SubjectState, command: ScheduleVisit) -> Decision:
    """The appointment, or why it cannot be made."""
    reasons = check_open(moment) + check_actor(moment, "schedule_visit", state.site)
    visit = next((one for one in list_visits(moment.definition, state) if one.encounter == command.encounter), None)
    if visit is None:
        reasons.append(Reason("not-planned", f"{command.encounter} is not planned for {state.participant}"))
    elif not visit.earliest.isoformat() <= command.on <= visit.latest.isoformat():
        reasons.append(
            Reason("out-of-window", f"{command.on} is outside the window {visit.earliest} to {visit.latest}")
        )
    return refuse("schedule_visit", reasons) or (
        Planned(state.participant, VisitScheduled(command.encounter, command.on)),
    )


def decide_find_missed_visits(
    moment: Moment,
    state: SubjectState,
    command: FindMissedVisits,  # noqa: ARG001  (one shape for all acts)
) -> Decision:
    """A deviation for every visit or dose whose window has closed with nothing recorded; nothing where all is well."""
    reasons = check_open(moment) + check_actor(moment, "find_missed_visits", state.site)
    if (refused := refuse("find_missed_visits", reasons)) is not None:
        return refused
    today, end = moment.compute_day(state.site), compute_end(state)
    found = []
    for visit in list_visits(moment.definition, state):
        if not visit.due or today <= visit.latest or (end is not None and end <= visit.latest):
            continue
        if visit.is_missed(today):
            text = f"nothing was recorded at {visit.encounter} ({visit.earliest} to {visit.latest})"
            found.append(DeviationNoted("MISSED_VISIT", text, visit.encounter))
        else:
            found += [
                DeviationNoted("MISSED_FORM", f"{form} was not recorded at {visit.encounter}", visit.encounter, form)
                for form in visit.due
                if moment.definition.find_dosing(form) is None  # a dose not given is told below, once
            ]
    found += _find_missed_doses(moment, state, today, end)
    return tuple(plan_deviations(state, found))


def _find_missed_doses(moment: Moment, state: SubjectState, today: date, end: date | None) -> list[DeviationNoted]:
    if state.arm is None or state.has_left():
        return []
    day0, found = compute_subject_day0(moment.definition, state), []
    given = {(one.intervention, one.encounter) for one in state.doses} | set(state.missed)
    for name in moment.definition.arms[state.arm].interventions:
        for encounter in moment.definition.interventions[name].at:
            planned = moment.definition.encounters[encounter]
            latest = day0 + timedelta(days=planned.last_day) if day0 else today
            if (name, encounter) not in given and today > latest and not (end and end <= latest):
                found.append(
                    DeviationNoted(
                        MISSED_DOSE,
                        f"{name} was not given at {encounter}",
                        encounter,
                        moment.definition.interventions[name].form,
                    )
                )
    return found
