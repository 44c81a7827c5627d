"""Review of an event that a value proposes: confirmed, not clinically significant, or pre-existing, by name and reason."""

from dataclasses import dataclass

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.ledger.entries_safety import ProposalReviewed
from trialwright.ledger.subject import SubjectState
from trialwright.safety.proposals import Verdict
from trialwright.vocabulary.findings import Reason


@dataclass(frozen=True, slots=True)
class ReviewProposal:
    """The judgement of the proposal of one value, by its place (``D3.chemistry.alt``) and its text as recorded.

    A value that is corrected afterwards proposes again. CONFIRMED names the event that was opened for it.
    """

    participant: str
    path: str
    value: str
    term: str
    verdict: Verdict
    reason: str = ""
    event: int = 0


def decide_review_proposal(moment: Moment, state: SubjectState, command: ReviewProposal) -> Decision:
    """The review as an entry, or why not: another value stands there now, no such event, no reason."""
    reasons = check_open(moment) + check_actor(moment, "review_proposal", state.site)
    if command.value not in _list_values(state, command.path):
        reasons.append(Reason("changed-meanwhile", f"{command.path} is not {command.value}: look at it first"))
    if command.verdict is Verdict.CONFIRMED:
        if command.event not in state.events:
            reasons.append(Reason("unknown-event", "report the event, then confirm the proposal as that event"))
    elif not command.reason.strip():
        reasons.append(Reason("no-reason", "say why this is no adverse event"))
    entry = ProposalReviewed(
        command.path, command.value, command.term, command.verdict.value, command.reason, command.event
    )
    return refuse("review_proposal", reasons) or (Planned(state.participant, entry),)


def _list_values(state: SubjectState, path: str) -> list[str]:
    """The texts that stand at a place now: encounter, form, row of a log where it is one, item."""
    place, _, item = path.rpartition(".")
    return [
        version.recorded.values[item]
        for (encounter, form, repeat), version in state.forms.items()
        if item in version.recorded.values
        and place in (".".join(filter(None, (encounter, form))), ".".join(filter(None, (encounter, form, str(repeat)))))
    ]
