"""``trialwright registry results`` on ledgers in a database: what is written, what is refused, and the signature."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.record.conftest import ROOT
from tests.service.programs import make_trial
from tests.studies import load_definition
from trialwright.access.policy import Actor
from trialwright.capture.sign_results import MEANING, SignResultsQc
from trialwright.cli import main
from trialwright.registry.submission import NO_ANSWERS, Submission
from trialwright.run import build_results, read_signatures, rehearse
from trialwright.service.perform import Receipt
from trialwright.store.read import read_entries
from trialwright.vocabulary.codelists import Role

STUDY = ROOT / "studies/nct04252118"


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


def call(*words: object) -> Result:
    result = CliRunner().invoke(main, [str(word) for word in words])
    connection.close()
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.usefixtures("alone")
def test_a_rehearsed_study_is_written_twice_the_same(tmp_path: Path) -> None:
    assert call("dry-run", STUDY, "--participants", 4, "--seed", 3, "--out", tmp_path).exit_code in (0, 1)
    first = call("registry", "results", STUDY, "--out", tmp_path, "--json")
    assert first.exit_code == 0, first.output
    told = json.loads(first.stdout)
    assert len(told["files"]) == 9
    folder = tmp_path / "registry"
    sheet = (folder / "REHEARSAL.quality.md").read_text(encoding="utf-8")
    assert told["digest"] in sheet
    assert "Nobody has signed" in sheet
    trace = json.loads((folder / "REHEARSAL.trace.json").read_text(encoding="utf-8"))
    assert len(trace["traces"]) == told["numbers"]
    assert len(trace["snapshot"]) == 64
    assert call("registry", "results", STUDY, "--out", tmp_path, "--to", tmp_path / "again").exit_code == 0
    names = {path.name for path in folder.iterdir()}
    assert names == {path.name for path in (tmp_path / "again").iterdir()}
    assert all((folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in names)
    # The written record passes the registry's own check from the command line: no error, only remarks and clocks.
    checked = call("registry", "check", folder / "REHEARSAL.record.json", "--on", "2020-12-01", "--json")
    assert '"severity": "error"' not in checked.stdout


@pytest.mark.usefixtures("alone")
def test_before_primary_completion_nothing_is_written(tmp_path: Path) -> None:
    """V95: at this data cut somebody can still be measured for a primary outcome."""
    assert call("dry-run", STUDY, "--participants", 4, "--seed", 3, "--out", tmp_path).exit_code in (0, 1)
    early = call("registry", "results", STUDY, "--out", tmp_path, "--data-cut", "2020-02-20")
    assert early.exit_code == 1
    assert "V95" in early.output
    assert "nothing was written" in early.output
    assert not (tmp_path / "registry").exists()


@pytest.mark.usefixtures("alone")
def test_sealed_results_and_wrong_files_are_refused(tmp_path: Path) -> None:
    opened = call("open", STUDY, "--purpose", "TRAINING", "--out", tmp_path)
    assert opened.exit_code == 0, opened.output
    sealed = call("registry", "results", STUDY, "--out", tmp_path)
    assert sealed.exit_code == 1
    assert "results by arm are sealed" in sealed.output
    assert not (tmp_path / "registry").exists()
    wrong = tmp_path / "answers.json"
    wrong.write_text('{"threshold": 50}', encoding="utf-8")
    answered = call("registry", "results", STUDY, "--out", tmp_path, "--answers", wrong)
    assert answered.exit_code == 1
    assert "threshold" in answered.output


def test_a_signature_stands_in_the_ledger_and_changes_nothing_that_it_signs(
    database: BaseDatabaseWrapper, tmp_path: Path
) -> None:
    definition = load_definition()
    rehearse(definition, tmp_path, 4)
    assert definition.record is not None
    before = build_results(definition, definition.record, NO_ANSWERS)
    assert isinstance(before, Submission)
    points = ("contact", "limitations")
    command = SignResultsQc(
        before.digest, before.material.header.snapshot, points, dict.fromkeys(points, "agreed"), datetime.now(UTC)
    )
    assert isinstance(make_trial().perform(command, Actor("dr-li", Role.INVESTIGATOR)), Receipt)
    entry = list(read_entries(connection, acts=frozenset({"results_qc_signed"})))
    assert len(entry) == 1
    assert MEANING in (entry[0].payload or "")
    after = build_results(definition, definition.record, NO_ANSWERS)
    assert isinstance(after, Submission)
    assert after.digest == before.digest
    signed = read_signatures()
    assert [(one.person, one.digest) for one in signed] == [("dr-li", before.digest)]
