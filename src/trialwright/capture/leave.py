"""The ways out: the kinds of leaving, death, and the end of follow-up."""

from dataclasses import dataclass

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, plan_deviations, refuse
from trialwright.capture.schedule import list_visits
from trialwright.ledger.entries import Completed, DeviationNoted, Died, Left
from trialwright.ledger.subject import SubjectState
from trialwright.vocabulary.codelists import DataFate, LeavingKind
from trialwright.vocabulary.findings import Reason
from trialwright.vocabulary.partial_dates import PartialDate


@dataclass(frozen=True, slots=True)
class Leave:
    """A participant leaves in one of the kinds of leaving; the fate of data and samples belongs to withdrawn consent."""

    participant: str
    kind: LeavingKind
    on: str
    reason: str
    data_fate: DataFate = DataFate.KEEP
    samples_fate: DataFate = DataFate.KEEP


@dataclass(frozen=True, slots=True)
class Die:
    """A participant died; ``on`` may be partial, ``source`` says how it is known."""

    participant: str
    on: str
    cause: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Complete:
    """A participant reached the end of follow-up."""

    participant: str
    on: str


def decide_leave(moment: Moment, state: SubjectState, command: Leave) -> Decision:
    """The leaving as an entry, or why it cannot be recorded."""
    reasons = _check_known(moment, state, "leave", command.on)
    if state.died:
        reasons.append(Reason("died", f"{state.participant} died on {state.died.on}"))
    if state.has_left(command.kind.value):
        reasons.append(Reason("already-left", f"{state.participant} has left this way already"))
    entry = Left(command.kind.value, command.on, command.reason, command.data_fate.value, command.samples_fate.value)
    return refuse("leave", reasons) or (Planned(state.participant, entry),)


def decide_die(moment: Moment, state: SubjectState, command: Die) -> Decision:
    """The death as an entry, with a deviation where the record has anything after it; a fact, whatever came before."""
    reasons = _check_known(moment, state, "die", command.on)
    if state.died and state.died == Died(command.on, command.cause, command.source):
        return ()
    if (refused := refuse("die", reasons)) is not None:
        return refused
    latest = PartialDate.parse(command.on).latest.isoformat()
    after = [one for one in state.doses if one.started_at[:10] > latest]
    noted = [
        DeviationNoted("DATA_AFTER_DEATH", f"a dose is dated {one.started_at[:10]}, after death on {command.on}")
        for one in after
    ]
    entry = Died(command.on, command.cause, command.source)
    return (Planned(state.participant, entry), *plan_deviations(state, noted))


def decide_complete(moment: Moment, state: SubjectState, command: Complete) -> Decision:
    """The completion, or why the participant has not completed."""
    reasons = _check_known(moment, state, "complete", command.on)
    if state.died or state.has_left("WITHDRAW_CONSENT", "LOST_TO_FOLLOW_UP", "PHYSICIAN_DECISION", "STOP_VISITS"):
        reasons.append(Reason("has-left", f"{state.participant} has left or died"))
    if state.completed:
        reasons.append(Reason("already-completed", f"{state.participant} completed on {state.completed.on}"))
    visits = list_visits(moment.definition, state)
    if not visits:
        reasons.append(Reason("not-allocated", f"{state.participant} was never allocated"))
    elif command.on < visits[-1].earliest.isoformat():
        reasons.append(Reason("too-early", f"follow-up ends with {visits[-1].encounter}, from {visits[-1].earliest}"))
    return refuse("complete", reasons) or (Planned(state.participant, Completed(command.on)),)


def _check_known(moment: Moment, state: SubjectState, act: str, on: str) -> list[Reason]:
    reasons = check_open(moment) + check_actor(moment, act, state.site)
    if not state.seq:
        reasons.append(Reason("unknown-participant", "there is no such participant"))
    try:
        earliest = PartialDate.parse(on).earliest
        if earliest > moment.compute_day(state.site):
            reasons.append(Reason("in-future", f"{on} is in the future"))
    except ValueError as error:
        reasons.append(Reason("unreadable", str(error)))
    return reasons
