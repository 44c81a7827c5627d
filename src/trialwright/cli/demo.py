"""``trialwright demo``: check the study, rehearse it, and say where the report is."""

import shutil
import time
from pathlib import Path

import click
from django.db import connection
from rich.console import Console

from trialwright.cli.dry_run import print_report
from trialwright.cli.output import STUDY, fail, load_study, make_console, make_progress, print_findings, scale_study
from trialwright.cli.workspace import OUT, connect
from trialwright.definition.compiled import Definition
from trialwright.ledger.envelope import parse_at
from trialwright.run import rehearse
from trialwright.service.dry_run import walk_until
from trialwright.settings import DEFAULT_DATABASE, load_settings
from trialwright.simulate.screening import NoEligiblePerson
from trialwright.store.read import read_entry, read_study


@click.command()
@click.argument("study", type=STUDY)
@click.option(
    "--participants", type=click.IntRange(1), help="How many are to be allocated; by default as many as planned."
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option(
    "--out",
    type=OUT,
    default=Path("demo"),
    show_default=True,
    help="Folder for everything; emptied of an earlier demo.",
)
def demo(study: Path, participants: int | None, seed: int, out: Path) -> None:
    """Rehearse the study in folder STUDY from screening to the final report, with virtual participants."""
    console, began = make_console(), time.monotonic()
    compilation = load_study(study)
    print_findings(console, compilation.findings)
    definition, coverage = compilation.definition, compilation.coverage
    if definition is None or coverage is None:
        fail(f"{study} has {len(compilation.errors)} errors")
    console.print(
        f"{definition.id}: {coverage.covered} of {len(coverage.endpoints)} outcomes covered at every time point, "
        f"{coverage.decided} of {len(coverage.criteria)} criteria, {len(coverage.assumptions)} assumptions"
    )
    _empty(out)
    connect(out, create=True)
    try:
        with make_progress(Console(stderr=True)) as progress:
            tasks: dict[str, int] = {}

            def tell(step: str, done: int, of: int) -> None:
                if step not in tasks:
                    tasks[step] = progress.add_task(step, total=of or None)
                progress.update(tasks[step], completed=done)  # type: ignore[arg-type]

            rehearsal = rehearse(scale_study(definition, participants), out, seed, tell)
    except NoEligiblePerson as error:
        fail(str(error))
    print_report(console, rehearsal.run)
    console.print(
        f"Ledger: {rehearsal.verified.entries} entries, {'it holds' if rehearsal.verified.holds else 'IT DOES NOT HOLD'}"
    )
    console.print(f"Seal: {rehearsal.verified.seal}", markup=False)
    console.print(f"Done in {time.monotonic() - began:.1f} s. The report is {rehearsal.report}", style="green")
    cases = [one for one in rehearsal.files if one.parent.name == "safety"]
    console.print(
        f"{len(cases)} case files (CIOMS I, E2B) are in {out / 'safety'}" if cases else "No case files were due."
    )
    standing = _stand_still(scale_study(definition, participants), seed, out)
    console.print(
        f"The trial at work, as it stood halfway, in a browser: trialwright serve {study} --out {standing}\n"
        "It makes an account for every role and prints how to sign in.",
        markup=False,
    )
    if not rehearsal.run.is_sound or not rehearsal.verified.holds:
        raise SystemExit(1)


def _stand_still(definition: Definition, seed: int, out: Path) -> Path:
    """A second ledger of the same rehearsal that stops when half of all had been written: the folder to serve.

    Where DATABASE_URL names the one database there is only the finished rehearsal to serve.
    """
    if load_settings().database_url != DEFAULT_DATABASE:
        return out
    study = read_study(connection)
    middle = read_entry(connection, study.position // 2) if study else None
    if middle is None:
        return out
    folder = out / "running"
    connect(folder, create=True)
    walk_until(definition, seed, parse_at(middle.at))
    return folder


def _empty(out: Path) -> None:
    """Take an earlier demo away; a folder that holds anything else is left alone."""
    if not out.exists():
        return
    if (out / "ledger.sqlite3").exists() and (out / "seal.json").exists():
        shutil.rmtree(out)
    elif any(out.iterdir()):
        fail(f"{out} holds something that no demo made; choose another --out folder")
