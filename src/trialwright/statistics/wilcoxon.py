"""Wilcoxon's rank-sum test (Mann-Whitney), exact also with ties.

Where other software differs: scipy's ``mannwhitneyu(method="exact")`` silently ignores ties, R's ``wilcox.test`` falls
back to a normal approximation; this is the conditional permutation distribution of the midranks, as in R's ``coin``.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from trialwright.statistics.arrays import FloatArray, IntArray, drop_missing
from trialwright.statistics.outcomes import Comparison, refuse_comparison
from trialwright.statistics.permutation import count_rank_sums, count_sums

LARGEST_EXACT = 200


def compare_exact(values1: ArrayLike, values0: ArrayLike) -> Comparison:
    """The exact two-sided p-value; ``statistic`` is Mann-Whitney's U of arm 1 (ties count one half).

    Parameters
    ----------
    values1, values0 : array_like, shapes (n1,) and (n0,)
        Values of the two arms. NaN means missing; infinite values are ranks like any other (worst rank).

    Returns
    -------
    Comparison
        Mann-Whitney's U of arm 1 and the exact p-value. None with a warning where an arm is empty.

    Notes
    -----
    p = P(|W - E W| >= |w - E W|) over all relabellings with the midranks held fixed. Above 200 participants the
    normal approximation with ties and continuity correction is used and a warning says so.

    References
    ----------
    Equations (1) to (3) of wilcoxon.md.
    Wilcoxon 1945, Biometrics Bulletin 1:80; Mann & Whitney 1947, Annals of Mathematical Statistics 18:50; Lehmann 1975,
    section 1.4 (ties).

    Examples
    --------
    >>> compare_exact([1, 2, 3], [4, 5, 6]).p
    0.1
    """
    method = "wilcoxon.compare_exact"
    first, missing1 = drop_missing(values1)
    second, missing0 = drop_missing(values0)
    warnings = [*missing1, *missing0]
    n1, n0 = first.size, second.size
    if n1 == 0 or n0 == 0:
        return refuse_comparison(method, n1 + n0, *warnings, "an arm is empty")
    doubled = compute_doubled_midranks(np.concatenate((first, second)))
    rank_sum = float(doubled[:n1].sum()) / 2
    u = rank_sum - n1 * (n1 + 1) / 2
    if (doubled == doubled[0]).all():
        return Comparison(u, 1.0, n1 + n0, method, warnings=(*warnings, "all values are equal"))
    if bool((doubled % 2).any()) or np.unique(doubled).size < doubled.size:
        warnings.append("ties: midranks")
    if n1 + n0 > LARGEST_EXACT:
        warnings.append(f"more than {LARGEST_EXACT} participants: normal approximation")
        return Comparison(u, _approximate_p(doubled, n1), n1 + n0, f"{method}:normal", warnings=tuple(warnings))
    return Comparison(u, compute_exact_p(doubled, n1), n1 + n0, method, warnings=tuple(warnings))


def compute_doubled_midranks(values: FloatArray) -> IntArray:
    """Twice the midrank of each value: whole numbers (equation (2) of wilcoxon.md)."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((2 * np.cumsum(counts) - counts + 1)[place], dtype=np.int64)


def compute_exact_p(doubled: IntArray, n1: int) -> float:
    """The exact two-sided p-value when the first ``n1`` of the doubled midranks are arm 1.

    Equation (2) of wilcoxon.md.
    """
    n = doubled.size
    observed = int(doubled[:n1].sum())
    expected = n1 * (n + 1)
    reach = abs(observed - expected)
    if np.unique(doubled).size == n:
        shares, doubling = count_rank_sums(n1, n - n1), 2
    else:
        shares, doubling = count_sums(doubled, n1), 1
    distance = np.abs(doubling * np.arange(shares.size) - expected)
    return min(1.0, float(shares[distance >= reach].sum()))


def _approximate_p(doubled: IntArray, n1: int) -> float:
    n = doubled.size
    ranks = doubled / 2
    variance = n1 * (n - n1) / n * float(ranks.var(ddof=1))
    gap = max(0.0, abs(float(ranks[:n1].sum()) - n1 * (n + 1) / 2) - 0.5)
    return min(1.0, 2 * float(special.ndtr(-gap / variance**0.5)))
