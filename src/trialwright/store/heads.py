"""The heads of the chains, locked before anybody decides anything.

The order is always: the participant's row, then the study's row. The heads are rows of their own because ``SELECT …
FROM ledger_entry … ORDER BY seq DESC LIMIT 1 FOR UPDATE`` waits for the lock and then returns the head it saw before.
"""

from trialwright.store.rows import ParticipantRow, StudyRow
from trialwright.store.session import Session

_STUDY = f"SELECT {', '.join(StudyRow._fields)} FROM ledger_study WHERE id = 1"
_PARTICIPANT = f"SELECT {', '.join(ParticipantRow._fields)} FROM participant WHERE code = %s"


def lock_study(session: Session) -> StudyRow | None:
    """The study's row, locked to the end of the transaction; None where no ledger was opened yet."""
    rows = session.few_rows(_STUDY + session.lock)
    return StudyRow._make(rows[0]) if rows else None


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
    rows = session.few_rows(_PARTICIPANT + (session.lock if wait else session.lock_or_fail), (code,))
    return ParticipantRow._make(rows[0]) if rows else None


def read_study(session: Session) -> StudyRow | None:
    """The study's row without a lock; None where no ledger was opened yet."""
    rows = session.few_rows(_STUDY)
    return StudyRow._make(rows[0]) if rows else None


def read_participant(session: Session, code: str) -> ParticipantRow | None:
    """The participant's row without a lock; None for a code that is not there."""
    rows = session.few_rows(_PARTICIPANT, (code,))
    return ParticipantRow._make(rows[0]) if rows else None
