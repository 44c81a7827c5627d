"""``trialwright safety``: clocks, recall and cases of a rehearsed ledger."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import connection

from tests.studies import STUDY
from trialwright.cli import main


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("safety")
    assert call("dry-run", STUDY, "--out", out, "--seed", 1).exit_code == 0
    return out


@pytest.fixture(autouse=True)
def _own_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


def call(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    connection.close()
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_clocks_of_a_day_and_of_the_end(ledger: Path) -> None:
    told = call("safety", "clocks", STUDY, "--out", ledger, "--all", "--json")
    found = json.loads(told.output)["clocks"]
    assert found and {one["regime"] for one in found} <= {"CN_GCP_2020", "CN_STEM_CELL_2015", "PROTOCOL"}
    assert all(one["source"] and one["day_0"] for one in found)
    early = json.loads(call("safety", "clocks", STUDY, "--out", ledger, "--on", "2020-01-28", "--json").output)
    assert early == {"as_of": "2020-01-28T23:59:59.999999+00:00", "clocks": []}
    assert "clocks at 2020-" in call("safety", "clocks", STUDY, "--out", ledger).output


def test_recall_both_ways(ledger: Path) -> None:
    told = call("safety", "recall", STUDY, "LOT-D0", "--out", ledger, "--json")
    found = json.loads(told.output)
    assert len(found["participants"]) == 10
    participant = found["participants"][0]
    back = json.loads(call("safety", "recall", STUDY, participant, "--out", ledger, "--json").output)
    assert "LOT-D0" in [lot for lot, _ in back["lots"]]
    assert "neither a participant nor a lot" in call("safety", "recall", STUDY, "X-9", "--out", ledger).output


def test_a_case_as_cioms_and_as_e2b(ledger: Path, tmp_path: Path) -> None:
    found = json.loads(call("safety", "clocks", STUDY, "--out", ledger, "--all", "--json").output)["clocks"]
    one = next(clock for clock in found if clock["event"])
    for name, begins in (("case.pdf", b"%PDF-"), ("case.xml", b"<?xml")):
        path = tmp_path / name
        told = call("safety", "case", STUDY, one["participant"], one["event"], path, "--out", ledger)
        assert path.read_bytes().startswith(begins), told.output
    assert call("safety", "case", STUDY, one["participant"], 99, path, "--out", ledger).exit_code == 1


def test_the_boards_report_of_a_data_cut(ledger: Path, tmp_path: Path) -> None:
    whole, open_part = tmp_path / "board.pdf", tmp_path / "open.pdf"
    told = call("safety", "board", STUDY, whole, "--out", ledger, "--on", "2020-02-20", "--language", "zh")
    assert told.exit_code == 0 and whole.read_bytes().startswith(b"%PDF-"), told.output
    assert call("safety", "board", STUDY, open_part, "--out", ledger, "--open").exit_code == 0
    assert open_part.read_bytes().startswith(b"%PDF-")
