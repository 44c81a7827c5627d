"""Standard errors and degrees of freedom of a mixed model for repeated measures.

Satterthwaite: the plain covariance of the coefficients, degrees of freedom by matching the variance of that variance.
Kenward-Roger: the covariance is adjusted for the estimated variances as well, and F tests are scaled. "Linear" leaves
out the second derivatives of the covariance matrix; for unstructured (and toeplitz, cs) there are none, so there the
two are the same. This is what SAS prints for an unstructured matrix; R's mmrm prints something else by default, because
it takes second derivatives along its own Cholesky parameters.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import linalg

from trialwright.statistics.arrays import FloatArray
from trialwright.statistics.mmrm_reml import State, Sums, weigh

Adjustment = Literal["kenward-roger-linear", "kenward-roger", "satterthwaite"]


@dataclass(frozen=True, slots=True)
class Precision:
    """What inference needs.

    Parameters
    ----------
    plain, adjusted : ndarray, shape (p, p)
        Covariance of the coefficients before and after the Kenward-Roger adjustment (equal for Satterthwaite).
    slopes : ndarray, shape (k, p, p)
        Derivative of X'V^-1 X with respect to each covariance parameter.
    spread : ndarray, shape (k, k)
        Covariance matrix of the covariance parameters.
    adjustment : str
        Which of the three.
    """

    plain: FloatArray
    adjusted: FloatArray
    slopes: FloatArray
    spread: FloatArray
    adjustment: Adjustment


def compute_precision(
    sums: Sums, state: State, first: FloatArray, second: FloatArray, spread: FloatArray, adjustment: Adjustment
) -> Precision:
    """The precision of the coefficients.

    Notes
    -----
    Phi_A = Phi + 2 Phi [sum W_kh (Q_kh - P_k Phi P_h - R_kh / 4)] Phi with P_k = -X'V^-1 E_k V^-1 X,
    Q_kh = X'V^-1 E_k V^-1 E_h V^-1 X, R_kh = X'V^-1 (d2 V) V^-1 X (Kenward & Roger 1997, Biometrics 53:983).

    References
    ----------
    Equations (7) and (8) of mmrm.md.
    """
    p, w, phi = sums.columns, state.inverse, state.phi
    slopes = -weigh(sums, w @ first[:, None] @ w)[:, :p, :p]
    if adjustment == "satterthwaite":
        return Precision(phi, phi, slopes, spread, adjustment)
    flat = first.reshape(first.shape[0], -1)
    visits = first.shape[1]
    omega = (flat.T @ spread @ flat).reshape((visits,) * 4).transpose(1, 2, 0, 3)
    inner = np.tensordot(w, omega, axes=2)
    if adjustment == "kenward-roger":
        inner = inner - np.einsum("kh,khab->ab", spread, second) / 4
    correction = weigh(sums, w @ inner @ w)[:p, :p]
    turned = np.einsum("kh,kab->hab", spread, slopes)
    correction = correction - np.einsum("hab,bc,hcd->ad", turned, phi, slopes, optimize=True)
    adjusted = phi + 2 * phi @ correction @ phi
    return Precision(phi, (adjusted + adjusted.T) / 2, slopes, spread, adjustment)


def compute_df(precision: Precision, row: FloatArray) -> float:
    """Degrees of freedom of one contrast: 2 (l'Phi l)^2 / g'Wg with g_k = l'Phi P_k Phi l; may be infinite.

    Equation (9) of mmrm.md.
    """
    turned = precision.plain @ row
    gradient = np.einsum("a,kab,b->k", turned, precision.slopes, turned)
    variance = float(gradient @ precision.spread @ gradient)
    return 2 * float(row @ turned) ** 2 / variance if variance > 0 else np.inf


def compute_f(precision: Precision, matrix: FloatArray, beta: FloatArray) -> tuple[float, int, float]:
    """F, its numerator and denominator degrees of freedom, for contrasts in the rows of ``matrix`` (full row rank).

    Equations (11) to (15) of mmrm.md.
    """
    value, rank = matrix @ beta, matrix.shape[0]
    wald = float(value @ np.linalg.solve(matrix @ precision.adjusted @ matrix.T, value)) / rank
    if rank == 1:
        return wald, 1, compute_df(precision, matrix[0])
    if precision.adjustment == "satterthwaite":
        return wald, rank, _match_satterthwaite(precision, matrix)
    scale, df = _match_kenward_roger(precision, matrix)
    return scale * wald, rank, df


def _match_satterthwaite(precision: Precision, matrix: FloatArray) -> float:
    """Denominator df from the df of the independent parts of the contrast (Fai & Cornelius 1996)."""
    values, vectors = linalg.eigh(matrix @ precision.plain @ matrix.T)
    rows = vectors.T @ matrix
    df = np.array([compute_df(precision, row) for row in rows])
    if (df <= 2).any() or (values <= 0).any():
        return 2.0
    mean = sum(1.0 if np.isinf(value) else float(value / (value - 2)) for value in df)
    return 2 * mean / (mean - rows.shape[0]) if mean > rows.shape[0] else np.inf


def _match_kenward_roger(precision: Precision, matrix: FloatArray) -> tuple[float, float]:
    """Scale and denominator df that match mean and variance of the Wald F (Kenward & Roger 1997, section 3.2)."""
    rank, phi = matrix.shape[0], precision.plain
    theta = matrix.T @ np.linalg.solve(matrix @ phi @ matrix.T, matrix)
    parts = theta @ phi @ precision.slopes @ phi
    traces = np.einsum("kaa->k", parts)
    a1 = float(traces @ precision.spread @ traces)
    a2 = float(np.einsum("kh,kab,hba->", precision.spread, parts, parts, optimize=True))
    if a2 <= 0 or a2 >= rank:
        # The covariance parameters say nothing, or too little: no scale and no df exist.
        return 1.0, np.inf if a2 <= 0 else 0.0
    b = (a1 + 6 * a2) / (2 * rank)
    g = ((rank + 1) * a1 - (rank + 4) * a2) / ((rank + 2) * a2)
    bottom = 3 * rank + 2 * (1 - g)
    if bottom <= 0:
        return 1.0, 0.0
    c1, c2, c3 = g / bottom, (rank - g) / bottom, (rank + 2 - g) / bottom
    if c2 * b >= 1 or c3 * b >= 1:
        # Too few participants for the approximation: its variance of F would be infinite.
        return 1.0, 0.0
    mean = 1 / (1 - a2 / rank)
    variance = 2 / rank * (1 + c1 * b) / ((1 - c2 * b) ** 2 * (1 - c3 * b))
    ratio = variance / (2 * mean**2)
    if rank * ratio == 1:
        return 1 / mean, np.inf
    df = 4 + (rank + 2) / (rank * ratio - 1)
    if df <= 2:
        return 1.0, 0.0
    return df / (mean * (df - 2)), df
