"""The report as parts: what it must hold, and that every number is a row."""

import math
import re
from dataclasses import replace

import pytest

from tests.report.sample import ARMS, EVERYBODY, load_definition, make_bundle
from trialwright.report.display import Cell, Document, Prose, Table
from trialwright.report.document import render_document
from trialwright.report.main_results import find_main_results, is_ratio
from trialwright.report.overview import draw_whisker
from trialwright.report.phrases import PHRASES
from trialwright.report.rows import shorten_number
from trialwright.report.view import fold_view

SETS = ("Full analysis set (FAS)", "Safety set (SAF)", "Per-protocol set (PP)", "Enrolled participants (ENROLLED)")


def _document(language: str = "en", participants: bool = True, purpose: str = "VIRTUAL") -> Document:
    return render_document(fold_view(load_definition(), make_bundle(purpose), language, participants))


def _tables(document: Document) -> list[Table]:
    return [block for section in document.sections for block in section.blocks if isinstance(block, Table)]


def _cell(document: Document, number: str, stub: str, column: int) -> Cell:
    table = next(table for table in _tables(document) if table.number == number)
    return next(line for line in table.lines if line.stub == stub).cells[column]


def test_every_numbered_table_of_the_rows_is_printed() -> None:
    """No row is left out because nobody made a place for its table."""
    printed = {table.number for table in _tables(_document())}
    assert {shorten_number(row.table) for row in make_bundle().rows} <= printed


def test_every_number_in_a_numbered_table_comes_from_a_row() -> None:
    """A cell with a digit in a column of numbers holds the rows behind it, and its first row's value."""
    checked = 0
    for table in _tables(_document()):
        for line in table.lines:
            for column, cell in zip(table.columns, line.cells, strict=len(line.cells) > 0):
                if column.numeric and table.number and re.search(r"\d", cell.text):
                    assert cell.rows, (table.number, line.stub, cell.text)
                    checked += 1
    assert checked > 400


def test_a_cell_opens_into_the_participants_of_its_rows() -> None:
    """The related events of the treated arm are two people, and they are named."""
    cell = _cell(_document(), "14.3.1.1", "Related to treatment", 0)
    assert cell.text.startswith("2 (20.0")
    assert cell.list_subjects() == ARMS["MSC"][:2]


def test_zero_is_printed_with_its_interval() -> None:
    """0 of 10 is not nothing: Clopper and Pearson's upper limit is 30.8 % (statistics.md 2.2)."""
    document = _document()
    assert _cell(document, "14.3.1.1", "Serious adverse event", 0).text.split() == ["0", "(0.0", "%)"]
    assert _cell(document, "14.3.1.1", "Serious adverse event", 1).text == "0.0 to 30.9"


def test_what_could_not_be_estimated_says_why() -> None:
    """A missing value is a dash with a note that holds the row's warning."""
    table = next(table for table in _tables(_document()) if table.number == "14.2.5.4")
    assert table.lines[0].cells[1].text == "—"
    assert "The control arm is empty." in table.notes


def test_every_warning_is_listed_once_with_its_tables() -> None:
    """The section of warnings is complete."""
    bundle = make_bundle()
    section = next(one for one in _document().sections if one.id == "warnings")
    table = next(block for block in section.blocks if isinstance(block, Table))
    view = fold_view(load_definition(), bundle, "en", True)
    assert {line.stub for line in table.lines} == {view.note(one) for row in bundle.rows for one in row.warnings}


def test_each_table_says_set_cut_and_definition() -> None:
    """What every table must say stands below it."""
    digest = load_definition().digest[:12]
    for table in _tables(_document()):
        if table.number:
            assert any(part.startswith(SETS) for part in table.source), table.number
            assert "2020-11-04 09:12 UTC" in table.source[-1] and digest in table.source[-1]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_causal_language_is_forbidden_where_nobody_was_randomised(language: str) -> None:
    """The sentence stands in the synopsis of this study, and not in that of a randomised one."""
    definition = load_definition()
    study = definition.study.model_copy(
        update={"design": definition.study.design.model_copy(update={"allocation": "RANDOMIZED"})}
    )
    view = fold_view(definition, make_bundle(), language, True)
    sentence = view.say("synopsis.noncausal")
    for document, expected in (
        (render_document(view), True),
        (render_document(fold_view(replace(definition, study=study), make_bundle(), language, True)), False),
    ):
        synopsis = next(one for one in document.sections if one.id == "synopsis")
        texts = [block.text for block in synopsis.blocks if isinstance(block, Prose)]
        assert (sentence in texts) is expected


def test_the_synopsis_has_every_endpoint_in_words() -> None:
    """Nine endpoints, each with an interval where its rows have one."""
    synopsis = next(one for one in _document().sections if one.id == "synopsis")
    terms = {block.term.split(" ")[0]: block.text for block in synopsis.blocks if isinstance(block, Prose)}
    for endpoint in load_definition().study.endpoints:
        assert "95 % CI" in terms[endpoint.id], endpoint.id
    assert "difference MSC − CONTROL −10.0" in terms["S3"]
    assert "ratio MSC / CONTROL 0.82" in terms["S4"]


