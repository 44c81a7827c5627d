"""The difference of two proportions over strata: Miettinen-Nurminen, Newcombe, Mantel-Haenszel with Sato's variance.

All three weight strata by n1 n0 / (n1 + n0) (Cochran; Mantel & Haenszel) and reduce to the unstratified method when
there is one stratum (Sato's does to Wald's). No R package of the base distributions has the first two; SAS has all.
"""

import math
from collections.abc import Sequence

import numpy as np
from scipy import special
from scipy.optimize import brentq

from trialwright.statistics.arrays import FloatArray, check_level
from trialwright.statistics.mantel_haenszel import Table, check_tables
from trialwright.statistics.outcomes import Estimate, refuse_estimate, wald
from trialwright.statistics.proportion import compute_wilson
from trialwright.statistics.score_2x2 import compute_constrained_rates


def estimate_miettinen_nurminen(tables: Sequence[Table], level: float = 0.95) -> Estimate:
    """The common p1 - p0 with the stratified score interval and the p-value of the same test.

    Parameters
    ----------
    tables : sequence of (events1, n1, events0, n0)
        One table a stratum.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Estimate
        The common difference of proportions, -1 to 1. None with a warning where a count is impossible or no stratum has
        both arms.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    Notes
    -----
    z(d) = sum w (p1 - p0 - d) / sqrt(sum w^2 V(d)), V with both rates fitted under d in each stratum and the factor
    N / (N - 1) (Miettinen & Nurminen 1985, section 4, with fixed weights).

    References
    ----------
    Equations (1) and (2) of stratified_risk_difference.md.
    Miettinen & Nurminen 1985, Statistics in Medicine 4:213, section 4.

    Examples
    --------
    >>> answer = estimate_miettinen_nurminen([(8, 10, 4, 10), (5, 9, 2, 8)])
    >>> round(answer.estimate, 3), round(answer.ci_low, 3), round(answer.ci_high, 3)
    (0.357, 0.032, 0.614)
    """
    check_level(level)
    method = "stratified_risk_difference.estimate_miettinen_nurminen"
    kept, warnings, wrong = check_tables(tables)
    if wrong:
        return refuse_estimate(method, 0, *warnings, wrong, level=level)
    weights, gaps, n = _weigh(kept)
    observed = float(weights @ gaps)
    z = float(special.ndtri(0.5 + level / 2))

    def score(difference: float) -> float:
        variance = sum(w * w * _variance(table, difference) for w, table in zip(weights, kept, strict=True))
        gap = observed - difference
        if abs(gap) < 1e-14:
            return 0.0
        return max(-1e6, min(1e6, gap / math.sqrt(variance))) if variance > 0 else math.copysign(1e6, gap)

    low = -1.0 if score(-1.0) <= z else float(brentq(lambda d: score(d) - z, -1.0, observed, xtol=1e-13))
    high = 1.0 if score(1.0) >= -z else float(brentq(lambda d: score(d) + z, observed, 1.0, xtol=1e-13))
    p = 2 * float(special.ndtr(-abs(score(0.0))))
    return Estimate(observed, low, high, p, n, method, warnings, level=level)


def estimate_newcombe(tables: Sequence[Table], level: float = 0.95) -> Estimate:
    """The common p1 - p0 with the stratified Newcombe interval (Yan & Su 2010); no p-value.

    Parameters
    ----------
    tables : sequence of (events1, n1, events0, n0)
        One table a stratum; a stratum with one arm only adds nothing, and a warning says so.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Estimate
        The common difference of proportions, -1 to 1. None with a warning where a count is impossible or no stratum has
        both arms.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    Notes
    -----
    Stratified Wilson limits L, U of each arm, at the quantile z sqrt(sum w^2 V) / sum w sqrt(V) with V = p q / n, then
    d - z sqrt(l1 L1 (1 - L1) + l0 U0 (1 - U0)) with l = sum w^2 / n, and the mirror image.

    References
    ----------
    Equations (1), (3), (4) and (5) of stratified_risk_difference.md.
    Yan & Su 2010, Statistics in Biopharmaceutical Research 2:482.

    Examples
    --------
    >>> answer = estimate_newcombe([(8, 10, 4, 10), (5, 9, 2, 8)])
    >>> round(answer.ci_low, 3), round(answer.ci_high, 3)
    (0.036, 0.593)
    """
    check_level(level)
    method = "stratified_risk_difference.estimate_newcombe"
    kept, warnings, wrong = check_tables(tables)
    if wrong:
        return refuse_estimate(method, 0, *warnings, wrong, level=level)
    weights, gaps, n = _weigh(kept)
    z = float(special.ndtri(0.5 + level / 2))
    low1, high1, spread1 = _wilson([(t[0], t[1]) for t in kept], weights, z)
    low0, high0, spread0 = _wilson([(t[2], t[3]) for t in kept], weights, z)
    observed = float(weights @ gaps)
    low = observed - z * math.sqrt(spread1 * low1 * (1 - low1) + spread0 * high0 * (1 - high0))
    high = observed + z * math.sqrt(spread1 * high1 * (1 - high1) + spread0 * low0 * (1 - low0))
    return Estimate(observed, max(-1.0, low), min(1.0, high), None, n, method, warnings, level=level)


