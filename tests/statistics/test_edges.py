"""Where methods meet odd input: large tables, exact halves, missing labels, rounded times, arms without variation."""

import math

import numpy as np
import pytest

from trialwright.statistics import (
    conditional_odds_ratio,
    e_value,
    gray,
    hodges_lehmann,
    kaplan_meier,
    log_rank,
    mmrm_visits,
    rmst,
    summary,
    van_elteren,
    win_odds,
)

LARGE = [(900, 1000, 100, 1000), (990, 1000, 10, 1000), (46, 1000, 898, 1000), (2600, 5000, 2450, 5000)]


@pytest.mark.reference(
    "conditional_odds_ratio.estimate_exact", source="R 4.2.2 uniroot of the exact equations to 1e-13, odds_large.R"
)
@pytest.mark.parametrize("table", LARGE)
def test_odds_ratios_of_large_tables(r, table):
    case = "odds_large_" + "_".join(map(str, table))
    found = conditional_odds_ratio.estimate_exact(*table)
    wanted = [r(case, name) for name in ("estimate", "low", "high")]
    assert [found.estimate, found.ci_low, found.ci_high] == pytest.approx(wanted, rel=1e-8)
    # fisher.test stops before the end: here it is up to 1.2 % off.
    assert found.estimate == pytest.approx(r(case, "fisher"), rel=0.015)


@pytest.mark.parametrize("value", [3.0, 0.1, -18.75, 1 / 3])
def test_the_mean_of_equal_values_is_that_value(value):
    assert summary.describe([value] * 10).mean == value
    assert summary.estimate_mean([value] * 10).estimate == value


def test_a_mean_that_is_an_exact_half_keeps_its_last_digit():
    rng = np.random.default_rng(4)
    for _ in range(300):
        hundredths = rng.integers(-4000, 4000, size=8)
        mean = summary.describe(hundredths / 100).mean
        assert mean == int(hundredths.sum()) / 800


@pytest.mark.parametrize("method", [log_rank.compare, log_rank.compare_exact, gray.compare, gray.compare_exact])
def test_a_missing_group_is_left_out_and_said(method):
    time, event = [1, 2, 3, 4, 5, 6, 7], [1, 1, 1, 1, 0, 1, 1]
    whole = method(time[:6], event[:6], [0, 1, 0, 1, 0, 1])
    for labels in ([0, 1, 0, 1, 0, 1, math.nan], ["a", "b", "a", "b", "a", "b", None]):
        found = method(time, event, labels)
        assert (found.statistic, found.p, found.n) == (whole.statistic, whole.p, 6)
        assert "1 missing row left out" in found.warnings


def test_columns_of_different_length_are_an_error():
    with pytest.raises(ValueError, match="length"):
        log_rank.compare([1, 2, 3, 4], [1, 1, 1, 1], [0, 1, 0, 1], [1, 1])
    with pytest.raises(ValueError, match="length"):
        log_rank.compare_exact([1, 2, 3, 4], [1, 1, 1, 1], [0, 1, 0, 1], [1, 1])
    with pytest.raises(ValueError, match="length"):
        van_elteren.compare([1, 2, 3], [0, 1], [0, 0, 0])


def test_an_arm_that_is_neither_0_nor_1_is_an_error():
    with pytest.raises(ValueError, match="other values"):
        van_elteren.compare([1, 2, 3, 4], [1, 2, 1, 2], [0, 0, 0, 0])
    with pytest.raises(ValueError, match="other values"):
        mmrm_visits.estimate_visits(mmrm_visits.Rows([1.0, 2, 3, 4], [1, 2, 1, 2], [1, 2, 3, 4], [1, 1, 1, 1]))


def test_times_that_differ_by_rounding_are_one():
    curve = kaplan_meier.estimate([0.3, 0.1 + 0.2, 0.7, 1.0], [1, 1, 1, 0])
    assert curve.times.tolist() == [0.3, 0.7] and curve.events.tolist() == [2, 1]


def test_a_curve_flat_to_its_end_and_one_without_end():
    assert kaplan_meier.estimate_quantile([1, 2, 3, 4], [1, 1, 0, 0]).estimate == 2
    assert any("without end" in word for word in kaplan_meier.estimate([1, 2, math.inf], [1, 1, 0]).warnings)


def test_a_difference_of_restricted_means_needs_both_errors():
    free, some = rmst.estimate([9, 9, 9], [0, 0, 0], 8), rmst.estimate([2, 5, 9], [1, 1, 0], 8)
    found = rmst.compare(free, some)
    assert found.estimate is not None and found.ci_low is None and found.p is None
    assert any("no interval" in word for word in found.warnings)


def test_equal_arms_are_called_so():
    assert "all values are equal: no interval" in win_odds.estimate([2.0, 2, 2], [2.0, 2]).warnings


def test_a_finite_limit_has_its_e_value_though_the_estimate_has_none():
    found = e_value.compute_odds_ratio(0.0, 0.0, 0.388)
    assert found.estimate is None and found.limit == e_value.compute_risk_ratio(math.sqrt(0.388)).estimate
    found = e_value.compute_odds_ratio(None, 2.58, None)
    assert found.estimate is None and found.limit == e_value.compute_risk_ratio(math.sqrt(2.58)).estimate
    assert e_value.compute_risk_ratio(0.0, 0.0, 3.0).limit == 1
    assert e_value.compute_risk_ratio(None).limit is None


def test_differences_of_decimals_are_decimals():
    """-6.75 must print as -6.8: a difference that comes out as -6.7499999 would not."""
    rng = np.random.default_rng(8)
    for size in 9, 130:
        first, second = (rng.integers(0, 4000, size=size) for _ in range(2))
        found = hodges_lehmann.estimate_shift(first / 100, second / 100)
        whole = hodges_lehmann.estimate_shift(first, second)
        for one, other in (
            (found.estimate, whole.estimate),
            (found.ci_low, whole.ci_low),
            (found.ci_high, whole.ci_high),
        ):
            assert one == other / 100
    assert hodges_lehmann.estimate_shift([3.35], [10.1]).estimate == -6.75
    assert hodges_lehmann.estimate_shift([math.inf, 1.5], [0.2, 0.1]).ci_high is None
