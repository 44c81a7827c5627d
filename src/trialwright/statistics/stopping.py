"""Stopping for toxicity after every participant: two boundaries over counts, and what they do, exactly.

A boundary is an array of counts: entry k - 1 is the least number of toxicities among the first k participants at which
to stop; k + 1 says that no number of them stops at k. Everything here is enumeration, nothing is simulated.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from trialwright.statistics.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class OperatingCharacteristics:
    """What a boundary does at each true toxicity rate.

    Parameters
    ----------
    rates : ndarray, shape (r,)
        True probabilities of a toxicity.
    stop : ndarray, shape (r,)
        Probability of stopping at or before the last participant.
    stop_at : ndarray, shape (r, n)
        Probability of stopping after exactly k participants, k = 1 … n.
    participants, toxicities : ndarray, shape (r,)
        Expected number of participants treated, and of toxicities among them.
    """

    rates: FloatArray
    stop: FloatArray
    stop_at: FloatArray
    participants: FloatArray
    toxicities: FloatArray


def compute_pocock_boundary(n: int, rate: float, error: float = 0.05) -> IntArray:
    """The Pocock-type boundary for ``n`` participants, shape (n,): stop when the count is too great for ``rate``.

    After each participant the same pointwise level is spent; it is the greatest one at which the probability of ever
    stopping under ``rate`` does not exceed ``error``.

    Parameters
    ----------
    n : int
        Most participants that will be treated.
    rate : float
        The acceptable toxicity rate.
    error : float
        Probability of stopping allowed when the true rate is ``rate``.

    Returns
    -------
    ndarray of int, shape (n,)
        The least count at which to stop after each participant; k + 1 where no count stops.

    Raises
    ------
    ValueError
        When ``n`` is below 1, or a probability is not strictly between 0 and 1.

    Notes
    -----
    Ivanova, Qaqish & Schell 2005, Biometrics 61:540 (continuous monitoring, Pocock boundary).

    References
    ----------
    Equations (1) and (4) of stopping.md.
    Ivanova, Qaqish & Schell 2005, Biometrics 61:540.

    Examples
    --------
    >>> compute_pocock_boundary(10, 0.2).tolist()
    [2, 3, 3, 3, 4, 4, 5, 5, 5, 6]
    """
    _check(n, rate, error)
    # Levels at which some count at some k just begins to stop; between two of them the boundary does not change.
    tails = [_upper_tail(k, rate) for k in range(1, n + 1)]
    best = _boundary_at(tails, 0.0)
    known = np.concatenate([tail[1:] for tail in tails])
    low, high = 0, len(levels := np.unique(known[known <= error]))
    while low < high:
        middle = (low + high) // 2
        boundary = _boundary_at(tails, float(levels[middle]))
        if compute_operating_characteristics(boundary, rate).stop[0] <= error:
            best, low = boundary, middle + 1
        else:
            high = middle
    return best


def compute_bayes_boundary(
    n: int, rate: float, certainty: float = 0.9, prior: tuple[float, float] = (0.6, 1.4)
) -> IntArray:
    """The Bayesian boundary, shape (n,): stop when P(rate of toxicity > ``rate`` | data) is greater than ``certainty``.

    Parameters
    ----------
    n : int
        Most participants that will be treated.
    rate : float
        The rate that must not be exceeded.
    certainty : float
        Posterior probability above which to stop.
    prior : tuple of float
        Parameters of the Beta prior, both positive.

    Returns
    -------
    ndarray of int, shape (n,)
        As ``compute_pocock_boundary``.

    Raises
    ------
    ValueError
        When ``n`` is below 1, a probability is not strictly between 0 and 1, or the prior is not positive.

    References
    ----------
    Equations (2) and (3) of stopping.md.
    Thall & Simon 1994, Biometrics 50:337 (stopping by posterior probability).

    Examples
    --------
    >>> compute_bayes_boundary(10, 0.3).tolist()
    [2, 2, 3, 3, 4, 4, 4, 5, 5, 6]
    """
    _check(n, rate, certainty)
    return np.array(
        [
            next((x for x in range(k + 1) if compute_exceedance(x, k, rate, prior) > certainty), k + 1)
            for k in range(1, n + 1)
        ],
        dtype=np.int64,
    )


def compute_exceedance(events: int, n: int, rate: float, prior: tuple[float, float] = (0.6, 1.4)) -> float:
    """P(rate of toxicity > ``rate`` | ``events`` of ``n``) under a Beta prior.

    Parameters
    ----------
    events, n : int
        Toxicities, and participants treated.
    rate : float
        The rate that is to be exceeded.
    prior : tuple of float
        Parameters of the Beta prior, both positive.

    Returns
    -------
    float
        A probability.

    Raises
    ------
    ValueError
        When the counts are not 0 <= events <= n, or the prior is not positive.

    References
    ----------
    Equation (2) of stopping.md.
    Gelman and others 2013, Bayesian Data Analysis, section 2.4.

    Examples
    --------
    >>> round(compute_exceedance(1, 10, 0.3), 3)
    0.063
    """
    if not 0 <= events <= n:
        raise ValueError(f"{events} of {n} is not a count of participants")
    if min(prior) <= 0:
        raise ValueError(f"a Beta prior needs positive parameters, not {prior}")
    return float(special.betaincc(prior[0] + events, prior[1] + n - events, rate))


def compute_operating_characteristics(boundary: ArrayLike, rates: ArrayLike) -> OperatingCharacteristics:
    """What a boundary does at each true rate, by enumeration of all paths of toxicities.

    Parameters
    ----------
    boundary : array_like of int, shape (n,)
        As the functions above give it.
    rates : array_like of float, shape (r,) or ()
        True probabilities of a toxicity.

    Returns
    -------
    OperatingCharacteristics
        Probabilities and expected numbers, one a true rate. Nothing is refused.

    References
    ----------
    Equations (4) and (5) of stopping.md.
    Ivanova, Qaqish & Schell 2005, Biometrics 61:540 (the rule; what it does is enumerated).

    Examples
    --------
    >>> found = compute_operating_characteristics(compute_pocock_boundary(10, 0.2), [0.2, 0.5])
    >>> found.stop.round(3).tolist()
    [0.042, 0.561]
    """
    limits = np.asarray(boundary, dtype=np.int64)
    p = np.atleast_1d(np.asarray(rates, dtype=np.float64))
    n = len(limits)
    # going[:, x]: probability of still going with x toxicities.
    going = np.zeros((len(p), n + 2))
    going[:, 0] = 1.0
    stop_at = np.zeros((len(p), n))
    participants, toxicities = np.zeros(len(p)), np.zeros(len(p))
    for k in range(n):
        participants += going.sum(axis=1)
        toxicities += going.sum(axis=1) * p
        going[:, 1:] = going[:, 1:] * (1 - p)[:, None] + going[:, :-1] * p[:, None]
        going[:, 0] *= 1 - p
        stop_at[:, k] = going[:, limits[k] :].sum(axis=1)
        going[:, limits[k] :] = 0.0
    return OperatingCharacteristics(p, stop_at.sum(axis=1), stop_at, participants, toxicities)


def describe_boundary(boundary: ArrayLike) -> tuple[tuple[int, int, int], ...]:
    """The boundary in groups (toxicities, from participants, to participants), as a protocol prints it.

    Parameters
    ----------
    boundary : array_like of int, shape (n,)
        As the functions above give it.

    Returns
    -------
    tuple of tuples of int
        Groups of participants with one limit; those at which no count stops are left out. Nothing is refused.

    References
    ----------
    Equation (1) of stopping.md.
    Ivanova, Qaqish & Schell 2005, Biometrics 61:540 (its tables are written so).

    Examples
    --------
    >>> describe_boundary(compute_pocock_boundary(10, 0.2))
    ((3, 3, 4), (4, 5, 6), (5, 7, 9), (6, 10, 10))
    """
    groups: list[tuple[int, int, int]] = []
    for k, limit in enumerate(np.asarray(boundary, dtype=np.int64).tolist(), start=1):
        if limit > k:
            continue
        if groups and groups[-1][0] == limit and groups[-1][2] == k - 1:
            groups[-1] = (limit, groups[-1][1], k)
        else:
            groups.append((limit, k, k))
    return tuple(groups)


def _boundary_at(tails: list[FloatArray], level: float) -> IntArray:
    """At each k = 1, 2, … the least count whose upper tail does not exceed ``level``; k + 1 where none does."""
    # A tail falls with the count, so that what exceeds the level stands in front.
    return np.array([np.searchsorted(-tail, -level) for tail in tails], dtype=np.int64)


def _upper_tail(k: int, rate: float) -> FloatArray:
    """P(X >= x) for x = 0 … k, X binomial, rounded where binary noise would split equal levels."""
    x = np.arange(k + 1)
    tail = np.where(x == 0, 1.0, special.betainc(np.maximum(x, 1), k - x + 1.0, rate))
    return np.asarray(tail.round(14), dtype=np.float64)


def _check(n: int, *probabilities: float) -> None:
    if n < 1:
        raise ValueError(f"a boundary needs at least one participant, not {n}")
    if not all(0 < one < 1 for one in probabilities):
        raise ValueError(f"not probabilities strictly between 0 and 1: {probabilities}")
