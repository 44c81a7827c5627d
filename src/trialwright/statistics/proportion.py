"""One proportion: x participants of n with the event, and four intervals.

Where other software differs: Jeffreys' interval here is [0, …] at x = 0 and […, 1] at x = n (Brown, Cai & DasGupta
2001); some programs print the raw Beta quantile instead. The mid-p interval is not in scipy or statsmodels.
"""

import math

from scipy import special
from scipy.optimize import brentq

from trialwright.statistics.arrays import check_level
from trialwright.statistics.outcomes import Estimate, refuse_estimate


def check_counts(*pairs: tuple[float, float]) -> str:
    """What is wrong with pairs (events, n); empty when each is 0 <= events <= n with n >= 1, whole numbers."""
    for events, n in pairs:
        if not (math.isfinite(events) and math.isfinite(n)):
            return "a count is missing or infinite"
        if events != int(events) or n != int(n):
            return "a count is not a whole number"
        if n <= 0:
            return "an arm is empty"
        if not 0 <= events <= n:
            return "the number of events is not between 0 and n"
    return ""


def estimate_clopper_pearson(events: float, n: float, level: float = 0.95) -> Estimate:
    """The proportion with Clopper & Pearson's exact interval: coverage never below ``level``.

    Parameters
    ----------
    events, n : int
        Participants with the event, and all.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        A proportion, 0 to 1; no p-value. None with a warning where a count is missing, infinite, not whole or greater than
        n, or n is 0.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    Notes
    -----
    Limits are Beta quantiles (Clopper & Pearson 1934, Biometrika 26:404): low = B(a/2; x, n - x + 1),
    high = B(1 - a/2; x + 1, n - x).

    References
    ----------
    Equation (1) of proportion.md.
    Clopper & Pearson 1934, Biometrika 26:404.

    Examples
    --------
    >>> round(estimate_clopper_pearson(0, 10).ci_high, 4)
    0.3085
    """
    tail = (1 - level) / 2
    low = float(special.betaincinv(events, n - events + 1, tail)) if 0 < events <= n else 0.0
    high = float(special.betaincinv(events + 1, n - events, 1 - tail)) if 0 <= events < n else 1.0
    return _answer("clopper_pearson", events, n, low, high, level)


def estimate_mid_p(events: float, n: float, level: float = 0.95) -> Estimate:
    """The proportion with the mid-p interval: half the probability of the observed count goes to each tail.

    Shorter than Clopper-Pearson; coverage is near ``level`` on average but may fall below it
    (Lancaster 1961; Agresti & Gottard 2005).

    Parameters
    ----------
    events, n : int
        Participants with the event, and all.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Estimate
        A proportion, 0 to 1; no p-value. None with a warning where a count is missing, infinite, not whole or greater than
        n, or n is 0.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    References
    ----------
    Equation (2) of proportion.md.
    Lancaster 1961, JASA 56:223; Agresti & Gottard 2005, Statistical Science 20:367.

    Examples
    --------
    >>> round(estimate_mid_p(0, 10).ci_high, 4)
    0.2589
    """
    check_level(level)
    if check_counts((events, n)):
        return _answer("mid_p", events, n, 0.0, 1.0, level)
    tail = (1 - level) / 2

    def upper(rate: float) -> float:
        point = math.exp(special.xlogy(events, rate) + special.xlog1py(n - events, -rate)) * special.binom(n, events)
        below = float(special.bdtr(events, int(n), rate)) if events < n else 1.0
        return float(below - point / 2 - tail)

    def lower(rate: float) -> float:
        return (1 - 2 * tail) - upper(rate)

    low = float(brentq(lower, 0.0, 1.0, xtol=1e-14)) if events > 0 else 0.0
    high = float(brentq(upper, 0.0, 1.0, xtol=1e-14)) if events < n else 1.0
    return _answer("mid_p", events, n, low, high, level)


def estimate_wilson(events: float, n: float, level: float = 0.95) -> Estimate:
    """The proportion with Wilson's score interval, without continuity correction (Wilson 1927).

    Parameters
    ----------
    events, n : int
        Participants with the event, and all.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Estimate
        A proportion, 0 to 1; no p-value. None with a warning where a count is missing, infinite, not whole or greater than
        n, or n is 0.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    References
    ----------
    Equation (3) of proportion.md.
    Wilson 1927, JASA 22:209; Newcombe 1998, Statistics in Medicine 17:857, method 3.

    Examples
    --------
    >>> [round(v, 4) for v in (estimate_wilson(81, 263).ci_low, estimate_wilson(81, 263).ci_high)]
    [0.2553, 0.3662]
    """
    low, high = compute_wilson(events, n, level) if not check_counts((events, n)) else (0.0, 1.0)
    return _answer("wilson", events, n, low, high, level)


def estimate_jeffreys(events: float, n: float, level: float = 0.95) -> Estimate:
    """The proportion with Jeffreys' interval: quantiles of Beta(x + 1/2, n - x + 1/2), 0 and 1 at the ends.

    Parameters
    ----------
    events, n : int
        Participants with the event, and all.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Estimate
        A proportion, 0 to 1; no p-value. None with a warning where a count is missing, infinite, not whole or greater than
        n, or n is 0.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    References
    ----------
    Equation (4) of proportion.md.
    Brown, Cai & DasGupta 2001, Statistical Science 16:101.

    Examples
    --------
    >>> round(estimate_jeffreys(0, 10).ci_high, 4)
    0.2172
    """
    if check_counts((events, n)):
        return _answer("jeffreys", events, n, 0.0, 1.0, level)
    tail = (1 - level) / 2
    low = float(special.betaincinv(events + 0.5, n - events + 0.5, tail)) if events > 0 else 0.0
    high = float(special.betaincinv(events + 0.5, n - events + 0.5, 1 - tail)) if events < n else 1.0
    return _answer("jeffreys", events, n, low, high, level)


def compute_wilson(events: float, n: float, level: float) -> tuple[float, float]:
    """The two limits of Wilson's score interval (equation (3) of proportion.md)."""
    z = float(special.ndtri(0.5 + level / 2))
    rate = events / n
    centre = (rate + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    low = 0.0 if events == 0 else centre - reach
    high = 1.0 if events == n else centre + reach
    return low, high


def _answer(name: str, events: float, n: float, low: float, high: float, level: float) -> Estimate:
    check_level(level)
    method = f"proportion.estimate_{name}"
    wrong = check_counts((events, n))
    if wrong:
        return refuse_estimate(method, int(n) if math.isfinite(n) else 0, wrong, level=level)
    return Estimate(events / n, low, high, None, int(n), method, level=level)
