"""Power and sample size of the common endpoints, exact where the distribution is known.

All are for two arms of a superiority comparison with a two-sided test at level alpha; ``ratio`` is n1 / n0.
"""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from trialwright.statistics.arrays import BoolArray
from trialwright.statistics.boschloo import compare as compare_boschloo
from trialwright.statistics.boschloo import tabulate_fisher_p
from trialwright.statistics.unconditional import compute_binomial

_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Size:
    """Numbers of participants and the power that they have."""

    n1: int
    n0: int
    power: float

    @property
    def total(self) -> int:
        """Both arms together."""
        return self.n1 + self.n0


def compute_power_means(difference: float, sd: float, n1: int, n0: int, alpha: float = 0.05) -> float:
    """Power of Student's two-sided t test for a true ``difference`` of means, from the noncentral t.

    Parameters
    ----------
    difference : float
        True difference of means.
    sd : float
        Standard deviation in either arm, in the same unit.
    n1, n0 : int
        Participants of the two arms.
    alpha : float
        Two-sided type I error, strictly between 0 and 1.

    Returns
    -------
    float
        A probability.

    Raises
    ------
    ValueError
        When an arm has nobody or ``alpha`` is no probability.

    References
    ----------
    Equation (1) of sample_size.md.
    Owen 1965, Biometrika 52:437 (noncentral t).

    Examples
    --------
    >>> round(compute_power_means(1, 1, 10, 10), 2)
    0.56
    """
    _check(n1, n0, alpha)
    df, shift = n1 + n0 - 2, abs(difference) / (sd * math.sqrt(1 / n1 + 1 / n0))
    bound = float(special.stdtrit(df, 1 - alpha / 2))
    return float(1 - special.nctdtr(df, shift, bound) + special.nctdtr(df, shift, -bound))


def compute_power_fisher(p1: float, p0: float, n1: int, n0: int, alpha: float = 0.05) -> float:
    """Power of Fisher's two-sided exact test, by adding up the tables that it rejects.

    Parameters
    ----------
    p1, p0 : float
        True rates of the two arms.
    n1, n0 : int
        Participants of the two arms.
    alpha : float
        Two-sided type I error, strictly between 0 and 1.

    Returns
    -------
    float
        A probability.

    Raises
    ------
    ValueError
        When an arm has nobody or ``alpha`` is no probability.

    References
    ----------
    Equation (2) of sample_size.md.
    Bennett & Hsu 1960, Biometrika 47:393.

    Examples
    --------
    >>> round(compute_power_fisher(0.1, 0.5, 10, 10), 2)
    0.3
    """
    _check(n1, n0, alpha)
    return _add_up(np.asarray(tabulate_fisher_p(n1, n0) <= alpha), p1, p0)


def compute_power_boschloo(p1: float, p0: float, n1: int, n0: int, alpha: float = 0.05) -> float:
    """Power of Boschloo's two-sided exact test.

    Parameters
    ----------
    p1, p0 : float
        True rates of the two arms.
    n1, n0 : int
        Participants of the two arms.
    alpha : float
        Two-sided type I error, strictly between 0 and 1.

    Returns
    -------
    float
        A probability.

    Raises
    ------
    ValueError
        When an arm has nobody or ``alpha`` is no probability.

    References
    ----------
    Equation (2) of sample_size.md.
    Boschloo 1970, Statistica Neerlandica 24:1 (the test; its power is added up over all tables).

    Examples
    --------
    >>> round(compute_power_boschloo(0.1, 0.5, 10, 10), 2)
    0.47
    """
    _check(n1, n0, alpha)
    return _add_up(_reject_boschloo(n1, n0, alpha), p1, p0)


def compute_power_proportions(p1: float, p0: float, n1: int, n0: int, alpha: float = 0.05) -> float:
    """Power of the two-sided z test with pooled variance, normal approximation (Fleiss, Levin & Paik 2003, 4.2).

    Parameters
    ----------
    p1, p0 : float
        True rates of the two arms.
    n1, n0 : int
        Participants of the two arms.
    alpha : float
        Two-sided type I error, strictly between 0 and 1.

    Returns
    -------
    float
        A probability.

    Raises
    ------
    ValueError
        When an arm has nobody or ``alpha`` is no probability.

    References
    ----------
    Equation (3) of sample_size.md.
    Fleiss, Levin & Paik 2003, chapter 4.

    Examples
    --------
    >>> round(compute_power_proportions(0.3, 0.55, 50, 50), 3)
    0.722
    """
    _check(n1, n0, alpha)
    pooled = (n1 * p1 + n0 * p0) / (n1 + n0)
    null = math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n0))
    true = math.sqrt(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0)
    z = float(special.ndtri(1 - alpha / 2))
    if true == 0:
        return 1.0 if abs(p1 - p0) > z * null else 0.0
    return float(special.ndtr((abs(p1 - p0) - z * null) / true))


def compute_power_wilcoxon(win_probability: float, n1: int, n0: int, alpha: float = 0.05) -> float:
    """Power of the two-sided Wilcoxon test, Noether's approximation (1987, JASA 82:645).

    ``win_probability`` is P(X1 > X0) + P(X1 = X0) / 2.

    Parameters
    ----------
    win_probability : float
        P(X1 > X0) + P(X1 = X0) / 2.
    n1, n0 : int
        Participants of the two arms.
    alpha : float
        Two-sided type I error, strictly between 0 and 1.

    Returns
    -------
    float
        A probability.

    Raises
    ------
    ValueError
        When an arm has nobody or ``alpha`` is no probability.

    References
    ----------
    Equation (4) of sample_size.md.
    Noether 1987, JASA 82:645.

    Examples
    --------
    >>> round(compute_power_wilcoxon(0.7, 30, 30), 3)
    0.765
    """
    _check(n1, n0, alpha)
    share = n1 / (n1 + n0)
    drift = math.sqrt(12 * share * (1 - share) * (n1 + n0)) * abs(win_probability - 0.5)
    return float(special.ndtr(drift - special.ndtri(1 - alpha / 2)))


