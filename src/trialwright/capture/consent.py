"""Consent given or refused. A consent that happened is recorded; what was wrong with it keeps the person from enrolling."""

from dataclasses import dataclass

from trialwright.access.policy import check_duty
from trialwright.capture.moment import (
    Decision,
    Moment,
    Planned,
    check_actor,
    check_open,
    check_site,
    plan_deviations,
    refuse,
)  # fmt: skip
from trialwright.capture.values import parse_moment
from trialwright.ledger.entries import ConsentGiven, ConsentRefused, DeviationNoted
from trialwright.ledger.subject import SubjectState
from trialwright.vocabulary.codelists import Duty
from trialwright.vocabulary.findings import Reason


@dataclass(frozen=True, slots=True)
class Consent:
    """Consent as it was given; ``given_at`` is the site's local date and time."""

    participant: str
    given_at: str
    form_version: str
    language: str
    explained_by: str
    copy_given: str = "Y"
    witness: str = ""
    optional_samples: str = ""
    signed_by: str = "PARTICIPANT"


@dataclass(frozen=True, slots=True)
class RefuseConsent:
    """A person did not consent."""

    participant: str
    reason: str = ""


def decide_consent(moment: Moment, state: SubjectState, command: Consent) -> Decision:
    """The consent with the deviations it shows, or why it cannot be recorded."""
    reasons = check_open(moment) + check_actor(moment, "consent", state.site) + check_site(moment, state.site)
    if not state.seq:
        reasons.append(Reason("unknown-participant", f"there is no participant {command.participant or '(no code)'}"))
    try:
        if parse_moment(command.given_at) > moment.compute_local_time(state.site):
            reasons.append(Reason("in-future", f"consent at {command.given_at} is in the future"))
    except ValueError as error:
        reasons.append(Reason("unreadable", f"given_at: {error}"))
    if (refused := refuse("consent", reasons)) is not None:
        return refused
    entry = ConsentGiven(
        command.given_at, command.form_version, command.language, command.explained_by,
        command.copy_given, command.witness, command.optional_samples, command.signed_by,
    )  # fmt: skip
    deviations = [DeviationNoted("INVALID_CONSENT", one.text) for one in check_consent(moment, state.site, entry)]
    return (Planned(state.participant, entry), *plan_deviations(state, deviations))


def check_consent(moment: Moment, site: str, consent: ConsentGiven) -> list[Reason]:
    """What is wrong with a consent: form version, copy, or the person who explained."""
    reasons = []
    approved = moment.study.sites[site].consent_versions if site in moment.study.sites else ()
    if consent.form_version not in approved:
        reasons.append(
            Reason(
                "consent-version",
                f"consent form {consent.form_version} is not approved at site {site} ({', '.join(approved) or 'none is'})",
            )
        )
    if consent.copy_given != "Y":
        reasons.append(Reason("consent-copy", "the participant was given no copy of the consent form"))
    day = parse_moment(consent.given_at).date()
    reasons += check_duty(Duty.OBTAIN_CONSENT, consent.explained_by, moment.study, site, day)
    return reasons


def decide_refuse_consent(moment: Moment, state: SubjectState, command: RefuseConsent) -> Decision:
    """The refusal as an entry, or why it cannot be recorded."""
    reasons = check_open(moment) + check_actor(moment, "refuse_consent", state.site)
    if not state.seq:
        reasons.append(Reason("unknown-participant", f"there is no participant {command.participant}"))
    if state.consent is not None:
        reasons.append(Reason("has-consented", "consent was given; to take it back is a kind of leaving"))
    return refuse("refuse_consent", reasons) or (Planned(state.participant, ConsentRefused(command.reason)),)
