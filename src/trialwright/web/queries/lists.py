"""The list of queries: whose turn it is, filters, counts by site."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from trialwright.access.policy import PERMISSIONS
from trialwright.capture.list_queries import Query, list_queries
from trialwright.ledger.subject import SubjectState
from trialwright.safety.subject_events import FORM
from trialwright.store.models import Participant
from trialwright.vocabulary.codelists import Role
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms.show import get_language, name_visit
from trialwright.web.queries.automatic import list_asked, load_automatic
from trialwright.web.queries.bulk import MOST_PEOPLE, Index, is_visible_form, load_index, load_subjects
from trialwright.web.queries.texts import TEXTS

STATUSES = {
    "waiting": "queries.waiting",
    "unsettled": "queries.unsettled",
    "OPEN": "queries.open",
    "ANSWERED": "queries.answered",
    "CLOSED": "queries.closed",
    "all": "queries.all",
}
KINDS = {"": "queries.all", "person": "queries.by_person", "check": "queries.by_check"}
AUTOMATIC = {
    "soft": "queries.is_unusual",
    "hard": "queries.is_impossible",
    "required": "queries.is_missing",
    "hidden": "queries.is_not_asked",
}
TONES = {"OPEN": "warn", "ANSWERED": "info", "CLOSED": "good"}
MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class QueryRow:
    """A query on a list."""

    code: str
    site: str
    query: Query
    visit: str
    question: str

    @property
    def thread(self) -> Any:
        """What was said."""
        return self.query.thread

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return TONES[self.query.thread.status]

    @property
    def status(self) -> str:
        """The key of the word for its state."""
        return STATUSES[self.query.thread.status]

    @property
    def said_at(self) -> str:
        """When something was last said; '' for an automatic query that nobody has touched."""
        return self.query.thread.messages[-1].at if self.query.thread.messages else ""

    @property
    def href(self) -> str:
        """The page of its thread."""
        return find_query_address(self.code, self.query.thread.query)


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list was narrowed to."""

    status: str
    kind: str
    site: str
    form: str

    @classmethod
    def read(cls, request: HttpRequest) -> "Filter":
        """From the address; what waits for the person, where nothing is said."""
        asked = request.GET
        first = "waiting" if find_turn(trial.get_actor(request).role) else "unsettled"
        status = asked.get("status", first)
        return cls(
            status if status in STATUSES else first, asked.get("kind", "") if asked.get("kind") in KINDS else "",
            asked.get("site", "")[:20], asked.get("form", "")[:60],
        )  # fmt: skip

    def takes(self, row: QueryRow, turn: str) -> bool:
        """Whether a query is on the narrowed list."""
        status = row.thread.status
        return (
            (self.status in ("all", status) or (self.status == "unsettled" and row.query.is_open)
             or (self.status == "waiting" and status == turn))
            and (not self.kind or (self.kind == "check") == bool(row.thread.check))
            and (not self.site or row.site == self.site)
            and (not self.form or row.thread.key[1] == self.form)
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class QueryList:
    """What the page shows. ``is_cut``: not every participant, or not every query, is on it."""

    rows: tuple[QueryRow, ...]
    counts: tuple[dict[str, Any], ...]
    count: int
    is_cut: bool


def find_query_address(code: str, query: str) -> str:
    """The page of a query's thread."""
    return reverse("query", kwargs={"code": code, "query": query})


def find_turn(role: Role) -> str:
    """The state in which a query waits for this role: the site answers, data manager and monitor settle."""
    if role in PERMISSIONS["answer_query"].roles:
        return "OPEN"
    return "ANSWERED" if role in PERMISSIONS["close_query"].roles else ""


def make_row(state: SubjectState, query: Query, language: str) -> QueryRow:
    """A query as it is shown in a language."""
    visit = name_visit(query.thread.key[0], language)
    return QueryRow(state.participant, state.site, query, visit, render_question(query, language))


def render_question(query: Query, language: str) -> str:
    """What is asked: a person's words as they are, what an edit check says in the language of the page."""
    check, form, definition = query.thread.check, query.thread.key[1], trial.get_definition()
    kind, _, item = check.partition(":")
    if item and kind in AUTOMATIC:
        name = definition.label(f"forms.{form}.items.{item}", language)
        return render_text(AUTOMATIC[kind], language, item=name)
    if form == FORM and f"code.{check}" in TEXTS:
        return query.text if language == "en" and query.is_open else render_text(f"code.{check}", language)
    key = f"forms.{form}.checks.{check}"
    told = definition.label(key, language) if check else query.text
    return query.text if told == key else told


def list_rows(request: HttpRequest, state: SubjectState) -> list[QueryRow]:
    """The queries of one participant that these eyes may see."""
    language = get_language(request)
    return [
        make_row(state, one, language)
        for one in list_queries(trial.get_definition(), state)
        if is_visible_form(request, one.thread.key)
    ]


def load_list(request: HttpRequest, chosen: Filter) -> QueryList:
    """The narrowed list and the counts by site; six statements at most."""
    index = load_index(request)
    codes = list(_list_codes(request, index, chosen))
    states = load_subjects(request, codes[:MOST_PEOPLE])
    everything = [row for state in states.values() for row in list_rows(request, state)]
    turn = find_turn(trial.get_actor(request).role)
    rows = sorted((row for row in everything if chosen.takes(row, turn)), key=_order)
    counts = Counter((row.site, row.thread.status) for row in everything)
    automatic = load_automatic(request).count_by_site()
    sites = tuple(
        {
            "site": site, "open": counts[site, "OPEN"], "answered": counts[site, "ANSWERED"],
            "closed": counts[site, "CLOSED"], "automatic": automatic[site],
        }
        for site in trial.list_sites(request)
    )  # fmt: skip
    return QueryList(tuple(rows[:MOST_ROWS]), sites, len(rows), len(codes) > MOST_PEOPLE or len(rows) > MOST_ROWS)


def _order(row: QueryRow) -> tuple[bool, str, str]:
    """People's questions before those of checks, the one that has waited longest first."""
    return bool(row.thread.check), row.said_at, row.code


def _list_codes(request: HttpRequest, index: Index, chosen: Filter) -> Iterator[str]:
    """Who may have a query (of a person, of an edit check, about an adverse event), a person's first; two statements."""
    sites = [one for one in trial.list_sites(request) if chosen.site in ("", one)]
    seen = dict.fromkeys(code for code, review in sorted(index.reviews.items()) if review.threads)
    people = Participant.objects.filter(site__in=sites, code__in=list(seen)) if len(seen) < MOST_PEOPLE else None
    own = set(people.values_list("code", flat=True)) if people is not None else set(seen)
    yield from dict.fromkeys((*(code for code in seen if code in own), *list_asked(request, chosen.site)))


def count_waiting(request: HttpRequest) -> int:
    """How many questions of people wait for this person, as far as what was said tells; one statement where nothing new.

    A correction answers a question too; that is seen on the list, which folds the whole states.
    """
    turn, index = find_turn(trial.get_actor(request).role), load_index(request)
    sites = set(trial.list_sites(request))
    return sum(
        thread.status == turn
        for code, review in index.reviews.items()
        if code.split("-")[0] in sites
        for thread in review.threads.values()
    )
