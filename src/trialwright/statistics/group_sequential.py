"""Group-sequential designs: boundaries by alpha spending, their power and expected size.

Lan & DeMets' error spending with the exact joint distribution of the statistics, by recursive numerical integration
(Armitage, McPherson & Rowe 1969; Jennison & Turnbull 2000, chapter 19): Gauss-Legendre nodes on each continuation
region, accurate to about ten digits.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special
from scipy.optimize import brentq

from trialwright.statistics.arrays import FloatArray

Spending = Literal["obrien-fleming", "pocock", "hwang-shih-decani", "power"]
_NODES, _FAR = 240, 9.0


@dataclass(frozen=True, slots=True)
class Design:
    """Boundaries of a group-sequential design.

    Parameters
    ----------
    fractions : tuple of float
        Information fractions of the looks, ascending to 1.
    upper : tuple of float
        Reject at a look when z is at least this (for two sides: when |z| is).
    spent : tuple of float
        Type I error spent up to and including each look, all sides together.
    alpha : float
        Total type I error, all sides together.
    sides : int
        1 or 2.
    method : str
        ``group_sequential.compute_bounds`` with the spending function.
    """

    fractions: tuple[float, ...]
    upper: tuple[float, ...]
    spent: tuple[float, ...]
    alpha: float
    sides: int
    method: str


@dataclass(frozen=True, slots=True)
class Exits:
    """What a design does at one drift (the mean of the final z).

    ``reject_at`` is the probability of rejecting first at each look (any side); ``power`` that of rejecting at all on
    the upper side; ``information`` the expected fraction.
    """

    drift: float
    reject_at: tuple[float, ...]
    power: float
    information: float


def compute_spent(
    fractions: Sequence[float], alpha: float, spending: Spending = "obrien-fleming", shape: float = 1.0
) -> tuple[float, ...]:
    """Type I error spent by each information fraction.

    Parameters
    ----------
    spending : str
        ``obrien-fleming``: 2 (1 - Phi(z_(a/2) / sqrt t)); ``pocock``: a ln(1 + (e - 1) t) (Lan & DeMets 1983);
        ``hwang-shih-decani``: a (1 - e^(-g t)) / (1 - e^(-g)); ``power``: a t^g.
    shape : float
        g of the last two.
    fractions : sequence of float
        Information fractions of the looks, ascending, the last one 1.
    alpha : float
        Error to be spent in all.

    Returns
    -------
    tuple of float
        One a look; the last is ``alpha``.

    Raises
    ------
    ValueError
        When there is no such spending function.

    References
    ----------
    Equations (1) to (4) of group_sequential.md.
    Lan & DeMets 1983, Biometrika 70:659; Hwang, Shih & De Cani 1990, Statistics in Medicine 9:1439; Kim & DeMets 1987,
    Biometrika 74:149 (power family).

    Examples
    --------
    >>> [round(a, 5) for a in compute_spent([0.5, 1.0], 0.025)]
    [0.00153, 0.025]
    """
    t = np.minimum(np.asarray(fractions, dtype=np.float64), 1.0)
    if spending == "obrien-fleming":
        spent = 2 * special.ndtr(special.ndtri(alpha / 2) / np.sqrt(t))
    elif spending == "pocock":
        spent = alpha * np.log1p((np.e - 1) * t)
    elif spending == "hwang-shih-decani":
        spent = alpha * t if shape == 0 else alpha * np.expm1(-shape * t) / np.expm1(-shape)
    elif spending == "power":
        spent = alpha * t**shape
    else:
        raise ValueError(f"no such spending function: {spending!r}")
    return tuple(float(value) for value in spent)


def compute_bounds(
    fractions: Sequence[float],
    alpha: float = 0.025,
    spending: Spending = "obrien-fleming",
    shape: float = 1.0,
    sides: int = 1,
) -> Design:
    """The design whose looks spend ``alpha`` as the spending function says.

    Parameters
    ----------
    fractions : sequence of float
        Information fractions of the looks, ascending, the last one 1.
    alpha : float
        Total type I error; for two sides each side spends half of it.
    spending, shape
        As ``compute_spent``.
    sides : int
        1 or 2 (symmetric).

    Returns
    -------
    Design
        Bounds on the scale of z, one a look.

    Raises
    ------
    ValueError
        When the fractions do not ascend to 1, ``sides`` is neither 1 nor 2, or ``alpha`` is no probability.

    References
    ----------
    Equations (1) to (6) of group_sequential.md.
    Lan & DeMets 1983, Biometrika 70:659; Jennison & Turnbull 2000, chapters 7 and 19; Armitage, McPherson & Rowe 1969,
    Journal of the Royal Statistical Society A 132:235.

    Examples
    --------
    >>> [round(z, 3) for z in compute_bounds([0.5, 1.0]).upper]
    [2.963, 1.969]
    """
    looks = tuple(float(t) for t in fractions)
    if not looks or looks[0] <= 0 or abs(looks[-1] - 1) > 1e-12 or any(np.diff(looks) <= 0):
        raise ValueError("information fractions ascend from above 0 to 1")
    if sides not in (1, 2) or not 0 < alpha < 1:
        raise ValueError("sides is 1 or 2 and alpha lies between 0 and 1")
    one_side = tuple(value for value in compute_spent(looks, alpha / sides, spending, shape))
    upper: list[float] = []
    state = None
    for look, increment in enumerate(np.diff((0.0, *one_side))):
        step = _Step(looks, look, 0.0, sides, state)
        upper.append(step.find_bound(float(increment)))
        state = step.go_on(upper[-1])
    method = f"group_sequential.compute_bounds:{spending}" + (f",{shape:g}" if spending[0] in "hp" else "")
    method = method.removesuffix(f",{shape:g}") if spending == "pocock" else method
    return Design(looks, tuple(upper), tuple(sides * value for value in one_side), alpha, sides, method)


def compute_exits(design: Design, drift: float) -> Exits:
    """Probabilities of rejecting at each look when the final z has mean ``drift`` and variance 1.

    Parameters
    ----------
    design : Design
        As ``compute_bounds`` gives it.
    drift : float
        Mean of the final z.

    Returns
    -------
    Exits
        Probabilities at each look, the power and the expected information fraction. Nothing is refused.

    References
    ----------
    Equations (5) and (7) of group_sequential.md.
    Jennison & Turnbull 2000, chapter 19.

    Examples
    --------
    >>> round(compute_exits(compute_bounds([0.5, 1.0]), 3.25).power, 4)
    0.9005
    """
    state, chances, power = None, [], 0.0
    for look, bound in enumerate(design.upper):
        step = _Step(design.fractions, look, drift, design.sides, state)
        up, down = step.reject(bound)
        chances.append(up + down)
        power += up
        state = step.go_on(bound)
    information = sum(c * t for c, t in zip(chances, design.fractions, strict=True)) + (1 - sum(chances))
    return Exits(drift, tuple(chances), power, float(information))


def compute_drift(design: Design, power: float) -> float:
    """The mean of the final z at which the design has ``power``.

    Squared and divided by (z_alpha + z_beta)^2 it is the factor by which the largest sample size grows.

    Parameters
    ----------
    design : Design
        As ``compute_bounds`` gives it.
    power : float
        Wanted probability of rejecting on the upper side.

    Returns
    -------
    float
        On the scale of the final z.

    Raises
    ------
    ValueError
        When ``power`` does not lie between the error of one side and 1.

    References
    ----------
    Equation (7) of group_sequential.md.
    Jennison & Turnbull 2000, chapters 7 and 19.

    Examples
    --------
    >>> round(compute_drift(compute_bounds([0.5, 1.0]), 0.9), 4)
    3.2471
    """
    if not design.alpha / design.sides < power < 1:
        raise ValueError("power lies between the error of one side and 1")
    return float(brentq(lambda drift: compute_exits(design, drift).power - power, 0.0, 20.0, xtol=1e-10))


def compute_inflation(design: Design, power: float) -> float:
    """Largest sample size of the design over that of the fixed design with the same error and power.

    Parameters
    ----------
    design : Design
        As ``compute_bounds`` gives it.
    power : float
        Wanted probability of rejecting on the upper side.

    Returns
    -------
    float
        A factor, at least 1.

    Raises
    ------
    ValueError
        As ``compute_drift``.

    References
    ----------
    Equation (8) of group_sequential.md.
    Jennison & Turnbull 2000, chapter 7.

    Examples
    --------
    >>> round(compute_inflation(compute_bounds([0.5, 1.0]), 0.8), 4)
    1.0037
    """
    fixed = float(special.ndtri(1 - design.alpha / design.sides) + special.ndtri(power))
    return (compute_drift(design, power) / fixed) ** 2


@dataclass(frozen=True, slots=True)
class _State:
    """Where a trial that goes on can be: nodes of the score, and density times weight there."""

    nodes: FloatArray
    mass: FloatArray


@dataclass(frozen=True, slots=True)
class _Step:
    """One look: from the state after the look before (None at the first) to the statistic of this one."""

    fractions: tuple[float, ...]
    look: int
    drift: float
    sides: int
    state: _State | None

    def _tail(self, edge: float) -> float:
        """P(score of this look is beyond ``edge`` on the upper side, not stopped before)."""
        t = self.fractions[self.look]
        if self.state is None:
            return float(special.ndtr((self.drift * t - edge) / np.sqrt(t)))
        gap = t - self.fractions[self.look - 1]
        return float(self.state.mass @ special.ndtr((self.state.nodes + self.drift * gap - edge) / np.sqrt(gap)))

    def _lower_tail(self, edge: float) -> float:
        t = self.fractions[self.look]
        if self.state is None:
            return float(special.ndtr((edge - self.drift * t) / np.sqrt(t)))
        gap = t - self.fractions[self.look - 1]
        return float(self.state.mass @ special.ndtr((edge - self.state.nodes - self.drift * gap) / np.sqrt(gap)))

    def reject(self, bound: float) -> tuple[float, float]:
        """Probabilities of first rejecting here, on the upper and on the lower side."""
        edge = bound * self.fractions[self.look] ** 0.5
        return self._tail(edge), self._lower_tail(-edge) if self.sides == 2 else 0.0

    def find_bound(self, chance: float) -> float:
        """The bound z that is first crossed here, on the upper side, with probability ``chance``."""
        if chance <= 1e-15:
            return _FAR
        root = self.fractions[self.look] ** 0.5
        if self._tail(_FAR * root) >= chance:
            return _FAR
        return float(brentq(lambda z: self._tail(z * root) - chance, -_FAR, _FAR, xtol=1e-12))

    def go_on(self, bound: float) -> _State:
        """The state of the trials that do not stop here."""
        t = self.fractions[self.look]
        root = t**0.5
        low = -bound if self.sides == 2 else -_FAR + min(0.0, self.drift * root)
        high = min(bound, _FAR + self.drift * root)
        points, weights = _find_nodes()
        half = (high - low) / 2
        nodes = (points * half + (high + low) / 2) * root
        if self.state is None:
            density = _normal((nodes - self.drift * t) / root) / root
        else:
            gap = t - self.fractions[self.look - 1]
            moved = (nodes[:, None] - self.state.nodes[None, :] - self.drift * gap) / gap**0.5
            density = _normal(moved) @ self.state.mass / gap**0.5
        return _State(nodes, density * weights * half * root)


@functools.cache
def _find_nodes() -> tuple[FloatArray, FloatArray]:
    points, weights = np.polynomial.legendre.leggauss(_NODES)
    return np.asarray(points, dtype=np.float64), np.asarray(weights, dtype=np.float64)


def _normal(z: FloatArray) -> FloatArray:
    return np.asarray(np.exp(-z * z / 2) / np.sqrt(2 * np.pi))
