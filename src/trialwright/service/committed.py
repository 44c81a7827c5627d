"""The states as committed, read inside a unit: from the cache where it lies on this ledger, else folded anew."""

from typing import TypeVar

from trialwright.ledger.envelope import REDACTION, STUDY_CHAIN, Envelope
from trialwright.ledger.seal import ORIGIN
from trialwright.service.ledger import Ledger
from trialwright.service.states import Held
from trialwright.store.read import read_chain, read_entries
from trialwright.store.rows import ParticipantRow, StudyRow
from trialwright.store.session import PostgresqlSession, SqliteSession

S = TypeVar("S")
T = TypeVar("T")
Session = SqliteSession | PostgresqlSession

_HASH = "SELECT hash FROM ledger_entry WHERE participant = %s AND seq = %s"
_SEAL = "SELECT seal FROM ledger_entry WHERE position = %s"


def load_committed_subject(ledger: Ledger[S, T], session: Session, was: ParticipantRow) -> S:
    """The state of the participant whose committed row is ``was``."""
    cache, code = ledger.subjects, was.code
    held = _find_subject(ledger, session, was)
    newer = read_chain(session, code, held.count) if held.count < was.seq else []
    if held.count and any(entry.act == REDACTION for entry in newer):  # an old state may hold what it took away
        held, newer = Held(0, ORIGIN, cache.begin(code)), read_chain(session, code)
    return cache.advance(held.state, newer)


def _find_subject(ledger: Ledger[S, T], session: Session, was: ParticipantRow) -> Held[S]:
    """The committed state to go on from: the cached one where it lies on this chain, else the empty one."""
    held = ledger.subjects.get(was.code)
    if held is not None:
        if held.count == was.seq and held.mark == was.hash:
            return held
        if held.count < was.seq:
            rows = session.rows(_HASH, (was.code, held.count))
            if rows and rows[0][0] == held.mark:
                return held
    return Held(0, ORIGIN, ledger.subjects.begin(was.code))


def load_committed_study(ledger: Ledger[S, T], session: Session, was: StudyRow) -> T:
    """The state of the study whose committed row is ``was``."""
    cache = ledger.study
    held = _find_study(ledger, session, was)
    newer = _read_study_entries(ledger, session, held.count, was.position)
    if held.count and any(entry.act == REDACTION for entry in newer):
        held, newer = Held(0, ORIGIN, cache.begin(STUDY_CHAIN)), _read_study_entries(ledger, session, 0, was.position)
    return cache.advance(held.state, newer)


def _find_study(ledger: Ledger[S, T], session: Session, was: StudyRow) -> Held[T]:
    held = ledger.study.get(STUDY_CHAIN)
    if held is not None:
        if held.count == was.position and held.mark == was.seal:
            return held
        if held.count < was.position:
            rows = session.rows(_SEAL, (held.count,))
            if rows and rows[0][0] == held.mark:
                return held
    return Held(0, ORIGIN, ledger.study.begin(STUDY_CHAIN))


def _read_study_entries(ledger: Ledger[S, T], session: Session, after: int, upto: int) -> list[Envelope]:
    return list(read_entries(session, after, upto, ledger.study.acts)) if after < upto else []
