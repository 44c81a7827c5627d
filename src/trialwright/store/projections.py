"""The cached rows against the entries: the same function that wrote them replays them.

``check_projections`` proves cache = replay; ``rebuild_projections`` makes it so. The heads of the chains (``seq``,
``hash``, ``position``, ``at`` of a participant) are left alone: ``verify`` judges them, and nothing repairs them.
"""

from dataclasses import dataclass, field

from django.db.backends.base.base import BaseDatabaseWrapper

from trialwright.ledger.envelope import STUDY_CHAIN
from trialwright.store.heads import lock_study
from trialwright.store.read import Source, read_cached, read_entries, read_participants, read_study
from trialwright.store.rows import (
    CACHED,
    CachedKey,
    CachedRow,
    ParticipantChange,
    ParticipantRow,
    Project,
    apply_change,
    find_key,
)
from trialwright.store.session import open_session
from trialwright.vocabulary.findings import Finding, Place

_CACHED = ("site", "status", "arm", "version", "allocated_at", "ended_on")
_CLEAR = f"UPDATE participant SET {', '.join(f'{column} = %s' for column in _CACHED)}"
_INSERT = {
    kind: f"INSERT INTO {table.name} ({', '.join(kind._fields)}) VALUES ({', '.join(['%s'] * len(kind._fields))})"
    for kind, table in CACHED.items()
}


@dataclass(slots=True)
class Replay:
    """The cached rows as the entries say they should be."""

    participants: dict[str, ParticipantRow] = field(default_factory=dict)
    cached: dict[CachedKey, CachedRow] = field(default_factory=dict)


def replay_projections(source: Source, project: Project, upto: int | None = None) -> Replay:
    """What the cached rows should be, or were when the ledger ended at position ``upto``."""
    replay = Replay()
    for entry in read_entries(source, upto=upto):
        row = replay.participants.get(entry.participant, ParticipantRow(entry.participant))
        row = row._replace(seq=entry.seq, hash=entry.hash, position=entry.position, at=entry.at)
        for change in project(entry):
            if isinstance(change, ParticipantChange):
                row = apply_change(row, change)
            else:
                replay.cached[find_key(change)] = change
        if entry.participant != STUDY_CHAIN:
            replay.participants[entry.participant] = row
    return replay


def check_projections(connection: BaseDatabaseWrapper, project: Project) -> list[Finding]:
    """Every cached row that differs from what the entries say, is missing, or should not be there."""
    session = open_session(connection)
    with session.snapshot():
        study = read_study(session)
        replay = replay_projections(session, project, study.position if study else 0)
        participants = {row.code: row for row in read_participants(session)}
        cached = {find_key(row): row for kind in CACHED for row in read_cached(session, kind)}
    findings = []
    for code in sorted(participants.keys() | replay.participants.keys()):
        if participants.get(code) != replay.participants.get(code):
            findings.append(_differs("participant", code, participants.get(code), replay.participants.get(code)))
    differing = (key for key in cached.keys() | replay.cached.keys() if cached.get(key) != replay.cached.get(key))
    for key in sorted(differing, key=lambda key: (key.table, list(map(str, key.key)))):
        name = " ".join(map(str, key.key))
        findings.append(_differs(key.table, name, cached.get(key), replay.cached.get(key)))
    return findings


def rebuild_projections(connection: BaseDatabaseWrapper, project: Project) -> int:
    """Replay the ledger into the cached rows, in one transaction; how many rows there are now."""
    session = open_session(connection)
    session.begin()
    try:
        study = lock_study(session)
        replay = replay_projections(session, project, study.position if study else 0)
        rows = [(*(getattr(row, name) for name in _CACHED), row.code) for row in replay.participants.values()]
        session.run(_CLEAR, ("",) * len(_CACHED))
        session.run_many(f"{_CLEAR} WHERE code = %s", rows)
        for kind, table in CACHED.items():
            session.run(f"DELETE FROM {table.name}")
            if rebuilt := [row for row in replay.cached.values() if type(row) is kind]:
                session.run_many(_INSERT[kind], rebuilt)
        session.commit()
    finally:
        session.rollback()  # nothing is left to roll back after a commit
    return len(replay.participants) + len(replay.cached)


def _differs(table: str, key: str, cached: tuple[object, ...] | None, replayed: tuple[object, ...] | None) -> Finding:
    if cached is None:
        message = "the entries give this row and the cache has none"
    elif replayed is None:
        message = "the cache has this row and no entry gives it"
    else:
        message = f"the cache says {tuple(cached)}, the entries give {tuple(replayed)}"
    return Finding("projection", message, Place(path=f"{table} {key}"), remedy="rebuild the cached rows")
