"""Wilcoxon's exact test and the Hodges-Lehmann interval of very many simulated trials, compiled.

The same numbers as ``hodges_lehmann.estimate_shift``, ties and worst ranks included, one row a trial. The null
distribution of the rank sum depends on how the pooled values are tied and on nothing else; each pattern is counted
once and kept. The first call compiles; the room itself does not import this module.
"""

import math
import threading
from dataclasses import dataclass

import numpy as np
from numba import njit

from trialwright.statistics.arrays import FloatArray, IntArray, check_level
from trialwright.statistics.hodges_lehmann import compute_normal_depth, estimate_shift

LARGEST = 40
"""Participants up to which a pattern of ties fits a key; larger trials go through the scalar method."""

_SLOTS, _ROWS, _LOOK = 1 << 14, 1 << 12, 8


@dataclass(frozen=True, slots=True)
class Shifts:
    """One number a trial, shape (trials,).

    ``estimate`` is NaN where an arm is empty or the shift is infinite, ``p`` where an arm is empty; a limit that does
    not exist is infinite (NaN where an arm is empty).
    """

    estimate: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    p: FloatArray


def estimate_shifts(values1: FloatArray, values0: FloatArray, level: float = 0.95) -> Shifts:
    """The shift of each trial with its exact interval and Wilcoxon's exact p-value.

    Parameters
    ----------
    values1, values0 : ndarray, shapes (trials, n1) and (trials, n0)
        Values of the two arms. NaN means missing; infinite values are worst ranks.
    level : float
        Confidence level.

    Raises
    ------
    ValueError
        Where the two arms do not have the same number of trials.

    Notes
    -----
    Hodges & Lehmann 1963; Bauer 1972, as in ``hodges_lehmann``.

    Examples
    --------
    >>> found = estimate_shifts(np.array([[1.0, 2, 3]]), np.array([[4.0, 5, 6]]))
    >>> found.estimate.tolist(), found.p.round(2).tolist()
    ([-3.0], [0.1])
    """
    check_level(level)
    if values1.ndim != 2 or values0.ndim != 2 or values1.shape[0] != values0.shape[0]:
        raise ValueError("values are (trials, n1) and (trials, n0)")
    first, second = (np.ascontiguousarray(values, dtype=np.float64) for values in (values1, values0))
    result = np.full((4, first.shape[0]), np.nan)
    if first.shape[1] + second.shape[1] > LARGEST:
        for trial in range(first.shape[0]):
            result[:, trial] = _call_scalar(first[trial], second[trial], level)
    else:
        cache = _open_cache(first.shape[1] * second.shape[1] + 1)
        _walk(first, second, 1 - level + 1e-12, _list_depths(first.shape[1], second.shape[1], level), *cache, result)
    return Shifts(*result)


def _call_scalar(first: FloatArray, second: FloatArray, level: float) -> tuple[float, float, float, float]:
    found = estimate_shift(first, second, level)
    if found.p is None:
        return math.nan, math.nan, math.nan, math.nan
    low = -math.inf if found.ci_low is None else found.ci_low
    high = math.inf if found.ci_high is None else found.ci_high
    return math.nan if found.estimate is None else found.estimate, low, high, found.p


Cache = tuple[IntArray, IntArray, FloatArray, IntArray]


class _Kept(threading.local):
    """What a thread has counted, by width of a row: a pattern of ties says the same whoever meets it."""

    def __init__(self) -> None:
        self.by_width: dict[int, Cache] = {}


_KEPT = _Kept()


def _open_cache(width: int) -> Cache:
    """Keys and places of a hash table, its rows of p-values, and how many rows are used."""
    if width not in _KEPT.by_width:
        keys, places = np.full(_SLOTS, -1, dtype=np.int64), np.zeros(_SLOTS, dtype=np.int64)
        _KEPT.by_width[width] = keys, places, np.zeros((_ROWS, width)), np.zeros(1, dtype=np.int64)
    return _KEPT.by_width[width]


def _list_depths(largest1: int, largest0: int, level: float) -> IntArray:
    """Where the search for a limit begins, by the sizes of the arms."""
    depths = np.zeros((largest1 + 1, largest0 + 1), dtype=np.int64)
    for n1 in range(1, largest1 + 1):
        for n0 in range(1, largest0 + 1):
            depths[n1, n0] = compute_normal_depth(n1, n0, level)
    return depths


