"""The web application's ledger and accounts, opened for a command: to serve them, or to know who somebody is."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connection

from trialwright.cli.output import fail, require_study
from trialwright.cli.workspace import find_url
from trialwright.service.project import project
from trialwright.settings import load_settings
from trialwright.store.connect import configure, migrate
from trialwright.store.projections import rebuild_projections
from trialwright.web.config import make_settings

if TYPE_CHECKING:
    from trialwright.web.trial import Running


@dataclass(frozen=True, slots=True)
class Application:
    """The opened trial; by how much the clock of a VIRTUAL ledger goes ahead; what other processes must be told."""

    running: "Running"
    ahead: float
    environment: dict[str, str]


def open_application(study: Path, out: Path) -> Application:
    """Connect, migrate and open the trial."""
    definition = require_study(study)
    url, ours = find_url(out), load_settings()
    is_plain = ours.is_plain or not ours.hosts
    if not is_plain and len(ours.secret_key) < 50:
        fail("TRIALWRIGHT_SECRET_KEY must hold at least 50 characters when TRIALWRIGHT_HOSTS names the server")
    secret = ours.secret_key or _keep_secret(out)
    configure(url, make_settings(secret, ours.hosts, is_plain=is_plain))
    migrate()
    _fill_lists()
    # The models can be read only after Django knows its database.
    from trialwright.web.trial import NotServable, compute_clock_ahead, start  # noqa: PLC0415

    try:
        ahead = compute_clock_ahead()
        running = start(definition, ahead)
    except NotServable as error:
        fail(str(error))
    environment = {
        "DATABASE_URL": url, "TRIALWRIGHT_STUDY": str(study.resolve()), "TRIALWRIGHT_SECRET_KEY": secret,
        "TRIALWRIGHT_PLAIN_HTTP": "1" if is_plain else "", "TRIALWRIGHT_CLOCK_AHEAD": str(ahead),
    }  # fmt: skip
    return Application(running, ahead, environment)


def _fill_lists() -> None:
    """Replay the ledger into the cached rows where an older version has left them without what lists need now."""
    from trialwright.store.models import Participant  # noqa: PLC0415

    if Participant.objects.exclude(arm="").filter(allocated_at="").exists():
        rebuild_projections(connection, project)


def _keep_secret(out: Path) -> str:
    """The key of the sessions of a server on one's own machine, kept in the folder and readable by its owner only."""
    path = out / "secret-key"
    if not path.exists():
        out.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(60), encoding="utf-8")
    return path.read_text(encoding="utf-8")
