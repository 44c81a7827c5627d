"""``trialwright registry sign``: decide the points of the quality check of results, and sign it. Nothing is sent."""

from pathlib import Path
from typing import Any

import click
from pydantic import TypeAdapter, ValidationError
from rich.console import Console

from trialwright.access.policy import PERMISSIONS
from trialwright.capture.sign_results import MEANING, SignResultsQc
from trialwright.cli.application import open_application
from trialwright.cli.output import STUDY, fail, make_progress
from trialwright.cli.person import prove_person
from trialwright.cli.registry_results import find_answers, find_record, require_results
from trialwright.registry.submission import Submission, render_answers
from trialwright.registry.submission.files import list_all_points
from trialwright.registry.submission.quality import Point
from trialwright.vocabulary.findings import Refusal

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_DECISIONS = TypeAdapter(dict[str, str])
_SHOWN = 10


@click.command()
@click.argument("study", type=STUDY)
@click.option("--out", type=_FOLDER, default=Path("demo"), show_default=True, help="Folder of the study's ledger.")
@click.option("--person", required=True, help="Who signs: the id of their account.")
@click.option("--record", "record_file", type=_FILE, help="The public record as it is now [default: the study's].")
@click.option("--answers", "answers_file", type=_FILE, help="JSON of what only a person can say [default: as last].")
@click.option("--decisions", "decisions_file", type=_FILE, help="JSON of point and decision; asked for without it.")
def sign(
    study: Path,
    out: Path,
    person: str,
    record_file: Path | None,
    answers_file: Path | None,
    decisions_file: Path | None,
) -> None:
    """Sign the quality check of the results of STUDY, as PERSON, with their password, in the ledger in --out.

    The results are built as by ``registry results``; each point of the quality sheet is shown and decided, then the
    password is asked for (and the code of the second factor where the account has one). The signature covers the
    SHA-256 of exactly these results, and holds the decisions and answers. Exit 1 when it is refused.
    """
    running = open_application(study, out).running
    _check_role(person)
    answers = find_answers(answers_file)
    with make_progress(Console(stderr=True)) as progress:
        progress.add_task("snapshot, datasets, results, record", total=None)
        submission = require_results(running.definition, find_record(running.definition, record_file), answers)
    points = list_all_points(submission, *submission.names)
    click.echo(f"results {submission.digest}, {len(submission.traces)} numbers, no rule of V94 to V134 broken")
    decisions = _read_decisions(decisions_file) if decisions_file else _ask_decisions(points)
    click.echo(f"“{MEANING}”")
    done = _sign(person, submission, tuple(one.id for one in points), decisions, render_answers(answers))
    if isinstance(done, Refusal):
        for reason in done.reasons:
            click.echo(f"refused: {reason.text}", err=True)
        fail("nothing was signed")
    click.echo(f"signed by {person}; run registry results again, and the quality sheet shows the signature")


def _check_role(person: str) -> None:
    """The end for a person whose role signs no results, before anything is built or decided."""
    # The models can be read only after Django knows its database.
    from trialwright.web.accounts.models import Account  # noqa: PLC0415

    known = Account.objects.filter(pk=person.strip().lower()).first()
    allowed = PERMISSIONS["sign_results_qc"].roles
    if known is not None and known.role not in allowed:
        roles = ", ".join(sorted(role.value for role in allowed))
        fail(f"{known.role} may not sign results; it is for {roles}")


def _read_decisions(file: Path) -> dict[str, str]:
    try:
        return _DECISIONS.validate_json(file.read_bytes())
    except ValidationError as error:
        fail(f"{file} is no JSON object of point and decision: {error.errors(include_url=False)[0]['msg']}")


def _ask_decisions(points: tuple[Point, ...]) -> dict[str, str]:
    decided = {}
    for number, one in enumerate(points, start=1):
        click.echo(f"\n{number} of {len(points)}: {one.question}\n  now: {one.now}")
        for line in one.lines[:_SHOWN]:
            click.echo(f"  - {line}")
        if len(one.lines) > _SHOWN:
            click.echo(f"  … and {len(one.lines) - _SHOWN} more, on the quality sheet")
        decided[one.id] = click.prompt(f"  decision ({one.id})")
    return decided


def _sign(person: str, submission: Submission, points: tuple[str, ...], decisions: dict[str, str], answers: str) -> Any:
    # The models can be read only after Django knows its database.
    from trialwright.web import trial  # noqa: PLC0415

    actor, now = prove_person(person, PERMISSIONS["sign_results_qc"].roles)
    snapshot = submission.material.header.snapshot
    command = SignResultsQc(submission.digest, snapshot, points, decisions, now, answers)
    return trial.perform_as(actor, command)
