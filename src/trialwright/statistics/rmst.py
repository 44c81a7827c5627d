"""Restricted mean times: mean survival time up to a horizon, and mean time lost to one of several causes.

Where other software differs: lifelines' "variance" of the restricted mean is that of the survival times, not of the
mean.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from trialwright.statistics.arrays import FloatArray, check_level
from trialwright.statistics.outcomes import Estimate, refuse_estimate, wald
from trialwright.statistics.survival_data import count_at_times, prepare


def estimate(time: ArrayLike, event: ArrayLike, horizon: float, level: float = 0.95) -> Estimate:
    """The mean time free of the event within ``horizon``, with its standard error.

    Parameters
    ----------
    time, event : array_like, shape (n,)
        Follow-up time; 1 event, 0 censored. NaN means missing.
    horizon : float
        In the unit of ``time``; the last follow-up must reach it unless everybody had the event.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Estimate
        In the unit of ``time``, at most the horizon; no p-value. None with a warning where follow-up ends before the
        horizon; without events there is no interval.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    Notes
    -----
    The area under the Kaplan-Meier curve; var = sum A(t)^2 d / (n (n - d)) with A(t) the area right of t
    (Andersen et al. 1993, section IV.3), no small-sample factor, as R's survival prints.

    References
    ----------
    Equations (1) and (2) of rmst.md.
    Andersen, Borgan, Gill & Keiding 1993, section IV.3; Royston & Parmar 2011, Statistics in Medicine 30:2409.

    Examples
    --------
    >>> answer = estimate([2, 4, 6, 9], [1, 1, 0, 1], 8)
    >>> round(answer.estimate, 3), round(answer.se, 3)
    (5.5, 1.299)
    """
    return _estimate("rmst.estimate", time, event, 0, horizon, level)


def estimate_lost(time: ArrayLike, event: ArrayLike, horizon: float, cause: int = 1, level: float = 0.95) -> Estimate:
    """The mean time lost to ``cause`` within ``horizon``: the area under its cumulative incidence.

    Parameters
    ----------
    time, event : array_like, shape (n,)
        Follow-up time; 0 censored, 1, 2, … the event that came first. NaN means missing.
    horizon : float
        In the unit of ``time``; the last follow-up must reach it unless everybody had the event.
    cause : int
        The event of interest.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Estimate
        In the unit of ``time``, at most the horizon; no p-value. None with a warning where follow-up ends before the
        horizon; without events there is no interval.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    Notes
    -----
    The variance adds up the squared effect of each jump on the area, as the delta method does for the curve
    (Andersen 2013, Statistics in Medicine 32:5278).

    References
    ----------
    Equations (3) and (4) of rmst.md.
    Andersen 2013, Statistics in Medicine 32:5278.

    Examples
    --------
    >>> round(estimate_lost([2, 4, 6, 9], [1, 2, 0, 1], 8).estimate, 3)
    1.5
    """
    return _estimate("rmst.estimate_lost", time, event, cause, horizon, level)


def compare(first: Estimate, second: Estimate) -> Estimate:
    """The difference ``first`` - ``second`` of two independent restricted means, with interval and p-value.

    Arms without a standard error (everybody event-free) give an estimate without interval.

    Parameters
    ----------
    first, second : Estimate
        Restricted means of two arms, by one of the functions above and at one horizon.

    Returns
    -------
    Estimate
        In the unit of time, with the normal interval and p-value. None with a warning where either mean is.

    References
    ----------
    Equation (5) of rmst.md.
    Royston & Parmar 2011, Statistics in Medicine 30:2409.

    Examples
    --------
    >>> first, second = estimate([2, 4, 6, 9], [1, 1, 0, 1], 8), estimate([1, 3, 5, 9], [1, 1, 1, 0], 8)
    >>> round(compare(first, second).estimate, 3)
    1.25
    """
    method = f"rmst.compare:{first.method}"
    warnings = tuple(dict.fromkeys(first.warnings + second.warnings))
    n = first.n + second.n
    if first.estimate is None or second.estimate is None:
        return refuse_estimate(method, n, *warnings, level=first.level)
    difference = first.estimate - second.estimate
    if not first.se or not second.se:
        why = (*warnings, "an arm has no variation: no interval")
        return Estimate(difference, None, None, None, n, method, why, level=first.level)
    se = (first.se**2 + second.se**2) ** 0.5
    return wald(difference, se, n, method, warnings, level=first.level)


def _estimate(method: str, time: ArrayLike, event: ArrayLike, cause: int, horizon: float, level: float) -> Estimate:
    check_level(level)
    follow = prepare(time, event)
    n = follow.time.size
    if follow.wrong or not horizon > 0:
        return refuse_estimate(method, n, *follow.warnings, follow.wrong or "the horizon is not positive", level=level)
    last = follow.time.max()
    if last < horizon and (follow.event[follow.time == last] == 0).any():
        return refuse_estimate(method, n, *follow.warnings, "follow-up ends before the horizon", level=level)
    # For survival every event counts as the cause; the area lost to it is the horizon minus the mean.
    merged = np.where(follow.event == 0, 0, np.where((follow.event == cause) | (cause == 0), 1, 2))
    times = np.unique(follow.time[(merged > 0) & (follow.time <= horizon)])
    at_risk, events = count_at_times(follow.time, merged, times, 2)
    lost, variance = compute_lost(times, at_risk, events, horizon)
    value = lost if cause else horizon - lost
    se = max(variance, 0.0) ** 0.5
    if se == 0:
        why = "no events before the horizon" if lost == 0 else "no variation"
        return Estimate(value, None, None, None, n, method, (*follow.warnings, why), 0.0, None, level)
    return replace(wald(value, se, n, method, follow.warnings, level=level), p=None)


def compute_lost(times: FloatArray, at_risk: FloatArray, events: FloatArray, horizon: float) -> tuple[float, float]:
    """The area under the cumulative incidence of the first cause up to ``horizon``, and its variance.

    Equations (3) and (4) of rmst.md.
    """
    if times.size == 0:
        return 0.0, 0.0
    n, d1, d2 = at_risk, events[0], events[1]
    after = np.cumprod(1 - (d1 + d2) / n)
    before = np.concatenate(([1.0], after[:-1]))
    incidence = np.cumsum(before * d1 / n)
    widths = np.diff(np.append(times, horizon))
    right = np.cumsum((incidence * widths)[::-1])[::-1]
    span = horizon - times
    inverse = np.divide(1.0, after, out=np.zeros_like(after), where=after > 0)
    rival = inverse * (incidence * span - right)
    own = span + rival
    a, b, c = (before**2 * part / n**3 for part in (d1 * (n - d1), d2 * (n - d2), -d1 * d2))
    return float(right[0]), float((a * own**2 + b * rival**2 + 2 * c * own * rival).sum())
