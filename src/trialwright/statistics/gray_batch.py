"""Gray's test of very many simulated trials of two arms at once, compiled; asymptotic and exact.

The same numbers as ``gray.compare`` and ``gray.compare_exact``, one row a trial. The first call compiles; the room itself
does not import this module.
"""

import numpy as np
from numba import njit
from numpy.typing import ArrayLike
from scipy import special

from trialwright.statistics.arrays import BoolArray, FloatArray, IntArray


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


LARGEST_EXACT, RELABELLINGS = 22, 4999
"""Participants up to which all relabellings are counted; of more, so many are drawn, the same for all trials."""


def compute_exact_p(
    time: FloatArray, event: IntArray, treated: ArrayLike, rng: np.random.Generator | None = None
) -> FloatArray:
    """The permutation p-value of Gray's score of each trial, as ``gray.compare_exact``.

    Up to 22 participants it is that method's number. Of more, 4,999 relabellings drawn once stand for all of them, and
    the observed one counts among them: a valid test, whose p-value is off by 0.003 (one standard error) near 0.05.

    Parameters
    ----------
    time, event, treated
        As for ``compute_p``.
    rng : numpy.random.Generator, optional
        Draws the relabellings of more than 22 participants.

    Returns
    -------
    ndarray, shape (trials,)
        NaN where an arm is empty or there is no event of interest.

    Raises
    ------
    ValueError
        Where the shapes do not go together, or relabellings are to be drawn by nobody.

    Examples
    --------
    >>> time = np.array([[1.0, 2, 3, 4, 5, 6]])
    >>> compute_exact_p(time, np.array([[1, 1, 1, 2, 2, 1]]), [0, 0, 0, 1, 1, 1]).round(4).tolist()
    [0.1]
    """
    arm = np.asarray(treated, dtype=np.int64)
    if time.shape != event.shape or time.ndim != 2 or arm.shape != time.shape[1:]:
        raise ValueError("time and event are (trials, n), treated is (n,)")
    data = np.ascontiguousarray(time, dtype=np.float64)
    codes = np.ascontiguousarray(event, dtype=np.int64)
    scores = np.zeros(data.shape)
    informed = _score_all(data, codes, arm, scores)
    if arm.size <= LARGEST_EXACT:
        return np.asarray(_count_all(scores, np.isnan(data), arm, informed))
    if rng is None:
        raise ValueError(f"more than {LARGEST_EXACT} participants need a generator that draws relabellings")
    order = rng.permuted(np.tile(np.arange(arm.size), (RELABELLINGS, 1)), axis=1)
    return _count_some(scores, np.isnan(data), arm, informed, order)


def _count_some(
    scores: FloatArray, absent: BoolArray, arm: IntArray, informed: BoolArray, order: IntArray
) -> FloatArray:  # fmt: skip
    """P of as great a sum among drawn orders, of which the first are arm 1."""
    result = np.full(len(scores), np.nan)
    sizes = np.stack(((~absent).sum(axis=1), (~absent & (arm == 1)).sum(axis=1)), axis=1)
    for n, chosen in np.unique(sizes[informed], axis=0).tolist():
        mine = np.flatnonzero(informed & (sizes == (n, chosen)).all(axis=1))
        # Those present, in order; a drawn order of all is, without those after the n-th, a drawn order of n.
        here = scores[mine][~absent[mine]].reshape(mine.size, n)
        ranked = order[order < n].reshape(len(order), n)
        picked = np.zeros((len(order), n))
        np.put_along_axis(picked, ranked[:, :chosen], 1.0, axis=1)
        observed = np.abs((scores[mine] * (arm == 1)).sum(axis=1))
        slack = 1e-9 * np.maximum(1.0, np.abs(here).sum(axis=1))
        reached = np.abs(here @ picked.T) >= (observed - slack)[:, None]
        result[mine] = (1 + reached.sum(axis=1)) / (1 + len(order))
    return result


