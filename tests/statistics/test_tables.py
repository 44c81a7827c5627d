"""Barnard, Boschloo, conditional odds ratio, and stratified tables."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trialwright.statistics import (
    barnard,
    boschloo,
    conditional_odds_ratio,
    fisher,
    mantel_haenszel,
    risk_difference,
    van_elteren,
    wilcoxon,
)
from trialwright.statistics import stratified_risk_difference as stratified
from trialwright.statistics.permutation import list_splits

# Agresti 1990, p. 231: cured by immediate against delayed penicillin, five levels of dose.
RABBITS = [(0, 6, 0, 5), (3, 6, 0, 6), (6, 6, 2, 6), (5, 6, 6, 6), (2, 2, 5, 5)]
STRATA = [(7, 20, 2, 25), (5, 9, 3, 11), (1, 12, 1, 4)]
STRATIFIED = (stratified.estimate_miettinen_nurminen, stratified.estimate_newcombe, stratified.estimate_sato)


@st.composite
def tables(draw, largest=8, least=1):
    n1, n0 = draw(st.integers(least, largest)), draw(st.integers(least, largest))
    return draw(st.integers(0, n1)), n1, draw(st.integers(0, n0)), n0


strata_lists = st.lists(tables(), min_size=1, max_size=3)


def _barnard_on_a_grid(x1, n1, x0, n0):
    """Barnard's p by brute force: every table, a fine grid of the common rate."""
    best = 0.0
    i, j = np.meshgrid(np.arange(n1 + 1), np.arange(n0 + 1), indexing="ij")

    def z(a, b):
        rate = (a + b) / (n1 + n0)
        spread = np.sqrt(rate * (1 - rate) * (1 / n1 + 1 / n0))
        return np.where(spread > 0, np.abs(a / n1 - b / n0) / np.where(spread > 0, spread, 1), 0)

    region = z(i, j) >= z(np.array(x1), np.array(x0)) - 1e-9
    for rate in np.linspace(0, 1, 2001):
        best = max(best, float((stats.binom.pmf(i, n1, rate) * stats.binom.pmf(j, n0, rate))[region].sum()))
    return best


@pytest.mark.reference(
    "barnard.compare", source="enumeration of all tables on a grid of 2,001 common rates with scipy stats.binom"
)
@pytest.mark.parametrize("table", [(9, 10, 3, 10), (10, 10, 6, 10), (1, 9, 4, 9), (0, 10, 5, 10), (2, 12, 15, 18)])
def test_barnard_finds_the_supremum(table):
    assert barnard.compare(*table).p == pytest.approx(_barnard_on_a_grid(*table), rel=1e-4)


def test_published_unconditional_p_values():
    assert barnard.compare(9, 10, 3, 10).p == pytest.approx(0.00796, abs=5e-6)
    assert boschloo.compare(2, 12, 15, 18).p == pytest.approx(0.00028, abs=5e-6)


@settings(max_examples=15)
@given(tables(9))
def test_unconditional_tests_are_mirrored_and_boschloo_never_exceeds_fisher(table):
    x1, n1, x0, n0 = table
    for test in barnard.compare, boschloo.compare:
        p = test(*table).p
        assert 0 < p <= 1
        assert test(x0, n0, x1, n1).p == pytest.approx(p, abs=1e-9)
        assert test(n1 - x1, n1, n0 - x0, n0).p == pytest.approx(p, abs=1e-9)
    assert boschloo.compare(*table).p <= fisher.compare_two_sided(*table).p + 1e-9


@pytest.mark.parametrize("test", [barnard.compare, boschloo.compare])
def test_unconditional_tests_keep_their_level_at_every_rate(test):
    n1, n0 = 6, 5
    rejected = np.array([[test(i, n1, j, n0).p <= 0.05 for j in range(n0 + 1)] for i in range(n1 + 1)])
    for rate in np.linspace(0.01, 0.99, 99):
        law = np.outer(stats.binom.pmf(range(n1 + 1), n1, rate), stats.binom.pmf(range(n0 + 1), n0, rate))
        assert law[rejected].sum() <= 0.05 + 1e-9


@pytest.mark.reference(
    "conditional_odds_ratio.estimate_exact",
    source="R 4.2.2 fisher.test, more.R, and scipy 1.17 stats.contingency.odds_ratio",
)
@pytest.mark.parametrize("table", [(9, 10, 3, 10), (1, 9, 4, 9), (7, 20, 2, 25)])
def test_conditional_odds_ratio(r, table):
    answer = conditional_odds_ratio.estimate_exact(*table)
    assert answer.estimate == pytest.approx(r("odds_" + "_".join(map(str, table)), "estimate"), rel=5e-4)
    wanted = stats.contingency.odds_ratio([[table[0], table[1] - table[0]], [table[2], table[3] - table[2]]])
    limits = wanted.confidence_interval(0.95)
    assert answer.estimate == pytest.approx(wanted.statistic, rel=1e-6)
    assert (answer.ci_low, answer.ci_high) == pytest.approx((limits.low, limits.high), rel=1e-6)


