"""Redact an inadvertent identity: one payload is blanked, by a justified act that carries the other items forward."""

from dataclasses import dataclass

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.ledger.entries import Redaction
from trialwright.ledger.subject import SubjectState
from trialwright.vocabulary.findings import Reason


@dataclass(frozen=True, slots=True)
class Redact:
    """Blank the payload at ``position``; ``items`` are those whose values must go."""

    participant: str
    position: int
    items: tuple[str, ...]
    justification: str


def decide_redact(moment: Moment, state: SubjectState, command: Redact) -> Decision:
    """The redaction with the values that stay, or why not. Only forms can be redacted: no other entry holds free text
    that nobody could correct."""
    reasons = check_open(moment) + check_actor(moment, "redact", state.site)
    if not command.justification.strip():
        reasons.append(Reason("no-reason", "a redaction needs its justification"))
    found = next((one for one in state.forms.values() if one.position == command.position), None)
    if found is None:
        reasons.append(
            Reason("unknown-entry", f"position {command.position} is no latest form revision of {command.participant}")
        )
    if (refused := refuse("redact", reasons)) is not None or found is None:
        return refused or ()
    kept = {name: text for name, text in found.recorded.values.items() if name not in command.items}
    return (Planned(state.participant, Redaction(command.position, command.justification, {"values": kept})),)
