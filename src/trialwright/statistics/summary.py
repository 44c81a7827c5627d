"""Descriptive numbers of one sample: count, mean, standard deviation, quantiles, extremes, geometric mean.

Quantiles are of type 2 (Hyndman & Fan 1996; SAS PCTLDEF=5): the inverse of the empirical distribution function,
averaged at its jumps. numpy's default is type 7 and gives other medians of quartiles.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from trialwright.statistics.arrays import FloatArray, check_level, drop_missing, find_scale, has_infinite
from trialwright.statistics.outcomes import Estimate, refuse_estimate, wald


@dataclass(frozen=True, slots=True)
class Summary:
    """The usual line of a descriptive table. None where a number does not exist; ``warnings`` says why."""

    n: int
    n_missing: int
    mean: float | None
    sd: float | None
    median: float | None
    q1: float | None
    q3: float | None
    min: float | None
    max: float | None
    geometric_mean: float | None
    geometric_cv: float | None
    warnings: tuple[str, ...] = ()


def describe(values: ArrayLike) -> Summary:
    """The summary of one sample.

    Parameters
    ----------
    values : array_like, shape (n,)
        NaN or None means missing: left out and counted.

    Returns
    -------
    Summary
        ``sd`` has n - 1 in the denominator and needs two values; ``geometric_cv`` is
        sqrt(exp(s^2) - 1) with s the SD of the logarithms, as a fraction. The others are in the unit of the values.
        None where a number does not exist, and ``warnings`` says why; nothing is refused.

    References
    ----------
    Equations (1) to (3) of summary.md.
    Hyndman & Fan 1996, American Statistician 50:361, definition 2 (quantiles).

    Examples
    --------
    >>> describe([1, 2, 3, 4]).q1
    1.5
    """
    sample, _ = drop_missing(values)
    missing = int(np.size(np.asarray(values, dtype=np.float64)) - sample.size)
    if sample.size == 0:
        nothing = (None,) * 9
        return Summary(0, missing, *nothing, warnings=("no values",))
    infinite = has_infinite(sample)
    warnings = ["an infinite value: mean and standard deviation do not exist"] if infinite else []
    geometric, cv = _geometric(sample, warnings)
    return Summary(
        n=int(sample.size),
        n_missing=missing,
        mean=None if infinite else _finite(_average(sample)),
        sd=_sd(sample, warnings),
        median=compute_quantile(sample, 0.5),
        q1=compute_quantile(sample, 0.25),
        q3=compute_quantile(sample, 0.75),
        min=_finite(float(sample.min())),
        max=_finite(float(sample.max())),
        geometric_mean=geometric,
        geometric_cv=cv,
        warnings=tuple(warnings),
    )


def compute_quantile(values: ArrayLike, probability: float) -> float | None:
    """The quantile of type 2 (SAS PCTLDEF=5); None for no values or where it is infinite.

    Parameters
    ----------
    values : array_like, shape (n,)
        NaN or None means missing: left out.
    probability : float
        Between 0 and 1.

    Returns
    -------
    float or None
        In the unit of the values.

    Raises
    ------
    ValueError
        When ``probability`` is not between 0 and 1.

    Notes
    -----
    With n p = j + g: the mean of the j-th and (j + 1)-th order statistic when g = 0, the (j + 1)-th otherwise
    (Hyndman & Fan 1996, definition 2). A product n p within 4 units of rounding of a whole number counts as whole,
    as in R, so that 0.1 x 30 does.

    References
    ----------
    Equation (2) of summary.md.
    Hyndman & Fan 1996, American Statistician 50:361, definition 2.

    Examples
    --------
    >>> compute_quantile([1, 2, 3, 4, 5], 0.25), compute_quantile([1, 2, 3, 4], 0.25)
    (2.0, 1.5)
    """
    if not 0.0 <= probability <= 1.0:
        raise ValueError(f"a probability lies between 0 and 1, not {probability!r}")
    sample, _ = drop_missing(values)
    if sample.size == 0:
        return None
    ordered = np.sort(sample)
    position = sample.size * probability
    fuzz = 4 * np.finfo(np.float64).eps * max(1.0, position)
    whole = int(np.floor(position + fuzz))
    low, high = ordered[max(whole - 1, 0)], ordered[min(whole, sample.size - 1)]
    with np.errstate(invalid="ignore"):
        value = high if position - whole > fuzz or low == high else low / 2 + high / 2
    return _finite(float(value))


def estimate_mean(values: ArrayLike, level: float = 0.95, null: float = 0.0) -> Estimate:
    """The mean with Student's interval and the one-sample t test of ``null``.

    Needs two values that differ; NaN means missing.

    Parameters
    ----------
    values : array_like, shape (n,)
        NaN or None means missing: left out, with a warning.
    level : float
        Confidence level, strictly between 0 and 1.
    null : float
        Mean of the null hypothesis.

    Returns
    -------
    Estimate
        In the unit of the values, Student's t with n - 1 degrees of freedom. None with a warning without finite values; no
        interval for one value or equal ones.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    References
    ----------
    Equation (4) of summary.md.
    Student 1908, Biometrika 6:1.

    Examples
    --------
    >>> answer = estimate_mean([1, 2, 3, 4, 5])
    >>> round(answer.ci_low, 3), round(answer.ci_high, 3)
    (1.037, 4.963)
    """
    check_level(level)
    method = "summary.estimate_mean"
    sample, warnings = drop_missing(values)
    if sample.size == 0 or has_infinite(sample):
        return refuse_estimate(method, sample.size, *warnings, "no finite values" if sample.size else "no values")
    mean = _average(sample)
    if sample.size < 2 or np.ptp(sample) == 0:
        why = "one value: no interval" if sample.size < 2 else "all values are equal: no interval"
        return Estimate(mean, None, None, None, sample.size, method, (*warnings, why), level=level)
    df = sample.size - 1
    se = float(sample.std(ddof=1)) / sample.size**0.5
    return wald(mean, se, sample.size, method, warnings, float(df), level, null)


def estimate_geometric_mean(values: ArrayLike, level: float = 0.95) -> Estimate:
    """The geometric mean with the interval of the mean logarithm, transformed back.

    Needs positive values; the p-value is that of a geometric mean of 1.

    Parameters
    ----------
    values : array_like, shape (n,)
        NaN or None means missing: left out, with a warning.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Estimate
        In the unit of the values. None with a warning where a value is zero or negative, or there is none.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    References
    ----------
    Equations (3) and (5) of summary.md.
    Bland & Altman 1996, British Medical Journal 312:1079.

    Examples
    --------
    >>> round(estimate_geometric_mean([1, 10, 100]).estimate, 6)
    10.0
    """
    method = "summary.estimate_geometric_mean"
    sample, warnings = drop_missing(values)
    if (sample <= 0).any():
        return refuse_estimate(method, sample.size, *warnings, "a value is zero or negative", level=level)
    logs = estimate_mean(np.log(sample), level)
    if logs.estimate is None:
        return refuse_estimate(method, logs.n, *warnings, *logs.warnings, level=level)
    low, high = (None if limit is None else float(np.exp(limit)) for limit in (logs.ci_low, logs.ci_high))
    mean, said = float(np.exp(logs.estimate)), (*warnings, *logs.warnings)
    return Estimate(mean, low, high, logs.p, logs.n, method, said, None, logs.df, level)


def _average(sample: FloatArray) -> float:
    """The mean; of decimals by whole numbers, for a mean that is an exact half must not lose its last digit."""
    scale = find_scale(sample)
    if scale is not None:
        return int(np.rint(sample * scale).sum()) / (sample.size * scale)
    return min(max(math.fsum(sample) / sample.size, float(sample.min())), float(sample.max()))


def _sd(sample: FloatArray, warnings: list[str]) -> float | None:
    if sample.size < 2:
        warnings.append("one value: no standard deviation")
        return None
    if has_infinite(sample):
        return None
    # Scaled first, so that squares of very large values do not overflow.
    top = float(np.abs(sample).max()) or 1.0
    return _finite(float((sample / top).std(ddof=1)) * top)


def _geometric(sample: FloatArray, warnings: list[str]) -> tuple[float | None, float | None]:
    if (sample <= 0).any() or has_infinite(sample):
        warnings.append("a value is not positive and finite: no geometric mean")
        return None, None
    logs = np.log(sample)
    variance = float(logs.var(ddof=1)) if sample.size > 1 else np.inf
    cv = float(np.sqrt(np.expm1(variance))) if variance < 700 else None
    return float(np.exp(logs.mean())), cv


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
