"""The standardised difference of a baseline characteristic between two arms, with its own uncertainty.

With ten participants an arm its standard error is about 0.45, so the customary limit of 0.1 says nothing: the interval
must be printed beside the number.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from trialwright.statistics.arrays import FloatArray, check_level, drop_missing, has_infinite
from trialwright.statistics.outcomes import Estimate, refuse_estimate
from trialwright.statistics.proportion import check_counts


def estimate(values1: ArrayLike, values0: ArrayLike, level: float = 0.95) -> Estimate:
    """(mean1 - mean0) / sqrt((s1^2 + s0^2) / 2) with its standard error.

    Parameters
    ----------
    values1, values0 : array_like, shapes (n1,) and (n0,)
        A continuous characteristic; NaN means missing.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Estimate
        In standard deviations; no p-value. None with a warning for fewer than two values in an arm, an infinite one, or
        arms that do not vary.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    Notes
    -----
    se^2 = (n1 + n0) / (n1 n0) + d^2 / (2 (n1 + n0)) (Hedges & Olkin 1985; Austin 2009, Statistics in Medicine 28:3083).

    References
    ----------
    Equations (1) and (2) of standardised_difference.md.
    Austin 2009, Statistics in Medicine 28:3083; Hedges & Olkin 1985, chapter 5 (standard error).

    Examples
    --------
    >>> answer = estimate([61, 58, 70, 66], [55, 60, 63, 52])
    >>> round(answer.estimate, 3), round(answer.se, 3)
    (1.219, 0.77)
    """
    method = "standardised_difference.estimate"
    first, missing1 = drop_missing(values1)
    second, missing0 = drop_missing(values0)
    warnings = (*missing1, *missing0)
    n = first.size + second.size
    if min(first.size, second.size) < 2 or has_infinite(first, second):
        why = "an arm has fewer than two values" if min(first.size, second.size) < 2 else "a value is infinite"
        return refuse_estimate(method, n, *warnings, why, level=level)
    pooled = ((float(first.var(ddof=1)) + float(second.var(ddof=1))) / 2) ** 0.5
    difference = float(first.mean()) - float(second.mean())
    return _answer(method, difference, pooled, first.size, second.size, level, warnings)


def estimate_binary(events1: float, n1: float, events0: float, n0: float, level: float = 0.95) -> Estimate:
    """(p1 - p0) / sqrt((p1 q1 + p0 q0) / 2) with its standard error, for a characteristic that is there or not.

    Parameters
    ----------
    events1, n1, events0, n0 : int
        Participants with the event and all, arm 1 (treatment) and arm 0 (control).
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Estimate
        In standard deviations; no p-value. None with a warning where a count is missing, infinite, not whole or greater
        than n, or an arm is empty.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    References
    ----------
    Equations (2) and (3) of standardised_difference.md.
    Austin 2009, Statistics in Medicine 28:3083; Hedges & Olkin 1985, chapter 5 (standard error).

    Examples
    --------
    >>> round(estimate_binary(6, 10, 3, 10).estimate, 3)
    0.632
    """
    method = "standardised_difference.estimate_binary"
    wrong = check_counts((events1, n1), (events0, n0))
    if wrong:
        return refuse_estimate(method, 0, wrong, level=level)
    p1, p0 = events1 / n1, events0 / n0
    pooled = ((p1 * (1 - p1) + p0 * (1 - p0)) / 2) ** 0.5
    return _answer(method, p1 - p0, pooled, int(n1), int(n0), level, ())


def estimate_categorical(counts1: ArrayLike, counts0: ArrayLike, level: float = 0.95) -> Estimate:
    """The distance of two distributions over categories, in standard deviations; never negative.

    Parameters
    ----------
    counts1, counts0 : array_like, shape (k,)
        Participants in each category.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Estimate
        In standard deviations, not negative; no p-value. None with a warning where an arm is empty or the arms share no
        category.

    Raises
    ------
    ValueError
        When the arms have different numbers of categories, or ``level`` is no level.

    Notes
    -----
    sqrt(t' S^-1 t) with t the differences of all but one share and S the mean multinomial covariance
    (Yang & Dalton 2012, SAS Global Forum 335).

    References
    ----------
    Equations (2) and (4) of standardised_difference.md.
    Yang & Dalton 2012, SAS Global Forum, paper 335; Hedges & Olkin 1985, chapter 5 (standard error).

    Examples
    --------
    >>> round(estimate_categorical([5, 3, 2], [2, 4, 4]).estimate, 3)
    0.684
    """
    method = "standardised_difference.estimate_categorical"
    first, second = (np.asarray(part, dtype=np.float64).ravel() for part in (counts1, counts0))
    if first.size != second.size:
        raise ValueError("the two arms have different numbers of categories")
    total1, total0 = float(first.sum()), float(second.sum())
    usable = first.size > 0 and np.isfinite([total1, total0]).all() and min(first.min(), second.min()) >= 0
    if not usable or min(total1, total0) <= 0:
        return refuse_estimate(method, 0, "an arm is empty or a count is missing", level=level)
    seen = (first + second) > 0
    p1, p0 = first[seen] / total1, second[seen] / total0
    if p1.size == 1:
        return _answer(method, 0.0, 0.0, int(total1), int(total0), level, ())
    gap = (p1 - p0)[1:]
    spread = (_multinomial(p1) + _multinomial(p0))[1:, 1:] / 2
    if np.linalg.matrix_rank(spread) < gap.size:
        return refuse_estimate(method, int(total1 + total0), "the arms share no category", level=level)
    distance = float(gap @ np.linalg.solve(spread, gap)) ** 0.5
    return _answer(method, distance, 1.0, int(total1), int(total0), level, ())


def _multinomial(shares: FloatArray) -> FloatArray:
    return np.diag(shares) - np.outer(shares, shares)


def _answer(
    method: str, difference: float, pooled: float, n1: int, n0: int, level: float, warnings: tuple[str, ...]
) -> Estimate:
    check_level(level)
    if pooled == 0 and difference != 0:
        return refuse_estimate(method, n1 + n0, *warnings, "no variation within the arms", level=level)
    d = 0.0 if pooled == 0 else difference / pooled
    if pooled == 0:
        warnings = (*warnings, "all values are equal")
    se = ((n1 + n0) / (n1 * n0) + d * d / (2 * (n1 + n0))) ** 0.5
    reach = float(special.ndtri(0.5 + level / 2)) * se
    return Estimate(d, d - reach, d + reach, None, n1 + n0, method, warnings, se, None, level)
