"""What the likelihood of an MMRM needs of simulated trials: sums over participants who miss the same visits. Compiled."""

from typing import NamedTuple

import numpy as np
from numba import njit

from trialwright.statistics.arrays import BoolArray, FloatArray, IntArray


class Sums(NamedTuple):
    """Sums by trial, pattern of visits seen, and arm; the first ``groups`` patterns of a trial are in use.

    ``y`` are values minus their arm's mean at the visit (``centre``), ``x`` the covariate minus its mean.

    Parameters
    ----------
    groups, members : ndarray of int, shape (trials,)
        Patterns, and participants with a value.
    seen : ndarray, shape (trials, n, visits)
        1 where the participants of a pattern have a value.
    people, x, xx : ndarray, shape (trials, n, 2)
        Participants of each arm, and their sums of x and x squared.
    y, xy : ndarray, shape (trials, n, 2, visits)
        Sums of y and of x y.
    yy : ndarray, shape (trials, n, visits, visits)
        Sums of y y' over both arms.
    centre : ndarray, shape (trials, 2, visits)
        The means that were taken away.
    """

    groups: IntArray
    members: IntArray
    seen: FloatArray
    people: FloatArray
    x: FloatArray
    xx: FloatArray
    y: FloatArray
    xy: FloatArray
    yy: FloatArray
    centre: FloatArray


def compute_sums(values: FloatArray, arm: IntArray, covariate: FloatArray) -> Sums:
    """The sums of all trials.

    Parameters
    ----------
    values : ndarray, shape (trials, n, visits)
        NaN means missing.
    arm : ndarray of 0/1, shape (n,)
        The arm.
    covariate : ndarray, shape (trials, n)
        Zeros for none.
    """
    trials, n, visits = values.shape
    sums = Sums(
        np.zeros(trials, dtype=np.int64), np.zeros(trials, dtype=np.int64), np.zeros((trials, n, visits)),
        np.zeros((trials, n, 2)), np.zeros((trials, n, 2)), np.zeros((trials, n, 2)),
        np.zeros((trials, n, 2, visits)), np.zeros((trials, n, 2, visits)), np.zeros((trials, n, visits, visits)),
        np.zeros((trials, 2, visits)),
    )  # fmt: skip
    _add_up(values, arm, covariate, *sums)
    return sums


@njit(cache=True, nogil=True, error_model="numpy")
def _add_up(
    values: FloatArray, arm: IntArray, covariate: FloatArray, groups: IntArray, members: IntArray, seen: FloatArray,
    people: FloatArray, x: FloatArray, xx: FloatArray, y: FloatArray, xy: FloatArray, yy: FloatArray, centre: FloatArray,
) -> None:  # fmt: skip
    trials, n, visits = values.shape
    here, present = np.empty(n, dtype=np.bool_), np.empty(visits)
    for t in range(trials):
        middle = _find_centres(values[t], arm, covariate[t], centre[t], here, present)
        used, held = 0, 0
        for i in range(n):
            if not here[i]:
                continue
            held += 1
            for a in range(visits):
                present[a] = 0.0 if np.isnan(values[t, i, a]) else 1.0
            group = 0
            while group < used and not _is_same(seen[t, group], present):
                group += 1
            if group == used:
                used += 1
                seen[t, group] = present
            side, own = arm[i], covariate[t, i] - middle
            people[t, group, side] += 1.0
            x[t, group, side] += own
            xx[t, group, side] += own * own
            for a in range(visits):
                if present[a] == 0.0:
                    continue
                value = values[t, i, a] - centre[t, side, a]
                y[t, group, side, a] += value
                xy[t, group, side, a] += own * value
                for b in range(visits):
                    if present[b] == 1.0:
                        yy[t, group, a, b] += value * (values[t, i, b] - centre[t, side, b])
        groups[t], members[t] = used, held


@njit(cache=True, nogil=True, error_model="numpy")
def _find_centres(
    values: FloatArray, arm: IntArray, covariate: FloatArray, centre: FloatArray, here: BoolArray, counts: FloatArray
) -> float:
    """The arms' means by visit, who has a value at all, and the mean covariate of those."""
    n, visits = values.shape
    total, members = 0.0, 0
    for i in range(n):
        here[i] = False
        for a in range(visits):
            here[i] = here[i] or not np.isnan(values[i, a])
        if here[i]:
            total += covariate[i]
            members += 1
    for side in range(2):
        for a in range(visits):
            counts[a] = 0.0
            for i in range(n):
                if arm[i] == side and not np.isnan(values[i, a]):
                    centre[side, a] += values[i, a]
                    counts[a] += 1.0
            centre[side, a] /= max(counts[a], 1.0)
    return total / max(members, 1)


@njit(cache=True, nogil=True, error_model="numpy")
def _is_same(one: FloatArray, other: FloatArray) -> bool:
    same = True
    for a in range(one.size):
        same = same and one[a] == other[a]
    return same
