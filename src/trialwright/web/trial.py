"""The one place where a view gets the running trial, its actor, and only what the actor may see.

from trialwright.web import trial

row = trial.find_participant(request, code)          # 404 for another site's, and for roles without participants
state = trial.load_subject(request, code)            # the same, as the folded state
result = trial.perform(request, SomeCommand(...))    # Receipt or Refusal; show the refusal with partials/refusal.html
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.http import Http404, HttpRequest

from trialwright.access.policy import Actor, check_access
from trialwright.access.sight import Sight, compute_sight
from trialwright.capture.moment import Moment
from trialwright.definition.compiled import Definition
from trialwright.ledger.envelope import parse_at
from trialwright.ledger.study import AccountState, StudyState
from trialwright.ledger.subject import SubjectState
from trialwright.service import reading
from trialwright.service.ledger import ClockWentBack
from trialwright.service.opening import match_definition, read_opening
from trialwright.service.perform import Receipt, Trial, open_trial
from trialwright.store.lists import read_lists
from trialwright.store.read import position_at, read_participant, read_study
from trialwright.store.rows import ParticipantRow, StudyRow
from trialwright.store.site_rows import see_all
from trialwright.vocabulary.codelists import Role
from trialwright.vocabulary.findings import Reason, Refusal

MACHINE = Actor("system", Role.SYSTEM)
"""Who acts where nobody has signed in: failed sign-ins, the first accounts."""


@dataclass(frozen=True, slots=True)
class Running:
    """The trial that this process serves."""

    trial: Trial
    purpose: str
    clock: Callable[[], datetime]
    is_ahead: bool

    @property
    def definition(self) -> Definition:
        """The definition under which the ledger works."""
        return self.trial.definition


class NotServable(Exception):
    """The connected database and the study folder do not belong together; the text says why."""


_running: list[Running] = []


def start(definition: Definition, clock_ahead: float = 0.0) -> Running:
    """Open the trial on the connected database, for this process; NotServable where that cannot be.

    Parameters
    ----------
    definition : Definition
        The compiled study.
    clock_ahead : float
        Seconds by which the clock of a VIRTUAL ledger goes ahead; other ledgers have the server's own time.
    """
    opened = read_opening(connection)
    if opened is None:
        raise NotServable("the database holds no ledger yet")
    matched = match_definition(definition, opened)
    if matched is None:
        raise NotServable(f"the ledger was opened under definition {opened.version}, the study folder is another")
    ahead = timedelta(seconds=clock_ahead if opened.purpose == "VIRTUAL" else 0.0)

    def clock() -> datetime:
        return datetime.now(UTC) + ahead

    trial = open_trial(
        matched, clock, lambda: secrets.token_hex(16), lambda: read_lists(connection)[0],
        lambda: secrets.randbelow(2**53) / 2**53,
    )  # fmt: skip
    _running[:] = [Running(trial, opened.purpose, clock, bool(ahead))]
    return _running[0]


def compute_clock_ahead() -> float:
    """By how many seconds the clock of a VIRTUAL ledger must be set back, so that a rehearsal of the past goes on.

    0 for every other ledger, and for one that was written in this hour.
    """
    study = read_study(connection)
    if study is None or study.purpose != "VIRTUAL" or not study.at:
        return 0.0
    behind = (datetime.now(UTC) - parse_at(study.at)).total_seconds()
    return -behind if abs(behind) > 3600 else 0.0


def load_accounts() -> Mapping[str, AccountState]:
    """Every account that the ledger knows, by person."""
    return reading.load_study(get_running().trial).accounts


def get_running() -> Running:
    """The trial of this process; RuntimeError before ``start``."""
    if not _running:
        raise RuntimeError("no trial was started in this process")
    return _running[0]


def get_definition() -> Definition:
    """The definition under which the ledger works."""
    return get_running().definition


def read_clock() -> datetime:
    """The server's time, aware, UTC."""
    return get_running().clock()


