"""Where the public record no longer tells the truth about a running study, since when, and by when it must be mended."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from trialwright.definition.compiled import Definition
from trialwright.record.model import Record
from trialwright.record.protocol import DateStruct
from trialwright.record.sentences import split_criteria
from trialwright.registry.case import CONTACTS, DESIGN, ELIGIBILITY, OUTCOMES, STATUS, Change, read_partial
from trialwright.registry.difference_words import match_texts
from trialwright.registry.facts import Facts, Reached
from trialwright.registry.rules.clocks import DAYS_TO_UPDATE, ELEMENTS


@dataclass(frozen=True, slots=True)
class Drift:
    """One field that the record tells wrongly.

    Parameters
    ----------
    path : str
        Place in the record.
    name : str
        The field, for people.
    public : str
        What the record says.
    truth : str
        What the definition and the ledger say.
    since : date or None
        The day on which the record became untrue; None where it never agreed with the definition.
    due : date or None
        The last day of the 30 days (42 CFR 11.64) that an update has; None without ``since``.
    """

    path: str
    name: str
    public: str
    truth: str
    since: date | None
    due: date | None


def compare_drift(definition: Definition, facts: Facts, public: Record) -> list[Drift]:
    """Every field that differs, in the order of the record; an empty list says that the record tells the truth.

    Parameters
    ----------
    definition : Definition
        The study as it is run.
    facts : Facts
        What its ledger says on a day.
    public : Record
        The record as the public sees it.
    """
    return [
        *_compare_status(facts, public),
        *_compare_dates(facts, public),
        *_compare_enrolment(facts, public),
        *_compare_sites(definition, facts, public),
        *_compare_outcomes(definition, public),
        *_compare_criteria(definition, public),
    ]


def list_changes(found: Iterable[Drift]) -> tuple[Change, ...]:
    """The changes behind the drift, for the clock: what became untrue on a known day, by the element's name."""
    return tuple(Change(_name_element(one.path), one.since, untold=True) for one in found if one.since is not None)


def _name_element(path: str) -> str:
    return "siteStatus" if path.startswith(f"{CONTACTS}.locations") else path.rpartition(".")[2]


def _drift(path: str, name: str, public: str, truth: str, since: date | None, element: str = "") -> Drift:
    days = ELEMENTS.get(element, DAYS_TO_UPDATE)
    return Drift(path, name, public or "nothing", truth, since, since + timedelta(days=days) if since else None)


def _compare_status(facts: Facts, public: Record) -> Iterator[Drift]:
    status = public.protocol.status
    if status.overall_status != facts.status:
        last = f" (last known {status.last_known_status})" if status.last_known_status else ""
        shown = f"{status.overall_status}{last}"
        yield _drift(
            f"{STATUS}.overallStatus", "overall status", shown, facts.status, facts.status_since, "overallStatus"
        )


def _compare_dates(facts: Facts, public: Record) -> Iterator[Drift]:
    status = public.protocol.status
    start = Reached(facts.start, True) if facts.start is not None else None
    for key, name, told, truth in (
        ("startDateStruct", "start", status.start, start),
        ("primaryCompletionDateStruct", "primary completion", status.primary_completion, facts.primary_completion),
        ("completionDateStruct", "study completion", status.completion, facts.completion),
    ):
        yield from _compare_date(f"{STATUS}.{key}", f"{name} date", told, truth, facts.on, key)


def _compare_date(path: str, name: str, told: DateStruct, truth: Reached | None, on: date, key: str) -> Iterator[Drift]:
    """A reached milestone is told as actual with its day; one ahead is an estimate that can still come true."""
    public = f"{told.date} {told.type}".strip()
    read = read_partial(told.date)
    if truth is not None and truth.reached:
        right = told.type == "ACTUAL" and read is not None and read.earliest <= truth.day <= read.latest
        if not right:
            yield _drift(path, name, public, f"{truth.day} ACTUAL", truth.day, key)
    elif told.type == "ACTUAL":
        yield _drift(path, name, public, _ahead(truth), None, key)
    elif read is not None and read.latest < on:
        yield _drift(path, name, public, _ahead(truth), read.latest + timedelta(days=1), key)
    elif read is not None and truth is not None and read.latest < truth.day:
        yield _drift(path, name, public, _ahead(truth), None, key)


def _ahead(truth: Reached | None) -> str:
    return "not reached" if truth is None else f"not reached, {truth.day} at the earliest"


