"""Where a command finds its ledger and puts what it makes: a folder beside the study, and one database."""

from pathlib import Path

import click

from trialwright.cli.output import fail
from trialwright.settings import DEFAULT_DATABASE, load_settings
from trialwright.store.connect import configure, migrate

OUT = click.Path(file_okay=False, path_type=Path)


def connect(out: Path, *, create: bool = False) -> str:
    """Connect this process to the ledger: DATABASE_URL where it is set, else ``ledger.sqlite3`` in ``out``."""
    url = find_url(out, create=create)
    try:
        configure(url)
    except ValueError as error:
        fail(str(error))
    if create:
        migrate()
    return url


def find_url(out: Path, *, create: bool = False) -> str:
    """The URL of the ledger; the end with a sentence where there is none and none is to be created."""
    url = load_settings().database_url
    if url == DEFAULT_DATABASE:
        path = (out / "ledger.sqlite3").resolve()
        if not create and not path.exists():
            fail(f"there is no ledger at {path}; run: trialwright dry-run STUDY --out {out}")
        path.parent.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{path}"
    return url
