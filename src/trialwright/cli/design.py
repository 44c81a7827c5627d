"""``trialwright design STUDY``: the operating characteristics of the study's analysis plan, before the trial."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from trialwright.cli.design_workers import check_backend, count_pieces, run_design
from trialwright.cli.output import (
    STUDY,
    as_plain,
    fail,
    make_console,
    make_progress,
    print_findings,
    print_json,
    require_study,
)
from trialwright.cli.workspace import OUT
from trialwright.definition.compiled import Definition
from trialwright.design import ScenarioFile, build_model, compile_scenarios
from trialwright.design.page import (
    HEAD,
    NO_TEST,
    Result,
    list_cells,
    list_shown,
    list_unlike,
    render_page,
    render_share,
)
from trialwright.design.scenario import FILE

YAML = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("study", type=STUDY)
@click.option("--scenarios", type=YAML, help="The scenarios; by default scenarios.yaml in the study's folder.")
@click.option(
    "--trials", type=click.IntRange(1), default=10_000, show_default=True, help="Simulated trials a scenario."
)
@click.option("--workers", type=click.IntRange(0), default=0, help="Processes; by default as many as there are cores.")
@click.option(
    "--backend", default="joblib", show_default=True, help="joblib, or dask://HOST:PORT of a running cluster."
)
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed gives the same table."
)
@click.option("--out", type=OUT, default=Path("demo"), show_default=True, help="Folder of design.json and design.html.")
@click.option("--json", "as_json", is_flag=True, help="Print for a machine.")
def design(
    study: Path, scenarios: Path | None, trials: int, workers: int, backend: str, seed: int, out: Path, as_json: bool
) -> None:
    """Simulate the main analyses of the study in folder STUDY under each of its scenarios.

    Power or type I error, bias and coverage of every main outcome, and what the stopping rule does, each with its
    Monte Carlo error. Trials are drawn from the study's own simulation file and analysed as its plan says. The answer
    does not depend on the number of workers or the backend. Exit 1 when the scenarios have errors.
    """
    wrong = check_backend(backend)
    if wrong:
        raise click.UsageError(wrong)
    definition = require_study(study)
    file = require_scenarios(definition, scenarios or study / FILE, as_json=as_json)
    model = build_model(definition)
    if isinstance(model, str):
        fail(model)
    with make_progress(Console(stderr=True)) as progress:
        task = progress.add_task("simulated trials", total=count_pieces(model, file, trials))
        try:
            result = run_design(
                model, file, trials, seed, workers=workers, backend=backend,
                advance=lambda done: progress.update(task, completed=done),
            )  # fmt: skip
        except OSError as error:
            fail(f"{backend} cannot be used: {error}")
    out.mkdir(parents=True, exist_ok=True)
    plain = compute_plain(result)
    (out / "design.json").write_text(json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    (out / "design.html").write_text(render_page(result), "utf-8")
    if as_json:
        print_json(plain)
    else:
        print_result(make_console(), result)
        make_console().print(f"The whole table is {out / 'design.html'} and {out / 'design.json'}")


def require_scenarios(definition: Definition, path: Path, *, as_json: bool) -> ScenarioFile:
    """The scenarios of a file, or the end with every error printed."""
    if not path.exists():
        fail(f"there is no {path}; write one: docs/how-to/design-a-trial.md shows how")
    file, findings = compile_scenarios(definition, path.read_text(encoding="utf-8"), path.name)
    if file is None:
        if as_json:
            print_json({"errors": [as_plain(one) for one in findings]})
        else:
            print_findings(make_console(), findings)
        fail(f"{path} has {len(findings)} errors")
    return file


def compute_plain(result: Result) -> dict[str, Any]:
    """The result for a machine."""
    return {
        "study": result.model.study,
        "version": result.model.version,
        "definition": result.model.digest,
        "trials": result.trials,
        "seed": result.seed,
        "scenarios": [one.model_dump() for one in result.file.scenarios],
        "characteristics": [asdict(one) for one in result.characteristics],
        "stopping": [asdict(one) for one in result.stopping],
        "not_simulated": list_unlike(result.model.asked),
    }


def print_result(console: Console, result: Result) -> None:
    """One table a scenario, then the stopping rule."""
    for scenario in result.file.scenarios:
        table = Table(title=f"{scenario.id}: {scenario.title}", title_justify="left")
        for number, name in enumerate(HEAD):
            table.add_column(name, justify="left" if number < 4 else "right")
        for one in list_shown(result, scenario.id):
            table.add_row(*list_cells(one))
        console.print(table)
    if result.stopping:
        table = Table(title="The stopping rule", title_justify="left")
        for name in ("scenario", "toxicity", "flag", "exact", "treated", "exact"):
            table.add_column(name, justify="left" if name == "scenario" else "right")
        for each in result.stopping:
            table.add_row(
                each.scenario, f"{100 * each.rate:.1f} %", render_share(each.flagged, each.flagged_se, each.trials),
                f"{100 * each.exact_flagged:.1f} %", f"{each.treated:.2f}", f"{each.exact_treated:.2f}",
            )  # fmt: skip
        console.print(table)
    for text in list_unlike(result.model.asked):
        console.print(f"not simulated: {text}", markup=False, style="yellow")
    if any(one.not_tested for one in result.characteristics):
        console.print(NO_TEST, markup=False)
    console.print(
        f"{result.trials:,} trials a scenario, seed {result.seed}; Monte Carlo standard errors in parentheses"
    )
