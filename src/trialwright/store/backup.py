"""A copy of the database that proves itself: one zip file with a manifest of hashes and the seal of its ledger.

SQLite is copied by its own online backup, PostgreSQL table by table with COPY from one snapshot; both while others go
on writing. What is left out can be made again: sessions. The manifest names the seal, so a restored copy can be
verified against it; and whoever keeps the seal elsewhere can prove the backup itself.
"""

import hashlib
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from trialwright.ledger.seal import Seal
from trialwright.store.guards import install_guards
from trialwright.store.site_rows import RULES, install_rules

MANIFEST = "manifest.json"
FORMAT = "trialwright backup 1"
_LEFT_OUT = ("django_session",)
_PIECE = 2**20


class BadBackup(Exception):
    """The file is no backup, was altered, or does not fit; the text says which."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. ``files`` maps each file inside to its SHA-256, ``rows`` each table to its rows."""

    format: str
    made_at: str
    database: str
    study: str
    purpose: str
    entries: int
    seal: str
    migrations: tuple[str, ...]
    files: dict[str, str]
    rows: dict[str, int]


def write_backup(connection: BaseDatabaseWrapper, path: Path, now: datetime) -> Manifest:
    """Write a backup to a file that is not there yet (FileExistsError), and say what is in it."""
    with path.open("xb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        if connection.vendor == "postgresql":
            facts, files, rows = _copy_postgresql(connection, archive)
        else:
            facts, files, rows = _copy_sqlite(connection, archive)
        study, purpose, position, seal = facts["study"]
        manifest = Manifest(
            FORMAT, now.isoformat(timespec="seconds"), connection.vendor, study, purpose, facts["entries"],
            str(Seal(position, seal)), tuple(facts["migrations"]), files, rows,
        )  # fmt: skip
        archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1, sort_keys=True))
    return manifest


def read_manifest(path: Path) -> Manifest:
    """What a backup says of itself, once every file in it has the hash that stands there; BadBackup otherwise."""
    try:
        with zipfile.ZipFile(path) as archive:
            said = json.loads(archive.read(MANIFEST))
            manifest = Manifest(**{**said, "migrations": tuple(said["migrations"])})
            if manifest.format != FORMAT:
                raise BadBackup(f"{path} is of the format {manifest.format!r}; this version reads {FORMAT!r}")
            for name, digest in manifest.files.items():
                if _hash_file(archive, name) != digest:
                    raise BadBackup(f"{name} in {path} is not what the manifest says: the backup was altered")
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError) as error:
        raise BadBackup(f"{path} is no backup, or was cut off: {error}") from error
    return manifest


def restore(connection: BaseDatabaseWrapper, path: Path) -> Manifest:
    """Put a backup into an empty, migrated database; BadBackup where it is not empty or does not fit.

    The caller verifies the ledger afterwards, against the seal of the manifest.
    """
    manifest = read_manifest(path)
    if manifest.database != connection.vendor:
        raise BadBackup(f"this is a backup of {manifest.database}, the target is {connection.vendor}")
    if _facts(connection)["study"] is not None:
        raise BadBackup("the target holds a ledger already; restore into an empty database")
    with zipfile.ZipFile(path) as archive:
        if connection.vendor == "postgresql":
            _restore_postgresql(connection, archive, manifest)
        else:
            _restore_sqlite(connection, archive)
    return manifest


def _hash_file(archive: zipfile.ZipFile, name: str) -> str:
    with archive.open(name) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # a file of an archive is one


_STUDY = "SELECT study, purpose, position, seal FROM ledger_study"
_COUNT = "SELECT count(*) FROM ledger_entry"
_MIGRATIONS = "SELECT app || '.' || name FROM django_migrations ORDER BY 1"


def _facts(connection: BaseDatabaseWrapper) -> dict[str, Any]:
    with connection.cursor() as cursor:
        return _ask(cursor)


def _ask(cursor: Any) -> dict[str, Any]:
    cursor.execute(_STUDY)
    study = cursor.fetchone()
    cursor.execute(_COUNT)
    entries = cursor.fetchone()[0]
    cursor.execute(_MIGRATIONS)
    return {"study": study, "entries": entries, "migrations": [row[0] for row in cursor.fetchall()]}


def _require_ledger(facts: dict[str, Any]) -> dict[str, Any]:
    if facts["study"] is None:
        raise BadBackup("the database holds no ledger; there is nothing to keep")
    return facts


