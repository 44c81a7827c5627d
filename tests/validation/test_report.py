"""The validation report: what it concludes from test results, and that everything stands in it."""

import json
import re
from dataclasses import replace
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from lxml import html

from tests.studies import load_definition
from trialwright.cli.validation.build import Build
from trialwright.cli.validation.junit import NotJunit, Outcome, Result, TestRun, compute_result, read_junit
from trialwright.cli.validation.page import render_validation
from trialwright.cli.validation.report import Subject, ValidationReport, compute_plain, compute_report
from trialwright.cli.validation.requirements import Requirement, Status
from trialwright.simulate.acceptance import list_acceptance
from trialwright.simulate.cases.evidence import Evidence, EvidenceKind
from trialwright.simulate.cases.study import compute_study_evidence
from trialwright.vocabulary.findings import Finding, Place, Severity

BUILD = Build("0.1.0", "ab" * 32, 3, "3.11.2", "Linux x86_64", (("numpy", "2.1"),))
SUBJECT = Subject("NCT04252118", "A <trial> & more", "1.0", "cd" * 32, "Li Wei", "2026-01-02T03:04:05Z")
HELD = Requirement("A1", "It is told", "R3", "high", Status.HELD, tests=("t.py::one", "t.py::two"))
PARTLY = Requirement(
    "A6", "It can be taken out", "R3", "medium", Status.PARTLY, "half of it", "by hand", ("t.py::three",)
)
LATER = Requirement("S1", "It is signed", "P11", "low", Status.LATER, "the web application", "on paper")
PASSED, SKIPPED = Outcome(Result.PASSED, 1), Outcome(Result.SKIPPED, 1, "no server")
FAILED, DEFECT = Outcome(Result.FAILED, 1, "assert 1 == 2"), Outcome(Result.KNOWN_DEFECT, 1, "the form is missing")


@cache
def evidence() -> tuple[Evidence, ...]:
    return compute_study_evidence(load_definition())


def make_run(build: str = BUILD.sha256, **outcomes: Outcome) -> TestRun:
    return TestRun({f"t.py::{name}": one for name, one in outcomes.items()}, "2026-01-02", "host", build)


def make_report(run: TestRun | None, findings: tuple[Finding, ...] = ()) -> ValidationReport:
    steps = list_acceptance(load_definition(), evidence())
    return compute_report(SUBJECT, BUILD, (HELD, PARTLY, LATER), run, evidence(), findings, steps)


