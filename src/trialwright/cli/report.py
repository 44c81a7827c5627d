"""``trialwright report STUDY``: the report of a ledger."""

from datetime import UTC, datetime, time
from pathlib import Path

import click
from django.db import connection
from rich.console import Console

from trialwright.cli.output import STUDY, fail, make_console, make_progress, print_json, require_study
from trialwright.cli.workspace import OUT, connect
from trialwright.definition.compiled import Definition
from trialwright.run import NothingThen, Sealed, write_products
from trialwright.service.opening import match_definition, read_opening
from trialwright.store.read import position_at, read_study


@click.command()
@click.argument("study", type=STUDY)
@click.option("--out", type=OUT, default=Path("demo"), show_default=True, help="Folder of the ledger and the report.")
@click.option(
    "--data-cut", type=click.DateTime(["%Y-%m-%d"]), help="Only what the ledger held at the end of this day (UTC)."
)
@click.option("--language", type=click.Choice(["en", "zh"]), multiple=True, default=("en",), show_default=True)
@click.option(
    "--format",
    "formats",
    type=click.Choice(["html", "pdf", "rtf", "ars"]),
    multiple=True,
    default=("html",),
    show_default=True,
    help="rtf holds the numbered tables, ars the results as CDISC's Analysis Results Standard (JSON).",
)
@click.option("--json", "as_json", is_flag=True, help="Print for a machine.")
def report(
    study: Path,
    out: Path,
    data_cut: datetime | None,
    language: tuple[str, ...],
    formats: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write snapshot, datasets, results and report of the ledger in OUT. The same ledger gives the same bytes.

    Results by arm are sealed in every ledger but a VIRTUAL one, until the database is locked, the analysis plan is signed,
    and principal investigator and sponsor have signed. Exit 1 while they are.
    """
    connect(out)
    definition = match_ledger(require_study(study))
    upto = position_at(connection, end_of_day(data_cut)) if data_cut else None
    with make_progress(Console(stderr=True)) as progress:
        steps = 3 + len(language) * len(formats)
        task = progress.add_task("report", total=steps)
        try:
            files = write_products(
                definition, out, upto, languages=language, formats=formats, processes=0,
                tell=lambda step, done, _: progress.update(task, description=step, completed=done),
            )  # fmt: skip
        except Sealed as error:
            fail(str(error))
        except NothingThen as error:
            raise click.UsageError(str(error)) from error
    if as_json:
        print_json({"files": [path.as_posix() for path in files]})
    else:
        for path in files:
            if path.name.startswith("report."):
                make_console().print(f"The report is {path}")


def match_ledger(definition: Definition) -> Definition:
    """The definition under which the connected ledger was opened: this one, or this one scaled for a rehearsal."""
    study = read_study(connection)
    if study is None:
        fail("the database holds no ledger yet")
    if study.study != definition.id:
        fail(f"the ledger is of {study.study}, the folder holds {definition.id}")
    opened = read_opening(connection)
    if opened is None:
        fail("the ledger does not begin with its opening; run: trialwright verify")
    matched = match_definition(definition, opened)
    if matched is None:
        fail(
            f"the ledger was opened under version {opened.version} ({opened.digest[:12]}), "
            f"the study folder has changed since ({definition.digest[:12]})"
        )
    return matched


def end_of_day(day: datetime) -> datetime:
    """The last moment of a day, in UTC."""
    return datetime.combine(day.date(), time.max, UTC)
