"""Do two groups vary alike? The test of Brown and Forsythe: distances from the own median, compared by variance."""

import numpy as np
from scipy import special

from trialwright.statistics.arrays import FloatArray, has_infinite
from trialwright.statistics.outcomes import Comparison, refuse_comparison

LEAST = 3


def compare_brown_forsythe(group1: FloatArray, group0: FloatArray) -> Comparison:
    """Brown and Forsythe's test (1974) that two groups have one spread; ``statistic`` is F with 1 and n - 2 degrees.

    Parameters
    ----------
    group1, group0 : ndarray, shapes (n1,) and (n0,)
        Values of two groups; missing ones (NaN) are left out.

    Returns
    -------
    Comparison
        F with 1 and n - 2 degrees of freedom and its p-value. None with a warning for fewer than three values in a group,
        an infinite one, or equal distances.

    References
    ----------
    Equations (1) and (2) of spread.md.
    Brown & Forsythe 1974, JASA 69:364.

    Examples
    --------
    >>> round(compare_brown_forsythe(np.array([1., 2, 3, 4, 5]), np.array([1., 5, 9, 13, 17])).statistic, 4)
    5.4454
    """
    method = "spread.compare_brown_forsythe"
    groups = [np.asarray(one, dtype=float) for one in (group1, group0)]
    groups = [one[~np.isnan(one)] for one in groups]
    n = sum(one.size for one in groups)
    if min(one.size for one in groups) < LEAST:
        return refuse_comparison(method, n, f"fewer than {LEAST} values in a group")
    if has_infinite(*groups):
        return refuse_comparison(method, n, "a value is infinite")
    distances = [np.abs(one - np.median(one)) for one in groups]
    means, whole = [float(one.mean()) for one in distances], float(np.concatenate(distances).mean())
    between = sum(one.size * (mean - whole) ** 2 for one, mean in zip(distances, means, strict=True))
    within = sum(float(((one - mean) ** 2).sum()) for one, mean in zip(distances, means, strict=True)) / (n - 2)
    if within == 0:
        return refuse_comparison(method, n, "all distances from the median are equal")
    statistic = between / within
    return Comparison(statistic, float(special.fdtrc(1, n - 2, statistic)), n, method, 1.0, float(n - 2))
