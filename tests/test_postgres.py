"""The server of the tests is what it claims to be: durable, private, and gone at the end."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.postgres import start_postgres, temporary_database


def test_server_is_durable_and_listens_on_no_network_address(postgres_server: str) -> None:
    with psycopg.connect(postgres_server) as connection:
        shown = [connection.execute(f"SHOW {name}").fetchone() for name in ("fsync", "listen_addresses")]
    assert shown == [("on",), ("",)]


def test_temporary_database_copies_its_template_and_is_dropped(postgres_server: str) -> None:
    with temporary_database(postgres_server) as first:
        with psycopg.connect(first) as connection:
            connection.execute("CREATE TABLE seen AS SELECT 1 AS one")
            template = connection.info.dbname
        with temporary_database(postgres_server, template) as second, psycopg.connect(second) as connection:
            assert connection.execute("SELECT one FROM seen").fetchone() == (1,)
    with psycopg.connect(postgres_server) as connection:
        left = connection.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [template]).fetchone()
    assert left == (0,)


def test_server_and_its_folder_are_gone_after_the_block() -> None:
    with start_postgres({"fsync": "off"}) as url:
        folder = Path(url.partition("host=")[2])
        assert folder.is_dir()
    assert not folder.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_server_stops_when_its_starter_is_killed() -> None:
    program = (
        "import sys, time\nfrom tests.postgres import start_postgres\n"
        "with start_postgres() as url:\n    print(url, flush=True)\n    time.sleep(600)\n"
    )
    starter = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=os.environ)
    assert starter.stdout is not None
    url = starter.stdout.readline().strip()
    psycopg.connect(url).close()
    starter.kill()
    starter.communicate()
    deadline = time.monotonic() + 30
    while Path(url.partition("host=")[2]).exists():
        assert time.monotonic() < deadline, "the server outlived its starter"
        time.sleep(0.05)


def test_server_that_cannot_start_says_why() -> None:
    with pytest.raises(RuntimeError, match="unrecognized configuration parameter"), start_postgres({"no_such": "1"}):
        pass
