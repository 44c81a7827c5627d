"""The arrays that one fit of an MMRM of simulated trials fills, opened once for all of them."""

from typing import NamedTuple

import numpy as np

from trialwright.statistics.arrays import FloatArray, IntArray


class Room(NamedTuple):
    """Arrays that are filled again for each fit; k elements of sigma, in the order of ``pairs``.

    Parameters
    ----------
    sigma, slope, move, kept, before, scratch, half : ndarray, shape (visits, visits)
        The covariance, the slope of -2 log L in it, the step proposed, two earlier places, and scratch.
    w, pull : ndarray, shape (patterns, visits, visits)
        Inverses (zero where not seen), and what a pattern pulls at sigma.
    root, inverse : ndarray, shape (2, visits, visits)
        By arm K, lower triangular, and B = K'K.
    u, white, beta : ndarray, shape (2, visits)
        B c, K c, and the means (minus ``centre``).
    scalar : ndarray, shape (2,)
        The slope of the covariate and 1 / schur; both 0 without one.
    pairs, place : ndarray of int, shapes (k, 2) and (visits, visits)
        Row and column of each element, and the element at a row and column.
    share : ndarray, shape (k,)
        1 / 2 on the diagonal, 1 beside it.
    spread, information, tensor : ndarray, shape (k, k)
        Covariance and information of the elements, and scratch.
    arms, cross, corner : ndarray, shapes (2, visits, visits, k), (2, visits, k), (k,)
        Derivatives of X'V^-1 X: by arm K S K', arm and covariate K s, covariate.
    ends, last : ndarray, shapes (2, visits, k), (k,)
        K X'W E W r by arm, and the same of the covariate, with r the residuals.
    features : ndarray, shape (…, k)
        Columns whose products are what the estimated coefficients take from the information.
    """

    sigma: FloatArray
    slope: FloatArray
    move: FloatArray
    kept: FloatArray
    before: FloatArray
    scratch: FloatArray
    half: FloatArray
    w: FloatArray
    pull: FloatArray
    root: FloatArray
    inverse: FloatArray
    u: FloatArray
    white: FloatArray
    beta: FloatArray
    scalar: FloatArray
    pairs: IntArray
    place: IntArray
    share: FloatArray
    spread: FloatArray
    information: FloatArray
    tensor: FloatArray
    arms: FloatArray
    cross: FloatArray
    corner: FloatArray
    ends: FloatArray
    last: FloatArray
    features: FloatArray


def open_room(n: int, v: int) -> Room:
    """The arrays for fits of up to ``n`` participants and ``v`` visits, filled with zeros."""
    pairs = np.array([(a, b) for a in range(v) for b in range(a + 1)], dtype=np.int64).reshape(-1, 2)
    k = len(pairs)
    place = np.zeros((v, v), dtype=np.int64)
    place[pairs[:, 0], pairs[:, 1]] = place[pairs[:, 1], pairs[:, 0]] = np.arange(k)
    shapes: list[tuple[int, ...]] = [(v, v)] * 7 + [(n, v, v)] * 2 + [(2, v, v)] * 2 + [(2, v)] * 3 + [(2,)]
    shapes += [(k, k)] * 3 + [(2, v, v, k), (2, v, k), (k,), (2, v, k), (k,), (2 * k + 4 * v + 2, k)]
    share = np.where(pairs[:, 0] == pairs[:, 1], 0.5, 1.0)
    names: list[str] = [name for name in Room._fields if name not in ("pairs", "place", "share")]
    parts = {name: np.zeros(shape) for name, shape in zip(names, shapes, strict=True)}
    return Room(pairs=pairs, place=place, share=share, **parts)
