"""Ask that texts of an entry be taken out: “this holds a name”, without saying the name; and decline to do so."""

from dataclasses import dataclass
from enum import StrEnum

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.capture.redact import list_redactable
from trialwright.ledger.entries_redaction import RedactionAsked, RedactionSettled
from trialwright.ledger.envelope import Envelope
from trialwright.vocabulary.findings import Reason


class Holds(StrEnum):
    """What an entry holds that must not be there."""

    NAME = "NAME"
    CONTACT = "CONTACT"
    NUMBER = "NUMBER"
    OTHER_PERSON = "OTHER_PERSON"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class AskRedaction:
    """Tell the data manager that the entry at ``position`` holds what identifies somebody."""

    position: int
    holds: Holds


@dataclass(frozen=True, slots=True)
class DeclineRedaction:
    """Say why nothing is taken out of the entry at ``position``."""

    position: int
    reason: str


def decide_ask_redaction(moment: Moment, command: AskRedaction, found: Envelope | None) -> Decision:
    """The request as an entry of the study's chain, or why not: no such entry, nothing typed in it, asked already."""
    site = found.site if found else ""
    reasons = check_open(moment) + check_actor(moment, "ask_redaction", site)
    if found is None or not list_redactable(found, {}):
        reasons.append(Reason("no-text", f"entry {command.position} holds no text that somebody typed"))
    if command.position in moment.study.asked:
        reasons.append(Reason("already-asked", f"the data manager has been told of entry {command.position}"))
    whose = found.participant if found else ""
    asked = RedactionAsked(command.position, whose, site, command.holds.value)
    return refuse("ask_redaction", reasons) or (Planned("", asked),)


def decide_decline_redaction(moment: Moment, command: DeclineRedaction) -> Decision:
    """The end of a request without a redaction, or why not."""
    reasons = check_open(moment) + check_actor(moment, "decline_redaction", "")
    if command.position not in moment.study.asked:
        reasons.append(Reason("not-asked", f"nobody has asked for a redaction of entry {command.position}"))
    if not command.reason.strip():
        reasons.append(Reason("no-reason", "say why nothing has to go"))
    settled = RedactionSettled(command.position, "DECLINED", command.reason.strip())
    return refuse("decline_redaction", reasons) or (Planned("", settled),)
