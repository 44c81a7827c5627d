"""Notices: raised by the ledger, mailed without a word about anybody, acknowledged by name, escalated, red where they fail."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from tests.web.conftest import SignedIn
from tests.web.postbox import DEAF, give_addresses, open_postbox, report_grave, run
from tests.web.trials import OTHER, OWN
from trialwright.safety.notices import DEFAULT_ROUTES, must_escalate
from trialwright.vocabulary.codelists import NoticeKind, Role
from trialwright.vocabulary.findings import Refusal


@pytest.fixture
def code(running: Path) -> str:
    """A participant of the own site with a serious event that was just reported; everything before it is acknowledged."""
    return report_grave(OWN)


@pytest.fixture
def clock(running: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """``clock(timedelta(hours=9))``: the server's clock goes ahead."""
    from trialwright.web import trial

    ahead, read = [timedelta()], trial.read_clock

    def advance(by: timedelta) -> None:
        ahead[0] += by

    monkeypatch.setattr(trial, "read_clock", lambda: read() + ahead[0])
    return advance


@pytest.fixture
def post() -> Iterator[tuple[str, list[str]]]:
    """A mail server of a few lines: its address, and what it was given."""
    with open_postbox() as box:
        yield box


def find_row(code: str):  # type: ignore[no-untyped-def]
    from trialwright.web.notices.models import NoticeRow

    return NoticeRow.objects.get(key__startswith=f"serious:{code}:")


def test_a_serious_event_is_mailed_to_the_route_and_names_nobody(code: str, post: tuple[str, list[str]]) -> None:
    from email import message_from_string, policy

    url, taken = post
    give_addresses()
    run()  # everything that the rehearsal raised is raised, and mailed with the next run
    ran = run(url)
    assert ran.failed == 0 and ran.sent == len(taken) > 0
    row = find_row(code)
    mails = [message_from_string(one, policy=policy.default) for one in taken]
    mine = [one for one in mails if f"#{row.pk}" in str(one["Subject"])]
    people = {str(one["To"]).partition("@")[0] for one in mine}
    assert people == {"bj302-investigator", "medical-monitor", "sponsor"}, "the route's roles, of the site or of none"
    for one in mails:
        text = str(one["Subject"]) + one.get_content()
        assert not re.search(r"(BJ302|WH001)-\d", text), "no code of a participant"
        assert "hypox" not in text.lower() and "https://trial.example/notices/" in text
    assert "严重不良事件" in mine[0].get_content() and "Serious adverse event" in str(mine[0]["Subject"])
    assert run(url).sent == 0, "nobody is told twice"


