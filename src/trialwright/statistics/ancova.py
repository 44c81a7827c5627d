"""Analysis of covariance of two arms: the difference adjusted for baseline covariates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from trialwright.statistics.arrays import FloatArray, as_columns, check_level, drop_incomplete
from trialwright.statistics.linear_model import Fit, fit_least_squares
from trialwright.statistics.outcomes import Estimate, refuse_estimate, wald


@dataclass(frozen=True, slots=True)
class Ancova:
    """The adjusted difference and the two adjusted means, at the mean of each covariate over all participants."""

    difference: Estimate
    mean1: Estimate
    mean0: Estimate


def estimate(
    response: ArrayLike,
    treated: ArrayLike,
    covariates: ArrayLike | None = None,
    level: float = 0.95,
    robust: bool = False,
) -> Estimate:
    """The adjusted difference treated - control with Student's interval.

    Parameters
    ----------
    response : array_like, shape (n,)
        NaN means missing: the participant is left out.
    treated : array_like of 0/1, shape (n,)
        1 for the treatment arm.
    covariates : array_like, shape (n,) or (n, k), optional
        Baseline values; NaN means missing. Factors come in as 0/1 columns.
    robust : bool
        HC3 standard errors (MacKinnon & White 1985); the degrees of freedom stay n - p.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Estimate
        The difference in the unit of the response, Student's t with n - p degrees of freedom. None with a warning where an
        arm is empty, a covariate is constant, or nothing is left to estimate a variance.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1, columns differ in length, or ``treated`` holds other values than 0
        and 1.

    References
    ----------
    Equations (1) to (3) of ancova.md.
    Searle, Speed & Milliken 1980, American Statistician 34:216 (means); MacKinnon & White 1985, Journal of Econometrics
    29:305, in the form of Davidson & MacKinnon 1993 and Long & Ervin 2000, American Statistician 54:217 (HC3).

    Examples
    --------
    >>> result = estimate([1, 2, 3, 5, 6, 7], [0, 0, 0, 1, 1, 1])
    >>> round(result.estimate, 6), round(result.p, 4)
    (4.0, 0.008)
    """
    return estimate_means(response, treated, covariates, level, robust).difference


def estimate_means(
    response: ArrayLike,
    treated: ArrayLike,
    covariates: ArrayLike | None = None,
    level: float = 0.95,
    robust: bool = False,
) -> Ancova:
    """The adjusted difference together with the adjusted mean of each arm; parameters as ``estimate``.

    Parameters
    ----------
    response : array_like, shape (n,)
        NaN means missing: the participant is left out.
    treated : array_like of 0/1, shape (n,)
        1 for the treatment arm.
    covariates : array_like, shape (n,) or (n, k), optional
        Baseline values; NaN means missing. Factors come in as 0/1 columns.
    level : float
        Confidence level, strictly between 0 and 1.
    robust : bool
        HC3 standard errors.

    Returns
    -------
    Ancova
        ``difference``, ``mean1`` and ``mean0`` in the unit of the response; all None with a warning where the model cannot
        be fitted.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1, columns differ in length, or ``treated`` holds other values than 0
        and 1.

    References
    ----------
    Equations (1) to (3) of ancova.md.
    Searle, Speed & Milliken 1980, American Statistician 34:216 (means); MacKinnon & White 1985, Journal of Econometrics
    29:305, in the form of Davidson & MacKinnon 1993 and Long & Ervin 2000, American Statistician 54:217 (HC3).

    Examples
    --------
    >>> answer = estimate_means([1, 2, 3, 5, 6, 7], [0, 0, 0, 1, 1, 1])
    >>> round(answer.mean1.estimate, 6), round(answer.mean0.estimate, 6)
    (6.0, 2.0)
    """
    check_level(level)
    method = "ancova.estimate:HC3" if robust else "ancova.estimate"
    outcome = np.asarray(response, dtype=np.float64).ravel()
    (y, arm, *rest), warnings = drop_incomplete(outcome, treated, *as_columns(covariates, outcome.size).T)
    if not np.isin(arm, (0.0, 1.0)).all():
        raise ValueError("treated holds other values than 0 and 1")
    if not (0 < arm.sum() < arm.size):
        return _refuse(method, y.size, (*warnings, "an arm is empty"), level)
    x = np.column_stack(rest) if rest else np.zeros((y.size, 0))
    centre = x.mean(axis=0)
    design = np.column_stack((np.ones(y.size), arm, x - centre))
    fit = fit_least_squares(design, y, robust)
    if isinstance(fit, str):
        return _refuse(method, y.size, (*warnings, fit), level)
    zeros = np.zeros(x.shape[1])
    rows = [np.concatenate((head, zeros)) for head in ([0.0, 1.0], [1.0, 1.0], [1.0, 0.0])]
    return Ancova(*(_contrast(fit, row, y.size, method, warnings, level) for row in rows))


def _contrast(fit: Fit, row: FloatArray, n: int, method: str, warnings: tuple[str, ...], level: float) -> Estimate:
    value, se = float(row @ fit.coefficients), max(0.0, float(row @ fit.covariance @ row)) ** 0.5
    return wald(value, se, n, method, warnings, float(fit.df), level)


def _refuse(method: str, n: int, why: tuple[str, ...], level: float) -> Ancova:
    nothing = refuse_estimate(method, n, *why, level=level)
    return Ancova(nothing, nothing, nothing)
