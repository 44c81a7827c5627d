"""``trialwright notify STUDY``: the outbox, which tells people of what is grave; ``serve`` runs it beside the pages."""

import logging
import os
import time
from pathlib import Path

import click
from django.db import Error

from trialwright.cli.application import open_application
from trialwright.cli.output import STUDY, fail, make_console
from trialwright.cli.workspace import OUT
from trialwright.settings import load_settings

_LOG = logging.getLogger("trialwright.notices")


@click.command()
@click.argument("study", type=STUDY)
@click.option("--out", type=OUT, default=Path("demo"), show_default=True, help="Folder of the ledger.")
@click.option("--every", type=click.IntRange(1, 3600), default=15, show_default=True, help="Seconds between two looks.")
@click.option("--beside", is_flag=True, hidden=True, help="End when the process that began it has ended.")
@click.option("--once", is_flag=True, help="Look once and end: 1 where a mail could not be delivered.")
def notify(study: Path, out: Path, every: int, beside: bool, once: bool) -> None:
    """Read on in the ledger of folder STUDY, mail notices by the study's routes, try again, escalate.

    TRIALWRIGHT_MAIL names the mail server, TRIALWRIGHT_ADDRESS the address of the pages. Without a mail server notices
    stand on the page alone. It changes nothing in the ledger.
    """
    ours = load_settings()
    application = open_application(study, out)
    # The models can be read only after Django knows its database.
    from trialwright.web.notices.mail import parse_mail_url  # noqa: PLC0415
    from trialwright.web.notices.outbox import run_outbox  # noqa: PLC0415
    from trialwright.web.trial import start  # noqa: PLC0415

    try:
        server = parse_mail_url(ours.mail)
    except ValueError as error:
        fail(str(error))
    start(application.running.definition, ours.clock_ahead or application.ahead)
    if once:
        ran = run_outbox(server, ours.address)
        make_console().print(f"raised {ran.raised}, sent {ran.sent}, failed {ran.failed}, escalated {ran.escalated}")
        raise SystemExit(1 if ran.failed else 0)
    parent = os.getppid()
    while not beside or os.getppid() == parent:
        try:
            ran = run_outbox(server, ours.address)
            if ran.failed or ran.escalated:
                _LOG.warning("notices: %d deliveries failed, %d escalated", ran.failed, ran.escalated)
        except Error:  # a database that is busy or away for a while; the pages say that the outbox stands still
            _LOG.exception("the outbox could not run")
        time.sleep(every)
