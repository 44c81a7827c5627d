"""``trialwright dry-run STUDY``: rehearse the whole trial with virtual participants."""

from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console

from trialwright.cli.output import STUDY, fail, make_console, make_progress, print_json, require_study, scale_study
from trialwright.cli.workspace import OUT, connect
from trialwright.service.dry_run import OtherLedger, run_dry
from trialwright.simulate.run import RunReport
from trialwright.simulate.screening import NoEligiblePerson


@click.command("dry-run")
@click.argument("study", type=STUDY)
@click.option(
    "--participants", type=click.IntRange(1), help="How many are to be allocated; by default as many as planned."
)
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed gives the same ledger."
)
@click.option("--out", type=OUT, default=Path("demo"), show_default=True, help="Folder of the ledger.")
@click.option("--json", "as_json", is_flag=True, help="Print for a machine.")
def dry_run(study: Path, participants: int | None, seed: int, out: Path, as_json: bool) -> None:
    """Send virtual participants through the study in folder STUDY, into a VIRTUAL ledger.

    An interrupted run goes on where it stopped. Exit 1 when a planned error was not caught, or an act failed that
    should not have.
    """
    definition = require_study(study)
    definition = scale_study(definition, participants)
    connect(out, create=True)
    console = Console(stderr=True)
    with make_progress(console) as progress:
        task = progress.add_task("virtual participants", total=definition.study.study.planned_enrolment)
        try:
            report = run_dry(definition, seed, progress=lambda done: progress.update(task, completed=done))
        except OtherLedger as error:
            fail(f"{error}; choose another --out folder")
        except NoEligiblePerson as error:
            fail(str(error))
    if as_json:
        print_json(compute_plain(report))
    else:
        print_report(make_console(), report)
    if not report.is_sound:
        raise SystemExit(1)


def compute_plain(report: RunReport) -> dict[str, object]:
    """The report for a machine."""
    return {
        "participants": report.participants,
        "acts": report.acts,
        "refusals": report.refusals,
        "planned_errors": [asdict(one) for one in report.watched],
        "exercises": [asdict(one) for one in report.exercises],
        "surprises": report.surprises,
        "sound": report.is_sound,
    }


def print_report(console: Console, report: RunReport) -> None:
    """What the dry run saw, for people."""
    console.print(f"{report.participants} virtual participants, {report.acts} acts, {report.refusals} refused")
    caught: dict[tuple[str, str], int] = {}
    for one in report.watched:
        key = one.by, one.code.rstrip(":").split(":")[0]
        caught[key] = caught.get(key, 0) + one.caught
    console.print(f"{len(report.watched)} planned errors, {len(report.watched) - len(report.missed)} caught:")
    for (by, code), count in sorted(caught.items()):
        console.print(f"  {count:>5}  by {by}: {code}")
    _print_exercises(console, report)
    for one in report.missed:
        console.print(f"  NOT CAUGHT: {one.error} of {one.participant} (expected {one.by} {one.code})", style="red")
    for text in report.surprises:
        console.print(f"  FAILED: {text}", style="red")


def _print_exercises(console: Console, report: RunReport) -> None:
    """What was rehearsed of safety, with whom, and what was left out and why."""
    seen = [one for one in report.exercises if not one.left_out and not one.missing]
    console.print(f"{len(seen)} of {len(report.exercises)} exercises of safety seen:")
    for one in report.exercises:
        if one.left_out:
            console.print(f"   left out  {one.text}: {one.left_out}", style="yellow", highlight=False)
        elif one.missing:
            missing = ", ".join(one.missing)
            console.print(f"  NOT WHOLE  {one.text} (missing: {missing})", style="red", highlight=False)
        else:
            who = f" ({', '.join(one.participants)})" if one.participants else ""
            console.print(f"       seen  {one.text}{who}", highlight=False)
