"""The Hodges-Lehmann shift between two arms, with the exact interval that belongs to Wilcoxon's test.

The estimate is the median of all differences x - y. The interval holds every shift that the exact rank-sum test does
not reject, ties within the arms included (Hodges & Lehmann 1963; Bauer 1972; Hollander, Wolfe & Chicken 2014, 4.3).
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from trialwright.statistics.arrays import FloatArray, check_level, drop_missing, find_scale
from trialwright.statistics.outcomes import Estimate, drop_unbounded, refuse_estimate
from trialwright.statistics.permutation import count_rank_sums
from trialwright.statistics.wilcoxon import LARGEST_EXACT, compare_exact, compute_doubled_midranks, compute_exact_p

# Cells (differences and the gaps between them) that are tried beyond the last accepted shift.
_LOOK = 8


def estimate_shift(values1: ArrayLike, values0: ArrayLike, level: float = 0.95) -> Estimate:
    """The shift arm 1 - arm 0 with its exact interval and Wilcoxon's exact p-value.

    Parameters
    ----------
    values1, values0 : array_like, shapes (n1,) and (n0,)
        Values of the two arms. NaN means missing. Infinite values stand for a worst (or best) rank; the difference
        of two of the same sign counts as zero.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        A limit is None where the arms are too small to bound the shift, or where it is infinite.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    Notes
    -----
    With values tied inside an arm the limits are looked for around those of the normal approximation; above 200
    participants they are the normal approximation (a warning says so).

    References
    ----------
    Equations (1) to (4) of hodges_lehmann.md.
    Hodges & Lehmann 1963, Annals of Mathematical Statistics 34:598; Bauer 1972, JASA 67:687; Hollander, Wolfe & Chicken
    2014, sections 4.2 and 4.3.

    Examples
    --------
    >>> x = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
    >>> y = [1.15, 0.88, 0.90, 0.74, 1.21]
    >>> result = estimate_shift(x, y)
    >>> round(result.estimate, 3), round(result.ci_low, 2), round(result.ci_high, 2)
    (0.305, -0.15, 0.76)
    """
    check_level(level)
    method = "hodges_lehmann.estimate_shift"
    first, missing1 = drop_missing(values1)
    second, missing0 = drop_missing(values0)
    n = first.size + second.size
    if first.size == 0 or second.size == 0:
        return refuse_estimate(method, n, *missing1, *missing0, "an arm is empty", level=level)
    test = compare_exact(first, second)
    estimate, low, high = _find_all(first, second, level)
    shown_low, shown_high, unbounded = drop_unbounded(low, high)
    warnings = (*missing1, *missing0, *test.warnings[len(missing1) + len(missing0) :], *unbounded)
    if not np.isfinite(estimate):
        warnings = (*warnings, "the shift is infinite")
        return Estimate(None, shown_low, shown_high, test.p, n, method, warnings, level=level)
    return Estimate(estimate, shown_low, shown_high, test.p, n, method, warnings, level=level)


def compute_differences(first: FloatArray, second: FloatArray) -> FloatArray:
    """All n1 x n0 differences, ascending; the difference of two equal infinities is zero.

    Equation (1) of hodges_lehmann.md.
    """
    with np.errstate(invalid="ignore"):
        grid = first[:, None] - second[None, :]
    return np.sort(np.nan_to_num(grid, nan=0.0, posinf=np.inf, neginf=-np.inf), axis=None)


def _find_all(first: FloatArray, second: FloatArray, level: float) -> tuple[float, float, float]:
    """The estimate and both limits; decimals are subtracted as whole numbers, so that equal differences are equal."""
    scale = find_scale(first, second) or 1
    if scale > 1:
        estimate, low, high = _find_all(np.rint(first * scale), np.rint(second * scale), level)
        return estimate / scale, low / scale, high / scale
    if first.size + second.size > LARGEST_EXACT:
        return _find_approximate(first, second, level)
    differences = compute_differences(first, second)
    low, high = _find_limits(first, second, differences, level)
    return _average(differences[(differences.size - 1) // 2], differences[differences.size // 2]), low, high


def _find_approximate(first: FloatArray, second: FloatArray, level: float) -> tuple[float, float, float]:
    """The same for many participants, without writing down all differences."""
    total = first.size * second.size
    depth = compute_normal_depth(first.size, second.size, level)
    low, high, one, two = select_differences(
        first, second, (depth, total + 1 - depth, (total - 1) // 2 + 1, total // 2 + 1)
    )
    return _average(one, two), low, high


def select_differences(first: FloatArray, second: FloatArray, places: tuple[int, ...]) -> tuple[float, ...]:
    """The differences x - y at these places (from 1) in ascending order, found by bisection of the value.

    Infinite values count as in ``compute_differences``.

    Equation (1) of hodges_lehmann.md.
    """
    finite = np.concatenate((first[np.isfinite(first)], second[np.isfinite(second)]))
    far = 1e3 * max(1.0, float(np.abs(finite).max()) if finite.size else 1.0)
    x, y = np.clip(first, -far, far), np.sort(np.clip(second, -far, far))
    found = [_select(x, y, place) for place in places]
    return tuple(float(np.sign(value) * np.inf) if abs(value) > far / 2 else value for value in found)


def _select(x: FloatArray, ordered: FloatArray, place: int) -> float:
    """The difference at one place: bisection to a narrow band, then the differences inside it are written down."""
    low, high = float(x.min() - ordered[-1]), float(x.max() - ordered[0])
    slack = 1e-12 * max(1.0, abs(low), abs(high))
    low, high = low - slack, high + slack
    while high - low > 4 * slack:
        middle = (low + high) / 2
        count = int((ordered.size - np.searchsorted(ordered, x - middle, side="left")).sum())
        low, high = (low, middle) if count >= place else (middle, high)
    start = np.searchsorted(ordered, x - high - slack, side="left")
    stop = np.searchsorted(ordered, x - low + slack, side="right")
    below = int((ordered.size - stop).sum())
    inside = [x[i] - ordered[start[i] : stop[i]] for i in np.flatnonzero(stop > start)]
    return float(np.sort(np.concatenate(inside))[place - below - 1])


def _average(one: float, two: float) -> float:
    with np.errstate(invalid="ignore"):
        return float(one) if one == two else float(one / 2 + two / 2)


def _find_limits(first: FloatArray, second: FloatArray, differences: FloatArray, level: float) -> tuple[float, float]:
    n1, n0 = first.size, second.size
    tied = np.unique(first).size < n1 or np.unique(second).size < n0 or not np.isfinite(differences).all()
    if not tied:
        return _pick(differences, _exact_depth(n1, n0, level))
    low = _find_lower(first, second, differences, level)
    high = -_find_lower(-first, -second, -differences[::-1], level)
    return low, high


def _pick(differences: FloatArray, depth: int) -> tuple[float, float]:
    """The ``depth``-th differences from both ends; infinite at depth 0."""
    if depth <= 0:
        return -np.inf, np.inf
    return float(differences[depth - 1]), float(differences[differences.size - depth])


def _exact_depth(n1: int, n0: int, level: float) -> int:
    """How many of the outermost gaps between differences the exact two-sided test rejects."""
    shares = count_rank_sums(n1, n0)[n1 * (n1 + 1) // 2 :]
    tails = np.cumsum(shares)
    return int(np.searchsorted(2 * tails, 1 - level + 1e-12, side="right"))


def compute_normal_depth(n1: int, n0: int, level: float) -> int:
    """How many of the outermost gaps between differences the normal approximation rejects.

    Equation (4) of hodges_lehmann.md.
    """
    z = float(special.ndtri(0.5 + level / 2))
    return max(0, int(np.floor(n1 * n0 / 2 - z * (n1 * n0 * (n1 + n0 + 1) / 12) ** 0.5)) + 1)


def _find_lower(first: FloatArray, second: FloatArray, differences: FloatArray, level: float) -> float:
    """The least accepted shift. Cells are the gap before a difference (even) and the difference itself (odd)."""
    points = np.unique(differences)

    def accepts(cell: int) -> bool:
        return _shift_p(first, second, points, cell) > 1 - level + 1e-12

    last = 2 * points.size
    if accepts(0):
        return -np.inf
    guess = differences[max(0, compute_normal_depth(first.size, second.size, level) - 1)]
    cell = int(2 * np.searchsorted(points, guess) + 1)
    while cell < last and not accepts(cell):
        cell += 1
    # With ties p is not quite monotone: look some cells further out before stopping.
    outside = cell - 1
    while outside > 0 and cell - outside <= _LOOK:
        if accepts(outside):
            cell = outside
        outside -= 1
    return float(points[min((cell - 1) // 2, points.size - 1)])


def _shift_p(first: FloatArray, second: FloatArray, points: FloatArray, cell: int) -> float:
    """Exact p-value for a shift in one cell, by ranks of pairs: x - y is compared with the shift, never x - shift."""
    index = (cell - 1) // 2 if cell % 2 else cell // 2
    at = points[index] if cell % 2 else None
    with np.errstate(invalid="ignore"):
        grid = np.nan_to_num(first[:, None] - second[None, :], nan=0.0, posinf=np.inf, neginf=-np.inf)
    if at is None:
        above = (grid >= points[index]) if index < points.size else np.zeros(grid.shape, dtype=bool)
        equal = np.zeros(grid.shape, dtype=bool)
    else:
        above, equal = grid > at, grid == at
    # Doubled midrank in the pooled sample: twice the rank inside the own arm plus twice the (tied: half) wins across.
    own1, own0 = compute_doubled_midranks(first), compute_doubled_midranks(second)
    across1 = 2 * above.sum(axis=1) + equal.sum(axis=1)
    across0 = 2 * (~above & ~equal).sum(axis=0) + equal.sum(axis=0)
    return compute_exact_p(np.concatenate((own1 + across1, own0 + across0)), first.size)
