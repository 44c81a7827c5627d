"""Reads of the ledger: entries as tuples, by position, by participant, up to a moment.

A connection is Django's or a unit's session; inside a unit the reads see what the unit has locked, not what it has not
written yet.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TypeAlias

from django.db.backends.base.base import BaseDatabaseWrapper

from trialwright.ledger.envelope import COLUMNS, Envelope, render_at
from trialwright.store import heads
from trialwright.store.rows import CACHED, CachedRow, FormRow, ParticipantRow, StudyRow
from trialwright.store.session import PostgresqlSession, Session, SqliteSession, open_session

Source: TypeAlias = BaseDatabaseWrapper | SqliteSession | PostgresqlSession

_CHUNK = 5_000
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM ledger_entry"


def read_entries(
    source: Source, after: int = 0, upto: int | None = None, acts: frozenset[str] | None = None
) -> Iterator[Envelope]:
    """The entries with positions above ``after`` and up to ``upto``, in order, a few thousand in memory at a time.

    Parameters
    ----------
    source : connection or session
        Where to read.
    after : int
        0 for from the beginning.
    upto : int, optional
        The last position; the end of the ledger as it is now when not given. A ledger grows while it is read:
        two reads that must agree are given the same position.
    acts : frozenset of str, optional
        Only entries of these acts.
    """
    session = open_source(source)
    last = _last_position(session) if upto is None else upto
    # No upper bound in the statement: without statistics PostgreSQL would sort the rest of the ledger for each chunk.
    statement = f"{_SELECT} WHERE position > %s{_among(acts)} ORDER BY position LIMIT {_CHUNK}"
    names = sorted(acts) if acts is not None else []
    rows = session.rows(statement, (after, *names))
    while rows and rows[-1][0] <= last:
        yield from map(Envelope._make, rows)
        rows = session.rows(statement, (rows[-1][0], *names)) if len(rows) == _CHUNK else []
    yield from (Envelope._make(row) for row in rows if row[0] <= last)


def read_chain(source: Source, participant: str, after: int = 0, upto: int | None = None) -> list[Envelope]:
    """The entries of one participant ('' for the study's own), in order.

    Parameters
    ----------
    source : connection or session
        Where to read.
    participant : str
        The code.
    after : int
        Only entries with a higher number in the chain.
    upto : int, optional
        Only entries up to this position of the ledger (see ``position_at`` for a moment).
    """
    statement = f"{_SELECT} WHERE participant = %s AND seq > %s"
    parameters: list[str | int] = [participant, after]
    if upto is not None:
        statement += " AND position <= %s"
        parameters.append(upto)
    return list(map(Envelope._make, open_source(source).rows(f"{statement} ORDER BY seq", parameters)))


def read_entry(source: Source, position: int) -> Envelope | None:
    """The entry at a position; None where the ledger has none."""
    rows = open_source(source).rows(f"{_SELECT} WHERE position = %s", (position,))
    return Envelope._make(rows[0]) if rows else None


def read_hashes(source: Source, upto: int) -> list[str]:
    """The hash of every entry up to a position, in order."""
    rows = open_source(source).rows("SELECT hash FROM ledger_entry WHERE position <= %s ORDER BY position", (upto,))
    return [row[0] for row in rows]


def position_at(source: Source, moment: datetime) -> int:
    """The position of the last entry at or before ``moment``; 0 when there was none.

    Times never fall along the positions, so this is a search by halves over the primary key, with no index on time.
    """
    session, at = open_source(source), render_at(moment)
    low, high = 0, _last_position(session)
    while low < high:
        middle = (low + high + 1) // 2
        rows = session.rows("SELECT at FROM ledger_entry WHERE position = %s", (middle,))
        if rows and rows[0][0] <= at:
            low = middle
        else:
            high = middle - 1
    return low


def read_study(source: Source) -> StudyRow | None:
    """Whose ledger this is, its purpose and where it ends; None where no ledger was opened yet."""
    return heads.read_study(open_source(source))


def read_participant(source: Source, code: str) -> ParticipantRow | None:
    """The head and the cached columns of one participant; None for a code that is not there."""
    return heads.read_participant(open_source(source), code)


def read_participants(source: Source) -> list[ParticipantRow]:
    """All participants, by code."""
    statement = f"SELECT {', '.join(ParticipantRow._fields)} FROM participant ORDER BY code"
    return list(map(ParticipantRow._make, open_source(source).rows(statement)))


def read_forms(source: Source, participant: str | None = None) -> list[FormRow]:
    """The forms as they stand, of one participant or of all, by participant, encounter, form and repeat."""
    where = "" if participant is None else " WHERE participant = %s"
    statement = f"SELECT {', '.join(FormRow._fields)} FROM form_state{where} ORDER BY participant, encounter, form, "
    parameters = () if participant is None else (participant,)
    return list(map(FormRow._make, open_source(source).rows(statement + "repeat", parameters)))


def read_cached(source: Source, kind: type[CachedRow]) -> list[CachedRow]:
    """All rows of one kind of cached row, in no order."""
    statement = f"SELECT {', '.join(kind._fields)} FROM {CACHED[kind].name}"
    return [kind(*row) for row in open_source(source).rows(statement)]


def open_source(source: Source) -> Session:
    """The session of a connection; a session itself is taken as it is."""
    # Asked this way round because Django hands out a proxy of its connection.
    return source if isinstance(source, SqliteSession | PostgresqlSession) else open_session(source)


def _last_position(session: Session) -> int:
    study = heads.read_study(session)
    return study.position if study else 0


def _among(acts: frozenset[str] | None) -> str:
    return "" if acts is None else f" AND act IN ({', '.join(['%s'] * len(acts)) or 'NULL'})"
