"""Posterior statements, E-values, multiplicity, multiple imputation and tipping points."""

import itertools
import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from trialwright.statistics import (
    beta_posterior,
    e_value,
    multiple_imputation,
    multiplicity,
    risk_difference,
    summary,
    tipping_point,
)
from trialwright.statistics.beta_posterior import Prior
from trialwright.statistics.tipping_point import MissingOutcomes

P = st.floats(0, 1)


def test_published_posterior_probabilities():
    # The Bayesian stopping rule with prior Beta(0.6, 1.4) and a limit of 30 %.
    prior = Prior(0.6, 1.4)
    for events, wanted in (0, 0.0065), (1, 0.063), (3, 0.466):
        assert beta_posterior.compute_exceedance(events, 10, 0.30, prior) == pytest.approx(wanted, abs=5e-4)


def test_posterior_of_a_difference_equals_simulation_and_is_antisymmetric():
    answer = beta_posterior.estimate_difference(1, 10, 4, 10)
    rng = np.random.default_rng(1)
    draws = rng.beta(1.5, 9.5, 400_000) - rng.beta(4.5, 6.5, 400_000)
    assert answer.estimate == pytest.approx(draws.mean(), abs=2e-3)
    assert (answer.ci_low, answer.ci_high) == pytest.approx(tuple(np.quantile(draws, [0.025, 0.975])), abs=4e-3)
    assert beta_posterior.compute_superiority(1, 10, 4, 10) == pytest.approx((draws > 0).mean(), abs=3e-3)
    swapped = beta_posterior.estimate_difference(4, 10, 1, 10)
    assert (swapped.ci_low, swapped.ci_high) == pytest.approx((-answer.ci_high, -answer.ci_low), abs=1e-6)
    total = beta_posterior.compute_superiority(1, 10, 4, 10) + beta_posterior.compute_superiority(4, 10, 1, 10)
    assert total == pytest.approx(1)


@pytest.mark.reference(
    "beta_posterior.estimate_difference", source="scipy 1.17 integrate.quad of stats.beta, on pieces bent at their ends"
)
@pytest.mark.parametrize(
    "counts", [(0, 10, 0, 10), (0, 10, 10, 10), (10, 10, 3, 10), (1, 10, 4, 10), (5, 1000, 7, 900)]
)
def test_posterior_limits_of_a_difference_have_their_share_of_the_integral(counts):
    """Also where an event was seen in nobody or everybody, and Jeffreys' density has no bound."""
    x1, n1, x0, n0 = counts
    one, other = stats.beta(x1 + 0.5, n1 - x1 + 0.5), stats.beta(x0 + 0.5, n0 - x0 + 0.5)
    answer = beta_posterior.estimate_difference(*counts)
    for limit, share in (answer.ci_low, 0.025), (answer.ci_high, 0.975):
        low, high = max(0.0, -limit), min(1.0, 1 - limit)
        centre, sd = other.mean(), other.std()
        cuts = sorted({low, high, *(at for k in (-8, -3, 0, 3, 8) if low < (at := centre + k * sd) < high)})
        total = float(other.sf(1 - limit))
        for start, stop in pairwise(cuts):

            def bend(u: float, start: float = start, length: float = stop - start, limit: float = limit) -> float:
                y = start + length * u * u * (3 - 2 * u)
                return other.pdf(y) * one.cdf(y + limit) * 6 * u * (1 - u) * length

            total += integrate.quad(bend, 0, 1, limit=300, epsabs=1e-12)[0]
        assert total == pytest.approx(share, abs=1e-8)


@pytest.mark.reference("beta_posterior.estimate_rate", source="scipy 1.17 stats.beta")
def test_posterior_of_one_rate_is_jeffreys_interval():
    answer = beta_posterior.estimate_rate(3, 10)
    assert (answer.ci_low, answer.ci_high) == pytest.approx(tuple(stats.beta.ppf([0.025, 0.975], 3.5, 7.5)))
    assert beta_posterior.compute_exceedance(11, 10, 0.3) is None
    assert beta_posterior.estimate_difference(1, 0, 1, 5).warnings
    with pytest.raises(ValueError, match="positive"):
        Prior(0, 1)


@pytest.mark.reference(
    "e_value.compute_risk_ratio",
    source="VanderWeele & Ding 2017, Annals of Internal Medicine 167:268: 3.9 (1.8, 8.7) gives 7.26 and 3.0",
)
def test_published_e_values():
    # VanderWeele & Ding 2017: maternal smoking 3.9 (1.8, 8.7); a protective ratio 0.24 (0.05, 1.2) is mirrored.
    answer = e_value.compute_risk_ratio(3.9, 1.8, 8.7)
    assert (round(answer.estimate, 2), round(answer.limit, 2)) == (7.26, 3.0)
    protective = e_value.compute_risk_ratio(1 / 3.9, 1 / 8.7, 1 / 1.8)
    assert (protective.estimate, protective.limit) == pytest.approx((answer.estimate, answer.limit))
    assert e_value.compute_risk_ratio(1.5, 0.9, 2.5).limit == 1
    assert e_value.compute_odds_ratio(9.0).estimate == pytest.approx(3 + math.sqrt(6))
    hazard = (1 - 0.5 ** math.sqrt(0.56)) / (1 - 0.5 ** math.sqrt(1 / 0.56))
    assert e_value.compute_hazard_ratio(0.56).estimate == e_value.compute_risk_ratio(hazard).estimate
    assert e_value.compute_standardised(0.0).estimate == 1
    for bad in None, math.nan, math.inf, -1.0, 0.0:
        assert e_value.compute_risk_ratio(bad).estimate is None
        assert e_value.compute_hazard_ratio(bad).warnings


