"""The cached rows against the entries: the same function that wrote them replays them.

``check_projections`` proves cache = replay; ``rebuild_projections`` makes it so. The heads of the chains (``seq``,
``hash``, ``position``, ``at`` of a participant) are left alone: ``verify`` judges them, and nothing repairs them.
"""

from dataclasses import dataclass, field

from django.db.backends.base.base import BaseDatabaseWrapper

from trialwright.ledger.envelope import STUDY_CHAIN
from trialwright.store.heads import lock_study
from trialwright.store.read import Source, read_entries, read_forms, read_participants, read_study
from trialwright.store.rows import FormRow, ParticipantRow, Project, apply_change
from trialwright.store.session import open_session
from trialwright.vocabulary.findings import Finding, Place

_CACHED = ("site", "status", "arm", "version")
_CLEAR = f"UPDATE participant SET {', '.join(f'{column} = %s' for column in _CACHED)}"
_FORM = f"INSERT INTO form_state ({', '.join(FormRow._fields)}) VALUES ({', '.join(['%s'] * len(FormRow._fields))})"


@dataclass(slots=True)
class Replay:
    """The cached rows as the entries say they should be."""

    participants: dict[str, ParticipantRow] = field(default_factory=dict)
    forms: dict[tuple[str, str, str, int], FormRow] = field(default_factory=dict)


def replay_projections(source: Source, project: Project, upto: int | None = None) -> Replay:
    """What the cached rows should be, or were when the ledger ended at position ``upto``."""
    replay = Replay()
    for entry in read_entries(source, upto=upto):
        row = replay.participants.get(entry.participant, ParticipantRow(entry.participant))
        row = row._replace(seq=entry.seq, hash=entry.hash, position=entry.position, at=entry.at)
        for change in project(entry):
            if isinstance(change, FormRow):
                replay.forms[change[:4]] = change
            else:
                row = apply_change(row, change)
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
        forms = {row[:4]: row for row in read_forms(session)}
    findings = []
    for code in sorted(participants.keys() | replay.participants.keys()):
        if participants.get(code) != replay.participants.get(code):
            findings.append(_differs("participant", code, participants.get(code), replay.participants.get(code)))
    for key in sorted(forms.keys() | replay.forms.keys()):
        if forms.get(key) != replay.forms.get(key):
            name = " ".join(map(str, key))
            findings.append(_differs("form_state", name, forms.get(key), replay.forms.get(key)))
    return findings


def rebuild_projections(connection: BaseDatabaseWrapper, project: Project) -> int:
    """Replay the ledger into the cached rows, in one transaction; how many rows there are now."""
    session = open_session(connection)
    session.begin()
    try:
        study = lock_study(session)
        replay = replay_projections(session, project, study.position if study else 0)
        rows = [(row.site, row.status, row.arm, row.version, row.code) for row in replay.participants.values()]
        session.run(_CLEAR, ("",) * len(_CACHED))
        session.run_many(f"{_CLEAR} WHERE code = %s", rows)
        session.run("DELETE FROM form_state")
        session.run_many(_FORM, list(replay.forms.values()))
        session.commit()
    finally:
        session.rollback()  # nothing is left to roll back after a commit
    return len(replay.participants) + len(replay.forms)


def _differs(table: str, key: str, cached: tuple[object, ...] | None, replayed: tuple[object, ...] | None) -> Finding:
    if cached is None:
        message = "the entries give this row and the cache has none"
    elif replayed is None:
        message = "the cache has this row and no entry gives it"
    else:
        message = f"the cache says {tuple(cached)}, the entries give {tuple(replayed)}"
    return Finding("projection", message, Place(path=f"{table} {key}"), remedy="rebuild the cached rows")
