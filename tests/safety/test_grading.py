"""Grades proposed from numbers: cases read from the text of CTCAE, what cannot be graded, and laws.

Every expected grade here is read from NCI CTCAE v4.03 (14 June 2010) or v5.0 (27 November 2017).
"""

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.safety.criteria import Reason, compute_condition, load_criteria, resolve_criteria
from trialwright.safety.fifteen_digits import compute_order, round_to_15
from trialwright.safety.grading import BASELINE_UNKNOWN, Grade, Measurement, grade_value, grade_values


def graded(parameter: str, value: float | None, unit: str = "", version: str = "4.03", **known) -> Grade:
    return grade_value(Measurement(value=value, unit=unit, parameter=parameter, version=version, **known))


@pytest.mark.parametrize(
    ("value", "grade"),
    [(40, 0), (40.1, 1), (120, 1), (120.1, 2), (200, 2), (200.1, 3), (240, 3), (800, 3), (800.1, 4)],
)
def test_alt_by_multiples_of_the_limit(value, grade):
    """v4.03: >ULN–3.0, >3.0–5.0, >5.0–20.0, >20.0 × ULN; six times the limit is grade 3."""
    assert graded("ALT", value, "U/L", uln=40.0).grade == grade


def test_value_exactly_on_a_limit_in_binary():
    """2.1 exceeds 3 × 0.7 in binary; 3 × ULN is still grade 1, as >3.0 × ULN is grade 2."""
    assert 2.1 > 3 * 0.7
    assert graded("ALT", 3 * 0.7, "ukat/L", uln=0.7).grade == graded("ALT", 2.1, "ukat/L", uln=0.7).grade == 1
    assert graded("CK", 0.1 + 0.2, "ukat/L", uln=0.3).grade == 0


@pytest.mark.parametrize(
    ("parameter", "si", "conventional"),
    [
        # The SI and the conventional limits are not conversions of one another: the first is graded otherwise than
        # the second, although both are the same amount (calcium 40.08 g/mol, phosphorus 30.97, glucose 180.16).
        ("phosphate", (0.62, "mmol/L", 2), (1.92, "mg/dL", 3)),
        ("glucose", (3.03, "mmol/L", 1), (54.6, "mg/dL", 2)),
        ("calcium", (2.88, "mmol/L", 1), (11.54, "mg/dL", 2)),
    ],
)
def test_graded_in_the_reported_unit(parameter, si, conventional):
    ranges = {
        ("phosphate", "mmol/L"): (0.8, 1.5),
        ("phosphate", "mg/dL"): (2.5, 4.5),
        ("glucose", "mmol/L"): (3.9, 6.1),
        ("glucose", "mg/dL"): (70.0, 110.0),
        ("calcium", "mmol/L"): (2.1, 2.6),
        ("calcium", "mg/dL"): (8.5, 10.4),
    }
    for value, unit, grade in (si, conventional):
        lln, uln = ranges[parameter, unit]
        assert graded(parameter, value, unit, lln=lln, uln=uln).grade == grade


def test_all_published_units_of_a_term():
    """Anemia grade 2 in g/dL, mmol/L and g/L; counts in 10⁹/L, 10³/µL and /mm3 (v4.03)."""
    for value, unit, lln in ((8.5, "g/dL", 12.0), (5.3, "mmol/L", 7.5), (85, "g/L", 120.0)):
        assert graded("Hb", value, unit, direction="L", lln=lln).grade == 2
    for value, unit in ((0.9, "10^9/L"), (0.9, "10³/µL"), (0.9, "K/uL"), (900, "/mm3"), (900, "cells/µl")):
        assert graded("ANC", value, unit, lln=2.0).grade == 3


