"""The commands as a person calls them: what they print, the exit code, and no traceback for a mistake of the user's."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import connection

from tests.studies import STUDY
from trialwright.cli import COMMANDS, main
from trialwright.store.connect import configure
from trialwright.store.read import read_study


@pytest.fixture(autouse=True)
def _own_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


def call(*arguments: object) -> Result:
    """A command in this process; a traceback would be an exception that is no SystemExit."""
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    connection.close()
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_every_command_has_help() -> None:
    for name in COMMANDS:
        assert call(name, "--help").exit_code == 0, name
    assert call("nonsense").exit_code == 2


def test_check_of_a_sound_study() -> None:
    result = call("check", STUDY)
    assert result.exit_code == 0
    assert "9 of 9 outcomes covered at every time point, 8 of 8 criteria" in result.output
    assert "0 errors, 0 warnings" in result.output
    plain = json.loads(call("check", STUDY, "--json").output)
    assert (plain["errors"], plain["endpoints_covered"], plain["criteria_decided"]) == (0, 9, 8)


def test_check_of_a_broken_study(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    shutil.copytree(STUDY, folder)
    study = folder / "study.yaml"
    study.write_text(
        study.read_text(encoding="utf-8").replace("age_years BETWEEN", "age_yeers BETWEEN"), encoding="utf-8"
    )
    result = call("check", folder)
    assert result.exit_code == 1
    assert "did you mean age_years?" in result.output
    assert call("check", tmp_path / "nowhere").exit_code == 2
    assert call("dry-run", folder, "--out", tmp_path / "out").exit_code == 1
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    shutil.copytree(STUDY, folder)
    (folder / "analysis.yaml").write_bytes(b"\xff\xfe\x00")
    result = call("check", folder)
    assert result.exit_code == 1
    assert "UTF-8" in result.output


def test_from_dry_run_to_report(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = call("dry-run", STUDY, "--participants", 4, "--out", out)
    assert result.exit_code == 0
    assert "planned errors" in result.output
    assert call("verify", "--out", out, "--replay").exit_code == 0
    taken = json.loads(call("snapshot", STUDY, "--out", out, "--json").output)
    assert len(taken["sha256"]) == 64
    assert call("report", STUDY, "--out", out, "--language", "en", "--language", "zh").exit_code == 0
    first = (out / "report.html").read_bytes()
    assert call("report", STUDY, "--out", out).exit_code == 0
    assert (out / "report.html").read_bytes() == first
    early = call("report", STUDY, "--out", out, "--data-cut", "1999-01-01")
    assert early.exit_code == 2 and "its first entry is of 2020-" in early.output
    assert "虚拟" in (out / "report.zh.html").read_text(encoding="utf-8")
    assert call("verify", "--out", out, "--seal", out / "seal.json").exit_code == 0
    assert call("report", STUDY, "--out", out, "--format", "pdf", "--format", "rtf").exit_code == 0
    assert (out / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert (out / "report.rtf").read_text(encoding="utf-8").startswith("{\\rtf1")


def test_verify_finds_a_cut_tail_only_with_a_seal(tmp_path: Path) -> None:
    out = tmp_path / "out"
    call("dry-run", STUDY, "--participants", 2, "--out", out)
    seal = json.loads(call("verify", "--out", out, "--json").output)["seal"]
    position, _, value = seal.partition("-")
    later = f"{int(position) + 1}-{value}"
    result = call("verify", "--out", out, "--seal", later)
    assert result.exit_code == 1
    assert call("verify", "--out", out, "--seal", "nonsense").exit_code == 1
    assert call("verify", "--out", tmp_path / "empty").exit_code == 1


def test_production_opens_only_with_every_signature(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = call("open", STUDY, "--purpose", "PRODUCTION", "--out", out)
    assert result.exit_code == 1
    assert "dose_reading is assumed and not signed" in result.output
    needed = [
        one["id"]
        for one in json.loads(call("check", STUDY, "--json").output)["coverage"]["assumptions"]
        if one["needs_signature"]
    ]
    signatures = tmp_path / "signatures.yaml"
    lines = [f'- {{assumption: {name}, signer: pi, citation: "protocol 1.0, section 5"}}' for name in needed]
    signatures.write_text("\n".join(lines[1:]), encoding="utf-8")
    assert call("open", STUDY, "--purpose", "PRODUCTION", "--out", out, "--signatures", signatures).exit_code == 1
    signatures.write_text("\n".join(lines), encoding="utf-8")
    result = call("open", STUDY, "--purpose", "PRODUCTION", "--out", out, "--signatures", signatures)
    assert result.exit_code == 0, result.output
    assert call("open", STUDY, "--purpose", "TRAINING", "--out", out).exit_code == 1
    sealed = call("report", STUDY, "--out", out)
    assert sealed.exit_code == 1
    assert "sealed" in sealed.output


def test_new_drafts_the_study_from_its_page(tmp_path: Path) -> None:
    page = STUDY / "record" / "NCT04252118_registry_page.txt"
    summary = json.loads(call("new", page, tmp_path / "draft", "--json").output)
    assert (len(summary["arms"]) if isinstance(summary["arms"], list) else summary["arms"]) == 2
    assert (tmp_path / "draft" / "decisions.md").exists()
    assert call("new", page, tmp_path / "draft").exit_code == 2


def test_demo_takes_away_only_what_a_demo_made(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    result = call("demo", STUDY, "--out", tmp_path)
    assert result.exit_code == 1
    assert (tmp_path / "thesis.txt").exists()


def test_demo_leaves_the_finished_rehearsal_and_one_that_stands_halfway(tmp_path: Path) -> None:
    result = call("demo", STUDY, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert f"--out {tmp_path / 'running'}" in result.output.replace("\n", "")
    assert (tmp_path / "report.html").exists()
    ends = [read_end(tmp_path / folder / "ledger.sqlite3") for folder in (".", "running")]
    assert 0.4 < ends[1] / ends[0] < 0.6


def read_end(path: Path) -> int:
    """The last position of a ledger."""
    configure(f"sqlite:///{path}")
    study = read_study(connection)
    connection.close()
    assert study is not None
    return study.position
