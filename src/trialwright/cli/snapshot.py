"""``trialwright snapshot STUDY``: the ledger at a moment as frames on disk, frozen and hashed."""

from datetime import datetime
from pathlib import Path

import click
from django.db import connection

from trialwright.cli.output import STUDY, make_console, print_json, require_study
from trialwright.cli.report import end_of_day, match_ledger
from trialwright.cli.workspace import OUT, connect
from trialwright.run import take_snapshot
from trialwright.store.read import position_at
from trialwright.store.snapshots import write_snapshot


@click.command()
@click.argument("study", type=STUDY)
@click.option("--out", type=OUT, default=Path("demo"), show_default=True, help="Folder of the ledger and the snapshot.")
@click.option(
    "--data-cut", type=click.DateTime(["%Y-%m-%d"]), help="Only what the ledger held at the end of this day (UTC)."
)
@click.option("--json", "as_json", is_flag=True, help="Print for a machine.")
def snapshot(study: Path, out: Path, data_cut: datetime | None, as_json: bool) -> None:
    """Write a snapshot of the ledger in OUT as Parquet files, with the hash of its content."""
    connect(out)
    definition = match_ledger(require_study(study))
    taken = take_snapshot(definition, position_at(connection, end_of_day(data_cut)) if data_cut else None)
    digest = write_snapshot(out / "snapshot", taken)
    if as_json:
        print_json({"folder": (out / "snapshot").as_posix(), "position": taken.meta.position, "sha256": digest})
    else:
        make_console().print(
            f"Snapshot of {taken.meta.position} entries in {out / 'snapshot'}\nSHA-256 {digest}", markup=False
        )
