"""Prepare, give or miss a dose. Preparing is an intention and can be refused; what was given is always recorded."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from trialwright.access.policy import check_duty
from trialwright.capture.dose_safety import check_days, check_gap, check_holds, check_sentinel
from trialwright.capture.moment import (
    Decision,
    Moment,
    Planned,
    check_actor,
    check_open,
    check_site,
    plan_deviations,
    refuse,
)
from trialwright.capture.product import Move, check_lot, find_lot_faults, plan_dose_move
from trialwright.capture.record_form import RecordForm, decide_revision
from trialwright.capture.schedule import compute_local_day
from trialwright.capture.stopping import plan_count
from trialwright.capture.values import parse_moment
from trialwright.definition.compiled import Definition
from trialwright.definition.design import Intervention
from trialwright.definition.schedule import Encounter
from trialwright.ledger.entries import DeviationNoted, DoseGiven, DoseMissed, DosePrepared
from trialwright.ledger.subject import SubjectState
from trialwright.safety.study_stopping import check_preparation
from trialwright.vocabulary.codelists import Duty
from trialwright.vocabulary.findings import Reason, Refusal


@dataclass(frozen=True, slots=True)
class PrepareDose:
    """Make a dose ready for a participant and a planned time, from so many containers of a lot; ``checked_by`` names the
    second person who checked participant, lot and amount."""

    participant: str
    intervention: str
    encounter: str
    lot: str
    amount: str
    containers: int = 1
    checked_by: str = ""


@dataclass(frozen=True, slots=True)
class GiveDose:
    """A dose as it was given: the dosing form's values. ``encounter`` is the planned time it belongs to.

    ``containers`` of the lot were used for it. ``source`` and ``observed_at`` are those of ``RecordForm``.
    """

    participant: str
    intervention: str
    encounter: str
    values: Mapping[str, str]
    missing: Mapping[str, str] = field(default_factory=dict)
    confirmed: Mapping[str, str] = field(default_factory=dict)
    containers: int = 1
    source: str = ""
    observed_at: str = ""


@dataclass(frozen=True, slots=True)
class MissDose:
    """A planned dose was not given, and why."""

    participant: str
    intervention: str
    encounter: str
    reason: str


def decide_prepare_dose(moment: Moment, state: SubjectState, command: PrepareDose) -> Decision:
    """The preparation, or every reason against it: no allocation, another arm, wrong amount, too soon, already given."""
    reasons = check_open(moment) + check_actor(moment, "prepare_dose", state.site) + check_site(moment, state.site)
    intervention, unknown = find_dosed(moment.definition, command.intervention, command.encounter)
    if intervention is None or intervention.dose is None:
        return refuse("prepare_dose", [*reasons, *unknown]) or ()
    reasons += check_due(moment, state, intervention, command.encounter)
    if _parse_amount(command.amount) != Decimal(repr(intervention.dose.amount)):
        reasons.append(
            Reason(
                "wrong-amount",
                f"the planned dose is {intervention.dose.amount:g} {intervention.dose.unit}, not {command.amount}",
            )
        )
    if not command.lot.strip():
        reasons.append(Reason("no-lot", "the lot must be named"))
    if command.checked_by.strip().casefold() == moment.actor.person.casefold():
        reasons.append(Reason("not-independent", "who prepares cannot be the second person who checks"))
    reasons += unknown + _check_time(moment, state, intervention, command.encounter)
    dose = (state.participant, command.encounter)
    if command.lot.strip():
        reasons += check_lot(moment, Move.PREPARE, state.site, command.lot, dose, command.containers)
    reasons += check_preparation(moment.study)
    entry = DosePrepared(
        command.intervention, command.encounter, command.lot, command.amount, intervention.dose.unit,
        command.checked_by.strip(),
    )  # fmt: skip
    if (refused := refuse("prepare_dose", reasons)) is not None:
        return refused
    moved = plan_dose_move(moment, Move.PREPARE, state.site, command.lot, dose, command.containers)
    return (Planned(state.participant, entry), *moved)


def _check_time(moment: Moment, state: SubjectState, intervention: Intervention, encounter: str) -> list[Reason]:
    """Why now is not the time: the gap, the window, what holds the dose back, the sentinel before."""
    local = moment.compute_local_time(state.site)
    return [
        *check_gap(state, intervention, local),
        *check_days(moment.definition, state, intervention, encounter, local.date()),
        *check_holds(moment.definition, state, intervention),
        *check_sentinel(moment, state, moment.now),
    ]


def _why_left(state: SubjectState) -> str:
    return "died" if state.died else ", ".join(one.kind.lower().replace("_", " ") for one in state.left)


def check_due(moment: Moment, state: SubjectState, intervention: Intervention, encounter: str) -> list[Reason]:
    """Why a dose is not due to a participant: no allocation, another arm, gone, already given."""
    reasons = []
    if state.arm is None:
        reasons.append(Reason("not-allocated", f"{state.participant or 'nobody'} has no arm yet"))
    elif intervention.id not in moment.definition.arms[state.arm].interventions:
        reasons.append(Reason("other-arm", f"arm {state.arm} does not receive {intervention.id}"))
    if state.died or state.left:
        reasons.append(Reason("has-left", f"{state.participant} gets no more doses: {_why_left(state)}"))
    if any((one.intervention, one.encounter) == (intervention.id, encounter) for one in state.doses):
        reasons.append(Reason("already-given", f"{intervention.id} was given at {encounter}"))
    return reasons


def find_dosed(definition: Definition, name: str, encounter: str) -> tuple[Intervention | None, list[Reason]]:
    """The intervention that is dosed, and what is unknown about it or about the planned time."""
    intervention = definition.interventions.get(name)
    if intervention is None or intervention.dose is None:
        return None, [Reason("unknown-intervention", f"{name} is not an intervention that is dosed")]
    if encounter not in intervention.at:
        return intervention, [
            Reason(
                "not-planned",
                f"{name} is not planned at {encounter or '(no encounter)'}; it is at {', '.join(intervention.at)}",
            )
        ]
    return intervention, []


def _parse_amount(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def decide_give_dose(moment: Moment, state: SubjectState, command: GiveDose) -> Decision:
    """The dose and its form, with everything that was wrong about it as deviations beside it. It is never refused for
    being wrong: only for what cannot be read."""
    reasons = check_open(moment) + check_actor(moment, "give_dose", state.site)
    intervention = moment.definition.interventions.get(command.intervention)
    if intervention is None or intervention.dose is None:
        reasons.append(Reason("unknown-intervention", f"{command.intervention} is not an intervention that is dosed"))
    if reasons or intervention is None or intervention.dose is None:
        return refuse("give_dose", reasons) or ()
    saved = _save_form(moment, state, command, intervention)
    if isinstance(saved, Refusal):
        return Refusal("give_dose", saved.reasons)
    number = 1 + max((one.number for one in state.doses if one.intervention == command.intervention), default=0)
    given = DoseGiven(
        command.intervention, command.encounter if command.encounter in intervention.at else "", number,
        command.values["started_at"], command.values.get("actual_amount", ""), intervention.dose.unit,
        command.values.get("lot", ""),
    )  # fmt: skip
    deviations = find_dose_deviations(moment, state, intervention, given)
    faults = find_lot_faults(moment, state.site, given.lot, parse_moment(given.started_at).date(), command.containers)
    deviations += [DeviationNoted(code, text, given.encounter, intervention.form) for code, text in faults]
    dose = (state.participant, given.encounter)
    moved = plan_dose_move(moment, Move.USE, state.site, given.lot, dose, command.containers)
    planned = (*saved, Planned(state.participant, given))
    counted = plan_count(moment, state, planned)
    return (*planned, *plan_deviations(state, deviations), *moved, *counted)


def _save_form(moment: Moment, state: SubjectState, command: GiveDose, intervention: Intervention) -> Decision:
    """The dosing form's revision. A dose outside the plan is kept at the encounter named, or as an unscheduled visit."""
    compiled = moment.definition.forms[intervention.form]
    reasons = []
    try:
        parse_moment(command.values.get("started_at", ""))
    except ValueError as error:
        reasons.append(Reason("unreadable", f"started_at: {error}"))
    before = state.find_form(command.encounter, intervention.form)
    if before is not None:
        reasons.append(
            Reason(
                "already-recorded", f"{intervention.form} at {command.encounter} is on record: correct it with a reason"
            )
        )
    if (refused := refuse("give_dose", reasons)) is not None:
        return refused
    encounter = command.encounter if command.encounter in intervention.at else f"UNSCHEDULED_{command.encounter}"
    confirmed = dict.fromkeys(command.values, "recorded as it happened") | dict(command.confirmed)
    form = RecordForm(
        command.participant, intervention.form, encounter, command.values, 1, command.missing, "", confirmed,
        command.source, observed_at=command.observed_at,
    )  # fmt: skip
    # A dose is a fact: missing consent, a lock or an empty answer is noted and never a reason not to save it.
    unblocked = replace(compiled, form=compiled.form.model_copy(update={"never_blocks": True}))
    return decide_revision(moment, state, form, unblocked)


