"""Agreement of readers who measured the same things: intraclass correlation and limits of agreement."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from trialwright.statistics.arrays import check_level, drop_missing, has_infinite, say_missing
from trialwright.statistics.outcomes import Estimate, refuse_estimate
from trialwright.statistics.summary import estimate_mean


@dataclass(frozen=True, slots=True)
class Limits:
    """Mean difference of two readers with its interval, and the limits of agreement (None where they do not exist)."""

    difference: Estimate
    low: float | None
    high: float | None


def estimate_intraclass(readings: ArrayLike, level: float = 0.95) -> Estimate:
    """The intraclass correlation of single readings, absolute agreement, readers random: ICC(2,1).

    Parameters
    ----------
    readings : array_like, shape (n, readers)
        One row a thing that was read; rows with NaN are left out.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Estimate
        The correlation, at most 1; ``n`` counts the rows used, ``p`` is that of no correlation. None with a warning for
        fewer than two rows or readers, or where all readings are equal.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    Notes
    -----
    Shrout & Fleiss 1979, Psychological Bulletin 86:420, ICC(2,1); interval by Satterthwaite's approximation there
    (McGraw & Wong 1996). The p-value is that of no correlation, F = MSR / MSE.

    References
    ----------
    Equations (1) to (4) of agreement.md.
    Shrout & Fleiss 1979, Psychological Bulletin 86:420, case 2; McGraw & Wong 1996, Psychological Methods 1:30, ICC(A,1).

    Examples
    --------
    >>> readings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> answer = estimate_intraclass(readings)
    >>> round(answer.estimate, 2), round(answer.ci_low, 3), round(answer.ci_high, 2)
    (0.29, 0.019, 0.76)
    """
    check_level(level)
    method = "agreement.estimate_intraclass"
    table = np.atleast_2d(np.asarray(readings, dtype=np.float64))
    keep = ~np.isnan(table).any(axis=1)
    warnings = say_missing(int((~keep).sum()), "row")
    table = table[keep]
    n, k = table.shape
    if n < 2 or k < 2 or has_infinite(table):
        why = "a value is infinite" if has_infinite(table) else "fewer than two rows or readers"
        return refuse_estimate(method, n, *warnings, why, level=level)
    rows, columns, grand = table.mean(axis=1), table.mean(axis=0), float(table.mean())
    msr = k * float(((rows - grand) ** 2).sum()) / (n - 1)
    msc = n * float(((columns - grand) ** 2).sum()) / (k - 1)
    rest = table - rows[:, None] - columns[None, :] + grand
    mse = float((rest**2).sum()) / ((n - 1) * (k - 1))
    bottom = msr + (k - 1) * mse + k * (msc - mse) / n
    if bottom <= 0 or msr == 0:
        return refuse_estimate(method, n, *warnings, "all readings are equal", level=level)
    value = (msr - mse) / bottom
    if mse <= 1e-14 * msr:
        return Estimate(value, None, None, None, n, method, (*warnings, "the readers agree exactly"), level=level)
    a, b = k * value / (n * (1 - value)), 1 + k * value * (n - 1) / (n * (1 - value))
    df = (a * msc + b * mse) ** 2 / ((a * msc) ** 2 / (k - 1) + (b * mse) ** 2 / ((n - 1) * (k - 1)))
    upper = float(special.fdtri(n - 1, df, 0.5 + level / 2))
    lower = float(special.fdtri(df, n - 1, 0.5 + level / 2))
    noise = k * msc + (k * n - k - n) * mse
    low = n * (msr - upper * mse) / (upper * noise + n * msr)
    high = n * (lower * msr - mse) / (noise + n * lower * msr)
    p = float(special.fdtrc(n - 1, (n - 1) * (k - 1), msr / mse))
    return Estimate(value, low, high, p, n, method, warnings, None, df, level)


def estimate_limits(first: ArrayLike, second: ArrayLike, level: float = 0.95) -> Limits:
    """The mean difference of two readers and the limits of agreement, mean -+ z SD (Bland & Altman 1986).

    Parameters
    ----------
    first, second : array_like, shape (n,)
        Readings of the same things by two readers, in one unit; a pair with NaN is left out.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Limits
        The mean of first - second with Student's interval, and the two limits, in the unit of the readings; limits are
        None, and the difference says why, without two differences that vary.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    References
    ----------
    Equation (5) of agreement.md.
    Bland & Altman 1986, Lancet i:307 (there with two standard deviations in place of z).

    Examples
    --------
    >>> answer = estimate_limits([5.0, 6.1, 7.2, 8.0], [5.2, 6.0, 7.5, 8.6])
    >>> round(answer.low, 3), round(answer.high, 3)
    (-0.816, 0.316)
    """
    gap = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    difference = estimate_mean(gap, level)
    kept, _ = drop_missing(gap)
    if difference.se is None or difference.estimate is None:
        return Limits(difference, None, None)
    reach = float(special.ndtri(0.5 + level / 2)) * float(kept.std(ddof=1))
    return Limits(difference, difference.estimate - reach, difference.estimate + reach)
