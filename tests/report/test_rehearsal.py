"""The report of a whole rehearsal: whatever the analysis hands over finds its place, in both studies and languages."""

import json
import re
import time
from functools import cache
from pathlib import Path

import pytest

from tests.report.ars_model import check_event
from trialwright.analyse.bundle import compute_bundle
from trialwright.definition.compile import compile_study
from trialwright.definition.compiled import Definition
from trialwright.definition.load import read_files
from trialwright.derive.datasets import derive_datasets
from trialwright.report import render_pdf, render_report
from trialwright.report.ars import render_ars
from trialwright.report.display import Figure, Table
from trialwright.report.document import render_document
from trialwright.report.rows import shorten_number
from trialwright.report.view import View, fold_view
from trialwright.results import Bundle, Header
from trialwright.simulate.memory import walk_in_memory
from trialwright.snapshot import compute_row
from trialwright.snapshot.compute import compute_snapshot_of_rows

STUDIES = Path(__file__).parents[2] / "studies"


@cache
def rehearse(study: str) -> tuple[Definition, Bundle]:
    """A definition and the bundle of its rehearsal in memory."""
    definition = compile_study(read_files(STUDIES / study)).definition
    assert definition is not None
    ledger, _ = walk_in_memory(definition, 1)
    snapshot = compute_snapshot_of_rows(definition, map(compute_row, ledger.entries))
    header = Header(
        definition.id,
        definition.study.study.official_title,
        "VIRTUAL",
        definition.version,
        definition.digest,
        ledger.ledger.position,
        ledger.ledger.seal,
        ledger.ledger.at,
        "0" * 64,
        {"trialwright": "0.1.0"},
    )
    return definition, compute_bundle(definition, derive_datasets(definition, snapshot), header)


@cache
def view_of(study: str, language: str) -> View:
    """The view of a rehearsal."""
    return fold_view(*rehearse(study), language, True)


@pytest.mark.parametrize("study", ["nct04252118", "nct03694327"])
def test_every_table_of_the_rows_is_printed(study: str) -> None:
    """No number is computed and then forgotten."""
    document = render_document(view_of(study, "en"))
    tables = [block for section in document.sections for block in section.blocks if isinstance(block, Table)]
    numbers = [table.number for table in tables if table.number]
    rows = view_of(study, "en").bundle.rows
    assert {shorten_number(row.table) for row in rows} <= {one.rstrip("abcdefg") for one in numbers}
    assert [number for number in set(numbers) if numbers.count(number) > 1] == []
    for table in tables:
        for line in table.lines:
            assert len(line.cells) in (0, len(table.columns))


@pytest.mark.parametrize("study", ["nct04252118", "nct03694327"])
def test_every_row_is_behind_a_cell_or_a_figure_s_source(study: str) -> None:
    """Each row of an endpoint or of safety is printed in a table of its number, but for test statistics and for
    the means of an ordered scale, whose levels are counted."""
    document = render_document(view_of(study, "en"))
    shown = {
        (row.analysis, row.parameter, row.visit, row.group, row.statistic)
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Table)
        for line in block.lines
        for cell in line.cells
        for row in cell.rows
    }
    printed = {"n", "mean", "sd", "median", "count", "percent", "ci_low", "ci_high", "p"}
    wanted = {
        (row.analysis, row.parameter, row.visit, row.group, row.statistic)
        for row in view_of(study, "en").bundle.rows
        if row.statistic in printed and " - " not in row.group and row.table.startswith("14.2")
    }
    counted = {row.parameter for row in view_of(study, "en").bundle.rows if row.statistic == "count" and row.visit}
    scales = {code for code in counted if (code in {one[1] for one in wanted if one[4] == "mean"})}
    missing = {one for one in wanted - shown if one[4] != "n" and not (one[1] in scales and one[4] in ("mean", "sd"))}
    assert missing == set()


def test_codes_of_the_study_are_words() -> None:
    """No stub of a table is a bare code with underscores."""
    for language in ("en", "zh"):
        document = render_document(view_of("nct04252118", language))
        tables = [block for section in document.sections for block in section.blocks if isinstance(block, Table)]
        stubs = {line.stub for table in tables if table.number for line in table.lines}
        assert not [stub for stub in stubs if re.search(r"[A-Z]{2,}_[A-Z]", stub)]


def test_the_nine_outcomes_have_their_figures() -> None:
    """Each of the nine registered outcomes has at least one figure and one table of its main analysis."""
    document = render_document(view_of("nct04252118", "en"))
    for endpoint in rehearse("nct04252118")[0].study.endpoints:
        section = next(one for one in document.sections if one.id == f"endpoint-{endpoint.id}")
        assert any(isinstance(block, Figure) for block in section.blocks), endpoint.id
        assert any(isinstance(block, Table) and "main analysis" in block.title for block in section.blocks), endpoint.id


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_twenty_participants_are_reported_in_time(language: str) -> None:
    """HTML within 10 s, HTML and PDF within 30 s; every font is there, for typst would warn."""
    if language == "zh":
        pytest.importorskip("pylopdf_fonts_zh_cn", reason="a Chinese PDF needs the package with Noto's Chinese fonts")
    definition, bundle = rehearse("nct04252118")
    began = time.monotonic()
    render_report(definition, bundle, language=language)
    assert time.monotonic() - began < 10
    assert render_pdf(definition, bundle, language=language).startswith(b"%PDF-")
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("study", ["nct04252118", "nct03694327"])
def test_the_results_keep_to_the_analysis_results_standard(study: str) -> None:
    """The event of a rehearsed study departs nowhere from the model but for our one key."""
    event = json.loads(render_ars(view_of(study, "en")))
    del event["x_trialwright"]
    assert check_event(event) == []
