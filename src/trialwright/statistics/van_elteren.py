"""Van Elteren's stratified Wilcoxon test, asymptotic and exact.

Rank sums inside strata are added with weights 1 / (n + 1), which makes the test locally most powerful when the shift is
the same in every stratum (van Elteren 1960).
"""

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from trialwright.statistics.arrays import FloatArray, IntArray, as_floats, say_missing
from trialwright.statistics.outcomes import Comparison, refuse_comparison
from trialwright.statistics.permutation import count_sums
from trialwright.statistics.wilcoxon import LARGEST_EXACT, compute_doubled_midranks

LARGEST_SUPPORT = 2_000_000


def compare(values: ArrayLike, treated: ArrayLike, strata: ArrayLike) -> Comparison:
    """The asymptotic test; ``statistic`` is z, positive where arm 1 has the greater values.

    Parameters
    ----------
    values : array_like, shape (n,)
        NaN means missing: the participant is left out. Infinite values are ranks like any other.
    treated : array_like of 0/1, shape (n,)
        1 for arm 1.
    strata : array_like, shape (n,)
        Labels of the strata; a stratum with one arm only adds nothing.

    Returns
    -------
    Comparison
        z and its two-sided p-value. None with a warning where no stratum has both arms.

    Raises
    ------
    ValueError
        When columns differ in length, or ``treated`` holds other values than 0 and 1.

    References
    ----------
    Equations (1) and (2) of van_elteren.md.
    van Elteren 1960, Bulletin of the International Statistical Institute 37:351; Lehmann 1975, section 3.3.

    Examples
    --------
    >>> round(compare([1, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 1], [0] * 6).p, 4)
    0.0495
    """
    return _compare(values, treated, strata, exact=False)


def compare_exact(values: ArrayLike, treated: ArrayLike, strata: ArrayLike) -> Comparison:
    """The exact permutation test: labels are shuffled inside strata; parameters as ``compare``.

    p = P(|T - E T| >= |t - E T|). Where the number of possible values of T is too great the asymptotic test takes its
    place and a warning says so.

    Parameters
    ----------
    values : array_like, shape (n,)
        NaN means missing: the participant is left out. Infinite values are ranks like any other.
    treated : array_like of 0/1, shape (n,)
        1 for arm 1.
    strata : array_like, shape (n,)
        Labels of the strata; a stratum with one arm only adds nothing.

    Returns
    -------
    Comparison
        z and the exact two-sided p-value. None with a warning where no stratum has both arms.

    Raises
    ------
    ValueError
        When columns differ in length, or ``treated`` holds other values than 0 and 1.

    References
    ----------
    Equations (1) to (3) of van_elteren.md.
    van Elteren 1960, Bulletin of the International Statistical Institute 37:351; Lehmann 1975, section 3.3.

    Examples
    --------
    >>> round(compare_exact([1, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 1], [0] * 6).p, 3)
    0.1
    """
    return _compare(values, treated, strata, exact=True)


def _compare(values: ArrayLike, treated: ArrayLike, strata: ArrayLike, exact: bool) -> Comparison:
    method = "van_elteren.compare_exact" if exact else "van_elteren.compare"
    y, arm, block = as_floats(values), as_floats(treated), np.asarray(strata).ravel()
    if not (y.size == arm.size == block.size):
        raise ValueError("columns differ in length")
    keep = ~(np.isnan(y) | np.isnan(arm))
    if not np.isin(arm[keep], (0.0, 1.0)).all():
        raise ValueError("treated holds other values than 0 and 1")
    warnings = list(say_missing(int((~keep).sum()), "row"))
    parts, n, alone = [], int(keep.sum()), 0
    for label in np.unique(block[keep]):
        mine = keep & (block == label)
        if 0 < arm[mine].sum() < mine.sum():
            parts.append((compute_doubled_midranks(y[mine]), arm[mine] == 1))
        else:
            alone += 1
    if alone:
        warnings.append(f"{alone} {'stratum has' if alone == 1 else 'strata have'} one arm only")
    if not parts:
        return refuse_comparison(method, n, *warnings, "an arm is empty")
    gap = sum((ranks[mask].sum() - mask.sum() * (mask.size + 1)) / (2 * (mask.size + 1)) for ranks, mask in parts)
    variance = sum(_variance(ranks / 2, int(mask.sum())) / (mask.size + 1) ** 2 for ranks, mask in parts)
    if variance == 0:
        return Comparison(0.0, 1.0, n, method, warnings=(*warnings, "all values are equal"))
    z = float(gap) / math.sqrt(variance)
    p = 2 * float(special.ndtr(-abs(z)))
    if exact:
        found = _compute_exact([(ranks, int(mask.sum())) for ranks, mask in parts], float(gap))
        if found is None:
            return Comparison(z, p, n, f"{method}:normal", warnings=(*warnings, "too many participants: normal"))
        p = found
    return Comparison(z, p, n, method, warnings=tuple(warnings))


def _variance(ranks: FloatArray, size: int) -> float:
    return size * (ranks.size - size) / ranks.size * float(ranks.var(ddof=1))


def _compute_exact(parts: list[tuple[IntArray, int]], gap: float) -> float | None:
    """The two-sided p-value from the convolution of the strata's distributions; None where it is too large."""
    values: FloatArray = np.zeros(1)
    shares: FloatArray = np.ones(1)
    if max(ranks.size for ranks, _ in parts) > LARGEST_EXACT:
        return None
    for ranks, size in parts:
        counted = count_sums(ranks, size)
        sums = np.flatnonzero(counted > 0)
        if values.size * sums.size > LARGEST_SUPPORT:
            return None
        moves = (sums - float(size * (ranks.size + 1))) / (2 * (ranks.size + 1))
        grid = np.round(values[:, None] + moves[None, :], 10).ravel()
        reached, place = np.unique(grid, return_inverse=True)
        values = np.asarray(reached, dtype=np.float64)
        chance = (shares[:, None] * counted[sums][None, :]).ravel()
        shares = np.asarray(np.bincount(place.ravel(), weights=chance), dtype=np.float64)
    return min(1.0, float(shares[np.abs(values) >= abs(gap) - 1e-7].sum()))
