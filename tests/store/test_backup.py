"""A backup proves itself by hashes and by the seal; what was altered, or does not fit, is refused."""

import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.postgres import PLAIN, plain_database, temporary_database
from tests.studies import load_definition
from tests.web.trials import UNTIL
from trialwright.cli import main
from trialwright.ledger.seal import Seal
from trialwright.service.dry_run import walk_until
from trialwright.service.project import project
from trialwright.store import configure, migrate
from trialwright.store.backup import BadBackup, read_manifest, restore, write_backup
from trialwright.store.projections import check_projections
from trialwright.store.read import read_study
from trialwright.store.verify import verify_ledger

NOW = datetime(2020, 3, 1, tzinfo=UTC)


@pytest.fixture
def filled(database: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    walk_until(load_definition().scale(2), 5, UNTIL)
    return database


@pytest.mark.req("D7")
def test_what_is_restored_is_the_ledger_that_was_kept(
    filled: BaseDatabaseWrapper, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    manifest = write_backup(filled, tmp_path / "kept.zip", NOW)
    before, vendor = read_study(filled), filled.vendor
    filled.close()
    if vendor == "sqlite":
        _restore_into(f"sqlite:///{tmp_path / 'new.sqlite3'}", tmp_path, manifest.seal)
    else:
        with temporary_database(request.getfixturevalue("postgres_server")) as url:
            _restore_into(url, tmp_path, manifest.seal)
    assert before is not None and manifest.seal == str(Seal(before.position, before.seal))
    assert manifest.entries == before.position and manifest.rows["ledger_entry"] == before.position


def _restore_into(url: str, tmp_path: Path, seal: str) -> None:
    configure(url)
    migrate()
    restore(connection, tmp_path / "kept.zip")
    report = verify_ledger(connection, Seal.parse(seal), processes=1)
    assert report.holds and not report.unproven and str(report.seal) == seal
    assert check_projections(connection, project) == []
    with pytest.raises(BadBackup, match="holds a ledger already"):
        restore(connection, tmp_path / "kept.zip")
    again = write_backup(connection, tmp_path / "again.zip", NOW)
    first = read_manifest(tmp_path / "kept.zip")
    assert again.rows == first.rows and again.seal == first.seal
    if connection.vendor == "postgresql":
        assert again.files == first.files, "byte for byte the same"
    connection.close()


@pytest.mark.req("D7")
def test_a_backup_that_was_altered_or_cut_off_is_refused(filled: BaseDatabaseWrapper, tmp_path: Path) -> None:
    kept = tmp_path / "kept.zip"
    write_backup(filled, kept, NOW)
    with pytest.raises(FileExistsError):
        write_backup(filled, kept, NOW)
    cut = tmp_path / "cut.zip"
    cut.write_bytes(kept.read_bytes()[:-200])
    with pytest.raises(BadBackup):
        read_manifest(cut)
    altered = tmp_path / "altered.zip"
    with zipfile.ZipFile(kept) as old, zipfile.ZipFile(altered, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            is_data = name in ("ledger.sqlite3", "ledger_entry.copy")
            new.writestr(name, content.replace(b"screened", b"screenee", 1) if is_data else content)
    with pytest.raises(BadBackup, match="altered"):
        read_manifest(altered)


def test_an_altered_backup_with_a_new_manifest_is_found_by_the_verification(
    tmp_path: Path, sqlite_template: Path
) -> None:
    """Whoever can write the archive can write its hashes too; the chain inside still tells."""
    ledger = tmp_path / "old" / "ledger.sqlite3"
    ledger.parent.mkdir()
    shutil.copyfile(sqlite_template, ledger)
    configure(f"sqlite:///{ledger}")
    walk_until(load_definition().scale(2), 5, UNTIL)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER ledger_entry_update")
        cursor.execute("UPDATE ledger_entry SET payload = replace(payload, 'M', 'F') WHERE act = 'screened'")
    write_backup(connection, tmp_path / "kept.zip", NOW)
    connection.close()
    done = CliRunner().invoke(main, ["restore", str(tmp_path / "kept.zip"), "--out", str(tmp_path / "new")])
    assert done.exit_code == 1 and "not the ledger that was kept" in done.output
    connection.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def places(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> Iterator[tuple[str, str]]:
    """The URL of a filled ledger, and of an empty database for what is restored; on PostgreSQL as no superuser."""
    if request.param == "sqlite":
        shutil.copyfile(sqlite_template, tmp_path / "old.sqlite3")
        _fill(old := f"sqlite:///{tmp_path / 'old.sqlite3'}")
        yield old, f"sqlite:///{tmp_path / 'new.sqlite3'}"
    else:
        with plain_database(request.getfixturevalue("postgres_server")) as old:
            _fill(old)
            new = old.replace("@/", "@/new_")
            with psycopg.connect(old, autocommit=True) as raw:
                raw.execute(f"CREATE DATABASE new_{raw.info.dbname}".encode())
            yield old, new
            connection.close()
            with psycopg.connect(old, autocommit=True) as raw:
                raw.execute(f"DROP DATABASE new_{raw.info.dbname} WITH (FORCE)".encode())
    connection.close()


def _fill(url: str) -> None:
    configure(url)
    migrate()
    walk_until(load_definition().scale(2), 5, UNTIL)
    connection.close()


def _command(url: str, *words: str) -> Result:
    try:
        return CliRunner(env={"DATABASE_URL": url}).invoke(main, words)
    finally:
        connection.close()


@pytest.mark.req("D7")
def test_the_commands_keep_check_and_restore(places: tuple[str, str], tmp_path: Path) -> None:
    old, new = places
    kept, out = str(tmp_path / "kept.zip"), ("--out", str(tmp_path))
    done = _command(old, "backup", kept, *out, "--check")
    assert done.exit_code == 0 and "Restored and verified" in done.output, done.output
    assert not list(tmp_path.glob("*.check.*")), "nothing is left of the check"
    seal = json.loads(zipfile.ZipFile(kept).read("manifest.json"))["seal"]
    other = re.sub("[0-9a-f]$", lambda last: "1" if last[0] == "0" else "0", seal)
    refused = _command(new, "restore", kept, *out, "--seal", other)
    assert refused.exit_code == 1 and "of another moment" in refused.output
    done = _command(new, "restore", kept, *out, "--seal", seal)
    assert done.exit_code == 0 and "Restored and verified" in done.output, done.output
    again = _command(new, "restore", kept, *out)
    assert again.exit_code == 1 and "holds a ledger already" in again.output
    done = _command(new, "verify", "--replay", "--seal", seal, *out)
    assert done.exit_code == 0, done.output


@pytest.mark.req("D7")
def test_a_check_that_cannot_be_made_says_so(postgres_server: str, tmp_path: Path) -> None:
    with plain_database(postgres_server) as url:
        _fill(url)
        with psycopg.connect(postgres_server, autocommit=True) as raw:
            raw.execute(f"ALTER ROLE {PLAIN} NOCREATEDB".encode())
        done = _command(url, "backup", str(tmp_path / "kept.zip"), "--out", str(tmp_path), "--check")
    assert done.exit_code == 1 and f"ALTER ROLE {PLAIN} CREATEDB" in done.output, done.output
    assert (tmp_path / "kept.zip").exists()


@pytest.mark.req("A7")
def test_a_migration_there_and_back_touches_no_entry(database: BaseDatabaseWrapper) -> None:
    """The newest migrations undone and done again, guards on: every entry with every byte is as before."""
    from django.core.management import call_command

    walk_until(load_definition().scale(2), 5, UNTIL)
    before = _read_ledger(database)
    call_command("migrate", "store", "0002", verbosity=0, interactive=False)
    call_command("migrate", verbosity=0, interactive=False)
    assert _read_ledger(database) == before
    assert verify_ledger(database, processes=1).holds


def _read_ledger(database: BaseDatabaseWrapper) -> list[tuple[object, ...]]:
    with database.cursor() as cursor:
        cursor.execute("SELECT * FROM ledger_entry ORDER BY position")
        return list(cursor.fetchall())
