"""What the study file says about when a dose may be prepared: its days, the minimum gap, hold criteria, sentinels.

The same questions are asked of a dose that was given; there the answers are deviations and nothing is refused.
"""

from datetime import date, datetime, timedelta

from trialwright.capture.applies import read_latest
from trialwright.capture.moment import Moment
from trialwright.capture.schedule import compute_subject_day0
from trialwright.capture.values import parse_moment
from trialwright.definition.compiled import Definition
from trialwright.definition.design import Intervention
from trialwright.ledger.subject import SubjectState
from trialwright.rules.evaluate import RuleSet
from trialwright.safety.study_stopping import compute_ledger_stopping
from trialwright.vocabulary.findings import Reason


def find_days(
    definition: Definition, state: SubjectState, intervention: Intervention, name: str
) -> tuple[date, date] | None:
    """First and last day on which a later dose may be given; None for the first dose, or a time that is not planned.

    Counted from day 0, or from the day of the dose before and the planned distance to it, as the study says.
    """
    encounter = definition.encounters.get(name)
    day0 = compute_subject_day0(definition, state)
    mine = [one for one in state.doses if one.intervention == intervention.id]
    if encounter is None or name not in intervention.at or not mine or day0 is None:
        return None
    start, day = day0, encounter.day
    before = [one for one in intervention.at if definition.encounters[one].day < encounter.day]
    if intervention.counted_from == "DOSE_BEFORE" and before:
        given = next((one for one in mine if one.encounter == before[-1]), None)
        if given is not None:
            start, day = parse_moment(given.started_at).date(), day - definition.encounters[before[-1]].day
    low, high = encounter.window
    return start + timedelta(days=day + low), start + timedelta(days=day + high)


def check_days(
    definition: Definition, state: SubjectState, intervention: Intervention, name: str, on: date
) -> list[Reason]:
    """Why a dose must not be given on a day: it is outside its window."""
    days = find_days(definition, state, intervention, name)
    if days is None or days[0] <= on <= days[1]:
        return []
    return [Reason("out-of-window", f"{name} may be given from {days[0]} to {days[1]}, not on {on}")]


def check_gap(state: SubjectState, intervention: Intervention, at: datetime) -> list[Reason]:
    """Why a dose must not be given at a local time: the minimum gap to the dose before it has not passed."""
    text = f"{at:%Y-%m-%dT%H:%M}"
    starts = [one.started_at for one in state.doses if one.intervention == intervention.id]
    before = max((one for one in starts if one[:16] <= text), default="")
    if not before or not intervention.min_gap_hours:
        return []
    earliest = parse_moment(before) + timedelta(hours=intervention.min_gap_hours)
    if at >= earliest:
        return []
    return [
        Reason(
            "too-soon", f"the dose before began at {before}; the next may be prepared from {earliest:%Y-%m-%dT%H:%M}"
        )
    ]


def check_holds(definition: Definition, state: SubjectState, intervention: Intervention) -> list[Reason]:
    """Why the dose is held back: a hold criterion is met by the latest records, or nobody knows and the study says hold."""
    if not intervention.hold:
        return []
    rules = [definition.holds[intervention.id, one.id] for one in intervention.hold]
    truths = RuleSet(rules).evaluate(read_latest(definition, state))
    reasons = []
    for one, truth in zip(intervention.hold, truths, strict=True):
        if truth is None and one.unknown == "HOLD":
            reasons.append(Reason("hold-unknown", f"{one.text}: not known; record what it needs first"))
        elif truth:
            reasons.append(Reason("hold", one.text))
    return reasons


def check_sentinel(moment: Moment, state: SubjectState, at: datetime) -> list[Reason]:
    """Why a participant's first dose must not begin at a time (with zone): the participant before is a sentinel."""
    if state.doses:
        return []
    standing = compute_ledger_stopping(moment.definition, moment.study, moment.now)
    if standing is None or standing.next_start is None or at >= standing.next_start:
        return []
    local = standing.next_start.astimezone(moment.find_zone(state.site))
    return [Reason("sentinel", f"the participant before is a sentinel: not before {local:%Y-%m-%dT%H:%M}")]
