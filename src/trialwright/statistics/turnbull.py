"""The survival curve of interval-censored times (Turnbull): the event is known to lie in (left, right].

The curve is determined only outside of a few short intervals; inside one, where its mass lies is not known. So a value
at a time is a pair: the lowest and the highest that the data allow.
"""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from trialwright.statistics.arrays import FloatArray, drop_incomplete

_ROUNDS, _TOLERANCE = 20_000, 1e-10


@dataclass(frozen=True, slots=True)
class TurnbullCurve:
    """The nonparametric maximum likelihood estimate.

    Parameters
    ----------
    left, right, mass : ndarray, shape (k,)
        The intervals (left, right] that carry probability, and how much; ``right`` is infinite for "not yet".
        Where left equals right the event is known to the point.
    n : int
        Participants.
    log_likelihood : float or None
    method : str
    warnings : tuple of str
    """

    left: FloatArray
    right: FloatArray
    mass: FloatArray
    n: int
    log_likelihood: float | None
    method: str
    warnings: tuple[str, ...] = ()

    def survival(self, time: float) -> tuple[float, float] | None:
        """The least and the greatest probability of no event by ``time``; None without an estimate.

        Equation (4) of turnbull.md.
        """
        if self.n == 0:
            return None
        surely_before = float(self.mass[self.right <= time].sum())
        perhaps = float(self.mass[(self.left < time) & (self.right > time)].sum())
        return max(0.0, 1 - surely_before - perhaps), max(0.0, 1 - surely_before)

    def quantile(self, probability: float = 0.5) -> tuple[float, float | None] | None:
        """The interval in which ``probability`` have had the event; the end is None when it is not reached.

        Equation (5) of turnbull.md.
        """
        if self.n == 0:
            return None
        place = int(np.searchsorted(np.cumsum(self.mass), probability - 1e-12))
        place = min(place, self.mass.size - 1)
        right = float(self.right[place])
        return float(self.left[place]), right if np.isfinite(right) else None


def estimate(left: ArrayLike, right: ArrayLike) -> TurnbullCurve:
    """The curve.

    Parameters
    ----------
    left : array_like, shape (n,)
        Last time without the event (0 when never seen without).
    right : array_like, shape (n,)
        First time with the event; infinite when it was not seen. Equal to ``left`` for an exact time. A row in which
        either is NaN is left out.

    Returns
    -------
    TurnbullCurve
        Intervals with their masses; empty with a warning where an end is impossible.

    Raises
    ------
    ValueError
        When the ends differ in length.

    Notes
    -----
    Candidate intervals run from a left end to the next right end with no end between them (Turnbull 1976; Peto 1973);
    the masses are found by the self-consistency algorithm with squared extrapolation and are accepted when no
    derivative of the log-likelihood exceeds n by more than 1e-6 relative (Kuhn-Tucker).

    References
    ----------
    Equations (1) to (3) of turnbull.md.
    Peto 1973, Applied Statistics 22:86; Turnbull 1976, Journal of the Royal Statistical Society B 38:290; Varadhan &
    Roland 2008, Scandinavian Journal of Statistics 35:335.

    Examples
    --------
    >>> curve = estimate([0, 3, 6, 0], [6, 10, np.inf, 3])
    >>> [round(value, 3) for value in curve.survival(6)]
    [0.5, 0.5]
    """
    method = "turnbull.estimate"
    (low, high), warnings = drop_incomplete(left, right)
    wrong = ""
    if low.size == 0:
        wrong = "no participants"
    elif (low < 0).any() or np.isinf(low).any():
        wrong = "a left end is negative or infinite"
    elif (high < low).any():
        wrong = "a right end lies before its left end"
    if wrong:
        return TurnbullCurve(*(np.zeros(0),) * 3, 0, None, method, (*warnings, wrong))
    starts, ends = find_candidates(low, high)
    exact = low == high
    inside = (starts[None, :] >= low[:, None]) & (ends[None, :] <= high[:, None])
    # An exact time is the point interval at it; (left, right] does not hold the point at left.
    point = starts == ends
    inside &= ~(~exact[:, None] & point[None, :] & (starts[None, :] == low[:, None]))
    mass, settled = _find_masses(inside.astype(np.float64))
    if not settled:
        warnings = (*warnings, "the masses have not settled")
    keep = mass > 1e-9
    value = float(np.log(inside @ mass).sum())
    return TurnbullCurve(starts[keep], ends[keep], mass[keep] / mass[keep].sum(), low.size, value, method, warnings)


def find_candidates(low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The innermost intervals: a left end followed, among all ends in order, by a right end.

    Equation (1) of turnbull.md.
    """
    exact = low == high
    # Kinds at one time in order: right ends (closed), left end of a point, right end of a point, left ends (open).
    ends = [(float(t), 0, "R") for t in high[~exact]] + [(float(t), 3, "L") for t in low[~exact]]
    ends += [(float(t), 1, "L") for t in low[exact]] + [(float(t), 2, "R") for t in low[exact]]
    ends.sort()
    pairs = [
        (first[0], second[0]) for first, second in itertools.pairwise(ends) if first[2] == "L" and second[2] == "R"
    ]
    unique = sorted(set(pairs))
    return np.array([pair[0] for pair in unique]), np.array([pair[1] for pair in unique])


def _find_masses(inside: FloatArray) -> tuple[FloatArray, bool]:
    """Masses by self-consistency, sped up by squared extrapolation (Varadhan & Roland 2008)."""
    n, k = inside.shape
    mass = np.full(k, 1 / k)

    def improve(at: FloatArray) -> FloatArray:
        return np.asarray(at * (inside / (inside @ at)[:, None]).mean(axis=0))

    for _ in range(_ROUNDS):
        one = improve(mass)
        two = improve(one)
        first, second = one - mass, two - one - (one - mass)
        size = float(np.abs(second).max())
        jumped = two
        if size > 0:
            step = -np.sqrt(float(first @ first) / max(float(second @ second), 1e-300))
            tried = mass - 2 * step * first + step**2 * second
            if (tried > 0).all():
                tried = improve(tried / tried.sum())
                if np.log(inside @ tried).sum() >= np.log(inside @ two).sum():
                    jumped = tried
        moved = float(np.abs(jumped - mass).max())
        mass = jumped / jumped.sum()
        slope = (inside / (inside @ mass)[:, None]).sum(axis=0)
        if moved < _TOLERANCE and slope.max() <= n * (1 + 1e-6):
            return mass, True
    return mass, bool(slope.max() <= n * (1 + 1e-6))
