"""Record a form, or correct it: one revision, one entry, with everything that was wrong noted beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from trialwright.capture.lock import check_locked
from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, plan_deviations, refuse
from trialwright.capture.schedule import compute_subject_day0, find_activity
from trialwright.capture.stopping import plan_count
from trialwright.capture.values import FormReading, parse_moment, parse_occasion, read_form
from trialwright.definition.compiled import CompiledForm
from trialwright.definition.timing import compute_study_day
from trialwright.ledger.entries import PAPER, DeviationNoted, FormRecorded
from trialwright.ledger.subject import SubjectState
from trialwright.rules.values import Value
from trialwright.vocabulary.codelists import READERS
from trialwright.vocabulary.findings import Reason, Refusal

_EVENTS = "adverse_event"
"""A corrected event may count otherwise for the stopping rule."""


@dataclass(frozen=True, slots=True)
class RecordForm:
    """Save a form. ``encounter`` is empty for forms kept at any time; ``repeat`` numbers rows of a log from 1.

    ``based_on`` is the revision that the person saw (0: none), so that nobody overwrites what somebody else has saved
    meanwhile. ``reason`` is needed for every revision after the first. ``source`` says where the data come from (``PAPER``
    for late entry from paper), ``observed_at`` when they were written down there, in the site's own time.
    """

    participant: str
    form: str
    encounter: str
    values: Mapping[str, str]
    repeat: int = 1
    missing: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    confirmed: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    based_on: int = 0
    observed_at: str = ""


def decide_record_form(moment: Moment, state: SubjectState, command: RecordForm) -> Decision:
    """The new revision with the deviations it shows, or why it is not saved; nothing at all where nothing changed."""
    reasons = check_open(moment) + check_actor(moment, "record_form", state.site)
    compiled = moment.definition.forms.get(command.form)
    if compiled is None:
        reasons.append(Reason("unknown-form", f"the study has no form {command.form}"))
    elif (
        moment.definition.find_dosing(command.form) is not None
        and state.find_form(command.encounter, command.form, command.repeat) is None
    ):
        reasons.append(Reason("dosing-form", f"{command.form} records a dose: use give_dose, so that the dose counts"))
    if compiled is not None and compiled.form.blinded != (moment.actor.role in READERS):
        reasons.append(Reason("blinded", "readers, and nobody else, fill in the blinded forms, and no others"))
    if reasons or compiled is None:
        return refuse("record_form", reasons) or ()
    decision = decide_revision(moment, state, command, compiled)
    if command.form != _EVENTS or isinstance(decision, Refusal):
        return decision
    return (*decision, *plan_count(moment, state, decision))


def decide_revision(moment: Moment, state: SubjectState, command: RecordForm, compiled: CompiledForm) -> Decision:
    """The revision as entries, once who may record it is settled; shared by every act that saves a form."""
    before = state.find_form(command.encounter, command.form, command.repeat)
    values = {name: text for name, text in command.values.items() if text != ""}
    if before and dict(before.recorded.values) == values and dict(before.recorded.missing) == dict(command.missing):
        return ()
    occasion = _find_occasion(compiled, values)
    reading = read_form(compiled, values, command.missing, _compute_extra(moment, state, occasion))
    reasons = _check_place(moment, command) + list(reading.unreadable)
    reasons += _check_revision(state, command)
    if not compiled.form.never_blocks:
        reasons += _check_consented(state, compiled) + _check_confirmed(reading, command)
        reasons += check_locked(moment, state, (command.encounter, command.form, command.repeat))
        reasons += _check_observed(moment, state, command)
    if (refused := refuse("record_form", reasons)) is not None:
        return refused
    recorded = FormRecorded(
        form=command.form,
        encounter=command.encounter,
        repeat=command.repeat,
        revision=command.based_on + 1,
        values=values,
        missing=dict(command.missing),
        reason=command.reason,
        confirmed=dict(command.confirmed),
        fired=reading.fired,
        source=command.source,
        replaces=before.position if before else 0,
        observed_at=command.observed_at,
    )
    deviations = find_form_deviations(moment, state, command, compiled, occasion)
    return (Planned(state.participant, recorded), *plan_deviations(state, deviations))


def _find_occasion(compiled: CompiledForm, values: Mapping[str, str]) -> date | None:
    name = compiled.form.occasion
    return parse_occasion(values[name]) if name and name in values else None


def _compute_extra(moment: Moment, state: SubjectState, occasion: date | None) -> dict[str, Value]:
    day0 = compute_subject_day0(moment.definition, state)
    day = compute_study_day(occasion, day0) if occasion and day0 else None
    return {"arm": state.arm, "day": None if day is None else float(day)}


def _check_place(moment: Moment, command: RecordForm) -> list[Reason]:
    if command.repeat < 1:
        return [Reason("bad-repeat", "rows are numbered from 1")]
    if (
        command.encounter
        and command.encounter not in moment.definition.encounters
        and not command.encounter.startswith("UNSCHEDULED")
    ):
        return [Reason("unknown-encounter", f"the study has no encounter {command.encounter}")]
    if find_activity(moment.definition, command.form, command.encounter) is None and not command.encounter.startswith(
        "UNSCHEDULED"
    ):
        where = f"at {command.encounter}" if command.encounter else "outside an encounter"
        return [Reason("not-planned", f"{command.form} is not planned {where}; record it at an unscheduled visit")]
    return []


def _check_revision(state: SubjectState, command: RecordForm) -> list[Reason]:
    before = state.find_form(command.encounter, command.form, command.repeat)
    current = before.recorded.revision if before else 0
    if command.based_on != current:
        form, based_on = command.form, command.based_on
        text = f"{form} is at revision {current}, not at {based_on}: look at it first"
        if before:
            by, at = before.actor, before.at
            text = f"{form} is at revision {current} by {by} at {at}, not at {based_on}: look at it first"
        return [Reason("changed-meanwhile", text)]
    if current and not command.reason.strip():
        return [Reason("no-reason", "a change needs its reason")]
    return []


def _check_observed(moment: Moment, state: SubjectState, command: RecordForm) -> list[Reason]:
    """Why the time on the paper cannot be: it cannot be read, or is still to come, or the source is not said."""
    if not command.observed_at:
        return [Reason("no-paper-time", "say when it was written on paper")] if command.source == PAPER else []
    if not command.source:
        return [Reason("no-source", "say where it was written down")]
    try:
        written = parse_moment(command.observed_at)
    except ValueError as error:
        return [Reason("paper-time", f"written on paper: {error}")]
    now = moment.compute_local_time(state.site)
    if written > now:
        return [
            Reason("paper-time", f"written on paper at {command.observed_at}, which is after now, {now:%Y-%m-%dT%H:%M}")
        ]
    return []


def _check_consented(state: SubjectState, compiled: CompiledForm) -> list[Reason]:
    reasons = []
    if state.consent is None:
        reasons.append(Reason("no-consent", f"{compiled.form.id} cannot be recorded before consent"))
    if state.has_left("WITHDRAW_CONSENT"):
        reasons.append(Reason("consent-withdrawn", "consent was withdrawn: nothing more is collected"))
    return reasons


def _check_confirmed(reading: FormReading, command: RecordForm) -> list[Reason]:
    return [
        Reason("impossible", f"{name}: {why}. If it is so, confirm it with a reason")
        for name, why in reading.impossible.items()
        if not command.confirmed.get(name, "").strip()
    ]


def find_form_deviations(
    moment: Moment, state: SubjectState, command: RecordForm, compiled: CompiledForm, occasion: date | None
) -> list[DeviationNoted]:
    """What the machine finds wrong with when this form was done: before consent, outside its window, after withdrawal."""
    found = []
    encounter = moment.definition.encounters.get(command.encounter)
    if check_locked(moment, state, (command.encounter, command.form, command.repeat)):
        found.append(_note("DATA_AFTER_LOCK", f"{command.form} was recorded after the data were locked", command))
    if occasion and state.consent and not compiled.form.routine and occasion.isoformat() < state.consent.given_at[:10]:
        found.append(
            _note(
                "PROCEDURE_BEFORE_CONSENT",
                f"{command.form} was done on {occasion}, before consent on {state.consent.given_at[:10]}",
                command,
            )
        )
    if state.has_left("WITHDRAW_CONSENT"):
        found.append(
            _note("DATA_AFTER_WITHDRAWAL", f"{command.form} was recorded after consent was withdrawn", command)
        )
    day0 = compute_subject_day0(moment.definition, state)
    if encounter and occasion and day0 and encounter.epoch != "SCREENING":
        day = compute_study_day(occasion, day0)
        if not encounter.first_day <= day <= encounter.last_day:
            text = (
                f"{command.encounter} was on day {day}, its window is day {encounter.first_day} to {encounter.last_day}"
            )
            found.append(DeviationNoted("VISIT_OUT_OF_WINDOW", text, command.encounter))
    if occasion and occasion > moment.compute_day(state.site):
        found.append(_note("DATE_IN_FUTURE", f"{command.form} is dated {occasion}, after today", command))
    return found


def _note(code: str, text: str, command: RecordForm) -> DeviationNoted:
    return DeviationNoted(code, text, command.encounter, command.form)
