"""What commands share: reading a study, printing findings, saying no without a traceback."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from trialwright.definition.compile import Compilation, compile_study
from trialwright.definition.compiled import Definition
from trialwright.definition.load import read_files
from trialwright.vocabulary.findings import Finding, Severity

STUDY = click.Path(exists=True, file_okay=False, path_type=Path)
_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def make_console() -> Console:
    """The console for people; wide enough for a matrix when it is not a terminal."""
    return Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 160)


def make_progress(console: Console) -> Progress:
    """The one look of progress bars."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console, transient=True)


def fail(message: str) -> NoReturn:
    """End with exit 1 and one plain sentence."""
    raise click.ClickException(message)


def load_study(folder: Path) -> Compilation:
    """The compiled study of a folder; a file that is no UTF-8 text is named."""
    try:
        return compile_study(read_files(folder))
    except UnicodeDecodeError as error:
        fail(f"a file in {folder} is not UTF-8 text: {error}")


def require_study(folder: Path) -> Definition:
    """The definition of a folder, or the end with every error printed."""
    compilation = load_study(folder)
    if compilation.definition is None:
        print_findings(make_console(), compilation.errors)
        fail(f"{folder} has {len(compilation.errors)} errors; run: trialwright check {folder}")
    return compilation.definition


def print_findings(console: Console, findings: Iterable[Finding]) -> None:
    """Findings, one a line, the severity in colour."""
    for one in findings:
        console.print(str(one), style=_STYLES[one.severity], markup=False)


def as_plain(finding: Finding) -> dict[str, Any]:
    """A finding for a machine."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "file": finding.place.file,
        "line": finding.place.line,
        "path": finding.place.path,
        "message": finding.message,
        "remedy": finding.remedy,
    }


def print_json(data: Any) -> None:
    """Data for a machine: JSON, sorted keys, UTF-8."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True))


def scale_study(definition: Definition, participants: int | None) -> Definition:
    """The study planned for the number asked for, or for the simulation file's, or as it is."""
    planned = participants or definition.simulation.participants or definition.study.study.planned_enrolment
    try:
        return definition.scale(planned)
    except ValueError as error:
        fail(str(error))
