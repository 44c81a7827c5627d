"""Reads: by position, by participant, by act, and as the ledger was at a moment."""

from datetime import timedelta

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.store.samples import START, SampleLedger, draft, fill, project, sample_ledger
from trialwright.ledger.envelope import parse_at
from trialwright.service.unit import open_unit
from trialwright.store import read
from trialwright.store.projections import replay_projections
from trialwright.store.read import (
    position_at,
    read_chain,
    read_entries,
    read_entry,
    read_forms,
    read_participant,
    read_study,
)
from trialwright.store.rows import find_key


def test_a_stretch_of_the_ledger(database: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = fill(sample_ledger())
    for chunk in (1, 2, 5, 13, 5000):
        monkeypatch.setattr(read, "_CHUNK", chunk)
        assert list(read_entries(database)) == entries
        assert list(read_entries(database, 3, 9)) == entries[3:9]
        assert list(read_entries(database, 9, 3)) == []
        assert list(read_entries(database, 0, 999)) == entries
        forms = frozenset({"form_recorded"})
        assert list(read_entries(database, 2, 8, forms)) == [e for e in entries[2:8] if e.act == "form_recorded"]
        assert list(read_entries(database, acts=frozenset())) == []


def test_one_entry_and_one_chain(database: BaseDatabaseWrapper) -> None:
    entries = fill(sample_ledger())
    assert read_entry(database, 7) == entries[6]
    assert read_entry(database, 99) is None
    own = [entry for entry in entries if entry.participant == "T-002"]
    assert read_chain(database, "T-002") == own
    assert read_chain(database, "T-002", after=2) == own[2:]
    assert read_chain(database, "T-002", upto=own[1].position) == own[:2]
    assert read_chain(database, "") == entries[:1]
    assert read_chain(database, "nobody") == []
    assert read_participant(database, "nobody") is None
    assert len(read_forms(database, "T-002")) == 3


@pytest.mark.req("A12")
def test_the_position_of_a_moment_is_that_of_the_last_entry_until_then(database: BaseDatabaseWrapper) -> None:
    entries = fill(sample_ledger())
    assert position_at(database, START - timedelta(days=1)) == 0
    for moment in {parse_at(entry.at) for entry in entries}:
        for shift in (timedelta(0), timedelta(microseconds=1), -timedelta(microseconds=1)):
            expected = sum(parse_at(entry.at) <= moment + shift for entry in entries)
            assert position_at(database, moment + shift) == expected


@pytest.mark.req("A12")
def test_a_replay_of_a_prefix_gives_the_cached_rows_of_that_time(database: BaseDatabaseWrapper) -> None:
    ledger = sample_ledger()
    then = fill(ledger, forms=2)[-1].position
    rows = {find_key(row): row for row in read_forms(database)}
    study = read_study(database)
    assert study is not None and study.position == then
    later = sample_ledger(ledger.clock)
    for _ in range(2):
        _correct(later)
    assert replay_projections(database, project, upto=then).cached == rows
    assert replay_projections(database, project).cached == {find_key(row): row for row in read_forms(database)} != rows


def _correct(ledger: SampleLedger) -> None:
    with open_unit(ledger) as unit:
        revision = len(unit.subject("T-001"))
        unit.append(draft("T-001", "form_recorded", encounter="D1", revision=revision))
