"""The two tests of the conduct: last digits and spread."""

import numpy as np
import pytest
from scipy import stats

from trialwright.statistics import spread, terminal_digits


@pytest.mark.reference("terminal_digits.compare_uniform", source="scipy 1.17 stats.chisquare")
def test_last_digits_agree_with_scipy() -> None:
    """Against scipy.stats.chisquare (equal expected counts)."""
    rng = np.random.default_rng(4)
    digits = rng.choice(10, 300, p=[0.2, 0.08, 0.08, 0.08, 0.08, 0.16, 0.08, 0.08, 0.08, 0.08])
    expected = stats.chisquare(np.bincount(digits, minlength=10))
    found = terminal_digits.compare_uniform(list(digits))
    assert found.statistic == pytest.approx(expected.statistic) and found.p == pytest.approx(expected.pvalue)


def test_too_few_digits_say_so_and_a_number_is_no_digit() -> None:
    assert terminal_digits.compare_uniform([1, 2, 3]).p is None
    with pytest.raises(ValueError, match="0 to 9"):
        terminal_digits.compare_uniform([12])


@pytest.mark.reference("spread.compare_brown_forsythe", source="scipy 1.17 stats.levene(center='median')")
@pytest.mark.parametrize("seed", range(5))
def test_spread_agrees_with_scipy(seed: int) -> None:
    """Against scipy.stats.levene with center='median', which is Brown and Forsythe's test."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(0, 1, 9), rng.normal(3, 2, 14)
    expected, found = stats.levene(x, y, center="median"), spread.compare_brown_forsythe(x, y)
    assert found.statistic == pytest.approx(expected.statistic) and found.p == pytest.approx(expected.pvalue)


def test_values_without_spread_say_so() -> None:
    assert spread.compare_brown_forsythe(np.ones(5), np.ones(5)).p is None
    assert spread.compare_brown_forsythe(np.ones(2), np.arange(5.0)).p is None
