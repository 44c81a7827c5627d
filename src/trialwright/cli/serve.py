"""``trialwright serve STUDY`` and ``trialwright people STUDY``: the trial in the browser, and its first accounts."""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from django.db import connection
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from trialwright.capture.accounts import CreateAccount
from trialwright.cli.application import Application, open_application
from trialwright.cli.output import STUDY, fail, make_console
from trialwright.cli.workspace import OUT
from trialwright.store.site_rows import find_bypass
from trialwright.vocabulary.codelists import Role
from trialwright.vocabulary.findings import Refusal

_OUT_HELP = "Folder of the ledger."
_LOOK_SECONDS = 5.0
_LOG = logging.getLogger("trialwright.serve")


@click.command()
@click.argument("study", type=STUDY)
@click.option("--out", type=OUT, default=Path("demo"), show_default=True, help=_OUT_HELP)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 32), default=2, show_default=True, help="Processes.")
@click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True, help="Threads in each process.")
def serve(study: Path, out: Path, host: str, port: int, workers: int, threads: int) -> None:
    """Serve the trial of folder STUDY to browsers. In a VIRTUAL ledger everybody gets an account, made once.

    Behind TLS: TRIALWRIGHT_SECRET_KEY and TRIALWRIGHT_HOSTS name the key of the sessions and the names of the server.
    Without them it serves this machine only, by plain HTTP.
    """
    os.environ.update(_prepare(study, out).environment)
    address = f"http://{'localhost' if host == '127.0.0.1' else host}:{port}/"
    make_console().print(f"Serving {study} at {address} (Ctrl-C ends it)", style="green")
    with _run_outbox(study, out):
        Granian(
            "trialwright.web.wsgi:make_application", address=host, port=port, interface=Interfaces.WSGI, workers=workers,
            blocking_threads=threads, factory=True, websockets=False, log_level=LogLevels.warning, backlog=512,
            respawn_failed_workers=True,
        ).serve()  # fmt: skip


@contextmanager
def _run_outbox(study: Path, out: Path) -> Iterator[None]:
    """The outbox in a process of its own, for as long as the server runs; begun again whenever it ends before that."""
    code = "from trialwright.cli import main; main()"
    command = [sys.executable, "-c", code, "notify", "--beside", str(study), "--out", str(out)]
    ending, outbox = threading.Event(), subprocess.Popen(command)

    def keep_running() -> None:
        nonlocal outbox
        while not ending.wait(_LOOK_SECONDS):
            if outbox.poll() is not None:
                _LOG.error("the outbox ended with %d and is begun again", outbox.returncode)
                outbox = subprocess.Popen(command)

    keeper = threading.Thread(target=keep_running, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ending.set()
        keeper.join()
        outbox.terminate()
        outbox.wait()


@click.command()
@click.argument("study", type=STUDY)
@click.option("--out", type=OUT, default=Path("demo"), show_default=True, help=_OUT_HELP)
@click.option("--administrator", help="In any other ledger than a VIRTUAL one: the id of the first administrator.")
@click.option("--name", default="", help="The administrator's name.")
def people(study: Path, out: Path, administrator: str | None, name: str) -> None:
    """Make the first accounts: everybody of a rehearsal, or the administrator, who makes the others in the browser."""
    _prepare(study, out)
    if administrator is None:
        return
    # The models can be read only after Django knows its database.
    from trialwright.web.accounts.people import make_account  # noqa: PLC0415
    from trialwright.web.trial import MACHINE, load_accounts  # noqa: PLC0415

    if any(one.role == Role.ADMINISTRATOR for one in load_accounts().values()):
        fail("there is an administrator already, who makes the other accounts in the browser")
    given = make_account(MACHINE, CreateAccount(administrator, name, Role.ADMINISTRATOR))
    if isinstance(given, Refusal):
        fail(str(given))
    make_console().print(
        f"{administrator} signs in with the password {given.password} and chooses another at once", markup=False
    )


def _prepare(study: Path, out: Path) -> Application:
    """Open the application, and make virtual people in a VIRTUAL ledger."""
    application = open_application(study, out)
    # The models can be read only after Django knows its database.
    from trialwright.web.accounts.people import VIRTUAL_PASSWORD, make_virtual_people  # noqa: PLC0415

    if role := find_bypass(connection):
        warning = f"{role} is no role to serve a trial with: PostgreSQL's row-level security does not bind it"
        make_console().print(f"{warning} (docs/how-to/run-in-production.md)", style="yellow")
    if application.running.purpose == "VIRTUAL":
        console = make_console()
        for account in make_virtual_people():
            console.print(f"  {account.person:<28} {account.role:<26} {account.site}", markup=False)
        console.print(f"Everybody's password is {VIRTUAL_PASSWORD}", markup=False)
    return application
