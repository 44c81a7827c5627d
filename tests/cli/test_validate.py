"""``trialwright validate``: what it writes, and the numbers it exits with."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.studies import ROOT
from trialwright.cli import main
from trialwright.cli.validation.build import read_build
from trialwright.cli.validation.requirements import Status, load_requirements

STUDIES = sorted(path.parent for path in (ROOT / "studies").glob("*/study.yaml"))
STUDY = ROOT / "studies/nct04252118"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["validate", *map(str, arguments)])


def write_junit(path: Path, build: str, failing: str = "") -> Path:
    """Results of all tests of the requirements; those of statements that do not hold in full are known to fail."""
    cases = []
    for one in load_requirements():
        for test in one.tests:
            file, name = test.split("::")
            bad = '<failure message="wrong"/>' if test == failing else ""
            cases.append(f'<testcase classname="{file[:-3].replace("/", ".")}" name="{name}">{bad}</testcase>')
    cases.append(
        f'<testcase classname="x" name="y"><properties><property name="build" value="{build}"/></properties></testcase>'
    )
    path.write_text(f'<testsuites><testsuite timestamp="t" hostname="h">{"".join(cases)}</testsuite></testsuites>')
    return path


@pytest.mark.req("V2")
@pytest.mark.parametrize("study", STUDIES, ids=lambda path: path.name)
def test_every_study_of_the_project_passes(tmp_path: Path, study: Path) -> None:
    result = run(study, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert "tests not run in this build" in result.output
    page = (tmp_path / "validation.html").read_text(encoding="utf-8")
    plain = json.loads((tmp_path / "validation.json").read_text(encoding="utf-8"))
    assert read_build().sha256 in page
    assert plain["build"]["sha256"] == read_build().sha256
    assert {one["id"] for one in plain["requirements"]} == {one.id for one in load_requirements()}


@pytest.mark.req("V1")
def test_results_of_this_build_are_traced_to_every_statement(tmp_path: Path) -> None:
    junit = write_junit(tmp_path / "junit.xml", read_build().sha256)
    result = run(STUDY, "--out", tmp_path, "--tests", junit, "--tester", "Li Wei", "--json")
    assert result.exit_code == 0, result.output
    plain = json.loads(result.stdout)
    assert plain["subject"]["tester"] == "Li Wei"
    for one in plain["requirements"]:
        if one["status"] == Status.HELD:
            assert one["result"] == "passed"
            assert set(one["outcomes"]) == set(one["tests"])


@pytest.mark.req("V1")
def test_a_failed_test_and_another_build_are_no_validation(tmp_path: Path) -> None:
    test = next(one.tests[0] for one in load_requirements() if one.id == "A5")
    failed = run(STUDY, "--out", tmp_path, "--tests", write_junit(tmp_path / "a.xml", read_build().sha256, test))
    assert failed.exit_code == 1
    assert f"{test} failed" in failed.output
    other = run(STUDY, "--out", tmp_path, "--tests", write_junit(tmp_path / "b.xml", "0" * 64))
    assert other.exit_code == 1
    assert "another build" in other.output


@pytest.mark.req("V2")
def test_a_check_that_never_fires_is_named_with_file_and_line(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    shutil.copytree(STUDY, folder)
    path = folder / "forms/infusion.yaml"
    text = path.read_text(encoding="utf-8")
    old, new = "rule: planned_amount <> 3.0e7", "rule: planned_amount > 2.0e10"
    line = text.splitlines().index(next(one for one in text.splitlines() if old in one)) + 1
    path.write_text(text.replace(old, new.replace("2.0e10", "9 AND planned_amount < 8")), encoding="utf-8")
    result = run(folder, "--out", tmp_path)
    assert result.exit_code == 1
    assert f"forms/infusion.yaml:{line}" in result.output
    assert "never-true" in result.output


def test_mistakes_of_the_caller_are_sentences_and_no_traceback(tmp_path: Path) -> None:
    assert run(tmp_path / "nowhere").exit_code == 2
    wrong = tmp_path / "wrong.xml"
    wrong.write_text("<html/>")
    for arguments in ((tmp_path, "--out", tmp_path / "out"), (STUDY, "--out", tmp_path, "--tests", wrong)):
        result = run(*arguments)
        assert result.exit_code == 1
        assert "Traceback" not in result.output
        assert isinstance(result.exception, SystemExit)
