"""The unit of work: one transaction that holds one act or many, and the only door to the ledger.

    with open_unit(ledger, "T-001") as unit:     # the code only where the unit concerns one participant
        state = unit.subject("T-001")            # locks the participant and the study, folds what is new
        now = unit.now()                         # reads the clock, under the study's lock
        unit.append(draft)                       # numbered, hashed and sealed in memory
                                                 # written and committed together when the block ends

Locks are taken in one order, participant before study. A participant asked for later is locked only if nobody else has
it; otherwise the unit is rolled back with ``Contended`` and its caller starts anew. The time of an entry is read under
the study's lock, so no two writers can disagree about which came first.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Generic, TypeVar

from django.db import connections

from trialwright.ledger.canonical import normalise_text, parse_canonical
from trialwright.ledger.chain import ChainHead, compute_envelope
from trialwright.ledger.envelope import REDACTION, STUDY_CHAIN, Draft, Envelope, render_at
from trialwright.service.committed import load_committed_study, load_committed_subject
from trialwright.service.ledger import ClockWentBack, Contended, Ledger, LedgerExists, NoLedger
from trialwright.service.states import Held
from trialwright.store.append import Batch, Overwrite, append
from trialwright.store.heads import lock_both, lock_participant, lock_study
from trialwright.store.read import read_entry
from trialwright.store.rows import (
    CachedKey,
    CachedRow,
    ParticipantChange,
    ParticipantRow,
    StudyRow,
    apply_change,
    find_key,
)
from trialwright.store.session import PostgresqlSession, SqliteSession, open_session

S = TypeVar("S")
T = TypeVar("T")


@contextmanager
def open_unit(ledger: Ledger[S, T], only: str = "") -> Iterator["Unit[S, T]"]:
    """A unit of work; it is committed when the block ends and rolled back when the block is left by an exception.

    Parameters
    ----------
    ledger : Ledger
        Where to write.
    only : str
        The participant, where the unit concerns one: both locks are then taken in one round trip.

    Raises
    ------
    Contended
        Another transaction was in the way; do the whole block again.
    ClockWentBack
        From ``now`` and ``append``.
    """
    connection = connections[ledger.alias]
    if connection.in_atomic_block:
        raise RuntimeError("a unit is a transaction of its own and cannot be opened inside another")
    session = open_session(connection)
    unit = Unit(ledger, session, only)
    done = False
    try:
        session.begin()
        yield unit
        unit._flush()
        done = True
    except session.errors as trouble:
        if session.is_contention(trouble):
            raise Contended(str(trouble)) from trouble
        raise
    finally:
        if not done:
            session.rollback()
    unit._keep()


class Unit(Generic[S, T]):
    """One transaction; made by ``open_unit``."""

    def __init__(self, ledger: Ledger[S, T], session: SqliteSession | PostgresqlSession, only: str) -> None:
        self._only = normalise_text(only)
        self._highest = ""
        self._ledger = ledger
        self._session = session
        self._study: StudyRow | None = None
        self._study_was: StudyRow | None = None
        self._is_locked = False
        self._is_new = False
        self._rows: dict[str, ParticipantRow] = {}
        self._was: dict[str, ParticipantRow] = {}
        self._new: set[str] = set()
        self._subjects: dict[str, S] = {}
        self._state: Held[T] | None = None
        self._cached: dict[CachedKey, CachedRow] = {}
        self.entries: list[Envelope] = []
        """What the unit has appended so far."""

    def create(self, study: str, purpose: str) -> None:
        """Begin the ledger of this database, for one study and one purpose, for ever; the first entry must follow.

        LedgerExists where there is one.
        """
        if self._lock() is not None:
            raise LedgerExists("this database holds a ledger already")
        self._is_new = True
        self._study = self._study_was = StudyRow(study, purpose)

    def subject(self, code: str) -> S:
        """The state of a participant, locked to the end of the unit, with what the unit appended so far."""
        code = self._participant(code).code
        if code not in self._subjects:
            self._subjects[code] = self._load_subject(code)
        return self._subjects[code]

    def is_known(self, code: str) -> bool:
        """Whether the participant has an entry, in the database or in this unit."""
        return self._participant(code).seq > 0

    def study(self) -> T:
        """The state of the study, locked to the end of the unit, with what the unit appended so far."""
        row = self._require_study()
        if self._state is None:
            self._state = self._load_study(row)
        elif self._state.count < row.position:
            newer = self.entries[self._state.count - row.position :]
            self._state = Held(row.position, row.seal, self._ledger.study.advance(self._state.state, newer))
        return self._state.state

    def head(self) -> StudyRow:
        """The end of the ledger: study, purpose, position, seal; locked to the end of the unit."""
        return self._require_study()

    def now(self) -> datetime:
        """The server's time under the study's lock; ClockWentBack when it is before the last entry's."""
        row, moment = self._require_study(), self._ledger.clock()
        if render_at(moment) < row.at:
            raise ClockWentBack(f"the clock says {render_at(moment)}, the last entry is of {row.at}")
        return moment

    def entry(self, position: int) -> Envelope | None:
        """The entry at a position as committed; None where there is none."""
        self._require_study()
        return read_entry(self._session, position)

    def append(self, draft: Draft, now: datetime | None = None) -> Envelope:
        """The entry that the draft becomes; it is written when the unit ends.

        A redaction puts its payload's ``carried`` in the place of the payload of the entry that its ``position`` names,
        in the same transaction; the two must be of one participant, or ``NothingToRedact`` is raised when the unit ends.

        Parameters
        ----------
        draft : Draft
            What was decided.
        now : datetime, optional
            The moment that ``unit.now()`` gave to the decision; read from the clock when not given.

        Raises
        ------
        ClockWentBack
            Where the moment is before the last entry's.
        ValueError
            For texts that the ledger cannot hold.
        """
        study = self._require_study()
        at = render_at(self.now() if now is None else now)
        if at < study.at:
            raise ClockWentBack(f"the entry would be of {at}, the last one is of {study.at}")
        chain = self._chain(draft.participant)
        entry = compute_envelope(draft, at, self._ledger.salts(), study.study, chain, study.ledger)
        self._study = study._replace(position=entry.position, seal=entry.seal, at=at)
        self._advance_chain(entry)
        self.entries.append(entry)
        self._project(entry)
        if entry.participant in self._subjects:
            subjects = self._ledger.subjects
            self._subjects[entry.participant] = subjects.advance(self._subjects[entry.participant], (entry,))
        return entry

    # --- heads and locks ---------------------------------------------------------------------------------------

    def _lock(self) -> StudyRow | None:
        if not self._is_locked:
            self._study = self._study_was = lock_study(self._session)
            self._is_locked = True
        return self._study

    def _require_study(self) -> StudyRow:
        row = self._lock()
        if row is None:
            raise NoLedger("this database holds no ledger yet")
        return row

    def _participant(self, code: str) -> ParticipantRow:
        if code == STUDY_CHAIN:
            raise ValueError("the study's own chain is no participant")
        code = normalise_text(code)
        if code not in self._rows:
            row = self._lock_participant(code)
            if row is None:
                self._new.add(code)
            self._rows[code] = self._was[code] = row or ParticipantRow(code)
        return self._rows[code]

    def _lock_participant(self, code: str) -> ParticipantRow | None:
        if code == self._only and not self._rows and not self._is_locked:
            row, self._study = lock_both(self._session, code)
            self._study_was, self._is_locked = self._study, True
            return row
        in_order = not self._is_locked and code > self._highest
        self._highest = max(self._highest, code)
        return lock_participant(self._session, code, wait=in_order)

    def _chain(self, participant: str) -> ChainHead:
        if participant == STUDY_CHAIN:
            return self._require_study().chain
        return self._participant(participant).chain

    def _advance_chain(self, entry: Envelope) -> None:
        if entry.participant == STUDY_CHAIN:
            self._study = self._require_study()._replace(seq=entry.seq, hash=entry.hash)
        else:
            row = self._rows[entry.participant]
            self._rows[entry.participant] = row._replace(
                seq=entry.seq, hash=entry.hash, position=entry.position, at=entry.at
            )

    def _project(self, entry: Envelope) -> None:
        for change in self._ledger.project(entry):
            if isinstance(change, ParticipantChange):
                self._rows[entry.participant] = apply_change(self._rows[entry.participant], change)
            else:
                self._cached[find_key(change)] = change

    # --- states ------------------------------------------------------------------------------------------------

    def _load_subject(self, code: str) -> S:
        was = self._was[code]
        own = [entry for entry in self.entries if entry.participant == code] if self._rows[code].seq > was.seq else []
        state = load_committed_subject(self._ledger, self._session, was)
        return self._ledger.subjects.advance(state, own) if own else state

    def _load_study(self, row: StudyRow) -> Held[T]:
        state = load_committed_study(self._ledger, self._session, self._study_was or row)
        return Held(row.position, row.seal, self._ledger.study.advance(state, self.entries))

    # --- the end -----------------------------------------------------------------------------------------------

    def _flush(self) -> None:
        """Write everything and commit; called by ``open_unit``."""
        if not self.entries:
            self._session.rollback()
            return
        touched = {entry.participant for entry in self.entries} - {STUDY_CHAIN}
        rows = [self._rows[code] for code in sorted(touched)]
        append(
            self._session,
            Batch(
                entries=self.entries,
                study=self._require_study(),
                is_new_study=self._is_new,
                participants=[row for row in rows if row.code not in self._new],
                new_participants=[row for row in rows if row.code in self._new],
                cached=list(self._cached.values()),
                redactions=[one for entry in self.entries if entry.act == REDACTION for one in _list_overwrites(entry)],
            ),
        )

    def _keep(self) -> None:
        """Keep the committed states for the next unit; called by ``open_unit`` after the commit."""
        redacted = {entry.participant for entry in self.entries if entry.act == REDACTION}
        subjects, study = self._ledger.subjects, self._ledger.study
        for code, state in self._subjects.items():
            row = self._rows[code]
            if row.seq and code not in redacted:
                subjects.put(code, Held(row.seq, row.hash, state))
        for code in redacted:
            subjects.forget(code)
        if redacted:
            study.forget(STUDY_CHAIN)
        elif self._state is not None or self._follows_cache():
            self.study()
            assert self._state is not None
            study.put(STUDY_CHAIN, self._state)

    def _follows_cache(self) -> bool:
        held, was = self._ledger.study.get(STUDY_CHAIN), self._study_was
        if not self.entries or held is None or was is None or (held.count, held.mark) != (was.position, was.seal):
            return False
        self._state = held
        return True


def _list_overwrites(redaction: Envelope) -> list[Overwrite]:
    """What a redaction leaves at the position that it names, and of the redaction that it takes the place of."""
    said, code = parse_canonical(redaction.payload), redaction.participant
    position, carried, replaced = said.get("position"), said.get("carried", ""), said.get("replaces", 0)
    if not isinstance(position, int) or isinstance(position, bool) or not isinstance(carried, str):
        raise ValueError("a redaction names the position of an entry")
    earlier = [Overwrite(replaced, code)] if isinstance(replaced, int) and replaced else []
    return [Overwrite(position, code, carried), *earlier]
