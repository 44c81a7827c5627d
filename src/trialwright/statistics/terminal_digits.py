"""Are the last digits of measurements spread evenly? A person who rounds, or who makes numbers up, prefers some."""

import math
from collections.abc import Sequence

import numpy as np
from scipy import special

from trialwright.statistics.outcomes import Comparison, refuse_comparison

LEAST = 50
"""So many digits at least: five expected of each (Cochran 1954)."""


def compare_uniform(digits: Sequence[int]) -> Comparison:
    """Pearson's chi-square test that the ten digits are equally likely; ``statistic`` is chi-square, with 9 degrees.

    Parameters
    ----------
    digits : sequence of int
        Last digits, 0 to 9; ValueError for another number. Digits of one person are not independent: the p-value is a
        hint, not a proof.

    Returns
    -------
    Comparison
        Chi-square with 9 degrees of freedom and its p-value. None with a warning for fewer than 50 digits.

    Raises
    ------
    ValueError
        When a number is not 0 to 9.

    References
    ----------
    Equation (1) of terminal_digits.md.
    Pearson 1900, Philosophical Magazine 50:157; Cochran 1954, Biometrics 10:417.

    Examples
    --------
    >>> compare_uniform([0, 5] * 30).statistic
    240.0
    """
    method = "terminal_digits.compare_uniform"
    found = np.asarray(digits, dtype=int)
    if found.size and (found.min() < 0 or found.max() > 9):
        raise ValueError("a last digit is 0 to 9")
    if found.size < LEAST:
        return refuse_comparison(method, int(found.size), f"fewer than {LEAST} digits")
    counts = np.bincount(found, minlength=10)
    expected = found.size / 10
    statistic = float(((counts - expected) ** 2 / expected).sum())
    p = float(special.gammaincc(9 / 2, statistic / 2)) if math.isfinite(statistic) else None
    return Comparison(statistic, p, int(found.size), method, 9.0)
