"""Assess: a deviation (is it important, why did it happen, what is done) and a quality tolerance limit that was crossed."""

from dataclasses import dataclass

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.capture.monitoring import check_day
from trialwright.ledger.entries_oversight import BreachAssessed, DeviationAssessed
from trialwright.ledger.oversight import compute_deviation_name
from trialwright.ledger.subject import SubjectState
from trialwright.vocabulary.findings import Reason


@dataclass(frozen=True, slots=True)
class AssessDeviation:
    """A deviation by its name (``compute_deviation_name``). An important one needs cause, corrective and preventive
    action, by whom and until when."""

    participant: str
    deviation: str
    is_important: bool
    cause: str
    corrective: str = ""
    preventive: str = ""
    owner: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class AssessBreach:
    """What is made of a tolerance limit that stands at ``value``, and what is done."""

    limit: str
    value: str
    text: str
    action: str


def decide_assess_deviation(moment: Moment, state: SubjectState, command: AssessDeviation) -> Decision:
    """The assessment as an entry of the study's chain, or why not."""
    reasons = check_open(moment) + check_actor(moment, "assess_deviation", state.site)
    known = {compute_deviation_name(one.code, one.encounter, one.form) for one in state.deviations}
    if command.deviation not in known:
        reasons.append(Reason("unknown-deviation", f"{command.participant} has no deviation {command.deviation}"))
    if not command.cause.strip():
        reasons.append(Reason("no-text", "say why it came about, or why it is not important"))
    if command.is_important:
        told = (("the corrective action", command.corrective), ("the preventive action", command.preventive),
                ("by whom", command.owner))  # fmt: skip
        reasons += [Reason("no-text", f"an important deviation: say {name}") for name, text in told if not text.strip()]
        reasons += check_day(command.due, "until when")
    entry = DeviationAssessed(
        state.participant, state.site, command.deviation, "Y" if command.is_important else "N", command.cause,
        command.corrective, command.preventive, command.owner, command.due,
    )  # fmt: skip
    return refuse("assess_deviation", reasons) or (Planned("", entry),)


def decide_assess_breach(moment: Moment, command: AssessBreach) -> Decision:
    """The assessment as an entry, or why not."""
    reasons = check_open(moment) + check_actor(moment, "assess_breach", "")
    if command.limit not in {one.id for one in moment.definition.study.quality}:
        reasons.append(Reason("unknown-limit", f"the study has no quality tolerance limit {command.limit}"))
    for name, text in (("what it means", command.text), ("what is done", command.action)):
        if not text.strip():
            reasons.append(Reason("no-text", f"say {name}"))
    entry = BreachAssessed(command.limit, command.value, command.text, command.action)
    return refuse("assess_breach", reasons) or (Planned("", entry),)
