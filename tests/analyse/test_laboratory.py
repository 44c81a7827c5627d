"""Potential Hy's law cases and shifts of every gradable laboratory value, each against what was put in by hand."""

import polars as pl
import pytest

from tests.analyse.test_laws import rehearse
from tests.studies import load_definition
from trialwright.analyse.context import Context, build_context
from trialwright.analyse.laboratory import SHIFTS, WORST, compute_laboratory, list_gradables
from trialwright.analyse.liver import compute_liver, compute_peaks
from trialwright.derive.datasets import Datasets
from trialwright.results import ResultRow

_SETS = ("ENRLFL", "SAFFL", "FASFL", "PPROTFL")
_ARMS = {"A": "MSC", "B": "MSC", "C": "CONTROL", "D": "CONTROL", "E": "CONTROL"}
Value = tuple[str, str, float, float | None, int]


def build(values: list[Value]) -> Context:
    """The context of five participants with these values: participant, test, value, upper limit, study day."""
    adsl = pl.DataFrame(
        {"SUBJID": list(_ARMS), "TRT01A": list(_ARMS.values()), "TRT01P": list(_ARMS.values())}
    ).with_columns(pl.lit("Y").alias(one) for one in _SETS)
    days = [f"2020-02-{9 + day:02d}" for *_, day in values]
    lb = pl.DataFrame(
        {
            "SUBJID": [one[0] for one in values],
            "LBTESTCD": [one[1] for one in values],
            "LBSTRESN": [one[2] for one in values],
            "LBORNRLO": pl.Series([None] * len(values), dtype=pl.Float64),
            "LBORNRHI": [one[3] for one in values],
            "LBDTC": days,
            "LBDY": [one[4] for one in values],
            "LBLOBXFL": ["Y" if one[4] == 1 else None for one in values],
        },
        schema_overrides={"LBLOBXFL": pl.String},
    )
    nobody = pl.DataFrame({"SUBJID": []}, schema={"SUBJID": pl.String})
    return build_context(load_definition(), Datasets({"LB": lb}, {"ADSL": adsl}, pl.DataFrame(), nobody))


LIVER: list[Value] = [
    ("A", "ALT", 500, 40, 1),  # before treatment: no peak
    ("A", "ALT", 39, 40, 4), ("A", "AST", 120, 40, 4), ("A", "BILI", 43, 21, 8),  # 3 × exactly, above 2 ×
    ("B", "ALT", 400, 40, 4), ("B", "BILI", 42, 21, 4),  # 10 ×, 2 × exactly
    ("C", "ALT", 119, 40, 4), ("C", "ALT", 130, 50, 5), ("C", "BILI", 63, 21, 4),  # 2.975 × by its own limit
    ("D", "ALT", 20, 40, 4), ("D", "BILI", 10, 21, 4),
    ("E", "ALT", 400, 40, 4), ("E", "BILI", 100, None, 4),  # no limit
]  # fmt: skip


def count(rows: list[ResultRow], **wanted: str) -> tuple[float | None, int, int, tuple[str, ...]]:
    """The count of the one row that fits, with how many are used and missing, and who."""
    (row,) = [r for r in rows if r.statistic == "count" and all(getattr(r, k) == v for k, v in wanted.items())]
    return row.value, row.n_used, row.n_missing, row.subjects


def test_a_potential_case_has_three_times_and_more_than_twice_the_limit():
    """FDA, Drug-induced liver injury (2009): transaminase of 3 × ULN or more, total bilirubin above 2 × ULN."""
    peaks = {row["participant"]: row for row in compute_peaks(build(LIVER)).iter_rows(named=True)}
    found = {one: row["quadrant"] for one, row in peaks.items()}
    assert found == {"A": "HYS_LAW", "B": "TEMPLE", "C": "CHOLESTASIS", "D": "NORMAL"}
    assert peaks["A"]["transaminase"] == pytest.approx(3)
    assert peaks["C"]["transaminase"] == pytest.approx(2.975)


def test_quadrants_are_counted_by_arm_and_who_lacks_a_limit_is_missing():
    rows = compute_liver(build(LIVER))
    assert count(rows, category="HYS_LAW", group="MSC") == (1, 2, 0, ("A",))
    assert count(rows, category="HYS_LAW", group="CONTROL") == (0, 2, 1, ())
    for arm, size in (("MSC", 2), ("CONTROL", 2)):
        assert sum(row.value or 0 for row in rows if row.group == arm and row.statistic == "count") == size


def test_without_bilirubin_there_are_no_rows_and_no_marks():
    context = build([one for one in LIVER if one[1] != "BILI"])
    assert compute_liver(context) == []
    assert compute_peaks(context).is_empty()


def test_a_shift_goes_from_the_grade_at_baseline_to_the_worst_after_it():
    """CTCAE 4.03, AST: grade 1 above ULN, 2 above 3 × ULN, 3 above 5 ×."""
    values: list[Value] = [
        ("A", "AST", 30, 40, 1), ("A", "AST", 130, 40, 4), ("A", "AST", 45, 40, 8),  # 0 -> 2
        ("B", "AST", 60, 40, 1), ("B", "AST", 130, 40, 4),  # 1 -> 2
        ("C", "AST", 30, 40, 1),
    ]  # fmt: skip
    rows = compute_laboratory(build(values))
    assert count(rows, table=SHIFTS, parameter="chemistry.ast", group="MSC", category="0 -> 2") == (1, 2, 0, ("A",))
    assert count(rows, table=SHIFTS, parameter="chemistry.ast", group="MSC", category="1 -> 2") == (1, 2, 0, ("B",))
    assert count(rows, table=WORST, parameter="chemistry.ast", group="MSC") == (1, 2, 0, ("A",))
    assert count(rows, table=WORST, parameter="chemistry.ast", group="CONTROL") == (0, 0, 3, ())


def test_every_gradable_test_of_the_study_has_its_rows_and_agrees_with_the_plan_s_own_shifts():
    """The plan's shift of ALT comes from ADaM, this one from SDTM: both count the same participants."""
    context, rows = build(LIVER), rehearse(1).rows
    worst = {row.parameter for row in rows if row.table == WORST}
    assert worst <= {one.item for one in list_gradables(context)}
    assert {"chemistry.alt", "chemistry.ck", "chemistry.potassium", "haematology.platelets"} <= worst
    assert not {row.parameter for row in rows if row.table == SHIFTS} & {"chemistry.alt", "chemistry.ck"}
    for arm in ("MSC", "CONTROL"):
        planned = [r for r in rows if r.analysis == "S5_SHIFT" and r.group == arm and r.statistic == "count"]
        risen = [r for r in planned if int(r.category[-1]) - int(r.category[0]) >= 2]
        found = count(list(rows), table=WORST, parameter="chemistry.alt", group=arm)
        assert found[:2] == (sum(r.value or 0 for r in risen), planned[0].n_used)
