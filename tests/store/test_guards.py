"""The guards: what the database itself refuses, that they come back after a migrate, and that their lack is found."""

import pytest
from django.db import IntegrityError, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.store.samples import SampleLedger, create, draft, fill, project, sample_ledger
from trialwright.ledger.canonical import parse_canonical
from trialwright.ledger.envelope import REDACTION
from trialwright.service.unit import open_unit
from trialwright.store import migrate
from trialwright.store.append import NothingToRedact
from trialwright.store.guards import check_guards, install_guards
from trialwright.store.projections import check_projections
from trialwright.store.read import read_entries, read_entry
from trialwright.store.verify import verify_ledger


def _execute(database: BaseDatabaseWrapper, statement: str) -> None:
    with transaction.atomic(), database.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.req("A5")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET actor = 'bob' WHERE position = 5",
        "UPDATE ledger_entry SET payload = '' WHERE position = 5",
        "UPDATE ledger_entry SET payload = '', salt = '' WHERE position = 5",
        "UPDATE ledger_entry SET payload = payload",
        "DELETE FROM ledger_entry WHERE position = 5",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_study SET purpose = 'PRODUCTION'",
        "UPDATE ledger_study SET study = 'NCT00000000'",
        "UPDATE ledger_study SET position = position - 1",
        "DELETE FROM ledger_study",
    ],
)
def test_a_direct_change_is_refused(database: BaseDatabaseWrapper, statement: str) -> None:
    before = fill(sample_ledger())
    with pytest.raises(IntegrityError):
        _execute(database, statement)
    assert list(read_entries(database)) == before


@pytest.mark.req("A5")
@pytest.mark.parametrize("key", ["5, '1', 's', 'T-999', 1", "900, '1', 's', 'T-001', 2"])
def test_replacing_an_entry_is_refused(database: BaseDatabaseWrapper, key: str) -> None:
    """By its position or by its number in the chain; SQLite's REPLACE asks no DELETE trigger."""
    before = fill(sample_ledger())
    values = f"({key}, 'a', '', 'x', 'r', '', '', '', '', '', '', '', '')"
    if database.vendor == "sqlite":
        statement = f"INSERT OR REPLACE INTO ledger_entry VALUES {values}"
    else:
        rest = "ON CONFLICT (position) DO UPDATE SET actor = 'x'"
        statement = f"INSERT INTO ledger_entry VALUES {values} {rest}"
    with pytest.raises(IntegrityError):
        _execute(database, statement)
    assert list(read_entries(database)) == before


