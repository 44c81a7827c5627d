"""The score statistic of a difference of two proportions, with both rates fitted under the difference.

Shared by Miettinen-Nurminen, Mee and the exact unconditional interval.
"""

import numpy as np
from numpy.typing import ArrayLike

from trialwright.statistics.arrays import FloatArray


def compute_constrained_rates(
    events1: ArrayLike, n1: float, events0: ArrayLike, n0: float, difference: float
) -> tuple[FloatArray, FloatArray]:
    """The maximum likelihood rates (p1, p0) under p1 - p0 = ``difference``, for each table.

    Parameters
    ----------
    events1, events0 : array_like
        Events of the two arms; broadcast together.
    n1, n0 : int
        Sizes of the arms.
    difference : float
        Between -1 and 1.

    Notes
    -----
    The likelihood equation is a cubic in p0 with one root in the allowed range
    (Miettinen & Nurminen 1985, Statistics in Medicine 4:213, appendix 1).

    References
    ----------
    Equation (1) of risk_difference.md.
    """
    x1, x0 = np.asarray(events1, dtype=np.float64), np.asarray(events0, dtype=np.float64)
    total, d = n1 + n0, difference
    a2 = ((n1 + 2 * n0) * d - total - (x1 + x0)) / total
    a1 = ((n0 * d - total - 2 * x0) * d + (x1 + x0)) / total
    a0 = x0 * d * (1 - d) / total
    q = a2**3 / 27 - a1 * a2 / 6 + a0 / 2
    radius = np.sqrt(np.maximum(a2 * a2 / 9 - a1 / 3, 0.0))
    p = np.where(q > 0, radius, -radius)
    cube = p**3
    ratio = np.divide(q, cube, out=np.zeros_like(q + cube), where=cube != 0)
    angle = (np.pi + np.arccos(np.clip(ratio, -1.0, 1.0))) / 3
    low, high = max(0.0, -d), min(1.0, 1.0 - d)
    p0 = np.clip(2 * p * np.cos(angle) - a2 / 3, low, high)
    return np.clip(p0 + d, 0.0, 1.0), p0


def compute_score_z(
    events1: ArrayLike, n1: float, events0: ArrayLike, n0: float, difference: float, inflate: bool
) -> FloatArray:
    """The score statistic z of p1 - p0 = ``difference`` for each table.

    ``inflate`` multiplies the variance by N / (N - 1), as Miettinen and Nurminen do and Mee does not. Where the
    variance is zero, z is 0 if the observed difference equals ``difference`` and infinite otherwise.

    Equations (2) and (3) of risk_difference.md.
    """
    p1, p0 = compute_constrained_rates(events1, n1, events0, n0, difference)
    variance = p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0
    if inflate:
        variance = variance * (n1 + n0) / (n1 + n0 - 1)
    excess = np.asarray(events1, dtype=np.float64) / n1 - np.asarray(events0, dtype=np.float64) / n0 - difference
    excess = np.where(np.abs(excess) < 1e-12, 0.0, excess)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = excess / np.sqrt(np.maximum(variance, 0.0))
    return np.where(excess == 0, 0.0, z)