def estimate_sato(tables: Sequence[Table], level: float = 0.95) -> Estimate:
    """The Mantel-Haenszel common p1 - p0 with Sato's variance, valid for few large and for many sparse strata.

    Parameters
    ----------
    tables : sequence of (events1, n1, events0, n0)
        One table a stratum; a stratum with one arm only adds nothing, and a warning says so.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Estimate
        The common difference of proportions, -1 to 1. None with a warning where a count is impossible or no stratum has
        both arms.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    Notes
    -----
    var = (d sum P + sum Q) / (sum n1 n0 / N)^2 with P = (n1^2 x0 - n0^2 x1 + n1 n0 (n0 - n1) / 2) / N^2 and
    Q = (x1 (n0 - x0) + x0 (n1 - x1)) / (2 N) (Sato 1989, Biometrics 45:1323).

    References
    ----------
    Equations (1) and (6) of stratified_risk_difference.md.
    Sato 1989, Biometrics 45:1323; Greenland & Robins 1985, Biometrics 41:55 (the estimate).

    Examples
    --------
    >>> answer = estimate_sato([(8, 10, 4, 10), (5, 9, 2, 8)])
    >>> round(answer.ci_low, 3), round(answer.ci_high, 3)
    (0.063, 0.651)
    """
    check_level(level)
    method = "stratified_risk_difference.estimate_sato"
    kept, warnings, wrong = check_tables(tables)
    if wrong:
        return refuse_estimate(method, 0, *warnings, wrong, level=level)
    x1, n1, x0, n0 = np.array(kept, dtype=np.float64).T
    total = n1 + n0
    weights, gaps, n = _weigh(kept)
    observed = float(weights @ gaps)
    p = (n1**2 * x0 - n0**2 * x1 + n1 * n0 * (n0 - n1) / 2) / total**2
    q = (x1 * (n0 - x0) + x0 * (n1 - x1)) / (2 * total)
    variance = float(observed * p.sum() + q.sum()) / float((n1 * n0 / total).sum()) ** 2
    return wald(observed, math.sqrt(max(variance, 0.0)), n, method, warnings, level=level)


def _weigh(tables: Sequence[Table]) -> tuple[FloatArray, FloatArray, int]:
    """Weights that add up to 1, differences, and the number of participants."""
    x1, n1, x0, n0 = np.array(tables, dtype=np.float64).T
    weights = n1 * n0 / (n1 + n0)
    return weights / weights.sum(), x1 / n1 - x0 / n0, int((n1 + n0).sum())


def _variance(table: Table, difference: float) -> float:
    x1, n1, x0, n0 = table
    p1, p0 = (float(rate) for rate in compute_constrained_rates(x1, n1, x0, n0, difference))
    return max(0.0, p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0) * (n1 + n0) / (n1 + n0 - 1)


def _wilson(counts: Sequence[tuple[float, float]], weights: FloatArray, z: float) -> tuple[float, float, float]:
    """Stratified Wilson limits of one arm and sum w^2 / n."""
    x, n = np.array(counts, dtype=np.float64).T
    variances = x / n * (1 - x / n) / n
    bottom = float(weights @ np.sqrt(variances))
    # Without variation in any stratum the ratio is 0 / 0; its limit for equal variances is used.
    top = math.sqrt(float(weights**2 @ (variances if bottom > 0 else 1 / n)))
    bottom = bottom if bottom > 0 else float(weights @ np.sqrt(1 / n))
    level = 1 - 2 * float(special.ndtr(-z * top / bottom))
    limits = np.array([compute_wilson(float(a), float(b), level) for a, b in zip(x, n, strict=True)])
    return float(weights @ limits[:, 0]), float(weights @ limits[:, 1]), float((weights**2 / n).sum())
