"""Thousands of malformed requests at all routes, as every role: none breaks the program, none writes anything.

The suite sends 1,500, and 500 on PostgreSQL; ``MALFORMED_REQUESTS=10000 pytest -n 0 tests/web/security/test_malformed.py``
sends as many as it says to each.
"""

import os
import sys
import traceback
from collections import Counter
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.signals import got_request_exception
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.postgres import plain_database
from tests.web.access_table import ACCESS, OWN
from tests.web.conftest import open_browser, write_trial
from tests.web.security.malformed import TOKEN, Sent, find_fields, make_requests
from trialwright.store import configure
from trialwright.store.site_rows import ALL, show_site
from trialwright.store.verify import verify_ledger
from trialwright.vocabulary.codelists import Role

COUNT = {
    name: int(os.environ.get("MALFORMED_REQUESTS", most)) for name, most in (("sqlite", 1500), ("postgresql", 500))
}
ROLES = [role for role in Role if role is not Role.SYSTEM]
_KEPT_APART = {"django_session", "draft", "ledger_entry", "ledger_study", "account"}
"""Sessions of those who look; drafts, which hold what is typed, be it nonsense; and the count of wrong passwords, which
is kept in the account and in the ledger. Everything else must be as it was, and of these the rest is looked at below."""


class Browsers:
    """A browser for each role and one of nobody; each stands signed in again after whatever a request did to it."""

    def __init__(self) -> None:
        self._known = {role: self._open(role) for role in ROLES}
        self._cookies = {role: dict(client.cookies.items()) for role, client in self._known.items()}

    def _open(self, role: Role) -> Client:
        client = open_browser(role)
        client.handler.enforce_csrf_checks = True
        client.cookies["tw_csrf"] = TOKEN
        client.raise_request_exception = False
        return client

    def get(self, role: Role | None) -> Client:
        if role is None:
            return Client(raise_request_exception=False)
        self._known[role].cookies.clear()
        self._known[role].cookies.update(self._cookies[role])
        return self._known[role]

    def renew(self, role: Role) -> None:
        """Sign in anew where a request has ended the session."""
        self._known[role] = self._open(role)
        self._cookies[role] = dict(self._known[role].cookies.items())


def send(client: Client, one: Sent) -> tuple[int, bool]:
    """The status of the answer, and whether it gave the browser another session."""
    extra = {name if name == "CONTENT_LENGTH" else f"HTTP_{name}": text for name, text in one.headers.items()}
    answer = client.generic(one.method, one.path, one.body, one.kind, QUERY_STRING=one.query, **extra)  # type: ignore[arg-type]
    show_site(connection, ALL)  # the next request is made of rows of both sites
    return answer.status_code, settings.SESSION_COOKIE_NAME in answer.cookies


def explain() -> str:
    """What the program stumbles over just now, and where."""
    _, error, trace = sys.exc_info()
    return f"{error!r} at {traceback.extract_tb(trace)[-1]}"


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest) -> Iterator[str]:
    """The trial in a database of each kind, PostgreSQL's as no superuser; which."""
    if request.param == "sqlite":
        request.getfixturevalue("running")
        yield request.param
    else:
        with plain_database(request.getfixturevalue("postgres_server")) as url:
            write_trial(url)
            configure(url)
            yield request.param
            connection.close()


def read_rows(query: str) -> list[tuple[object, ...]]:
    show_site(connection, ALL)
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def read_tables() -> dict[str, list[tuple[object, ...]]]:
    tables = sorted(connection.introspection.table_names())
    return {table: sorted(read_rows(f'SELECT * FROM "{table}"'), key=repr) for table in tables}


def read_new_acts(after: int) -> Counter[object]:
    return Counter(row[0] for row in read_rows(f"SELECT act FROM ledger_entry WHERE position > {after}"))


def read_accounts() -> list[tuple[object, ...]]:
    columns = "person, name, role, site, language, is_active, password, totp_secret, must_change_password, created_at"
    return read_rows(f"SELECT {columns} FROM account ORDER BY person")


def collect_fields(browsers: Browsers) -> dict[str, list[str]]:
    fields = {}
    for name, row in ACCESS.items():
        role = next((one for one in (Role.INVESTIGATOR, *ROLES) if row.is_open or one in row.roles), Role.INSPECTOR)
        show_site(connection, ALL)
        page = browsers.get(role).get(reverse(name, kwargs=row.parts(OWN)))
        fields[name] = find_fields(b"".join(page).decode(errors="replace"))
    show_site(connection, ALL)
    return fields


@pytest.mark.slow
@pytest.mark.req("C1")
def test_malformed_requests_break_nothing_and_write_nothing(either: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL", "django")
    count, broke = COUNT[either], []
    got_request_exception.connect(note := lambda **_: broke.append(explain()), weak=False)
    browsers = Browsers()
    fields = collect_fields(browsers)
    before, accounts = read_tables(), read_accounts()
    end = len(before["ledger_entry"])
    statuses: Counter[int] = Counter()
    broken: list[str] = []
    for one in make_requests(count, fields, seed=20200201):
        may = [*(role for role in ROLES if role in ACCESS[one.name].roles)] or [*ROLES, None]
        role = may[one.dice % len(may)] if one.dice % 10 else [*ROLES, None][one.dice // 10 % (len(ROLES) + 1)]
        client = browsers.get(role)
        status, is_renewed = send(client, one)
        statuses[status] += 1
        if status == 500:
            broken.append(f"{one.number} {one.name}: {broke[-1:]}")
        if role and (is_renewed or one.name == "sign_out"):
            browsers.renew(role)
    got_request_exception.disconnect(note)
    print(dict(statuses))
    assert not broken, "\n".join(broken)
    after = read_tables()
    assert {table for table in after if before[table] != after[table]} <= _KEPT_APART
    assert set(read_new_acts(end)) <= {"sign_in_failed", "data_exported"}, "who asked for a file got one"
    assert read_accounts() == accounts
    assert verify_ledger(connection, processes=1).holds
    assert statuses[200] > count / 10 and statuses[400] > count / 50, "the requests came nowhere"
