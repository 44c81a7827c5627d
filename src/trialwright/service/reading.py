"""The states of participants and of the study, read without a lock: for pages, which decide nothing."""

from django.db import connections

from trialwright.ledger.envelope import REDACTION, STUDY_CHAIN
from trialwright.ledger.study import StudyState
from trialwright.ledger.subject import SubjectState
from trialwright.service.perform import Trial
from trialwright.service.states import Held
from trialwright.store.read import read_chain, read_entries, read_participant, read_study
from trialwright.store.rows import ParticipantRow, StudyRow
from trialwright.store.session import open_session
from trialwright.store.site_rows import see_all


def load_subject(trial: Trial, code: str, upto: int | None = None) -> SubjectState:
    """The state of a participant as committed; ``seq`` is 0 for a code that is not there.

    Parameters
    ----------
    upto : int, optional
        The position of the ledger as of which it is wanted; its end as it is now when not given.
    """
    connection, cache = connections[trial.ledger.alias], trial.ledger.subjects
    if upto is not None:
        return cache.advance(cache.begin(code), read_chain(connection, code, upto=upto))
    row = read_participant(connection, code)
    return load_subject_of(trial, row) if row else cache.begin(code)


def load_subject_of(trial: Trial, row: ParticipantRow) -> SubjectState:
    """The state of the participant whose row was just read; one statement, none where the cache is at its head."""
    connection, cache = connections[trial.ledger.alias], trial.ledger.subjects
    held = cache.get(row.code)
    if held is not None and (held.count, held.mark) == (row.seq, row.hash):
        return held.state
    entries = read_chain(connection, row.code, upto=row.position)
    state = cache.advance(cache.begin(row.code), entries)
    if len(entries) == row.seq and entries[-1].hash == row.hash:
        cache.put(row.code, Held(row.seq, row.hash, state))
    return state


def load_study(trial: Trial, row: StudyRow | None = None) -> StudyState:
    """The state of the study as committed; the empty one where the database holds no ledger.

    ``row`` is the study's row where it was just read; one statement less.
    """
    connection, cache = connections[trial.ledger.alias], trial.ledger.study
    row = row or read_study(connection)
    if row is None:
        return cache.begin(STUDY_CHAIN)
    held = cache.get(STUDY_CHAIN)
    if held is not None and (held.count, held.mark) == (row.position, row.seal):
        return held.state
    with see_all(connection):
        return _load_newer(trial, row, held)


def _load_newer(trial: Trial, row: StudyRow, held: Held[StudyState] | None) -> StudyState:
    connection, cache = connections[trial.ledger.alias], trial.ledger.study
    start = held if held is not None and _continues(trial, held) and held.count < row.position else None
    after, state = (start.count, start.state) if start else (0, cache.begin(STUDY_CHAIN))
    newer = list(read_entries(connection, after, row.position, cache.acts))
    if start and any(entry.act == REDACTION for entry in newer):
        state, newer = cache.begin(STUDY_CHAIN), list(read_entries(connection, 0, row.position, cache.acts))
    state = cache.advance(state, newer)
    cache.put(STUDY_CHAIN, Held(row.position, row.seal, state))
    return state


def _continues(trial: Trial, held: Held[StudyState]) -> bool:
    """Whether the held state lies on this ledger; another database may have been connected since."""
    session = open_session(connections[trial.ledger.alias])
    rows = session.rows("SELECT seal FROM ledger_entry WHERE position = %s", (held.count,))
    return bool(rows) and rows[0][0] == held.mark