@njit(cache=True, nogil=True)
def _score_all(time: FloatArray, event: IntArray, arm: IntArray, scores: FloatArray) -> BoolArray:
    """Scores minus their mean into ``scores``, as ``subdistribution``; which trials have two arms and an event."""
    trials, n = time.shape
    informed = np.zeros(trials, dtype=np.bool_)
    before, weight = np.empty(n), np.empty(n)
    for trial in range(trials):
        here = ~np.isnan(time[trial])
        size1 = (here & (arm == 1)).sum()
        size = here.sum()
        if size1 == 0 or size1 == size or not (here & (event[trial] == 1)).any():
            continue
        informed[trial] = True
        for i in range(n):
            before[i] = _find_censoring_before(time[trial], event[trial], here, time[trial, i]) if here[i] else 1.0
        for j in range(n):
            now = time[trial, j]
            if not here[j] or event[trial, j] != 1:
                continue
            total = 0.0
            for i in range(n):
                weight[i] = 0.0
                if here[i] and time[trial, i] >= now:
                    weight[i] = 1.0
                elif here[i] and event[trial, i] > 1 and before[i] > 0.0:
                    weight[i] = before[j] / before[i]
                total += weight[i]
            scores[trial, j] += 1.0
            for i in range(n):
                scores[trial, i] -= weight[i] / total
        mean = scores[trial].sum() / size
        for i in range(n):
            scores[trial, i] = scores[trial, i] - mean if here[i] else 0.0
    return informed


@njit(cache=True, nogil=True)
def _find_censoring_before(time: FloatArray, event: IntArray, here: BoolArray, now: float) -> float:
    """The Kaplan-Meier curve of censoring just before ``now``."""
    left, last = 1.0, -1.0
    while True:
        moment = now
        for i in range(time.size):
            if here[i] and event[i] == 0 and last < time[i] < moment:
                moment = time[i]
        if moment >= now:
            return left
        risk, gone = 0.0, 0.0
        for i in range(time.size):
            if here[i] and time[i] >= moment:
                risk += 1.0
                if time[i] == moment and event[i] == 0:
                    gone += 1.0
        left *= 1.0 - gone / risk
        last = moment


@njit(cache=True, nogil=True)
def _count_all(scores: FloatArray, absent: BoolArray, arm: IntArray, informed: BoolArray) -> FloatArray:
    """P of as great a sum among all relabellings: every subset of one half with every subset of the other."""
    trials, n = scores.shape
    most = (n + 1) // 2
    result = np.full(trials, np.nan)
    # Row k holds the sums of the subsets of k, ascending.
    left, right = np.empty((most + 1, 1 << most)), np.empty((most + 1, 1 << most))
    held, others = np.zeros(most + 1, dtype=np.int64), np.zeros(most + 1, dtype=np.int64)
    kept = np.empty(n)
    for trial in range(trials):
        if not informed[trial]:
            continue
        size, chosen, observed, reach = 0, 0, 0.0, 0.0
        for i in range(n):
            if not absent[trial, i]:
                kept[size] = scores[trial, i]
                size += 1
                reach += abs(scores[trial, i])
                if arm[i] == 1:
                    chosen += 1
                    observed += scores[trial, i]
        least = abs(observed) - 1e-9 * max(1.0, reach)
        if least <= 0.0:
            result[trial] = 1.0
            continue
        half = size // 2
        _sum_subsets(kept[:half], held, left)
        _sum_subsets(kept[half:size], others, right)
        reached, total = 0, 0
        for taken in range(max(0, chosen - (size - half)), min(half, chosen) + 1):
            own, other, count = left[taken], right[chosen - taken], others[chosen - taken]
            total += held[taken] * count
            # Both ascend: as a sum of the left half grows, less is needed of the right.
            above, below = count, count
            for i in range(held[taken]):
                while above > 0 and own[i] + other[above - 1] >= least:
                    above -= 1
                while below > 0 and own[i] + other[below - 1] > -least:
                    below -= 1
                reached += count - above + below
        result[trial] = reached / total
    return result


@njit(cache=True, nogil=True)
def _sum_subsets(values: FloatArray, held: IntArray, out: FloatArray) -> None:
    """The sums of all subsets by size: each new value is added to all there are, and merged from behind."""
    held[:] = 0
    held[0] = 1
    out[0, 0] = 0.0
    for taken in range(values.size):
        value = values[taken]
        for size in range(taken + 1, 0, -1):
            mine, smaller = held[size] - 1, held[size - 1] - 1
            held[size] += held[size - 1]
            for at in range(held[size] - 1, -1, -1):
                if smaller < 0:
                    break
                if mine >= 0 and out[size, mine] > out[size - 1, smaller] + value:
                    out[size, at] = out[size, mine]
                    mine -= 1
                else:
                    out[size, at] = out[size - 1, smaller] + value
                    smaller -= 1


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
