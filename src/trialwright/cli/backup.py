"""``trialwright backup`` and ``trialwright restore``: a copy that proves itself, and the proof that it can be used."""

from datetime import UTC, datetime
from pathlib import Path

import click
from django.db import connection

from trialwright.cli.output import fail, make_console, print_findings
from trialwright.cli.workspace import OUT, find_url
from trialwright.ledger.seal import Seal
from trialwright.service.project import project
from trialwright.store.backup import BadBackup, Manifest, read_manifest, restore, write_backup
from trialwright.store.connect import configure, migrate
from trialwright.store.projections import check_projections
from trialwright.store.scratch import NoScratch, scratch_database
from trialwright.store.verify import verify_ledger
from trialwright.web.config import make_settings

_KEY = "a key that signs nothing: these commands open no session, they only need the tables"
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--out", type=OUT, default=Path("demo"), show_default=True, help="Folder of the ledger.")
@click.option("--check", is_flag=True, help="Also restore it into a scratch database and verify that.")
def backup(file: Path, out: Path, check: bool) -> None:
    """Write the database to FILE (a zip with hashes and the seal), while others go on working.

    With --check on PostgreSQL the role must be one that may create databases.
    """
    url = find_url(out)
    configure(url, make_settings(_KEY, is_plain=True))
    try:
        manifest = write_backup(connection, file, datetime.now(UTC))
    except FileExistsError:
        fail(f"{file} is there already; a backup never overwrites another")
    except BadBackup as error:
        file.unlink(missing_ok=True)
        fail(str(error))
    _tell(f"Written to {file}", manifest)
    if check:
        _check_copy(file, url)


def _check_copy(file: Path, url: str) -> None:
    try:
        with scratch_database(connection, url, file) as scratch:
            configure(scratch)
            migrate()
            _restore_and_verify(file)
    except NoScratch as error:
        fail(f"the backup is written, but it could not be checked: {error}")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", type=OUT, required=True, help="Folder of the new ledger; DATABASE_URL names another place.")
@click.option("--seal", "seal_text", default="", help="The seal that was kept elsewhere; it must be the backup's.")
def restore_command(file: Path, out: Path, seal_text: str) -> None:
    """Put the backup FILE into an empty database, and prove by hashes and by its seal that it is the ledger of then."""
    configure(find_url(out, create=True), make_settings(_KEY, is_plain=True))
    migrate()
    _restore_and_verify(file, seal_text)


def _restore_and_verify(file: Path, seal_text: str = "") -> None:
    try:
        kept = read_manifest(file).seal
        if seal_text and seal_text.strip() != kept:
            fail(f"the backup's seal is {kept}, the one that was kept is {seal_text}: it is of another moment")
        manifest = restore(connection, file)
    except BadBackup as error:
        fail(str(error))
    migrate()  # a backup of an older version comes up to date, and the guards stand again
    report = verify_ledger(connection, Seal.parse(manifest.seal))
    findings = [*report.findings, *check_projections(connection, project)]
    print_findings(make_console(), findings)
    if findings or str(report.seal) != manifest.seal or report.entries != manifest.entries:
        fail("what was restored is not the ledger that was kept")
    _tell("Restored and verified against its seal", manifest)


def _tell(what: str, manifest: Manifest) -> None:
    console = make_console()
    console.print(
        f"{what}: {manifest.purpose} ledger of {manifest.study}, {manifest.entries} entries, "
        f"{sum(manifest.rows.values())} rows in {len(manifest.rows)} tables",
        style="green",
    )
    console.print(f"Seal: {manifest.seal}", markup=False)
    console.print("Keep the seal apart from the backup: it proves that nothing was cut off or written anew.")
