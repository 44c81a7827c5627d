"""``trialwright verify``: is the ledger the one that was written?"""

import json
from pathlib import Path

import click
from django.db import connection
from rich.console import Console

from trialwright.cli.output import as_plain, fail, make_console, make_progress, print_findings, print_json
from trialwright.cli.workspace import OUT, connect
from trialwright.ledger.seal import Seal
from trialwright.service.project import project
from trialwright.store.projections import check_projections
from trialwright.store.verify import VerifyReport, verify_ledger


@click.command()
@click.option("--out", type=OUT, default=Path("demo"), show_default=True, help="Folder of the ledger.")
@click.option("--seal", "seal_text", help="A seal that was kept outside: POSITION-HASH, or a file that holds one.")
@click.option("--replay", is_flag=True, help="Also prove that every cached row is what the entries say.")
@click.option("--json", "as_json", is_flag=True, help="Print for a machine.")
def verify(out: Path, seal_text: str | None, replay: bool, as_json: bool) -> None:
    """Verify the ledger: hashes, chains, order, guards. Exit 1 when it does not hold.

    Without a seal from outside it cannot be shown that no entries were cut off the end; it says so.
    """
    connect(out)
    seal = _read_seal(seal_text) if seal_text else None
    with make_progress(Console(stderr=True)) as progress:
        task = progress.add_task("entries", total=None)
        report = verify_ledger(
            connection, seal, progress=lambda done, of: progress.update(task, completed=done, total=of)
        )
    findings = [*report.findings, *(check_projections(connection, project) if replay else ())]
    if as_json:
        print_json(
            {
                "study": report.study, "purpose": report.purpose, "entries": report.entries, "holds": not findings,
                "seal": str(report.seal), "first_bad": report.first_bad, "findings": [as_plain(one) for one in findings],
                "unproven": list(report.unproven),
            }
        )  # fmt: skip
    else:
        _print_report(make_console(), report, replay)
        print_findings(make_console(), findings)
    if findings:
        raise SystemExit(1)


def _read_seal(text: str) -> Seal:
    path = Path(text)
    if path.is_file():
        text = path.read_text(encoding="utf-8").strip()
        text = json.loads(text)["seal"] if text.startswith("{") else text
    try:
        return Seal.parse(text)
    except ValueError as error:
        fail(f"{error}; a seal looks like 3141-9f86d0…")


def _print_report(console: Console, report: VerifyReport, replay: bool) -> None:
    console.print(f"{report.purpose} ledger of {report.study or '(none)'}: {report.entries} entries")
    if report.holds:
        console.print(
            "The ledger holds." + (" Every cached row is what its entries say." if replay else ""), style="green"
        )
    else:
        console.print(f"The ledger does not hold; the first bad entry is {report.first_bad}.", style="red")
    console.print(f"Seal: {report.seal}", markup=False)
    for sentence in report.unproven:
        console.print(sentence, style="yellow")
