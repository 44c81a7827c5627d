"""The states of many participants with two statements, however many there are."""

from collections.abc import Iterable, Mapping
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
Head = tuple[int, str]
"""Where a chain ends: the number and the hash of its last entry."""


def load_subjects(trial: Trial, codes: Iterable[str]) -> dict[str, SubjectState]:
    """The states of the participants that there are among ``codes``, by code; ValueError for more than ``MOST``."""
    wanted = sorted(set(codes))
    if len(wanted) > MOST:
        raise ValueError(f"{len(wanted)} participants at once, at most {MOST}")
    if not wanted:
        return {}
    session = open_session(connections[trial.ledger.alias])
    marks = ", ".join(["%s"] * len(wanted))
    found = session.rows(f"SELECT {', '.join(ParticipantRow._fields)} FROM participant WHERE code IN ({marks})", wanted)
    rows = [row for row in map(ParticipantRow._make, found) if row.seq]
    return load_subjects_at(trial, {row.code: (row.seq, row.hash) for row in rows})


def load_subjects_at(trial: Trial, heads: Mapping[str, Head]) -> dict[str, SubjectState]:
    """The states of participants whose chains end at these heads, by code; a statement for every ``MOST`` of them."""
    cache, states, missing = trial.ledger.subjects, dict[str, SubjectState](), list[str]()
    for code, head in heads.items():
        held = cache.get(code)
        if held is not None and (held.count, held.mark) == head:
            states[code] = held.state
        else:
            missing.append(code)
    for first in range(0, len(missing), MOST):
        states |= _fold(trial, missing[first : first + MOST], heads)
    return {code: states[code] for code in sorted(states)}


def _fold(trial: Trial, codes: list[str], heads: Mapping[str, Head]) -> dict[str, SubjectState]:
    session, cache = open_session(connections[trial.ledger.alias]), trial.ledger.subjects
    marks = ", ".join(["%s"] * len(codes))
    entries = session.rows(
        f"SELECT {', '.join(COLUMNS)} FROM ledger_entry WHERE participant IN ({marks}) ORDER BY participant, seq", codes
    )
    states = {}
    for code, chain in groupby(map(Envelope._make, entries), key=lambda one: one.participant):
        seq, mark = heads[code]
        known = [one for one in chain if one.seq <= seq]
        states[code] = cache.advance(cache.begin(code), known)
        if known and known[-1].hash == mark:
            cache.put(code, Held(seq, mark, states[code]))
    return states
