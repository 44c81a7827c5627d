"""Signing in and out: passwords, lock-out, idleness, the second factor, and what the ledger keeps of it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from tests.web.conftest import SignedIn, open_browser
from trialwright.ledger.canonical import parse_canonical
from trialwright.store.read import read_chain
from trialwright.vocabulary.codelists import Role
from trialwright.web import trial

PASSWORD = "virtual-people-only"
NURSE = "bj302-nurse"


def sign_in(person: str = NURSE, password: str = PASSWORD, code: str = "", client: Client | None = None) -> Client:
    client = client or Client(headers={"accept-encoding": "identity"})
    client.post("/sign-in", {"person": person, "password": password, "code": code})
    return client


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def list_acts(*acts: str) -> list[tuple[str, dict[str, object]]]:
    return [(one.act, dict(parse_canonical(one.payload))) for one in read_chain(connection, "") if one.act in acts]


@pytest.mark.req("A9")
def test_every_sign_in_good_or_failed_is_an_entry(running: Path) -> None:
    assert is_in(sign_in())
    assert not is_in(sign_in(password="wrong"))
    assert not is_in(sign_in(person="my-password-by-mistake"))
    assert list_acts("signed_in", "sign_in_failed") == [
        ("signed_in", {"person": NURSE, "how": "PASSWORD"}),
        ("sign_in_failed", {"person": NURSE, "why": "WRONG_PASSWORD"}),
        ("sign_in_failed", {"person": "", "why": "UNKNOWN_PERSON"}),
    ]


@pytest.mark.req("S5")
def test_a_password_that_is_too_old_is_changed_before_anything_else(
    running: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trialwright.web.accounts.models import Account

    long_ago = trial.read_clock() - timedelta(days=200)
    Account.objects.filter(pk=NURSE).update(password_set_at=long_ago)
    assert is_in(sign_in()), "there is no limit unless the installation names one"
    monkeypatch.setenv("TRIALWRIGHT_PASSWORD_DAYS", "180")
    client = sign_in()
    assert client.get("/")["Location"] == "/account"
    new = "quite another phrase"
    for again, status in ((PASSWORD, 422), (new, 302)):
        posted = {"step": "password", "old": PASSWORD, "new": again, "again": again}
        assert client.post("/account", posted).status_code == status
    assert is_in(client) and is_in(sign_in(password=new)) and not is_in(sign_in())


@pytest.mark.req("S5")
def test_the_administrator_sees_how_old_passwords_are_and_recalls_one(running: Path) -> None:
    from trialwright.web.accounts.models import Account

    now = trial.read_clock()
    Account.objects.filter(pk=NURSE).update(
        created_at=now - timedelta(days=400),
        password_set_at=now - timedelta(days=300),
        last_login=now - timedelta(days=99),
    )
    nurse, administrator = sign_in("bj302-coordinator"), open_browser(Role.ADMINISTRATOR)
    for by in ("password", "last"):
        page = administrator.get(f"/people/?by={by}").content.decode()
        assert "300 days" in page and "not used" in page
        assert page.index(f">{NURSE}<") < page.index(">bj302-coordinator<")
    assert "account not used for 90 days" in administrator.get("/").content.decode()
    said = {"role": "COORDINATOR", "workplace": "BJ302", "active": "on", "what": "RECALL", "reason": "seen on a note"}
    assert administrator.post("/people/bj302-coordinator", said).status_code == 302
    assert nurse.get("/")["Location"] == "/account"
    assert ("account_changed", "RECALL") in [(act, told.get("what")) for act, told in list_acts("account_changed")]


@pytest.mark.req("S5")
def test_five_failures_lock_the_account_and_time_or_the_administrator_opens_it(
    running: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        assert not is_in(sign_in(password="wrong"))
    assert not is_in(sign_in())
    open_browser(Role.ADMINISTRATOR).post(
        f"/people/{NURSE}",
        {"role": "NURSE", "workplace": "BJ302", "active": "on", "what": "UNLOCK", "reason": "she telephoned"},
    )
    assert is_in(sign_in())
    for _ in range(5):
        sign_in(password="wrong")
    later = trial.read_clock() + timedelta(minutes=16)
    monkeypatch.setattr(trial, "read_clock", lambda: later)
    assert is_in(sign_in())


@pytest.mark.req("C3")
def test_who_is_idle_for_half_an_hour_is_signed_out(running: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    client = sign_in()
    begin = time.time()
    for minutes in (20, 40, 60):  # never more than 20 minutes without work
        monkeypatch.setattr(time, "time", lambda at=begin + 60 * minutes: at)
        assert is_in(client)
    monkeypatch.setattr(time, "time", lambda: begin + 60 * 91)
    assert not is_in(client)
    monkeypatch.setattr(time, "time", lambda: begin + 60 * 92)
    assert not is_in(client), "the session is gone for good"


def test_without_the_mark_of_being_here_a_session_is_worth_nothing(running: Path) -> None:
    client, other = sign_in(), sign_in("bj302-coordinator")
    client.cookies["tw_seen"] = other.cookies["tw_seen"].value
    assert not is_in(client)


@pytest.mark.req("C2")
def test_a_deactivated_person_is_out_at_once_and_the_history_keeps_the_name(running: Path) -> None:
    client = sign_in()
    said = {"role": "NURSE", "workplace": "BJ302", "reason": "she left the hospital"}
    open_browser(Role.ADMINISTRATOR).post(f"/people/{NURSE}", said)
    assert not is_in(client) and not is_in(sign_in())
    ((_, changed),) = list_acts("account_changed")
    assert (changed["person"], changed["active"], changed["reason"]) == (NURSE, "N", "she left the hospital")
    assert trial.load_accounts()[NURSE].name == "Virtual Nurse"


@pytest.mark.req("C4", "S4")
def test_an_account_is_never_deleted_and_its_name_never_given_again(running: Path) -> None:
    from trialwright.web.accounts.models import Account

    with pytest.raises(TypeError):
        Account.objects.get(pk=NURSE).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Account.objects.filter(pk=NURSE).delete()
    said = {"person": NURSE, "name": "Somebody Else", "role": "NURSE", "workplace": "BJ302"}
    answer = open_browser(Role.ADMINISTRATOR).post("/people/new", said)
    assert answer.status_code == 422 and "ids are never used again" in answer.content.decode()


def test_a_new_person_gets_a_first_password_that_has_to_be_changed(running: Path) -> None:
    from trialwright.web.accounts.models import Account

    said = {"person": "bj302-li", "name": "Li Wei", "role": "NURSE", "workplace": "BJ302"}
    answer = open_browser(Role.ADMINISTRATOR).post("/people/new", said)
    assert answer.status_code == 201
    password = re.findall(r"<code>([^<]+)</code>", answer.content.decode())[0]
    client = sign_in("bj302-li", password)
    assert client.get("/participants/")["Location"] == "/account"
    for weak in ("short", "password1234", "bj302-li-bj302"):
        refused = client.post("/account", {"step": "password", "old": password, "new": weak, "again": weak})
        assert refused.status_code == 422, weak
    good = "seven geese over Wuhan"
    client.post("/account", {"step": "password", "old": password, "new": good, "again": good})
    assert not Account.objects.get(pk="bj302-li").must_change_password
    assert is_in(client) and is_in(sign_in("bj302-li", good)) and not is_in(sign_in("bj302-li", password))
    assert ("account_created", {"person": "bj302-li", "name": "Li Wei", "role": "NURSE", "workplace": "BJ302"}) in (
        list_acts("account_created")
    )


def test_nobody_changes_their_own_role_or_somebody_elses_without_a_reason(signed_in: SignedIn) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    own = client.post("/people/administrator", {"role": "SPONSOR", "workplace": "", "active": "on", "reason": "x"})
    assert own.status_code == 422 and "somebody else changes your account" in own.content.decode()
    none = client.post(f"/people/{NURSE}", {"role": "NURSE", "workplace": "BJ302", "active": "on", "reason": " "})
    assert none.status_code == 422 and "a change needs its reason" in none.content.decode()


@pytest.mark.req("S3", "S5")
def test_with_a_second_factor_the_password_alone_is_not_enough(running: Path) -> None:
    from trialwright.web.accounts.totp import STEP, compute_code

    client = sign_in()
    client.post("/account", {"step": "begin"})
    page = client.get("/account").content.decode()
    secret = re.findall(r"<code>([A-Z2-7]{32})</code>", page)[0]
    assert 'src="data:image/svg+xml' in page, "the secret as a QR code"
    assert secret not in str(dict(client.session)), "the session in the database does not tell it"
    counter = int(trial.read_clock().timestamp()) // STEP
    assert client.post("/account", {"step": "factor", "code": "000000"}).status_code == 422
    client.post("/account", {"step": "factor", "code": compute_code(secret, counter)})
    assert not is_in(sign_in())
    assert not is_in(sign_in(code=compute_code(secret, counter))), "a code counts once"
    assert is_in(sign_in(code=compute_code(secret, counter + 1)))
    assert list_acts("signed_in")[-1] == ("signed_in", {"person": NURSE, "how": "PASSWORD_AND_CODE"})


def test_signing_out_ends_the_session_and_needs_a_post(running: Path) -> None:
    client = sign_in()
    client.get("/sign-out")
    assert is_in(client)
    client.post("/sign-out")
    assert not is_in(client)


def test_the_session_is_a_new_one_after_signing_in(running: Path) -> None:
    client = Client()
    client.get("/sign-in")
    before = client.session.session_key
    sign_in(client=client)
    assert client.session.session_key != before


def test_a_page_asked_for_before_signing_in_comes_after_it(running: Path) -> None:
    client = Client()
    assert client.get("/participants/")["Location"] == "/sign-in?next=/participants/"
    said = {"person": NURSE, "password": PASSWORD, "next": "/participants/"}
    assert client.post("/sign-in", said)["Location"] == "/participants/"
    assert Client().post("/sign-in", {**said, "next": "//example.org"})["Location"] == "/"


def test_a_real_ledger_offers_nobody_a_password(running: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    real = replace(trial.get_running(), purpose="PRODUCTION")
    monkeypatch.setattr(trial, "get_running", lambda: real)
    page = Client().get("/sign-in").content.decode()
    assert PASSWORD not in page and NURSE not in page


def test_the_virtual_people_are_made_once(running: Path) -> None:
    from trialwright.web.accounts.people import make_virtual_people

    before = len(list_acts("account_created"))
    people = make_virtual_people()
    assert len(list_acts("account_created")) == before == len(people)
    assert {one.role for one in people} == {role.value for role in Role if role is not Role.SYSTEM}


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ("", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"), ("zh-Hant-TW", "zh-Hans"), ("de,en;q=0.7,zh;q=0.3", "en"),
        ("en;q=0.1,zh;q=0.9", "zh-Hans"), ("fr", "en"), ("zh;q=0,en;q=0.5", "en"), ("x" * 5000 + ",;q=z", "en"),
    ],
)  # fmt: skip
def test_the_sign_in_page_is_in_the_browsers_language_until_somebody_chooses(
    running: Path, wanted: str, shown: str
) -> None:
    client = Client(headers={"accept-language": wanted} if wanted else {})
    assert f'<html lang="{shown}">' in client.get("/sign-in").content.decode()
    other = "en" if shown == "zh-Hans" else "zh"
    client.post("/language", {"language": other, "next": "/sign-in"})
    chosen = "en" if other == "en" else "zh-Hans"
    assert f'<html lang="{chosen}">' in client.get("/sign-in").content.decode(), "the choice made, from now on"


def test_the_language_is_kept_with_the_account(running: Path) -> None:
    client = sign_in()
    client.post("/language", {"language": "zh", "next": "/"})
    assert "今日工作" in client.get("/").content.decode()
    assert "今日工作" in sign_in().get("/").content.decode()


@pytest.mark.req("C6")
def test_the_list_of_everybody_with_access_can_be_printed(running: Path) -> None:
    from trialwright.web.accounts.models import Account

    for role in (Role.ADMINISTRATOR, Role.SPONSOR, Role.INSPECTOR, Role.MONITOR):
        page = open_browser(role).get("/people/").content.decode()
        assert all(person in page for person in Account.objects.values_list("person", flat=True))
        assert open_browser(role).get("/people/matrix").content.decode().count("\u25cf") > 100
