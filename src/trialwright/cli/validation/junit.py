"""The results of a test run, from the JUnit XML that pytest writes (``pytest --junitxml=FILE``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from lxml import etree

from trialwright.cli.validation.requirements import Requirement


class Result(StrEnum):
    """How a test came out, worst first."""

    FAILED = "failed"
    KNOWN_DEFECT = "known defect"
    NOT_RUN = "not run in this build"
    SKIPPED = "skipped"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one test over all its parameters; ``note`` is why it was skipped, failed or expected to fail."""

    result: Result
    cases: int = 0
    note: str = ""


NOT_RUN = Outcome(Result.NOT_RUN)
_ORDER = {result: place for place, result in enumerate(Result)}


@dataclass(frozen=True, slots=True)
class TestRun:
    """A test run: outcomes by ``path::function``, when and where it ran, and the build it says it ran on."""

    __test__ = False

    outcomes: Mapping[str, Outcome]
    at: str
    host: str
    build: str

    def find(self, test: str) -> Outcome:
        """The outcome of a test; one that is not in the file was not run."""
        return self.outcomes.get(test, NOT_RUN)


class NotJunit(Exception):
    """The file is no JUnit XML."""


def read_junit(path: Path) -> TestRun:
    """The test run that a JUnit file tells of; NotJunit where it is none."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.parse(path, parser).getroot()
    except etree.XMLSyntaxError as error:
        raise NotJunit(f"{path} is no XML: {error}") from error
    suites = root.findall("testsuite") if root.tag == "testsuites" else [root]
    if not suites or any(suite.tag != "testsuite" for suite in suites):
        raise NotJunit(f"{path} holds no test suite; write it with: pytest --junitxml=FILE")
    found: dict[str, list[Outcome]] = {}
    build = ""
    for case in root.iter("testcase"):
        name = f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name', '').split('[')[0]}"
        found.setdefault(name, []).append(_read_case(case))
        for one in case.iter("property"):
            build = one.get("value", "") if one.get("name") == "build" else build
    outcomes = {name: _join(outcomes) for name, outcomes in found.items()}
    return TestRun(outcomes, suites[0].get("timestamp", ""), suites[0].get("hostname", ""), build)


def compute_result(requirement: Requirement, run: TestRun | None) -> Result:
    """The result of a requirement: the worst of its tests, where passed and skipped together make passed."""
    if run is None or not requirement.tests:
        return Result.NOT_RUN
    results = {run.find(test).result for test in requirement.tests}
    return Result.PASSED if results == {Result.PASSED, Result.SKIPPED} else min(results, key=_ORDER.__getitem__)


def _read_case(case: etree._Element) -> Outcome:
    for tag in ("failure", "error"):
        if (trouble := case.find(tag)) is not None:
            return Outcome(
                Result.FAILED, 1, (trouble.get("message") or "").splitlines()[0] if trouble.get("message") else ""
            )
    skipped = case.find("skipped")
    if skipped is None:
        return Outcome(Result.PASSED, 1)
    kind = Result.KNOWN_DEFECT if skipped.get("type") == "pytest.xfail" else Result.SKIPPED
    return Outcome(kind, 1, skipped.get("message") or "")


def _join(outcomes: list[Outcome]) -> Outcome:
    """The worst of several; a test that ran with some of its parameters has run."""
    worst = min(outcomes, key=lambda one: _ORDER[one.result])
    if worst.result is Result.SKIPPED and any(one.result is Result.PASSED for one in outcomes):
        return Outcome(Result.PASSED, len(outcomes), worst.note)
    return Outcome(worst.result, len(outcomes), worst.note)