def _compare_enrolment(facts: Facts, public: Record) -> Iterator[Drift]:
    """The plan while the study runs; from primary completion on the number that was reached (42 CFR 11.64)."""
    told = public.protocol.design.enrollment_info
    shown = f"{'' if told.count is None else told.count} {told.type}".strip()
    path, end = f"{DESIGN}.enrollmentInfo", facts.primary_completion
    if end is not None and end.reached:
        if (told.count, told.type) != (facts.enrolled, "ACTUAL"):
            yield _drift(path, "enrollment", shown, f"{facts.enrolled} ACTUAL", end.day, "enrollmentInfo")
    elif told.count not in (facts.planned, facts.enrolled) or (told.type == "ACTUAL" and not facts.is_full):
        truth = f"{facts.planned} ESTIMATED ({facts.enrolled} enrolled so far)"
        yield _drift(path, "enrollment", shown, truth, None)


def _compare_sites(definition: Definition, facts: Facts, public: Record) -> Iterator[Drift]:
    """Sites by name; a closed study shows no site status."""
    places = public.protocol.contacts.locations
    names = {place.facility.lower(): number for number, place in enumerate(places)}
    for one_id, fact in facts.sites.items():
        site = definition.sites[one_id]
        number = names.get(site.name.lower())
        if number is None:
            yield _drift(
                f"{CONTACTS}.locations", f"site {site.name}", "not listed", fact.status, fact.since, "siteStatus"
            )
            continue
        told = places[number].status
        status = "ACTIVE_NOT_RECRUITING" if fact.status == "RECRUITING" and facts.is_full else fact.status
        since = facts.last_enrolled if status == "ACTIVE_NOT_RECRUITING" else fact.since
        if told != status and facts.status not in ("COMPLETED", "TERMINATED", "WITHDRAWN"):
            path = f"{CONTACTS}.locations.{number}.status"
            yield _drift(path, f"status of {site.name}", told, status, since, "siteStatus")


_LEVELS = {"primary": "primaryOutcomes", "secondary": "secondaryOutcomes", "other": "otherOutcomes"}


def _compare_outcomes(definition: Definition, public: Record) -> Iterator[Drift]:
    """Outcomes as the study measures them; a record that tells no levels is not asked for them."""
    told = public.protocol.outcomes.leveled
    endpoints = definition.study.endpoints
    pairs, gone, come = match_texts([one.measure for _, one in told], [one.title for one in endpoints])
    for at in gone:
        level, outcome = told[at]
        path = f"{OUTCOMES}.{_LEVELS.get(level, 'unlabelledOutcomes')}"
        yield _drift(path, "outcome", outcome.measure, "the study does not measure it", None)
    for at in come:
        endpoint = endpoints[at]
        path = f"{OUTCOMES}.{_LEVELS[endpoint.level]}"
        yield _drift(path, f"{endpoint.level} outcome", "not registered", endpoint.title, None)
    for at, other in pairs.items():
        (level, outcome), endpoint = told[at], endpoints[other]
        path = f"{OUTCOMES}.{_LEVELS[endpoint.level]}"
        if level and level != endpoint.level:
            yield _drift(path, f"level of {endpoint.title!r}", level, endpoint.level, None)
        if _plain(outcome.measure) != _plain(endpoint.title):
            yield _drift(path, "outcome title", outcome.measure, endpoint.title, None)
        if outcome.time_frame and _plain(outcome.time_frame) != _plain(endpoint.time_frame):
            yield _drift(path, f"time frame of {endpoint.title!r}", outcome.time_frame, endpoint.time_frame, None)


def _compare_criteria(definition: Definition, public: Record) -> Iterator[Drift]:
    """Registered sentences and those by which the study decides, by their words."""
    told = split_criteria(public.protocol.eligibility.eligibility_criteria).criteria
    decided = [one.criterion for one in definition.criteria]
    pairs, gone, come = match_texts([one.text for one in told], [one.text for one in decided])
    path = f"{ELIGIBILITY}.eligibilityCriteria"
    for at in gone:
        yield _drift(path, f"{told[at].kind.value} criterion", told[at].text, "the study does not ask it", None)
    for at in come:
        yield _drift(path, f"{decided[at].kind} criterion", "not registered", decided[at].text, None)
    for at, other in pairs.items():
        if _plain(told[at].text) != _plain(decided[other].text):
            yield _drift(path, f"criterion {decided[other].id}", told[at].text, decided[other].text, None)


def _plain(text: str) -> str:
    """Case, white space and a final stop or semicolon are no difference."""
    return "".join(text.lower().split()).rstrip(".;,")
