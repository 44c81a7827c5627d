"""The heads of the chains, locked before anybody decides anything.

The order is always: the participant's row, then the study's row. The heads are rows of their own because ``SELECT …
FROM ledger_entry … ORDER BY seq DESC LIMIT 1 FOR UPDATE`` waits for the lock and then returns the head it saw before.
"""

from typing import Any

from trialwright.store.rows import ParticipantRow, StudyRow
from trialwright.store.session import Session

_STUDY = f"SELECT {', '.join(StudyRow._fields)} FROM ledger_study WHERE id = 1"
_PARTICIPANT = f"SELECT {', '.join(ParticipantRow._fields)} FROM participant WHERE code = %s"


def lock_study(session: Session) -> StudyRow | None:
    """The study's row, locked to the end of the transaction; None where no ledger was opened yet."""
    return _study(session.ask((_STUDY + session.lock, ()))[0])


def lock_participant(session: Session, code: str, wait: bool) -> ParticipantRow | None:
    """The participant's row, locked to the end of the transaction; None for a code that is not there yet.

    Parameters
    ----------
    session : Session
        In a transaction.
    code : str
        The participant's code.
    wait : bool
        False for a lock out of the common order: it fails at once, where waiting could be a deadlock.
    """
    return _participant(session.ask((_PARTICIPANT + (session.lock if wait else session.lock_or_fail), (code,)))[0])


def lock_both(session: Session, code: str) -> tuple[ParticipantRow | None, StudyRow | None]:
    """The participant's row and then the study's, locked in one round trip."""
    participant, study = session.ask((_PARTICIPANT + session.lock, (code,)), (_STUDY + session.lock, ()))
    return _participant(participant), _study(study)


def read_study(session: Session) -> StudyRow | None:
    """The study's row without a lock; None where no ledger was opened yet."""
    return _study(session.ask((_STUDY, ()))[0])


def read_participant(session: Session, code: str) -> ParticipantRow | None:
    """The participant's row without a lock; None for a code that is not there."""
    return _participant(session.ask((_PARTICIPANT, (code,)))[0])


def _study(rows: list[tuple[Any, ...]]) -> StudyRow | None:
    return StudyRow._make(rows[0]) if rows else None


def _participant(rows: list[tuple[Any, ...]]) -> ParticipantRow | None:
    return ParticipantRow._make(rows[0]) if rows else None
