"""``trialwright registry audit``: a whole portfolio on all cores, as a table, Parquet and one page."""

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict, fields
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import click
import duckdb
import polars as pl
from rich.console import Console
from rich.table import Table

from trialwright.cli.output import fail, make_console, make_progress, print_json
from trialwright.record import Record, read_records
from trialwright.record.stream import BrokenStream, split_studies
from trialwright.registry import RULES
from trialwright.registry.audit import AuditRow, compute_audit_row
from trialwright.registry.audit_page import Dashboard, Section, render_dashboard
from trialwright.registry.obligations import load_duties

_BATCH = 200
_LARGE = 64 * 1024 * 1024
_CHUNK = 1024 * 1024
_SUFFIXES = (".json", ".xml", ".txt", ".csv", ".jsonl", ".ndjson")
_SCHEMA: dict[str, Any] = {
    **{field.name: pl.String for field in fields(AuditRow)},
    **dict.fromkeys(("enrollment", "errors", "warnings", "clocks", "overdue", "days_to_unknown"), pl.Int64),
    **dict.fromkeys(("next_due", "unknown_on"), pl.Date),
    "has_results": pl.Boolean,
    "completeness": pl.Float64,
}

Piece = tuple[str, bytes]
Answer = tuple[list[dict[str, Any]], list[str]]


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--on", "day", metavar="DATE", help="The day to judge by; today by default.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write the dashboard here.")
@click.option("--parquet", type=click.Path(dir_okay=False, path_type=Path), help="Write one row a record here.")
@click.option("--workers", type=click.IntRange(1), help="Processes; all cores by default.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary for a machine.")
def audit(
    paths: tuple[Path, ...],
    day: str | None,
    html: Path | None,
    parquet: Path | None,
    workers: int | None,
    as_json: bool,
) -> None:
    """Audit every record in FILES or folders: status, overdue duties, soon Unknown, switched outcomes, completeness.

    Several versions of one study in the input are compared by their primary outcomes. Exit 1 when a duty that binds is
    overdue or a file cannot be read.
    """
    on = _read_day(day)
    frame, broken = run_audit(paths, on, workers or os.cpu_count() or 1)
    if parquet:
        frame.write_parquet(parquet)
    summary = _summarise(frame, on, broken)
    if html:
        html.write_text(render_dashboard(summary), encoding="utf-8")
    if as_json:
        print_json(
            {"on": on.isoformat(), "figures": dict(summary.figures), "bars": dict(summary.bars), "not_read": broken}
        )
    else:
        _print(make_console(), summary, broken, html)
    if broken or (not frame.is_empty() and int(frame["overdue"].sum()) > 0):
        raise SystemExit(1)


def _read_day(text: str | None) -> date:
    try:
        return date.fromisoformat(text) if text else datetime.now(UTC).date()
    except ValueError:
        fail(f"{text!r} is no day; write 2026-11-22")


def run_audit(paths: Iterable[Path], on: date, workers: int) -> tuple[pl.DataFrame, list[str]]:
    """One row a record, in the order of study and file; computed in processes, a few batches in memory at a time."""
    frames = [pl.DataFrame(schema=_SCHEMA)]
    broken: list[str] = []
    pieces = _list_pieces(paths)
    with make_progress(Console(stderr=True)) as progress, ProcessPoolExecutor(workers) as pool:
        task = progress.add_task("auditing records", total=None)
        waiting: set[Future[Answer]] = set()
        while batch := list(islice(pieces, _BATCH)):
            waiting.add(pool.submit(_audit_batch, batch, on))
            if len(waiting) > 2 * workers:
                progress.advance(task, _collect(waiting, frames, broken, first=True))
        _collect(waiting, frames, broken, first=False)
    return pl.concat(frames).sort("nct_id", "file"), sorted(broken)


def _collect(waiting: set[Future[Answer]], frames: list[pl.DataFrame], broken: list[str], *, first: bool) -> int:
    """Take the answers that are there (or wait for all) and say how many records they hold."""
    done, _ = wait(waiting, return_when=FIRST_COMPLETED) if first else wait(waiting)
    found = [future.result() for future in done]
    waiting -= done
    frames += [pl.DataFrame(rows, schema=_SCHEMA) for rows, _ in found]
    broken += [finding for _, findings in found for finding in findings]
    return sum(len(rows) for rows, _ in found)


def _list_pieces(paths: Iterable[Path]) -> Iterator[Piece]:
    """The bytes of each study or small file, with its name; large downloads are split study by study."""
    for path in paths:
        files = sorted(one for one in path.rglob("*") if one.suffix.lower() in _SUFFIXES) if path.is_dir() else [path]
        for file in files:
            yield from _split_file(file)


def _split_file(file: Path) -> Iterator[Piece]:
    if file.suffix.lower() in (".jsonl", ".ndjson"):
        with file.open("rb") as lines:
            yield from ((f"{file.name}:{at}", line) for at, line in enumerate(lines, start=1) if line.strip())
    elif file.suffix.lower() == ".json" and file.stat().st_size > _LARGE:
        with file.open("rb") as stream:
            try:
                chunks = iter(lambda: stream.read(_CHUNK), b"")
                yield from ((f"{file.name}[{at}]", study) for at, study in enumerate(split_studies(chunks)))
            except BrokenStream as trouble:
                fail(f"{file}: {trouble}")
    else:
        yield file.name, file.read_bytes()


def _audit_batch(batch: list[Piece], on: date) -> Answer:
    """Rows and findings of some studies; runs in a process of its own."""
    rows: list[dict[str, Any]] = []
    broken: list[str] = []
    for name, data in batch:
        for found in read_records(data, name):
            if isinstance(found, Record):
                rows.append(asdict(compute_audit_row(found, on)))
            else:
                broken += [str(finding) for finding in found]
    return rows, broken


