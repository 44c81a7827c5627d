"""The log says what happened to the server, and nothing that could be about a participant."""

import io
import json
import logging
import os
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.web.access_table import ACCESS, OWN, find_code
from tests.web.conftest import open_browser
from tests.web.postbox import DEAF, give_addresses, report_grave, run
from trialwright.store.models import Participant
from trialwright.vocabulary.codelists import Role
from trialwright.web import trial
from trialwright.web.logs import JsonFormatter

SECRET = "qwzx7-value-that-somebody-typed"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that the server's loggers say, as production writes it."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(JsonFormatter())
    loggers = [logging.getLogger(name) for name in ("django", "trialwright")]
    for one in loggers:
        one.addHandler(handler)
    yield text
    for one in loggers:
        one.removeHandler(handler)


def test_no_code_no_value_and_no_secret_is_ever_logged(
    running: Path, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = set(Participant.objects.values_list("code", flat=True))
    for role in (Role.INVESTIGATOR, Role.MONITOR, Role.INSPECTOR):
        client = open_browser(role)
        for name, row in ACCESS.items():
            client.get(reverse(name, kwargs=row.parts(OWN)), {"q": SECRET})
    client = open_browser(Role.NURSE)
    code = find_code(OWN)["code"]
    client.post(f"/participants/{code}/forms/-/concomitant_treatment/0", {"v.treatment": SECRET, "password": SECRET})
    client.get(f"/participants/{code}/{SECRET}")
    client.get("/participants/WH001-001/")
    client.get("/", headers={"host": f"{SECRET}.example.org"})
    Client(enforce_csrf_checks=True).post("/sign-in", {"person": SECRET, "password": SECRET})
    Client().post("/sign-in", {"person": SECRET, "password": SECRET})

    def break_down(*_: object) -> None:
        raise ValueError(f"{code} has {SECRET}")

    client.raise_request_exception = False
    monkeypatch.setattr(trial, "load_subject", break_down)
    assert client.get(f"/participants/{code}/").status_code == 500
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert len(lines) > 100 and {line["level"] for line in lines} >= {"INFO", "WARNING", "ERROR"}
    assert SECRET not in log.getvalue() and "virtual-people-only" not in log.getvalue()
    assert [code for code in codes if code in log.getvalue()] == []
    (broken,) = [line for line in lines if line.get("error") == "ValueError"]
    assert broken["route"] == "participants/<str:code>/" and any("break_down" in one for one in broken["where"])
    assert {"person": "bj302-nurse", "role": "NURSE", "site": OWN}.items() <= lines[-1].items()


def test_the_log_has_the_address_of_the_browser_and_believes_nobody_but_the_server_in_front(
    running: Path, log: io.StringIO
) -> None:
    for remote, said, found in (
        ("127.0.0.1", "6.6.6.6, 10.1.2.3", "10.1.2.3"), ("127.0.0.1", "BJ302-001", "127.0.0.1"),
        ("10.9.9.9", "10.1.2.3", "10.9.9.9"), ("::1", "fe80::1", "fe80::1"), ("127.0.0.1", "", "127.0.0.1"),
    ):  # fmt: skip
        Client(REMOTE_ADDR=remote, headers={"x-forwarded-for": said} if said else {}).get("/health")
        assert json.loads(log.getvalue().splitlines()[-1])["from"] == found
    assert "BJ302-001" not in log.getvalue()


def test_ready_says_what_is_not_and_gives_the_seal_to_keep(running: Path) -> None:
    from trialwright.web.notices.models import Outbox

    Outbox.objects.all().delete()
    told = Client().get("/health/ready")
    assert told.status_code == 503 and told.json()["outbox"] == "has never run"
    run()
    told = Client().get("/health/ready")
    assert told.status_code == 200 and told.json()["ready"], told.json()
    position, _, digest = told.json()["seal"].partition("-")
    assert position.isdigit() and len(digest) == 64
    assert "BJ302" not in told.content.decode()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER ledger_entry_update")
    told = Client().get("/health/ready")
    assert told.status_code == 503 and told.json()["guards"] == "guard-missing"


def test_ready_says_that_nobody_is_told_and_that_no_backup_is_made(
    running: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numbers only: whoever watches over the server has not signed in."""
    report_grave(OWN)
    give_addresses()
    monkeypatch.setenv("TRIALWRIGHT_MAIL", DEAF)
    assert run(DEAF).failed
    told = Client().get("/health/ready").json()
    assert not told["ready"] and re.fullmatch(r"\d+ not delivered", told["notices"]) and told["outbox"] == "ok"
    monkeypatch.setenv("TRIALWRIGHT_BACKUPS", str(tmp_path / "backups"))
    (tmp_path / "backups").mkdir()
    assert Client().get("/health/ready").json()["backup"] == "there is none"
    kept = tmp_path / "backups" / "20200301T000000Z.zip"
    kept.touch()
    assert Client().get("/health/ready").json()["backup"] == "ok"
    os.utime(kept, (0, time.time() - 30 * 3600))
    assert Client().get("/health/ready").json()["backup"] == "30 hours old"
    later = trial.read_clock() + timedelta(hours=9)
    monkeypatch.setattr(trial, "read_clock", lambda: later)
    assert Client().get("/health/ready").json()["outbox"] == "has not run for 540 minutes"
    run(DEAF)
    told = Client().get("/health/ready")
    assert told.json()["notices_late"] > 0 and OWN not in told.content.decode()