def test_not_gradable_is_not_zero():
    assert graded("ALT", 30, "U/L").reason == Reason.MISSING_ULN
    assert graded("ALT", None, "U/L", uln=40.0).reason == Reason.MISSING_VALUE
    assert graded("ALT", math.inf, "U/L", uln=40.0).reason == Reason.MISSING_VALUE
    assert graded("potassium", 4.2, "", lln=3.5, uln=5.0).reason == Reason.MISSING_UNIT
    assert graded("potassium", 16.4, "mg/dL", lln=3.5, uln=5.0).reason == Reason.UNKNOWN_UNIT
    assert graded("ionized calcium", 2.4, "mEq/L", lln=2.2, uln=2.6).reason == Reason.UNKNOWN_UNIT
    assert graded("creatinine", 70, "umol/L", uln=104.0).reason == Reason.MISSING_BASELINE
    assert graded("CRP", 90, "mg/L").reason == Reason.UNKNOWN_TERM
    assert graded("Headache", 3).reason == Reason.NO_CRITERION
    assert graded("phosphate", 0.5, "mmol/L", "5.0", lln=0.8).reason == Reason.NO_CRITERION
    assert graded("ALT", 30, "U/L", "3.0", uln=40.0).reason == Reason.UNKNOWN_VERSION
    assert graded("blood pressure", 150, "mmHg").reason == Reason.UNKNOWN_TERM
    assert graded("Hypertension", 150, "mmHg").reason == Reason.AMBIGUOUS
    assert graded("ALT", 30, "U/L", direction="L", uln=40.0).reason == Reason.NO_CRITERION
    for answer in (graded("ALT", 30, "U/L"), graded("CRP", 90)):
        assert (answer.grade, answer.up_to, answer.ask) == (None, None, None)


def test_threshold_met_without_the_limit_is_a_grade():
    """Haemoglobin 79 g/L without a lower limit is grade 3; 105 g/L cannot be graded, as it may be 0 or 1."""
    assert graded("Hb", 79, "g/L", direction="L").grade == 3
    assert graded("Hb", 105, "g/L", direction="L").reason == Reason.MISSING_LLN


def test_both_directions():
    """v4.03 hypokalemia <3.0–2.5 is grade 3, hyperkalemia >5.5–6.0 grade 2; normal needs both limits."""
    limits = {"lln": 3.5, "uln": 5.1}
    low, high, normal = (graded("K", value, "mmol/L", **limits) for value in (2.8, 5.6, 4.0))
    assert (low.grade, low.graded_direction, low.graded_term) == (3, "L", "Hypokalemia")
    assert (low.grade_low, low.grade_high) == (3, 0)
    assert (high.grade, high.graded_direction, high.graded_term, high.code) == (2, "H", "Hyperkalemia", "10020647")
    assert (normal.grade, normal.graded_direction, normal.grade_low, normal.grade_high) == (0, None, 0, 0)
    assert graded("K", 4.0, "mEq/L", lln=3.5).reason == Reason.MISSING_ULN
    assert graded("K", 4.0, "mEq/L", uln=5.1).reason == Reason.MISSING_LLN
    assert graded("K", 2.8, "mmol/L").grade == 3


def test_creatinine_relative_to_baseline():
    """v4.03: any rise over baseline is grade 1, 1.5–3.0 × baseline grade 2; v5.0 has no grade 1 by baseline."""
    inside = {"uln": 104.0, "baseline": 60.0}
    assert [graded("creatinine", v, "umol/L", **inside).grade for v in (60, 60.1, 90, 90.1, 180.1)] == [0, 1, 1, 2, 3]
    assert graded("creatinine", 61, "umol/L", "5.0", **inside).grade == 0
    assert graded("creatinine", 91, "umol/L", "5.0", **inside).grade == 2
    assert graded("creatinine", 625, "umol/L", **inside).grade == 4
    # The baseline itself, and what came before it, is graded by the range only, never against itself.
    assert graded("creatinine", 100, "umol/L", at_baseline=True, **inside).grade == 0
    assert graded("creatinine", 110, "umol/L", at_baseline=True, uln=104.0).grade == 1


