"""Everybody whom the actor may see, as safety looks at them: events and proposals, computed once for each state.

What is computed of a participant is kept in the memory of this process for as long as the record stays as it is. A
page computes a few hundred participants at most, those with serious events first, and says how many are still to come.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest

from trialwright.capture.visits import list_telling_forms
from trialwright.ledger.subject import SubjectState
from trialwright.safety.clock_overview import RunningClock, compute_clock_overview
from trialwright.safety.events import AdverseEvent
from trialwright.safety.proposals import Proposal
from trialwright.safety.recorded import list_reviews
from trialwright.safety.subject_events import FORM, compute_subject_events
from trialwright.safety.subject_values import compute_all_grades, propose
from trialwright.store.models import FormState, LedgerEntry
from trialwright.web import trial
from trialwright.web.people import list_people
from trialwright.web.queries.bulk import load_subjects

MOST_NEW = 300
"""So many participants at most are computed anew for one page."""
_MOST_HELD = 20_000
_QUIET = ("SCREENED", "REFUSED")
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Watched:
    """One participant: the state, its events as safety counts them, and the proposals that nobody has judged."""

    state: SubjectState
    events: tuple[AdverseEvent, ...]
    proposals: tuple[Proposal, ...]

    @property
    def has_clocks(self) -> bool:
        """Whether anything may have started a clock."""
        return bool(self.state.safety.situations) or any(one.is_serious for one in self.events)


@dataclass(frozen=True, slots=True)
class Watch:
    """Everybody by code, and how many have not been looked at yet."""

    people: dict[str, Watched]
    unseen: int


_held: dict[str, tuple[str, Watched]] = {}


def load_watch(request: HttpRequest) -> Watch:
    """Everybody whom the actor may see, read once a request: one statement where nothing is new, three else."""
    if not hasattr(request, "_trialwright_watch"):
        request._trialwright_watch = _read_watch(request)  # type: ignore[attr-defined]
    watch: Watch = request._trialwright_watch  # type: ignore[attr-defined]
    return watch


def _read_watch(request: HttpRequest) -> Watch:
    if not trial.get_sight(request).participants:
        return Watch({}, 0)
    heads = {one.code: one.hash for one in list_people(request) if one.status not in _QUIET}
    stale = [code for code, mark in heads.items() if code not in _held or _held[code][0] != mark]
    if len(stale) > MOST_NEW:
        grave = _find_grave()
        stale = sorted(stale, key=lambda code: (code not in grave, code))[: max(MOST_NEW, len(grave & set(stale)))]
    _compute(request, stale, heads)
    people = {code: held[1] for code, mark in sorted(heads.items()) if (held := _held.get(code)) and held[0] == mark}
    return Watch(people, len(heads) - len(people))


def _find_grave() -> set[str]:
    """Who has an event that is called serious, in its latest revision; one statement."""
    serious = Q(payload__contains='"serious":"Y"') | Q(payload__contains='"ser_')
    latest = FormState.objects.filter(form=FORM).values("position")
    return set(LedgerEntry.objects.filter(serious, position__in=latest).values_list("participant", flat=True))


def _compute(request: HttpRequest, codes: list[str], heads: dict[str, str]) -> None:
    if not codes:
        return
    definition, states = trial.get_definition(), load_subjects(request, codes)
    grades = compute_all_grades(definition, states.values())
    with _lock:
        if len(_held) > _MOST_HELD:
            _held.clear()
        for code, state in states.items():
            proposals = propose(definition, state, grades[code], list_reviews(state))
            made = Watched(state, compute_subject_events(definition, state), tuple(proposals))
            _held[code] = (heads[code], made)


def list_clocks(request: HttpRequest) -> tuple[RunningClock, ...]:
    """Every clock of everybody whom the actor may see, the late ones first, then by what is due."""
    states = [one.state for one in load_watch(request).people.values() if one.has_clocks]
    return compute_clock_overview(trial.get_definition(), states, trial.read_clock())


def list_serious(request: HttpRequest) -> Iterator[tuple[Watched, AdverseEvent]]:
    """Every serious event, the latest of each participant first."""
    for one in load_watch(request).people.values():
        for event in reversed(one.events):
            if event.is_serious:
                yield one, event


def list_proposals(request: HttpRequest) -> list[tuple[Watched, Proposal]]:
    """Every proposal that waits, the gravest first; without those whose value would tell the arm to these eyes."""
    found = [
        (one, proposal)
        for one in load_watch(request).people.values()
        for proposal in one.proposals
        if may_see(request, proposal)
    ]
    return sorted(
        found, key=lambda pair: (-pair[1].graded.grade, pair[1].graded.on.earliest, pair[0].state.participant)
    )


def may_see(request: HttpRequest, proposal: Proposal) -> bool:
    """Whether the value's place tells nothing that these eyes must not know: a form of doses, a visit of one arm."""
    if trial.get_sight(request).arms:
        return True
    definition, parts = trial.get_definition(), proposal.graded.path.split(".")
    encounter = definition.encounters.get(parts[0])
    return not (set(parts) & list_telling_forms(definition) or (encounter and encounter.only))
