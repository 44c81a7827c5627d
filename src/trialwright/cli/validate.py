"""``trialwright validate STUDY``: the evidence that this build and this study's configuration do what they should."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from trialwright.cli.output import STUDY, fail, load_study, make_console, make_progress, print_findings, print_json
from trialwright.cli.validation.build import read_build
from trialwright.cli.validation.junit import NotJunit, TestRun, read_junit
from trialwright.cli.validation.page import render_validation
from trialwright.cli.validation.report import Subject, ValidationReport, compute_plain, compute_report
from trialwright.cli.validation.requirements import Status, load_requirements
from trialwright.cli.workspace import OUT
from trialwright.definition.compiled import Definition
from trialwright.definition.load import StudyParts, load_parts, read_files
from trialwright.simulate.acceptance import list_acceptance
from trialwright.simulate.cases.evidence import Evidence
from trialwright.simulate.cases.study import compute_study_evidence
from trialwright.vocabulary.findings import Finding, Place


@click.command()
@click.argument("study", type=STUDY)
@click.option("--out", type=OUT, default=Path("validation"), show_default=True, help="Folder for the report.")
@click.option(
    "--tests",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Results of the software's tests on this build: JUnit XML, as pytest --junitxml=FILE writes it.",
)
@click.option("--tester", default="", help="Who validates; printed in the report.")
@click.option("--json", "as_json", is_flag=True, help="Print the report for a machine, too.")
def validate(study: Path, out: Path, tests: Path | None, tester: str, as_json: bool) -> None:
    """Write the validation report of this build and of the study in folder STUDY.

    It traces requirements to tests and their results, shows for every edit check, limit and criterion a case in which
    it speaks and one in which it is silent, lists what is open, and holds the acceptance test that a site signs.
    Exit 1 when a test failed, a statement said to hold was not shown, or a rule can never speak.
    """
    compilation = load_study(study)
    if compilation.definition is None:
        print_findings(make_console(), compilation.errors)
        fail(f"{study} has {len(compilation.errors)} errors; run: trialwright check {study}")
    run = _read_tests(tests)
    definition = compilation.definition
    evidence = _locate(study, _compute_evidence(definition))
    identity = definition.study.study
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    subject = Subject(definition.id, identity.official_title, definition.version, definition.digest, tester, at)
    findings = (*compilation.findings, *(found for one in evidence for found in one.findings))
    steps = list_acceptance(definition, evidence)
    report = compute_report(subject, read_build(), load_requirements(), run, evidence, findings, steps)
    _write(out, report)
    if as_json:
        print_json(compute_plain(report))
    else:
        _print_report(make_console(), report, out)
    if not report.is_sound:
        raise SystemExit(1)


def _read_tests(path: Path | None) -> TestRun | None:
    try:
        return read_junit(path) if path else None
    except NotJunit as error:
        fail(str(error))


def _compute_evidence(definition: Definition) -> tuple[Evidence, ...]:
    with make_progress(Console(stderr=True)) as progress:
        task = progress.add_task("cases of every rule", total=len(definition.forms))
        return compute_study_evidence(definition, lambda done, of: progress.update(task, completed=done, total=of))


def _locate(folder: Path, evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """The same evidence with file and line in its findings."""
    parts, _ = load_parts(read_files(folder))
    assert parts is not None, "a study that compiled can be read"
    return tuple(
        replace(one, findings=tuple(replace(found, place=_find_place(parts, found)) for found in one.findings))
        if one.findings
        else one
        for one in evidence
    )


def _find_place(parts: StudyParts, found: Finding) -> Place:
    """Where the rule stands that a finding is about; its path alone where no file has it."""
    kind, _, rest = found.place.path.partition(".")
    names = rest.split(".")
    if kind == "eligibility":
        index = [one.id for one in parts.study.eligibility].index(names[0])
        place = parts.sources["study.yaml"].place("eligibility", index)
    elif kind == "forms":
        form = parts.forms[names[0]]
        place = form.checks[names[2]] if names[1] == "checks" else form.items[names[2]]
    else:
        return found.place
    return replace(place, path=found.place.path)


def _write(out: Path, report: ValidationReport) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / "validation.html").write_text(render_validation(report), encoding="utf-8")
    plain = json.dumps(compute_plain(report), ensure_ascii=False, indent=1, sort_keys=True)
    (out / "validation.json").write_text(plain + "\n", encoding="utf-8")


def _print_report(console: Console, report: ValidationReport, out: Path) -> None:
    print_findings(console, report.findings)
    held = [line for line in report.lines if line.requirement.status is Status.HELD]
    shown = sum(line.result.value == "passed" for line in held)
    complete = sum(one.is_complete for one in report.evidence)
    console.print(f"Build {report.build.sha256[:12]} of trialwright {report.build.version}")
    console.print(
        f"{len(report.lines)} requirements: {len(held)} held"
        + (f", {shown} of them shown by tests of this build" if report.run else " (tests not run in this build)")
    )
    console.print(
        f"{len(report.evidence)} rules and limits of the study: {complete} with a case for and a case against"
    )
    console.print(f"{len(report.open)} open defects, limits and findings; {len(report.steps)} steps of acceptance")
    for problem in report.problems:
        console.print(problem, style="red", markup=False)
    console.print(report.conclusion, style="green" if report.is_sound else "red")
    console.print(f"The report is {out / 'validation.html'}", markup=False)