class _Hashing:
    """A file inside the archive that is hashed as it is written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest, self.lines = file, hashlib.sha256(), 0

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self.digest.update(data)
        self.lines += data.count(b"\n")


# --- SQLite -----------------------------------------------------------------------------------------------------------


def _copy_sqlite(
    connection: BaseDatabaseWrapper, archive: zipfile.ZipFile
) -> tuple[dict[str, Any], dict[str, str], dict[str, int]]:
    connection.ensure_connection()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "ledger.sqlite3"
        with closing(sqlite3.connect(copy)) as target:
            connection.connection.backup(target)  # SQLite's online backup: a consistent copy while others write
            for table in _LEFT_OUT:
                target.execute(f"DELETE FROM {table}")
            target.commit()
            target.execute("PRAGMA journal_mode=DELETE")
            target.execute("VACUUM")
            facts = _require_ledger(_ask(target.cursor()))
            names = target.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            rows = {
                name: target.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names.fetchall()
            }
        archive.write(copy, copy.name)
        with copy.open("rb") as file:
            return facts, {copy.name: hashlib.file_digest(file, "sha256").hexdigest()}, rows


def _restore_sqlite(connection: BaseDatabaseWrapper, archive: zipfile.ZipFile) -> None:
    connection.ensure_connection()
    with tempfile.TemporaryDirectory() as folder:
        copy = archive.extract("ledger.sqlite3", folder)
        with closing(sqlite3.connect(copy)) as source:
            source.backup(connection.connection)
    connection.close()


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


@contextmanager
def _snapshot(connection: BaseDatabaseWrapper) -> Iterator["psycopg.Cursor[Any]"]:
    connection.ensure_connection()
    raw = connection.connection
    with psycopg.Cursor(raw) as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield cursor
        finally:
            cursor.execute("ROLLBACK")


def _list_tables(cursor: "psycopg.Cursor[Any]") -> list[tuple[str, list[str]]]:
    """The tables with their columns; those that migrations fill are left to them."""
    cursor.execute(
        """SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position) FROM information_schema.columns
           JOIN pg_tables ON tablename = table_name AND schemaname = table_schema
           WHERE table_schema = 'public' AND table_name <> ALL(%s) GROUP BY 1 ORDER BY 1""",
        ([*_LEFT_OUT, "django_migrations"],),
    )
    return list(cursor.fetchall())


def _copy_postgresql(
    connection: BaseDatabaseWrapper, archive: zipfile.ZipFile
) -> tuple[dict[str, Any], dict[str, str], dict[str, int]]:
    files, rows = {}, {}
    with _snapshot(connection) as cursor:
        facts = _require_ledger(_ask(cursor))
        for table, columns in _list_tables(cursor):
            with archive.open(f"{table}.copy", "w", force_zip64=True) as file:
                hashing = _Hashing(file)
                with cursor.copy(_copy_of(table, columns, "TO STDOUT")) as out:
                    for piece in out:
                        hashing.write(bytes(piece))
            files[f"{table}.copy"], rows[table] = hashing.digest.hexdigest(), hashing.lines
            files_columns = json.dumps(columns)
            archive.writestr(f"{table}.columns", files_columns)
            files[f"{table}.columns"] = hashlib.sha256(files_columns.encode()).hexdigest()
    return facts, files, rows


def _copy_of(table: str, columns: list[str], how: str) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) " + how).format(sql.Identifier(table), names)


def _restore_postgresql(connection: BaseDatabaseWrapper, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    if (mine := _facts(connection)["migrations"]) != list(manifest.migrations):
        differing = sorted(set(mine) ^ set(manifest.migrations))
        raise BadBackup(f"restore with the version that made the backup; these migrations differ: {differing}")
    connection.ensure_connection()
    raw = connection.connection
    with psycopg.Cursor(raw) as cursor:
        cursor.execute("BEGIN")
        try:
            # COPY FROM does not go with policies, which bind the owner too; install_rules puts them back below.
            for table in RULES.keys() & manifest.rows.keys():
                name = sql.Identifier(table)
                cursor.execute(sql.SQL("ALTER TABLE {} DISABLE ROW LEVEL SECURITY").format(name))
            for table in manifest.rows:
                columns = json.loads(archive.read(f"{table}.columns"))
                with archive.open(f"{table}.copy") as file, cursor.copy(_copy_of(table, columns, "FROM STDIN")) as into:
                    while piece := file.read(_PIECE):
                        into.write(piece)
                _count_on(cursor, table, columns)
            cursor.execute("COMMIT")
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
    install_guards(connection)
    install_rules(connection)


def _count_on(cursor: "psycopg.Cursor[Any]", table: str, columns: list[str]) -> None:
    """Numbers that the database gives out go on behind those that were restored."""
    for column in columns:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", (table, column))
        row = cursor.fetchone()
        if row and row[0]:
            highest = sql.SQL("SELECT setval(%s, coalesce(max({}), 0) + 1, false) FROM {}")
            cursor.execute(highest.format(sql.Identifier(column), sql.Identifier(table)), (row[0],))
