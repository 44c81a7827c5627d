"""The few shapes in which every method answers: an estimate, a test, a curve.

A number that could not be computed is ``None``, never NaN or infinite, and ``warnings`` says why.
"""

import math
from dataclasses import dataclass, replace

from scipy import special

from trialwright.statistics.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Estimate:
    """One estimate with its interval and, where the method has one, its p-value.

    Parameters
    ----------
    estimate : float or None
        The point estimate.
    ci_low, ci_high : float or None
        Limits of the two-sided interval; None where there is no limit (``warnings`` says so).
    p : float or None
        Two-sided p-value of the method's own null hypothesis; None where it has none.
    n : int
        Number of observations used.
    method : str
        ``<file>.<function>`` of this room, with the option that was used after a colon.
    warnings : tuple of str
        Whatever a reader of the number must know: missing values left out, ties, zero cells, no limit.
    se : float or None
        Standard error on the scale of the estimate.
    df : float or None
        Degrees of freedom behind the interval; None for normal and exact methods.
    level : float
        Confidence level of the interval.
    """

    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None
    n: int
    method: str
    warnings: tuple[str, ...] = ()
    se: float | None = None
    df: float | None = None
    level: float = 0.95


@dataclass(frozen=True, slots=True)
class Comparison:
    """One test: a statistic, its degrees of freedom and the two-sided p-value.

    Parameters
    ----------
    statistic : float or None
        The test statistic; which one it is stands in the docstring of the method.
    p : float or None
        Two-sided p-value.
    n : int
        Number of observations used.
    method : str
        ``<file>.<function>`` of this room, with the option that was used after a colon.
    df : float or None
        Degrees of freedom of the reference distribution (the numerator's, for F).
    df2 : float or None
        Denominator degrees of freedom of an F test.
    warnings : tuple of str
        Whatever a reader of the number must know.
    """

    statistic: float | None
    p: float | None
    n: int
    method: str
    df: float | None = None
    df2: float | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Curve:
    """A step function of time with a pointwise interval; it holds from each time until the next.

    Parameters
    ----------
    times : ndarray, shape (k,)
        Times at which the curve jumps, ascending.
    estimate, se, ci_low, ci_high : ndarray, shape (k,)
        Value just after each time. Where no limit exists the limit is the end of the scale (0 or 1).
    at_risk, events : ndarray, shape (k,)
        Number at risk just before, and of events at, each time.
    start : float
        Value before the first time: 1 for survival, 0 for incidence.
    last : float
        Last time of follow-up; beyond it the curve is not known.
    n : int
        Number of participants used.
    method : str
        ``<file>.<function>`` with the type of interval or variance after a colon.
    level : float
        Confidence level of the pointwise intervals.
    warnings : tuple of str
        Whatever a reader of the curve must know.
    """

    times: FloatArray
    estimate: FloatArray
    se: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    at_risk: FloatArray
    events: FloatArray
    start: float
    last: float
    n: int
    method: str
    level: float = 0.95
    warnings: tuple[str, ...] = ()

    def at(self, time: float) -> Estimate:
        """The value of the curve at ``time`` with its interval; None after the end of follow-up.

        A curve that has reached its end (0 or 1) is known for ever after.
        """
        if self.n == 0 or math.isnan(time) or time < 0:
            return self._nothing("no value at this time")
        index = int(self.times.searchsorted(time, side="right")) - 1
        reached = index >= 0 and self.estimate[index] == 1 - self.start
        if time > self.last and not reached:
            return self._nothing("follow-up ends before this time")
        if index < 0:
            return Estimate(
                self.start, self.start, self.start, None, self.n, self.method, self.warnings, 0.0, None, self.level
            )
        value, low, high, se = (float(part[index]) for part in (self.estimate, self.ci_low, self.ci_high, self.se))
        return Estimate(value, low, high, None, self.n, self.method, self.warnings, se, None, self.level)

    def _nothing(self, why: str) -> Estimate:
        return refuse_estimate(self.method, self.n, *self.warnings, why, level=self.level)


def refuse_estimate(method: str, n: int, *why: str, level: float = 0.95) -> Estimate:
    """An estimate without a value; ``why`` says what was missing."""
    return Estimate(None, None, None, None, n, method, tuple(why), None, None, level)


def refuse_comparison(method: str, n: int, *why: str) -> Comparison:
    """A test without a value; ``why`` says what was missing."""
    return Comparison(None, None, n, method, None, None, tuple(why))


def wald(
    value: float,
    se: float,
    n: int,
    method: str,
    warnings: tuple[str, ...] = (),
    df: float | None = None,
    level: float = 0.95,
    null: float = 0.0,
) -> Estimate:
    """The estimate with value -+ quantile x se and the p-value of ``null``: Student's with ``df``, normal without.

    Without a positive finite standard error there is no interval and a warning says so.
    """
    if not (math.isfinite(se) and se > 0 and (df is None or df > 0)):
        why = "no variation" if se == 0 else "no degrees of freedom are left" if df is not None and df <= 0 else ""
        why = why or "the standard error cannot be computed"
        return Estimate(value, None, None, None, n, method, (*warnings, f"{why}: no interval"), level=level)
    ratio = -abs(value - null) / se
    if df is None or math.isinf(df):
        reach, p, shown = float(special.ndtri(0.5 + level / 2)) * se, 2 * float(special.ndtr(ratio)), None
    else:
        reach, p, shown = float(special.stdtrit(df, 0.5 + level / 2)) * se, 2 * float(special.stdtr(df, ratio)), df
    return Estimate(value, value - reach, value + reach, p, n, method, warnings, se, shown, level)


def drop_unbounded(low: float, high: float) -> tuple[float | None, float | None, tuple[str, ...]]:
    """The two limits with None in place of infinite ones, and a warning for each that went.

    >>> drop_unbounded(0.5, math.inf)
    (0.5, None, ('the interval has no upper limit',))
    """
    warnings: list[str] = []
    if not math.isfinite(low):
        warnings.append("the interval has no lower limit")
    if not math.isfinite(high):
        warnings.append("the interval has no upper limit")
    return (low if math.isfinite(low) else None), (high if math.isfinite(high) else None), tuple(warnings)


def exponentiate(logarithm: Estimate) -> Estimate:
    """The estimate of a ratio from that of its logarithm; p, df and the standard error stay those of the logarithm.

    >>> exponentiate(Estimate(0.0, -1.0, 1.0, 1.0, 9, "a.b")).estimate
    1.0
    """
    values = [
        None if value is None or value > 700 else math.exp(value)
        for value in (logarithm.estimate, logarithm.ci_low, logarithm.ci_high)
    ]
    lost = [new is None and old is not None for new, old in zip(values, _triple(logarithm), strict=True)]
    warnings = (*logarithm.warnings, "a ratio is too large to write down") if any(lost) else logarithm.warnings
    return replace(logarithm, estimate=values[0], ci_low=values[1], ci_high=values[2], warnings=warnings)


def _triple(result: Estimate) -> tuple[float | None, float | None, float | None]:
    return result.estimate, result.ci_low, result.ci_high
