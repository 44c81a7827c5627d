"""What a running study's ledger says about the things that its public record tells: status, dates, enrolment, sites.

The registry's definitions: the study starts with the first subject who is enrolled, on the day of consent; enrolment
counts those who are enrolled, not those who were screened; primary completion is the last day on which somebody could
be measured for a primary outcome; study completion is the last visit of the last subject.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from trialwright.definition.compiled import Definition
from trialwright.ledger import entries as e
from trialwright.ledger.subject import Stamped
from trialwright.vocabulary.partial_dates import PartialDate

_STAYS = frozenset({"STOP_TREATMENT", "STOP_VISITS", "SITE_TRANSFER"})
FACT_ACTS = frozenset(
    kind.act
    for kind in (
        e.SiteActivated, e.SiteSuspended, e.SiteClosed, e.ConsentGiven, e.Enrolled, e.Allocated, e.DoseGiven, e.Left,
        e.Died, e.Completed,
    )
)  # fmt: skip
"""The acts that tell something of the public record; all others can be left unread."""


@dataclass(frozen=True, slots=True)
class SiteFact:
    """The status of a site (RECRUITING, SUSPENDED or COMPLETED in the registry's words) and since when."""

    status: str
    since: date


@dataclass(frozen=True, slots=True)
class _Person:
    """One subject: days of consent, enrolment, allocation, first dose, and the end of taking part."""

    arm: str = ""
    consent: date | None = None
    enrolled: date | None = None
    allocated: date | None = None
    first_dose: date | None = None
    end: date | None = None
    completed: date | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone: the day, and whether it was reached by the day of asking."""

    day: date
    reached: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of the study on a day.

    Parameters
    ----------
    on : date
        The day.
    status : str
        Overall status in the registry's words.
    status_since : date or None
        When it became true; None before anything happened.
    start : date or None
        Consent of the first enrolled subject.
    enrolled, planned : int
        Subjects enrolled, and planned by the definition.
    last_enrolled : date or None
        When the last of them was enrolled.
    primary_completion, completion : Reached or None
        None before anybody is enrolled. While places are open it is the earliest day that it could be.
    sites : mapping of str to SiteFact
        By site id.
    """

    on: date
    status: str
    status_since: date | None
    start: date | None
    enrolled: int
    planned: int
    last_enrolled: date | None
    primary_completion: Reached | None
    completion: Reached | None
    sites: Mapping[str, SiteFact] = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        """Whether every planned place is taken."""
        return self.enrolled >= self.planned


@dataclass(frozen=True, slots=True)
class Course:
    """Subjects and sites as far as the ledger was read; what the facts of any day are made of."""

    people: Mapping[str, _Person] = field(default_factory=dict)
    sites: Mapping[str, SiteFact] = field(default_factory=dict)


NO_COURSE = Course()


def fold_course(course: Course, entries: Iterable[Stamped]) -> Course:
    """The course with more entries of the ledger taken in."""
    people, sites = dict(course.people), dict(course.sites)
    for stamped in entries:
        _take(people, sites, stamped, date.fromisoformat(stamped.at[:10]))
    return Course(people, sites)


def compute_facts(definition: Definition, entries: Iterable[Stamped], on: date) -> Facts:
    """The facts on a day, from the ledger's entries up to it."""
    past = (one for one in entries if date.fromisoformat(one.at[:10]) <= on)
    return sum_up(definition, fold_course(NO_COURSE, past), on)


def sum_up(definition: Definition, course: Course, on: date) -> Facts:
    """The facts on a day that is not before the last entry of the course."""
    enrolled = [person for person in course.people.values() if person.enrolled is not None]
    return _sum_up(definition, enrolled, course.sites, on)


def _take(people: dict[str, _Person], sites: dict[str, SiteFact], stamped: Stamped, day: date) -> None:
    """One entry's part in the facts; acts that no public record tells change nothing."""
    person = people.get(stamped.participant, _Person())
    match stamped.entry:
        case e.SiteActivated(site=site):
            sites[site] = SiteFact("RECRUITING", day)
        case e.SiteSuspended(site=site):
            sites[site] = SiteFact("SUSPENDED", day)
        case e.SiteClosed(site=site):
            sites[site] = SiteFact("COMPLETED", day)
        case e.ConsentGiven(given_at=at):
            people[stamped.participant] = replace(person, consent=person.consent or _day(at, day))
        case e.Enrolled():
            people[stamped.participant] = replace(person, enrolled=person.enrolled or day)
        case e.Allocated(arm=arm):
            people[stamped.participant] = replace(person, arm=arm, allocated=day)
        case e.DoseGiven(started_at=at):
            given = _day(at, day)
            people[stamped.participant] = replace(person, first_dose=min(given, person.first_dose or given))
        case e.Left(kind=kind, on=at) if kind not in _STAYS:
            people[stamped.participant] = replace(person, end=_day(at, day))
        case e.Died(on=at):
            people[stamped.participant] = replace(person, end=_day(at, day))
        case e.Completed(on=at):
            people[stamped.participant] = replace(person, completed=_day(at, day))
        case _:
            pass


def _day(text: str, otherwise: date) -> date:
    """The last day that a perhaps partial date or a moment can be; the entry's own day where it is neither."""
    try:
        return min(PartialDate.parse(text[:10]).latest, otherwise)
    except ValueError:
        return otherwise


def _day0(definition: Definition, person: _Person) -> date | None:
    arm = definition.arms.get(person.arm)
    if arm is not None and arm.day0 == "FIRST_DOSE" and person.first_dose is not None:
        return person.first_dose
    return person.allocated or person.enrolled


def _sum_up(definition: Definition, enrolled: list[_Person], sites: Mapping[str, SiteFact], on: date) -> Facts:
    planned = definition.study.study.planned_enrolment
    full = len(enrolled) >= planned
    encounters = definition.encounters
    primary_days = [
        encounters[at].day
        for endpoint in definition.study.endpoints
        if endpoint.level == "primary"
        for at in endpoint.at
    ]
    primary = _reach(definition, enrolled, max(primary_days, default=0), on, full=full)
    completion = _reach(definition, enrolled, definition.study.study.follow_up_days, on, full=full)
    last = max((person.enrolled for person in enrolled if person.enrolled), default=None)
    status, since = _decide_status(sites, len(enrolled), full, last, completion)
    return Facts(
        on=on,
        status=status,
        status_since=since,
        start=min((person.consent or person.enrolled for person in enrolled if person.enrolled), default=None),
        enrolled=len(enrolled),
        planned=planned,
        last_enrolled=last,
        primary_completion=primary,
        completion=completion,
        sites=dict(sites),
    )


def _reach(definition: Definition, enrolled: list[_Person], horizon: int, on: date, *, full: bool) -> Reached | None:
    """The last day on which somebody is measured up to ``horizon`` days after day 0, or leaves before."""
    days = []
    for person in enrolled:
        day0 = _day0(definition, person)
        if day0 is None:
            continue
        last = day0 + timedelta(days=horizon)
        if person.completed is not None and horizon >= definition.study.study.follow_up_days:
            # The last visit as it was, within its window, not as it was planned.
            last = person.completed
        days.append(min(last, person.end) if person.end is not None else last)
    if not days:
        return None
    return Reached(max(days), full and max(days) <= on)


def _decide_status(
    sites: Mapping[str, SiteFact], enrolled: int, full: bool, last: date | None, completion: Reached | None
) -> tuple[str, date | None]:
    """The overall status follows the sites while places are open, and the subjects afterwards."""
    if full:
        if completion is not None and completion.reached:
            return "COMPLETED", completion.day
        return "ACTIVE_NOT_RECRUITING", last
    active = [site.since for site in sites.values() if site.status == "RECRUITING"]
    if active:
        return "RECRUITING", min(active)
    if not sites:
        return "NOT_YET_RECRUITING", None
    latest = max(site.since for site in sites.values())
    if any(site.status == "SUSPENDED" for site in sites.values()):
        return "SUSPENDED", latest
    return ("TERMINATED" if enrolled else "WITHDRAWN"), latest
