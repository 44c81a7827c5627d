"""The validation report as a value: requirements with results, the study's evidence, what is open, the conclusion."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from trialwright.cli.validation.build import Build
from trialwright.cli.validation.junit import Outcome, Result, TestRun, compute_result
from trialwright.cli.validation.requirements import Requirement, Status
from trialwright.simulate.acceptance import Step
from trialwright.simulate.cases.evidence import Evidence
from trialwright.vocabulary.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Line:
    """A requirement with the result of its tests."""

    requirement: Requirement
    result: Result
    tests: tuple[tuple[str, Outcome], ...]


@dataclass(frozen=True, slots=True)
class Open:
    """Something open: a known defect, a statement that does not hold in full, or a finding about the study."""

    kind: str
    where: str
    what: str
    risk: str
    until: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What was validated, by whom and when."""

    study: str
    title: str
    version: str
    digest: str
    tester: str
    at: str


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """Everything that the report prints. ``problems`` are the reasons why the build cannot be called validated."""

    subject: Subject
    build: Build
    run: TestRun | None
    lines: tuple[Line, ...]
    evidence: tuple[Evidence, ...]
    findings: tuple[Finding, ...]
    open: tuple[Open, ...]
    steps: tuple[Step, ...]
    problems: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing speaks against the build and the study."""
        return not self.problems

    @property
    def conclusion(self) -> str:
        """The conclusion in one sentence, drawn by rule and to be signed by a person."""
        if self.problems:
            return f"Not validated: {len(self.problems)} problems."
        if self.run is None:
            return "The study's configuration is shown to work; the software's tests were not run in this build."
        return (
            "Every statement that is said to hold was shown to hold in this build, and the study's configuration works."
        )


def compute_report(
    subject: Subject, build: Build, requirements: Iterable[Requirement], run: TestRun | None,
    evidence: tuple[Evidence, ...], findings: tuple[Finding, ...], steps: tuple[Step, ...],
) -> ValidationReport:  # fmt: skip
    """The report.

    Parameters
    ----------
    findings : tuple of Finding
        Those of the compiler and of the evidence together.
    run : TestRun, optional
        None where no test results were given: nothing is then said to be shown.
    """
    lines = tuple(
        Line(one, compute_result(one, run), tuple((test, run.find(test)) for test in one.tests) if run else ())
        for one in requirements
    )
    problems = (*_check_run(build, run), *_check_lines(lines, run), *_check_study(evidence, findings))
    still_open = (*_list_defects(lines), *_list_lacking(lines), *_list_findings(findings))
    return ValidationReport(subject, build, run, lines, evidence, findings, still_open, steps, problems)


def _check_run(build: Build, run: TestRun | None) -> list[str]:
    if run is None:
        return []
    if not run.build:
        return ["the test results do not say on which build they were made"]
    if run.build != build.sha256:
        return [f"the tests ran on another build ({run.build[:12]}) than this one ({build.sha256[:12]})"]
    return []


def _check_lines(lines: Iterable[Line], run: TestRun | None) -> list[str]:
    if run is None:
        return []
    failed = sorted({test for line in lines for test, outcome in line.tests if outcome.result is Result.FAILED})
    shown = [f"{test} failed" for test in failed]
    for line in lines:
        if line.requirement.status is Status.HELD and line.result not in (Result.PASSED, Result.FAILED):
            shown.append(f"{line.requirement.id} is said to hold, and its tests are: {line.result.value}")
    return shown


def _check_study(evidence: Iterable[Evidence], findings: Iterable[Finding]) -> list[str]:
    errors = [str(one) for one in findings if one.severity is Severity.ERROR]
    told = {one.place.path for one in findings}
    silent = [f"{one.path}: a case is lacking" for one in evidence if not one.is_complete and one.path not in told]
    return errors + silent


def _list_defects(lines: Iterable[Line]) -> list[Open]:
    """Tests that are known to fail, with the risk of the requirement that they belong to."""
    found = {}
    for line in lines:
        one = line.requirement
        for test, outcome in line.tests:
            if outcome.result in (Result.KNOWN_DEFECT, Result.FAILED):
                found[test] = Open("defect", f"{one.id} {test}", outcome.note or "the test failed", one.risk, one.until)
    return list(found.values())


def _list_lacking(lines: Iterable[Line]) -> list[Open]:
    return [
        Open("limit", one.id, f"{one.status.value}: {one.lacks}", one.risk, one.until)
        for one in (line.requirement for line in lines)
        if one.status is not Status.HELD
    ]


def _list_findings(findings: Iterable[Finding]) -> list[Open]:
    risks = {Severity.ERROR: "high", Severity.WARNING: "medium", Severity.NOTE: "low"}
    return [Open("study", str(one.place), one.message, risks[one.severity], one.remedy) for one in findings]


def compute_plain(report: ValidationReport) -> dict[str, Any]:
    """The report for a machine."""
    run = report.run
    return {
        "subject": asdict(report.subject),
        "build": {**asdict(report.build), "libraries": dict(report.build.libraries)},
        "tests": {"at": run.at, "host": run.host, "build": run.build} if run else None,
        "requirements": [
            {
                **asdict(line.requirement),
                "result": line.result.value,
                "outcomes": {test: {"result": one.result.value, "note": one.note} for test, one in line.tests},
            }
            for line in report.lines
        ],
        "evidence": [_compute_plain_evidence(one) for one in report.evidence],
        "findings": [str(one) for one in report.findings],
        "open": [asdict(one) for one in report.open],
        "acceptance": [asdict(one) for one in report.steps],
        "problems": list(report.problems),
        "sound": report.is_sound,
        "conclusion": report.conclusion,
    }


def _compute_plain_evidence(one: Evidence) -> dict[str, Any]:
    cases = {"firing": one.firing, "quiet": one.quiet, "unknown": one.unknown}
    return {
        "kind": one.kind.value,
        "path": one.path,
        "rule": one.rule,
        "says": one.says,
        **{name: {"values": dict(case.values), "seen": case.seen} for name, case in cases.items() if case},
        "parts": [
            {"text": part.text, "true": dict(part.true.values) if part.true else None,
             "false": dict(part.false.values) if part.false else None}
            for part in one.parts
        ],
    }  # fmt: skip
