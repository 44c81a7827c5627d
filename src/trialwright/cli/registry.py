"""``trialwright registry``: read, check, clock, diff and audit public records. Nothing is ever sent anywhere."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from trialwright.cli.output import as_plain, fail, make_console, make_progress, print_findings, print_json
from trialwright.record import Record, read_record, read_records, render_shape
from trialwright.record.stream import BrokenStream, split_studies
from trialwright.registry import Breach, Difference, Level, check_record, compare_records
from trialwright.registry.calendar import render_calendar
from trialwright.registry.case import Case
from trialwright.registry.check import compute_counts
from trialwright.registry.obligations import Obligation, State, decide_obligations
from trialwright.registry.regimes import REGIME_NAMES, Bind, decide_regime
from trialwright.vocabulary.findings import Finding, Place

_PATH = click.Path(exists=True, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SUFFIXES = (".json", ".xml", ".txt", ".csv", ".jsonl", ".ndjson")
_LARGE = 64 * 1024 * 1024
_CHUNK = 1024 * 1024
_STYLES = {Level.ERROR: "red", Level.WARNING: "yellow", Level.CLOCK: "cyan"}
_STATE_STYLES = {State.OVERDUE: "red", State.DUE: "yellow", State.MET: "green", State.MET_LATE: "magenta"}

Found = Record | list[Finding]


# Commands in files of their own, read only when they are called: they bring large libraries with them.
_ELSEWHERE = {
    "audit": "registry_audit",
    "results": "registry_results",
    "sign": "registry_sign",
    "write": "registry_write",
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_ELSEWHERE])

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _ELSEWHERE:
            return super().get_command(ctx, name)
        command = getattr(import_module(f"trialwright.cli.{_ELSEWHERE[name]}"), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_Commands)
def registry() -> None:
    """Read, check and compare public records of studies."""


def _read_day(text: str | None) -> date:
    """The day to judge by; today where none is given."""
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no day; write 2026-11-22", param_hint="--on") from None


_ON = click.option("--on", "day", metavar="DATE", help="The day to judge by; today by default.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print for a machine.")


def list_files(paths: Iterable[Path]) -> list[Path]:
    """The files named, and those of the folders named, in order."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(one for one in path.rglob("*") if one.suffix.lower() in _SUFFIXES) if path.is_dir() else [path]
        found += inside
    return found


def load_records(path: Path) -> Iterator[Found]:
    """Each record of a file, in constant memory where the file is large or has one record a line."""
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield from read_records(line, f"{path.name}:{number}")
    elif path.suffix.lower() == ".json" and path.stat().st_size > _LARGE:
        yield from _load_large(path)
    else:
        yield from read_records(path.read_bytes(), path.name)


def _load_large(path: Path) -> Iterator[Found]:
    with path.open("rb") as file:
        chunks = iter(lambda: file.read(_CHUNK), b"")
        try:
            for number, study in enumerate(split_studies(chunks)):
                yield from read_records(study, f"{path.name}[{number}]")
        except BrokenStream as trouble:
            yield [Finding("json-syntax", str(trouble), Place(file=path.name))]


def _walk(paths: Iterable[Path], console: Console, title: str) -> Iterator[tuple[Path, Found]]:
    """Every record of every file, with a progress bar for people."""
    files = list_files(paths)
    with make_progress(console) as progress:
        task, read = progress.add_task(title, total=len(files)), 0
        for path in files:
            for found in load_records(path):
                read += 1
                if read % 100 == 0:
                    progress.update(task, description=f"{title}, {read} records")
                yield path, found
            progress.advance(task)


def load_one(path: Path) -> Record:
    """The one record of a file, or the end with what is wrong."""
    found = read_record(path.read_bytes(), path.name)
    if isinstance(found, Record):
        return found
    print_findings(Console(stderr=True, soft_wrap=True), found)
    fail(f"{path} cannot be read")


