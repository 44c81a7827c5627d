"""The public page tells what the record tells, and carries nothing that could act."""

import json
import re
from pathlib import Path

from click.testing import CliRunner

from tests.record.conftest import PAGE
from tests.registry.good import TRIAL, both, changed, make, put
from trialwright.cli.registry import registry
from trialwright.record import Record, read_record
from trialwright.registry.public_page import render_public_page


def test_the_page_of_the_study(page: Record) -> None:
    html = render_public_page(page)
    for text in (
        "NCT04252118",
        "Unknown",
        "last known: Recruiting",
        "20 (estimated)",
        "Non randomized",
        "Phase 1",
        "Size of lesion area by chest radiograph or CT",
        "Level not told",
        "Beijing 302 Military Hospital of China",
        "No results posted",
    ):
        assert text in html, text
    assert html.count("Level not told") == 9


def test_results_are_shown_with_their_groups() -> None:
    html = render_public_page(make(TRIAL))
    assert "0.31 (0.2)" in html
    assert "Not completed: Lost to Follow-up" in html
    for text in (
        "Age, Continuous [Mean (Standard deviation), years]",
        "41.2 (9.1)",
        "Number analysed (participants)",
        "Mean Difference (Net): 0.21",
        "95 %: 0.12 to 0.30",
        "&lt;0.001",
        "Infections and infestations: Pneumonia",
        "Nervous system disorders: Headache",
        "1 of 40",
        "Ann Other, Example University, ann@example.org",
    ):
        assert text in html, text


def test_escapes_of_the_registrys_markup_are_not_shown() -> None:
    shape = changed(TRIAL, put("protocolSection.descriptionModule.briefSummary", "dose \\>= 10\\^6"))
    assert "dose &gt;= 10^6" in render_public_page(make(shape))


def test_what_a_record_says_cannot_act() -> None:
    shape = changed(
        TRIAL,
        both(
            put("protocolSection.identificationModule.briefTitle", "<script>alert(1)</script>"),
            put("protocolSection.descriptionModule.briefSummary", "a <img src=x onerror=alert(1)> b"),
            put("protocolSection.outcomesModule.primaryOutcomes.0.measure", "'><svg onload=alert(1)>"),
        ),
    )
    html = render_public_page(make(shape))
    assert not re.search(r"<(script|img|svg|iframe|link|object)\b", html)
    assert "&lt;script&gt;" in html


def test_write_makes_each_form(tmp_path: Path) -> None:
    def run(form: str, *more: str) -> Path:
        out = tmp_path / f"out.{form}"
        result = CliRunner().invoke(registry, ["write", str(PAGE), str(out), "--as", form, *more])
        assert result.exit_code == 0, result.output
        return out

    again = read_record(run("v2").read_bytes(), "v2")
    assert isinstance(again, Record)
    assert again.nct_id == "NCT04252118"
    assert len(json.loads(run("who").read_text())) == 24
    assert run("page").read_text().startswith("<!doctype html>")
    uploaded = read_record(run("prs", "--organisation", "Org").read_bytes(), "prs")
    assert isinstance(uploaded, Record)
    assert len(uploaded.protocol.arms.arm_groups) == 2


def test_upload_files_need_account_dictionary_and_results(tmp_path: Path) -> None:
    def exit_code(*words: str) -> int:
        return CliRunner().invoke(registry, ["write", str(PAGE), str(tmp_path / "x"), *words]).exit_code

    assert exit_code("--as", "prs") == 2
    assert exit_code("--as", "eudract") == 2
    assert exit_code("--as", "eudract", "--meddra", "27.1") == 1
    assert not (tmp_path / "x").exists()
