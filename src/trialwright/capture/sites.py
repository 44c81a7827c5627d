"""Open, suspend and close a site: a site opens by an act, version 1 included (principles of conduct, 2)."""

from collections.abc import Mapping
from dataclasses import dataclass

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.ledger.entries import SiteActivated, SiteClosed, SiteSuspended
from trialwright.vocabulary.codelists import Duty
from trialwright.vocabulary.findings import Reason

NEEDED = (
    ("ethics_body", "the ethics body"),
    ("ethics_number", "the number of the ethics opinion"),
    ("ethics_date", "the date of the ethics opinion"),
    ("protocol_version", "the protocol version that was approved"),
    ("contract_date", "the date of the contract"),
    ("laboratory", "the laboratory with its reference ranges"),
    ("product_ready", "whether the product is ready"),
)
_DUTIES = (Duty.OBTAIN_CONSENT, Duty.JUDGE_ELIGIBILITY, Duty.ALLOCATE, Duty.ENTER_DATA, Duty.ASSESS_SAFETY)


@dataclass(frozen=True, slots=True)
class ActivateSite:
    """Open a site under the ledger's definition version, with its approvals and consent versions."""

    site: str
    details: Mapping[str, str]
    consent_versions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SuspendSite:
    """Stop screening, consent and allocation at a site for now."""

    site: str
    reason: str


@dataclass(frozen=True, slots=True)
class CloseSite:
    """Close a site for good."""

    site: str
    reason: str


def decide_activate_site(moment: Moment, command: ActivateSite) -> Decision:
    """The activation, or everything that the site still lacks."""
    reasons = check_open(moment) + check_actor(moment, "activate_site", command.site)
    if command.site not in moment.definition.sites:
        reasons.append(Reason("unknown-site", f"the study has no site {command.site}"))
    reasons += [
        Reason("no-approval", f"{what} is missing") for key, what in NEEDED if not command.details.get(key, "").strip()
    ]
    if not command.consent_versions:
        reasons.append(Reason("no-approval", "no approved consent form version is named"))
    reasons += _check_people(moment, command.site)
    state = moment.study.sites.get(command.site)
    if state is not None and state.status == "CLOSED":
        reasons.append(Reason("site-closed", f"site {command.site} is closed for good"))
    if state is not None and state.status == "ACTIVE":
        reasons.append(Reason("already-active", f"site {command.site} is already active"))
    entry = SiteActivated(command.site, moment.definition.version, dict(command.details), command.consent_versions)
    return refuse("activate_site", reasons) or (Planned("", entry),)


def _check_people(moment: Moment, site: str) -> list[Reason]:
    """Every duty that a site needs must be handed to a trained person on the day of opening."""
    day, study, reasons = moment.compute_day(site), moment.study, []
    for duty in _DUTIES:
        holders = {one.person for one in study.duties if one.duty == duty and one.site == site}
        if not any(study.has_duty(person, duty, site, day) and study.trained.get(person) for person in holders):
            reasons.append(Reason("no-delegation", f"nobody trained at site {site} has the duty {duty.value}"))
    return reasons


def decide_suspend_site(moment: Moment, command: SuspendSite) -> Decision:
    """The suspension of an active site, or why not."""
    reasons = _check_ending(moment, "suspend_site", command.site, command.reason, ("ACTIVE",))
    return refuse("suspend_site", reasons) or (Planned("", SiteSuspended(command.site, command.reason)),)


def decide_close_site(moment: Moment, command: CloseSite) -> Decision:
    """The closing of a site, or why not."""
    reasons = _check_ending(moment, "close_site", command.site, command.reason, ("ACTIVE", "SUSPENDED"))
    return refuse("close_site", reasons) or (Planned("", SiteClosed(command.site, command.reason)),)


def _check_ending(moment: Moment, act: str, site: str, reason: str, statuses: tuple[str, ...]) -> list[Reason]:
    reasons = check_open(moment) + check_actor(moment, act, site)
    state = moment.study.sites.get(site)
    if state is None or state.status not in statuses:
        reasons.append(Reason("site-not-active", f"site {site} is not {' or '.join(one.lower() for one in statuses)}"))
    if not reason.strip():
        reasons.append(Reason("no-reason", "a reason is needed"))
    return reasons
