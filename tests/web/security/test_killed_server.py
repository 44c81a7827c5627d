"""``kill -9`` of the real server while 200 people save: whatever was acknowledged is there, and the ledger holds."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.postgres import temporary_database
from tests.studies import STUDY, load_definition
from tests.web.security.serving import Browser, make_cookies, start_server
from tests.web.trials import UNTIL
from trialwright.ledger.canonical import parse_canonical
from trialwright.service.dry_run import walk_until
from trialwright.service.project import project
from trialwright.store import configure, migrate
from trialwright.store.projections import check_projections
from trialwright.store.read import read_entries
from trialwright.store.verify import verify_ledger

PEOPLE = 200
KILLED_AFTER = 60
"""So many acknowledged saves, and the server is killed in the middle of the rest."""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ledger.sqlite3'}"
    else:
        with temporary_database(request.getfixturevalue("postgres_server")) as url:
            yield url


@pytest.mark.slow
@pytest.mark.req("A4")
def test_every_acknowledged_save_survives_the_kill_of_the_server(url: str, tmp_path: Path) -> None:
    from trialwright.store.models import Participant

    configure(url)
    migrate()
    walk_until(load_definition().scale(4), 5, UNTIL)
    given = "" if url.startswith("sqlite") else url
    with start_server(STUDY, tmp_path, given) as server:
        configure(url)
        cookies = make_cookies("bj302-nurse")
        codes = list(Participant.objects.filter(status="ALLOCATED").order_by("code").values_list("code", flat=True))
        connection.close()
        saved, lost = _save_until_killed(server.port, cookies, codes, server.kill)
    assert len(saved) >= KILLED_AFTER and lost, "the kill came too early or too late to hit anybody"
    configure(url)
    kept = {_find_mark(entry.payload) for entry in read_entries(connection, acts=frozenset({"form_recorded"}))}
    assert saved <= kept
    assert len(kept - {""}) <= PEOPLE
    report = verify_ledger(connection, processes=1)
    assert report.holds, report.findings
    assert check_projections(connection, project) == []
    connection.close()
    with start_server(STUDY, tmp_path, given) as server:  # it comes up again by itself, and takes the next save
        assert _save(Browser(server.port, cookies), codes[0], "after the kill")
    configure(url)
    last = list(read_entries(connection, acts=frozenset({"form_recorded"})))[-1]
    assert _find_mark(last.payload) == "after the kill"
    connection.close()


def _save_until_killed(port: int, cookies: str, codes: list[str], kill) -> tuple[set[str], int]:  # type: ignore[no-untyped-def]
    """What was acknowledged, and how many were never answered."""
    saved: set[str] = set()
    lost: list[str] = []
    line, enough = threading.Barrier(PEOPLE), threading.Event()

    def work(number: int) -> None:
        browser, mark = Browser(port, cookies), f"mark {number}"
        line.wait()
        try:
            if _save(browser, codes[number % len(codes)], mark):
                saved.add(mark)
        except (OSError, ValueError, EOFError):
            lost.append(mark)
        if len(saved) >= KILLED_AFTER:
            enough.set()

    people = [threading.Thread(target=work, args=(number,)) for number in range(PEOPLE)]
    for one in people:
        one.start()
    assert enough.wait(60)
    kill()
    for one in people:
        one.join(60)
    time.sleep(0.1)
    return saved, len(lost)


def _save(browser: Browser, code: str, mark: str) -> bool:
    """Add a row to the log of treatments; whether the server said that it is saved."""
    said = {
        "v.treatment": mark, "v.treatment_class": "OTHER", "v.indication": "fever", "v.ongoing": "Y",
        "v.start_date": "2020-02-20",
    }  # fmt: skip
    status, place = browser.post(f"/participants/{code}/forms/-/concomitant_treatment/0", said)
    return status == 302 and "receipt=" in place


def _find_mark(payload: str) -> str:
    """The mark of a row that this test has added; '' for others."""
    values = parse_canonical(payload).get("values", {}) if payload else {}
    text = str(values.get("treatment", "")) if isinstance(values, dict) else ""
    return text if text.startswith(("mark", "after")) else ""
