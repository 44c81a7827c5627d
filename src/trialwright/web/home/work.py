"""What waits for a person today, read in a few statements."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse

from trialwright.capture.visits import Visit, VisitState, list_telling_forms
from trialwright.store.models import DeviationState, Participant
from trialwright.web import trial
from trialwright.web.folders import FOLDERS
from trialwright.web.links import find_form_address, find_participant_address
from trialwright.web.people import list_people
from trialwright.web.queries.automatic import load_automatic
from trialwright.web.task import Task
from trialwright.web.visits import COLUMNS, Line, read_lines

M = TypeVar("M", bound=Model)

COMING_DAYS = 7
LATE_DAYS = 30
"""For so long a visit that was left incomplete stays on the list; afterwards the matrix and the deviations tell of it."""
MOST_PEOPLE = 300
MOST_ROWS = 12
_WAY_IN = ("SCREENED", "CONSENTED", "ENROLLED")


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit on a list. ``left`` counts the days to the end of its window, negative behind it."""

    code: str
    site: str
    visit: Visit
    left: int
    href: str

    @property
    def total(self) -> int:
        """How many forms the visit has."""
        return len(self.visit.recorded) + len(self.visit.missing)

    @property
    def late(self) -> int:
        """How many days ago its window closed."""
        return -self.left


@dataclass(frozen=True, slots=True)
class Work:
    """The lists of the home page. ``is_cut``: there are more participants than were looked at."""

    due: tuple[VisitRow, ...]
    late: tuple[VisitRow, ...]
    coming: tuple[VisitRow, ...]
    is_cut: bool


def load_work(request: HttpRequest, today: date) -> Work:
    """The visits that are due, late and coming for those whom the actor may see; five statements."""
    definition, sight = trial.get_definition(), trial.get_sight(request)
    rows = list(
        Participant.objects.filter(site__in=trial.list_sites(request), status="ALLOCATED")
        .order_by("-allocated_at")
        .values(*COLUMNS)[: MOST_PEOPLE + 1]
    )
    lines = read_lines(definition, rows[:MOST_PEOPLE], today, sees_arm=sight.arms)
    due, late, coming = [], [], []
    for line, visit in ((person, one) for person in lines for one in person.visits):
        if visit.latest is None or visit.earliest is None:
            continue
        row = VisitRow(line.code, line.site, visit, (visit.latest - today).days, _find_next_form(line, visit))
        if visit.state in (VisitState.OVERDUE, VisitState.MISSED) and row.left >= -LATE_DAYS:
            late.append(row)
        elif visit.state in (VisitState.DUE, VisitState.PARTLY) and visit.earliest <= today:
            due.append(row)
        elif visit.state is VisitState.COMING and visit.earliest <= today + timedelta(days=COMING_DAYS):
            coming.append(row)
    return Work(_sort(due), _sort(late), _sort(coming), len(rows) > MOST_PEOPLE)


def keep_doses(work: Work) -> Work:
    """Of the visits those whose dose is not given yet, with the way to the doses: what a pharmacist is to prepare."""
    forms = {one.form for one in trial.get_definition().interventions.values() if one.dose}

    def choose(rows: tuple[VisitRow, ...]) -> tuple[VisitRow, ...]:
        mine = (row for row in rows if forms & set(row.visit.missing))
        return tuple(replace(row, href=reverse("doses", kwargs={"code": row.code})) for row in mine)

    return Work(choose(work.due), choose(work.late), choose(work.coming), work.is_cut)


def _sort(rows: list[VisitRow]) -> tuple[VisitRow, ...]:
    return tuple(sorted(rows, key=lambda row: (row.left, row.code)))


def _find_next_form(line: Line, visit: Visit) -> str:
    forms = trial.get_definition().forms
    mine = [form for form in visit.missing if not forms[form].form.blinded]
    if mine and visit.state in (VisitState.DUE, VisitState.PARTLY, VisitState.OVERDUE, VisitState.MISSED):
        return find_form_address(line.code, visit.encounter, mine[0])
    return find_participant_address(line.code, visit.encounter)


def list_on_the_way(request: HttpRequest) -> list[dict[str, Any]]:
    """Those between screening and allocation. ``step`` is what comes next."""
    rows = [one for one in list_people(request) if one.status in _WAY_IN]
    steps = dict(zip(_WAY_IN, ("consent", "enrol", "allocate"), strict=True))
    return [
        {**one._asdict(), "step": steps[one.status]}
        for one in sorted(rows, key=lambda one: -one.position)[: 2 * MOST_ROWS]
    ]