def test_assumptions_are_listed_by_class() -> None:
    """Each assumption stands in the report, and those that need a signature say so."""
    section = next(one for one in _document().sections if one.id == "assumptions")
    table = next(block for block in section.blocks if isinstance(block, Table))
    stubs = {line.stub for line in table.lines}
    view = fold_view(load_definition(), make_bundle(), "en", True)
    assert {view.assumption(one.id) for one in load_definition().study.assumptions} <= stubs
    assert {"CTCAE version", "PCR at screening"} <= stubs
    assert "Dose · signature" in stubs and "Visit window" in stubs


def test_without_participants_nobody_is_named() -> None:
    """No listing, course, lane or dossier is left."""
    document = _document(participants=False, purpose="PRODUCTION")
    assert document.dossiers == () and document.values == () and not document.opens
    texts = [str(block) for section in document.sections for block in section.blocks if not isinstance(block, Table)]
    assert not any(subject in text for text in texts for subject in EVERYBODY)


@pytest.mark.parametrize(("endpoint", "sign"), [("P1", 1), ("S1", -1), ("S2", -1), ("S3", 1), ("S4", -1), ("S6", 1)])
def test_the_overview_draws_benefit_on_one_side(endpoint: str, sign: int) -> None:
    """Less lesion, sooner recovery, fewer deaths, more T cells, less CRP: the arm that has it is on the left."""
    view = fold_view(load_definition(), make_bundle(), "en", True)
    definition = next(one for one in view.definition.study.endpoints if one.id == endpoint)
    result = find_main_results(view, definition)[0]
    assert result.contrast is not None
    estimate = result.contrast.rows["estimate"].value or 0.0
    place = math.log(estimate) if is_ratio(view, result.contrast) else estimate
    whisker = draw_whisker(view, result)
    assert whisker is not None and whisker.estimate == pytest.approx(sign * place)


def _list_reasons(document: Document) -> dict[str, str]:
    """By analysis: why its methods were chosen."""
    tables = [one for one in _tables(document) if {"S3_STRATIFIED", "P1_MAIN"} <= {line.stub for line in one.lines}]
    assert len(tables) == 1, [one.title for one in tables]
    return {line.stub: line.cells[4].text for line in tables[0].lines if line.cells}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_choice_of_the_author_against_the_table_is_printed_with_its_reason_and_what_the_table_has(
    language: str,
) -> None:
    """16.1.9: the stratified test of deaths is the author's own; every other analysis follows the table."""
    definition = load_definition()
    own = next(one for one in definition.plan.analyses if one.id == "S3_STRATIFIED")
    document = _document(language)
    said = _list_reasons(document)
    why, chosen = said[own.id], PHRASES["methods.by.own"].text(language).partition("{")[0]
    assert why.startswith(chosen) and not said["S3_MAIN"].startswith(chosen)
    assert definition.label(f"because.{own.id}", language) in why or own.because in why
    assert len(why) > len(own.because) or language == "zh", "what the table has stands behind the reason"
    planned = {one.id for one in definition.plan.analyses if one.role == "main"}
    assert planned <= set(said) and all(said[name] for name in planned), "every main analysis has its reason"


def test_a_choice_without_a_reason_says_that_none_was_given() -> None:
    definition = load_definition()
    analyses = tuple(
        one.model_copy(update={"because": ""}) if one.id == "S3_STRATIFIED" else one for one in definition.plan.analyses
    )
    silent = replace(definition, plan=definition.plan.model_copy(update={"analyses": analyses}))
    document = render_document(fold_view(silent, make_bundle(), "en", True))
    assert "No reason was given" in _list_reasons(document)["S3_STRATIFIED"]


def test_the_error_of_a_standardised_difference_is_that_of_the_arms_sizes() -> None:
    """sqrt(1/n1 + 1/n0): 0.45 with 10 + 10, 0.39 with 10 + 20; with many participants nothing is said of it."""
    bundle = make_bundle()

    def tell(sizes: dict[str, int]) -> str:
        rows = tuple(
            replace(row, value=float(sizes[row.group]))
            if (row.table, row.statistic) == ("14.1.2", "count") and row.group in sizes
            else row
            for row in bundle.rows
        )
        document = render_document(fold_view(load_definition(), replace(bundle, rows=rows), "en", True))
        return " ".join(next(one for one in _tables(document) if one.number == "14.1.3").notes)

    assert "With 10 + 10 participants its standard error is about 0.45" in tell(dict.fromkeys(ARMS, 10))
    assert "With 10 + 20 participants its standard error is about 0.39" in tell(dict(zip(ARMS, (10, 20), strict=True)))
    assert "means nothing" not in tell(dict.fromkeys(ARMS, 200))