def _say_status(status: str) -> str:
    """A status of the registry in words."""
    return status.replace("_", " ").capitalize()


def _say_duties(ids: str) -> str:
    """The duties of a row, which keeps their ids, in words."""
    words = {one.id: one.duty for one in load_duties()}
    return "; ".join(words[one] for one in ids.split())


def _summarise(frame: pl.DataFrame, on: date, broken: Sequence[str]) -> Dashboard:
    """The dashboard, asked of the rows in SQL; the newest version of each study counts."""
    with duckdb.connect() as base:
        base.register("versions", frame)
        base.execute(
            "CREATE TABLE latest AS SELECT * FROM versions "
            "QUALIFY row_number() OVER (PARTITION BY nct_id ORDER BY updated DESC, file DESC) = 1"
        )

        def ask(query: str) -> list[tuple[Any, ...]]:
            return base.execute(query).fetchall()

        ((total, unknown, errors, overdue, soon, complete, results),) = ask(
            "SELECT count(*), count(*) FILTER (WHERE status = 'UNKNOWN'), count(*) FILTER (WHERE errors > 0), "
            "count(*) FILTER (WHERE overdue > 0), count(*) FILTER (WHERE days_to_unknown BETWEEN 0 AND 90), "
            "coalesce(avg(completeness), 0), count(*) FILTER (WHERE has_results) FROM latest"
        )
        figures = {
            "records": f"{total:,}",
            "Unknown": f"{unknown:,}",
            "with an overdue duty": f"{overdue:,}",
            "Unknown within 90 days": f"{soon:,}",
            "with an error": f"{errors:,}",
            "with results": f"{results:,}",
            "mean completeness": f"{100 * complete:.0f} %",
            "not read": f"{len(broken):,}",
        }
        titles = {rule.number: f"{rule.number} {rule.title}" for rule in RULES}
        bars = {
            "Status": {
                _say_status(status): count
                for status, count in ask("SELECT status, count(*) FROM latest GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 15")
            },
            "Rules not kept": {
                titles[rule]: count
                for rule, count in ask(
                    "SELECT rule, count(*) FROM (SELECT unnest(string_split(rules, ' ')) rule FROM latest) "
                    "WHERE rule <> '' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 15"
                )
            },
        }
        return Dashboard(on, figures, bars, (*_list_sections(ask), *_list_broken(broken)))


def _list_sections(ask: Any) -> Iterator[Section]:
    yield Section(
        "Overdue",
        "Duties that bind and whose last day has passed.",
        ("study", "title", "status", "verified", "overdue duties"),
        [
            (study, title, _say_status(status), verified, _say_duties(duties))
            for study, title, status, verified, duties in ask(
                "SELECT nct_id, title, status, verified, overdue_duties FROM latest WHERE overdue > 0 "
                "ORDER BY overdue DESC, nct_id LIMIT 500"
            )
        ],
    )
    yield Section(
        "Soon Unknown",
        "Records that turn Unknown within 180 days unless somebody verifies them.",
        ("study", "title", "status", "on", "days"),
        [
            (study, title, _say_status(status), *rest)
            for study, title, status, *rest in ask(
                "SELECT nct_id, title, status, unknown_on, days_to_unknown FROM latest "
                "WHERE days_to_unknown BETWEEN 0 AND 180 ORDER BY days_to_unknown, nct_id LIMIT 500"
            )
        ],
    )
    yield Section(
        "Next",
        "The next binding duty of each open record.",
        ("study", "title", "due", "duty"),
        ask(
            "SELECT nct_id, title, next_due, next_duty FROM latest WHERE next_due IS NOT NULL "
            "ORDER BY next_due, nct_id LIMIT 200"
        ),
    )
    yield Section(
        "Switched primary outcomes",
        "Studies of which the input holds versions with different primary outcomes.",
        ("study", "title", "versions", "different"),
        ask(
            "SELECT nct_id, any_value(title), count(*), count(DISTINCT primary_key) FROM versions "
            "WHERE primary_key <> '' GROUP BY 1 HAVING count(DISTINCT primary_key) > 1 ORDER BY 1 LIMIT 500"
        ),
    )
    yield Section(
        "Least complete",
        "Share of WHO's items that the record gives.",
        ("study", "title", "status", "complete", "errors", "warnings"),
        [
            (study, title, _say_status(status), f"{100 * complete:.0f} %", *rest)
            for study, title, status, complete, *rest in ask(
                "SELECT nct_id, title, status, completeness, errors, warnings FROM latest "
                "ORDER BY completeness, nct_id LIMIT 50"
            )
        ],
    )


def _list_broken(broken: Sequence[str]) -> Iterator[Section]:
    if broken:
        yield Section("Not read", "Files and places that are no record.", ("why",), [(one,) for one in broken[:500]])


def _print(console: Console, summary: Dashboard, broken: list[str], html: Path | None) -> None:
    console.print(f"Registry audit on {summary.on}", style="bold")
    console.print("  ".join(f"{name}: {value}" for name, value in summary.figures.items()), markup=False)
    for section in summary.sections[:3]:
        table = Table(title=section.title, title_justify="left")
        for column in section.columns:
            table.add_column(column)
        for row in section.rows[:20]:
            table.add_row(*("" if cell is None else str(cell)[:60] for cell in row))
        if section.rows:
            console.print(table)
    for finding in broken[:20]:
        console.print(finding, style="red", markup=False)
    if html:
        console.print(f"dashboard: {html}")
