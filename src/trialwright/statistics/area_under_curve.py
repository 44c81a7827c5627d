"""The area under a participant's course of values, by trapezoids."""

import numpy as np
from numpy.typing import ArrayLike

from trialwright.statistics.arrays import as_floats


def compute_trapezoid(times: ArrayLike, values: ArrayLike, start: float, end: float) -> float | None:
    """The area from ``start`` to ``end``; None where the course does not reach both.

    Parameters
    ----------
    times, values : array_like, shape (n,)
        Order does not matter. NaN in either means missing: the point is left out and its neighbours are joined.
    start, end : float
        There must be a value at or before ``start`` and one at or after ``end``; between points the course is a line.

    Returns
    -------
    float or None
        Unit of the values times unit of the time; None where the course does not reach from ``start`` to ``end`` or has
        fewer than two points.

    Raises
    ------
    ValueError
        When there are two values at one time.

    References
    ----------
    Equations (1) and (2) of area_under_curve.md.
    Matthews, Altman, Campbell & Royston 1990, British Medical Journal 300:230.

    Examples
    --------
    >>> compute_trapezoid([0, 10, 28], [1.0, 2.0, 2.0], 0, 28)
    51.0
    """
    when, what = as_floats(times), as_floats(values)
    keep = np.isfinite(when) & np.isfinite(what)
    when, what = when[keep], what[keep]
    if when.size < 2 or not end > start or when.min() > start or when.max() < end:
        return None
    order = np.argsort(when, kind="stable")
    when, what = when[order], what[order]
    if (np.diff(when) == 0).any():
        raise ValueError("two values at one time")
    inside = (when > start) & (when < end)
    x = np.concatenate(([start], when[inside], [end]))
    y = np.interp(x, when, what)
    return float(((y[1:] + y[:-1]) / 2 * np.diff(x)).sum())
