"""Censored regression, proportional odds and agreement against R and a published table."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trialwright.statistics import (
    agreement,
    ancova,
    area_under_curve,
    censored_regression,
    interval_width,
    proportional_odds,
)
from trialwright.statistics.outcomes import Estimate, exponentiate

# Shrout & Fleiss 1979, table 2: six targets, four judges.
JUDGES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def _check(model, r, case):
    for k in range(3):
        assert model.beta[k] == pytest.approx(r(case, f"beta{k + 1}"), rel=1e-6, abs=1e-8)
        assert model.covariance[k, k] ** 0.5 == pytest.approx(r(case, f"se{k + 1}"), rel=1e-5)
    assert model.scale == pytest.approx(r(case, "scale"), rel=1e-6)
    assert model.log_likelihood == pytest.approx(r(case, "loglik"), rel=1e-9)


@pytest.mark.reference("censored_regression.fit", source="R 4.2.2 survival::survreg(dist = 'gaussian'), supporting.R")
def test_tobit_equals_survreg(r, data):
    d = data("supporting_data")
    model = censored_regression.fit(d["left"], d["right"], np.column_stack([d["arm"], d["x"]]))
    _check(model, r, "tobit")
    answer = model.estimate(0)
    assert answer.estimate == model.beta[1]
    assert answer.ci_low < answer.estimate < answer.ci_high


@pytest.mark.reference("censored_regression.fit", source="R 4.2.2 survival::survreg(dist = 'weibull'), supporting.R")
def test_interval_censored_weibull_equals_survreg(r, data):
    d = data("supporting_data")
    x = np.column_stack([d["arm"], d["x"]])
    model = censored_regression.fit(d["tleft"], d["tright"], x, "weibull")
    _check(model, r, "aft")
    assert exponentiate(model.estimate(0)).estimate == pytest.approx(math.exp(model.beta[1]))


def test_right_censored_weibull_equals_survreg(r, data):
    d = data("aft_data")
    right = np.where(d["event"] == 1, d["time"], np.inf)
    model = censored_regression.fit(d["time"], right, d["arm"], "weibull")
    for k in range(2):
        assert model.beta[k] == pytest.approx(r("aft_exact", f"beta{k + 1}"), rel=1e-6)
        assert model.covariance[k, k] ** 0.5 == pytest.approx(r("aft_exact", f"se{k + 1}"), rel=1e-5)
    assert model.log_likelihood == pytest.approx(r("aft_exact", "loglik"), rel=1e-9)


def test_without_censoring_tobit_is_least_squares():
    rng = np.random.default_rng(1)
    arm, y = np.arange(30) % 2, rng.normal(size=30)
    model = censored_regression.fit(y, y, arm)
    wanted = ancova.estimate(y, arm)
    assert model.estimate(0).estimate == pytest.approx(wanted.estimate)
    assert model.estimate(0).se == pytest.approx(wanted.se * math.sqrt(28 / 30), rel=1e-5)


@pytest.mark.reference("proportional_odds.fit", source="R 4.2.2 MASS::polr, supporting.R")
def test_proportional_odds_equals_polr(r, data):
    d = data("supporting_data")
    model = proportional_odds.fit(d["score"], np.column_stack([d["arm"], d["x"]]))
    for k in range(2):
        assert model.beta[k] == pytest.approx(r("polr", f"beta{k + 1}"), rel=1e-5)
        assert model.estimate(k).se == pytest.approx(r("polr", f"se{k + 1}"), rel=1e-4)
    for k, threshold in enumerate(model.thresholds):
        assert threshold == pytest.approx(r("polr", f"zeta{k + 1}"), rel=1e-5)
    assert model.log_likelihood == pytest.approx(r("polr", "loglik"), rel=1e-9)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 1)), min_size=8, max_size=30))
def test_turning_the_scale_or_the_arms_changes_signs_only(rows):
    score, arm = (np.array(part, dtype=float) for part in zip(*rows, strict=True))
    one = proportional_odds.fit(score, arm)
    turned, swapped = proportional_odds.fit(6 - score, arm), proportional_odds.fit(score[::-1], 1 - arm[::-1])
    for other in turned, swapped:
        assert (one.beta.size == 0) == (other.beta.size == 0)
        if one.beta.size:
            assert other.beta[0] == pytest.approx(-one.beta[0], abs=1e-5)
            assert other.estimate(0).p == pytest.approx(one.estimate(0).p, abs=1e-5)


@pytest.mark.reference(
    "agreement.estimate_intraclass", source="Shrout & Fleiss 1979, Psychological Bulletin 86:420, tables 2 and 4"
)
def test_intraclass_correlation_of_the_published_table():
    answer = agreement.estimate_intraclass(JUDGES)
    assert round(answer.estimate, 2) == 0.29
    assert (round(answer.ci_low, 3), round(answer.ci_high, 2)) == (0.019, 0.76)
    assert answer.p == pytest.approx(stats.f.sf(11.03, 5, 15), rel=0.01)


def test_readers_who_agree_and_readers_who_do_not_vary():
    assert agreement.estimate_intraclass([[1, 1], [2, 2], [5, 5]]).estimate == pytest.approx(1)
    for garbage in [[2, 2], [2, 2]], [[1, 2]], [[math.nan, 1]], [[1, math.inf], [2, 3]]:
        answer = agreement.estimate_intraclass(garbage)
        assert answer.estimate is None and answer.warnings


def test_limits_of_agreement_by_hand():
    limits = agreement.estimate_limits([10, 12, 15, 11], [9, 13, 13, 10])
    gaps = np.array([1, -1, 2, 1])
    assert limits.difference.estimate == pytest.approx(0.75)
    assert limits.high == pytest.approx(0.75 + 1.959964 * gaps.std(ddof=1), rel=1e-6)
    assert agreement.estimate_limits([1], [2]).low is None


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("left", "right"),
    [
        ([], []),
        ([1], [1]),
        ([2, 1], [1, 2]),
        ([math.nan] * 5, [1] * 5),
        ([-math.inf] * 5, [math.inf] * 5),
        ([1] * 6, [1] * 6),
    ],
)
def test_garbage_gives_words(left, right):
    x = np.arange(len(left)) % 2
    for distribution in ("normal", "weibull"):
        model = censored_regression.fit(left, right, x, distribution)
        assert model.beta.size == 0 and model.warnings
        assert model.estimate(0).estimate is None
    model = proportional_odds.fit(np.minimum(left, 9), x)
    assert model.beta.size == 0 and model.warnings


@pytest.mark.filterwarnings("error")
@given(
    st.lists(
        st.tuples(st.sampled_from([-math.inf, 0.0, 1.0, 2.5, math.nan, 4.0]), st.floats(0, 3), st.integers(0, 1)),
        max_size=9,
    )
)
def test_any_intervals_give_numbers_or_words(rows):
    left = [row[0] for row in rows]
    right = [row[0] + row[1] if math.isfinite(row[0]) else 1.0 for row in rows]
    for distribution in ("normal", "weibull"):
        model = censored_regression.fit(left, right, [row[2] for row in rows], distribution)
        answer = model.estimate(0)
        assert (answer.estimate is None and model.warnings) or (math.isfinite(answer.estimate) and answer.se > 0)


@pytest.mark.reference(
    "interval_width.compute_width_proportion", source="R 4.2.2 binom.test(2, 20) and binom.test(5, 50)"
)
def test_widths_with_more_participants():
    now = Estimate(0.5, 0.25, 1.0, None, 20, "a.b")
    assert interval_width.compute_width(now, 10, 40) == pytest.approx(0.375)
    assert interval_width.compute_width(now, 10, 40, "log") == pytest.approx(2.0)
    assert interval_width.compute_width(Estimate(None, None, 1.0, None, 20, "a.b"), 10, 40) is None
    # 1/10 at 20 and 50: Clopper-Pearson of 2/20 and 5/50 (R: 0.0123-0.3170, 0.0333-0.2181).
    assert interval_width.compute_width_proportion(1, 10, 20) == pytest.approx(0.3170 - 0.0123, abs=1e-4)
    assert interval_width.compute_width_proportion(1, 10, 50) == pytest.approx(0.2181 - 0.0333, abs=1e-4)
    narrower = interval_width.compute_width_difference(1, 10, 4, 10, 50)
    assert narrower < interval_width.compute_width_difference(1, 10, 4, 10, 20) < 1
    assert interval_width.compute_width_proportion(3, 0, 20) is None
    assert interval_width.compute_width_difference(3, 0, 1, 5, 20) is None


def test_area_under_a_course():
    assert area_under_curve.compute_trapezoid([28, 0, 10, 3], [2.0, 1.0, 2.0, math.nan], 0, 28) == 51.0
    assert area_under_curve.compute_trapezoid([-1, 30], [1.0, 1.0], 0, 28) == 28.0
    assert area_under_curve.compute_trapezoid([0, 20], [1.0, 1.0], 0, 28) is None
    assert area_under_curve.compute_trapezoid([], [], 0, 28) is None
    with pytest.raises(ValueError, match="two values at one time"):
        area_under_curve.compute_trapezoid([0, 0, 28], [1, 2, 3], 0, 28)
