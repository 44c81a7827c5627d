"""``trialwright check STUDY``: prove that the study measures, decides and doses all that its record says."""

from dataclasses import asdict
from itertools import groupby
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from trialwright.cli.output import STUDY, as_plain, load_study, make_console, print_findings, print_json
from trialwright.definition.compile import Compilation
from trialwright.definition.coverage import AssumptionLine, Coverage


@click.command()
@click.argument("study", type=STUDY)
@click.option("--json", "as_json", is_flag=True, help="Print for a machine.")
def check(study: Path, as_json: bool) -> None:
    """Check the study in folder STUDY and print what it covers. Exit 1 when there is an error."""
    compilation = load_study(study)
    if as_json:
        _print_plain(compilation)
    else:
        _print_for_people(make_console(), compilation)
    if compilation.errors:
        raise SystemExit(1)


def _print_plain(compilation: Compilation) -> None:
    coverage = compilation.coverage
    print_json(
        {
            "errors": len(compilation.errors),
            "findings": [as_plain(one) for one in compilation.findings],
            "coverage": asdict(coverage) if coverage else None,
            "endpoints_covered": coverage.covered if coverage else 0,
            "criteria_decided": coverage.decided if coverage else 0,
        }
    )


def _print_for_people(console: Console, compilation: Compilation) -> None:
    coverage = compilation.coverage
    if coverage:
        _print_matrix(console, coverage)
        _print_decisions(console, coverage)
        _print_assumptions(console, coverage)
    print_findings(console, compilation.findings)
    warnings = len(compilation.findings) - len(compilation.errors)
    if coverage:
        console.print(
            f"{coverage.study}: {coverage.covered} of {len(coverage.endpoints)} outcomes covered at every time point, "
            f"{coverage.decided} of {len(coverage.criteria)} criteria"
        )
    console.print(
        f"{len(compilation.errors)} errors, {warnings} warnings", style="red" if compilation.errors else "green"
    )


def _print_matrix(console: Console, coverage: Coverage) -> None:
    table = Table(title=f"{coverage.study}: outcome × time point × form × analysis", title_justify="left")
    table.add_column("outcome")
    for encounter in coverage.encounters:
        table.add_column(encounter, justify="center")
    table.add_column("forms")
    table.add_column("analyses", justify="right")
    for one in coverage.endpoints:
        cells = [
            "" if name not in one.times else "✓" if one.times[name] else "[red]✗[/red]" for name in coverage.encounters
        ]
        forms = ", ".join(one.forms) or "(act of death)"
        table.add_row(
            f"{one.id} {one.title}", *cells, forms, str(len(one.analyses)) if one.analyses else "[red]0[/red]"
        )
    console.print(table)


def _print_decisions(console: Console, coverage: Coverage) -> None:
    console.print(
        "Criteria: " + ", ".join(f"{one.id} {one.decided_by}{_said(one.in_record)}" for one in coverage.criteria)
    )
    for intervention, times in coverage.doses.items():
        console.print(
            f"Doses of {intervention}: "
            + ", ".join(f"{name} {'✓' if planned else '✗'}" for name, planned in times.items())
        )
    for phrase, items in coverage.evaluations.items():
        console.print(f"Promised “{phrase}”: " + ", ".join(items), markup=False)


def _said(in_record: bool | None) -> str:
    return "" if in_record is None else " (the record's sentence)" if in_record else " (not in the record)"


def _print_assumptions(console: Console, coverage: Coverage) -> None:
    signed = sum(one.needs_signature for one in coverage.assumptions)
    console.print(
        f"\nAssumed beyond the record: {len(coverage.assumptions)}, of which {signed} block production until signed"
    )
    ordered = sorted(coverage.assumptions, key=lambda one: (not one.needs_signature, one.kind, one.id))
    for kind, lines in groupby(ordered, key=lambda one: (one.kind, one.needs_signature)):
        console.print(f"  {kind[0]}{' — the principal investigator signs' if kind[1] else ''}")
        for line in lines:
            _print_assumption(console, line)


def _print_assumption(console: Console, line: AssumptionLine) -> None:
    console.print(f"    {line.id}: {line.assumed}", markup=False)
    console.print(f"      the record: {line.record_says}; why: {line.reason}", markup=False, style="dim")