def test_adjusted_p_values_by_hand():
    assert multiplicity.adjust_holm([0.01, 0.02, 0.03, 0.005]) == pytest.approx((0.03, 0.04, 0.04, 0.02))
    assert multiplicity.adjust_holm([0.02, None]) == (0.04, None)
    assert multiplicity.adjust_fixed_sequence([0.01, 0.2, 0.001]) == (0.01, 0.2, 0.2)
    assert multiplicity.adjust_gatekeeping([[None], [0.01]]) == ((None,), (1.0,))
    with pytest.raises(ValueError, match="not a p-value"):
        multiplicity.adjust_holm([1.2])


@given(st.lists(P, min_size=1, max_size=6))
def test_holm_is_at_least_p_at_most_bonferroni_and_keeps_the_order(p_values):
    adjusted = multiplicity.adjust_holm(p_values)
    for p, a in zip(p_values, adjusted, strict=True):
        assert p <= a <= min(1.0, len(p_values) * p) + 1e-12
    order = np.argsort(p_values, kind="stable")
    assert (np.diff(np.array(adjusted)[order]) >= 0).all()


@given(st.lists(st.lists(P, min_size=1, max_size=3), min_size=1, max_size=3))
def test_a_later_family_is_never_easier_than_the_one_before(families):
    adjusted = multiplicity.adjust_gatekeeping(families)
    for before, after in itertools.pairwise(adjusted):
        assert min(after) >= max(before)


def test_rubins_rules_by_hand():
    # Rubin 1987 with m = 3; df of Barnard & Rubin 1999 computed step by step.
    q, u = [1.0, 2.0, 3.0], [1.0, 1.0, 1.0]
    answer = multiple_imputation.pool(q, u, complete_df=20)
    total = 1 + (1 + 1 / 3) * 1.0
    share = (4 / 3) / total
    old, seen = 2 / share**2, 21 / 23 * 20 * (1 - share)
    assert (answer.estimate, answer.se) == pytest.approx((2, math.sqrt(total)))
    assert answer.df == pytest.approx(old * seen / (old + seen))
    assert multiple_imputation.pool(q, u).df == pytest.approx(old)
    same = multiple_imputation.pool([2.0, 2.0], [1.0, 1.0])
    assert (same.se, same.df) == (1.0, None)
    for bad in ([1.0], [1.0]), ([1.0, None], [1.0, 1.0]), ([1.0, math.nan], [1.0, 1.0]):
        assert multiple_imputation.pool(*bad).warnings
    assert multiple_imputation.pool([1, 1], [0, 0]).ci_low is None


def test_draws_keep_what_was_seen_and_repeat_with_the_seed():
    values, x = np.array([1.0, np.nan, 3.1, 4.2, np.nan, 6.0]), np.arange(6.0)
    copies, warnings = multiple_imputation.draw_values(values, x, 50, np.random.default_rng(5))
    again, _ = multiple_imputation.draw_values(values, x, 50, np.random.default_rng(5))
    assert warnings == () and (copies == again).all()
    seen = ~np.isnan(values)
    assert (copies[:, seen] == values[seen]).all()
    assert copies[:, 1].mean() == pytest.approx(2, abs=0.3)
    few, why = multiple_imputation.draw_values([1.0, np.nan, np.nan], [0, 1, 2], 2, np.random.default_rng(5))
    assert np.isnan(few[:, 1]).all() and why


def test_shift_that_tips():
    values = np.array([1.0, 2.0, 3.0, 4.0])
    found = tipping_point.find_shift(lambda s: summary.estimate_mean(values + 1 - s), [0, 1, 2, 3])
    assert found.shift == 2.0  # mean 3.5 - s, half width 2.054: 1.5 does not exclude 0
    assert len(found.results) == 4
    assert tipping_point.find_shift(lambda s: summary.estimate_mean(values), [0, 1]).warnings
    assert tipping_point.find_shift(lambda s: summary.estimate_mean([]), [0]).shift is None
    assert tipping_point.find_shift(lambda s: summary.estimate_mean(values), []).warnings


def test_every_way_the_missing_can_have_fallen():
    cases = tipping_point.tabulate_binary(
        risk_difference.estimate_miettinen_nurminen, MissingOutcomes(1, 8, 2), MissingOutcomes(3, 9, 1)
    )
    assert len(cases.table) == 3 and len(cases.table[0]) == 2
    assert cases.best_for_arm1.estimate == pytest.approx(0.1 - 0.4)
    assert cases.worst_for_arm1.estimate == pytest.approx(0.3 - 0.3)
    with pytest.raises(ValueError, match="negative"):
        tipping_point.tabulate_binary(risk_difference.estimate_mee, MissingOutcomes(1, 8, -1), MissingOutcomes(3, 9, 1))
