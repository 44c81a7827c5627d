"""The state of the data by site: missing forms, queries, deviations, verification, signatures and locks."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trialwright.capture.visits import VisitState
from trialwright.ledger.review import WHOLE
from trialwright.web import trial
from trialwright.web.home.work import find_deviations
from trialwright.web.queries.automatic import load_automatic
from trialwright.web.queries.bulk import load_index
from trialwright.web.verification.progress import SiteLine, count_by_site
from trialwright.web.visits import Line, read_lines, read_rows

MOST_LINES = 2000
"""So many participants at most are looked through for missing forms; those allocated last."""
_MISSING = (VisitState.PARTLY, VisitState.OVERDUE, VisitState.MISSED)


@dataclass(frozen=True, slots=True)
class SiteData:
    """The data of one site in numbers. Queries of people: open, answered; and those of checks."""

    site: str
    people: int
    expected: int
    recorded: int
    late: int
    queries_open: int
    queries_answered: int
    queried: int
    deviations: int
    signed: int
    locked: int
    verification: SiteLine

    @property
    def missing(self) -> int:
        """Forms whose window has closed, or is open and begun, without a record."""
        return self.expected - self.recorded


@dataclass(frozen=True, slots=True)
class MissingForms:
    """A form and how often it is missing, at how many participants."""

    form: str
    count: int


def show_data(request: HttpRequest) -> HttpResponse:
    """The page: numbers by site, the forms that are missing most, the kinds of deviations."""
    sites = trial.list_sites(request)
    rows = sorted(read_rows(sites), key=lambda row: row["allocated_at"], reverse=True)
    today = trial.compute_today(sites[0] if sites else "")
    lines = read_lines(trial.get_definition(), rows[:MOST_LINES], today, sees_arm=trial.get_sight(request).arms)
    due = {site: Counter[str]() for site in sites}
    forms: Counter[str] = Counter()
    for line in lines:
        for form in _list_missing(line):
            due[line.site]["missing"] += 1
            forms[form] += 1
        due[line.site]["recorded"] += sum(len(one.recorded) for one in line.visits)
        due[line.site]["late"] += bool(_list_missing(line))
    place = {row["code"]: row["site"] for row in rows}
    context = {
        "lines": _list_sites(request, sites, place, due), "is_cut": len(rows) > MOST_LINES,
        "forms": [MissingForms(form, count) for form, count in forms.most_common(12)],
        "kinds": _count_deviations(request),
    }  # fmt: skip
    return render(request, "datamanager/data.html", context)


def _list_missing(line: Line) -> list[str]:
    """The forms that should be on record by now."""
    return [form for one in line.visits if one.state in _MISSING for form in one.missing]


def _list_sites(
    request: HttpRequest, sites: list[str], place: dict[str, str], due: dict[str, Counter[str]]
) -> list[SiteData]:
    said: Counter[tuple[str, str]] = Counter()
    for code, review in load_index(request).reviews.items():
        site = place.get(code, "")
        for thread in review.threads.values():
            said[site, "check" if thread.check else thread.status] += 1
        said[site, "signed"] += any(one.signed.scope == "CASEBOOK" for one in review.signatures)
        said[site, "locked"] += review.locks.get(WHOLE) == "LOCKED"
    queried = load_automatic(request).count_by_site()
    deviations = _count(find_deviations(request), place)
    people, verified = Counter(place.values()), {one.site: one for one in count_by_site(request)}
    return [
        SiteData(
            site, people[site], due[site]["recorded"] + due[site]["missing"], due[site]["recorded"], due[site]["late"],
            said[site, "OPEN"], said[site, "ANSWERED"], queried[site], deviations[site], said[site, "signed"],
            said[site, "locked"], verified[site],
        )
        for site in sites
    ]  # fmt: skip


def _count(rows: QuerySet[Any, Any], place: dict[str, str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for code, count in rows.values_list("participant").annotate(Count("position")):
        counts[place.get(code, "")] += count
    return counts


def _count_deviations(request: HttpRequest) -> list[tuple[str, int]]:
    """How often each kind of deviation was noted, the most frequent first."""
    rows = find_deviations(request).values_list("code").annotate(number=Count("position"))
    return [(code, number) for code, number in rows.order_by("-number", "code")]
