"""A long ledger is verified in stretches by several processes, with the same verdict, while others go on writing."""

import pytest
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.store.samples import fill, sample_ledger
from trialwright.ledger.seal import Seal
from trialwright.store import stretches
from trialwright.store.guards import install_guards
from trialwright.store.verify import verify_ledger


@pytest.fixture(autouse=True)
def short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretches of five entries, and processes from the first entry on."""
    monkeypatch.setattr(stretches, "_STRETCH", 5)
    monkeypatch.setattr(stretches, "_ALONE", 1)


def test_processes_agree_with_one(database: BaseDatabaseWrapper) -> None:
    entries = fill(sample_ledger())
    told: list[tuple[int, int]] = []
    report = verify_ledger(database, Seal(13, entries[-1].seal), lambda *counts: told.append(counts), processes=2)
    assert report.holds
    assert report == verify_ledger(database, Seal(13, entries[-1].seal), processes=1)
    assert (len(told), told[-1]) == (3, (13, 13))


def test_processes_find_what_one_finds(database: BaseDatabaseWrapper) -> None:
    fill(sample_ledger())
    names = ["ledger_entry_update"] if database.vendor == "sqlite" else ["ledger_entry_row ON ledger_entry"]
    with transaction.atomic(), database.cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute("UPDATE ledger_entry SET prev = salt WHERE position IN (6, 9)")
    install_guards(database)
    report = verify_ledger(database, processes=2)
    assert report.first_bad == 6
    assert report == verify_ledger(database, processes=1)
    assert [(finding.code, str(finding.place)) for finding in report.findings] == [
        ("hash", "entry 6"), ("prev", "entry 6"), ("hash", "entry 9"), ("prev", "entry 9"),
    ]  # fmt: skip