@njit(cache=True, nogil=True)
def _count(ranks: IntArray, n1: int, row: FloatArray) -> None:
    """p(reach) of the sum of ``n1`` of the doubled midranks (ascending), for every distance from its mean."""
    n = ranks.size
    top = 0
    for i in range(n - n1, n):
        top += ranks[i]
    table = np.zeros((n1 + 1, top + 1))
    table[0, 0] = 1.0
    for i in range(n):
        score = ranks[i]
        for taken in range(min(i + 1, n1), 0, -1):
            for total in range(score, top + 1):
                table[taken, total] += table[taken - 1, total - score]
    whole = table[n1].sum()
    expected = n1 * (n + 1)
    row[:] = 0.0
    for total in range(top + 1):
        if table[n1, total] > 0.0:
            row[abs(total - expected)] += table[n1, total] / whole
    for reach in range(row.size - 2, -1, -1):
        row[reach] += row[reach + 1]


@njit(cache=True, nogil=True)
def _is_ranking(ordered: IntArray) -> bool:
    """Whether these are the doubled midranks of some order with ties.

    They need not be where both arms hold the same infinity: two infinities differ by zero, whatever the shift, and
    then x before y, y before z does not put x before z. Such ranks are not told by which of them are equal.
    """
    start = 0
    for i in range(1, ordered.size + 1):
        if i == ordered.size or ordered[i] != ordered[start]:
            if ordered[start] != start + 1 + i:
                return False
            start = i
    return True


@njit(cache=True, nogil=True)
def _find_row(
    ranks: IntArray, n1: int, keys: IntArray, places: IntArray, rows: FloatArray, counter: IntArray
) -> int:  # fmt: skip
    """The row of p-values of this pattern of ties, counted where it is new; -1 where there is none to keep."""
    ordered = np.sort(ranks)
    if not _is_ranking(ordered):
        return -1
    n = ordered.size
    key = 0
    for i in range(n - 1):
        key = 2 * key + (1 if ordered[i] == ordered[i + 1] else 0)
    key = (key * 64 + n) * 64 + n1
    slot = (key ^ (key >> 17) ^ (key >> 31)) % keys.size
    while keys[slot] != -1 and keys[slot] != key:
        slot = (slot + 1) % keys.size
    if keys[slot] == key:
        return int(places[slot])
    used = int(counter[0])
    if used >= rows.shape[0]:
        return -1
    counter[0] += 1
    _count(ordered, n1, rows[used])
    keys[slot] = key
    places[slot] = used
    return used


@njit(cache=True, nogil=True)
def _pooled_ranks(first: FloatArray, second: FloatArray, point: float, equal: bool, ranks: IntArray) -> None:
    """Doubled midranks of the pooled sample after a shift: at ``point`` itself (``equal``) or just below it.

    Pairs are compared by their difference, never by shifted values; two equal infinities differ by zero.
    """
    n1, n0 = first.size, second.size
    for i in range(n1):
        ranks[i] = 2
        for j in range(n1):
            ranks[i] += 2 if first[j] < first[i] else (1 if first[j] == first[i] and j != i else 0)
    for i in range(n0):
        ranks[n1 + i] = 2
        for j in range(n0):
            ranks[n1 + i] += 2 if second[j] < second[i] else (1 if second[j] == second[i] and j != i else 0)
    for i in range(n1):
        for j in range(n0):
            difference = 0.0 if first[i] == second[j] else first[i] - second[j]
            if difference > point or (not equal and difference == point):
                ranks[i] += 2
            elif equal and difference == point:
                ranks[i] += 1
                ranks[n1 + j] += 1
            else:
                ranks[n1 + j] += 2


@njit(cache=True, nogil=True)
def _p(
    ranks: IntArray, n1: int, keys: IntArray, places: IntArray, rows: FloatArray, counter: IntArray,
    spare: FloatArray,
) -> float:  # fmt: skip
    row = _find_row(ranks, n1, keys, places, rows, counter)
    reach = -n1 * (ranks.size + 1)
    for i in range(n1):
        reach += ranks[i]
    if row >= 0:
        return float(min(1.0, rows[row, abs(reach)]))
    _count(np.sort(ranks), n1, spare)
    return float(min(1.0, spare[abs(reach)]))


