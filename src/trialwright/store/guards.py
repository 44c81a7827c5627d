"""The guards in the database itself: what refuses an UPDATE, a DELETE, a TRUNCATE or a REPLACE of the ledger.

They stop accidents and honest tools. Whoever owns the database can drop them; then ``verify`` says so, and the chain
finds what was changed. One UPDATE passes: it blanks the salt of an entry and puts in the place of its payload the one
that a later redaction carries for it ('' where that redaction takes the place of this one).
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from trialwright.ledger.envelope import COLUMNS, REDACTION
from trialwright.store.site_rows import expect_rules, find_rules
from trialwright.vocabulary.findings import Finding, Place

_KEPT = [column for column in COLUMNS if column not in ("payload", "salt")]
_TABLES = ("ledger_entry", "ledger_study")


def install_guards(connection: BaseDatabaseWrapper) -> None:
    """Put every guard in place, in one transaction, also over an older or altered one."""
    statements = _postgresql_statements() if connection.vendor == "postgresql" else _sqlite_statements()
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def check_guards(connection: BaseDatabaseWrapper) -> list[Finding]:
    """What is missing, altered, switched off or added among the triggers, rules and policies of the ledger's tables."""
    if connection.vendor == "postgresql":
        expected = _expected_postgresql() | expect_rules(connection)
        found = _found_postgresql(connection) | find_rules(connection)
    else:
        expected, found = _expected_sqlite(), _found_sqlite(connection)
    findings = []
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            findings.append(_finding("guard-missing", name, f"the guard {name} is not in the database"))
        elif name not in expected:
            findings.append(_finding("guard-foreign", name, f"{name} acts on the ledger and is none of its guards"))
        elif found[name] != expected[name]:
            findings.append(_finding("guard-altered", name, f"the guard {name} was altered or switched off"))
    return findings


def _finding(code: str, name: str, message: str) -> Finding:
    return Finding(code, message, Place(path=name), remedy="find out who did this; a migrate puts the guards back")


# --- SQLite ---------------------------------------------------------------------------------------------------------

_SQLITE = {
    # REPLACE deletes the old row without asking a DELETE trigger unless recursive_triggers is on, so it is met here.
    "ledger_entry_insert": """CREATE TRIGGER ledger_entry_insert BEFORE INSERT ON ledger_entry
WHEN EXISTS (SELECT 1 FROM ledger_entry WHERE position = NEW.position)
  OR EXISTS (SELECT 1 FROM ledger_entry WHERE participant = NEW.participant AND seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: this entry is there already'); END""",
    "ledger_entry_update": f"""CREATE TRIGGER ledger_entry_update BEFORE UPDATE ON ledger_entry
WHEN NOT (
  NEW.salt = '' AND {" AND ".join(f"NEW.{column} IS OLD.{column}" for column in _KEPT)}
  AND EXISTS (SELECT 1 FROM ledger_entry WHERE act = '{REDACTION}' AND position > OLD.position AND json_valid(payload)
    AND CASE OLD.act WHEN '{REDACTION}' THEN json_extract(payload, '$.replaces') = OLD.position AND NEW.payload = ''
      ELSE json_extract(payload, '$.position') = OLD.position
        AND NEW.payload = coalesce(json_extract(payload, '$.carried'), '') END)
)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: no UPDATE'); END""",
    "ledger_entry_delete": """CREATE TRIGGER ledger_entry_delete BEFORE DELETE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: no DELETE'); END""",
    "ledger_study_insert": """CREATE TRIGGER ledger_study_insert BEFORE INSERT ON ledger_study
WHEN EXISTS (SELECT 1 FROM ledger_study)
BEGIN SELECT RAISE(ABORT, 'this database holds a ledger already'); END""",
    "ledger_study_update": """CREATE TRIGGER ledger_study_update BEFORE UPDATE ON ledger_study
WHEN NEW.id IS NOT OLD.id OR NEW.study IS NOT OLD.study OR NEW.purpose IS NOT OLD.purpose
  OR NEW.position < OLD.position OR NEW.at < OLD.at
BEGIN SELECT RAISE(ABORT, 'a ledger keeps its study and purpose and never goes back'); END""",
    "ledger_study_delete": """CREATE TRIGGER ledger_study_delete BEFORE DELETE ON ledger_study
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: no DELETE'); END""",
}


def _sqlite_statements() -> list[str]:
    out = []
    for name, text in _SQLITE.items():
        out += [f"DROP TRIGGER IF EXISTS {name}", text]
    return out


