"""Row-level security on a real PostgreSQL, as a role that is no superuser: each site its rows, and no page the worse."""

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email import message_from_string

import psycopg
import pytest
from django.db import connection
from django.urls import reverse

from tests.postgres import plain_database
from tests.web.access_table import ACCESS
from tests.web.conftest import open_browser, write_trial
from tests.web.postbox import DEAF, give_addresses, open_postbox, report_grave, run
from tests.web.trials import OTHER, OWN, two_sites
from trialwright.store import configure
from trialwright.store.read import read_participants
from trialwright.store.site_rows import ALL, NOBODY, RULES, find_bypass, show_site
from trialwright.store.verify import verify_ledger
from trialwright.vocabulary.codelists import Role

WHOLE = {"ledger_study", "account", "django_session", "django_migrations", "notice_outbox"}
"""Tables without rows of sites. A new table goes here, or into ``store.site_rows.RULES``."""


@pytest.fixture(scope="module")
def served(postgres_server: str) -> Iterator[str]:
    """A trial with two sites in a database whose owner is no superuser."""
    with plain_database(postgres_server) as own:
        write_trial(own)
        configure(own)
        _fill_empty_tables()
        yield own
        connection.close()


def _fill_empty_tables() -> None:
    """A row of each site where the rehearsal leaves a table empty."""
    for site in (OWN, OTHER, OWN, OTHER):
        report_grave(site)
    give_addresses()
    run(DEAF)
    with connection.cursor() as cursor:
        for site in (OWN, OTHER):
            cursor.execute("SELECT min(code) FROM participant WHERE site = %s", (site,))
            (code,) = cursor.fetchone()
            cursor.execute("INSERT INTO appointment VALUES (%s, 'D28', '2020-03-09')", (code,))
            cursor.execute("INSERT INTO draft VALUES ('ann', %s, 'D28', 'vital_signs', 1, '{}', '')", (code,))
            for table in ("import_upload", "import_mapping"):
                cursor.execute(
                    "SELECT column_name, data_type FROM information_schema.columns "
                    "WHERE table_name = %s AND is_identity = 'NO' AND column_name <> 'site'", (table,)
                )  # fmt: skip
                some = {"jsonb": "'{}'", "timestamp with time zone": "now()"}
                columns = {name: some.get(kind, "'x'") for name, kind in cursor.fetchall()}
                cursor.execute(
                    f"INSERT INTO {table} (site, {', '.join(columns)}) VALUES (%s, {', '.join(columns.values())})",
                    (site,),
                )


@pytest.fixture
def link(served: str) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """A connection of nobody's page: raw SQL."""
    with psycopg.connect(served, autocommit=True) as raw:
        yield raw


def see(raw: "psycopg.Connection[tuple[object, ...]]", site: str) -> None:
    raw.execute("SELECT set_config('trialwright.site', %s, false)", (site,))


def ask(raw: "psycopg.Connection[tuple[object, ...]]", query: str) -> list[tuple[object, ...]]:
    return raw.execute(query.encode()).fetchall()


_SITES = {
    "participant": "SELECT DISTINCT site FROM participant",
    "ledger_entry": "SELECT DISTINCT site FROM ledger_entry",
    "import_upload": "SELECT DISTINCT site FROM import_upload",
    "import_mapping": "SELECT DISTINCT site FROM import_mapping",
    "allocation_slot": "SELECT DISTINCT 'nobody' FROM allocation_slot",
    "notice": "SELECT DISTINCT site FROM notice WHERE site <> ''",
    "notice_delivery": "SELECT DISTINCT site FROM notice_delivery JOIN notice n ON n.id = notice_id WHERE site <> ''",
    "notice_address": "SELECT DISTINCT site FROM notice_address JOIN account USING (person) WHERE site <> ''",
}
_BY_PARTICIPANT = "SELECT DISTINCT split_part(participant, '-', 1) FROM "


@pytest.mark.req("C1")
@pytest.mark.parametrize("table", sorted(RULES))
def test_raw_sql_sees_the_rows_of_the_site_that_was_set(
    link: "psycopg.Connection[tuple[object, ...]]", table: str
) -> None:
    query = _SITES.get(table, _BY_PARTICIPANT + table)
    see(link, ALL)
    whole = {row[0] for row in ask(link, query)}
    for site in (OWN, OTHER):
        see(link, site)
        assert {row[0] for row in ask(link, query)} == whole & {site}
    see(link, NOBODY)
    assert ask(link, f"SELECT * FROM {table}") == []
    assert whole >= ({OWN, OTHER} if table != "allocation_slot" else set())


@pytest.mark.req("C1")
def test_no_trick_of_sql_gives_rows_of_another_site(link: "psycopg.Connection[tuple[object, ...]]") -> None:
    see(link, ALL)
    ((other,),) = ask(link, f"SELECT min(code) FROM participant WHERE site = '{OTHER}'")
    see(link, OWN)
    for query in (
        f"SELECT 1 FROM participant WHERE site = '{OTHER}' OR 1 = 1 AND code = '{other}'",
        f"SELECT code FROM participant WHERE site = '{OWN}' AND FALSE UNION ALL "
        f"SELECT participant FROM form_state WHERE participant = '{other}'",
        f"SELECT payload FROM ledger_entry WHERE participant = '{other}'",
        f"SELECT e.act FROM participant p RIGHT JOIN ledger_entry e ON true WHERE e.participant = '{other}'",
    ):
        assert ask(link, query) == [], query
    assert link.execute("UPDATE form_state SET status = 'X' WHERE participant = %s", (other,)).rowcount == 0
    assert link.execute("DELETE FROM appointment WHERE participant = %s", (other,)).rowcount == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        link.execute(
            "INSERT INTO draft (person, participant, encounter, form, repeat, text, updated_at) "
            "VALUES ('x', %s, 'D0', 'f', 1, '{}', '')",
            (other,),
        )