def test_abnormal_baseline_of_version_5():
    """v5.0 ALT: 1.5–3.0 × baseline if baseline was abnormal; abnormal by the range of the baseline record itself."""
    high = {"uln": 40.0, "baseline": 100.0}
    assert [graded("ALT", v, "U/L", "5.0", **high).grade for v in (149, 150, 301, 501, 2001)] == [0, 1, 2, 3, 4]
    assert graded("ALT", 130, "U/L", "5.0", uln=40.0, baseline=45.0, baseline_uln=50.0).grade == 2
    assert graded("ALT", 130, "U/L", "5.0", uln=40.0, baseline=45.0).grade == 1
    unknown = graded("ALT", 130, "U/L", "5.0", uln=40.0)
    assert (unknown.grade, unknown.ask) == (2, BASELINE_UNKNOWN)
    assert graded("ALT", 130, "U/L", "5.0", uln=40.0, at_baseline=True).ask is None
    assert graded("GGT", 900, "U/L", "5.0", uln=50.0, baseline=40.0).grade == 3


def test_baseline_that_cannot_be_compared_with_counts_as_missing():
    assert graded("fibrinogen", 3.0, "g/L", lln=2.0, baseline=0.0).reason == Reason.MISSING_BASELINE
    assert graded("weight", 60, "kg", baseline=-1.0).reason == Reason.MISSING_BASELINE


def test_inr_by_baseline_only_on_anticoagulation():
    """v4.03: >1–1.5 × ULN, or × baseline if on anticoagulation."""
    known = {"uln": 1.2, "baseline": 0.9}
    assert graded("INR", 1.4, anticoagulated=False, **known).grade == 1
    assert graded("INR", 1.4, anticoagulated=True, **known).grade == 2
    asked = graded("INR", 1.4, **known)
    assert (asked.grade, asked.up_to) == (1, 2) and "anticoagulation" in asked.ask
    assert graded("INR", 1.0, anticoagulated=False, uln=1.2).grade == 0
    assert graded("INR", 1.0, anticoagulated=True, uln=1.2).reason == Reason.MISSING_BASELINE


def test_grade_that_symptoms_decide_is_asked_for():
    """v4.03 hypokalemia <LLN–3.0 is grade 1 without and grade 2 with symptoms; urate >ULN is grade 1 or 3."""
    asked = graded("K", 3.2, "mmol/L", lln=3.5, uln=5.1)
    assert (asked.grade, asked.up_to) == (1, 2) and "symptoms" in asked.ask
    assert graded("K", 3.2, "mmol/L", lln=3.5, uln=5.1, symptoms=True).grade == 2
    assert graded("K", 3.2, "mmol/L", lln=3.5, uln=5.1, symptoms=False).up_to is None
    urate = graded("uric acid", 480, "µmol/L", uln=420.0)
    assert (urate.grade, urate.up_to) == (1, 3)
    sodium = graded("sodium", 127, "mmol/L", "5.0", lln=135.0, uln=145.0)
    assert (sodium.grade, sodium.up_to) == (2, 3)
    assert graded("sodium", 124, "mmol/L", "5.0", lln=135.0, uln=145.0).grade == 3


def test_glucose_needs_to_know_about_fasting():
    """v4.03 grades 1 and 2 of hyperglycemia are for fasting values only."""
    limits = {"lln": 3.9, "uln": 6.1}
    unknown = graded("glucose", 9.5, "mmol/L", **limits)
    assert (unknown.grade, unknown.up_to) == (0, 2) and "fasting" in unknown.ask
    assert graded("glucose", 9.5, "mmol/L", fasting=True, **limits).grade == 2
    assert graded("glucose", 9.5, "mmol/L", fasting=False, **limits).up_to is None
    assert graded("fasting glucose", 9.5, "mmol/L", **limits).grade == 2
    assert graded("random glucose", 14.0, "mmol/L", **limits).grade == 3
    assert graded("random glucose", 2.9, "mmol/L", **limits).graded_term == "Hypoglycemia"


