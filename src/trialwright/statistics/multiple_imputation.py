"""Multiple imputation: draws for missing values, and Rubin's rules with Barnard & Rubin's degrees of freedom."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from trialwright.statistics.arrays import LARGEST, FloatArray, check_level
from trialwright.statistics.outcomes import Estimate, refuse_estimate, wald


def pool(
    estimates: Sequence[float | None],
    errors: Sequence[float | None],
    complete_df: float = math.inf,
    level: float = 0.95,
) -> Estimate:
    """The pooled estimate of the analyses of several completed data sets.

    Parameters
    ----------
    estimates, errors : sequence of float
        Estimate and standard error of each completed data set; at least two.
    complete_df : float
        Degrees of freedom of the analysis had nothing been missing; infinite for large samples.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Estimate
        ``n`` is the number of imputations.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    Notes
    -----
    T = W + (1 + 1/m) B (Rubin 1987); degrees of freedom of Barnard & Rubin (1999, Biometrika 86:948).

    References
    ----------
    Equations (2) to (6) of multiple_imputation.md.
    Rubin 1987, chapter 3, (3.1.2) to (3.1.6); Barnard & Rubin 1999, Biometrika 86:948.

    Examples
    --------
    >>> answer = pool([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], complete_df=20)
    >>> round(answer.se, 4), round(answer.df, 3)
    (1.5275, 3.436)
    """
    check_level(level)
    method = "multiple_imputation.pool"
    m = len(estimates)
    pairs = [(q, u) for q, u in zip(estimates, errors, strict=True) if q is not None and u is not None]
    if m < 2 or len(pairs) < m or not all(abs(q) < LARGEST and abs(u) < LARGEST for q, u in pairs):
        why = "fewer than two imputations" if m < 2 else "an analysis of an imputed data set has no estimate"
        return refuse_estimate(method, m, why, level=level)
    q, u = (np.array(part, dtype=np.float64) for part in zip(*pairs, strict=True))
    middle, within, between = float(q.mean()), float((u**2).mean()), float(q.var(ddof=1))
    total = within + (1 + 1 / m) * between
    df = _compute_df(m, between, total, complete_df)
    return wald(middle, math.sqrt(total), m, method, (), df, level)


def draw_values(
    values: ArrayLike, predictors: ArrayLike, draws: int, rng: np.random.Generator
) -> tuple[FloatArray, tuple[str, ...]]:
    """Completed copies of ``values``, shape (draws, n): missing ones drawn from a Bayesian linear regression.

    Parameters
    ----------
    values : array_like, shape (n,)
        NaN means missing.
    predictors : array_like, shape (n, k)
        Complete; the intercept is added.
    draws : int
        Number of completed copies.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    copies : ndarray, shape (draws, n)
        NaN stays where the regression cannot be fitted.
    warnings : tuple of str
        Empty when the values could be drawn, or none was missing.

    Notes
    -----
    sigma^2 ~ RSS / chi-square, beta ~ N(b, sigma^2 (X'X)^-1), then a residual for each value (Rubin 1987, 5.3).

    References
    ----------
    Equation (1) of multiple_imputation.md.
    Rubin 1987, section 5.3.

    Examples
    --------
    >>> copies, _ = draw_values([1.0, 2.1, np.nan, 3.9], [1, 2, 3, 4], 2, np.random.default_rng(1))
    >>> copies.shape, bool(np.isnan(copies).any())
    ((2, 4), False)
    """
    y = np.atleast_1d(np.asarray(values, dtype=np.float64)).ravel()
    x = np.column_stack((np.ones(y.size), np.asarray(predictors, dtype=np.float64).reshape(y.size, -1)))
    seen = ~np.isnan(y)
    copies = np.tile(y, (draws, 1))
    if seen.all():
        return copies, ()
    df = int(seen.sum()) - x.shape[1]
    if df < 1 or not np.isfinite(x).all() or np.linalg.matrix_rank(x[seen]) < x.shape[1]:
        return copies, ("too few complete values for the imputation model",)
    inverse = np.linalg.inv(x[seen].T @ x[seen])
    beta = inverse @ x[seen].T @ y[seen]
    rest = float(((y[seen] - x[seen] @ beta) ** 2).sum())
    root = np.linalg.cholesky((inverse + inverse.T) / 2)
    for copy in copies:
        sd = math.sqrt(rest / rng.chisquare(df))
        drawn = beta + sd * (root @ rng.standard_normal(beta.size))
        copy[~seen] = x[~seen] @ drawn + sd * rng.standard_normal(int((~seen).sum()))
    return copies, ()


def _compute_df(m: int, between: float, total: float, complete_df: float) -> float:
    if between == 0 or total == 0:
        return complete_df if math.isinf(complete_df) else complete_df * (complete_df + 1) / (complete_df + 3)
    share = (1 + 1 / m) * between / total
    old = (m - 1) / share**2
    if math.isinf(complete_df):
        return old
    seen = (complete_df + 1) / (complete_df + 3) * complete_df * (1 - share)
    return old * seen / (old + seen)