@registry.command()
@click.argument("paths", nargs=-1, required=True, type=_PATH)
@_JSON
def read(paths: tuple[Path, ...], as_json: bool) -> None:
    """Read records in FILES or folders and say what they are. With --json: one record a line in API v2's shape.

    Exit 1 when a file or record cannot be read.
    """
    console = Console(stderr=True, soft_wrap=True)
    counts: Counter[str] = Counter()
    broken = 0
    for _, found in _walk(paths, console, "reading"):
        if isinstance(found, list):
            broken += 1
            print_findings(console, found)
        elif as_json:
            print_json_line(render_shape(found))
        else:
            counts[found.reading.format] += 1
            click.echo(_describe(found))
            for note in found.reading.notes:
                click.echo(f"             {note.message} [{note.code}]")
    if not as_json:
        click.echo(
            f"{counts.total()} records read ({', '.join(f'{n} {name}' for name, n in counts.items())}), {broken} not"
        )
    if broken:
        raise SystemExit(1)


def print_json_line(data: Any) -> None:
    """One value on one line."""
    click.echo(json.dumps(data, ensure_ascii=False))


def _describe(record: Record) -> str:
    protocol = record.protocol
    counts = f"{len(protocol.arms.arm_groups)} arms, {len(protocol.outcomes.leveled)} outcomes"
    results = ", results" if record.results else ""
    unread = f", {len(record.reading.unread)} texts not read" if record.reading.unread else ""
    title = protocol.identification.brief_title[:70]
    return f"{record.nct_id:12} {protocol.status.overall_status:22} {counts}{results}{unread}  {title}"


@registry.command()
@click.argument("paths", nargs=-1, required=True, type=_PATH)
@_ON
@click.option("--level", type=click.Choice([level.value for level in Level]), help="Only rules of this level.")
@_JSON
def check(paths: tuple[Path, ...], day: str | None, level: str | None, as_json: bool) -> None:
    """Check records against the registry's rules V01 to V144. Exit 1 when one has an error or cannot be read."""
    on, console = _read_day(day), make_console()
    lines: list[dict[str, Any]] = []
    totals: Counter[Level] = Counter()
    checked, broken = 0, 0
    for path, found in _walk(paths, Console(stderr=True), "checking"):
        if isinstance(found, list):
            broken += 1
            lines += [{"file": path.name, "record": "", **as_plain(one)} for one in found]
            if not as_json:
                print_findings(console, found)
            continue
        breaches = [one for one in check_record(found, on) if level is None or one.level.value == level]
        totals.update(compute_counts(breaches))
        checked += 1
        lines += [_breach_plain(found, one) for one in breaches]
        if not as_json:
            _print_breaches(console, found, breaches)
    if as_json:
        print_json({"on": on.isoformat(), "records": checked, "not_read": broken, "breaches": lines})
    else:
        counts = ", ".join(f"{totals[one]} {one.value}s" for one in Level)
        console.print(f"{checked} records on {on}: {counts}; {broken} not read")
    if totals[Level.ERROR] or broken:
        raise SystemExit(1)


def _breach_plain(record: Record, breach: Breach) -> dict[str, Any]:
    return {
        "file": record.reading.name,
        "record": record.nct_id,
        "rule": breach.number,
        "level": breach.level.value,
        "path": breach.path,
        "wrong": breach.wrong,
        "right": breach.right,
    }


def _print_breaches(console: Console, record: Record, breaches: list[Breach]) -> None:
    console.print(f"{record.nct_id} ({record.reading.name})", style="bold", markup=False)
    for one in breaches:
        console.print(f"  {one.number:5} {one.level.value:8} {one.path}", style=_STYLES[one.level], markup=False)
        right = f" → {one.right}" if one.right else ""
        console.print(f"        {one.wrong}{right}", markup=False)
    if not breaches:
        console.print("  nothing is wrong", style="green")


