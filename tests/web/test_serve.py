"""``trialwright serve`` and ``trialwright people`` as a person runs them, and the pages on PostgreSQL."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection

from tests.postgres import temporary_database
from tests.studies import STUDY, load_definition
from tests.web.access_table import ACCESS
from tests.web.conftest import open_browser
from tests.web.trials import OWN, UNTIL, two_sites
from trialwright.cli import main
from trialwright.service.dry_run import run_dry, walk_until
from trialwright.store import configure, migrate
from trialwright.store.read import read_study
from trialwright.vocabulary.codelists import Role


def find_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(out: Path) -> Iterator[int]:
    """A server in a process of its own; its port."""
    port = find_port()
    command = [
        sys.executable,
        "-c",
        "from trialwright.cli import main; main()",
        "serve",
        str(STUDY),
        "--out",
        str(out),
        "--port",
        str(port),
    ]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TRIALWRIGHT", "DATABASE"))}
    with subprocess.Popen([*command, "--workers", "1"], stdout=subprocess.DEVNULL, env=clean) as server:
        try:
            wait_for(port)
            yield port
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)


def wait_for(port: int) -> None:
    for _ in range(300):
        try:
            assert ask(port, "/health")[0] == 200
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not come up")


def ask(port: int, path: str, body: str = "", cookies: str = "") -> tuple[int, dict[str, str], str]:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": cookies, "Host": f"localhost:{port}"}
    if body:
        headers |= {"Content-Type": "application/x-www-form-urlencoded"}
    link.request("POST" if body else "GET", path, body or None, headers)
    answer = link.getresponse()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()


@pytest.mark.slow
def test_serve_brings_a_rehearsal_into_the_browser(tmp_path: Path) -> None:
    configure(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")
    migrate()
    run_dry(load_definition().scale(2), 1)
    connection.close()
    with serving(tmp_path) as port:
        status, headers, page = ask(port, "/sign-in")
        assert status == 200 and "Mesenchymal" in page
        cookie = headers["set-cookie"].split(";")[0]
        token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]
        body = f"csrfmiddlewaretoken={token}&person=bj302-nurse&password=virtual-people-only"
        status, headers, _ = ask(port, "/sign-in", body, cookie)
        assert (status, headers["location"]) == (302, "/")
        status, _, _ = ask(port, "/participants/")
        assert status == 302
    configure(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")
    study = read_study(connection)
    assert study is not None and study.at.startswith("2020"), "the clock of the rehearsal goes on"
    connection.close()
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


def test_people_can_be_asked_for_again_and_again(
    running: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    shutil.copyfile(running, folder / "ledger.sqlite3")
    for name in ("DATABASE_URL", "TRIALWRIGHT_STUDY", "TRIALWRIGHT_SECRET_KEY", "TRIALWRIGHT_PLAIN_HTTP"):
        monkeypatch.setenv(name, "")
    configure(f"sqlite:///{folder / 'ledger.sqlite3'}")
    before = read_study(connection)
    done = CliRunner().invoke(main, ["people", str(STUDY), "--out", str(folder)])
    assert "password" in done.output and done.exit_code == 0, done.output
    assert read_study(connection) == before


@pytest.mark.slow
def test_the_pages_open_on_postgresql(postgres_server: str) -> None:
    from django.urls import reverse

    from trialwright.web.accounts.people import make_virtual_people
    from trialwright.web.trial import compute_clock_ahead, start

    with temporary_database(postgres_server) as url:
        configure(url)
        migrate()
        walk_until(two_sites(), 5, UNTIL)
        start(two_sites(), compute_clock_ahead())
        make_virtual_people()
        for role in (Role.INVESTIGATOR, Role.DATA_MANAGER, Role.ADMINISTRATOR, Role.INSPECTOR):
            client = open_browser(role)
            for name, row in ACCESS.items():
                if role in row.roles:
                    answer = client.get(reverse(name, kwargs=row.parts(OWN)))
                    assert answer.status_code == row.answer, name
        connection.close()
