"""``trialwright redact``: take texts out of an entry from the command line, as the page of the data manager does."""

from datetime import datetime
from pathlib import Path

import click

from trialwright.access.policy import PERMISSIONS, Actor
from trialwright.capture.redact import Redact, list_redactable
from trialwright.cli.application import open_application
from trialwright.cli.output import STUDY, fail
from trialwright.cli.person import prove_person
from trialwright.cli.workspace import OUT
from trialwright.ledger.envelope import Envelope
from trialwright.service.perform import Trial
from trialwright.service.redaction import Cleared, Twin, find_files, find_twins, redact


@click.command("redact")
@click.argument("study", type=STUDY)
@click.argument("position", type=click.IntRange(1))
@click.option("--out", type=OUT, default=Path("demo"), show_default=True, help="Folder of the study's ledger.")
@click.option("--person", default="", help="Who does it: the id of a data manager's account; without it, only shown.")
@click.option("--path", "paths", multiple=True, help="A text that has to go, by its path; as often as there are texts.")
@click.option("--also", multiple=True, type=int, help="Another entry with the same text, by its position.")
@click.option("--because", default="", help="Why; the identity itself must not be in it.")
@click.option("--ask-word", is_flag=True, help="Ask for a word that must be nowhere in what stays; it is not kept.")
def redact_command(
    study: Path,
    position: int,
    out: Path,
    person: str,
    paths: tuple[str, ...],
    also: tuple[int, ...],
    because: str,
    ask_word: bool,
) -> None:
    """Take texts out of entry POSITION of the ledger of STUDY in --out, for ever.

    Without --person the texts of the entry are shown with their paths, and where else the same text stands. With it the
    password is asked for. The entry's other facts stay, a sentence says by whom, when and why the text went, and the
    ledger still verifies. It cannot be undone; backups, snapshots and files given out before still hold the text. On
    PostgreSQL run VACUUM FULL afterwards. Exit 1 when it is refused.
    """
    running = open_application(study, out).running
    envelope = _find(running.trial, position)
    texts = list_redactable(envelope, {})
    if not texts:
        fail(f"entry {position} holds no text that somebody typed")
    twins = find_twins(running.trial, envelope, {path: texts[path] for path in paths or texts if path in texts})
    if not person:
        _show(envelope, texts, twins)
        return
    words = tuple(filter(None, [click.prompt("word", hide_input=True, default="")])) if ask_word else ()
    actor, now = prove_person(person, PERMISSIONS["redact"].roles)
    commands = [Redact(envelope.participant, position, paths, because, now, envelope.site, words)]
    commands += [_follow(one, because, now) for one in twins if one.envelope.position in also]
    _do(running.trial, commands, actor)
    for one, file in find_files(running.trial, position):
        click.echo(f"may hold it: {file.what} {file.filter}, given to {one.actor} at {one.at}")


def _find(trial: Trial, position: int) -> Envelope:
    # The models can be read only after Django knows its database.
    from django.db import connections  # noqa: PLC0415

    from trialwright.store.read import read_entry  # noqa: PLC0415

    found = read_entry(connections[trial.ledger.alias], position)
    return found or fail(f"the ledger has no entry {position}")


def _show(envelope: Envelope, texts: dict[str, str], twins: list[Twin]) -> None:
    click.echo(f"entry {envelope.position}: {envelope.act}, {envelope.participant or 'the study'}, {envelope.at}")
    for path, text in texts.items():
        click.echo(f"  {path}: {text}")
    for twin in twins:
        click.echo(f"also in entry {twin.envelope.position} ({twin.envelope.act}): {', '.join(twin.paths)}")


def _follow(twin: Twin, because: str, now: datetime) -> Redact:
    one = twin.envelope
    return Redact(one.participant, one.position, twin.paths, because, now, one.site)


def _do(trial: Trial, commands: list[Redact], actor: Actor) -> None:
    done = redact(trial, commands, actor)
    if not isinstance(done, Cleared):
        for reason in done.reasons:
            click.echo(f"refused: {reason.text}", err=True)
        fail("nothing was taken out")
    click.echo(f"taken out of {len(done.receipts)} entries; {done.drafts} drafts thrown away")
    if not done.is_disk_clean:
        click.echo("the database keeps overwritten rows for a while: run VACUUM FULL")
