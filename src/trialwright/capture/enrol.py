"""Enrol: the delegated physician signs that the person is eligible and has consented."""

from dataclasses import dataclass
from datetime import UTC, datetime

from trialwright.capture.consent import check_consent
from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, check_site, refuse
from trialwright.capture.screen import list_obstacles
from trialwright.capture.sign import check_fresh
from trialwright.ledger.entries import Enrolled
from trialwright.ledger.subject import SubjectState
from trialwright.vocabulary.codelists import Purpose
from trialwright.vocabulary.findings import Reason


@dataclass(frozen=True, slots=True)
class Enrol:
    """Enrol a participant on the latest screening and consent. It is a signature: ``authenticated_at`` says when the
    physician last proved who they are; a rehearsal does without."""

    participant: str
    authenticated_at: datetime | None = None


def decide_enrol(moment: Moment, state: SubjectState, command: Enrol) -> Decision:
    """The enrolment bound to the screening and consent it rests on, or every reason against it."""
    reasons = check_open(moment) + check_actor(moment, "enrol", state.site) + check_site(moment, state.site)
    if state.screening is None:
        reasons.append(Reason("not-screened", f"{command.participant} has not been screened"))
    else:
        reasons += list_obstacles(moment.definition, state.screening.verdicts)
    if state.consent is None:
        reasons.append(Reason("no-consent", f"{command.participant} has not consented"))
    else:
        reasons += check_consent(moment, state.site, state.consent)
    if state.enrolled_at:
        reasons.append(Reason("already-enrolled", f"{command.participant} is enrolled"))
    if state.died or state.left:
        reasons.append(Reason("has-left", f"{command.participant} has left"))
    if command.authenticated_at or moment.study.purpose != Purpose.VIRTUAL:
        reasons += check_fresh(moment, command.authenticated_at or datetime.min.replace(tzinfo=UTC))
    at = command.authenticated_at.isoformat() if command.authenticated_at else ""
    entry = Enrolled(state.screening_position, state.consent_position, at)
    return refuse("enrol", reasons) or (Planned(state.participant, entry),)
