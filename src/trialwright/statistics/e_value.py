"""The E-value: how strong an unmeasured confounder would have to be to explain an association away.

The least risk ratio that it would need with both treatment and outcome, beyond the measured covariates
(VanderWeele & Ding 2017, Annals of Internal Medicine 167:268).
"""

import math
from dataclasses import dataclass

from trialwright.statistics.arrays import LARGEST

_FAR = 340.0
"""Beyond this the exponential of a number is greater than ``LARGEST``."""


@dataclass(frozen=True, slots=True)
class EValue:
    """E-values of the estimate and of the limit nearest to no effect; None where they do not exist."""

    estimate: float | None
    limit: float | None
    warnings: tuple[str, ...] = ()


def compute_risk_ratio(ratio: float | None, low: float | None = None, high: float | None = None) -> EValue:
    """The E-values of a risk ratio and its interval.

    Parameters
    ----------
    ratio : float or None
        The risk ratio (or an odds or hazard ratio of an outcome rarer than 15 %).
    low, high : float or None
        Its confidence limits. When the interval holds 1 the E-value of the limit is 1.

    Returns
    -------
    EValue
        For the estimate and for the limit nearest to no effect, each at least 1; None with a warning where there is no
        finite positive ratio (a ratio of 0 or without end still has the E-value of its finite limit).

    References
    ----------
    Equations (1) and (2) of e_value.md.
    VanderWeele & Ding 2017, Annals of Internal Medicine 167:268.

    Examples
    --------
    >>> answer = compute_risk_ratio(3.9, 1.8, 8.7)
    >>> round(answer.estimate, 2), round(answer.limit, 2)
    (7.26, 3.0)
    """
    if ratio is None or not 1 / LARGEST < ratio < LARGEST:
        return EValue(None, _bound_limit(low, high), ("there is no finite positive ratio",))
    nearest = low if ratio >= 1 else high
    if nearest is None or not 0 <= nearest < LARGEST:
        return EValue(_compute(ratio), None, ("the interval has no limit on the side of no effect",))
    crosses = nearest <= 1 if ratio >= 1 else nearest >= 1
    return EValue(_compute(ratio), 1.0 if crosses else _compute(nearest))


def compute_odds_ratio(ratio: float | None, low: float | None = None, high: float | None = None) -> EValue:
    """The E-values of an odds ratio of a common outcome: its square root stands for the risk ratio.

    Parameters
    ----------
    ratio, low, high : float or None
        The odds ratio and its confidence limits.

    Returns
    -------
    EValue
        For the estimate and for the limit nearest to no effect, each at least 1; None with a warning where there is no
        finite positive ratio.

    References
    ----------
    Equations (1) to (3) of e_value.md.
    VanderWeele & Ding 2017, Annals of Internal Medicine 167:268: the square root of the odds ratio of a common outcome.

    Examples
    --------
    >>> round(compute_odds_ratio(4.0, 1.5, 10.0).estimate, 2)
    3.41
    """
    return compute_risk_ratio(
        *(None if value is None or value < 0 else math.sqrt(value) for value in (ratio, low, high))
    )


def compute_hazard_ratio(ratio: float | None, low: float | None = None, high: float | None = None) -> EValue:
    """The E-values of a hazard ratio of a common outcome: (1 - 0.5^sqrt(HR)) / (1 - 0.5^sqrt(1 / HR)).

    Parameters
    ----------
    ratio, low, high : float or None
        The hazard ratio and its confidence limits.

    Returns
    -------
    EValue
        For the estimate and for the limit nearest to no effect, each at least 1; None with a warning where there is no
        finite positive ratio.

    References
    ----------
    Equations (1), (2) and (4) of e_value.md.
    VanderWeele & Ding 2017, Annals of Internal Medicine 167:268, hazard ratio of a common outcome.

    Examples
    --------
    >>> round(compute_hazard_ratio(0.56, 0.46, 0.69).estimate, 2)
    2.35
    """

    def convert(value: float | None) -> float | None:
        if value is None or not 1 / LARGEST < value < LARGEST:
            return value
        above, below = (-math.expm1(-math.log(2) * math.sqrt(one)) for one in (value, 1 / value))
        return above / below

    return compute_risk_ratio(convert(ratio), convert(low), convert(high))


def compute_standardised(difference: float | None, se: float | None = None) -> EValue:
    """The E-values of a standardised mean difference: exp(0.91 d) stands for the risk ratio, limits d +- 1.78 se.

    Parameters
    ----------
    difference : float or None
        Standardised mean difference, in standard deviations.
    se : float or None
        Its standard error; without it the limit is None.

    Returns
    -------
    EValue
        For the estimate and for the limit nearest to no effect, each at least 1; None with a warning where there is no
        finite difference.

    References
    ----------
    Equations (1), (2) and (5) of e_value.md.
    VanderWeele & Ding 2017, Annals of Internal Medicine 167:268, standardised difference; R's EValue gives the same.

    Examples
    --------
    >>> round(compute_standardised(0.5, 0.2).limit, 2)
    1.44
    """
    if difference is None or not math.isfinite(difference):
        return EValue(None, None, ("there is no finite difference",))
    log = 0.91 * difference
    low, high = (None, None) if se is None else (log - 1.78 * se, log + 1.78 * se)
    ratios = (None if one is None or not abs(one) < _FAR else math.exp(one) for one in (log, low, high))
    return compute_risk_ratio(*ratios)


def _bound_limit(low: float | None, high: float | None) -> float | None:
    """The E-value of the limit nearest to 1 where the ratio itself is 0, infinite or unknown; None without that limit."""
    if low is not None and 1 < low < LARGEST:
        return _compute(low)
    if high is not None and 1 / LARGEST < high < 1:
        return _compute(high)
    inside = (low is not None or high is not None) and (low is None or low <= 1) and (high is None or high >= 1)
    return 1.0 if inside else None


def _compute(ratio: float) -> float:
    above = ratio if ratio >= 1 else 1 / ratio
    return above + math.sqrt(above * (above - 1))
