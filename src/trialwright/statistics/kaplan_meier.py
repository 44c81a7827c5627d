"""The Kaplan-Meier curve with Greenwood's variance and a named type of interval, and its quantiles.

Where other software differs: the default interval is "log" in R, "log-log" in SAS and lifelines; so every answer of
this file names its type.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from trialwright.statistics.arrays import FloatArray, check_level
from trialwright.statistics.outcomes import Curve, Estimate, refuse_estimate
from trialwright.statistics.survival_data import count_at_times, prepare

Interval = Literal["log-log", "log", "plain", "logit", "arcsin"]


def estimate(time: ArrayLike, event: ArrayLike, level: float = 0.95, interval: Interval = "log-log") -> Curve:
    """The survival curve.

    Parameters
    ----------
    time : array_like, shape (n,)
        Time to the event or to the end of follow-up. NaN means missing: the row is left out.
    event : array_like, shape (n,)
        1 event, 0 censored.
    level : float
        Confidence level of the pointwise intervals.
    interval : str
        ``log-log`` (SAS's default), ``log`` (R's), ``plain``, ``logit`` or ``arcsin``.

    Returns
    -------
    Curve
        One row a distinct event time. Where the curve is 1 or 0 the standard error is 0 and the interval is the point.

    Raises
    ------
    ValueError
        When ``level`` or ``interval`` is none of those named. Impossible times or events give an empty curve with a
        warning.

    Notes
    -----
    S(t) = prod(1 - d/n), var = S^2 sum d / (n (n - d)) (Kaplan & Meier 1958; Greenwood 1926). Transformed intervals:
    Kalbfleisch & Prentice 2002, section 1.4; Borgan & Liestol 1990.

    References
    ----------
    Equations (1) to (7) of kaplan_meier.md.
    Kaplan & Meier 1958, JASA 53:457; Greenwood 1926; Kalbfleisch & Prentice 2002, section 1.4; Borgan & Liestol 1990,
    Scandinavian Journal of Statistics 17:35.

    Examples
    --------
    >>> curve = estimate([2, 3, 3, 5, 6, 8, 9, 12], [1, 1, 0, 1, 1, 0, 1, 0])
    >>> round(curve.at(6).estimate, 3)
    0.45
    """
    check_level(level)
    method = f"kaplan_meier.estimate:{interval}"
    follow = prepare(time, event)
    if follow.wrong or (follow.event > 1).any():
        empty = np.zeros(0)
        why = follow.wrong or "an event code is neither 0 nor 1"
        return Curve(*(empty,) * 7, 1.0, 0.0, 0, method, level, (*follow.warnings, why))
    times = np.unique(follow.time[follow.event == 1])
    at_risk, events = count_at_times(follow.time, follow.event, times)
    survival = np.cumprod(1 - events[0] / at_risk)
    with np.errstate(divide="ignore"):
        spread = np.cumsum(events[0] / (at_risk * (at_risk - events[0])))
    relative = np.where(survival > 0, np.sqrt(spread), 0.0)
    z = float(special.ndtri(0.5 + level / 2))
    low, high = compute_limits(survival, relative, z, interval)
    warnings = follow.warnings if times.size else (*follow.warnings, "no events")
    if not np.isfinite(follow.time).all():
        warnings = (*warnings, "an infinite time: taken as follow-up without end")
    return Curve(
        times, survival, survival * relative, low, high, at_risk, events[0], 1.0,
        float(follow.time.max()), follow.time.size, method, level, warnings,
    )  # fmt: skip


def compute_limits(
    survival: FloatArray, relative: FloatArray, z: float, interval: Interval
) -> tuple[FloatArray, FloatArray]:
    """Both limits of each point, from the curve and its relative standard error se / S.

    Equations (3) to (7) of kaplan_meier.md.
    """
    inside = (survival > 0) & (survival < 1)
    s = np.where(inside, survival, 0.5)
    r = np.where(inside, relative, 0.0)
    if interval == "plain":
        low, high = s - z * r * s, s + z * r * s
    elif interval == "log":
        low, high = s * np.exp(-z * r), s * np.exp(z * r)
    elif interval == "log-log":
        reach = z * r / np.abs(np.log(s))
        low, high = s ** np.exp(np.minimum(reach, 700)), s ** np.exp(-reach)
    elif interval == "logit":
        centre, reach = special.logit(s), z * r / (1 - s)
        low, high = special.expit(centre - reach), special.expit(centre + reach)
    elif interval == "arcsin":
        centre, reach = np.arcsin(np.sqrt(s)), z * r / 2 * np.sqrt(s / (1 - s))
        low = np.sin(np.maximum(0.0, centre - reach)) ** 2
        high = np.sin(np.minimum(np.pi / 2, centre + reach)) ** 2
    else:
        raise ValueError(f"no such type of interval: {interval!r}")
    return np.where(inside, np.clip(low, 0, 1), survival), np.where(inside, np.clip(high, 0, 1), survival)


def estimate_quantile(
    time: ArrayLike, event: ArrayLike, probability: float = 0.5, level: float = 0.95, interval: Interval = "log-log"
) -> Estimate:
    """The time by which ``probability`` have had the event (0.5: the median), with Brookmeyer & Crowley's interval.

    None where the curve or its limit does not come down far enough; a warning says so. Where the curve is flat at
    exactly the wanted height until a later event the middle of the flat part is given, as in R and SAS; where it stays
    flat until the end of follow-up its beginning, as R prints it (R's ``quantile`` gives the middle up to the last time).

    Parameters
    ----------
    time, event : array_like, shape (n,)
        Follow-up time; 1 event, 0 censored. NaN means missing.
    probability : float
        Share with the event, between 0 and 1.
    level : float
        Confidence level, strictly between 0 and 1.
    interval : str
        As ``estimate``.

    Returns
    -------
    Estimate
        In the unit of ``time``. None with a warning where the curve or its limit does not come down far enough.

    Raises
    ------
    ValueError
        When ``level`` or ``interval`` is none of those named.

    References
    ----------
    Equations (8) and (9) of kaplan_meier.md.
    Brookmeyer & Crowley 1982, Biometrics 38:29.

    Examples
    --------
    >>> estimate_quantile([2, 3, 3, 5, 6, 8, 9, 12], [1, 1, 0, 1, 1, 0, 1, 0]).estimate
    6.0
    """
    curve = estimate(time, event, level, interval)
    method = f"kaplan_meier.estimate_quantile:{interval}"
    if curve.n == 0 or curve.times.size == 0:
        return refuse_estimate(method, curve.n, *curve.warnings, level=level)
    height = 1 - probability
    middle = _cross(curve.times, curve.estimate, height)
    # Where the curve has reached 0 Greenwood's interval does not exist: the limits stop before it.
    alive = curve.estimate > 0
    low = _cross(curve.times[alive], curve.ci_low[alive], height)
    high = _cross(curve.times[alive], curve.ci_high[alive], height)
    names = (("estimate", middle), ("lower limit", low), ("upper limit", high))
    missing = tuple(f"the {name} is not reached" for name, value in names if value is None)
    return Estimate(middle, low, high, None, curve.n, method, (*curve.warnings, *missing), level=level)


def _cross(times: FloatArray, heights: FloatArray, height: float) -> float | None:
    """The first time at which the curve is at or below ``height``; the middle of a flat part at it."""
    reached = np.flatnonzero(heights <= height + 1e-12)
    if reached.size == 0:
        return None
    first = int(reached[0])
    below = np.flatnonzero(heights < height - 1e-12)
    if abs(heights[first] - height) <= 1e-12 and below.size:
        return float((times[first] + times[below[0]]) / 2)
    return float(times[first])
