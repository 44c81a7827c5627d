"""Covariance structures of repeated measures, each in two sets of parameters.

``build_free`` takes parameters that may be any real numbers (for the optimiser); ``build_natural`` takes the parameters
that tables print (variances, covariances, correlations), in which the Kenward-Roger adjustment is defined. Both accept
complex numbers, so a derivative is one complex step: exact to rounding, without differences.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from trialwright.statistics.arrays import FloatArray

Structure = Literal["unstructured", "toeplitz", "toeplitz_h", "ar1", "ar1_h", "cs", "cs_h"]
STRUCTURES: tuple[Structure, ...] = ("unstructured", "toeplitz", "toeplitz_h", "ar1", "ar1_h", "cs", "cs_h")
Numbers = NDArray[Any]

_STEP = 1e-30
_SHIFT = 1e-5


@dataclass(frozen=True, slots=True)
class Covariance:
    """One structure over a number of visits; ``_h`` means a variance of its own for each visit."""

    structure: Structure
    visits: int

    @property
    def size(self) -> int:
        """The number of parameters."""
        variances = self.visits if self.structure.endswith("_h") else 1
        if self.structure == "unstructured":
            return self.visits * (self.visits + 1) // 2
        if self.visits == 1:
            return 1
        return variances + (self.visits - 1 if self.structure.startswith("toeplitz") else 1)

    def start(self, variances: FloatArray) -> FloatArray:
        """Free parameters of uncorrelated visits with these variances."""
        logs = np.log(variances) / 2
        if self.structure == "unstructured":
            free = np.zeros(self.size)
            free[_diagonal_places(self.visits)] = logs
            return free
        scale = logs if self.structure.endswith("_h") else np.array([np.log(variances.mean()) / 2])
        rest = np.zeros(self.size - scale.size)
        if self.structure.startswith("cs") and rest.size:
            rest[:] = np.log(1 / (self.visits - 1) + 0.1) - np.log(0.9)
        return np.concatenate((scale, rest))

    def approach(self, sigma: FloatArray) -> FloatArray:
        """A positive definite matrix of this structure near ``sigma``: variances and correlations are averaged."""
        if self.structure == "unstructured":
            return sigma
        t = self.visits
        variances = np.diag(sigma) if self.structure.endswith("_h") else np.full(t, float(np.diag(sigma).mean()))
        sd = np.sqrt(np.diag(sigma))
        correlation = sigma / np.outer(sd, sd)
        lags = np.abs(np.subtract.outer(np.arange(t), np.arange(t)))
        by_lag = np.array([float(correlation[lags == lag].mean()) for lag in range(t)])
        if self.structure.startswith("cs") and t > 1:
            by_lag[1:] = float(correlation[lags > 0].mean())
        elif self.structure.startswith("ar1") and t > 1:
            by_lag = np.clip(by_lag[1], -0.95, 0.95) ** np.arange(t)
        outer = np.sqrt(np.outer(variances, variances))
        for share in (1.0, 0.7, 0.4, 0.1):
            near = np.where(lags == 0, 1.0, share * by_lag[lags])
            if self.structure.startswith("ar1"):
                near = np.asarray((share * by_lag[1 % t]) ** lags)
            if is_positive_definite(near):
                return np.asarray(outer * near)
        return np.asarray(outer * np.eye(t))

    def build_free(self, free: Numbers) -> Numbers:
        """The covariance matrix, shape (…, visits, visits), of free parameters, shape (…, size)."""
        if self.structure == "unstructured":
            return _build_cholesky(free, self.visits)
        scales = self.visits if self.structure.endswith("_h") else 1
        sd = np.exp(free[..., :scales]) * np.ones(self.visits)
        return sd[..., :, None] * sd[..., None, :] * self._correlate(free[..., scales:])

    def build_natural(self, natural: Numbers) -> Numbers:
        """The covariance matrix of natural parameters.

        unstructured: the elements, row by row of the lower triangle; toeplitz: the covariances by lag; cs: the
        covariance and what each variance has above it; ar1: variance and correlation; heterogeneous ones: the
        variances and then the correlations.

        Equation (2) of mmrm.md.
        """
        t = self.visits
        if self.structure == "unstructured":
            rows, columns = np.tril_indices(t)
            matrix = np.zeros((*natural.shape[:-1], t, t), dtype=natural.dtype)
            matrix[..., rows, columns] = natural
            matrix[..., columns, rows] = natural
            return matrix
        lags = np.abs(np.subtract.outer(np.arange(t), np.arange(t)))
        if self.structure == "toeplitz":
            return np.asarray(natural[..., lags])
        if self.structure == "cs":
            level = natural[..., 0, None, None] * np.ones((t, t))
            return np.asarray(level + natural[..., -1, None, None] * np.eye(t)) if t > 1 else np.asarray(level)
        variances = natural[..., : t if self.structure.endswith("_h") else 1] * np.ones(t)
        sd = np.sqrt(variances)
        rho = natural[..., (t if self.structure.endswith("_h") else 1) :]
        return np.asarray(sd[..., :, None] * sd[..., None, :] * _spread(rho, lags, self.structure))

    def to_natural(self, sigma: FloatArray) -> FloatArray:
        """The natural parameters of a matrix that has this structure."""
        t = self.visits
        if self.structure == "unstructured":
            return np.asarray(sigma[np.tril_indices(t)])
        if self.structure == "toeplitz":
            return np.asarray(sigma[0])
        if self.structure == "cs":
            return np.array([sigma[0, 1], sigma[0, 0] - sigma[0, 1]]) if t > 1 else np.asarray(sigma[0])
        sd = np.sqrt(np.diag(sigma))
        rho = (sigma / np.outer(sd, sd))[0, 1 : (t if self.structure == "toeplitz_h" else 2)]
        return np.concatenate((sd**2 if self.structure.endswith("_h") else sd[:1] ** 2, rho))

    def differentiate_free(self, free: FloatArray) -> FloatArray:
        """The derivative of the matrix with respect to each free parameter, shape (size, visits, visits)."""
        return np.asarray(self.build_free(free + 1j * _STEP * np.eye(self.size)).imag / _STEP)

    def differentiate(self, natural: FloatArray) -> tuple[FloatArray, FloatArray]:
        """First and second derivatives of the matrix with respect to the natural parameters.

        Shapes (size, visits, visits) and (size, size, visits, visits); the second is zero where the structure is
        linear in its natural parameters.
        """
        k = self.size
        steps = 1j * _STEP * np.eye(k)
        first = np.asarray(self.build_natural(natural + steps).imag / _STEP)
        second = np.zeros((k, k, self.visits, self.visits))
        if self.structure in ("unstructured", "toeplitz", "cs") or self.visits == 1:
            return first, second
        shift = _SHIFT * np.maximum(np.abs(natural), 0.1)
        for h in range(k):
            move = np.zeros(k)
            move[h] = shift[h]
            up, down = (self.build_natural(natural + sign * move + steps).imag / _STEP for sign in (1, -1))
            second[:, h] = (up - down) / (2 * shift[h])
        return first, (second + second.transpose(1, 0, 2, 3)) / 2

    def _correlate(self, free: Numbers) -> Numbers:
        t = self.visits
        if t == 1:
            return np.ones((*free.shape[:-1], 1, 1))
        lags = np.abs(np.subtract.outer(np.arange(t), np.arange(t)))
        if self.structure.startswith("toeplitz"):
            return _spread(_from_partial(np.tanh(free)), lags, self.structure)
        if self.structure.startswith("cs"):
            low = -1 / (t - 1)
            return _spread(low + (1 - low) / (1 + np.exp(-free)), lags, self.structure)
        return _spread(np.tanh(free), lags, self.structure)


def is_positive_definite(sigma: FloatArray) -> bool:
    """Whether the matrix is positive definite, with room for rounding."""
    scale = np.sqrt(np.maximum(np.diag(sigma), 1e-300))
    if not np.isfinite(sigma / np.outer(scale, scale)).all():
        return False
    return bool(linalg.eigvalsh(sigma / np.outer(scale, scale))[0] > 1e-10)


def _spread(rho: Numbers, lags: NDArray[np.int64], structure: Structure) -> Numbers:
    """The correlation matrix of one correlation (cs, ar1) or of one a lag (toeplitz)."""
    if lags.shape[0] == 1:
        return np.ones((*rho.shape[:-1], 1, 1))
    if structure.startswith("ar1"):
        return np.asarray(rho[..., 0, None, None] ** lags)
    if structure.startswith("cs"):
        return np.asarray(np.where(lags == 0, 1.0, rho[..., 0, None, None]))
    return np.asarray(np.concatenate((np.ones_like(rho[..., :1]), rho), axis=-1)[..., lags])


def _from_partial(partial: Numbers) -> Numbers:
    """Autocorrelations by lag from partial ones (Durbin-Levinson): every choice in (-1, 1) is positive definite."""
    rho: list[Numbers] = []
    weights: list[Numbers] = []
    error = np.ones_like(partial[..., 0])
    for lag in range(partial.shape[-1]):
        new = partial[..., lag]
        predicted = sum((w * rho[lag - 1 - i] for i, w in enumerate(weights)), np.zeros_like(error))
        rho.append(predicted + new * error)
        weights = [w - new * weights[lag - 1 - i] for i, w in enumerate(weights)] + [new]
        error = error * (1 - new * new)
    return np.stack(rho, axis=-1)


def _diagonal_places(visits: int) -> NDArray[np.int64]:
    return np.cumsum(np.arange(1, visits + 1)) - 1


def _build_cholesky(free: Numbers, visits: int) -> Numbers:
    """L L' with logarithms on the diagonal of L; off-diagonal elements are relative to their row's diagonal."""
    rows, columns = np.tril_indices(visits)
    lower = np.zeros((*free.shape[:-1], visits, visits), dtype=free.dtype)
    lower[..., rows, columns] = free
    steps = np.arange(visits)
    sd = np.exp(lower[..., steps, steps])
    lower[..., steps, steps] = 1.0
    lower = lower * sd[..., :, None]
    return np.asarray(lower @ np.swapaxes(lower, -1, -2))
