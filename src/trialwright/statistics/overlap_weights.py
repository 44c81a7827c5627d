"""Comparing two non-randomised arms by overlap weights from a Firth logistic propensity score.

Each treated participant counts by the probability of not having been treated, each control by that of having been: the
comparison is made for those who could have been in either arm, and the covariates of the score balance (exactly with an
unpenalised score, nearly with Firth's). Nothing here makes a comparison causal: what was not measured is not balanced.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from trialwright.statistics.arrays import BoolArray, FloatArray, as_columns, check_level, drop_incomplete, has_infinite
from trialwright.statistics.firth_logistic import compute_leverages, fit
from trialwright.statistics.outcomes import Estimate, refuse_estimate, wald

NO_CAUSAL_CLAIM = (
    "The arms were not formed by chance. The weighted comparison removes measured differences only; "
    "it must not be read as an effect of the treatment."
)


@dataclass(frozen=True, slots=True)
class Overlap:
    """A weighted comparison.

    Parameters
    ----------
    difference : Estimate
        Weighted mean of arm 1 - arm 0.
    mean1, mean0 : float or None
        The weighted means.
    scores, weights : ndarray, shape (n,)
        Propensity and overlap weight of the rows that were used.
    effective1, effective0 : float or None
        Effective numbers of participants, (sum w)^2 / sum w^2.
    before, after : ndarray, shape (p,)
        Standardised difference of each covariate, unweighted and weighted (unweighted SD in both): before weighting it
        is that of ``standardised_difference``.
    statement : str
        The sentence that must stand beside the number.
    """

    difference: Estimate
    mean1: float | None
    mean0: float | None
    scores: FloatArray
    weights: FloatArray
    effective1: float | None
    effective0: float | None
    before: FloatArray
    after: FloatArray
    statement: str = NO_CAUSAL_CLAIM


def estimate(response: ArrayLike, treated: ArrayLike, covariates: ArrayLike, level: float = 0.95) -> Overlap:
    """The weighted difference of means (or proportions, for a 0/1 response).

    Parameters
    ----------
    response : array_like, shape (n,)
        NaN means missing: the participant is left out.
    treated : array_like of 0/1, shape (n,)
        1 for arm 1.
    covariates : array_like, shape (n,) or (n, p)
        Two or three, named beforehand.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Overlap
        The difference in the unit of the response, with means, weights and balance; None with a warning where an arm is
        empty or there is no propensity score.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1 or columns differ in length.

    Notes
    -----
    Weights 1 - e and e (Li, Morgan & Zaslavsky 2018, JASA 113:390). The standard error is the sandwich of the stacked
    estimating equations of score and means (Li, Thomas & Li 2019), with Firth's score equation; t with n - p - 2 df.

    References
    ----------
    Equations (1) to (7) of overlap_weights.md.
    Li, Morgan & Zaslavsky 2018, JASA 113:390; Li, Thomas & Li 2019, American Journal of Epidemiology 188:250.

    Examples
    --------
    >>> answer = estimate([3, 4, 6, 5, 7, 8, 6, 9], [0, 0, 0, 0, 1, 1, 1, 1], [1, 2, 3, 4, 2, 3, 4, 5])
    >>> round(answer.difference.estimate, 3)
    2.588
    """
    check_level(level)
    method = "overlap_weights.estimate"
    y = np.atleast_1d(np.asarray(response, dtype=np.float64)).ravel()
    block = as_columns(covariates, y.size)
    (y, arm, *columns), warnings = drop_incomplete(y, treated, *block.T)
    x = np.column_stack(columns)
    if has_infinite(y):
        return _refuse(method, y.size, (*warnings, "a value is infinite"), level)
    if y.size == 0 or not 0 < arm.sum() < arm.size:
        return _refuse(method, y.size, (*warnings, "an arm is empty"), level)
    model = fit(arm, x)
    if model.beta.size == 0:
        return _refuse(method, y.size, (*warnings, *(f"propensity: {word}" for word in model.warnings)), level)
    e = model.fitted
    weights = np.where(arm == 1, 1 - e, e)
    one, zero = (float(np.average(y[arm == k], weights=weights[arm == k])) for k in (1, 0))
    se = _compute_error(y, arm, np.column_stack((np.ones(y.size), x)), e, (one, zero))
    df = float(y.size - x.shape[1] - 2)
    answer = wald(one - zero, se, y.size, method, warnings, df, level)
    size1, size0 = (float(weights[arm == k].sum() ** 2 / (weights[arm == k] ** 2).sum()) for k in (1, 0))
    before, after = _balance(x, arm, np.ones(y.size)), _balance(x, arm, weights)
    return Overlap(answer, one, zero, e, weights, size1, size0, before, after)


def _compute_error(
    y: FloatArray, arm: FloatArray, design: FloatArray, e: FloatArray, means: tuple[float, float]
) -> float:
    """Sandwich standard error of the difference, the estimation of the score included."""
    one, zero = means
    sum1, sum0 = float((arm * (1 - e)).sum()), float(((1 - arm) * e).sum())
    raw = arm * (1 - e) * (y - one) / sum1 - (1 - arm) * e * (y - zero) / sum0
    slope = e * (1 - e)
    turn = -design.T @ (arm * slope * (y - one)) / sum1 - design.T @ ((1 - arm) * slope * (y - zero)) / sum0
    information = (design * slope[:, None]).T @ design
    leverage = compute_leverages(design, e)
    scores = design * (arm - e + leverage * (0.5 - e))[:, None]
    influence = raw + scores @ np.linalg.solve(information, turn)
    n, left = y.size, y.size - design.shape[1]
    # With as many parameters as participants nothing is left that could tell how sure the difference is.
    return float(np.sqrt((influence**2).sum() * n / left)) if left > 0 else np.inf


def _balance(x: FloatArray, arm: FloatArray, weights: FloatArray) -> FloatArray:
    gap = [np.average(x[arm == k], axis=0, weights=weights[arm == k]) for k in (1, 0)]
    spread = np.sqrt((_find_variances(x, arm == 1) + _find_variances(x, arm == 0)) / 2)
    gaps: FloatArray = np.divide(gap[0] - gap[1], spread, out=np.zeros(x.shape[1]), where=spread > 0)
    return gaps


def _find_variances(x: FloatArray, mine: BoolArray) -> FloatArray:
    """Variances of an arm as in ``standardised_difference``: p q for a covariate of 0 and 1, else with n - 1."""
    yes_or_no = np.isin(x, (0.0, 1.0)).all(axis=0)
    left = np.where(yes_or_no, mine.sum(), max(mine.sum() - 1, 1))
    return np.asarray(x[mine].var(axis=0) * mine.sum() / left)


def _refuse(method: str, n: int, why: tuple[str, ...], level: float) -> Overlap:
    empty = np.zeros(0)
    nothing = refuse_estimate(method, n, *why, level=level)
    return Overlap(nothing, None, None, empty, empty, None, None, empty, empty)
