"""Note a deviation that a person saw; those that the machine can see are noted by the acts themselves."""

from dataclasses import dataclass

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.ledger.entries import DeviationNoted
from trialwright.ledger.subject import SubjectState
from trialwright.vocabulary.findings import Reason


@dataclass(frozen=True, slots=True)
class NoteDeviation:
    """A departure from the protocol in a person's words."""

    participant: str
    code: str
    text: str
    encounter: str = ""


def decide_note_deviation(moment: Moment, state: SubjectState, command: NoteDeviation) -> Decision:
    """The deviation as an entry, or why it cannot be noted."""
    reasons = check_open(moment) + check_actor(moment, "note_deviation", state.site)
    if not state.seq:
        reasons.append(Reason("unknown-participant", f"there is no participant {command.participant}"))
    if not command.text.strip():
        reasons.append(Reason("no-text", "say what happened"))
    entry = DeviationNoted(command.code, command.text, command.encounter, "", moment.actor.person)
    return refuse("note_deviation", reasons) or (Planned(state.participant, entry),)
