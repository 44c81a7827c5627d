"""Gray's test of very many simulated trials of two arms at once, compiled.

The same numbers as ``gray.compare``, one row a trial. The first call compiles; the room itself does not import this
module.
"""

import numpy as np
from numba import njit
from numpy.typing import ArrayLike
from scipy import special

from trialwright.statistics.arrays import FloatArray, IntArray


def compute_p(time: FloatArray, event: IntArray, treated: ArrayLike) -> FloatArray:
    """The p-value of Gray's test of each trial.

    Parameters
    ----------
    time : ndarray, shape (trials, n)
        Follow-up times, not negative; NaN: not in the trial.
    event : ndarray of int, shape (trials, n)
        0 censored, 1 the event of interest, 2 or more a competing event.
    treated : array_like of 0/1, shape (n,)
        The arm, the same in all trials.

    Returns
    -------
    ndarray, shape (trials,)
        NaN where an arm is empty, there is no event of interest, or the variance is zero.

    Raises
    ------
    ValueError
        Where the shapes do not go together.

    Notes
    -----
    Gray 1988, Annals of Statistics 16:1141, section 2, with rho = 0, as in ``gray``.

    Examples
    --------
    >>> time = np.array([[1.0, 2, 3, 4, 5, 6]])
    >>> compute_p(time, np.array([[1, 1, 2, 1, 0, 1]]), [1, 1, 1, 0, 0, 0]).round(4).tolist()
    [0.1184]
    """
    arm = np.asarray(treated, dtype=np.int64)
    if time.shape != event.shape or time.ndim != 2 or arm.shape != time.shape[1:]:
        raise ValueError("time and event are (trials, n), treated is (n,)")
    data = np.ascontiguousarray(time, dtype=np.float64)
    statistic = _walk(data, np.ascontiguousarray(event, dtype=np.int64), arm)
    return np.asarray(special.chdtrc(1.0, statistic), dtype=np.float64)


@njit(cache=True, nogil=True)
def _divide(top: float, bottom: float) -> float:
    return top / bottom if bottom > 0 else 0.0


@njit(cache=True, nogil=True)
def _shrink(tied: float, n: float) -> float:
    return 1.0 - _divide(tied - 1.0, n - 1.0) if tied > 1 else 1.0


@njit(cache=True, nogil=True)
def _walk(time: FloatArray, event: IntArray, arm: IntArray) -> FloatArray:
    trials, n = time.shape
    result = np.full(trials, np.nan)
    at_risk, cause, other = np.zeros((2, n)), np.zeros((2, n)), np.zeros((2, n))
    for trial in range(trials):
        kept = ~np.isnan(time[trial])
        size1 = (kept & (arm == 1)).sum()
        size0 = kept.sum() - size1
        if size1 == 0 or size0 == 0 or not (kept & (event[trial] == 1)).any():
            continue
        times = np.unique(time[trial][kept & (event[trial] > 0)])
        for j in range(times.size):
            for g in range(2):
                at_risk[g, j] = cause[g, j] = other[g, j] = 0.0
            for i in range(n):
                if kept[i] and time[trial, i] >= times[j]:
                    at_risk[arm[i], j] += 1
                    if time[trial, i] == times[j]:
                        if event[trial, i] == 1:
                            cause[arm[i], j] += 1
                        elif event[trial, i] > 1:
                            other[arm[i], j] += 1
        score, variance = _score(at_risk, cause, other, times.size)
        if variance > 1e-14:
            result[trial] = score * score / variance
    return result


@njit(cache=True, nogil=True)
def _score(at_risk: FloatArray, cause: FloatArray, other: FloatArray, k: int) -> tuple[float, float]:
    """The score of arm 0 and its variance: the formulas of ``gray.compute_score`` for two groups."""
    before, after, h = np.zeros((2, k)), np.zeros((2, k)), np.zeros((2, k))
    risk, rise, common = np.zeros((2, k)), np.zeros(k), np.zeros(k)
    for g in range(2):
        left, incidence = 1.0, 0.0
        for j in range(k):
            before[g, j] = left
            h[g, j] = _divide(at_risk[g, j], left)
            risk[g, j] = h[g, j] * (1.0 - incidence)
            incidence += left * _divide(cause[g, j], at_risk[g, j])
            left *= 1.0 - _divide(cause[g, j] + other[g, j], at_risk[g, j])
            after[g, j] = left
    score, total = 0.0, 0.0
    for j in range(k):
        both = cause[0, j] + cause[1, j]
        score += cause[0, j] - risk[0, j] * _divide(both, risk[0, j] + risk[1, j])
        rise[j] = _divide(both, h[0, j] + h[1, j])
        total += rise[j]
        common[j] = total
    variance = 0.0
    for r in range(2):
        hazards = 0.0
        for j in range(k):
            hazards += _divide(_weigh(h, r, j) * rise[j], 1.0 - common[j] + rise[j])
        passed = 0.0
        for j in range(k):
            weight = _weigh(h, r, j)
            passed += _divide(weight * rise[j], 1.0 - common[j] + rise[j])
            later = hazards - passed
            ratio = _divide(1.0 - common[j], after[r, j])
            both = cause[0, j] + cause[1, j]
            own_variance = _shrink(both, (h[0, j] + h[1, j]) * before[r, j]) * _divide(rise[j], h[r, j])
            rival_variance = _shrink(other[r, j], at_risk[r, j]) * _divide(other[r, j], h[r, j] ** 2)
            variance += (weight + (1.0 - ratio) * later) ** 2 * own_variance
            variance += (ratio * later) ** 2 * rival_variance
    return score, variance


@njit(cache=True, nogil=True)
def _weigh(h: FloatArray, r: int, j: int) -> float:
    """What group ``r`` weighs in the score of arm 0."""
    return float(h[0, j]) * ((1.0 if r == 0 else 0.0) - _divide(h[r, j], h[0, j] + h[1, j]))
