"""Fresh databases for tests: copies of one migrated template each of SQLite and PostgreSQL, never a flush.

A folder of tests that needs them imports the fixtures in its ``conftest.py``.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.postgres import database_url as url_on_server
from tests.postgres import temporary_database
from trialwright.store import configure, migrate

_TEMPLATE = "trialwright_template"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a migrated database that nobody has open."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    _write_template(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """The name of a migrated database on the server of the tests."""
    with psycopg.connect(postgres_server, autocommit=True) as raw:
        raw.execute(f"CREATE DATABASE {_TEMPLATE}")
    _write_template(url_on_server(postgres_server, _TEMPLATE))
    return _TEMPLATE


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty, migrated database of each kind."""
    if request.param == "sqlite":
        copy = tmp_path / "ledger.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), copy)
        yield f"sqlite:///{copy}"
    else:
        template = request.getfixturevalue("postgres_template")
        with temporary_database(request.getfixturevalue("postgres_server"), template) as url:
            yield url


@pytest.fixture
def database(fresh_url: str) -> Iterator[BaseDatabaseWrapper]:
    """Django's connection to an empty, migrated database of each kind."""
    configure(fresh_url)
    yield connections["default"]
    connections["default"].close()


def _write_template(url: str) -> None:
    configure(url)
    migrate()
    connections["default"].close()