@pytest.mark.parametrize("version", ["4.03", "5.0"])
@pytest.mark.parametrize(
    ("celsius", "fahrenheit", "grade", "up_to"),
    [
        (37.9, 100.3, 0, None),
        (38.0, 100.4, 1, None),
        (39.0, 102.2, 1, None),
        (39.1, 102.3, 2, None),
        (40.1, 104.1, 3, 4),
    ],
)
def test_fever(version, celsius, fahrenheit, grade, up_to):
    """Fever begins at 38.0 °C; above 40.0 °C the grade depends on whether it lasted more than 24 hours."""
    for value, unit in ((celsius, "°C"), (fahrenheit, "°F")):
        answer = graded("TEMP", value, unit, version)
        assert (answer.grade, answer.up_to) == (grade, up_to)
    if up_to:
        assert graded("TEMP", celsius, "C", version, hours=25.0).grade == 4
        assert graded("TEMP", celsius, "C", version, hours=24.0).grade == 3


def test_vital_signs():
    """v4.03: hypothermia 35–>32, SpO2 <88 %, PaO2 ≤55, systolic 140–159, QTc ≥501 on two ECGs, weight loss 10–<20 %."""
    assert graded("TEMP", 34, "Cel").graded_term == "Hypothermia"
    assert (graded("SpO2", 87.9, "%").grade, graded("SpO2", 88, "%").grade) == (3, 0)
    assert graded("Hypoxia", 55, "mmHg").grade == 3
    assert graded("SYSBP", 159, "mmHg").grade == 2
    once, twice = (graded("QTcF", 502, "ms", repeats=n) for n in (1.0, 2.0))
    assert (once.grade, twice.grade, graded("QTcF", 502, "ms").up_to) == (2, 3, 3)
    assert graded("QTcF", 480, "ms", "5.0", baseline=415.0).grade == 3
    assert graded("weight", 54, "kg", baseline=60.0).grade == 2
    assert graded("weight", 66, "kg", baseline=60.0).graded_term == "Weight gain"
    assert graded("urine volume", 79, "mL", hours=8.0).grade == 3
    assert graded("urine volume", 239, "mL", hours=24.0).grade == 4
    assert graded("urine volume", 79, "mL").reason == Reason.MISSING_HOURS
    assert graded("urine volume", 500, "mL", hours=4.0).reason == Reason.MISSING_HOURS
    assert graded("urine volume", 79, "mL", hours=4.0).reason == Reason.MISSING_HOURS


def test_frame_keeps_its_rows_in_order_and_may_lack_columns():
    frame = pl.DataFrame({"parameter": ["ALT", "K", None, "ALT"], "value": ["300", "<2.5", "7", " 30 "], "uln": 40.0})
    answer = grade_values(frame, version="4.0")
    assert answer["grade"].to_list() == [3, None, None, 0]
    assert answer["reason"].to_list() == [None, Reason.MISSING_UNIT, Reason.UNKNOWN_TERM, None]
    assert answer.columns[:3] == frame.columns
    assert grade_values(frame.clear(), version="4.0").height == 0
    assert grade_values(pl.DataFrame({"value": [1.0, 2.0]}))["reason"].to_list() == [Reason.UNKNOWN_VERSION] * 2
    flags = pl.DataFrame(
        {"parameter": "INR", "value": 1.4, "uln": 1.2, "baseline": 0.9, "anticoagulated": ["Y", "no", ""]}
    )
    assert grade_values(flags, version="4.03")["grade"].to_list() == [2, 1, 1]


def test_term_and_parameter_together():
    assert resolve_criteria("4.03", "Hypercalcemia", "ionized calcium", "", "mmol/L").high.name.endswith("(Ionized)")
    assert resolve_criteria("4.03", "10020587", "", "H", "mg/dL").high.name == "Hypercalcemia"
    assert resolve_criteria("4.03", "Hyperkalemia", "sodium", "", "mmol/L").reason == Reason.NO_CRITERION
    assert resolve_criteria("4.03", "", "", "", "").reason == Reason.UNKNOWN_TERM


