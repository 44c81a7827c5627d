"""The commands of ``trialwright registry``: what they print, and the numbers they exit with."""

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from tests.record.conftest import PAGE
from tests.registry.good import OPEN_TRIAL, TRIAL, Shape, both, changed, put
from trialwright.cli.registry import registry

P = "protocolSection"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(registry, [str(word) for word in words])


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    file = tmp_path / "trial.json"
    file.write_text(json.dumps(TRIAL))
    return file


@pytest.fixture
def open_trial(tmp_path: Path) -> Path:
    file = tmp_path / "open.json"
    file.write_text(json.dumps(OPEN_TRIAL))
    return file


def test_read_says_what_a_file_is(trial: Path) -> None:
    result = run("read", trial, PAGE)
    assert result.exit_code == 0
    assert "NCT01234567" in result.output
    assert "2 records read (1 api_v2, 1 page_text), 0 not" in result.output
    # What the reader could not settle is said, not chosen.
    assert "does not say which of its 9 outcomes are primary" in result.output


def test_read_for_a_machine_gives_each_record_on_a_line(trial: Path) -> None:
    result = run("read", trial, "--json")
    assert json.loads(result.stdout) == TRIAL


def test_read_exits_1_and_names_the_place_of_what_is_broken(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"protocolSection": {"statusModule": []}}')
    result = run("read", broken)
    assert result.exit_code == 1
    assert "protocolSection.statusModule" in result.output


def test_check_exits_0_on_a_sound_record_and_1_on_an_error(trial: Path, tmp_path: Path) -> None:
    assert run("check", trial, "--on", "2022-06-01").exit_code == 0
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(changed(TRIAL, put(f"{P}.identificationModule.acronym", "X" * 15))))
    result = run("check", bad, "--on", "2022-06-01", "--json")
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert (answer["records"], answer["not_read"], answer["on"]) == (1, 0, "2022-06-01")
    (breach,) = answer["breaches"]
    assert (breach["rule"], breach["level"], breach["path"]) == ("V04", "error", f"{P}.identificationModule.acronym")


def test_check_of_one_level(open_trial: Path) -> None:
    late = run("check", open_trial, "--on", "2025-06-01", "--level", "clock", "--json")
    assert {one["level"] for one in json.loads(late.stdout)["breaches"]} == {"clock"}


def test_a_wrong_day_is_a_wrong_call(trial: Path) -> None:
    result = run("check", trial, "--on", "tomorrow")
    assert result.exit_code == 2
    assert "2026-11-22" in result.output
    assert "Traceback" not in result.output


def test_clock_of_the_study(tmp_path: Path) -> None:
    calendar = tmp_path / "due.ics"
    result = run("clock", PAGE, "--on", "2026-11-22", "--json", "--ics", calendar)
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    verdicts = {one["regime"]: one for one in answer["regimes"]}
    assert verdicts["US"]["verdict"] == "voluntary"
    assert "the phase is PHASE1" in verdicts["US"]["reasons"]
    unknown = next(one for one in answer["obligations"] if one["id"] == "CTGOV.unknown")
    assert (unknown["due"], unknown["state"]) == ("2022-04-30", "overdue")
    assert calendar.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    assert b"\r\r" not in calendar.read_bytes()


def test_diff_exits_1_on_a_switch_only(open_trial: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(json.dumps(changed(OPEN_TRIAL, put(f"{P}.conditionsModule.keywords", ["other"]))))
    result = run("diff", open_trial, other)
    assert result.exit_code == 0
    assert "the keyword 'antibody' became 'other'" in result.output
    other.write_text(json.dumps(changed(OPEN_TRIAL, put(f"{P}.designModule.enrollmentInfo.count", 40))))
    switched = run("diff", open_trial, other, "--json")
    assert switched.exit_code == 1
    assert json.loads(switched.stdout)[0]["words"] == "the number of subjects fell from 80 to 40 (-50 %)"
    assert "no change" in run("diff", open_trial, open_trial).output


def _portfolio(folder: Path) -> list[Shape]:
    """Six versions of five studies: one sound, one overdue, one soon Unknown, one Unknown, one switched twice."""
    number = f"{P}.identificationModule.nctId"
    verified = f"{P}.statusModule.statusVerifiedDate"
    completion = f"{P}.statusModule.completionDateStruct.date"
    primary = f"{P}.outcomesModule.primaryOutcomes.0.timeFrame"
    updated = f"{P}.statusModule.lastUpdateSubmitDate"
    shapes = [
        changed(OPEN_TRIAL, put(number, "NCT00000001")),
        changed(OPEN_TRIAL, both(put(number, "NCT00000002"), put(verified, "2021-01"))),
        changed(OPEN_TRIAL, both(put(number, "NCT00000003"), put(verified, "2020-07"), put(completion, "2022-01"))),
        changed(
            OPEN_TRIAL,
            both(
                put(number, "NCT00000004"),
                put(f"{P}.statusModule.overallStatus", "UNKNOWN"),
                put(f"{P}.statusModule.lastKnownStatus", "RECRUITING"),
                put(verified, "2019-01"),
                put(completion, "2020-01"),
            ),
        ),
        changed(OPEN_TRIAL, put(number, "NCT00000005")),
        changed(
            OPEN_TRIAL,
            both(put(number, "NCT00000005"), put(primary, "Baseline and 12 weeks"), put(updated, "2022-05-01")),
        ),
    ]
    (folder / "portfolio.jsonl").write_text("\n".join(json.dumps(shape) for shape in shapes))
    return shapes


def test_audit_of_a_portfolio(tmp_path: Path) -> None:
    _portfolio(tmp_path)
    page, table = tmp_path / "audit.html", tmp_path / "audit.parquet"
    result = run(
        "audit", tmp_path / "portfolio.jsonl", "--on", "2022-06-01", "--html", page, "--parquet", table, "--json"
    )
    assert result.exit_code == 1
    figures = json.loads(result.stdout)["figures"]
    # Overdue: verified 2021-01 and 2020-07 (open) and the Unknown one.
    assert (figures["records"], figures["Unknown"], figures["with an overdue duty"]) == ("5", "1", "3")
    assert figures["Unknown within 90 days"] == "1"
    frame = pl.read_parquet(table)
    assert frame.height == 6
    assert frame.filter(pl.col("nct_id") == "NCT00000005")["primary_key"].n_unique() == 2
    assert 0.9 < frame["completeness"].min() <= 1  # type: ignore[operator]
    html = page.read_text()
    assert "Switched primary outcomes" in html
    assert html.count("NCT00000005") >= 1
    assert "<script" not in html
    assert "http://" not in html
    assert "https://" not in html


def test_audit_counts_what_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{")
    result = run("audit", tmp_path, "--on", "2022-06-01", "--json", "--workers", "1")
    assert result.exit_code == 1
    assert len(json.loads(result.stdout)["not_read"]) == 1


def test_audit_says_the_same_with_any_number_of_workers(tmp_path: Path) -> None:
    _portfolio(tmp_path)
    answers = [
        run("audit", tmp_path, "--on", "2022-06-01", "--json", "--workers", workers).stdout for workers in ("1", "2")
    ]
    assert answers[0] == answers[1]
