"""Acknowledge a notice: a named person has seen it, and nobody needs to be woken for it again."""

from dataclasses import dataclass

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.ledger.entries_safety import NoticeAcknowledged
from trialwright.vocabulary.findings import Reason


@dataclass(frozen=True, slots=True)
class AcknowledgeNotice:
    """The actor has seen the notice of this name, such as ``serious:S-001:2`` or ``flag:boundary:3``."""

    notice: str
    comment: str = ""


def decide_acknowledge_notice(moment: Moment, command: AcknowledgeNotice) -> Decision:
    """The acknowledgement as an entry of the study's chain, or why not."""
    reasons = check_open(moment) + check_actor(moment, "acknowledge_notice", "")
    if not command.notice.strip():
        reasons.append(Reason("no-notice", "name the notice"))
    if moment.actor.person in moment.study.safety.acknowledged.get(command.notice, ()):
        reasons.append(Reason("already-acknowledged", f"{moment.actor.person} has acknowledged it"))
    entry = NoticeAcknowledged(command.notice, command.comment)
    return refuse("acknowledge_notice", reasons) or (Planned("", entry),)
