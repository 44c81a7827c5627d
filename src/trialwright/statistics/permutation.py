"""Exact null distribution of the sum of scores of one arm when the labels of the arms are shuffled.

Two ways to the same thing: integer scores (ranks) by counting how often each sum arises; any scores by splitting the
participants into two halves, listing the sums of every subset of each half, and counting pairs.
"""

import functools
import math
from itertools import combinations

import numpy as np

from trialwright.statistics.arrays import FloatArray, IntArray

# All participants of an exact test, those of one stratum, and the sums that may be listed.
LARGEST_SPLIT, LARGEST_STRATUM, LARGEST_SUPPORT = 40, 22, 2_000_000


def count_sums(scores: IntArray, size: int) -> FloatArray:
    """For each s, the share of the subsets of ``size`` scores that sum to s; shape (largest sum + 1,).

    Parameters
    ----------
    scores : ndarray of int, shape (n,)
        Not negative.
    size : int
        Number of scores drawn.

    Examples
    --------
    >>> count_sums(np.array([1, 2, 3]), 2).round(4).tolist()[3:]
    [0.3333, 0.3333, 0.3333]
    """
    ordered = np.sort(np.asarray(scores))
    top = int(ordered[ordered.size - size :].sum())
    if 2 * size > ordered.size:
        # The scores that are left out are fewer: count their sums and turn them round.
        others = count_sums(ordered, ordered.size - size)
        total = int(ordered.sum())
        shares = np.zeros(top + 1)
        sums = np.flatnonzero(others)
        shares[total - sums] = others[sums]
        return shares
    table = np.zeros((size + 1, top + 1))
    table[0, 0] = 1.0
    reach = 0
    for taken, score in enumerate(ordered.tolist()):
        most, reach = min(taken + 1, size), min(top, reach + score)
        table[1 : most + 1, score : reach + 1] += table[:most, : reach + 1 - score]
    # Counts of up to C(200, 100) = 9e58 are safe as floats.
    return np.asarray(table[size] / math.comb(ordered.size, size))


@functools.lru_cache(maxsize=64)
def count_rank_sums(n1: int, n0: int) -> FloatArray:
    """The null distribution of the sum of n1 of the ranks 1..n1+n0 without ties; index is the sum."""
    shares = count_sums(np.arange(1, n1 + n0 + 1), n1)
    shares.setflags(write=False)
    return shares


def compute_two_sided_p(scores: FloatArray, chosen: FloatArray) -> float | None:
    """P(|sum - expected| >= |observed - expected|) over all relabellings; None above 40 participants.

    Parameters
    ----------
    scores : ndarray, shape (n,)
        One score a participant.
    chosen : ndarray of bool or 0/1, shape (n,)
        Who is in arm 1.

    References
    ----------
    Equation (6) of log_rank.md.
    """
    mask = np.asarray(chosen, dtype=bool)
    n, size = scores.size, int(mask.sum())
    if n > LARGEST_SPLIT:
        return None
    centred = scores - scores.mean()
    observed = abs(float(centred[mask].sum()))
    slack = 1e-9 * max(1.0, float(np.abs(centred).sum()))
    if observed <= slack:
        return 1.0
    half = n // 2
    left, right = _list_sums(centred[:half]), _list_sums(centred[half:])
    extreme = 0
    for taken, sums in enumerate(left):
        rest = size - taken
        if not 0 <= rest < len(right):
            continue
        other = np.sort(right[rest])
        extreme += int((other.size - np.searchsorted(other, observed - slack - sums, side="left")).sum())
        extreme += int(np.searchsorted(other, -observed + slack - sums, side="right").sum())
    total = math.comb(n, size)
    return min(1.0, extreme / total)


def compute_stratified_p(scores: FloatArray, chosen: FloatArray, strata: IntArray) -> float | None:
    """The same with labels shuffled inside strata only; None where there are too many sums to list.

    Equation (6) of log_rank.md.
    """
    mask = np.asarray(chosen, dtype=bool)
    sums: FloatArray = np.zeros(1)
    weights: FloatArray = np.ones(1)
    observed, size = 0.0, 1.0
    for code in np.unique(strata):
        mine = strata == code
        taken = int(mask[mine].sum())
        if mine.sum() > LARGEST_STRATUM:
            return None
        centred = scores[mine] - scores[mine].mean()
        observed += float(centred[mask[mine]].sum())
        size += float(np.abs(centred).sum())
        values, counts = np.unique(np.round(_list_sums(centred)[taken], 11), return_counts=True)
        if values.size * sums.size > LARGEST_SUPPORT:
            return None
        grid = np.round(sums[:, None] + values[None, :], 11).ravel()
        both = (weights[:, None] * (counts / counts.sum())[None, :]).ravel()
        reached, place = np.unique(grid, return_inverse=True)
        sums = np.asarray(reached, dtype=np.float64)
        weights = np.asarray(np.bincount(place.ravel(), weights=both), dtype=np.float64)
    return min(1.0, float(weights[np.abs(sums) >= abs(observed) - 1e-9 * size].sum()))


def _list_sums(scores: FloatArray) -> list[FloatArray]:
    """For each subset size, the sums of all subsets of that size."""
    sums: list[FloatArray] = [np.zeros(1)]
    for score in scores.tolist():
        grown = [sums[0]]
        grown += [np.concatenate((sums[k], sums[k - 1] + score)) for k in range(1, len(sums))]
        grown.append(sums[-1] + score)
        sums = grown
    return sums


def list_splits(n: int, size: int) -> IntArray:
    """Every choice of ``size`` of n participants, one a row; for tests and small cases."""
    return np.array(list(combinations(range(n), size)), dtype=np.int64).reshape(math.comb(n, size), size)
