"""Posterior statements about proportions with Beta priors: one rate, and the difference of two."""

import functools
from dataclasses import dataclass

import numpy as np
from scipy import special
from scipy.optimize import brentq

from trialwright.statistics.arrays import FloatArray, check_level
from trialwright.statistics.outcomes import Estimate, refuse_estimate
from trialwright.statistics.proportion import check_counts

_NODES, _REACH, _TAIL = 241, 4.0, 1e-16


@dataclass(frozen=True, slots=True)
class Prior:
    """A Beta(a, b) prior; Jeffreys' is the default."""

    a: float = 0.5
    b: float = 0.5

    def __post_init__(self) -> None:
        if not (self.a > 0 and self.b > 0):
            raise ValueError("both parameters of a Beta prior are positive")


JEFFREYS = Prior()


def compute_exceedance(events: float, n: float, rate: float, prior: Prior = JEFFREYS) -> float | None:
    """P(true rate > ``rate`` | data); None for impossible counts. ``n`` may be 0: the prior alone.

    Parameters
    ----------
    events, n : int
        Participants with the event, and all.
    rate : float
        The rate that is to be exceeded; outside 0 to 1 it counts as the nearer end.
    prior : Prior
        Beta prior of the rate.

    Returns
    -------
    float or None
        A probability; None for impossible counts.

    References
    ----------
    Equation (1) of beta_posterior.md.
    Gelman and others 2013, Bayesian Data Analysis, section 2.4.

    Examples
    --------
    >>> round(compute_exceedance(3, 10, 0.30, Prior(0.6, 1.4)), 3)
    0.466
    """
    if (n != 0 and check_counts((events, n))) or (n == 0 and events != 0):
        return None
    return float(special.betaincc(prior.a + events, prior.b + n - events, min(max(rate, 0.0), 1.0)))


def estimate_rate(events: float, n: float, prior: Prior = JEFFREYS, level: float = 0.95) -> Estimate:
    """The posterior mean with the equal-tailed credible interval.

    Parameters
    ----------
    events, n : int
        Participants with the event, and all.
    prior : Prior
        Beta prior of the rate.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Estimate
        The rate, 0 to 1; the interval has equal tails. None with a warning where a count is missing, infinite, not whole
        or greater than n, or an arm is empty.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    References
    ----------
    Equation (2) of beta_posterior.md.
    Gelman and others 2013, Bayesian Data Analysis, sections 2.4 and 2.8.

    Examples
    --------
    >>> answer = estimate_rate(3, 10)
    >>> round(answer.estimate, 3), round(answer.ci_low, 3), round(answer.ci_high, 3)
    (0.318, 0.093, 0.606)
    """
    check_level(level)
    method = f"beta_posterior.estimate_rate:Beta({prior.a:g},{prior.b:g})"
    wrong = check_counts((events, n))
    if wrong:
        return refuse_estimate(method, 0, wrong, level=level)
    a, b = prior.a + events, prior.b + n - events
    low, high = (float(special.betaincinv(a, b, q)) for q in ((1 - level) / 2, (1 + level) / 2))
    return Estimate(a / (a + b), low, high, None, int(n), method, level=level)


def compute_superiority(
    events1: float, n1: float, events0: float, n0: float, margin: float = 0.0, prior: Prior = JEFFREYS
) -> float | None:
    """P(p1 - p0 > ``margin`` | data), both rates with the same independent prior; None for impossible counts.

    Parameters
    ----------
    events1, n1, events0, n0 : int
        Participants with the event and all, arm 1 (treatment) and arm 0 (control).
    margin : float
        The difference that is to be exceeded.
    prior : Prior
        Beta prior of each rate; Jeffreys' by default.

    Returns
    -------
    float or None
        A probability; None for impossible counts.

    References
    ----------
    Equation (3) of beta_posterior.md.
    Gelman and others 2013, Bayesian Data Analysis, section 2.4, for each of two independent rates.

    Examples
    --------
    >>> round(compute_superiority(8, 10, 4, 10), 3)
    0.967
    """
    if check_counts((events1, n1), (events0, n0)):
        return None
    return 1 - _cdf(margin, (prior.a + events1, prior.b + n1 - events1), (prior.a + events0, prior.b + n0 - events0))