def test_a_mail_server_that_is_down_is_red_and_escalates(
    code: str, signed_in: SignedIn, clock: Callable[[timedelta], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIALWRIGHT_MAIL", DEAF)
    give_addresses()
    ran = run(DEAF)
    assert ran.sent == 0 and ran.failed > 0
    home = signed_in(Role.NURSE).get("/").content.decode()
    assert "could not be delivered" in home and "tile-bad" in home
    page = signed_in(Role.MEDICAL_MONITOR).get("/notices/").content.decode()
    assert "not delivered" in page and "ConnectionRefusedError" in page
    clock(timedelta(minutes=20))
    assert run(DEAF).escalated > 0 and find_row(code).escalated_at is not None
    board = signed_in(Role.SAFETY_BOARD).get("/notices/").content.decode()
    assert "escalated" in board and "for you" in board
    assert "escalated" in signed_in(Role.NURSE).get("/").content.decode()


def test_what_nobody_acknowledges_escalates_and_who_has_seen_it_is_on_record(
    code: str, signed_in: SignedIn, clock: Callable[[timedelta], None]
) -> None:
    run()
    clock(timedelta(hours=7))
    run()
    assert find_row(code).escalated_at is None
    clock(timedelta(hours=2))
    run()
    assert find_row(code).escalated_at is not None
    client = signed_in(Role.MEDICAL_MONITOR)
    said = {"step": "acknowledge", "notice": find_row(code).key, "comment": "on my way"}
    assert client.post("/notices/", said).status_code == 302
    assert client.post("/notices/", said).status_code == 422, "once is enough"
    from trialwright.service.reading import load_study
    from trialwright.web.trial import get_running

    acknowledged = load_study(get_running().trial).safety.acknowledged
    assert acknowledged[find_row(code).key] == ("medical-monitor",)
    run()
    assert find_row(code).closed


def test_the_page_shows_what_the_outbox_has_not_read_and_to_no_other_site(code: str, signed_in: SignedIn) -> None:
    assert code in signed_in(Role.INVESTIGATOR).get("/notices/").content.decode()
    assert code not in signed_in(Role.INVESTIGATOR, OTHER).get("/notices/").content.decode()
    assert code not in signed_in(Role.ADMINISTRATOR).get("/notices/").content.decode(), (
        "who looks after mails sees no code"
    )


def test_a_report_that_is_overdue_is_told_escalates_and_its_sending_is_told_no_more(
    code: str, signed_in: SignedIn, clock: Callable[[timedelta], None]
) -> None:
    """The event of 29 February was due to the sponsor a day later and nobody has sent anything."""
    from tests.web.forms.people import load_state
    from trialwright.capture.sponsors_part import RecordReport
    from trialwright.simulate.staff import find_staff
    from trialwright.web.notices.models import NoticeRow
    from trialwright.web.trial import perform_as, read_clock

    event = max(load_state(code).events)
    sent = RecordReport(code, event, "CN.1", "SPONSOR", read_clock(), "telephone")
    assert hasattr(perform_as(find_staff(OWN, Role.INVESTIGATOR), sent), "entries")
    clock(timedelta(minutes=11))  # everybody's clocks are looked at every ten minutes
    run()
    late = NoticeRow.objects.filter(kind="CLOCK", participant=code)
    (row,) = late
    assert row.key == f"clock:{code}:SC.1:20200301T0800:{event}" and "due 2020-03-01 08:00" in row.text
    page = signed_in(Role.SPONSOR).get("/notices/").content.decode()
    assert f'href="/participants/{code}/events/{event}/"' in page and "A report about safety is overdue" in page
    assert "应于 2020-03-01 08:00 前完成" in signed_in(Role.SPONSOR, language="zh").get("/notices/").content.decode()
    clock(timedelta(hours=25))
    run()
    row.refresh_from_db()
    assert row.escalated_at is not None and late.count() == 1, "once for each report that is late"
    client = signed_in(Role.MEDICAL_MONITOR)
    assert (
        client.post("/notices/", {"step": "acknowledge", "notice": row.key, "comment": "sent now"}).status_code == 302
    )
    run()
    row.refresh_from_db()
    assert row.closed


def test_the_notice_of_what_was_learnt_later_leads_to_its_situation(code: str, signed_in: SignedIn) -> None:
    from trialwright.capture.situation import AmendSituation, ReportSituation, Situation
    from trialwright.simulate.staff import find_staff
    from trialwright.web.trial import perform_as

    nurse, at = find_staff(OWN, Role.NURSE), "2020-02-29T08:00"
    told = perform_as(nurse, ReportSituation(code, Situation.OVERDOSE, "2020-02-29", at, "two bags"))
    assert not isinstance(told, Refusal)
    number = told.written[0].number  # type: ignore[union-attr]
    amended = AmendSituation(code, number, Situation.MEDICATION_ERROR, "2020-02-29", at, "one bag", "counted again")
    assert hasattr(perform_as(nurse, amended), "entries")
    page = signed_in(Role.MEDICAL_MONITOR).get("/notices/").content.decode()
    assert page.count(f'href="/participants/{code}/situations/{number}/"') == 2 and "Medication error" in page


def test_a_limit_that_was_crossed_is_told_until_it_is_assessed(
    running: Path, signed_in: SignedIn, clock: Callable[[timedelta], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With limits at nothing, what is counted in the rehearsal is over them."""
    from trialwright.web.notices.models import NoticeRow, Outbox
    from trialwright.web.trial import get_definition

    for limit in get_definition().study.quality:
        monkeypatch.setitem(limit.__dict__, "limit", 0.0)
        monkeypatch.setitem(limit.__dict__, "least", 1)
    assert not NoticeRow.objects.filter(kind="LIMIT").exists()
    Outbox.objects.update(looked_at=None)
    run()
    rows = list(NoticeRow.objects.filter(kind="LIMIT"))
    assert rows and all(row.key == f"limit:{row.key.split(':')[1]}:" for row in rows)
    row = rows[0]
    page = signed_in(Role.DATA_MANAGER).get("/notices/").content.decode()
    assert f"{row.text} %" in page and "/monitoring/quality/" in page
    assert f"{row.text} %" not in signed_in(Role.NURSE).get("/notices/").content.decode()
    clock(timedelta(hours=73))
    run()
    assert NoticeRow.objects.get(pk=row.pk).escalated_at is not None
    assert NoticeRow.objects.filter(key__startswith=row.key).count() == 1, "nobody is told twice"
    said = {"limit": row.key.split(":")[1], "text": "a holiday", "action": "none"}
    assert signed_in(Role.MONITOR).post("/monitoring/quality/", said).status_code == 302
    said = {"step": "acknowledge", "notice": row.key, "comment": ""}
    assert signed_in(Role.MONITOR).post("/notices/", said).status_code == 302
    clock(timedelta(minutes=11))
    run()
    assert NoticeRow.objects.get(pk=row.pk).closed


def test_an_approval_that_expires_soon_is_told(
    running: Path, signed_in: SignedIn, clock: Callable[[timedelta], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from trialwright.service.reading import load_study
    from trialwright.web.notices.models import NoticeRow
    from trialwright.web.trial import get_running, read_clock

    expires = (read_clock() + timedelta(days=60)).date().isoformat()
    details = load_study(get_running().trial).sites[OWN].activation.details
    monkeypatch.setitem(cast(dict[str, str], details), "ethics_expires", expires)
    run()
    assert not NoticeRow.objects.filter(kind="APPROVAL").exists()
    clock(timedelta(days=31))
    run()
    run()
    row = NoticeRow.objects.get(key=f"approval:{OWN}:{expires}")
    assert row.site == OWN and expires in signed_in(Role.INVESTIGATOR).get("/notices/").content.decode()


@pytest.mark.req("S5")
def test_whoever_guesses_passwords_is_told_to_the_administrator(running: Path, signed_in: SignedIn) -> None:
    from django.test import Client

    from trialwright.web.notices.models import NoticeRow

    for _ in range(12):
        Client().post("/sign-in", {"person": "bj302-nurse", "password": "guessed"})
    run()
    (row,) = NoticeRow.objects.filter(kind="MISUSE")
    page = signed_in(Role.ADMINISTRATOR).get("/notices/").content.decode()
    assert "bj302-nurse" in page and "for you" in page
    said = {"step": "acknowledge", "notice": row.key, "comment": "told her"}
    assert signed_in(Role.ADMINISTRATOR).post("/notices/", said).status_code == 302


def test_an_address_must_be_one(running: Path, signed_in: SignedIn) -> None:
    client = signed_in(Role.SPONSOR)
    assert client.post("/notices/", {"step": "address", "address": "not one"}).status_code == 422
    assert client.post("/notices/", {"step": "address", "address": "a@b.example"}).status_code == 302
    assert 'value="a@b.example"' in client.get("/notices/").content.decode()


def test_escalation_is_by_time_or_by_failure() -> None:
    from datetime import UTC, datetime

    raised = datetime(2020, 3, 1, tzinfo=UTC)
    route = DEFAULT_ROUTES[NoticeKind.FLAG]
    assert not must_escalate(route, raised, None, raised + timedelta(hours=3, minutes=59))
    assert must_escalate(route, raised, None, raised + timedelta(hours=4))
    assert must_escalate(route, raised, raised, raised + timedelta(minutes=15))
    assert set(DEFAULT_ROUTES) == set(NoticeKind), "every kind has somebody who is told"
