"""The only INSERT into the ledger. Only ``service`` may import this file; a contract in ``pyproject.toml`` says so."""

from collections.abc import Sequence
from dataclasses import dataclass

from trialwright.ledger.envelope import COLUMNS, Envelope
from trialwright.store.rows import CACHED, CachedRow, ParticipantRow, StudyRow
from trialwright.store.session import Parameters, Session


def _values(columns: Sequence[str]) -> str:
    return f"({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"


def _upsert(table: str, columns: Sequence[str], key: int) -> str:
    rest = ", ".join(f"{column} = excluded.{column}" for column in columns[key:])
    return f"INSERT INTO {table} {_values(columns)} ON CONFLICT ({', '.join(columns[:key])}) DO UPDATE SET {rest}"


_ENTRY = f"INSERT INTO ledger_entry {_values(COLUMNS)}"
_PARTICIPANT = (
    f"UPDATE participant SET {', '.join(f'{name} = %s' for name in ParticipantRow._fields[1:])} WHERE code = %s"
)
_NEW_PARTICIPANT = f"INSERT INTO participant {_values(ParticipantRow._fields)}"
_CACHED = {kind: _upsert(table.name, kind._fields, table.key) for kind, table in CACHED.items()}
_NEW_STUDY = f"INSERT INTO ledger_study {_values(['id', *StudyRow._fields])}"
_STUDY = "UPDATE ledger_study SET position = %s, seal = %s, at = %s, seq = %s, hash = %s WHERE id = 1"
_REDACT = "UPDATE ledger_entry SET payload = %s, salt = '' WHERE position = %s AND participant = %s RETURNING position"


@dataclass(frozen=True, slots=True)
class Overwrite:
    """What a redaction leaves of an entry: the payload in place of the one that had to go."""

    position: int
    participant: str
    payload: str = ""


class NothingToRedact(Exception):
    """A redaction names an entry that is not in the chain of its participant."""


@dataclass(slots=True)
class Batch:
    """What a unit writes: new entries in order, and the rows as they stand after them.

    Parameters
    ----------
    entries : list of Envelope
        By rising position, following the ledger's head.
    study : StudyRow
        The study's row after the last entry.
    is_new_study : bool
        Whether the ledger begins with this batch.
    participants, new_participants : list of ParticipantRow
        The rows of the participants that the entries touch; those that were not there before apart, so that two
        writers of one new code collide instead of overwriting each other.
    cached : list of CachedRow
        The rows of the other cached tables that the entries change.
    redactions : list of Overwrite
        The entries of which texts go; a redaction among ``entries`` names each and holds the payload.
    """

    entries: list[Envelope]
    study: StudyRow
    is_new_study: bool
    participants: list[ParticipantRow]
    new_participants: list[ParticipantRow]
    cached: list[CachedRow]
    redactions: list[Overwrite]


def append(session: Session, batch: Batch) -> None:
    """Write the batch and commit, in one round trip where the database can; the study's row must be locked.

    Raises
    ------
    NothingToRedact
        Where a redaction names no entry of its participant. The caller rolls back.
    """
    if not batch.redactions:
        with session.batch():
            _write(session, batch)
            session.commit()
        return
    with session.batch():
        _write(session, batch)
    for one in batch.redactions:
        if not session.rows(_REDACT, (one.payload, one.position, one.participant)):
            raise NothingToRedact(f"entry {one.position} is not in the chain of {one.participant or 'the study'}")
    session.commit()


def _write(session: Session, batch: Batch) -> None:
    study = batch.study
    if batch.is_new_study:
        session.run(_NEW_STUDY, (1, *study))
    _write_rows(session, _ENTRY, batch.entries)
    _write_rows(session, _NEW_PARTICIPANT, batch.new_participants)
    _write_rows(session, _PARTICIPANT, [(*row[1:], row.code) for row in batch.participants])
    for kind in dict.fromkeys(map(type, batch.cached)):
        _write_rows(session, _CACHED[kind], [row for row in batch.cached if type(row) is kind])
    if not batch.is_new_study:
        session.run(_STUDY, (study.position, study.seal, study.at, study.seq, study.hash))


def _write_rows(session: Session, statement: str, rows: Sequence[Parameters]) -> None:
    if len(rows) == 1:
        session.run(statement, rows[0])
    elif rows:
        session.run_many(statement, rows)
