"""The cumulative incidence at some times of very many simulated arms at once, with log-log limits.

The same numbers as ``aalen_johansen.estimate(...).at(time)``, one row a trial, a column a time.
"""

from collections.abc import Sequence

import numpy as np
from scipy import special

from trialwright.statistics.aalen_johansen import compute_incidence
from trialwright.statistics.arrays import FloatArray, IntArray, check_level
from trialwright.statistics.kaplan_meier import compute_limits

_MOST_AT_ONCE = 4_000_000
"""Comparisons of a participant with another that are held at a time."""


def estimate_at(
    time: FloatArray, event: IntArray, at: Sequence[float], level: float = 0.95
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Incidence of cause 1, lower and upper limit.

    Parameters
    ----------
    time : ndarray, shape (trials, n)
        Follow-up times; NaN: not in the trial.
    event : ndarray of int, shape (trials, n)
        0 censored, 1 the event of interest, 2 a competing event.
    at : sequence of float
        The times, the same for all.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    tuple of ndarray, shape (trials, times)
        NaN where follow-up ends before ``at`` with somebody censored last, or nobody is in the arm. Limits are the
        estimate itself where it is 0 or 1.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1, or the shapes differ.

    Notes
    -----
    Equations (1) to (3) of aalen_johansen.md; equation (3) of kaplan_meier.md for the limits of 1 - incidence.

    Examples
    --------
    >>> found = estimate_at(np.array([[1.0, 2, 3, 4]]), np.array([[1, 0, 1, 0]]), [3.0])
    >>> [round(float(one[0, 0]), 3) for one in found]
    [0.625, 0.192, 0.989]
    """
    check_level(level)
    if time.shape != event.shape or time.ndim != 2:
        raise ValueError("time and event are (trials, n)")
    step = max(1, _MOST_AT_ONCE // max(1, time.shape[1] ** 2))
    parts = [_estimate(time[i : i + step], event[i : i + step], at, level) for i in range(0, len(time), step)]
    if not parts:
        nothing = np.zeros((0, len(at)))
        return nothing, nothing, nothing
    value, low, high = (np.concatenate(part) for part in zip(*parts, strict=True))
    return value, low, high


def _estimate(
    time: FloatArray, event: IntArray, at: Sequence[float], level: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    if not time.shape[1]:
        nothing = np.full(len(time), np.nan)
        return nothing, nothing, nothing
    order = np.argsort(time, axis=1)  # NaN last
    days, codes = np.take_along_axis(time, order, 1), np.take_along_axis(event, order, 1)
    there = ~np.isnan(days)
    with np.errstate(invalid="ignore"):
        at_risk = (days[:, None, :] >= days[:, :, None]).sum(axis=2)
        tied = days[:, None, :] == days[:, :, None]
        first = np.concatenate((there[:, :1], days[:, 1:] != days[:, :-1]), axis=1) & there
    events = np.stack([np.where(first, (tied & (codes == cause)[:, None, :]).sum(axis=2), 0) for cause in (1, 2)])
    incidence, spread = compute_incidence(at_risk.astype(np.float64), events.astype(np.float64), "delta")
    # The last place whose day has come holds the curve on that day; before the first the curve is 0.
    with np.errstate(invalid="ignore"):
        place = np.stack([(days <= one).sum(axis=1) for one in at], axis=1) - 1
    value, spread = (
        np.where(place < 0, 0.0, np.take_along_axis(part, np.maximum(place, 0), 1)) for part in (incidence, spread)
    )
    se = np.sqrt(np.maximum(spread, 0.0))
    rest = 1 - value
    relative = np.divide(se, rest, out=np.zeros_like(se), where=rest > 0)
    low, high = compute_limits(rest, relative, float(special.ndtri(0.5 + level / 2)), "log-log")
    last = np.max(np.where(there, days, -np.inf), axis=1)
    with np.errstate(invalid="ignore"):
        settled = ~((days == last[:, None]) & (codes == 0)).any(axis=1)
    known = (there.any(axis=1) & settled)[:, None] | (last[:, None] >= np.asarray(at))
    return tuple(np.where(known, part, np.nan) for part in (value, 1 - high, 1 - low))  # type: ignore[return-value]
