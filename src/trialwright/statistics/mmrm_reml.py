"""The restricted likelihood of a linear model with correlated visits, from sums over patterns of missingness.

Participants seen at the same visits form a pattern. All that the likelihood needs of their data is, for each pair of
visits, the sum of z z' with z = (design row, response); these sums are made once, and every evaluation afterwards is a
weighted sum of them: its cost does not grow with the number of participants.
"""

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trialwright.statistics.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Sums:
    """What the data say, by pattern.

    Parameters
    ----------
    seen : ndarray of bool, shape (patterns, visits)
        Which visits the participants of a pattern have.
    count : ndarray, shape (patterns,)
        Participants of each pattern.
    packed : ndarray, shape (patterns * pairs, packed squares)
        For each pattern and pair of visits a <= b the sum of z_a z_b' (+ its transpose for a < b), upper triangle.
    n_observations, n_participants, columns : int
        ``columns`` is the number of design columns; z has one more.
    """

    seen: NDArray[np.bool_]
    count: FloatArray
    packed: FloatArray
    n_observations: int
    n_participants: int
    columns: int

    @property
    def visits(self) -> int:
        """The number of visits."""
        return int(self.seen.shape[1])


@dataclass(frozen=True, slots=True)
class State:
    """The likelihood at one covariance matrix, and what is needed for its derivatives.

    ``inverse`` holds for each pattern the inverse of its part of sigma, zero at visits not seen; ``phi`` is the
    inverse of X'V^-1 X; ``slope`` is the derivative of -2 log L with respect to each element of sigma.
    """

    deviance: float
    beta: FloatArray
    phi: FloatArray
    inverse: FloatArray
    slope: FloatArray


def compute_sums(response: FloatArray, design: FloatArray, subject: FloatArray, visit: FloatArray, visits: int) -> Sums:
    """The sums by pattern; ``subject`` and ``visit`` are whole numbers from 0, rows complete, no visit twice."""
    n, p = int(subject.max()) + 1, design.shape[1]
    z = np.zeros((n, visits, p + 1))
    have = np.zeros((n, visits), dtype=bool)
    who, when = subject.astype(np.int64), visit.astype(np.int64)
    z[who, when, :p], z[who, when, p], have[who, when] = design, response, True
    patterns, member = np.unique(have, axis=0, return_inverse=True)
    rows, columns = _find_upper(visits)
    upper = _find_upper(p + 1)
    packed = np.zeros((patterns.shape[0], rows.size, upper[0].size))
    for index in range(patterns.shape[0]):
        block = z[member.ravel() == index]
        flat = block.reshape(block.shape[0], -1)
        gram = (flat.T @ flat).reshape(visits, p + 1, visits, p + 1).transpose(0, 2, 1, 3)
        both = (gram + gram.transpose(0, 1, 3, 2))[rows, columns]
        both[rows == columns] /= 2
        packed[index] = both[:, upper[0], upper[1]]
    count = np.bincount(member.ravel(), minlength=patterns.shape[0]).astype(np.float64)
    return Sums(patterns, count, packed.reshape(-1, upper[0].size), response.size, n, p)


def weigh(sums: Sums, weights: FloatArray) -> FloatArray:
    """sum over patterns and visits of weight_ab z_a z_b', shape (…, p + 1, p + 1).

    ``weights`` has shape (…, patterns, visits, visits); only its symmetric part counts.
    """
    rows, columns = _find_upper(sums.visits)
    symmetric = (weights + np.swapaxes(weights, -1, -2)) / 2
    flat = symmetric[..., rows, columns].reshape(*weights.shape[:-3], -1) @ sums.packed
    size = sums.columns + 1
    upper = _find_upper(size)
    result = np.zeros((*flat.shape[:-1], size, size))
    result[..., upper[0], upper[1]] = flat
    result[..., upper[1], upper[0]] = flat
    return result


def project(sums: Sums, kernel: FloatArray) -> FloatArray:
    """sum over participants of z_a' kernel z_b for each pattern and pair of visits, shape (patterns, visits, visits).

    ``kernel`` is symmetric, shape (p + 1, p + 1).
    """
    upper = _find_upper(sums.columns + 1)
    factor = np.where(upper[0] == upper[1], 1.0, 2.0) * kernel[upper]
    flat = (sums.packed @ factor).reshape(sums.seen.shape[0], -1)
    rows, columns = _find_upper(sums.visits)
    result = np.zeros((sums.seen.shape[0], sums.visits, sums.visits))
    half = np.where(rows == columns, 1.0, 0.5) * flat
    result[:, rows, columns] = half
    result[:, columns, rows] = half
    return result


