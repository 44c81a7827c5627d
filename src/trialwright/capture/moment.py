"""What every decision is made from, and what it comes to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

from trialwright.access.policy import Actor, check_access
from trialwright.definition.compiled import Definition
from trialwright.ledger.entries import DeviationNoted, Entry
from trialwright.ledger.study import StudyState
from trialwright.ledger.subject import SubjectState
from trialwright.vocabulary.codelists import Role
from trialwright.vocabulary.findings import Reason, Refusal


@dataclass(frozen=True, slots=True)
class Moment:
    """The definition, the study's state, who acts, and the server's time (aware, UTC)."""

    definition: Definition
    study: StudyState
    actor: Actor
    now: datetime

    def compute_day(self, site: str) -> date:
        """The calendar day at a site now; the server's UTC day where the site is not known."""
        known = self.definition.sites.get(site)
        return self.now.astimezone(ZoneInfo(known.time_zone)).date() if known else self.now.date()

    def compute_local_time(self, site: str) -> datetime:
        """The site's own time now, without zone."""
        return self.now.astimezone(self.find_zone(site)).replace(tzinfo=None)

    def find_zone(self, site: str) -> tzinfo:
        """The zone of a site; UTC where the site is not known."""
        known = self.definition.sites.get(site)
        return ZoneInfo(known.time_zone) if known else UTC


@dataclass(frozen=True, slots=True)
class Planned:
    """An entry that a decision wants written, for a participant or ('') for the study's own chain."""

    participant: str
    entry: Entry


Decision = tuple[Planned, ...] | Refusal


def check_open(moment: Moment) -> list[Reason]:
    """Why nothing can be written now: the ledger is not open, or under another definition."""
    opened = moment.study.opened
    if opened is None:
        return [Reason("not-open", "the ledger has not been opened with its purpose")]
    if (opened.version, opened.digest) != (moment.definition.version, moment.definition.digest):
        return [
            Reason(
                "other-definition",
                f"the ledger works under definition {opened.version} ({opened.digest[:12]}), "
                f"the study files are {moment.definition.version} ({moment.definition.digest[:12]})",
            )
        ]
    return []


def check_site(moment: Moment, site: str) -> list[Reason]:
    """Why nothing new may begin at ``site``: locked, not active, or its ethics approval has expired."""
    if "LOCKED" in (moment.study.release.locks.get(""), moment.study.release.locks.get(site)):
        return [Reason("locked", f"the data of site {site} are locked")]
    state = moment.study.sites.get(site)
    if state is None:
        return [Reason("site-not-active", f"site {site} has not been activated")]
    if state.status != "ACTIVE":
        return [Reason("site-not-active", f"site {site} is {state.status.lower()}")]
    expires = state.activation.details.get("ethics_expires", "")
    if expires and expires < moment.compute_day(site).isoformat():
        return [Reason("approval-expired", f"the ethics approval of site {site} expired on {expires}")]
    return []


def check_actor(moment: Moment, act: str, site: str) -> list[Reason]:
    """Why this actor may not do ``act`` at ``site`` now."""
    return list(check_access(act, moment.actor, moment.study, site, moment.compute_day(site)))


def check_principal(moment: Moment) -> list[Reason]:
    """Why an investigator is not the principal investigator: the one of the study's first site (ICH E6(R3), glossary).

    Empty for every other role, whose own permission says what they may do.
    """
    lead = next(iter(moment.definition.sites), "")
    if moment.actor.role is not Role.INVESTIGATOR or moment.actor.site in ("", lead):
        return []
    return [Reason("not-principal", f"this is for the principal investigator, at site {lead}")]


def refuse(act: str, reasons: Iterable[Reason]) -> Refusal | None:
    """The refusal with these reasons, or None where there are none."""
    found = tuple(dict.fromkeys(reasons))
    return Refusal(act, found) if found else None


def plan_deviations(state: SubjectState, deviations: Iterable[DeviationNoted]) -> list[Planned]:
    """The deviations that the participant's record does not hold yet."""
    known = {(one.code, one.encounter, one.form) for one in state.deviations}
    fresh = {(one.code, one.encounter, one.form): one for one in deviations}
    return [Planned(state.participant, one) for key, one in fresh.items() if key not in known]
