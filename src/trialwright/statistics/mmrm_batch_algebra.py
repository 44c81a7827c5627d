"""Matrix steps of the size visits x visits that the compiled MMRM is made of: sandwich, inverse, step. Compiled."""

import numpy as np
from numba import njit

from trialwright.statistics.arrays import FloatArray

# Sums may be taken in any order, which lets the processor do several at once; NaN still counts.
FAST = {"reassoc", "contract", "nsz"}


@njit(nogil=True, error_model="numpy")
def go(sigma: FloatArray, origin: FloatArray, move: FloatArray, step: float) -> None:
    for a in range(sigma.shape[0]):
        for b in range(sigma.shape[0]):
            sigma[a, b] = origin[a, b] - step * move[a, b]


@njit(nogil=True, error_model="numpy")
def sandwich(left: FloatArray, middle: FloatArray, half: FloatArray, out: FloatArray) -> None:
    """left middle left of two symmetric matrices; ``half`` is scratch."""
    size = left.shape[0]
    for i in range(size):
        for j in range(size):
            total = 0.0
            for c in range(size):
                total += left[i, c] * middle[j, c]
            half[i, j] = total
    for i in range(size):
        for j in range(i + 1):
            total = 0.0
            for c in range(size):
                total += half[i, c] * left[j, c]
            out[i, j] = out[j, i] = total


@njit(nogil=True, error_model="numpy", fastmath=FAST)
def invert(matrix: FloatArray, keep: FloatArray, root: FloatArray, out: FloatArray) -> bool:
    """K lower triangular and K'K, the inverse of the rows and columns in ``keep``; False if not positive definite.

    Zero where not kept. ``root`` is filled up to the diagonal.
    """
    size = matrix.shape[0]
    line = np.empty(size)
    for i in range(size):
        for j in range(size):
            out[i, j] = 0.0
        for j in range(i + 1):
            root[i, j] = 0.0
        if keep[i] == 0.0:
            continue
        for j in range(i + 1):
            if keep[j] == 0.0:
                continue
            total = matrix[i, j]
            for k in range(j):
                total -= root[i, k] * root[j, k]
            if i == j:
                if not total > 1e-12 * matrix[i, i]:
                    return False
                root[i, i] = 1.0 / np.sqrt(total)
            else:
                root[i, j] = total * root[j, j]
    # The diagonal holds its inverse; now the inverse of the rest, row by row.
    for i in range(size):
        for j in range(i):
            line[j] = 0.0
        for k in range(i):
            value = root[i, k]
            for j in range(k + 1):
                line[j] -= value * root[k, j]
        for j in range(i):
            root[i, j] = line[j] * root[i, i]
    for k in range(size):
        for i in range(k + 1):
            value = root[k, i]
            for j in range(i + 1):
                out[i, j] += value * root[k, j]
    for i in range(size):
        for j in range(i):
            out[j, i] = out[i, j]
    return True