def find_dose_deviations(
    moment: Moment, state: SubjectState, intervention: Intervention, given: DoseGiven
) -> list[DeviationNoted]:
    """What was wrong about a dose that was given."""
    assert intervention.dose is not None
    definition, found = moment.definition, []
    started = parse_moment(given.started_at)

    def note(code: str, text: str) -> None:
        found.append(DeviationNoted(code, text, given.encounter, intervention.form))

    if state.consent is None or given.started_at[:16] < state.consent.given_at[:16]:
        note("DOSE_BEFORE_CONSENT", f"{intervention.id} was given before consent")
    if state.arm is None:
        note("DOSE_BEFORE_ALLOCATION", f"{intervention.id} was given to somebody without an arm")
    elif intervention.id not in definition.arms[state.arm].interventions:
        note("DOSE_IN_OTHER_ARM", f"{intervention.id} was given in arm {state.arm}, which does not receive it")
    if state.allocated_at and started.date() < compute_local_day(definition, state.site, state.allocated_at):
        note("DOSE_BEFORE_ALLOCATION", f"{intervention.id} was given before allocation")
    if not given.encounter:
        note("DOSE_NOT_PLANNED", f"{intervention.id} was given at a time that the plan does not have")
    if (intervention.id, given.encounter) not in state.prepared:
        note(
            "DOSE_NOT_PREPARED",
            f"no preparation of {intervention.id} for {given.encounter or 'this time'} is on record",
        )
    amount = _parse_amount(given.amount)
    planned = Decimal(repr(intervention.dose.amount))
    if amount is None or amount != planned:
        note("WRONG_DOSE", f"{given.amount or 'an unknown amount'} instead of {planned:g} {intervention.dose.unit}")
    prepared = state.prepared.get((intervention.id, given.encounter))
    if prepared and given.lot and prepared.lot != given.lot:
        note("OTHER_LOT", f"lot {given.lot} was given, lot {prepared.lot} was prepared")
    for reason in check_sentinel(moment, state, started.replace(tzinfo=moment.find_zone(state.site))):
        note("DOSE_TOO_SOON_AFTER_SENTINEL", f"{intervention.id} was given although {reason.text}")
    for reason in check_preparation(moment.study):
        note("DOSE_AGAINST_STOPPING", f"{intervention.id} was given although {reason.text}")
    found += _find_timing(definition, state, intervention, given)
    day = started.date()
    if check_duty(Duty.GIVE_PRODUCT, moment.actor.person, moment.study, state.site, day):
        note("NOT_DELEGATED", f"{moment.actor.person} recorded a dose without the duty to give it on {day}")
    return found


