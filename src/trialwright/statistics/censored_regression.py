"""Linear regression of a value that is known only to lie in an interval: tobit, and the Weibull time ratio.

Each value lies in [left, right]: equal ends for a measured value, minus infinity and the limit for "below the limit of
quantification", infinity on the right for "not yet". Normal errors give the tobit model; on the logarithm of time,
extreme-value errors give the Weibull accelerated failure time model.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from trialwright.statistics.arrays import FloatArray, as_columns, as_floats, check_level, has_infinite, say_missing
from trialwright.statistics.maximum_likelihood import find_maximum
from trialwright.statistics.outcomes import Estimate, wald

Distribution = Literal["normal", "weibull"]


@dataclass(frozen=True, slots=True)
class CensoredFit:
    """A fitted model, or the reason why there is none (then ``beta`` is empty).

    ``beta`` begins with the intercept; ``scale`` is the residual standard deviation (normal) or one over the Weibull
    shape; for ``weibull`` the coefficients are logarithms of time ratios.
    """

    beta: FloatArray
    covariance: FloatArray
    scale: float | None
    log_likelihood: float | None
    n: int
    method: str
    warnings: tuple[str, ...] = ()

    def estimate(self, column: int, level: float = 0.95) -> Estimate:
        """One coefficient (0 is the first after the intercept) with Wald's interval.

        For ``weibull`` it is the logarithm of the time ratio: ``outcomes.exponentiate`` gives the ratio.

        Equation (1) of censored_regression.md.
        """
        check_level(level)
        if self.beta.size == 0:
            return Estimate(None, None, None, None, self.n, self.method, self.warnings, level=level)
        se = float(self.covariance[column + 1, column + 1]) ** 0.5
        return wald(float(self.beta[column + 1]), se, self.n, self.method, self.warnings, level=level)


def fit(
    left: ArrayLike, right: ArrayLike, covariates: ArrayLike | None = None, distribution: Distribution = "normal"
) -> CensoredFit:
    """The fitted model.

    Parameters
    ----------
    left, right : array_like, shape (n,)
        The ends between which each value lies; NaN means missing. For ``weibull`` they are times, from 0.
    covariates : array_like, shape (n,) or (n, p), optional
        Without the intercept, which is added.
    distribution : str
        ``normal`` (tobit) or ``weibull``.

    Returns
    -------
    CensoredFit
        Coefficients in the unit of the values (logarithms of time ratios for ``weibull``); ``beta`` is empty and
        ``warnings`` say why where nothing can be fitted.

    Notes
    -----
    A measured value adds its log density, an interval log(F(right) - F(left)) (Tobin 1958; Kalbfleisch & Prentice
    2002, chapter 3). R's ``survreg`` gives the same.

    References
    ----------
    Equations (1) to (3) of censored_regression.md.
    Tobin 1958, Econometrica 26:24; Kalbfleisch & Prentice 2002, chapters 2 and 3.

    Examples
    --------
    >>> model = fit([1.0, 2.5, -np.inf, 4.0, 3.1], [1.0, 2.5, 1.5, 4.0, 3.1], [0, 0, 0, 1, 1])
    >>> round(model.estimate(0).estimate, 3)
    2.055
    """
    method = f"censored_regression.fit:{distribution}"
    low, high = as_floats(left), as_floats(right)
    x = as_columns(covariates, low.size)
    keep = ~(np.isnan(low) | np.isnan(high) | np.isnan(x).any(axis=1))
    warnings = say_missing(int((~keep).sum()), "row")
    low, high, x = low[keep], high[keep], x[keep]
    wrong = _check(low, high, x, distribution)
    if wrong:
        return _refuse(method, low.size, (*warnings, wrong))
    if distribution == "weibull":
        with np.errstate(divide="ignore"):
            low, high = np.log(low), np.log(high)
    ends = np.concatenate((low[np.isfinite(low)], high[np.isfinite(high)]))
    centre, spread = float(ends.mean()), float(ends.std()) or 1.0
    widths = x.std(axis=0)
    design = np.column_stack((np.ones(low.size), (x - x.mean(axis=0)) / widths))
    a, b = (low - centre) / spread, (high - centre) / spread
    found = find_maximum(lambda at: _evaluate(at, a, b, design, distribution), np.zeros(design.shape[1] + 1))
    if isinstance(found, str):
        return _refuse(method, low.size, (*warnings, found))
    back = np.eye(design.shape[1]) * spread
    back[1:, 1:] /= widths[:, None]
    back[0, 1:] = -spread * x.mean(axis=0) / widths
    beta = back @ found.parameters[:-1]
    beta[0] += centre
    covariance = back @ found.covariance[:-1, :-1] @ back.T
    scale = float(np.exp(found.parameters[-1])) * spread
    measured = low == high
    value = found.value - float(measured.sum()) * np.log(spread)
    if distribution == "weibull":
        value -= float(low[measured].sum())
    return CensoredFit(beta, covariance, scale, float(value), low.size, method, warnings)


def _evaluate(
    at: FloatArray, low: FloatArray, high: FloatArray, design: FloatArray, distribution: Distribution
) -> tuple[float, FloatArray]:
    """Minus the log-likelihood and its gradient in the coefficients and the logarithm of the scale."""
    middle, log_scale = design @ at[:-1], float(at[-1])
    scale = np.exp(log_scale)
    za, zb = (low - middle) / scale, (high - middle) / scale
    measured = low == high
    log_density, slope = _density(za, distribution)
    log_mass, at_low, at_high = _mass(za, zb, distribution)
    value = np.where(measured, log_density - log_scale, log_mass)
    by_middle = np.where(measured, -slope, at_low - at_high) / scale
    low_part = np.where(np.isfinite(za), za, 0.0) * at_low
    high_part = np.where(np.isfinite(zb), zb, 0.0) * at_high
    by_scale = np.where(measured, -np.where(measured, za, 0.0) * slope - 1, low_part - high_part)
    gradient = np.append(design.T @ by_middle, by_scale.sum())
    return -float(value.sum()), -gradient


def _density(z: FloatArray, distribution: Distribution) -> tuple[FloatArray, FloatArray]:
    """Logarithm of the standard density and its derivative."""
    z = np.where(np.isfinite(z), z, 0.0)
    if distribution == "normal":
        return -z * z / 2 - np.log(2 * np.pi) / 2, -z
    return z - np.exp(z), 1 - np.exp(z)


def _mass(za: FloatArray, zb: FloatArray, distribution: Distribution) -> tuple[FloatArray, FloatArray, FloatArray]:
    """log(F(b) - F(a)), and the densities at both ends divided by that difference."""
    if distribution == "normal":
        # Turned to the left tail, where the difference keeps its digits.
        turned = za + zb > 0
        a, b = np.where(turned, -zb, za), np.where(turned, -za, zb)
        upper, lower = special.log_ndtr(b), special.log_ndtr(a)
    else:
        upper, lower = -np.exp(za), -np.exp(zb)
    log_mass = upper + np.log(-np.expm1(np.minimum(lower - upper, -1e-300)))
    ends = []
    for z in (za, zb):
        log_density, _ = _density(z, distribution)
        ends.append(np.where(np.isfinite(z), np.exp(log_density - log_mass), 0.0))
    return log_mass, ends[0], ends[1]


def _check(low: FloatArray, high: FloatArray, x: FloatArray, distribution: Distribution) -> str:
    if low.size <= x.shape[1] + 1:
        return "too few participants"
    ends = np.concatenate((low, high))
    if (
        (low > high).any()
        or np.isposinf(low).any()
        or np.isneginf(high).any()
        or has_infinite(x, ends[np.isfinite(ends)])
    ):
        return "a right end lies before its left end, or a value is infinite"
    if distribution == "weibull" and ((low < 0).any() or (high <= 0).any()):
        return "a time is not positive"
    if distribution == "weibull" and ((low == 0) & (high == 0)).any():
        return "an event at time 0"
    if (x.std(axis=0) == 0).any() or np.linalg.matrix_rank(x - x.mean(axis=0)) < x.shape[1]:
        return "a covariate is constant or a combination of the others"
    inner = np.isfinite(low) & np.isfinite(high) & ((low > 0) | (distribution == "normal"))
    if not inner.any():
        return "no value is known from both sides"
    return ""


def _refuse(method: str, n: int, why: tuple[str, ...]) -> CensoredFit:
    return CensoredFit(np.zeros(0), np.zeros((0, 0)), None, None, n, method, why)