def estimate_difference(
    events1: float, n1: float, events0: float, n0: float, prior: Prior = JEFFREYS, level: float = 0.95
) -> Estimate:
    """The posterior mean of p1 - p0 with the equal-tailed credible interval; ``p`` is not given.

    Parameters
    ----------
    events1, n1, events0, n0 : int
        Participants with the event and all, arm 1 (treatment) and arm 0 (control).
    prior : Prior
        Beta prior of each rate; Jeffreys' by default.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Estimate
        The difference, -1 to 1; the interval has equal tails. None with a warning where a count is missing, infinite, not
        whole or greater than n, or an arm is empty.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    Notes
    -----
    P(p1 - p0 <= d) is integrated over p0 by the double exponential rule (Takahasi & Mori 1974).

    References
    ----------
    Equations (3) and (4) of beta_posterior.md.
    Gelman and others 2013, Bayesian Data Analysis, section 2.4, for each of two independent rates.

    Examples
    --------
    >>> answer = estimate_difference(8, 10, 4, 10)
    >>> round(answer.ci_low, 3), round(answer.ci_high, 3)
    (-0.024, 0.7)
    """
    check_level(level)
    method = f"beta_posterior.estimate_difference:Beta({prior.a:g},{prior.b:g})"
    wrong = check_counts((events1, n1), (events0, n0))
    if wrong:
        return refuse_estimate(method, 0, wrong, level=level)
    first, second = (prior.a + events1, prior.b + n1 - events1), (prior.a + events0, prior.b + n0 - events0)
    mean = first[0] / sum(first) - second[0] / sum(second)
    tail = (1 - level) / 2
    low, high = (
        float(brentq(lambda d, q=q: _cdf(d, first, second) - q, -1.0, 1.0, xtol=1e-10)) for q in (tail, 1 - tail)
    )
    return Estimate(mean, low, high, None, int(n1 + n0), method, level=level)


def _cdf(difference: float, first: tuple[float, float], second: tuple[float, float]) -> float:
    """P(X - Y <= difference) for independent Beta variables.

    The integral of Y's density times X's distribution function over the y at which neither is constant, cut to where Y
    has more than 1e-16 of its mass. Where y or y + difference come near 0 or 1 both may rise without bound in slope;
    the nodes of the double exponential rule lie ever denser there, and distances to either end are exact.
    """
    (a1, b1), (a0, b0) = first, second
    d = difference
    lowest, highest = (float(special.betaincinv(a0, b0, q)) for q in (_TAIL, 1 - _TAIL))
    low, high = max(lowest, -d, 0.0), min(highest, 1.0 - d, 1.0)
    beyond = float(special.betaincc(a0, b0, min(max(1.0 - d, 0.0), 1.0)))
    if low >= high:
        return beyond if -d < highest else 0.0
    below, above, weights = _nodes()
    length = high - low
    # From the nearer end: what is left when almost equal numbers are subtracted has no digits.
    y, rest = low + length * below, (1.0 - high) + length * above
    x, left = (low + d) + length * below, (1.0 - high - d) + length * above
    density = np.exp((a0 - 1) * np.log(y) + (b0 - 1) * np.log(rest) - special.betaln(a0, b0))
    share = np.where(
        x < 0.5, special.betainc(a1, b1, np.clip(x, 0.0, 1.0)), special.betaincc(b1, a1, np.clip(left, 0.0, 1.0))
    )
    return min(1.0, length * float(weights @ (density * share)) + beyond)


@functools.cache
def _nodes() -> tuple[FloatArray, FloatArray, FloatArray]:
    """Distances of the nodes from 0 and from 1, and their weights."""
    step = 2 * _REACH / (_NODES - 1)
    at = np.linspace(-_REACH, _REACH, _NODES)
    bent = np.pi / 2 * np.sinh(at)
    below, above = special.expit(2 * bent), special.expit(-2 * bent)
    return below, above, step * np.pi * np.cosh(at) * below * above