@pytest.mark.parametrize("text", ["", "100", ">", "> 5 ULN x", ">5+3", "pain", ">=UL"])
def test_notation_refuses_what_it_does_not_know(text):
    with pytest.raises(ValueError, match=r"condition|compares"):
        compute_condition(text)


def test_criteria_never_offer_a_grade_that_the_term_lacks():
    """But for grade 2 of hypokalemia and the like, every grade with a number is one that NCI's term has."""
    from trialwright.safety.terms import load_terms

    for criterion in load_criteria():
        has = load_terms(criterion.version).grades(criterion.term)
        offered = [level for level, alternatives in enumerate(criterion.grades, start=1) if alternatives]
        assert set(offered) <= set(has), criterion.name


CRITERIA = load_criteria()
POSITIVE = st.floats(0.01, 1e6, allow_nan=False).map(lambda number: float(f"{number:.6g}"))


@settings(deadline=None, max_examples=150)
@given(
    criterion=st.sampled_from(CRITERIA),
    values=st.lists(POSITIVE, min_size=2, max_size=12),
    lln=st.none() | POSITIVE,
    above=st.none() | POSITIVE,
    baseline=st.none() | POSITIVE,
    facts=st.tuples(*[st.none() | st.booleans()] * 3),
    hours=st.none() | st.sampled_from([4.0, 8.0, 24.0, 30.0]),
)
def test_grades_never_fall_as_a_value_gets_worse(criterion, values, lln, above, baseline, facts, hours):
    """Worse means lower for direction L, higher for H; and what was gradable stays so."""
    uln = None if above is None else (lln or 0.0) + above
    scale = [limit for limit in (lln, uln, baseline) if limit]
    values = values + [limit * factor for limit in scale for factor in (0.5, 1.0, 1.0000001, 3.0)]
    worse_last = sorted(values, reverse=criterion.direction == "L")
    frame = pl.DataFrame({"value": worse_last}).with_columns(
        version=pl.lit(criterion.version),
        term=pl.lit(criterion.name),
        parameter=pl.lit(criterion.parameters[0]),
        direction=pl.lit(criterion.direction),
        unit=pl.lit(criterion.units[0]),
        lln=pl.lit(lln, pl.Float64),
        uln=pl.lit(uln, pl.Float64),
        baseline=pl.lit(baseline, pl.Float64),
        hours=pl.lit(hours, pl.Float64),
        anticoagulated=pl.lit(facts[0], pl.Boolean),
        symptoms=pl.lit(facts[1], pl.Boolean),
        fasting=pl.lit(facts[2], pl.Boolean),
    )
    answer = grade_values(frame)
    assert not set(answer["reason"].drop_nulls()) & {Reason.UNKNOWN_TERM, Reason.UNKNOWN_UNIT, Reason.AMBIGUOUS}
    grades = answer["grade"].to_list()
    known = [grade for grade in grades if grade is not None]
    assert known == sorted(known)
    if known:
        assert None not in grades[grades.index(known[0]) :]
    worst = [max(grade or 0, up_to or 0) for grade, up_to in answer.select("grade", "up_to").iter_rows()]
    assert worst == sorted(worst)


@given(st.floats(-1e12, 1e12), st.integers(-3, 3))
def test_order_at_fifteen_digits_is_the_order_of_the_rounded(number, steps):
    other = number
    for _ in range(abs(steps)):
        other = math.nextafter(other, math.inf if steps > 0 else -math.inf)
    x, y = round_to_15(number), round_to_15(other)
    assert compute_order(number, other).tolist() == [(x > y) - (x < y)]
    assert compute_order(other, number).tolist() == [(y > x) - (y < x)]
