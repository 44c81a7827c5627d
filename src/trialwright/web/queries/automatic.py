"""What checks ask and nobody has settled: the one list from which every page counts automatic queries.

The checks of an adverse event need the participant's whole state, so no row of the database holds them. What a state
asks is kept in the memory of the process until the participant's chain goes on.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest

from trialwright.capture.list_queries import list_queries
from trialwright.ledger.review import Key
from trialwright.ledger.subject import SubjectState
from trialwright.safety.subject_events import FORM
from trialwright.store.models import FormState, Participant
from trialwright.web import trial
from trialwright.web.people import find_heads
from trialwright.web.queries.bulk import MOST_PEOPLE, is_visible_form, load_subjects

_MOST_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Automatic:
    """An open automatic query. ``position`` is that of the revision which is asked about."""

    code: str
    site: str
    key: Key
    query: str
    position: int


@dataclass(frozen=True, slots=True)
class AutomaticList:
    """The open automatic queries of those whom somebody may see. ``is_cut``: not everybody was looked at."""

    rows: tuple[Automatic, ...]
    is_cut: bool

    def count_by_site(self) -> Counter[str]:
        """How many there are at each site."""
        return Counter(one.site for one in self.rows)


_kept: dict[str, tuple[str, tuple[Automatic, ...]]] = {}


def load_automatic(request: HttpRequest) -> AutomaticList:
    """Every open automatic query that these eyes may see, read once a request; three statements at most."""
    if not hasattr(request, "_trialwright_automatic"):
        codes = list_asked(request)
        rows = [one for one in _load_rows(request, codes[:MOST_PEOPLE]) if is_visible_form(request, one.key)]
        request._trialwright_automatic = AutomaticList(tuple(rows), len(codes) > MOST_PEOPLE)  # type: ignore[attr-defined]
    found: AutomaticList = request._trialwright_automatic  # type: ignore[attr-defined]
    return found


def list_asked(request: HttpRequest, site: str = "") -> list[str]:
    """Who may have an automatic query, the last who came first, one more than a page takes; one statement."""
    sites = [one for one in trial.list_sites(request) if site in ("", one)]
    people = Participant.objects.filter(site__in=sites).values("code")
    asked = FormState.objects.filter(Q(status="QUERIED") | Q(form=FORM), participant__in=people)
    return list(asked.values_list("participant", flat=True).distinct().order_by("-participant")[: MOST_PEOPLE + 1])


def _load_rows(request: HttpRequest, codes: list[str]) -> Iterator[Automatic]:
    marks = {code: mark for code, (_, mark) in find_heads(request, frozenset(codes)).items()}
    changed = [code for code in marks if _kept.get(code, ("",))[0] != marks[code]]
    if len(_kept) > _MOST_KEPT:
        _kept.clear()
        changed = list(marks)
    if changed:
        for code, state in load_subjects(request, changed).items():
            _kept[code] = marks[code], tuple(_list_open(state))
    for code in codes:
        yield from _kept.get(code, ("", ()))[1]


def _list_open(state: SubjectState) -> Iterator[Automatic]:
    for one in list_queries(trial.get_definition(), state):
        if one.is_open and one.thread.check:
            key = one.thread.key
            yield Automatic(state.participant, state.site, key, one.thread.query, state.forms[key].position)