def find_deviations(request: HttpRequest) -> QuerySet[DeviationState, DeviationState]:
    """The deviations of those whom the actor may see."""
    people = Participant.objects.filter(site__in=trial.list_sites(request)).values("code")
    rows = DeviationState.objects.filter(participant__in=people)
    if trial.get_sight(request).arms:
        return rows
    return hide_telling(request, rows.exclude(code__contains="DOSE"))


def hide_telling(request: HttpRequest, rows: QuerySet[M, M]) -> QuerySet[M, M]:
    """Without what tells the arm, for those who must not know it: visits of one arm, and forms of doses."""
    if trial.get_sight(request).arms:
        return rows
    definition = trial.get_definition()
    visits = [one.id for one in definition.encounters.values() if one.only]
    return rows.exclude(encounter__in=visits).exclude(form__in=list_telling_forms(definition))


def list_queried(request: HttpRequest) -> list[dict[str, Any]]:
    """The forms with an open automatic query that were saved last."""
    rows = sorted(load_automatic(request).rows, key=lambda one: -one.position)
    places = dict.fromkeys((one.code, *one.key) for one in rows)
    names = ("participant", "encounter", "form", "repeat")
    return [_link(dict(zip(names, place, strict=True))) for place in [*places][:MOST_ROWS]]


def list_deviations(request: HttpRequest) -> list[dict[str, Any]]:
    """The deviations noted last."""
    rows = find_deviations(request).order_by("-position")[:MOST_ROWS]
    return [
        {**row, "href": find_participant_address(row["participant"], row["encounter"])}
        for row in rows.values("participant", "encounter", "form", "code", "at")
    ]


def _link(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "href": find_form_address(row["participant"], row["encounter"], row["form"], row["repeat"])}


def list_site_rows(request: HttpRequest, work: Work) -> list[dict[str, Any]]:
    """One row a site: people by where they are, visits due and late, queries, deviations; two statements."""
    sites = trial.list_sites(request)
    people = {site: [one for one in list_people(request) if one.site == site] for site in sites}
    queried, deviations = load_automatic(request).count_by_site(), _count_by_site(find_deviations(request))
    due, late = (Counter(row.site for row in rows) for rows in (work.due, work.late))
    return [
        {
            "site": site, "screened": len(people[site]), "allocated": sum(bool(one.allocated_at) for one in people[site]),
            "active": sum(one.status == "ALLOCATED" for one in people[site]), "due": due[site], "late": late[site],
            "queried": queried[site], "deviations": deviations[site],
        }
        for site in sites
    ]  # fmt: skip


def _count_by_site(rows: QuerySet[Any, Any]) -> Counter[str]:
    site = Subquery(Participant.objects.filter(code=OuterRef("participant")).values("site"))
    counted = rows.annotate(place=site).order_by().values("place").annotate(number=Count("*"))
    return Counter({row["place"]: row["number"] for row in counted})


def list_tasks(request: HttpRequest) -> list[Task]:
    """What every other folder says is waiting for this person."""
    found: list[Task] = []
    for folder in FOLDERS:
        name = f"trialwright.web.{folder}.home"
        if folder != "home" and find_spec(name) is not None:
            found += import_module(name).list_tasks(request)
    return found


def count_doses(work: Work) -> Sequence[Task]:
    """The numbers at the top of the page of a pharmacist."""
    return (
        Task("home.doses_due", len(work.due), "#due", "warn" if work.due else ""),
        Task("home.doses_late", len(work.late), "#late", "bad" if work.late else ""),
        Task("home.doses_coming", len(work.coming), "#coming"),
    )


def count_tasks(work: Work, queried: int, deviations: int) -> Sequence[Task]:
    """The numbers at the top of the page."""
    asked = f"{reverse('queries')}?status=unsettled&kind=check"
    return (
        Task("home.due", len(work.due), "#due", "warn" if work.due else ""),
        Task("home.late", len(work.late), "#late", "bad" if work.late else ""),
        Task("home.coming", len(work.coming), "#coming"),
        Task("home.queries", queried, asked, "warn" if queried else ""),
        Task("home.deviations", deviations, f"{reverse('participants')}?with=deviations"),
    )
