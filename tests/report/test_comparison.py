"""One table a role: the arms beside each other, what lies between them, each method under its own heading."""

import re

from tests.report.test_rehearsal import view_of
from trialwright.report.display import Figure, Table
from trialwright.report.document import render_document
from trialwright.report.rows import Bunch, merge_agreeing
from trialwright.results import ResultRow


def _row(statistic: str, value: float, method: str) -> ResultRow:
    return ResultRow("A", "P1", "14.2.1.2", "FAS", "X", statistic, value, "D28", "MSC - CONTROL", method=method)


def _bunch(method: str, **values: float) -> Bunch:
    rows = {name: _row(name, value, method) for name, value in values.items()}
    return Bunch("A", "X", "D28", "MSC - CONTROL", "", method, rows)


def test_an_estimate_and_the_test_that_it_inverts_are_one_line_where_their_p_agree() -> None:
    """Both methods are told; where the p-values differ, the lines stay apart."""
    shift = _bunch("hodges_lehmann.estimate_shift", estimate=3.1, p=0.6)
    (one,) = merge_agreeing([shift, _bunch("wilcoxon.compare_exact", statistic=52, p=0.6)])
    assert {row.method for row in one.rows.values()} == {"hodges_lehmann.estimate_shift", "wilcoxon.compare_exact"}
    assert one.value("estimate") == 3.1 and one.value("p") == 0.6
    assert len(merge_agreeing([shift, _bunch("wilcoxon.compare_exact", statistic=52, p=0.5)])) == 2


def test_each_outcome_has_one_table_a_role_and_every_method_a_heading() -> None:
    """Nine outcomes: no role has two tables, and what the plan names stands in a heading or below the table. A description
    has two where it counts how follow-up ended and, by visit, who was found positive again."""
    view = view_of("nct04252118", "en")
    document = render_document(view)
    for endpoint in view.definition.study.endpoints:
        section = next(one for one in document.sections if one.id == f"endpoint-{endpoint.id}")
        tables = [block for block in section.blocks if isinstance(block, Table)]
        numbers = [table.number for table in tables]
        assert len(numbers) == len(set(numbers)) and not any(re.search(r"[2-4][a-z]$", one) for one in numbers), numbers
        for table in (one for one in tables if "supporting" in one.title or "sensitivity" in one.title):
            told = " ".join([*(line.stub for line in table.lines), *table.notes, *table.source]).lower()
            methods = {row.method for line in table.lines for cell in line.cells for row in cell.rows if row.method}
            assert all(view.method(method.partition(":")[0]).lower() in told for method in methods), table.number


def test_harms_are_drawn_with_the_difference_that_their_rows_have() -> None:
    """Every term's difference stands in the figure as the rows say it, and no test of it is made."""
    view = view_of("nct04252118", "en")
    rows = [row for row in view.index.table("14.3.1.2") if row.group == "MSC - CONTROL"]
    assert rows and "p" not in {row.statistic for row in rows}
    figures = [block for one in render_document(view).sections for block in one.blocks if isinstance(block, Figure)]
    svg = next(one.svg for one in figures if one.number == "14.3.1.2.F")
    for row in (one for one in rows if one.statistic == "estimate" and one.value is not None):
        assert f"{abs(100 * row.value):.1f} (" in svg, row.category


def test_sections_carry_the_numbers_of_ich_e3() -> None:
    """10.1 disposition, 11.1 data sets, 12.2 adverse events, 12.3 deaths and serious events, 12.4 laboratory, 12.5 others."""
    sections = {one.number: one.title for one in render_document(view_of("nct04252118", "en")).sections}
    for number, word in {
        "10.1": "Disposition", "10.2": "Protocol deviations", "11.1": "Data sets", "11.2": "Demographic",
        "12.1": "Extent of exposure", "12.2": "Adverse events", "12.3": "Deaths", "12.4": "laboratory",
        "12.5": "Vital signs", "16.1.9": "statistical methods", "16.2": "listings",
    }.items():  # fmt: skip
        assert word in sections[number], number
