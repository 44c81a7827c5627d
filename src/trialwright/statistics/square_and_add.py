"""Limits of a difference of two independent estimates from the limits of each: square and add (MOVER)."""

import numpy as np

from trialwright.statistics.arrays import FloatArray

Limits = tuple[FloatArray | float, FloatArray | float, FloatArray | float]


def compute_limits(one: Limits, other: Limits) -> tuple[FloatArray, FloatArray]:
    """Lower and upper limit of ``one`` minus ``other``, each given as (estimate, lower limit, upper limit).

    The distance of each limit from its estimate stands for z times the standard error on that side, so skewed intervals
    give a skewed interval of the difference. Numbers or arrays that broadcast.

    Equation (5) of aalen_johansen.md; Newcombe 1998, Statistics in Medicine 17:873, method 10 with Wilson's limits;
    Zou & Donner 2008, Statistics in Medicine 27:1693 for any two.
    """
    (value1, low1, high1), (value0, low0, high0) = (tuple(map(np.asarray, part)) for part in (one, other))
    low = value1 - value0 - np.hypot(value1 - low1, high0 - value0)
    high = value1 - value0 + np.hypot(high1 - value1, value0 - low0)
    return low, high
