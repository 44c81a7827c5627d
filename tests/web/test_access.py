"""Every URL × every role × own site / other site / signed out, against the table written by hand."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from tests.web.access_table import ACCESS, OTHER, OWN
from tests.web.conftest import open_browser
from trialwright.capture.accounts import SITE_ROLES
from trialwright.vocabulary.codelists import Role
from trialwright.web.pages import PAGES

ROLES = [role for role in Role if role is not Role.SYSTEM]


def test_every_url_has_its_row_and_every_row_its_url(running: Path) -> None:
    names = {pattern.name for pattern in get_resolver().url_patterns}
    assert names == {page.name for page in PAGES} == set(ACCESS)
    assert len(PAGES) == len(names), "two pages have one name"


@pytest.mark.parametrize("name", ACCESS)
def test_signed_out_a_page_asks_who_is_there(running: Path, name: str) -> None:
    row = ACCESS[name]
    answer = Client().get(reverse(name, kwargs=row.parts(OWN)))
    if row.is_open:
        assert answer.status_code == row.answer
    else:
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in")


@pytest.mark.req("C1")
@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_its_pages_of_its_site_and_no_other(running: Path, role: Role) -> None:
    client, wrong = open_browser(role), []
    for name, row in ACCESS.items():
        for site in (OWN, OTHER) if row.of_site else (OWN,):
            answer = client.get(reverse(name, kwargs=row.parts(site)))
            may = row.is_open or role in row.roles
            expected = 403 if not may else 404 if site == OTHER and role in SITE_ROLES else row.answer
            if answer.status_code != expected:
                wrong.append(f"{name} of {site}: {answer.status_code}, expected {expected}")
    assert not wrong, wrong


def read_everything(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as raw:
        tables = [row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {table: raw.execute(f'SELECT * FROM "{table}" ORDER BY 1, 2').fetchall() for table in tables}


@pytest.mark.parametrize("role", [Role.INVESTIGATOR, Role.DATA_MANAGER, Role.ADMINISTRATOR, Role.INSPECTOR])
def test_get_changes_nothing(running: Path, role: Role) -> None:
    client = open_browser(role)
    before = read_everything(running)
    for name, row in ACCESS.items():
        client.get(reverse(name, kwargs=row.parts(OWN)))
    after = read_everything(running)
    assert [table for table in after if before[table] != after[table]] == []


@pytest.mark.parametrize("name", [page.name for page in PAGES if not page.posts])
def test_a_page_that_takes_no_post_refuses_one(running: Path, name: str) -> None:
    client = open_browser(Role.INVESTIGATOR)
    assert client.post(reverse(name, kwargs=ACCESS[name].parts(OWN))).status_code == 405


@pytest.mark.parametrize("role", [Role.INVESTIGATOR, Role.DATA_MANAGER, Role.INSPECTOR, Role.ADMINISTRATOR])
def test_no_page_asks_more_than_15_statements(running: Path, count_statements, role: Role) -> None:  # type: ignore[no-untyped-def]
    client, found = open_browser(role), {}
    for name, row in ACCESS.items():
        if row.is_open or role in row.roles:
            address = reverse(name, kwargs=row.parts(OWN))
            count_statements()
            client.get(address)
            found[name] = count_statements()
    assert {name: number for name, number in found.items() if number > 15} == {}
