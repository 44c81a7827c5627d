"""Ordinary least squares with its two covariances: the classical one and HC3. Shared by ANCOVA and its kin."""

from dataclasses import dataclass

import numpy as np

from trialwright.statistics.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted linear model.

    Parameters
    ----------
    coefficients : ndarray, shape (p,)
    covariance : ndarray, shape (p, p)
        Of the coefficients, classical or HC3.
    df : int
        Residual degrees of freedom.
    residual_sd : float
    """

    coefficients: FloatArray
    covariance: FloatArray
    df: int
    residual_sd: float


def fit_least_squares(design: FloatArray, response: FloatArray, robust: bool = False) -> Fit | str:
    """The fit, or the reason why there is none.

    ``robust`` asks for HC3: each squared residual divided by (1 - leverage)^2 (MacKinnon & White 1985). A participant
    with leverage 1 has no HC3 variance.

    Equations (1) to (3) of ancova.md.
    """
    n, p = design.shape
    if n <= p:
        return "fewer observations than needed for the model"
    if not (np.isfinite(design).all() and np.isfinite(response).all()):
        return "a value is infinite"
    if np.linalg.matrix_rank(design) < p:
        return "a covariate is constant or a combination of the others"
    inverse = np.linalg.inv(design.T @ design)
    coefficients = inverse @ (design.T @ response)
    coefficients = coefficients + inverse @ (design.T @ (response - design @ coefficients))
    residuals = response - design @ coefficients
    df = n - p
    variance = float(residuals @ residuals) / df
    if variance <= 1e-24 * max(1.0, float(response @ response) / n):
        return "the model fits without residual: no variance left"
    covariance = variance * inverse
    if robust:
        leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
        if leverage.max() > 1 - 1e-10:
            return "a participant determines a coefficient alone: no HC3 variance"
        meat = design.T @ (design * ((residuals / (1 - leverage)) ** 2)[:, None])
        covariance = inverse @ meat @ inverse
    return Fit(coefficients, covariance, df, variance**0.5)
