"""Log a public enquiry: somebody asks about the trial. No name, no number, nothing by which they could be known."""

from dataclasses import dataclass
from enum import StrEnum

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.capture.monitoring import check_day
from trialwright.ledger.entries_oversight import EnquiryLogged
from trialwright.vocabulary.findings import Reason


class Channel(StrEnum):
    """How somebody asked."""

    TELEPHONE = "TELEPHONE"
    EMAIL = "EMAIL"
    IN_PERSON = "IN_PERSON"
    LETTER = "LETTER"
    REGISTRY = "REGISTRY"
    OTHER = "OTHER"


class Caller(StrEnum):
    """As whom somebody asked."""

    PATIENT = "PATIENT"
    RELATIVE = "RELATIVE"
    PHYSICIAN = "PHYSICIAN"
    PRESS = "PRESS"
    OTHER = "OTHER"
    NOT_SAID = "NOT_SAID"


class Topic(StrEnum):
    """What somebody asked about."""

    PARTICIPATION = "PARTICIPATION"
    TREATMENT = "TREATMENT"
    RESULTS = "RESULTS"
    SAFETY = "SAFETY"
    COMPLAINT = "COMPLAINT"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class LogEnquiry:
    """What was asked and answered; ``is_settled`` is False while somebody has to ring back."""

    on: str
    channel: Channel
    caller: Caller
    topic: Topic
    question: str
    answer: str
    is_settled: bool = True
    number: int = 0


def decide_log_enquiry(moment: Moment, command: LogEnquiry) -> Decision:
    """The enquiry as an entry (``number`` 0), or what became of an earlier one; or why not."""
    reasons = check_open(moment) + check_actor(moment, "log_enquiry", moment.actor.site)
    reasons += check_day(command.on, "day")
    if command.on > moment.compute_day(moment.actor.site).isoformat():
        reasons.append(Reason("in-future", "that day is still to come"))
    if not command.question.strip():
        reasons.append(Reason("no-text", "say what was asked"))
    if command.is_settled and not command.answer.strip():
        reasons.append(Reason("no-text", "say what was answered"))
    if not 0 <= command.number <= moment.study.oversight.enquiries:
        reasons.append(Reason("unknown-enquiry", f"there is no enquiry {command.number}"))
    entry = EnquiryLogged(
        command.number or moment.study.oversight.enquiries + 1, moment.actor.site, command.on, command.channel.value,
        command.caller.value, command.topic.value, command.question, command.answer, "Y" if command.is_settled else "N",
    )  # fmt: skip
    return refuse("log_enquiry", reasons) or (Planned("", entry),)
