"""Proportions, risk differences, Fisher and rates against R, published tables and full enumeration."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trialwright.statistics import fisher, poisson_rate, proportion, risk_difference, unconditional
from trialwright.statistics.score_2x2 import compute_constrained_rates

PROPORTIONS = (
    proportion.estimate_clopper_pearson,
    proportion.estimate_mid_p,
    proportion.estimate_wilson,
    proportion.estimate_jeffreys,
)
DIFFERENCES = (
    risk_difference.estimate_exact,
    risk_difference.estimate_miettinen_nurminen,
    risk_difference.estimate_mee,
    risk_difference.estimate_newcombe,
)


@st.composite
def tables(draw, largest=10):
    n1, n0 = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    return draw(st.integers(0, n1)), n1, draw(st.integers(0, n0)), n0


@pytest.mark.reference(
    "proportion.estimate_clopper_pearson",
    "proportion.estimate_wilson",
    source="R 4.2.2 binom.test and prop.test, exact_kit.R",
)
@pytest.mark.parametrize("x", [0, 1, 4, 10])
def test_clopper_pearson_and_wilson_equal_r(r, x):
    for method, name in (
        (proportion.estimate_clopper_pearson, "clopper"),
        (proportion.estimate_wilson, "wilson"),
    ):
        answer = method(x, 10)
        assert answer.ci_low == pytest.approx(r(f"{name}_{x}_10", "low"), abs=1e-12)
        assert answer.ci_high == pytest.approx(r(f"{name}_{x}_10", "high"), abs=1e-12)


@pytest.mark.reference(
    "proportion.estimate_clopper_pearson",
    "proportion.estimate_mid_p",
    "proportion.estimate_wilson",
    source="Newcombe 1998, Statistics in Medicine 17:857, table I, methods 3, 5 and 6",
)
def test_published_limits_of_one_proportion():
    # Newcombe 1998, Statistics in Medicine 17:857, table I: methods 3, 5 and 6.
    published = {
        (81, 263): ((0.2553, 0.3662), (0.2527, 0.3676), (0.2544, 0.3658)),
        (15, 148): ((0.0624, 0.1605), (0.0578, 0.1617), (0.0601, 0.1581)),
        (0, 20): ((0.0000, 0.1611), (0.0000, 0.1684), (0.0000, 0.1391)),
        (1, 29): ((0.0061, 0.1718), (0.0009, 0.1776), (0.0017, 0.1585)),
    }
    for (x, n), limits in published.items():
        for method, wanted in zip((PROPORTIONS[2], PROPORTIONS[0], PROPORTIONS[1]), limits, strict=True):
            answer = method(x, n)
            assert (round(answer.ci_low, 4), round(answer.ci_high, 4)) == wanted


def test_jeffreys_is_a_beta_quantile_with_closed_ends():
    answer = proportion.estimate_jeffreys(3, 10)
    assert (answer.ci_low, answer.ci_high) == pytest.approx(tuple(stats.beta.ppf([0.025, 0.975], 3.5, 7.5)))
    assert proportion.estimate_jeffreys(0, 10).ci_low == 0
    assert proportion.estimate_jeffreys(10, 10).ci_high == 1


def test_one_sided_upper_limit_of_none_of_ten():
    assert proportion.estimate_clopper_pearson(0, 10, level=0.9).ci_high == pytest.approx(0.2589, abs=5e-5)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_mirrored_counts_give_mirrored_intervals(counts):
    x, n = counts
    for method in PROPORTIONS:
        one, two = method(x, n), method(n - x, n)
        assert one.ci_low == pytest.approx(1 - two.ci_high, abs=1e-9)
        assert one.ci_low <= one.estimate <= one.ci_high


@pytest.mark.parametrize("n", [1, 7, 10])
def test_clopper_pearson_covers_at_every_rate(n):
    limits = [proportion.estimate_clopper_pearson(x, n) for x in range(n + 1)]
    for rate in np.linspace(0.001, 0.999, 201):
        covered = sum(stats.binom.pmf(x, n, rate) for x, c in enumerate(limits) if c.ci_low <= rate <= c.ci_high)
        assert covered >= 0.95 - 1e-12


@pytest.mark.reference(
    "risk_difference.estimate_miettinen_nurminen",
    "risk_difference.estimate_mee",
    "risk_difference.estimate_newcombe",
    source="Newcombe 1998, Statistics in Medicine 17:873, table II",
)
def test_published_limits_of_a_difference():
    # Newcombe 1998, Statistics in Medicine 17:873, table II: columns a (56/70 - 48/80), b (9/10 - 3/10), g, h.
    mn = {(56, 70, 48, 80): (0.0528, 0.3382), (9, 10, 3, 10): (0.1700, 0.8406), (10, 10, 0, 20): (0.7156, 1.0000)}
    mee = {(56, 70, 48, 80): (0.0533, 0.3377), (9, 10, 3, 10): (0.1821, 0.8370), (10, 10, 0, 20): (0.7225, 1.0000)}
    newcombe = {(56, 70, 48, 80): (0.0524, 0.3339), (9, 10, 3, 10): (0.1705, 0.8090), (10, 10, 0, 20): (0.6791, 1.0)}
    for method, published in zip(DIFFERENCES[1:], (mn, mee, newcombe), strict=True):
        for table, wanted in published.items():
            answer = method(*table)
            assert (round(answer.ci_low, 4), round(answer.ci_high, 4)) == wanted, (method, table)


def test_no_events_in_ten_and_ten():
    answer = risk_difference.estimate_miettinen_nurminen(0, 10, 0, 10)
    assert (round(answer.ci_low, 3), answer.estimate, round(answer.ci_high, 3)) == (-0.288, 0.0, 0.288)


@pytest.mark.reference(
    "risk_difference.estimate_exact",
    source="R package Exact, exact.test(method = 'z-pooled', conf.int = TRUE), as printed to three digits",
)
def test_exact_unconditional_interval_equals_the_r_package_exact():
    # Exact::exact.test(matrix(c(1, 8, 4, 5), 2), method = "z-pooled", conf.int = TRUE): -0.660, 0.098.
    answer = risk_difference.estimate_exact(1, 9, 4, 9)
    assert (round(answer.ci_low, 3), round(answer.ci_high, 3)) == (-0.660, 0.098)


@pytest.mark.reference(
    "risk_difference.estimate_exact", source="enumeration of all tables of 4 and 3 participants with scipy stats.binom"
)
@pytest.mark.slow
def test_exact_unconditional_interval_covers_at_every_pair_of_rates():
    n1, n0 = 4, 3
    answers = {(i, j): risk_difference.estimate_exact(i, n1, j, n0) for i in range(n1 + 1) for j in range(n0 + 1)}
    for p1 in np.linspace(0.02, 0.98, 25):
        for p0 in np.linspace(0.02, 0.98, 25):
            covered = sum(
                stats.binom.pmf(i, n1, p1) * stats.binom.pmf(j, n0, p0)
                for (i, j), a in answers.items()
                if a.ci_low - 1e-9 <= p1 - p0 <= a.ci_high + 1e-9
            )
            assert covered >= 0.95 - 1e-6


@given(tables(), st.floats(-0.95, 0.95))
def test_constrained_rates_maximise_the_likelihood(table, difference):
    x1, n1, x0, n0 = table
    p0 = float(compute_constrained_rates(x1, n1, x0, n0, difference)[1])

    def height(rate):
        return stats.binom.logpmf(x1, n1, np.clip(rate + difference, 0, 1)) + stats.binom.logpmf(x0, n0, rate)

    grid = np.linspace(max(0, -difference), min(1, 1 - difference), 301)
    assert height(p0) >= height(grid).max() - 1e-9


@settings(max_examples=8)
@given(tables(6))
def test_swapped_and_mirrored_tables_flip_the_difference(table):
    x1, n1, x0, n0 = table
    for method in DIFFERENCES:
        one, two, three = method(x1, n1, x0, n0), method(x0, n0, x1, n1), method(n1 - x1, n1, n0 - x0, n0)
        for other in two, three:
            assert one.estimate == pytest.approx(-other.estimate)
            assert one.ci_low == pytest.approx(-other.ci_high, abs=1e-6)
            assert (one.p is None and other.p is None) or one.p == pytest.approx(other.p, abs=1e-9)


@given(tables(9))
def test_p_and_interval_agree_about_zero(table):
    for method in DIFFERENCES[:3]:
        answer = method(*table)
        assert (answer.p > 0.05) <= (answer.ci_low <= 1e-9 and answer.ci_high >= -1e-9)
        if method is not DIFFERENCES[0]:  # the exact set may have holes; its outer ends are given
            assert (answer.p < 0.05 - 1e-9) == (answer.ci_low > 0 or answer.ci_high < 0)


@given(tables(6))
def test_supremum_is_above_a_fine_grid_and_is_reached(table):
    region = np.zeros((7, 6), dtype=bool)
    region[table[0], : table[2] % 6 + 1] = True
    region[: table[2] // 2, 3:] = True
    top, where = unconditional.compute_supremum(region)
    grid = unconditional.compute_probabilities(region, np.linspace(0, 1, 4001))
    assert top >= grid.max() - 1e-9
    assert top == pytest.approx(float(unconditional.compute_probabilities(region, np.array([where]))[0]), abs=1e-9)


@pytest.mark.reference("fisher.compare_two_sided", source="R 4.2.2 fisher.test, exact_kit.R")
@pytest.mark.parametrize(
    "table", [(0, 10, 5, 10), (1, 9, 4, 9), (9, 10, 3, 10), (2, 12, 15, 18), (7, 20, 2, 25), (3, 5, 3, 5)]
)
def test_fisher_equals_r(r, table):
    case = "fisher_" + "_".join(map(str, table))
    assert fisher.compare_two_sided(*table).p == pytest.approx(r(case, "p"), rel=1e-12)


def test_fisher_facts_at_ten_per_arm():
    assert fisher.compare_two_sided(0, 10, 4, 10).p == pytest.approx(0.087, abs=5e-4)
    assert fisher.compare_two_sided(0, 10, 5, 10).p == pytest.approx(0.0325, abs=5e-5)


@pytest.mark.reference(
    "fisher.compare_mid_p", source="enumeration of the hypergeometric law with scipy stats.hypergeom"
)
@given(tables(12))
def test_fisher_mid_p_is_the_mean_of_the_tails_with_and_without_ties(table):
    x1, n1, x0, n0 = table
    law = stats.hypergeom(n1 + n0, x1 + x0, n1)
    chances = law.pmf(np.arange(n1 + 1))
    here = chances[x1]
    below = chances[chances < here * (1 - 1e-7)].sum()
    equal = chances[np.abs(chances - here) <= here * 1e-7].sum()
    answer = fisher.compare_mid_p(*table)
    if x1 + x0 in (0, n1 + n0):
        assert answer.p == 1 and answer.warnings
    else:
        assert answer.p == pytest.approx(below + equal / 2)
        assert answer.p <= fisher.compare_two_sided(*table).p


@pytest.mark.reference("poisson_rate.estimate_exact", source="R 4.2.2 poisson.test, exact_kit.R")
@pytest.mark.parametrize(("events", "time"), [(3, 120), (0, 50), (17, 80.5)])
def test_poisson_rate_equals_r(r, events, time):
    answer = poisson_rate.estimate_exact(events, time)
    assert answer.ci_low == pytest.approx(r(f"poisson_{events}_{time:g}", "low"), abs=1e-12)
    assert answer.ci_high == pytest.approx(r(f"poisson_{events}_{time:g}", "high"), rel=1e-10)


@pytest.mark.reference("poisson_rate.estimate_ratio", source="R 4.2.2 poisson.test of two rates, exact_kit.R")
@pytest.mark.parametrize("counts", [(11, 800, 23, 1083), (0, 100, 4, 110), (5, 20, 1, 33)])
def test_rate_ratio_equals_r(r, counts):
    answer = poisson_rate.estimate_ratio(*counts)
    case = "poissonratio_" + "_".join(map(str, counts))
    assert answer.ci_low == pytest.approx(r(case, "low"), rel=1e-9, abs=1e-12)
    assert answer.ci_high == pytest.approx(r(case, "high"), rel=1e-9)


@given(st.integers(0, 30), st.floats(0.5, 500), st.integers(0, 30), st.floats(0.5, 500))
def test_rate_ratio_turns_over_and_agrees_with_its_p(e1, t1, e0, t0):
    one, two = poisson_rate.estimate_ratio(e1, t1, e0, t0), poisson_rate.estimate_ratio(e0, t0, e1, t1)
    assert one.p is None or one.p == pytest.approx(two.p, abs=1e-9)
    if one.ci_low and two.ci_high:
        assert one.ci_low == pytest.approx(1 / two.ci_high)
    if one.p is not None and abs(one.p - 0.05) > 1e-9:
        holds_one = (one.ci_low or 0) <= 1 and (one.ci_high is None or one.ci_high >= 1)
        assert (one.p > 0.05) == holds_one


@pytest.mark.parametrize(
    "pair", [(0, 0), (math.nan, 10), (3, math.nan), (11, 10), (-1, 10), (1.5, 10), (1, math.inf), (math.inf, 10)]
)
def test_garbage_counts_give_words(pair):
    for method in PROPORTIONS:
        answer = method(*pair)
        assert answer.estimate is None and answer.ci_low is None and answer.warnings
    for method in DIFFERENCES:
        for table in ((*pair, 3, 10), (3, 10, *pair)):
            answer = method(*table)
            assert answer.estimate is None and answer.p is None and answer.warnings
    for test in fisher.compare_two_sided, fisher.compare_mid_p:
        answer = test(*pair, 3, 10)
        assert answer.p is None and answer.warnings


@pytest.mark.parametrize("pair", [(1, 0), (math.nan, 3), (1, math.inf), (-1, 3), (0.5, 3), (2, -4)])
def test_garbage_rates_give_words(pair):
    for answer in poisson_rate.estimate_exact(*pair), poisson_rate.estimate_ratio(*pair, 1, 10):
        assert answer.estimate is None and answer.warnings


def test_a_level_outside_0_and_1_is_a_bug():
    with pytest.raises(ValueError, match="between 0 and 1"):
        proportion.estimate_wilson(1, 2, level=95)
