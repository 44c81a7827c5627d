"""Events per exposure: one rate, and the ratio of two rates, exact.

Where other software differs: R's ``poisson.test`` takes its p-value from the likelihoods (it can disagree with the
interval); here p is twice the smaller tail, so p and interval agree.
"""

import math

from scipy import special

from trialwright.statistics.arrays import check_level
from trialwright.statistics.outcomes import Estimate, drop_unbounded, refuse_estimate


def estimate_exact(events: float, exposure: float, level: float = 0.95) -> Estimate:
    """The rate events / exposure with its exact interval (Garwood 1936).

    Parameters
    ----------
    events : int
        Number of events.
    exposure : float
        Participant-time at risk; the rate is per unit of it. ``n`` of the answer is the number of events.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Estimate
        Events per unit of exposure. None with a warning without exposure or for an impossible count.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    References
    ----------
    Equation (1) of poisson_rate.md.
    Garwood 1936, Biometrika 28:437.

    Examples
    --------
    >>> round(estimate_exact(0, 100).ci_high, 5)
    0.03689
    """
    check_level(level)
    method = "poisson_rate.estimate_exact"
    wrong = _check(events, exposure)
    if wrong:
        return refuse_estimate(method, 0, wrong, level=level)
    tail = (1 - level) / 2
    low = float(special.gammaincinv(events, tail)) if events > 0 else 0.0
    high = float(special.gammaincinv(events + 1, 1 - tail))
    rate = events / exposure
    return Estimate(rate, low / exposure, high / exposure, None, int(events), method, level=level)


def estimate_ratio(events1: float, exposure1: float, events0: float, exposure0: float, level: float = 0.95) -> Estimate:
    """The ratio of two rates, arm 1 / arm 0, with the exact conditional interval and p-value of a ratio of 1.

    Given the total, the events of arm 1 are binomial; Clopper & Pearson's limits of that share are carried over
    (Lehmann & Romano 2005, 4.5). None where there is no limit.

    Parameters
    ----------
    events1, events0 : int
        Number of events of arm 1 and arm 0.
    exposure1, exposure0 : float
        Participant-time at risk, in one unit.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Estimate
        Rate of arm 1 over that of arm 0; ``n`` is the number of events. None with a warning without events or exposure,
        and where it is infinite.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    References
    ----------
    Equations (2) and (3) of poisson_rate.md.
    Przyborowski & Wilenski 1940, Biometrika 31:313; Lehmann & Romano 2005, section 4.5.

    Examples
    --------
    >>> answer = estimate_ratio(4, 100, 10, 100)
    >>> round(answer.estimate, 2), round(answer.ci_low, 3), round(answer.ci_high, 3)
    (0.4, 0.092, 1.387)
    """
    check_level(level)
    method = "poisson_rate.estimate_ratio"
    wrong = _check(events1, exposure1) or _check(events0, exposure0)
    if wrong:
        return refuse_estimate(method, 0, wrong, level=level)
    if events1 + events0 == 0:
        return refuse_estimate(method, 0, "no events", level=level)
    total, tail, scale = int(events1 + events0), (1 - level) / 2, exposure0 / exposure1
    low = float(special.betaincinv(events1, events0 + 1, tail)) if events1 > 0 else 0.0
    high = float(special.betaincinv(events1 + 1, events0, 1 - tail)) if events0 > 0 else 1.0
    share = exposure1 / (exposure1 + exposure0)
    below = float(special.bdtr(events1, total, share))
    above = float(special.bdtrc(events1 - 1, total, share)) if events1 > 0 else 1.0
    top = high / (1 - high) * scale if high < 1 else math.inf
    shown_low, shown_high, warnings = drop_unbounded(low / (1 - low) * scale, top)
    ratio = events1 / events0 * scale if events0 > 0 else None
    if ratio is None:
        warnings = (*warnings, "no events in arm 0: the ratio is infinite")
    return Estimate(ratio, shown_low, shown_high, min(1.0, 2 * min(below, above)), total, method, warnings, level=level)


def _check(events: float, exposure: float) -> str:
    if not (math.isfinite(events) and math.isfinite(exposure)):
        return "a count or an exposure is missing or infinite"
    if events < 0 or events != int(events):
        return "the number of events is not a whole number from 0"
    if exposure <= 0:
        return "there is no exposure"
    return ""