@pytest.mark.req("A5")
@pytest.mark.parametrize("fresh_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("table", ["ledger_entry", "ledger_study"])
def test_truncate_is_refused_also_to_a_session_that_calls_itself_a_replica(
    database: BaseDatabaseWrapper, table: str
) -> None:
    before = fill(sample_ledger())
    for role in ("origin", "replica"):
        _execute(database, f"SET session_replication_role = {role}")
        with pytest.raises(IntegrityError):
            _execute(database, f"TRUNCATE {table}")
        with pytest.raises(IntegrityError):
            _execute(database, f"DELETE FROM {table}")
    assert list(read_entries(database)) == before


@pytest.mark.req("A5")
def test_a_missing_guard_is_found_and_a_migrate_puts_it_back(database: BaseDatabaseWrapper) -> None:
    fill(sample_ledger())
    assert check_guards(database) == []
    name, table = (
        ("ledger_entry_delete", "") if database.vendor == "sqlite" else ("ledger_entry_row", "ON ledger_entry")
    )
    _execute(database, f"DROP TRIGGER {name} {table}")
    report = verify_ledger(database)
    assert [(finding.code, str(finding.place)) for finding in report.findings] == [("guard-missing", name)]
    migrate()
    assert verify_ledger(database).holds


@pytest.mark.req("A5")
def test_an_altered_guard_is_found(database: BaseDatabaseWrapper) -> None:
    if database.vendor == "sqlite":
        _execute(database, "DROP TRIGGER ledger_entry_delete")
        _execute(
            database,
            "CREATE TRIGGER ledger_entry_delete BEFORE DELETE ON ledger_entry WHEN OLD.position < 0 "
            "BEGIN SELECT RAISE(ABORT, 'no'); END",
        )
        expected = ["ledger_entry_delete"]
    else:
        _execute(database, "ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_truncate")
        _execute(
            database,
            "CREATE OR REPLACE FUNCTION ledger_study_guard() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN NEW; END $$",
        )
        expected = ["ledger_entry_truncate", "ledger_study_row", "ledger_study_truncate"]
    findings = check_guards(database)
    assert [(finding.code, str(finding.place)) for finding in findings] == [
        ("guard-altered", name) for name in expected
    ]
    install_guards(database)
    assert check_guards(database) == []


@pytest.mark.req("A5")
def test_a_stranger_among_the_triggers_is_found(database: BaseDatabaseWrapper) -> None:
    if database.vendor == "sqlite":
        _execute(database, "CREATE TRIGGER quiet AFTER INSERT ON ledger_entry BEGIN SELECT 1; END")
    else:
        _execute(database, "CREATE RULE quiet AS ON DELETE TO ledger_entry DO INSTEAD NOTHING")
    assert [(finding.code, str(finding.place)) for finding in check_guards(database)] == [("guard-foreign", "quiet")]


@pytest.mark.parametrize("fresh_url", ["sqlite"], indirect=True)
def test_a_migration_that_rebuilds_the_table_drops_sqlites_guards_and_the_migrate_command_brings_them_back(
    database: BaseDatabaseWrapper,
) -> None:
    """Django rebuilds a table of SQLite to alter a field, and its triggers are gone without a word."""
    from trialwright.store.models import LedgerEntry  # models can be imported once Django is configured

    old, new = LedgerEntry._meta.get_field("role"), models.TextField(default="SYSTEM")
    new.set_attributes_from_name("role")
    with database.schema_editor() as editor:
        editor.alter_field(LedgerEntry, old, new)
    assert {finding.code for finding in check_guards(database)} == {"guard-missing"}
    migrate()
    assert check_guards(database) == []


def _redact(ledger: SampleLedger, participant: str, position: object) -> None:
    with open_unit(ledger) as unit:
        unit.append(
            draft(participant, REDACTION, position=position, reason="a name", encounter="D1", revision=2, note="…")
        )


@pytest.mark.req("A6")
def test_a_redaction_blanks_one_payload_and_the_chain_still_verifies(database: BaseDatabaseWrapper) -> None:
    ledger = sample_ledger()
    before = fill(ledger)
    target = next(entry for entry in before if entry.act == "form_recorded" and entry.participant == "T-002")
    with open_unit(ledger) as unit:
        assert any("37.20" in text for text in unit.subject("T-002"))
    _redact(ledger, "T-002", target.position)
    blanked = read_entry(database, target.position)
    assert blanked is not None and blanked.is_redacted
    assert blanked == target._replace(payload="", salt="")
    report = verify_ledger(database)
    assert report.findings == ()
    with open_unit(ledger) as unit:
        state = unit.subject("T-002")
    assert state[1] == "form_recorded:" and state[-1].startswith("redaction:")
    assert check_projections(database, project) == []


@pytest.mark.req("A6")
def test_what_was_redacted_leaves_the_memory_of_other_processes_too(database: BaseDatabaseWrapper) -> None:
    """Another cache over the same database stands for another process; it had read the payload before."""
    here = sample_ledger()
    target = next(entry for entry in fill(here) if entry.act == "form_recorded" and entry.participant == "T-002")
    there = sample_ledger(here.clock, seed=2)
    with open_unit(there) as unit:
        assert target.payload in "".join(unit.subject("T-002"))
        assert "form_recorded:" not in unit.subject("T-002")
        assert unit.study()["form_recorded"] == 9
    _redact(here, "T-002", target.position)
    with open_unit(there) as unit:
        state = unit.subject("T-002")
        assert unit.study() == {"ledger_opened": 1, "screened": 3, "form_recorded": 9, REDACTION: 1}
    assert target.payload not in "".join(state)
    assert state[1] == "form_recorded:"


@pytest.mark.req("A6")
def test_a_redaction_reaches_only_entries_of_its_own_participant_and_no_redaction(
    database: BaseDatabaseWrapper,
) -> None:
    ledger = sample_ledger()
    before = fill(ledger)
    with pytest.raises(NothingToRedact):
        _redact(ledger, "T-001", next(entry.position for entry in before if entry.participant == "T-002"))
    with pytest.raises(NothingToRedact):
        _redact(ledger, "T-001", 999)
    with pytest.raises(ValueError, match="names the position"):
        _redact(ledger, "T-001", "5")
    own = next(entry.position for entry in before if entry.participant == "T-001")
    _redact(ledger, "T-001", own)
    with pytest.raises((IntegrityError, *_driver_errors(database))):
        _redact(ledger, "T-001", before[-1].position + 1)
    report = verify_ledger(database)
    assert (report.holds, report.entries) == (True, len(before) + 1)


def _driver_errors(database: BaseDatabaseWrapper) -> tuple[type[Exception], ...]:
    return (database.Database.IntegrityError,)


@pytest.mark.req("A6")
def test_a_blank_payload_without_its_redaction_is_found(database: BaseDatabaseWrapper) -> None:
    fill(sample_ledger())
    trigger = "ledger_entry_update" if database.vendor == "sqlite" else "ledger_entry_row ON ledger_entry"
    _execute(database, f"DROP TRIGGER {trigger}")
    _execute(database, "UPDATE ledger_entry SET payload = '', salt = '' WHERE position = 6")
    install_guards(database)
    report = verify_ledger(database)
    assert [finding.code for finding in report.findings] == ["redaction-missing"]
    assert report.first_bad == 6


def test_a_payload_keeps_every_character(database: BaseDatabaseWrapper) -> None:
    """Text and no jsonb: order, spaces and the digits of a number stay as they were entered."""
    ledger = sample_ledger()
    create(ledger)
    with open_unit(ledger) as unit:
        entry = unit.append(draft("T-001", "noted", b="37.20", a="发热", c="1e400", d="\u0001"))
    stored = read_entry(database, entry.position)
    assert stored is not None and stored.payload == entry.payload
    assert parse_canonical(stored.payload) == {"a": "发热", "b": "37.20", "c": "1e400", "d": "\u0001"}


@pytest.mark.parametrize("fresh_url", ["postgresql"], indirect=True)
def test_ledger_texts_have_collation_c_and_are_texts(database: BaseDatabaseWrapper) -> None:
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT data_type, collation_name FROM information_schema.columns "
            "WHERE table_name IN ('ledger_entry', 'ledger_study', 'participant', 'form_state') "
            "AND data_type <> 'integer'"
        )
        assert cursor.fetchall() == [("text", "C")]