JUNIT = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" timestamp="2026-01-02T03:04:05" hostname="ward">
<testcase classname="tests.a.test_b" name="test_one[x]" time="0.1"/>
<testcase classname="tests.a.test_b" name="test_one[y]"><skipped type="pytest.skip" message="no server"/></testcase>
<testcase classname="tests.a.test_b" name="test_two[x]"/>
<testcase classname="tests.a.test_b" name="test_two[y]"><failure message="assert 1 == 2&#10;">trace</failure></testcase>
<testcase classname="tests.a.test_b" name="test_three"><skipped type="pytest.xfail" message="known"/></testcase>
<testcase classname="tests.a.test_b" name="test_four">
<properties><property name="build" value="abc"/></properties></testcase>
</testsuite></testsuites>"""


@pytest.mark.req("V1")
def test_results_are_read_from_junit_over_all_parameters(tmp_path: Path) -> None:
    path = tmp_path / "junit.xml"
    path.write_text(JUNIT)
    run = read_junit(path)
    results = {
        name: run.find(f"tests/a/test_b.py::test_{name}").result for name in ("one", "two", "three", "four", "five")
    }
    assert results == {
        "one": Result.PASSED,
        "two": Result.FAILED,
        "three": Result.KNOWN_DEFECT,
        "four": Result.PASSED,
        "five": Result.NOT_RUN,
    }
    assert run.find("tests/a/test_b.py::test_two").note == "assert 1 == 2"
    assert (run.build, run.at, run.host) == ("abc", "2026-01-02T03:04:05", "ward")


@pytest.mark.parametrize("text", ["", "not xml", "<other/>", "<testsuites/>"])
def test_another_file_is_said_to_be_no_junit(tmp_path: Path, text: str) -> None:
    path = tmp_path / "junit.xml"
    path.write_text(text)
    with pytest.raises(NotJunit):
        read_junit(path)


@pytest.mark.req("V1")
@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ((PASSED, PASSED), Result.PASSED),
        ((PASSED, SKIPPED), Result.PASSED),
        ((SKIPPED, SKIPPED), Result.SKIPPED),
        ((PASSED, FAILED), Result.FAILED),
        ((PASSED, DEFECT), Result.KNOWN_DEFECT),
        ((PASSED, None), Result.NOT_RUN),
    ],
)
def test_a_requirement_is_as_good_as_its_worst_test(outcomes: tuple[Outcome | None, ...], expected: Result) -> None:
    found = {name: one for name, one in zip(("one", "two"), outcomes, strict=True) if one is not None}
    assert compute_result(HELD, make_run(**found)) is expected
    assert compute_result(HELD, None) is Result.NOT_RUN


@pytest.mark.req("V1")
def test_a_build_is_validated_only_by_its_own_tests() -> None:
    good = make_report(make_run(one=PASSED, two=PASSED, three=DEFECT))
    assert good.is_sound, good.problems
    for run, word in (
        (make_run(one=PASSED, two=FAILED, three=PASSED), "t.py::two failed"),
        (make_run(one=PASSED, three=PASSED), "A1 is said to hold"),
        (make_run(one=DEFECT, two=PASSED, three=PASSED), "A1 is said to hold"),
        (make_run("ef" * 32, one=PASSED, two=PASSED, three=PASSED), "another build"),
        (make_run("", one=PASSED, two=PASSED, three=PASSED), "do not say on which build"),
    ):
        report = make_report(run)
        assert not report.is_sound
        assert any(word in problem for problem in report.problems), report.problems
        assert report.conclusion.startswith("Not validated")
    without = make_report(None)
    assert without.is_sound and "not run" in without.conclusion


@pytest.mark.req("V2")
def test_a_rule_that_cannot_speak_stops_the_validation() -> None:
    finding = Finding("never-true", "no answers were found", Place("forms/x.yaml", 7, "forms.x.checks.y"))
    assert "forms/x.yaml:7" in make_report(None, (finding,)).problems[0]
    assert make_report(None, (replace(finding, severity=Severity.WARNING),)).is_sound
    silent = replace(evidence()[0], firing=None, findings=())
    report = compute_report(SUBJECT, BUILD, (), None, (silent,), (), ())
    assert report.problems == (f"{silent.path}: a case is lacking",)


@pytest.mark.req("V4")
def test_what_is_open_is_listed_with_its_risk_and_how_it_is_met() -> None:
    warning = Finding("idle-part", "never decides", Place("study.yaml", 3), Severity.WARNING, "take it away")
    report = make_report(make_run(one=PASSED, two=PASSED, three=DEFECT), (warning,))
    found = {(one.kind, one.where, one.what, one.risk, one.until) for one in report.open}
    assert found == {
        ("defect", "A6 t.py::three", "the form is missing", "medium", "by hand"),
        ("limit", "A6", "partly: half of it", "medium", "by hand"),
        ("limit", "S1", "later: the web application", "low", "on paper"),
        ("study", "study.yaml:3", "never decides", "medium", "take it away"),
    }


@pytest.mark.req("V1", "V4", "V7")
def test_the_page_holds_everything_and_needs_nothing_else() -> None:
    report = make_report(make_run(one=PASSED, two=PASSED, three=DEFECT))
    text = render_validation(report)
    page = html.fromstring(text)
    assert not re.search(r"<(script|link|img)|https?://", text)
    shown = unescape(page.text_content())
    for word in (
        BUILD.sha256, SUBJECT.digest, SUBJECT.tester, SUBJECT.at, SUBJECT.title, "numpy 2.1", "Intended use",
        "the form is missing", report.conclusion, "Principal investigator", *HELD.tests, *PARTLY.tests,
    ):  # fmt: skip
        assert word in shown, word
    for one in evidence():
        assert one.path in shown
    headings = [heading.text_content()[0] for heading in page.iter("h2")]
    assert headings == ["1", "2", "3", "4", "5", "6"]
    rows = page.find_class("script")[0].findall(".//tbody/tr")
    assert len(rows) == len(report.steps)
    assert all(row.findall("td")[5].text is None for row in rows), "the fields of the tester are empty"


@pytest.mark.req("V1")
def test_the_plain_report_is_json_and_says_the_same() -> None:
    report = make_report(make_run(one=PASSED, two=PASSED, three=DEFECT))
    plain = json.loads(json.dumps(compute_plain(report)))
    assert plain["build"]["sha256"] == BUILD.sha256
    assert [one["result"] for one in plain["requirements"]] == ["passed", "known defect", "not run in this build"]
    assert len(plain["evidence"]) == len(evidence())
    assert plain["sound"] is True


@pytest.mark.req("V7")
@pytest.mark.parametrize(
    "part", ["Opening", "Screening", "Consent", "Allocation", "Visits", "Doses", "Impossible values", "Closing"]
)
def test_the_acceptance_test_walks_through_the_whole_trial(part: str) -> None:
    definition = load_definition()
    steps = [one for one in list_acceptance(definition, evidence()) if one.part == part]
    assert steps and all(one.action and one.expected for one in steps)
    text = " ".join(f"{one.action} {one.expected}" for one in steps)
    if part == "Screening":
        assert all(
            f"{one.criterion.id} is {word}" in text
            for one in definition.criteria
            for word in ("met", "not met", "unknown")
        )
    if part == "Doses":
        assert all(definition.encounters[name].title in text for name in ("D0", "D3", "D6"))
    if part == "Impossible values":
        hard = [one for one in evidence() if one.kind is EvidenceKind.CHECK and one.says.startswith("hard")]
        assert len(steps) == len(hard)


def test_a_blinded_allocation_is_tried_without_naming_an_arm() -> None:
    definition = load_definition(Path(__file__).parents[2] / "studies/nct03694327")
    steps = list_acceptance(definition, compute_study_evidence(definition))
    allocation = " ".join(one.action + one.expected for one in steps if one.part == "Allocation")
    assert not any(arm.title in allocation for arm in definition.arms.values())