def _find_timing(
    definition: Definition, state: SubjectState, intervention: Intervention, given: DoseGiven
) -> list[DeviationNoted]:
    started = parse_moment(given.started_at)
    found = []
    mine = [one for one in state.doses if one.intervention == intervention.id]
    encounter = definition.encounters.get(given.encounter)
    if mine:
        late = check_days(definition, state, intervention, given.encounter, started.date())
    else:  # the first dose makes day 0 itself
        late = [] if encounter is None or encounter.first_day <= 0 <= encounter.last_day else [_too_early(encounter)]
    for reason in late:
        found.append(DeviationNoted("DOSE_OUT_OF_WINDOW", reason.text, given.encounter, intervention.form))
    for _ in check_gap(state, intervention, started):
        before = max(one.started_at for one in mine if one.started_at[:16] <= given.started_at[:16])
        text = f"less than {intervention.min_gap_hours:g} h after the dose at {before}"
        found.append(DeviationNoted("DOSE_TOO_SOON", text, given.encounter, intervention.form))
    for reason in check_holds(definition, state, intervention):
        if reason.code == "hold":
            text = f"{intervention.id} was given although it was to be held: {reason.text}"
            found.append(DeviationNoted("DOSE_AGAINST_HOLD", text, given.encounter, intervention.form))
    return found


def _too_early(encounter: Encounter) -> Reason:
    window = f"day {encounter.first_day} to {encounter.last_day}"
    return Reason("out-of-window", f"{encounter.id} was on day 0, its window is {window}")


def decide_miss_dose(moment: Moment, state: SubjectState, command: MissDose) -> Decision:
    """The missed dose with its deviation, or why it cannot be recorded."""
    reasons = check_open(moment) + check_actor(moment, "miss_dose", state.site)
    _, unknown = find_dosed(moment.definition, command.intervention, command.encounter)
    if any((one.intervention, one.encounter) == (command.intervention, command.encounter) for one in state.doses):
        reasons.append(Reason("already-given", f"{command.intervention} was given at {command.encounter}"))
    if not command.reason.strip():
        reasons.append(Reason("no-reason", "say why the dose was not given"))
    if (refused := refuse("miss_dose", [*reasons, *unknown])) is not None:
        return refused
    missed = DoseMissed(command.intervention, command.encounter, command.reason)
    form = moment.definition.interventions[command.intervention].form
    deviation = DeviationNoted(
        "MISSED_DOSE",
        f"{command.intervention} was not given at {command.encounter}: {command.reason}",
        command.encounter,
        form,
    )
    return (Planned(state.participant, missed), *plan_deviations(state, [deviation]))