def compute_today(site: str) -> date:
    """The calendar day at a site now; the server's UTC day where the site is not known."""
    known = get_definition().sites.get(site)
    return read_clock().astimezone(ZoneInfo(known.time_zone)).date() if known else read_clock().date()


# --- who asks -------------------------------------------------------------------------------------------------------


def get_actor(request: HttpRequest) -> Actor:
    """Who has signed in; every guarded view has one."""
    actor = request.actor  # type: ignore[attr-defined]
    assert isinstance(actor, Actor)
    return actor


def get_sight(request: HttpRequest) -> Sight:
    """What the actor of this request may see."""
    return compute_sight(get_actor(request), get_definition().study.design)


def list_sites(request: HttpRequest) -> list[str]:
    """The sites whose people the actor may see."""
    sight = get_sight(request)
    return [site for site in get_definition().sites if sight.covers(site)]


def check_may(request: HttpRequest, act: str, site: str = "") -> tuple[Reason, ...]:
    """Why the actor may not do an act today (empty: they may); for showing or hiding a button, never as the guard."""
    return check_access(act, get_actor(request), load_study(request), site, compute_today(site))


# --- writing --------------------------------------------------------------------------------------------------------


def perform(request: HttpRequest, command: Any) -> Receipt | Refusal:
    """Do an act as the person who has signed in. A refusal is shown word for word (``partials/refusal.html``)."""
    return perform_as(get_actor(request), command)


def perform_as(actor: Actor, command: Any) -> Receipt | Refusal:
    """Do an act as somebody."""
    try:
        return get_running().trial.perform(command, actor)
    except ClockWentBack as error:
        return Refusal(
            type(command).__name__, (Reason("clock", f"{error}; nothing was written, call the administrator"),)
        )


# --- reading --------------------------------------------------------------------------------------------------------


def find_participant(request: HttpRequest, code: str) -> ParticipantRow:
    """The row of a participant; Http404 where there is none, or none that this actor may see."""
    row, sight = read_participant(connection, code), get_sight(request)
    if row is None or not row.seq or not sight.participants or not sight.covers(row.site):
        raise Http404
    return row


def load_subject(request: HttpRequest, code: str, upto: int | None = None) -> SubjectState:
    """The state of a participant, now or as of a position; Http404 as ``find_participant`` says."""
    row = find_participant(request, code)
    if upto is None:
        return reading.load_subject_of(get_running().trial, row)
    return reading.load_subject(get_running().trial, row.code, upto)


def read_head(request: HttpRequest) -> StudyRow | None:
    """The study's row with the end of its ledger, read once a request."""
    if not hasattr(request, "_trialwright_head"):
        request._trialwright_head = read_study(connection)  # type: ignore[attr-defined]
    head: StudyRow | None = request._trialwright_head  # type: ignore[attr-defined]
    return head


def load_study(request: HttpRequest) -> StudyState:
    """The state of the study, read once a request."""
    if not hasattr(request, "_trialwright_study"):
        request._trialwright_study = reading.load_study(get_running().trial, read_head(request))  # type: ignore[attr-defined]
    state: StudyState = request._trialwright_study  # type: ignore[attr-defined]
    return state


@contextmanager
def see_study() -> Iterator[None]:
    """A block, or a function as its decorator, that reads what belongs to the whole study for whoever asks.

    Elsewhere PostgreSQL gives a site's people their site's rows only, whatever the page asks for.
    """
    with see_all(connection):
        yield


def find_position(moment: datetime) -> int:
    """The position of the last entry at or before a moment, for reading as of then."""
    with see_study():
        return position_at(connection, moment)


def compute_moment(request: HttpRequest) -> Moment:
    """What the pure ``check_`` and ``list_`` functions of ``capture`` want: definition, study, actor, now."""
    return Moment(get_definition(), load_study(request), get_actor(request), read_clock())