def evaluate(sums: Sums, sigma: FloatArray) -> State | None:
    """The state at ``sigma``; None where it is not positive definite or the design is singular.

    Notes
    -----
    -2 log L = sum log|V_i| + log|X'V^-1 X| + r'V^-1 r + (N - p) log 2 pi, with the derivative with respect to V_i
    V^-1 - V^-1 (X Phi X' + r r') V^-1 (Patterson & Thompson 1971; Harville 1977).

    References
    ----------
    Equations (3) to (5) of mmrm.md.
    """
    p = sums.columns
    both = sums.seen[:, :, None] & sums.seen[:, None, :]
    padded = np.where(both, sigma, np.eye(sums.visits))
    signs, logs = np.linalg.slogdet(padded)
    if not np.isfinite(logs).all() or (signs <= 0).any():
        return None
    inverse = np.where(both, np.linalg.inv(padded), 0.0)
    total = weigh(sums, inverse)
    information = total[:p, :p]
    sign, log_information = np.linalg.slogdet(information)
    if sign <= 0 or not np.isfinite(log_information):
        return None
    phi: FloatArray = np.asarray(np.linalg.inv(information), dtype=np.float64)
    beta = phi @ total[:p, p]
    quadratic = float(total[p, p] - total[p, :p] @ beta)
    constant = (sums.n_observations - p) * np.log(2 * np.pi)
    deviance = float(sums.count @ logs) + float(log_information) + quadratic + constant
    middle = inverse @ project(sums, _build_kernel(phi, beta)) @ inverse
    slope = (sums.count[:, None, None] * inverse - middle).sum(axis=0)
    return State(deviance, beta, (phi + phi.T) / 2, inverse, slope)


def compute_information(
    sums: Sums, state: State, first: FloatArray, second: FloatArray, observed: bool = True
) -> FloatArray:
    """The information of the covariance parameters, shape (k, k): half the second derivative of -2 log L.

    Parameters
    ----------
    first, second : ndarray, shapes (k, visits, visits) and (k, k, visits, visits)
        Derivatives of sigma with respect to the parameters.
    observed : bool
        False gives the expected information instead.

    Notes
    -----
    With P = V^-1 - V^-1 X Phi X' V^-1: observed, -tr(P E_k P E_h) + 2 y'P E_k P E_h P y over 2; expected, its first
    term with the sign changed.

    References
    ----------
    Equation (6) of mmrm.md.
    """
    p, w = sums.columns, state.inverse
    moved = w @ first[:, None]
    flat = (moved * np.sqrt(sums.count)[:, None, None]).reshape(first.shape[0], -1)
    turned_over = np.swapaxes(moved * np.sqrt(sums.count)[:, None, None], -1, -2).reshape(first.shape[0], -1)
    sandwich = weigh(sums, moved @ w)
    full = np.zeros((p + 1, p + 1))
    full[:p, :p] = state.phi
    slopes = (state.phi @ sandwich[:, :p, :p]).reshape(first.shape[0], -1)
    backwards = np.swapaxes(state.phi @ sandwich[:, :p, :p], -1, -2).reshape(first.shape[0], -1)
    trace = flat @ turned_over.T - 2 * _pair(first, w, w @ project(sums, full) @ w) + slopes @ backwards.T
    if not observed:
        return np.asarray((trace + trace.T) / 4)
    contrast = np.append(-state.beta, 1.0)
    square = _pair(first, w, w @ project(sums, np.outer(contrast, contrast)) @ w)
    ends = (sandwich @ contrast)[:, :p]
    square = square - ends @ state.phi @ ends.T
    curvature = np.tensordot(second, state.slope, axes=2)
    result = (-trace + 2 * square + curvature) / 2
    return np.asarray((result + result.T) / 2)


def _pair(first: FloatArray, inverse: FloatArray, middle: FloatArray) -> FloatArray:
    """sum over patterns of tr(E_k W E_h M) for each pair of derivatives, shape (k, k)."""
    size, visits = first.shape[0], first.shape[1]
    tensor = np.tensordot(inverse, middle, axes=(0, 0)).transpose(3, 0, 1, 2)
    square = tensor.reshape(visits * visits, visits * visits)
    return np.asarray(first.reshape(size, -1) @ square @ first.reshape(size, -1).T)


@functools.lru_cache(maxsize=64)
def _find_upper(size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row and column indices of the upper triangle; kept, for every evaluation needs them."""
    rows, columns = np.triu_indices(size)
    return rows.astype(np.int64), columns.astype(np.int64)


def _build_kernel(phi: FloatArray, beta: FloatArray) -> FloatArray:
    """The matrix K with z'Kz = x'Phi x + r^2."""
    contrast = np.append(-beta, 1.0)
    kernel = np.outer(contrast, contrast)
    kernel[:-1, :-1] += phi
    return kernel
