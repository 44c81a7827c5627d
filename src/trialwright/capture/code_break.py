"""Break the code of one participant of a masked study: the investigator alone, with a reason, and for that person only."""

from dataclasses import dataclass

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.definition.compiled import Definition
from trialwright.definition.design import Masking
from trialwright.ledger.entries_review import CodeBroken
from trialwright.ledger.subject import SubjectState
from trialwright.vocabulary.findings import Reason


@dataclass(frozen=True, slots=True)
class BreakCode:
    """Learn the arm of a participant, because care depends on it. The reason must not name the arm."""

    participant: str
    reason: str


def decide_break_code(moment: Moment, state: SubjectState, command: BreakCode) -> Decision:
    """The code break as an entry, or why not. Nobody has to agree, day or night: it is logged, and others are told."""
    reasons = check_open(moment) + check_actor(moment, "break_code", state.site)
    if moment.definition.study.design.masking is Masking.NONE:
        reasons.append(Reason("not-masked", "the study is open: everybody may know the arm"))
    if state.arm is None:
        reasons.append(Reason("not-allocated", f"{command.participant} has no arm"))
    if not command.reason.strip():
        reasons.append(Reason("no-reason", "say why the arm must be known now"))
    if moment.actor.person in state.review.codebreakers:
        reasons.append(Reason("already-known", f"{moment.actor.person} broke this code before"))
    return refuse("break_code", reasons) or (Planned(state.participant, CodeBroken(command.reason)),)


def find_arm(definition: Definition, state: SubjectState, person: str) -> str | None:
    """The arm as a person of the blinded team may know it: in an open study, or after breaking this code; else None."""
    if definition.study.design.masking is Masking.NONE or person in state.review.codebreakers:
        return state.arm
    return None
