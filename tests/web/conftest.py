"""A trial to open pages of, and people to open them as. The database is written once and copied for each test."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from tests.web.trials import OWN, UNTIL, two_sites
from trialwright.capture.accounts import SITE_ROLES
from trialwright.service.dry_run import walk_until
from trialwright.store import configure, migrate
from trialwright.vocabulary.codelists import Role

SignedIn = Callable[..., Client]
SEED = 24
"""With it each site has what the tests look for: both arms, somebody who consented, queried forms, events, serious ones."""


@pytest.fixture(scope="session")
def web_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a database with a trial in the middle of its work and an account for every role at both sites."""
    path = tmp_path_factory.mktemp("web") / "template.sqlite3"
    write_trial_file(path)
    return path


def write_trial_file(path: Path, until: datetime = UNTIL) -> None:
    """Write that database into a file that nobody has open afterwards."""
    write_trial(f"sqlite:///{path}", until)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def write_trial(url: str, until: datetime = UNTIL) -> None:
    """Write the trial, as it stands at a moment, into an empty database."""
    from trialwright.web.accounts.people import make_virtual_people
    from trialwright.web.notices.outbox import run_outbox
    from trialwright.web.trial import compute_clock_ahead, start

    configure(url)
    migrate()
    walk_until(two_sites(), SEED, until)
    start(two_sites(), compute_clock_ahead())
    make_virtual_people()
    run_outbox(None)  # as beside a server: it raises the notices
    connection.close()


@pytest.fixture
def running(web_template: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the trial, opened for this process; the path of its database."""
    with open_copy(web_template, tmp_path) as copy:
        yield copy


@contextmanager
def open_copy(template: Path, folder: Path) -> Iterator[Path]:
    """A copy of a trial in a folder, opened for this process."""
    from trialwright.web.trial import compute_clock_ahead, start

    copy = folder / "ledger.sqlite3"
    shutil.copyfile(template, copy)
    configure(f"sqlite:///{copy}")
    start(two_sites(), compute_clock_ahead())
    yield copy
    connection.close()


@pytest.fixture
def signed_in(running: Path) -> SignedIn:
    """``signed_in(Role.NURSE)``: a browser in which the nurse of the own site (or another) has signed in."""

    def sign_in(role: Role, site: str = OWN, language: str = "en") -> Client:
        return open_browser(role, site, language)

    return sign_in


def open_browser(role: Role, site: str = OWN, language: str = "en") -> Client:
    """A browser of the one person with this role (at this site)."""
    from importlib import import_module

    from django.conf import settings
    from django.http import HttpResponse

    from trialwright.web.accounts.models import Account
    from trialwright.web.guards import mark_seen

    account = Account.objects.get(role=role.value, site=site if role in SITE_ROLES else "")
    Account.objects.filter(pk=account.pk).update(language=language)
    client = Client(headers={"accept-encoding": "identity"})
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session.update({"person": account.person, "proof": account.get_session_auth_hash()})
    session.save()
    seen = HttpResponse()
    mark_seen(seen, session.session_key)
    client.cookies.update(seen.cookies)
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


@pytest.fixture
def count_statements(running: Path) -> Callable[[], int]:
    """Call it to learn how many SQL statements were sent since the last call, below Django as well as through it."""
    seen: list[str] = []
    connection.ensure_connection()
    connection.connection.set_trace_callback(seen.append)

    def count() -> int:
        words = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
        number = sum(text.lstrip().upper().startswith(words) for text in seen)
        seen.clear()
        return number

    return count
