"""``trialwright registry diff STUDY RECORD`` on the ledger of a rehearsal, from the command line to the exit code."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import connection

from tests.record.conftest import PAGE, ROOT
from trialwright.cli import main

STUDY = ROOT / "studies/nct04252118"


@pytest.fixture(autouse=True)
def _own_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


def call(*words: object) -> Result:
    result = CliRunner().invoke(main, [str(word) for word in words])
    connection.close()
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_the_record_of_a_rehearsed_study(tmp_path: Path) -> None:
    assert call("dry-run", STUDY, "--participants", 4, "--seed", 3, "--out", tmp_path).exit_code in (0, 1)
    result = call("registry", "diff", STUDY, PAGE, "--out", tmp_path, "--on", "2022-06-01", "--json")
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    found = {one["path"].removeprefix("protocolSection."): one for one in answer["drift"]}
    # Long after the last follow-up the study is over, and the record still says Unknown.
    assert answer["status"] == "COMPLETED"
    assert found["statusModule.overallStatus"]["public"] == "UNKNOWN (last known RECRUITING)"
    assert found["designModule.enrollmentInfo"]["truth"] == "4 ACTUAL"
    assert found["statusModule.completionDateStruct"]["since"] <= "2021-01-01"
    assert not any("outcome" in one["name"] for one in answer["drift"])
    shown = call("registry", "diff", STUDY, PAGE, "--out", tmp_path, "--on", "2022-06-01")
    assert "overdue" in shown.output


def test_a_study_without_a_ledger(tmp_path: Path) -> None:
    result = call("registry", "diff", STUDY, PAGE, "--out", tmp_path, "--on", "2022-06-01")
    assert result.exit_code == 1
    assert "there is no ledger" in result.output
