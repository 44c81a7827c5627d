"""What a site has and what it still lacks: the refusal that an activation would meet now, as a list to work through."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from trialwright.access.policy import Actor
from trialwright.capture.moment import Moment
from trialwright.capture.sites import ActivateSite, decide_activate_site
from trialwright.ledger.entries import DutyDelegated
from trialwright.ledger.study import StudyState
from trialwright.vocabulary.codelists import Role
from trialwright.vocabulary.findings import Reason, Refusal

_PEOPLE = frozenset({"no-delegation"})


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the opening and whether it is done; ``reasons`` says what is missing."""

    name: str
    reasons: tuple[Reason, ...]

    @property
    def is_done(self) -> bool:
        """Whether nothing is missing."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a site."""

    person: str
    name: str


@dataclass(frozen=True, slots=True)
class Delegation:
    """A line of the delegation log. ``holds``: today, by dates, and not ended or renewed by a later line."""

    person: str
    name: str
    duty: str
    start: str
    end: str
    trained: tuple[str, ...]
    holds: bool


def list_steps(moment: Moment, site: str) -> tuple[Step, ...]:
    """Approvals, people, and the act itself; what is missing is what the act would be refused for."""
    state = moment.study.sites.get(site)
    details = dict(state.activation.details) if state else {}
    versions = state.consent_versions if state else ()
    reasons = _find_missing(moment, ActivateSite(site, details, versions))
    papers = tuple(one for one in reasons if one.code == "no-approval")
    people = tuple(one for one in reasons if one.code in _PEOPLE)
    expires = details.get("ethics_expires", "")
    if expires and expires < moment.compute_day(site).isoformat():
        papers += (Reason("approval-expired", f"the ethics approval expired on {expires}"),)
    active = () if state and state.status == "ACTIVE" else (Reason("site-not-active", ""),)
    return Step("papers", papers), Step("people", people), Step("active", active)


def _find_missing(moment: Moment, command: ActivateSite) -> tuple[Reason, ...]:
    asked = replace(moment, actor=Actor("", Role.SPONSOR))
    decision = decide_activate_site(asked, command)
    return decision.reasons if isinstance(decision, Refusal) else ()


def list_people(study: StudyState, site: str) -> list[Person]:
    """The people who work at a site: by account, and by the delegation log."""
    names = {person: one.name for person, one in study.accounts.items() if one.workplace == site and one.active == "Y"}
    for one in study.duties:
        if one.site == site and one.person not in names:
            known = study.accounts.get(one.person)
            names[one.person] = known.name if known else one.person
    return [Person(person, name) for person, name in sorted(names.items())]


def list_delegations(study: StudyState, site: str, today: date) -> list[Delegation]:
    """The delegation log of a site, in the order of people and days."""
    lines = [one for one in study.duties if one.site == site]
    return sorted(_list_lines(study, lines, today), key=lambda one: (one.person, one.start, one.duty))


def _list_lines(study: StudyState, lines: list[DutyDelegated], today: date) -> Iterator[Delegation]:
    for one in lines:
        known = study.accounts.get(one.person)
        begun = one.start <= today.isoformat() and (not one.end or today.isoformat() <= one.end)
        yield Delegation(
            one.person, known.name if known else "", one.duty, one.start, one.end,
            study.trained.get(one.person, ()),
            begun and study.has_duty(one.person, one.duty, one.site, today),
        )  # fmt: skip
