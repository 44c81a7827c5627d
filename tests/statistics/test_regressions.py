"""Cox, Fine-Gray, restricted means, Turnbull and Firth against R; win odds, overlap weights by their theory."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trialwright.statistics import (
    cox,
    fine_gray,
    firth_logistic,
    kaplan_meier,
    log_rank,
    overlap_weights,
    rmst,
    standardised_difference,
    turnbull,
    win_odds,
)

follow = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 2), st.integers(0, 1)), min_size=6, max_size=16)


@pytest.fixture(scope="module")
def d(data):
    return data("survival_data")


@pytest.mark.reference("cox.fit", source="R 4.2.2 survival::coxph, exact_kit.R")
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_cox_equals_coxph(r, d, ties):
    x = np.column_stack([d["x"], d["age"], d["group"] == 1])
    model = cox.fit(d["time"], d["event"] > 0, x, ties=ties)
    for k in range(3):
        assert model.beta[k] == pytest.approx(r(f"cox_{ties}_{k + 1}", "estimate"), rel=1e-8)
        assert model.estimate(k).se == pytest.approx(r(f"cox_{ties}_{k + 1}", "se"), rel=1e-8)
    assert model.log_likelihood == pytest.approx(r(f"cox_{ties}", "loglik"), rel=1e-12)
    assert model.score == pytest.approx(r(f"cox_{ties}", "score"), rel=1e-9)
    assert model.estimate(0).estimate == pytest.approx(math.exp(model.beta[0]))


@pytest.mark.reference("cox.fit", source="R 4.2.2 survival::coxph with strata and robust errors, exact_kit.R")
def test_stratified_and_robust_cox_equal_coxph(r, d):
    x = np.column_stack([d["x"], d["age"]])
    model = cox.fit(d["time"], d["event"] > 0, x, d["stratum"])
    for k in range(2):
        assert model.beta[k] == pytest.approx(r(f"cox_strata_{k + 1}", "estimate"), rel=1e-9)
        assert model.estimate(k).se == pytest.approx(r(f"cox_strata_{k + 1}", "se"), rel=1e-9)
    for ties, case in ("efron", "cox_robust"), ("breslow", "cox_breslow_robust"):
        model = cox.fit(d["time"], d["event"] > 0, x, ties=ties)
        for k in range(2):
            assert model.estimate(k, robust=True).se == pytest.approx(r(f"{case}_{k + 1}", "se"), rel=1e-9)


@given(follow)
def test_score_test_of_cox_without_ties_is_the_log_rank_test(rows):
    event, arm = (np.array([row[k] for row in rows]) for k in (1, 2))
    time = np.argsort(np.argsort([row[0] for row in rows], kind="stable")) + 1.0
    model = cox.fit(time, event > 0, arm)
    test = log_rank.compare(time, event > 0, arm)
    if model.beta.size and test.p is not None:
        assert model.score == pytest.approx(test.statistic, rel=1e-8, abs=1e-10)
        other = cox.fit(time, event > 0, 1 - arm)
        assert other.beta[0] == pytest.approx(-model.beta[0], abs=1e-6)
        assert model.compare().p == pytest.approx(other.compare().p, abs=1e-8)


@pytest.mark.reference("fine_gray.fit", source="R 4.2.2 cmprsk::crr, exact_kit.R")
def test_fine_gray_equals_cmprsk_with_its_sandwich(r, d):
    model = fine_gray.fit(d["time"], d["event"], np.column_stack([d["x"], d["age"]]))
    for k in range(2):
        assert model.beta[k] == pytest.approx(r(f"finegray_{k + 1}", "estimate"), rel=1e-5)
        assert model.estimate(k).se == pytest.approx(r(f"finegray_{k + 1}", "se"), rel=1e-7)
    two = d["group"] < 2
    model = fine_gray.fit(d["time"][two], d["event"][two], d["group"][two])
    assert model.beta[0] == pytest.approx(r("finegray_group", "estimate"), rel=1e-5)
    assert model.estimate(0).se == pytest.approx(r("finegray_group", "se"), rel=1e-7)


def test_fine_gray_without_competing_events_is_robust_cox(d):
    event = (d["event"] == 1).astype(int)
    one, two = fine_gray.fit(d["time"], event, d["x"]), cox.fit(d["time"], event, d["x"], ties="breslow")
    assert one.beta[0] == pytest.approx(two.beta[0])
    assert one.estimate(0).se == pytest.approx(two.estimate(0, robust=True).se)


@pytest.mark.reference("rmst.estimate", source="R 4.2.2 survival, summary(survfit, rmean = horizon), exact_kit.R")
@pytest.mark.parametrize("horizon", [20, 28])
@pytest.mark.parametrize("group", [0, 1])
def test_restricted_mean_equals_survival(r, d, horizon, group):
    mine = d["group"] == group
    answer = rmst.estimate(d["time"][mine], d["event"][mine] > 0, horizon)
    assert answer.estimate == pytest.approx(r(f"rmst_{horizon}_{group}", "estimate"), rel=1e-12)
    assert answer.se == pytest.approx(r(f"rmst_{horizon}_{group}", "se"), rel=1e-12)


@given(follow)
def test_times_lost_and_the_mean_add_up_to_the_horizon(rows):
    time, event = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    horizon = float(time.max())
    parts = [rmst.estimate(time, event > 0, horizon), *(rmst.estimate_lost(time, event, horizon, k) for k in (1, 2))]
    assert sum(part.estimate for part in parts) == pytest.approx(horizon)
    single = rmst.estimate_lost(time, event > 0, horizon)
    assert single.estimate == pytest.approx(horizon - parts[0].estimate)
    assert (single.se or 0.0) == pytest.approx(parts[0].se or 0.0)


@pytest.mark.reference("rmst.estimate_lost", source="enumeration: without censoring the time lost is a sample mean")
def test_variance_of_time_lost_without_censoring_is_that_of_a_sample_mean():
    rng = np.random.default_rng(2)
    time, event = rng.integers(1, 30, 40).astype(float), rng.integers(1, 3, 40)
    lost = np.where(event == 1, np.maximum(0, 20 - time), 0.0)
    answer = rmst.estimate_lost(time, event, 20)
    assert answer.estimate == pytest.approx(lost.mean())
    assert answer.se == pytest.approx(lost.std() / math.sqrt(40))


def test_difference_of_restricted_means():
    rng = np.random.default_rng(9)
    one, two = (rmst.estimate(rng.exponential(s, 30).clip(0, 20), np.ones(30), 15) for s in (5, 8))
    gap = rmst.compare(one, two)
    assert gap.estimate == pytest.approx(one.estimate - two.estimate)
    assert gap.se == pytest.approx(math.hypot(one.se, two.se))
    assert rmst.compare(two, one).p == pytest.approx(gap.p)
    assert rmst.estimate([5, 9], [1, 0], 20).estimate is None
    assert rmst.estimate([5, 30], [0, 0], 20).warnings


@pytest.mark.reference("turnbull.estimate", source="R 4.2.2 survival::survfit(type = 'interval2'), more.R")
def test_turnbull_equals_survfit(r, data):
    d = data("turnbull_data")
    curve = turnbull.estimate(d["left"], d["right"])
    left = 1 - np.cumsum(curve.mass)
    for k in range(6):
        # R stops its iterations at about 1e-4 and puts each mass in the middle of its interval.
        assert (curve.left[k] + curve.right[k]) / 2 == r("turnbull", f"time{k + 1}")
        assert left[k] == pytest.approx(r("turnbull", f"survival{k + 1}"), abs=1e-4)
    assert curve.survival(3) == pytest.approx((left[0], left[0]))
    assert curve.survival(5)[0] < curve.survival(5)[1]
    assert curve.quantile(0.9) == (21.0, 28.0)


@given(st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=2, max_size=15))
def test_turnbull_of_exact_and_right_censored_times_is_kaplan_meier(rows):
    time, event = np.array([row[0] for row in rows], dtype=float), np.array([row[1] for row in rows])
    curve = turnbull.estimate(time, np.where(event, time, np.inf))
    product_limit = kaplan_meier.estimate(time, event)
    for at, value in zip(product_limit.times, product_limit.estimate, strict=True):
        assert curve.survival(float(at))[1] == pytest.approx(value, abs=1e-5)


def test_turnbull_says_what_is_wrong():
    for left, right in ([], []), ([3], [2]), ([-1], [2]), ([math.nan], [2]):
        curve = turnbull.estimate(left, right)
        assert curve.n == 0 and curve.warnings
        assert curve.survival(1) is None and curve.quantile() is None


def test_win_odds_of_known_wins():
    # 3 x 3 pairs: 5 wins, 2 ties, 2 losses.
    wins = win_odds.estimate_all([1, 3, 4], [1, 2, 3])
    assert (wins.won, wins.tied, wins.lost) == pytest.approx((5 / 9, 2 / 9, 2 / 9))
    assert wins.odds.estimate == pytest.approx((5 + 1) / (2 + 1))
    assert wins.net_benefit.estimate == pytest.approx(5 / 9 - 2 / 9)


@pytest.mark.reference("win_odds.estimate_all", source="scipy 1.17 stats.brunnermunzel")
@given(st.lists(st.integers(0, 7), min_size=3, max_size=12), st.lists(st.integers(0, 7), min_size=3, max_size=12))
def test_win_odds_laws_and_brunner_munzels_variance(first, second):
    one, two = win_odds.estimate_all(first, second), win_odds.estimate_all(second[::-1], first)
    assert one.probability.estimate == pytest.approx(1 - two.probability.estimate)
    assert win_odds.estimate(first, second, higher_wins=False).estimate == (
        pytest.approx(two.odds.estimate) if two.odds.estimate is not None else None
    )
    if one.odds.ci_low is not None:
        assert one.odds.p == pytest.approx(two.odds.p)
        assert (one.odds.p > 0.05) == (one.odds.ci_low <= 1 <= one.odds.ci_high) or abs(one.odds.p - 0.05) < 1e-9
        test = stats.brunnermunzel(first, second)
        mine = (0.5 - one.probability.estimate) / one.probability.se
        assert mine == pytest.approx(test.statistic, rel=1e-9, abs=1e-9)


@pytest.mark.reference("firth_logistic.fit", source="R 4.2.2 brglm2, more.R")
def test_firth_equals_brglm2(r, data):
    d = data("firth_data")
    model = firth_logistic.fit(d["arm"], np.column_stack([d["age"], d["severe"]]))
    for k in range(3):
        assert model.beta[k] == pytest.approx(r("firth", f"beta{k + 1}"), rel=1e-6)
        assert model.covariance[k, k] ** 0.5 == pytest.approx(r("firth", f"se{k + 1}"), rel=1e-6)
    separated = firth_logistic.fit(d["arm"], d["sep"])
    for k in range(2):
        assert separated.beta[k] == pytest.approx(r("firth_separated", f"beta{k + 1}"), rel=1e-6)
    # Firth 1993: with one binary covariate one half is added to each cell.
    assert separated.beta[1] == pytest.approx(2 * math.log(10.5 / 0.5), rel=1e-8)


def test_balance_before_weighting_is_the_standardised_difference(data):
    """Two tables of one report must not disagree: with n - 1 for a continuous covariate, with p q for yes or no."""
    d = data("firth_data")
    before = overlap_weights.estimate(d["y"], d["arm"], np.column_stack([d["age"], d["severe"]])).before
    arms = [d["arm"] == 1, d["arm"] == 0]
    assert before[0] == pytest.approx(standardised_difference.estimate(*(d["age"][arm] for arm in arms)).estimate)
    counts = [int(number) for arm in arms for number in (d["severe"][arm].sum(), arm.sum())]
    assert before[1] == pytest.approx(standardised_difference.estimate_binary(*counts).estimate)


def test_overlap_weights_balance_and_estimate(data):
    d = data("firth_data")
    x = np.column_stack([d["age"], d["severe"]])
    answer = overlap_weights.estimate(d["y"], d["arm"], x)
    assert (np.abs(answer.after) < np.abs(answer.before)).all()
    assert abs(answer.after[1]) < 0.25 * abs(answer.before[1])  # severity, 1.5 SD apart
    assert answer.difference.estimate == pytest.approx(answer.mean1 - answer.mean0)
    assert 1 < answer.effective1 <= 10 and 1 < answer.effective0 <= 10
    assert "must not be read as an effect" in answer.statement
    swapped = overlap_weights.estimate(d["y"][::-1], 1 - d["arm"][::-1], x[::-1])
    assert swapped.difference.estimate == pytest.approx(-answer.difference.estimate)
    assert swapped.difference.se == pytest.approx(answer.difference.se)


@pytest.mark.slow
def test_standard_error_of_the_overlap_difference_is_that_of_repeated_studies():
    rng = np.random.default_rng(31)
    estimates, errors = [], []
    for _ in range(300):
        x = rng.normal(size=(60, 2))
        arm = (rng.random(60) < 1 / (1 + np.exp(-0.8 * x[:, 0]))).astype(float)
        y = x[:, 0] + 0.5 * x[:, 1] + rng.normal(size=60)
        answer = overlap_weights.estimate(y, arm, x).difference
        estimates.append(answer.estimate)
        errors.append(answer.se)
    assert np.mean(errors) == pytest.approx(np.std(estimates), rel=0.12)
    # Firth's penalty draws the score to one half: a little of the 0.7 of confounding stays.
    assert abs(np.mean(estimates)) < 0.12


@pytest.mark.parametrize(
    ("time", "event", "x"),
    [
        ([], [], []),
        ([1, 2], [0, 0], [0, 1]),
        ([1, 2], [1, 1], [3, 3]),
        ([math.inf, 2], [1, 1], [0, 1]),
        ([1, 2, 3, 4], [1, 1, 0, 0], [1, 1, 0, 0]),
        ([math.nan, math.nan], [1, 1], [0, 1]),
    ],
)
def test_garbage_gives_words(time, event, x):
    for model in cox.fit(time, event, x), fine_gray.fit(time, event, x):
        assert model.beta.size == 0 and model.warnings
        assert model.estimate(0).estimate is None
    answer = overlap_weights.estimate(time, np.ones(len(time)), x)
    assert answer.difference.estimate is None and answer.difference.warnings
    assert firth_logistic.fit(np.full(len(x), 2.0), x).warnings
    assert win_odds.estimate([], [1]).estimate is None
    assert win_odds.estimate([2, 3], [1, 1]).ci_low is None


def test_cox_converges_with_thousands_of_participants_as_it_does_with_few():
    """The same people 33 times over: the same ratio, whose standard error is smaller by the root of 33 (Breslow's ties)."""
    rng = np.random.default_rng(3)
    arm = rng.integers(0, 2, 300).astype(float)
    day = np.minimum(np.ceil(rng.exponential(9, 300)), 28)
    few, many = (
        cox.fit(np.tile(day, n), np.tile(day < 28, n).astype(int), np.tile(arm, n), ties="breslow").estimate(0)
        for n in (1, 33)
    )
    assert few.estimate is not None and many.estimate == pytest.approx(few.estimate, rel=1e-9)
    assert many.se is not None and many.se * 33**0.5 == pytest.approx(few.se, rel=1e-6)