@registry.command()
@click.argument("file", type=_FILE)
@_ON
@click.option("--ics", type=click.Path(dir_okay=False, path_type=Path), help="Write a calendar file.")
@_JSON
def clock(file: Path, day: str | None, ics: Path | None, as_json: bool) -> None:
    """Say what is due for the record in FILE, by when and why. Exit 1 when a duty that binds is overdue."""
    on, record = _read_day(day), load_one(file)
    case = Case(record, on)
    obligations = decide_obligations(case)
    if ics:
        ics.write_text(render_calendar(record, obligations, datetime.now(UTC)), encoding="utf-8", newline="")
    if as_json:
        print_json(_clock_plain(case, obligations))
    else:
        _print_clock(make_console(), case, obligations)
    if any(one.state is State.OVERDUE and one.verdict.bind is Bind.APPLIES for one in obligations):
        raise SystemExit(1)


def _clock_plain(case: Case, obligations: list[Obligation]) -> dict[str, Any]:
    verdicts = [decide_regime(regime, case) for regime in REGIME_NAMES]
    return {
        "record": case.record.nct_id,
        "on": case.on.isoformat(),
        "regimes": [
            {"regime": one.regime, "verdict": one.bind.value, "reasons": one.reasons, "missing": one.missing}
            for one in verdicts
        ],
        "obligations": [
            {
                "id": one.duty.id,
                "duty": one.duty.duty,
                "verdict": one.verdict.bind.value,
                "due": one.due.isoformat() if one.due else None,
                "days_left": one.days_left(case.on),
                "state": one.state.value,
                "because": one.because,
                "source": one.duty.source,
                "checked_against": one.duty.checked_against,
            }
            for one in obligations
        ],
    }


def _print_clock(console: Console, case: Case, obligations: list[Obligation]) -> None:
    for regime, name in REGIME_NAMES.items():
        verdict = decide_regime(regime, case)
        missing = f"; missing: {', '.join(verdict.missing)}" if verdict.missing else ""
        console.print(f"{name}: {verdict.bind.value} ({'; '.join(verdict.reasons)}{missing})", markup=False)
    table = Table(title=f"{case.record.nct_id} on {case.on}", title_justify="left")
    for column in ("due", "days", "state", "verdict", "duty", "because", "source"):
        table.add_column(column)
    for one in obligations:
        days = one.days_left(case.on)
        state = f"[{_STATE_STYLES.get(one.state, 'dim')}]{one.state.value}"
        shown = ("?" if one.due is None else str(one.due), "" if days is None else str(days), state)
        table.add_row(*shown, one.verdict.bind.value, one.duty.duty, one.because, one.duty.source)
    console.print(table)


@registry.command()
@click.argument("before", type=_PATH)
@click.argument("after", type=_FILE)
@_ON
@click.option("--out", type=_FOLDER, default=Path("demo"), show_default=True, help="Folder of the study's ledger.")
@_JSON
def diff(before: Path, after: Path, day: str | None, out: Path, as_json: bool) -> None:
    """Say in words what changed between two records, or what a study's record tells wrongly.

    BEFORE and AFTER are two versions of a record: exit 1 when an outcome, size or design changed. Where BEFORE is the
    folder of a study, AFTER is its public record, which is held against the definition and the ledger: exit 1 when
    the record does not tell the truth.
    """
    if before.is_dir():
        print_drift = import_module("trialwright.cli.registry_drift").print_drift
        raise SystemExit(int(print_drift(before, load_one(after), out, _read_day(day), as_json=as_json)))
    differences = compare_records(load_one(before), load_one(after))
    if as_json:
        print_json([_difference_plain(one) for one in differences])
    else:
        _print_differences(make_console(), differences)
    if any(one.is_switch for one in differences):
        raise SystemExit(1)


def _print_differences(console: Console, differences: list[Difference]) -> None:
    for one in differences:
        mark = " (a switch that readers must know)" if one.is_switch else ""
        console.print(f"{one.weight.value:9} {one.words}{mark}", markup=False)
    console.print(f"{len(differences)} changes" if differences else "no change", style="bold")


def _difference_plain(one: Difference) -> dict[str, Any]:
    return {
        "path": one.path,
        "kind": one.kind.value,
        "weight": one.weight.value,
        "words": one.words,
        "before": one.before,
        "after": one.after,
        "switch": one.is_switch,
    }
