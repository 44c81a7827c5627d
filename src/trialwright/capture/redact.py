"""Redact an inadvertent identity: one payload is blanked, by a justified act that carries the other items forward."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.ledger.entries import Redaction, compute_payload
from trialwright.ledger.subject import FormVersion, SubjectState
from trialwright.vocabulary.findings import Reason


@dataclass(frozen=True, slots=True)
class Redact:
    """Blank the payload at ``position``; ``items`` are those whose values must go."""

    participant: str
    position: int
    items: tuple[str, ...]
    justification: str


def decide_redact(moment: Moment, state: SubjectState, command: Redact) -> Decision:
    """The redaction with what stays of the form, or why not. Only forms can be redacted: no other entry holds free text
    that nobody could correct. Of a revision that was replaced already nothing is carried: the later one stands."""
    reasons = check_open(moment) + check_actor(moment, "redact", state.site)
    if not command.justification.strip():
        reasons.append(Reason("no-reason", "a redaction needs its justification"))
    found = next((one for one in state.forms.values() if command.position in (one.position, *one.earlier)), None)
    if found is None:
        reasons.append(
            Reason("unknown-entry", f"position {command.position} is no form revision of {command.participant}")
        )
    if (refused := refuse("redact", reasons)) is not None or found is None:
        return refused or ()
    return (Planned(state.participant, _compute_redaction(found, command)),)


def _compute_redaction(found: FormVersion, command: Redact) -> Redaction:
    if command.position != found.position:
        return Redaction(command.position, command.justification)
    recorded, items = found.recorded, command.items
    kept = replace(
        recorded,
        values=_drop(recorded.values, items),
        missing=_drop(recorded.missing, items),
        confirmed=_drop(recorded.confirmed, items),
    )
    carried = compute_payload(kept)
    return Redaction(command.position, command.justification, carried, found.at, found.actor, found.version)


def _drop(texts: Mapping[str, str], items: tuple[str, ...]) -> dict[str, str]:
    return {item: text for item, text in texts.items() if item not in items}
