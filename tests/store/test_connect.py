"""Settings, database URLs, and going from one database to another."""

from pathlib import Path

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.store.samples import create, draft, fill, sample_ledger
from trialwright.service.unit import open_unit
from trialwright.settings import DEFAULT_DATABASE, Settings, load_settings
from trialwright.store import configure, migrate
from trialwright.store.connect import parse_database_url
from trialwright.store.read import read_study


def test_the_environment_is_read_in_one_place() -> None:
    environment = {
        "DATABASE_URL": "postgresql://ann@db/trial",
        "TRIALWRIGHT_SECRET_KEY": "k",
        "TRIALWRIGHT_HOSTS": "trial.local, 10.0.0.5,",
        "TRIALWRIGHT_PROCESSES": "2",
    }
    assert load_settings(environment) == Settings("postgresql://ann@db/trial", "k", ("trial.local", "10.0.0.5"), 2)
    assert load_settings({}) == Settings(DEFAULT_DATABASE, "", (), 0)
    with pytest.raises(ValueError):
        load_settings({"TRIALWRIGHT_PROCESSES": "many"})


def test_a_url_names_a_database() -> None:
    assert parse_database_url("sqlite:////var/lib/my%20trial.sqlite3")["NAME"] == "/var/lib/my trial.sqlite3"
    found = parse_database_url("postgresql://ann:s%40fe@db.local:5433/trial?sslmode=require")
    names = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    assert [found[name] for name in names] == [
        "django.db.backends.postgresql", "trial", "ann", "s@fe", "db.local", "5433", {"sslmode": "require"},
    ]  # fmt: skip


@pytest.mark.parametrize("url", ["", "sqlite://", "sqlite:///", "mysql://a/b", "postgresql://host", "trial.sqlite3"])
def test_another_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="no database for a ledger"):
        parse_database_url(url)


def test_sqlite_is_durable(tmp_path: Path) -> None:
    configure(f"sqlite:///{tmp_path}/a.sqlite3")
    with connections["default"].cursor() as cursor:
        found = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    connections["default"].close()
    assert found == ["wal", 2], "2 is FULL"


def test_a_process_goes_from_one_ledger_to_another(tmp_path: Path, database: BaseDatabaseWrapper) -> None:
    """And what it remembers of the one is not taken for the other."""
    ledger = sample_ledger()
    create(ledger)
    for name in ("a", "b"):
        configure(f"sqlite:///{tmp_path}/{name}.sqlite3")
        migrate()
        assert read_study(connections["default"]) is None
        fill(ledger)
        study = read_study(connections["default"])
        assert study is not None and study.position == 13
        with open_unit(ledger) as unit:
            assert len(unit.subject("T-001")) == 4
            assert unit.study() == {"ledger_opened": 1, "screened": 3, "form_recorded": 9}
            unit.append(draft("T-001", "noted", where=name))
    connections["default"].close()
