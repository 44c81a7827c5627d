"""Whatever comes in, what goes out is words or finite numbers: never an exception, never NaN or infinity."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.statistics import (
    aalen_johansen,
    ancova,
    barnard,
    beta_posterior,
    boschloo,
    conditional_odds_ratio,
    cox,
    fine_gray,
    firth_logistic,
    fisher,
    gray,
    hodges_lehmann,
    kaplan_meier,
    log_rank,
    mantel_haenszel,
    mmrm_visits,
    overlap_weights,
    poisson_rate,
    proportion,
    risk_difference,
    rmst,
    standardised_difference,
    stratified_risk_difference,
    summary,
    turnbull,
    van_elteren,
    wilcoxon,
    win_odds,
)

VALUES = st.sampled_from([math.nan, math.inf, -math.inf, -1.0, 0.0, 0.5, 1.0, 2.0, 2.0, 3.0, 1e-300, 1e300])
MILD = st.sampled_from([math.nan, 0.0, 1.0, 1.0, 2.0, 3.5, -2.0, 1e6])
COUNTS = st.sampled_from([math.nan, math.inf, -1, 0, 0.5, 1, 2, 5, 5])
EVENTS = st.sampled_from([math.nan, 0.0, 0.0, 1.0, 1.0, 2.0, -1.0, 0.5])
ARMS = st.sampled_from([0.0, 1.0])


def check_clean(result):
    """Every number in the answer is finite; where the main one is missing there are words."""
    if dataclasses.is_dataclass(result):
        for field in dataclasses.fields(result):
            if field.name in ("precision", "state"):
                continue
            check_clean(getattr(result, field.name))
        if getattr(result, "estimate", 0) is None or (getattr(result, "p", 0) is None and not hasattr(result, "se")):
            assert result.warnings, result
    elif isinstance(result, tuple):
        for part in result:
            check_clean(part)
    elif isinstance(result, np.ndarray):
        assert np.isfinite(result).all(), result
    elif isinstance(result, float):
        assert math.isfinite(result), result


@pytest.mark.filterwarnings("error")
@settings(max_examples=150)
@given(st.lists(VALUES, max_size=7), st.lists(VALUES, max_size=7))
def test_two_samples(first, second):
    for method in (
        wilcoxon.compare_exact,
        hodges_lehmann.estimate_shift,
        win_odds.estimate,
        win_odds.estimate_all,
    ):
        check_clean(method(first, second))
    check_clean(summary.describe(first))
    check_clean(summary.compute_quantile(first, 0.3))


@settings(max_examples=150)
@given(st.lists(MILD, max_size=7), st.lists(MILD, max_size=7))
def test_two_samples_of_moderate_size(first, second):
    check_clean(standardised_difference.estimate(first, second))
    check_clean(summary.estimate_mean(first))
    check_clean(summary.estimate_geometric_mean(second))


@pytest.mark.filterwarnings("error")
@settings(max_examples=100)
@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_tables(x1, n1, x0, n0):
    for method in (
        risk_difference.estimate_exact,
        risk_difference.estimate_miettinen_nurminen,
        risk_difference.estimate_mee,
        risk_difference.estimate_newcombe,
        fisher.compare_two_sided,
        fisher.compare_mid_p,
        barnard.compare,
        boschloo.compare,
        conditional_odds_ratio.estimate_exact,
        beta_posterior.estimate_difference,
        standardised_difference.estimate_binary,
        poisson_rate.estimate_ratio,
    ):
        check_clean(method(x1, n1, x0, n0))
    for method in (
        proportion.estimate_clopper_pearson,
        proportion.estimate_mid_p,
        proportion.estimate_wilson,
        proportion.estimate_jeffreys,
        poisson_rate.estimate_exact,
        beta_posterior.estimate_rate,
    ):
        check_clean(method(x1, n1))
    for method in (
        mantel_haenszel.compare,
        mantel_haenszel.compare_exact,
        mantel_haenszel.estimate_odds_ratio,
        stratified_risk_difference.estimate_miettinen_nurminen,
        stratified_risk_difference.estimate_newcombe,
        stratified_risk_difference.estimate_sato,
    ):
        check_clean(method([(x1, n1, x0, n0), (1, 4, 2, 5)]))
        check_clean(method([(x1, n1, x0, n0)]))


@pytest.mark.filterwarnings("error")
@settings(max_examples=200)
@given(st.lists(st.tuples(VALUES, EVENTS, ARMS, MILD), max_size=9))
def test_follow_up(rows):
    time, event, group, x = (list(part) for part in zip(*rows, strict=True)) if rows else ([], [], [], [])
    for curve in kaplan_meier.estimate(time, event), aalen_johansen.estimate(time, event):
        if math.isfinite(curve.last):
            check_clean(curve)
        check_clean(curve.at(2.0))
    check_clean(kaplan_meier.estimate_quantile(time, event))
    for method in gray.compare, gray.compare_exact, log_rank.compare, log_rank.compare_exact:
        check_clean(method(time, event, group))
    check_clean(log_rank.compare(time, event, group, group))
    for answer in rmst.estimate(time, event, 2.0), rmst.estimate_lost(time, event, 2.0):
        check_clean(answer)
    for model in cox.fit(time, event, x), cox.fit(time, event, x, group, "breslow"), fine_gray.fit(time, event, x):
        check_clean(model)
        check_clean(model.estimate(0))
    assert turnbull.estimate(time, x).method


@pytest.mark.filterwarnings("error")
@settings(max_examples=150)
@given(st.lists(st.tuples(MILD, ARMS, MILD, st.integers(0, 2)), max_size=12))
def test_models(rows):
    y, arm, x, visit = (list(part) for part in zip(*rows, strict=True)) if rows else ([], [], [], [])
    check_clean(ancova.estimate_means(y, arm, x))
    check_clean(ancova.estimate(y, arm, x, robust=True))
    check_clean(van_elteren.compare(y, arm, visit))
    check_clean(van_elteren.compare_exact(y, arm, visit))
    check_clean(firth_logistic.fit(arm, x))
    check_clean(overlap_weights.estimate(y, arm, x))
    seen, keep = set(), []
    for index, at in enumerate(visit):
        who = index // 3
        if (who, at) not in seen:
            seen.add((who, at))
            keep.append((index, who, at))
    table = mmrm_visits.estimate_visits(
        mmrm_visits.Rows(
            [y[i] for i, _, _ in keep], [arm[who * 3] for _, who, _ in keep], [who for _, who, _ in keep],
            [at for _, _, at in keep],
        )
    )  # fmt: skip
    check_clean(table)