def test_upper_limit_where_r_is_loose():
    assert conditional_odds_ratio.estimate_exact(9, 10, 3, 10).ci_high == pytest.approx(1047.84, abs=0.01)


@given(tables(15))
def test_conditional_odds_ratio_turns_over_and_agrees_with_its_p(table):
    x1, n1, x0, n0 = table
    one, two = conditional_odds_ratio.estimate_exact(*table), conditional_odds_ratio.estimate_exact(x0, n0, x1, n1)
    if one.p is None:
        assert one.warnings == two.warnings != ()
        return
    assert one.p == pytest.approx(two.p)
    if one.ci_low:
        assert two.ci_high == pytest.approx(1 / one.ci_low, rel=1e-7)
    inside = (one.ci_low is None or one.ci_low <= 1) and (one.ci_high is None or one.ci_high >= 1)
    if abs(one.p - 0.05) > 1e-9:
        assert (one.p > 0.05) == inside


@pytest.mark.reference(
    "mantel_haenszel.compare",
    "mantel_haenszel.compare_exact",
    "mantel_haenszel.estimate_odds_ratio",
    source="R 4.2.2 mantelhaen.test on the rabbits of Agresti 1990, p. 231, more.R",
)
def test_mantel_haenszel_equals_r(r):
    answer = mantel_haenszel.compare(RABBITS)
    assert answer.statistic == pytest.approx(r("cmh_rabbits", "statistic"), rel=1e-12)
    assert answer.p == pytest.approx(r("cmh_rabbits", "p"), rel=1e-10)
    corrected = mantel_haenszel.compare(RABBITS, correct=True)
    assert corrected.statistic == pytest.approx(r("cmh_rabbits", "corrected"), rel=1e-12)
    assert mantel_haenszel.compare_exact(RABBITS).p == pytest.approx(r("cmh_rabbits", "exact"), rel=1e-10)
    odds = mantel_haenszel.estimate_odds_ratio(RABBITS)
    assert odds.estimate == pytest.approx(r("cmh_rabbits", "or"))
    assert odds.ci_low == pytest.approx(r("cmh_rabbits", "low"))
    assert odds.ci_high == pytest.approx(r("cmh_rabbits", "high"))


@given(tables())
def test_one_stratum_is_the_unstratified_method(table):
    pairs = (
        (stratified.estimate_miettinen_nurminen, risk_difference.estimate_miettinen_nurminen),
        (stratified.estimate_newcombe, risk_difference.estimate_newcombe),
    )
    for many, one in pairs:
        a, b = many([table]), one(*table)
        assert (a.estimate, a.ci_low, a.ci_high) == pytest.approx((b.estimate, b.ci_low, b.ci_high), abs=1e-9)
    assert mantel_haenszel.compare_exact([table]).p == pytest.approx(fisher.compare_two_sided(*table).p)


def test_satos_variance_by_hand_is_near_walds_with_one_stratum():
    x1, n1, x0, n0 = 56, 70, 48, 80
    n = n1 + n0
    p = (n1**2 * x0 - n0**2 * x1 + n1 * n0 * (n0 - n1) / 2) / n**2
    q = (x1 * (n0 - x0) + x0 * (n1 - x1)) / (2 * n)
    d = x1 / n1 - x0 / n0
    wanted = math.sqrt((d * p + q) / (n1 * n0 / n) ** 2)
    answer = stratified.estimate_sato([(x1, n1, x0, n0)])
    assert answer.se == pytest.approx(wanted)
    assert answer.se == pytest.approx(math.sqrt(0.8 * 0.2 / 70 + 0.6 * 0.4 / 80), rel=0.05)


def test_stratified_score_limits_solve_their_equation():
    answer = stratified.estimate_miettinen_nurminen(STRATA)
    weights = np.array([n1 * n0 / (n1 + n0) for _, n1, _, n0 in STRATA])
    weights /= weights.sum()
    observed = sum(w * (t[0] / t[1] - t[2] / t[3]) for w, t in zip(weights, STRATA, strict=True))
    for limit, sign in (answer.ci_low, 1), (answer.ci_high, -1):
        variance = sum(w * w * stratified._variance(t, limit) for w, t in zip(weights, STRATA, strict=True))
        assert (observed - limit) / math.sqrt(variance) == pytest.approx(sign * stats.norm.ppf(0.975))
    assert answer.estimate == pytest.approx(observed)