def test_every_table_says_whose_its_rows_are(link: "psycopg.Connection[tuple[object, ...]]") -> None:
    tables = {row[0] for row in ask(link, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    assert tables == RULES.keys() | WHOLE, "give the new table a line in store.site_rows.RULES, or in WHOLE here"


def test_the_owner_is_bound_and_verify_sees_the_whole_ledger(served: str) -> None:
    configure(served)
    assert find_bypass(connection) == ""
    show_site(connection, NOBODY)
    assert read_participants(connection) == []
    show_site(connection, ALL)
    report = verify_ledger(connection, processes=1)
    assert report.holds, report.findings
    connection.close()


def test_a_policy_that_was_taken_away_or_altered_is_found(
    served: str, link: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    from trialwright.store.guards import check_guards
    from trialwright.store.site_rows import install_rules

    configure(served)
    for harm in (
        "DROP POLICY participant_of_site ON participant",
        "ALTER TABLE form_state NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE ledger_entry DISABLE ROW LEVEL SECURITY",
        "ALTER POLICY draft_of_site ON draft USING (true)",
        "CREATE POLICY more ON ledger_entry USING (true)",
        "CREATE OR REPLACE FUNCTION trialwright_site() RETURNS text LANGUAGE sql STABLE AS $$ SELECT ''::text $$",
    ):
        assert check_guards(connection) == []
        link.execute(harm.encode())
        assert len(check_guards(connection)) == 1, harm
        link.execute("DROP POLICY IF EXISTS more ON ledger_entry")
        install_rules(connection)
    connection.close()


def test_two_outboxes_send_each_mail_once_on_postgresql(served: str) -> None:
    """The outbox as it runs beside the server, twice at the same time: what failed goes out, once to each."""
    from trialwright.web.notices.models import Delivery, NoticeRow
    from trialwright.web.trial import compute_clock_ahead, start

    configure(served)
    show_site(connection, ALL)
    start(two_sites(), compute_clock_ahead())
    assert NoticeRow.objects.filter(site=OTHER).exists()
    Delivery.objects.update(sent_at=None, next_try_at="2020-01-01T00:00Z")
    waiting = Delivery.objects.filter(notice__closed=False).count()
    with open_postbox() as (url, taken), ThreadPoolExecutor(2) as two:
        while ran := [one.result() for one in [two.submit(_run_apart, url) for _ in range(2)]]:
            assert sum(one.failed for one in ran) == 0
            if not sum(one.sent for one in ran):
                break
    subjects = Counter((mail["To"], mail["Subject"]) for mail in map(message_from_string, taken))
    assert len(taken) == waiting > 10 and set(subjects.values()) == {1}
    assert not Delivery.objects.filter(sent_at=None, notice__closed=False).exists()
    client = open_browser(Role.INVESTIGATOR, OTHER)
    key = NoticeRow.objects.filter(site=OTHER, closed=False, kind="SERIOUS").values_list("key", flat=True)[0]
    assert key.split(":")[1] in client.get("/notices/").content.decode()
    assert client.post("/notices/", {"step": "acknowledge", "notice": key, "comment": ""}).status_code == 302
    show_site(connection, ALL)
    run()
    assert NoticeRow.objects.get(key=key).closed
    connection.close()


def _run_apart(url: str):  # type: ignore[no-untyped-def]
    try:
        return run(url)
    finally:
        connection.close()


def read_page(role: Role, address: str) -> tuple[int, str]:
    answer = open_browser(role).get(address)
    if answer["Content-Type"] == "application/pdf":  # it holds the time at which it was made
        return answer.status_code, ""
    text = b"".join(answer).decode()
    return answer.status_code, re.sub(
        r"\b[A-Za-z0-9]{64}\b|\d{8}T\d{6}Z|\d\d:\d\d(:\d\d)?", "", text
    )  # tokens, the clock


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.INVESTIGATOR, Role.PHARMACIST, Role.MONITOR])
def test_every_page_is_the_same_with_and_without_the_policies(
    served: str, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the pages filter by site on their own, and the policies take nothing away that a page needs."""
    from trialwright.web import guards
    from trialwright.web.trial import compute_clock_ahead, start

    configure(served)
    show_site(connection, ALL)
    places = [
        reverse(name, kwargs=row.parts(site))
        for name, row in ACCESS.items()
        for site in ((OWN, OTHER) if row.of_site else (OWN,))
    ]
    start(two_sites(), compute_clock_ahead())  # nothing is remembered from the tests before
    bound = {place: read_page(role, place) for place in places}
    monkeypatch.setattr(guards, "show_site", lambda *_: None)
    show_site(connection, ALL)
    free = {place: read_page(role, place) for place in places}
    assert [place for place in places if bound[place] != free[place]] == []
    assert sum(status == 200 for status, _ in bound.values()) > 15
    connection.close()