def _expected_sqlite() -> dict[str, object]:
    return dict(_SQLITE)


def _found_sqlite(connection: BaseDatabaseWrapper) -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND lower(tbl_name) IN (%s, %s)", _TABLES
        )
        return dict(cursor.fetchall())


# --- PostgreSQL -----------------------------------------------------------------------------------------------------

_ENTRY_BODY = f"""
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.salt = ''
      AND ({", ".join(f"NEW.{column}" for column in _KEPT)})
      IS NOT DISTINCT FROM ({", ".join(f"OLD.{column}" for column in _KEPT)})
      AND EXISTS (SELECT 1 FROM ledger_entry r WHERE r.act = '{REDACTION}' AND r.position > OLD.position
        AND CASE WHEN r.payload = '' THEN false
          WHEN OLD.act = '{REDACTION}' THEN r.payload::jsonb ->> 'replaces' = OLD.position::text AND NEW.payload = ''
          ELSE r.payload::jsonb ->> 'position' = OLD.position::text
            AND NEW.payload = coalesce(r.payload::jsonb ->> 'carried', '') END)
    THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'the ledger is append-only: no %', TG_OP USING ERRCODE = 'restrict_violation';
END
"""
_STUDY_BODY = """
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.id, NEW.study, NEW.purpose) IS NOT DISTINCT FROM (OLD.id, OLD.study, OLD.purpose)
      AND NEW.position >= OLD.position AND NEW.at >= OLD.at
    THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'a ledger keeps its study and purpose and never goes back: no %', TG_OP
    USING ERRCODE = 'restrict_violation';
END
"""
_ROW = 1 | 2 | 8 | 16
_STATEMENT = 2 | 32


@dataclass(frozen=True, slots=True)
class _Trigger:
    """A trigger as PostgreSQL's catalogue describes it (pg_trigger.tgtype: 1 row, 2 before, 8 DELETE, 16 UPDATE …)."""

    table: str
    kind: int
    function: str
    body: str
    enabled: str = "A"
    plain: bool = True


_POSTGRESQL = {
    "ledger_entry_row": _Trigger("ledger_entry", _ROW, "ledger_entry_guard", _ENTRY_BODY),
    "ledger_entry_truncate": _Trigger("ledger_entry", _STATEMENT, "ledger_entry_guard", _ENTRY_BODY),
    "ledger_study_row": _Trigger("ledger_study", _ROW, "ledger_study_guard", _STUDY_BODY),
    "ledger_study_truncate": _Trigger("ledger_study", _STATEMENT, "ledger_study_guard", _STUDY_BODY),
}


def _postgresql_statements() -> list[str]:
    out = [
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $guard${body}$guard$"
        for function, body in (("ledger_entry_guard", _ENTRY_BODY), ("ledger_study_guard", _STUDY_BODY))
    ]
    for name, trigger in _POSTGRESQL.items():
        when = "UPDATE OR DELETE" if trigger.kind == _ROW else "TRUNCATE"
        each = "ROW" if trigger.kind == _ROW else "STATEMENT"
        out += [
            f"DROP TRIGGER IF EXISTS {name} ON {trigger.table}",
            f"CREATE TRIGGER {name} BEFORE {when} ON {trigger.table} FOR EACH {each} "
            f"EXECUTE FUNCTION {trigger.function}()",
            # ALWAYS: a session that calls itself a replica is refused too.
            f"ALTER TABLE {trigger.table} ENABLE ALWAYS TRIGGER {name}",
        ]
    return out


def _expected_postgresql() -> dict[str, object]:
    return dict(_POSTGRESQL)


def _found_postgresql(connection: BaseDatabaseWrapper) -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT t.tgname, t.tgrelid::regclass::text, t.tgtype::int, p.proname, p.prosrc, t.tgenabled::text,
                      t.tgqual IS NULL AND t.tgnargs = 0 AND t.tgattr = ''::int2vector
               FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
               WHERE NOT t.tgisinternal AND t.tgrelid IN (%s::regclass, %s::regclass)""",
            _TABLES,
        )
        found: dict[str, object] = {row[0]: _Trigger(*row[1:]) for row in cursor.fetchall()}
        cursor.execute(
            "SELECT rulename, ev_type::text FROM pg_rewrite WHERE ev_class IN (%s::regclass, %s::regclass)", _TABLES
        )
        return found | dict(cursor.fetchall())