@given(strata_lists)
def test_stratified_intervals_hold_the_estimate_and_flip(strata):
    flipped = [(x0, n0, x1, n1) for x1, n1, x0, n0 in reversed(strata)]
    for method in STRATIFIED:
        one, two = method(strata), method(flipped)
        assert one.estimate == pytest.approx(-two.estimate, abs=1e-12)
        if one.ci_low is not None:
            assert one.ci_low - 1e-9 <= one.estimate <= one.ci_high + 1e-9
            assert one.ci_low == pytest.approx(-two.ci_high, abs=1e-8)


@pytest.mark.slow
def test_stratified_intervals_cover_within_monte_carlo_error():
    rng = np.random.default_rng(17)
    base, gap, sizes = np.array([0.2, 0.4, 0.5]), 0.2, [(30, 25), (20, 22), (28, 30)]
    hits = dict.fromkeys(STRATIFIED, 0)
    for _ in range(400):
        strata = [
            (rng.binomial(n1, p + gap), n1, rng.binomial(n0, p), n0) for p, (n1, n0) in zip(base, sizes, strict=True)
        ]
        for method in STRATIFIED:
            answer = method(strata)
            hits[method] += answer.ci_low <= gap <= answer.ci_high
    assert all(0.918 <= count / 400 <= 0.98 for count in hits.values())


@pytest.mark.reference(
    "van_elteren.compare", "van_elteren.compare_exact", source="enumeration of all relabellings inside strata"
)
def test_van_elteren_equals_full_enumeration():
    values = np.array([1, 2, 2, 5, 7, 3, 3, 4, 9, 1.0])
    arm = np.array([0, 1, 0, 1, 1, 0, 1, 0, 1, 0])
    block = np.array([0] * 5 + [1] * 5)
    answer = van_elteren.compare_exact(values, arm, block)
    parts = []
    for code in (0, 1):
        mine = block == code
        ranks = stats.rankdata(values[mine]) / 6
        sums = ranks[list_splits(5, int(arm[mine].sum()))].sum(axis=1)
        parts.append((sums - sums.mean(), ranks[arm[mine] == 1].sum() - sums.mean()))
    every = (parts[0][0][:, None] + parts[1][0][None, :]).ravel()
    seen = parts[0][1] + parts[1][1]
    assert answer.p == pytest.approx(float((np.abs(every) >= abs(seen) - 1e-9).mean()))
    asymptotic = van_elteren.compare(values, arm, block)
    assert asymptotic.statistic == pytest.approx(seen / every.std())
    assert asymptotic.p == pytest.approx(2 * stats.norm.sf(abs(seen / every.std())))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 1)), min_size=2, max_size=12))
def test_van_elteren_with_one_stratum_is_wilcoxon(rows):
    values, arm = (np.array(part, dtype=float) for part in zip(*rows, strict=True))
    answer = van_elteren.compare_exact(values, arm, np.zeros(arm.size))
    wanted = wilcoxon.compare_exact(values[arm == 1], values[arm == 0])
    assert (answer.p is None) == (wanted.p is None)
    if wanted.p is not None:
        assert answer.p == pytest.approx(wanted.p)


@pytest.mark.parametrize("table", [(0, 0, 1, 5), (math.nan, 5, 1, 5), (6, 5, 1, 5), (1, 5, -1, 5)])
def test_garbage_gives_words(table):
    for test in barnard.compare, boschloo.compare:
        assert test(*table).p is None and test(*table).warnings
    assert conditional_odds_ratio.estimate_exact(*table).warnings
    for method in STRATIFIED:
        answer = method([table])
        assert answer.estimate is None and answer.warnings
        assert method([]).estimate is None
    for test in mantel_haenszel.compare, mantel_haenszel.compare_exact, mantel_haenszel.estimate_odds_ratio:
        assert test([table]).p is None and test([table]).warnings
    assert mantel_haenszel.compare([(0, 5, 0, 4)]).p is None
    assert van_elteren.compare([], [], []).p is None
    assert van_elteren.compare_exact([1, math.nan], [0, 1], [0, 0]).p is None
    assert van_elteren.compare_exact([2, 2, 2], [0, 1, 1], [0, 0, 0]).p == 1
    assert "one arm only" in van_elteren.compare([1, 2, 3], [0, 1, 1], [0, 0, 1]).warnings[0]


def test_large_tables_fall_back_and_say_so():
    table = (300, 600, 360, 620)
    for answer, near in (
        (risk_difference.estimate_exact(*table), risk_difference.estimate_miettinen_nurminen(*table)),
        (barnard.compare(*table), fisher.compare_two_sided(*table)),
        (boschloo.compare(*table), fisher.compare_two_sided(*table)),
    ):
        assert "participants" in answer.warnings[0] and ":" in answer.method
        assert answer.p == pytest.approx(near.p, rel=0.3)
    values, arm = np.arange(900) % 37, np.arange(900) % 2
    assert van_elteren.compare_exact(values, arm, np.arange(900) % 3).method.endswith(":normal")
