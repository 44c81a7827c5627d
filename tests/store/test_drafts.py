"""Drafts: kept per person and form, replaced, thrown away, listed by age; they never touch the ledger."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db.backends.base.base import BaseDatabaseWrapper

from trialwright.store.drafts import (
    DraftKey,
    delete_draft,
    read_draft,
    read_old_drafts,
    read_others_drafts,
    write_draft,
)

NOW = datetime(2020, 1, 27, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
KEY = DraftKey("nurse", "BJ-001", "D3", "vital_signs")


def test_a_draft_is_kept_replaced_and_thrown_away(database: BaseDatabaseWrapper) -> None:
    assert read_draft(database, KEY) is None
    write_draft(database, KEY, {"temperature": "38."}, NOW)
    write_draft(database, KEY, {"temperature": "38.4", "remark": "发热"}, NOW + timedelta(minutes=2))
    held = read_draft(database, KEY)
    assert held is not None
    assert held.texts == {"temperature": "38.4", "remark": "发热"}
    assert held.updated_at == NOW + timedelta(minutes=2)
    assert held.compute_age(NOW + timedelta(hours=1)) == timedelta(minutes=58)
    assert delete_draft(database, KEY)
    assert not delete_draft(database, KEY)
    assert read_draft(database, KEY) is None


def test_each_person_has_their_own_and_is_told_of_the_others(database: BaseDatabaseWrapper) -> None:
    other = DraftKey("doctor", "BJ-001", "D3", "vital_signs")
    write_draft(database, KEY, {"pulse": "80"}, NOW)
    write_draft(database, other, {"pulse": "88"}, NOW)
    write_draft(database, DraftKey("doctor", "BJ-002", "D3", "vital_signs"), {"pulse": "70"}, NOW)
    assert [one.key for one in read_others_drafts(database, KEY)] == [other]
    delete_draft(database, KEY)
    assert read_draft(database, other) is not None


def test_old_drafts_are_listed_oldest_first(database: BaseDatabaseWrapper) -> None:
    for days, person in ((1, "a"), (9, "b"), (4, "c")):
        write_draft(database, DraftKey(person, "BJ-001", "", "x"), {}, NOW - timedelta(days=days))
    before = (NOW - timedelta(days=3)).astimezone(UTC)
    assert [one.key.person for one in read_old_drafts(database, before)] == ["b", "c"]
    assert [one.key.person for one in read_old_drafts(database, before, "c")] == ["c"]


@pytest.mark.req("A5")
def test_drafts_write_nothing_into_the_ledger(database: BaseDatabaseWrapper) -> None:
    write_draft(database, KEY, {"pulse": "80"}, NOW)
    with database.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_entry")
        assert cursor.fetchone() == (0,)


def test_the_migrations_are_those_of_the_models(database: BaseDatabaseWrapper) -> None:
    call_command("makemigrations", "store", check=True, dry_run=True, verbosity=0)
