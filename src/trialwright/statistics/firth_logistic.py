"""Logistic regression with Firth's penalty: finite estimates also where a covariate separates the arms."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from trialwright.statistics.arrays import FloatArray, as_columns, check_level, drop_incomplete, has_infinite
from trialwright.statistics.newton import Source, estimate_ratio
from trialwright.statistics.outcomes import Estimate


@dataclass(frozen=True, slots=True)
class FirthFit:
    """A fitted model, or the reason why there is none (then ``beta`` is empty).

    ``beta`` begins with the intercept; ``covariance`` is the inverse information; ``fitted`` the probabilities of the
    rows that were used, in their order.
    """

    beta: FloatArray
    covariance: FloatArray
    fitted: FloatArray
    penalised_log_likelihood: float | None
    n: int
    method: str
    warnings: tuple[str, ...] = ()

    def estimate(self, column: int, level: float = 0.95) -> Estimate:
        """The odds ratio of one covariate (0 is the first after the intercept) with Wald's interval.

        Equation (3) of firth_logistic.md.
        """
        check_level(level)
        return estimate_ratio(self.beta, self.covariance, column + 1, Source(self.n, self.method, self.warnings, level))


def fit(response: ArrayLike, covariates: ArrayLike) -> FirthFit:
    """The fitted model of P(response = 1).

    Parameters
    ----------
    response : array_like of 0/1, shape (n,)
        NaN means missing: the row is left out.
    covariates : array_like, shape (n,) or (n, p)
        Without the intercept, which is added.

    Returns
    -------
    FirthFit
        Logits, the intercept first; ``beta`` is empty and ``warnings`` say why where a response is neither 0 nor 1 or a
        covariate is constant.

    Raises
    ------
    ValueError
        When columns differ in length.

    Notes
    -----
    Maximises log L + log|I| / 2 by scoring with X'(y - p + h (1/2 - p)), h the leverages
    (Firth 1993, Biometrika 80:27; Heinze & Schemper 2002).

    References
    ----------
    Equations (1) to (3) of firth_logistic.md.
    Firth 1993, Biometrika 80:27; Heinze & Schemper 2002, Statistics in Medicine 21:2409.

    Examples
    --------
    >>> model = fit([0, 0, 0, 1, 1, 1], [0, 0, 0, 1, 1, 1])
    >>> round(model.estimate(0).estimate, 1)
    49.0
    """
    method = "firth_logistic.fit"
    y = np.atleast_1d(np.asarray(response, dtype=np.float64)).ravel()
    block = as_columns(covariates, y.size)
    (y, *columns), warnings = drop_incomplete(y, *block.T)
    x = np.column_stack(columns)
    wrong = ""
    if y.size == 0 or has_infinite(y, x):
        wrong = "no participants" if y.size == 0 else "a value is infinite"
    elif not np.isin(y, (0.0, 1.0)).all():
        wrong = "a response is neither 0 nor 1"
    elif (x.std(axis=0) == 0).any() or np.linalg.matrix_rank(x - x.mean(axis=0)) < x.shape[1]:
        wrong = "a covariate is constant or a combination of the others"
    if wrong:
        return FirthFit(np.zeros(0), np.zeros((0, 0)), np.zeros(0), None, y.size, method, (*warnings, wrong))
    centre, spread = x.mean(axis=0), x.std(axis=0)
    design = np.column_stack((np.ones(y.size), (x - centre) / spread))
    try:
        found = _climb(design, y)
    except np.linalg.LinAlgError:  # the weights vanish: hardly more participants than covariates
        found = None
    if found is None:
        why = (*warnings, "did not converge")
        return FirthFit(np.zeros(0), np.zeros((0, 0)), np.zeros(0), None, y.size, method, why)
    back = np.eye(design.shape[1])
    back[1:, 1:] /= spread[:, None]
    back[0, 1:] = -centre / spread
    covariance = back @ np.linalg.inv(_information(design, found)) @ back.T
    value = _objective(design, y, found) + float(np.log(spread).sum())
    fitted = np.asarray(special.expit(design @ found))
    return FirthFit(back @ found, covariance, fitted, value, y.size, method, warnings)


def compute_leverages(design: FloatArray, fitted: FloatArray) -> FloatArray:
    """Diagonal of the weighted hat matrix (equation (2) of firth_logistic.md)."""
    weight = fitted * (1 - fitted)
    inverse = np.linalg.inv((design * weight[:, None]).T @ design)
    return np.asarray(weight * np.einsum("ij,jk,ik->i", design, inverse, design))


def _climb(design: FloatArray, y: FloatArray) -> FloatArray | None:
    beta = np.zeros(design.shape[1])
    value = _objective(design, y, beta)
    for _ in range(200):
        fitted = special.expit(design @ beta)
        score = design.T @ (y - fitted + compute_leverages(design, fitted) * (0.5 - fitted))
        step = np.linalg.solve(_information(design, beta), score)
        if float(score @ step) < 1e-20:
            return beta
        step = step / max(1.0, float(np.abs(step).max()) / 2)
        for halving in range(30):
            tried = beta + step / 2**halving
            new = _objective(design, y, tried)
            if new >= value - 1e-12:
                break
        beta, value = tried, new
    return beta if float(np.abs(score).max()) < 1e-6 else None


def _information(design: FloatArray, beta: FloatArray) -> FloatArray:
    fitted = special.expit(design @ beta)
    return np.asarray((design * (fitted * (1 - fitted))[:, None]).T @ design)


def _objective(design: FloatArray, y: FloatArray, beta: FloatArray) -> float:
    linear = design @ beta
    likelihood = float((y * linear - np.logaddexp(0, linear)).sum())
    sign, value = np.linalg.slogdet(_information(design, beta))
    return likelihood + float(value) / 2 if sign > 0 else -np.inf