@njit(cache=True, nogil=True)
def _find_lower(
    first: FloatArray, second: FloatArray, differences: FloatArray, alpha: float, depth: int,
    keys: IntArray, places: IntArray, rows: FloatArray, counter: IntArray, ranks: IntArray, spare: FloatArray,
) -> float:  # fmt: skip
    """The least accepted shift; cells and look-ahead as in the scalar method."""
    points = np.unique(differences)
    last = 2 * points.size
    guess = differences[max(0, depth - 1)]
    cell = 2 * np.searchsorted(points, guess) + 1
    _pooled_ranks(first, second, points[0], False, ranks)
    if _p(ranks, first.size, keys, places, rows, counter, spare) > alpha:
        return -np.inf
    lowest, at, outside, going = -1, cell, 0, True
    while at < last and going:
        index = (at - 1) // 2 if at % 2 else at // 2
        _pooled_ranks(first, second, points[min(index, points.size - 1)], at % 2 == 1, ranks)
        if _p(ranks, first.size, keys, places, rows, counter, spare) > alpha:
            going = False
        else:
            at += 1
    lowest, outside = at, at - 1
    while outside > 0 and lowest - outside <= _LOOK:
        index = (outside - 1) // 2 if outside % 2 else outside // 2
        _pooled_ranks(first, second, points[index], outside % 2 == 1, ranks)
        if _p(ranks, first.size, keys, places, rows, counter, spare) > alpha:
            lowest = outside
        outside -= 1
    return float(points[min((lowest - 1) // 2, points.size - 1)])


@njit(cache=True, nogil=True)
def _walk(
    values1: FloatArray, values0: FloatArray, alpha: float, depths: IntArray,
    keys: IntArray, places: IntArray, rows: FloatArray, counter: IntArray, result: FloatArray,
) -> None:  # fmt: skip
    spare = np.zeros(LARGEST * LARGEST + 1)
    for trial in range(values1.shape[0]):
        first = np.sort(values1[trial][~np.isnan(values1[trial])])
        second = np.sort(values0[trial][~np.isnan(values0[trial])])
        n1, n0 = first.size, second.size
        if n1 == 0 or n0 == 0:
            continue
        ranks = np.zeros(n1 + n0, dtype=np.int64)
        _pooled_ranks(first, second, 0.0, True, ranks)
        result[3, trial] = _p(ranks, n1, keys, places, rows, counter, spare)
        differences = np.empty(n1 * n0)
        tied = False
        for i in range(n1):
            tied = tied or (i > 0 and first[i] == first[i - 1])
            for j in range(n0):
                difference = 0.0 if first[i] == second[j] else first[i] - second[j]
                differences[i * n0 + j] = difference
                tied = tied or not np.isfinite(difference)
        for j in range(1, n0):
            tied = tied or second[j] == second[j - 1]
        differences.sort()
        size = n1 * n0
        one, two = differences[(size - 1) // 2], differences[size // 2]
        middle = one if one == two else one / 2 + two / 2
        if np.isfinite(middle):
            result[0, trial] = middle
        if tied:
            depth = depths[n1, n0]
            result[1, trial] = _find_lower(
                first, second, differences, alpha, depth, keys, places, rows, counter, ranks, spare
            )
            result[2, trial] = -_find_lower(
                -first, -second, -differences[::-1], alpha, depth, keys, places, rows, counter, ranks, spare
            )
            continue
        for i in range(n1 + n0):
            ranks[i] = 2 * (i + 1)
        row = _find_row(ranks, n1, keys, places, rows, counter)
        if row < 0:
            _count(ranks, n1, spare)
        deep = 0
        while 2 * deep < size and (rows[row, size - 2 * deep] if row >= 0 else spare[size - 2 * deep]) <= alpha:
            deep += 1
        result[1, trial] = -np.inf if deep == 0 else differences[deep - 1]
        result[2, trial] = np.inf if deep == 0 else differences[size - deep]
