"""The RTF tables: balanced, plain ASCII, every row with as many cells as it defines, the same numbers as the HTML."""

import re

from tests.report.sample import EVERYBODY, load_definition, make_bundle
from trialwright.report import render_tables_rtf
from trialwright.report.display import Table
from trialwright.report.document import render_document
from trialwright.report.rtf import escape_rtf
from trialwright.report.view import fold_view


def test_groups_balance_and_text_is_ascii() -> None:
    """Both languages; a word processor refuses anything else."""
    for language in ("en", "zh"):
        text = render_tables_rtf(load_definition(), make_bundle(), language=language)
        assert text.isascii() and text.startswith(r"{\rtf1")
        bare = re.sub(r"\\[\\{}]", "", text)
        depth = 0
        for letter in bare.strip():
            depth += (letter == "{") - (letter == "}")
            assert depth >= 0
        assert depth == 0


def test_every_row_has_the_cells_it_defines() -> None:
    """As many edges as cells, edges ascending, the last at the width of the page."""
    text = render_tables_rtf(load_definition(), make_bundle())
    rows = re.findall(r"\\trowd.*?\\row", text)
    assert len(rows) > 300
    for row in rows:
        edges = [int(edge) for edge in re.findall(r"\\cellx(\d+)", row)]
        assert len(edges) == len(re.findall(r"\\cell(?!x)", row)) and edges == sorted(edges)


def test_every_numbered_table_is_there_with_its_numbers() -> None:
    """The texts of the cells are those of the document; nobody is named."""
    text = render_tables_rtf(load_definition(), make_bundle())
    document = render_document(fold_view(load_definition(), make_bundle(), "en", False))
    tables = [block for section in document.sections for block in section.blocks if isinstance(block, Table)]
    assert text.count(r"\page") == sum(bool(table.number) for table in tables) - 1
    assert "Table 14.3.1.1  Adverse events: overview" in text
    assert escape_rtf("0.0 to 30.9".replace(" ", "\u00a0")) in text
    assert not any(subject in text for subject in EVERYBODY)


def test_letters_beyond_the_basic_plane_are_two_units() -> None:
    """RTF counts 16-bit units, signed."""
    assert escape_rtf("𝛼") == r"\u-10187?\u-8452?"
    assert escape_rtf("间") == r"\u-27148?"
