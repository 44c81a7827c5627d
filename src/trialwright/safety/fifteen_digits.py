"""Comparison of floating-point numbers at 15 significant digits.

2.1 is greater than 3 × 0.7 in binary arithmetic, so a value that lies exactly on a limit would be graded wrongly.
A decimal of at most 15 significant digits survives the way into binary and back (IEEE 754, DBL_DIG = 15).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Two numbers that agree at 15 significant digits differ by less than 1e-14 of the greater; all others need no rounding.
_NEAR = 1.1e-14


def compute_order(left: ArrayLike, right: ArrayLike) -> NDArray[np.int8]:
    """The order of two arrays at 15 significant digits: -1 less, 0 equal, 1 greater, 2 where either is missing.

    Parameters
    ----------
    left, right : array_like of float, shape (n,) or ()
        What is compared; NaN means missing.

    Returns
    -------
    ndarray of int8, shape (n,)

    >>> compute_order([3 * 0.7, 2.1, 2.2, float("nan")], [2.1, 2.2, 2.1, 1.0]).tolist()
    [0, -1, 1, 2]
    """
    a, b = np.broadcast_arrays(np.atleast_1d(np.asarray(left, float)), np.asarray(right, float))
    order = (a > b).astype(np.int8) - (a < b).astype(np.int8)
    order[np.isnan(a) | np.isnan(b)] = 2
    with np.errstate(invalid="ignore"):
        near = (a != b) & (np.abs(a - b) <= _NEAR * np.maximum(np.abs(a), np.abs(b)))
    for place in np.flatnonzero(near):
        x, y = round_to_15(float(a[place])), round_to_15(float(b[place]))
        order[place] = (x > y) - (x < y)
    return order


def round_to_15(number: float) -> float:
    """``number`` rounded to 15 significant digits, the even digit being taken at a tie.

    >>> round_to_15(3 * 0.7)
    2.1
    """
    return float(f"{number:.15g}")