def compute_events_log_rank(hazard_ratio: float, power: float, alpha: float = 0.05, ratio: float = 1.0) -> int:
    """Number of events of the two-sided log-rank test (Schoenfeld 1981).

    Parameters
    ----------
    hazard_ratio : float
        True hazard ratio, positive and not 1.
    power : float
        Wanted power.
    alpha : float
        Two-sided type I error, strictly between 0 and 1.
    ratio : float
        Participants of arm 1 for one of arm 0.

    Returns
    -------
    int
        Events in both arms together, rounded up.

    Raises
    ------
    ValueError
        When the hazard ratio is not positive, or is 1.

    References
    ----------
    Equation (5) of sample_size.md.
    Schoenfeld 1981, Biometrika 68:316.

    Examples
    --------
    >>> compute_events_log_rank(0.5, 0.8)
    66
    """
    if not hazard_ratio > 0 or hazard_ratio == 1:
        raise ValueError("the hazard ratio is positive and not 1")
    share = ratio / (1 + ratio)
    z = float(special.ndtri(1 - alpha / 2) + special.ndtri(power))
    return math.ceil(z**2 / (share * (1 - share) * math.log(hazard_ratio) ** 2) - 1e-9)


def compute_power_log_rank(hazard_ratio: float, events: float, alpha: float = 0.05, ratio: float = 1.0) -> float:
    """Power of the two-sided log-rank test with a number of events (Schoenfeld 1981).

    Parameters
    ----------
    hazard_ratio : float
        True hazard ratio, positive.
    events : float
        Events in both arms together.
    alpha : float
        Two-sided type I error, strictly between 0 and 1.
    ratio : float
        Participants of arm 1 for one of arm 0.

    Returns
    -------
    float
        A probability. Nothing is refused.

    References
    ----------
    Equation (6) of sample_size.md.
    Schoenfeld 1981, Biometrika 68:316.

    Examples
    --------
    >>> round(compute_power_log_rank(0.5, 66), 3)
    0.804
    """
    share = ratio / (1 + ratio)
    drift = math.sqrt(events * share * (1 - share)) * abs(math.log(hazard_ratio))
    return float(special.ndtr(drift - special.ndtri(1 - alpha / 2)))


def find_size(power_of: Callable[[int, int], float], power: float, ratio: float = 1.0, least: int = 2) -> Size | None:
    """The least arms with at least ``power``, n1 about ``ratio`` x n0; None above a million participants.

    Parameters
    ----------
    power_of : callable
        Takes (n1, n0), for example ``lambda n1, n0: compute_power_means(0.8, 1, n1, n0)``.
    power : float
        Wanted power, strictly between 0 and 1.
    ratio : float
        Participants of arm 1 for one of arm 0.
    least : int
        Smallest arm that is tried.

    Returns
    -------
    Size or None
        Both arms and the power reached; None where a million participants are not enough.

    Raises
    ------
    ValueError
        When ``power`` is no probability.

    Notes
    -----
    Doubling, bisection, and then steps down while the power stays: exact tests are not monotone in n, so a smaller
    number with the power may be followed by a larger one without; the number given is the least of the last run.

    References
    ----------
    Equation (7) of sample_size.md.
    No published source: the rule is ours: doubling and bisection (Noether 1987 and Schoenfeld 1981 give the closed forms
    that it agrees with).

    Examples
    --------
    >>> find_size(lambda n1, n0: compute_power_means(0.5, 1, n1, n0), 0.8).n1
    64
    """
    if not 0 < power < 1:
        raise ValueError("power lies between 0 and 1")

    def first(n0: int) -> int:
        return max(least, round(ratio * n0))

    high = least
    while power_of(first(high), high) < power:
        high *= 2
        if high > _MOST:
            return None
    low = max(least - 1, high // 2)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power_of(first(middle), middle) >= power else (middle, high)
    return Size(first(high), high, power_of(first(high), high))


def _add_up(rejected: BoolArray, p1: float, p0: float) -> float:
    n1, n0 = rejected.shape[0] - 1, rejected.shape[1] - 1
    first, second = compute_binomial(n1, np.array([p1]))[0], compute_binomial(n0, np.array([p0]))[0]
    return float(first @ rejected.astype(np.float64) @ second)


@functools.lru_cache(maxsize=32)
def _reject_boschloo(n1: int, n0: int, alpha: float) -> BoolArray:
    """Which tables Boschloo's test rejects; it is monotone in Fisher's p, so a bisection over its values is enough."""
    table = tabulate_fisher_p(n1, n0)
    levels = np.unique(table)
    low, high = -1, levels.size - 1
    while high - low > 1:
        middle = (low + high) // 2
        place = np.argwhere(table == levels[middle])[0]
        p = compare_boschloo(int(place[0]), n1, int(place[1]), n0).p
        low, high = (middle, high) if p is not None and p <= alpha else (low, middle)
    return np.asarray(table <= levels[low]) if low >= 0 else np.zeros(table.shape, dtype=np.bool_)


def _check(n1: int, n0: int, alpha: float) -> None:
    if n1 < 1 or n0 < 1 or n1 + n0 < 3 or not 0 < alpha < 1:
        raise ValueError("arms have participants and alpha lies between 0 and 1")
