"""``trialwright registry results``: a study's results for its public record. The files stay here; nothing is sent."""

from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click
from django.db import connection
from rich.console import Console

from trialwright.cli.output import STUDY, fail, make_progress, print_findings, print_json, require_study
from trialwright.cli.report import end_of_day, match_ledger
from trialwright.cli.workspace import connect
from trialwright.definition.compiled import Definition
from trialwright.record import Record, read_record
from trialwright.registry.submission import Answers, Submission, read_answers
from trialwright.registry.submission.files import render_files
from trialwright.run import Sealed, build_results, read_signatures
from trialwright.store.read import position_at

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("study", type=STUDY)
@click.option("--out", type=_FOLDER, default=Path("demo"), show_default=True, help="Folder of the study's ledger.")
@click.option("--to", "folder", type=_FOLDER, default=None, help="Folder of the files [default: registry in --out].")
@click.option("--record", "record_file", type=_FILE, help="The public record as it is now [default: the study's].")
@click.option(
    "--answers", "answers_file", type=_FILE, help="JSON of what only a person can say [default: what was signed last]."
)
@click.option("--organisation", default="", help="Short name of the registry account [default: the sponsor].")
@click.option("--dictionary", default="", help="Version of the dictionary of terms for EudraCT [default: CTCAE's].")
@click.option("--data-cut", type=click.DateTime(["%Y-%m-%d"]), help="Only what the ledger held at the end of this day.")
@click.option("--json", "as_json", is_flag=True, help="Print for a machine.")
def results(
    study: Path,
    out: Path,
    folder: Path | None,
    record_file: Path | None,
    answers_file: Path | None,
    organisation: str,
    dictionary: str,
    data_cut: datetime | None,
    as_json: bool,
) -> None:
    """Write the results of STUDY as its public record wants them, from the ledger in --out.

    Participant flow, baseline, every registered outcome, analyses and adverse events, each number with its trace;
    checked by the registry's rules V94 to V134 first. Writes the record with results (API v2), the registry's upload
    XML, EudraCT's adverse-event XML, a page, plain-language drafts (en, zh) and the quality-check sheet that a person
    decides and signs. Results by arm are sealed in every ledger but a VIRTUAL one, whose files say that they are a
    rehearsal. Exit 1 when results are sealed or a rule is broken; then nothing is written.
    """
    connect(out)
    definition = match_ledger(require_study(study))
    record = find_record(definition, record_file)
    answers = find_answers(answers_file)
    with make_progress(Console(stderr=True)) as progress:
        progress.add_task("snapshot, datasets, results, record", total=None)
        upto = position_at(connection, end_of_day(data_cut)) if data_cut else None
        submission = require_results(definition, record, answers, upto)
    names = submission.names
    files = render_files(submission, organisation or names[0], dictionary or names[1], read_signatures())
    target = folder or out / "registry"
    target.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (target / name).write_bytes(data)
    if as_json:
        paths = sorted((target / name).as_posix() for name in files)
        print_json({"digest": submission.digest, "numbers": len(submission.traces), "files": paths})
        return
    click.echo(f"{len(submission.traces)} numbers with their trace, no rule of V94 to V134 broken: {target}")
    click.echo("nothing is sent: a person decides the points of the quality sheet, signs, and uploads by hand")


def find_record(definition: Definition, file: Path | None) -> Record:
    """The public record: the file's, else the study's own."""
    if file is None:
        return definition.record or fail("the study has no registry record; give one with --record")
    found = read_record(file.read_bytes(), file.name)
    if isinstance(found, Record):
        return found
    print_findings(Console(stderr=True, soft_wrap=True), found)
    fail(f"{file} cannot be read")


def find_answers(file: Path | None) -> Answers:
    """The answers of the file, else those under the last signature, else none."""
    if file is None:
        signed = read_signatures()
        data, name = (signed[-1].answers.encode() if signed else b"") or b"{}", "the last signature"
    else:
        data, name = file.read_bytes(), file.name
    found = read_answers(data, name)
    if isinstance(found, Answers):
        return found
    print_findings(Console(stderr=True, soft_wrap=True), found)
    fail(f"the answers of {name} cannot be read")


def require_results(definition: Definition, record: Record, answers: Answers, upto: int | None = None) -> Submission:
    """The submission of the connected ledger, or the end where results are sealed, lack a number or break a rule."""
    try:
        found = build_results(definition, record, answers, upto)
    except Sealed as error:
        fail(str(error))
    if not isinstance(found, Submission):
        print_findings(Console(stderr=True, soft_wrap=True), found)
        fail("the results cannot be built")
    if found.errors:
        _refuse(found)
    return found


def _refuse(submission: Submission) -> NoReturn:
    """The end, with every rule that is broken."""
    found = [one.as_finding(submission.record.nct_id) for one in submission.errors]
    print_findings(Console(stderr=True, soft_wrap=True), found)
    fail(f"{len(found)} rules of V94 to V134 are broken; nothing was written")
