"""The largest probability of a set of two-arm tables over the unknown common rate.

Shared by the exact unconditional interval, Barnard's and Boschloo's test. The probability is a polynomial in the
unknown rate with several peaks: a grid finds every peak, then each near the top is refined until it stands still.
"""

import numpy as np
from scipy import special

from trialwright.statistics.arrays import BoolArray, FloatArray


def compute_supremum(region: BoolArray, difference: float = 0.0, fine: bool = True) -> tuple[float, float]:
    """The supremum over p0 of P(table in ``region``) with p1 = p0 + ``difference``, and the p0 where it is.

    Parameters
    ----------
    region : ndarray of bool, shape (n1 + 1, n0 + 1)
        Whether the table with i events in arm 1 and j in arm 0 belongs to the set.
    difference : float
        p1 - p0.
    fine : bool
        Refine to about 1e-12 in probability; False stops at about 1e-7, enough to search for a limit.

    References
    ----------
    Equation (5) of risk_difference.md.
    """
    low, high = max(0.0, -difference), min(1.0, 1.0 - difference)
    points = np.linspace(low, high, max(65, 4 * sum(region.shape)) if fine else max(49, 2 * sum(region.shape)))
    heights = compute_probabilities(region, points, difference)
    step = (high - low) / (points.size - 1)
    best, where = float(heights.max()), float(points[heights.argmax()])
    for peak in _find_peaks(heights):
        centre, half = float(points[peak]), step
        for _ in range(7 if fine else 2):
            local = np.clip(np.linspace(centre - half, centre + half, 17), low, high)
            values = compute_probabilities(region, local, difference)
            centre, half = float(local[values.argmax()]), half / 7
            if values.max() > best:
                best, where = float(values.max()), centre
    return min(best, 1.0), where


def compute_probabilities(region: BoolArray, rates0: FloatArray, difference: float = 0.0) -> FloatArray:
    """P(table in ``region``) for each rate of arm 0, with rate + ``difference`` in arm 1; shape of ``rates0``."""
    n1, n0 = region.shape[0] - 1, region.shape[1] - 1
    first = compute_binomial(n1, np.clip(rates0 + difference, 0.0, 1.0))
    second = compute_binomial(n0, rates0)
    return np.asarray(((first @ region.astype(np.float64)) * second).sum(axis=1))


def compute_binomial(n: int, rates: FloatArray) -> FloatArray:
    """Binomial probabilities of 0..n events for each rate, shape (rates, n + 1)."""
    counts = np.arange(n + 1.0)
    coefficient = special.gammaln(n + 1) - special.gammaln(counts + 1) - special.gammaln(n - counts + 1)
    column = rates[:, None]
    return np.asarray(np.exp(coefficient + special.xlogy(counts, column) + special.xlog1py(n - counts, -column)))


def _find_peaks(heights: FloatArray) -> list[int]:
    """Indices of the local maxima within 20 % of the highest, highest first, at most eight."""
    padded = np.concatenate(([-np.inf], heights, [-np.inf]))
    peaks = np.flatnonzero((heights >= padded[:-2]) & (heights >= padded[2:]) & (heights >= 0.8 * heights.max()))
    return [int(peak) for peak in peaks[np.argsort(-heights[peaks])][:8]]
