"""The exact unconditional interval of very many tables: the numbers of ``risk_difference.estimate_exact``, compiled.

An interval is some 300 p-values, each the largest of some hundred probabilities. The first call compiles; the room
itself does not import this module.
"""

import math

import numpy as np
from numba import njit

from trialwright.statistics.arrays import BoolArray, FloatArray
from trialwright.statistics.outcomes import Estimate
from trialwright.statistics.risk_difference import search_exact

# A coarse maximum below this share of the value that matters is not refined: between the points of the grid the
# probability does not double.
_FAR = 0.5


def estimate_exact(events1: float, n1: float, events0: float, n0: float, level: float = 0.95) -> Estimate:
    """p1 - p0 with the exact unconditional interval and p-value, as ``risk_difference.estimate_exact``.

    Parameters
    ----------
    events1, n1, events0, n0 : int
        Participants with the event and all, arm 1 (treatment) and arm 0 (control).
    level : float
        Confidence level.

    Examples
    --------
    >>> result = estimate_exact(1, 9, 4, 9)
    >>> round(result.ci_low, 3), round(result.ci_high, 3)
    (-0.66, 0.098)
    """
    return search_exact(compute_p, (events1, n1, events0, n0), level)


def compute_p(x1: int, n1: int, x0: int, n0: int, difference: float = 0.0, enough: float | None = None) -> float:
    """The two-sided exact p-value of p1 - p0 = ``difference``, as ``risk_difference.compute_exact_p``."""
    if n1 + n0 > 1000:
        raise ValueError("no exact p-value of more than 1,000 participants")
    return float(_find_p(x1, n1, x0, n0, float(difference), -1.0 if enough is None else enough))


@njit(cache=True, nogil=True, error_model="numpy")
def _find_p(x1: int, n1: int, x0: int, n0: int, difference: float, enough: float) -> float:
    size = np.empty((n1 + 1, n0 + 1))
    for i in range(n1 + 1):
        for j in range(n0 + 1):
            size[i, j] = _compute_size(i, n1, j, n0, difference)
    least = size[x1, x0] - 1e-9 * max(1.0, min(size[x1, x0], 1e6))
    region = size >= least
    low, high = max(0.0, -difference), min(1.0, 1.0 - difference)
    fine, rows = enough < 0, n1 + n0 + 2
    count = max(65, 4 * rows) if fine else max(49, 2 * rows)
    chosen1, chosen0 = _choose(n1), _choose(n0)
    first, second, step = np.empty(n1 + 1), np.empty(n0 + 1), (high - low) / (count - 1)
    heights = np.empty(count)
    best = 0.0
    for at in range(count):
        rate = high if at == count - 1 else low + at * step
        heights[at] = _compute_height(region, rate, difference, chosen1, chosen0, first, second)
        best = max(best, heights[at])
    if not fine and (best > enough or best < _FAR * enough):
        return best
    top = best
    for peak in _find_peaks(heights, top):
        centre, half = low + peak * step, step
        for _ in range(7 if fine else 2):
            highest, where = -1.0, centre
            for at in range(17):
                rate = min(max(centre - half + at * half / 8, low), high)
                height = _compute_height(region, rate, difference, chosen1, chosen0, first, second)
                if height > highest:
                    highest, where = height, rate
            centre, half = where, half / 7
            best = max(best, highest)
    return min(best, 1.0)


@njit(cache=True, nogil=True, error_model="numpy")
def _compute_size(x1: int, n1: int, x0: int, n0: int, d: float) -> float:
    """The absolute score statistic: the formulas of ``score_2x2`` without the factor N / (N - 1)."""
    total = n1 + n0
    a2 = ((n1 + 2 * n0) * d - total - (x1 + x0)) / total
    a1 = ((n0 * d - total - 2 * x0) * d + (x1 + x0)) / total
    a0 = x0 * d * (1 - d) / total
    q = a2**3 / 27 - a1 * a2 / 6 + a0 / 2
    radius = math.sqrt(max(a2 * a2 / 9 - a1 / 3, 0.0))
    p = radius if q > 0 else -radius
    cube = p**3
    ratio = q / cube if cube != 0 else 0.0
    angle = (math.pi + math.acos(min(max(ratio, -1.0), 1.0))) / 3
    p0 = min(max(2 * p * math.cos(angle) - a2 / 3, max(0.0, -d)), min(1.0, 1.0 - d))
    p1 = min(max(p0 + d, 0.0), 1.0)
    excess = x1 / n1 - x0 / n0 - d
    if abs(excess) < 1e-12:
        return 0.0
    variance = max(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0, 0.0)
    return abs(excess) / math.sqrt(variance) if variance > 0 else math.inf


@njit(cache=True, nogil=True, error_model="numpy")
def _choose(n: int) -> FloatArray:
    """The binomial coefficients."""
    chosen = np.ones(n + 1)
    for k in range(1, n + 1):
        chosen[k] = chosen[k - 1] * (n - k + 1) / k
    return chosen


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_binomial(chosen: FloatArray, rate: float, out: FloatArray) -> None:
    n = chosen.size - 1
    power = 1.0
    for k in range(n + 1):
        out[k] = chosen[k] * power
        power *= rate
    power = 1.0
    for k in range(n, -1, -1):
        out[k] *= power
        power *= 1.0 - rate


@njit(cache=True, nogil=True, error_model="numpy")
def _compute_height(
    region: BoolArray, rate: float, difference: float, chosen1: FloatArray, chosen0: FloatArray,
    first: FloatArray, second: FloatArray,
) -> float:  # fmt: skip
    """P(table in ``region``) with ``rate`` in arm 0 and ``difference`` more in arm 1."""
    _fill_binomial(chosen1, min(max(rate + difference, 0.0), 1.0), first)
    _fill_binomial(chosen0, rate, second)
    total = 0.0
    for i in range(first.size):
        row = 0.0
        for j in range(second.size):
            row += second[j] if region[i, j] else 0.0
        total += first[i] * row
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def _find_peaks(heights: FloatArray, top: float) -> list[int]:
    """Local maxima within 20 % of the highest, highest first, at most eight: as ``unconditional`` has them."""
    peaks: list[int] = []
    for at in range(heights.size):
        rises = at == 0 or heights[at] >= heights[at - 1]
        falls = at == heights.size - 1 or heights[at] >= heights[at + 1]
        if rises and falls and heights[at] >= 0.8 * top:
            place = len(peaks)
            peaks.append(at)
            while place > 0 and heights[peaks[place - 1]] < heights[at]:
                peaks[place] = peaks[place - 1]
                place -= 1
            peaks[place] = at
    return peaks[:8]
