"""The whole flow: the same ledger gives the same bytes, an earlier moment gives its own report, and results stay sealed."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.service.programs import make_trial
from tests.studies import load_definition
from trialwright import run
from trialwright.access.policy import Actor
from trialwright.capture.lock import LockLevel, SetSiteLock
from trialwright.capture.open_ledger import OpenLedger
from trialwright.capture.sign import SignPlan, SignUnsealing, compute_plan_digest
from trialwright.run import NothingThen, Sealed, rehearse, take_snapshot, write_cases, write_products
from trialwright.service.perform import Receipt, begin_ledger
from trialwright.simulate.staff import SPONSOR
from trialwright.snapshot import compute_snapshot_hash
from trialwright.store import stretches
from trialwright.store.read import position_at, read_entries
from trialwright.store.snapshots import read_snapshot
from trialwright.vocabulary.codelists import Purpose, Role


def digest_files(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder but the database."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and ".sqlite3" not in path.name)
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.req("A12", "D2")
def test_replaying_the_ledger_gives_identical_bytes(
    database: BaseDatabaseWrapper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read by this process, and in stretches by two others."""
    definition = load_definition()
    rehearsal = rehearse(definition, tmp_path / "one", 4)
    assert rehearsal.run.is_sound
    assert rehearsal.verified.holds
    monkeypatch.setattr(stretches, "_ALONE", 0)
    monkeypatch.setattr(stretches, "_STRETCH", 1_000)
    write_products(definition, tmp_path / "two", processes=2)
    write_cases(definition, tmp_path / "two" / "safety")
    first, second = digest_files(tmp_path / "one"), digest_files(tmp_path / "two")
    assert first == second
    assert {"report.html", "results.csv", "seal.json", "datasets/adsl.parquet", "snapshot/values.parquet"} <= set(first)
    stored = read_snapshot(tmp_path / "one" / "snapshot")
    assert compute_snapshot_hash(stored) == compute_snapshot_hash(take_snapshot(definition))


@pytest.mark.req("A12")
def test_a_snapshot_of_an_earlier_moment_is_what_was_known_then(
    database: BaseDatabaseWrapper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a report that cannot be made, or is interrupted, leaves every file of the one before."""
    definition = load_definition().scale(4)
    rehearse(definition, tmp_path, 4)
    moment = datetime(2020, 2, 15, tzinfo=UTC)
    position = position_at(connection, moment)
    early = take_snapshot(definition, position)
    assert 0 < early.meta.position < take_snapshot(definition).meta.position
    assert all(entry.at <= "2020-02-15" for entry in read_entries(connection, upto=position))
    assert early.meta.data_cut <= "2020-02-15"
    write_products(definition, tmp_path / "early", position)
    assert "2020-02-1" in (tmp_path / "early" / "report.html").read_text(encoding="utf-8")
    before = digest_files(tmp_path)
    with pytest.raises(NothingThen, match="its first entry is of 2020-01"):
        write_products(definition, tmp_path, 0)
    monkeypatch.setattr(run, "render_report", fail)
    with pytest.raises(InterruptedError):
        write_products(definition, tmp_path, position)
    assert digest_files(tmp_path) == before


def fail(*_: object, **__: object) -> str:
    """What is interrupted while it renders."""
    raise InterruptedError


def test_results_of_a_ledger_that_is_not_virtual_are_sealed(database: BaseDatabaseWrapper, tmp_path: Path) -> None:
    definition = load_definition()
    trial = make_trial()
    assert isinstance(begin_ledger(trial, OpenLedger(Purpose.TRAINING), SPONSOR), Receipt)
    with pytest.raises(Sealed, match="sealed"):
        write_products(definition, tmp_path)
    assert list(tmp_path.glob("report*")) == []


def test_results_open_after_lock_signed_plan_and_two_signatures(database: BaseDatabaseWrapper, tmp_path: Path) -> None:
    definition = load_definition()
    trial = make_trial()
    assert isinstance(begin_ledger(trial, OpenLedger(Purpose.TRAINING), SPONSOR), Receipt)
    investigator = Actor("pi", Role.INVESTIGATOR)
    data_manager, now = Actor("dm", Role.DATA_MANAGER), datetime.now(UTC)
    steps = [
        (SignPlan(compute_plan_digest(definition), now), investigator),
        (SetSiteLock(LockLevel.LOCKED, "all data are clean"), data_manager),
        (SignUnsealing(now), investigator),
        (SignUnsealing(now), SPONSOR),
    ]
    for command, actor in steps:
        with pytest.raises(Sealed):
            write_products(definition, tmp_path)
        assert isinstance(trial.perform(command, actor), Receipt)
    write_products(definition, tmp_path)
    assert (tmp_path / "report.html").exists()
