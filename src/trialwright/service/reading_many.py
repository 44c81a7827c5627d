"""The states of many participants with two statements, however many there are."""

from collections.abc import Iterable
from itertools import groupby

from django.db import connections

from trialwright.ledger.envelope import COLUMNS, Envelope
from trialwright.ledger.subject import SubjectState
from trialwright.service.perform import Trial
from trialwright.service.states import Held
from trialwright.store.rows import ParticipantRow
from trialwright.store.session import open_session

MOST = 500
"""So many participants at most: databases take no longer list."""


def load_subjects(trial: Trial, codes: Iterable[str]) -> dict[str, SubjectState]:
    """The states of the participants that there are among ``codes``, by code; ValueError for more than ``MOST``."""
    wanted = sorted(set(codes))
    if len(wanted) > MOST:
        raise ValueError(f"{len(wanted)} participants at once, at most {MOST}")
    if not wanted:
        return {}
    session, cache = open_session(connections[trial.ledger.alias]), trial.ledger.subjects
    marks = ", ".join(["%s"] * len(wanted))
    found = session.rows(f"SELECT {', '.join(ParticipantRow._fields)} FROM participant WHERE code IN ({marks})", wanted)
    rows = {row.code: row for row in map(ParticipantRow._make, found) if row.seq}
    states, missing = {}, []
    for code, row in rows.items():
        held = cache.get(code)
        if held is not None and (held.count, held.mark) == (row.seq, row.hash):
            states[code] = held.state
        else:
            missing.append(code)
    if missing:
        marks = ", ".join(["%s"] * len(missing))
        entries = session.rows(
            f"SELECT {', '.join(COLUMNS)} FROM ledger_entry WHERE participant IN ({marks}) ORDER BY participant, seq",
            missing,
        )
        for code, chain in groupby(map(Envelope._make, entries), key=lambda one: one.participant):
            known = [one for one in chain if one.position <= rows[code].position]
            states[code] = cache.advance(cache.begin(code), known)
            if len(known) == rows[code].seq and known[-1].hash == rows[code].hash:
                cache.put(code, Held(rows[code].seq, rows[code].hash, states[code]))
    return states
