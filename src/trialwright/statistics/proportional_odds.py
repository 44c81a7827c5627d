"""The proportional odds model of an ordinal outcome."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from trialwright.statistics.arrays import FloatArray, as_columns, as_floats, check_level, drop_incomplete, has_infinite
from trialwright.statistics.maximum_likelihood import find_maximum
from trialwright.statistics.newton import Source, estimate_ratio
from trialwright.statistics.outcomes import Estimate


@dataclass(frozen=True, slots=True)
class OrdinalFit:
    """A fitted model, or the reason why there is none (then ``beta`` is empty).

    ``beta`` are logarithms of the common odds ratio of a higher category; ``thresholds`` the logits of being at or
    below each category when all covariates are zero.
    """

    beta: FloatArray
    covariance: FloatArray
    thresholds: FloatArray
    categories: tuple[float, ...]
    log_likelihood: float | None
    n: int
    method: str
    warnings: tuple[str, ...] = ()

    def estimate(self, column: int, level: float = 0.95) -> Estimate:
        """The common odds ratio of one covariate for a higher category, with Wald's interval.

        Equation (3) of proportional_odds.md.
        """
        check_level(level)
        return estimate_ratio(self.beta, self.covariance, column, Source(self.n, self.method, self.warnings, level))


def fit(response: ArrayLike, covariates: ArrayLike) -> OrdinalFit:
    """The fitted model logit P(Y <= j) = threshold_j - x beta.

    Parameters
    ----------
    response : array_like, shape (n,)
        The ordered category as a number; NaN means missing. Categories that nobody has are left out.
    covariates : array_like, shape (n,) or (n, p)
        The arm as 0/1 and whatever is adjusted for.

    Returns
    -------
    OrdinalFit
        Logarithms of the common odds ratio of a higher category; ``beta`` is empty and ``warnings`` say why for one
        category only, a constant covariate or arms that do not overlap.

    Raises
    ------
    ValueError
        When columns differ in length.

    Notes
    -----
    McCullagh 1980; R's ``MASS::polr`` gives the same.

    References
    ----------
    Equations (1) to (3) of proportional_odds.md.
    McCullagh 1980, Journal of the Royal Statistical Society B 42:109.

    Examples
    --------
    >>> model = fit([0, 1, 2, 1, 1, 2, 2, 0], [0, 0, 0, 0, 1, 1, 1, 1])
    >>> round(model.estimate(0).estimate, 3)
    1.921
    """
    method = "proportional_odds.fit"
    values = as_floats(response)
    (y, *columns), warnings = drop_incomplete(values, *as_columns(covariates, values.size).T)
    x = np.column_stack(columns) if columns else np.zeros((y.size, 0))
    labels, code = np.unique(y, return_inverse=True)
    wrong = _check(y, x, labels)
    if wrong:
        empty = np.zeros(0)
        return OrdinalFit(empty, np.zeros((0, 0)), empty, (), None, y.size, method, (*warnings, wrong))
    centre, widths = x.mean(axis=0), x.std(axis=0)
    scaled = (x - centre) / widths
    shares = np.cumsum(np.bincount(code))[:-1] / y.size
    logits = special.logit(shares)
    # First threshold, then the logarithms of the gaps: any real numbers give ascending thresholds.
    start = np.concatenate((logits[:1], np.log(np.diff(logits)), np.zeros(x.shape[1])))
    found = find_maximum(lambda at: _evaluate(at, code, scaled, labels.size - 1), start)
    if isinstance(found, str):
        empty = np.zeros(0)
        return OrdinalFit(empty, np.zeros((0, 0)), empty, (), None, y.size, method, (*warnings, found))
    cut = labels.size - 1
    beta = found.parameters[cut:] / widths
    covariance = found.covariance[cut:, cut:] / np.outer(widths, widths)
    thresholds = _find_thresholds(found.parameters[:cut]) + float(centre @ beta)
    names = tuple(float(label) for label in labels)
    return OrdinalFit(beta, covariance, thresholds, names, found.value, y.size, method, warnings)


def _find_thresholds(free: FloatArray) -> FloatArray:
    return np.asarray(free[0] + np.concatenate(([0.0], np.cumsum(np.exp(free[1:])))))


def _evaluate(at: FloatArray, code: NDArray[np.int64], x: FloatArray, cut: int) -> tuple[float, FloatArray]:
    """Minus the log-likelihood and its gradient in the first threshold, log gaps and coefficients."""
    edges = np.concatenate(([-np.inf], _find_thresholds(at[:cut]), [np.inf]))
    shift = x @ at[cut:]
    below, upto = special.expit(edges[code] - shift), special.expit(edges[code + 1] - shift)
    chance = np.maximum(upto - below, 1e-300)
    low, high = below * (1 - below) / chance, upto * (1 - upto) / chance
    by_edge = np.zeros(cut + 2)
    np.add.at(by_edge, code + 1, high)
    np.add.at(by_edge, code, -low)
    inner = by_edge[1:-1]
    later = np.cumsum(inner[::-1])[::-1]
    gaps = later[1:] * np.exp(at[1:cut])
    gradient = np.concatenate((later[:1], gaps, -(x.T @ (high - low))))
    return -float(np.log(chance).sum()), -gradient


def _check(y: FloatArray, x: FloatArray, labels: FloatArray) -> str:
    if y.size == 0:
        return "no participants"
    if has_infinite(y, x):
        return "a value is infinite"
    if labels.size < 2:
        return "all participants are in one category"
    if x.shape[1] == 0 or (x.std(axis=0) == 0).any() or np.linalg.matrix_rank(x - x.mean(axis=0)) < x.shape[1]:
        return "a covariate is constant or a combination of the others"
    return ""
