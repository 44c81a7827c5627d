"""The matrix of participants and visits: one window of it at a time, read by SQL, whatever the size of the trial."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from trialwright.capture.visits import Visit, VisitState, list_encounters
from trialwright.definition.schedule import Encounter
from trialwright.store.models import DeviationState, FormState, Participant
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.links import find_participant_address
from trialwright.web.visits import COLUMNS, Line, read_lines

PER_PAGE = 50
STATUSES = ("SCREENED", "CONSENTED", "ENROLLED", "ALLOCATED", "COMPLETED", "LEFT", "DIED", "REFUSED")
LEGEND = (
    VisitState.DONE, VisitState.PARTLY, VisitState.DUE, VisitState.OVERDUE, VisitState.MISSED, VisitState.COMING,
    VisitState.ENDED,
)  # fmt: skip
_SHORT = 11


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the matrix is shown; every field comes from the address and is checked against what there is."""

    code: str = ""
    site: str = ""
    status: str = ""
    arm: str = ""
    having: str = ""
    page: int = 1

    @classmethod
    def read(cls, request: HttpRequest) -> "Filter":
        """The filter that an address says; what is unknown, or not for these eyes, counts as not said."""
        said, sight = request.GET, trial.get_sight(request)
        arms = trial.get_definition().arms if sight.arms else {}
        page = said.get("page", "1")
        return cls(
            code=said.get("q", "").strip().upper()[:40],
            site=said.get("site", "") if said.get("site") in trial.list_sites(request) else "",
            status=said.get("status", "") if said.get("status") in STATUSES else "",
            arm=said.get("arm", "") if said.get("arm") in arms else "",
            having=said.get("with", "") if said.get("with") in ("queries", "deviations") else "",
            page=max(int(page), 1) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
        )

    def address(self, page: int) -> str:
        """The address of another page of the same."""
        parts = {"q": self.code, "site": self.site, "status": self.status, "arm": self.arm, "with": self.having}
        said = {name: value for name, value in parts.items() if value} | ({"page": str(page)} if page > 1 else {})
        return reverse("participants") + (f"?{urlencode(said)}" if said else "")


@dataclass(frozen=True, slots=True)
class Pager:
    """Where in the list the page is; addresses are '' where there is no such page."""

    first: int
    last: int
    count: int
    previous: str
    next: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A participant as a row: the line, and its cells drawn."""

    line: Line
    cells: tuple[SafeString, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A window of the matrix."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[MatrixRow, ...]
    pager: Pager


def load_matrix(request: HttpRequest, chosen: Filter) -> Matrix:
    """The window that the filter names; six statements."""
    definition, language = trial.get_definition(), str(request.language)  # type: ignore[attr-defined]
    sees_arm = trial.get_sight(request).arms
    encounters = [one for one in list_encounters(definition) if sees_arm or one.only is None]
    found = _filter(request, chosen)
    count = found.count()
    first = (chosen.page - 1) * PER_PAGE
    people = list(found.order_by("code").values(*COLUMNS)[first : first + PER_PAGE])
    today = trial.compute_today(trial.get_actor(request).site or next(iter(definition.sites)))
    lines = read_lines(definition, people, today, sees_arm=sees_arm)
    words = _Words({one.id: definition.label(f"encounters.{one.id}", language) for one in encounters}, language)
    shown = [one.id for one in encounters]
    rows = tuple(MatrixRow(line, tuple(_draw(line, line.find(one), words) for one in shown)) for line in lines)
    pager = Pager(
        first + 1 if people else 0, first + len(people), count,
        chosen.address(chosen.page - 1) if chosen.page > 1 else "",
        chosen.address(chosen.page + 1) if first + len(people) < count else "",
    )  # fmt: skip
    return Matrix(tuple((_name_column(one, words), words.visits[one.id]) for one in encounters), rows, pager)


def _filter(request: HttpRequest, chosen: Filter) -> QuerySet[Participant, Participant]:
    found = Participant.objects.filter(site__in=[chosen.site] if chosen.site else trial.list_sites(request))
    if chosen.code:
        found = found.filter(code__contains=chosen.code)
    if chosen.status:
        found = found.filter(status=chosen.status)
    if chosen.arm:
        found = found.filter(arm=chosen.arm)
    if chosen.having == "queries":
        found = found.filter(code__in=FormState.objects.filter(status="QUERIED").values("participant"))
    elif chosen.having == "deviations":
        found = found.filter(code__in=DeviationState.objects.values("participant"))
    return found


class _Words:
    """The words of the cells, looked up once a page."""

    def __init__(self, visits: Mapping[str, str], language: str) -> None:
        self.visits = visits
        self.states = {state: render_text(f"state.{state}", language) for state in VisitState}
        self.queried = render_text("state.queried", language)


def _name_column(encounter: Encounter, words: _Words) -> str:
    name = words.visits[encounter.id]
    return name if len(name) <= _SHORT else encounter.id


def _draw(line: Line, visit: Visit, words: _Words) -> SafeString:
    """A cell: the state as a shape with its colour, and the same in words for those who hover or listen."""
    if visit.state is VisitState.NOT_PLANNED:
        return SafeString("")
    said = describe_visit(visit, words.visits[visit.encounter], words.states[visit.state])
    mark = format_html('<b class="v-q">?</b><span class="hidden">, {}</span>', words.queried) if visit.queried else ""
    return format_html(
        '<a href="{}" title="{}"><span class="v v-{}"></span><span class="hidden">{}</span>{}</a>',
        find_participant_address(line.code, visit.encounter), said, visit.state.lower(), said, mark,
    )  # fmt: skip


def describe_visit(visit: Visit, name: str, state: str) -> str:
    """A visit in one line: its name, state, forms and window."""
    total = len(visit.recorded) + len(visit.missing)
    window = f", {visit.earliest:%m-%d} – {visit.latest:%m-%d}" if visit.earliest and visit.latest else ""
    return f"{name}: {state}, {len(visit.recorded)}/{total}{window}"
