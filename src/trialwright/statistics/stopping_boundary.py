"""Stopping for toxicity after each participant: boundaries and their exact operating characteristics.

Pocock-type: the chance of stopping at an acceptable rate is spent evenly, participant by participant. Bayesian: stop
when the posterior probability of too high a rate is great. Both give, for each number of participants, the least number
of events at which to stop; everything else follows by counting, without simulation.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from trialwright.statistics.arrays import FloatArray
from trialwright.statistics.beta_posterior import JEFFREYS, Prior, compute_exceedance


@dataclass(frozen=True, slots=True)
class Boundary:
    """For each number of participants 1 … K the least number of events at which to stop; None where none is enough."""

    limits: tuple[int | None, ...]
    method: str

    def stops(self, events: int, participants: int) -> bool:
        """Whether ``events`` among ``participants`` is at or beyond the boundary.

        Beyond the planned number the last limit holds.
        """
        if participants < 1:
            return False
        limit = self.limits[min(participants, len(self.limits)) - 1]
        return limit is not None and events >= limit

    def describe(self) -> tuple[tuple[int, int, int], ...]:
        """The boundary in groups (events, from participants, to participants), as a protocol prints it."""
        groups: list[tuple[int, int, int]] = []
        for participants, limit in enumerate(self.limits, start=1):
            if limit is None:
                continue
            if groups and groups[-1][0] == limit and groups[-1][2] == participants - 1:
                groups[-1] = (limit, groups[-1][1], participants)
            else:
                groups.append((limit, participants, participants))
        return tuple(groups)


@dataclass(frozen=True, slots=True)
class Characteristics:
    """What a boundary does at one true rate.

    Parameters
    ----------
    rate : float
        The true rate.
    stop : float
        Probability of stopping by the last participant.
    expected_participants, expected_events : float
        Means at stopping or at the end.
    stop_at : tuple of float
        Probability of stopping at each number of participants.
    """

    rate: float
    stop: float
    expected_participants: float
    expected_events: float
    stop_at: tuple[float, ...]


def compute_pocock(rate: float, error: float, participants: int) -> Boundary:
    """The Pocock-type boundary with chance of stopping at most ``error`` when the true rate is ``rate``.

    Parameters
    ----------
    rate : float
        Acceptable rate of events.
    error : float
        Largest allowed probability of stopping at that rate.
    participants : int
        Planned number K.

    Notes
    -----
    Stop at the least b with P(X >= b | k, rate) <= a, with the greatest a that keeps the total at ``error``
    (Ivanova, Qaqish & Schell 2005, Biometrics 61:540).

    Examples
    --------
    >>> compute_pocock(0.2, 0.05, 10).describe()
    ((3, 3, 4), (4, 5, 6), (5, 7, 9), (6, 10, 10))
    """
    if not 0 < rate < 1 or not 0 < error < 1 or participants < 1:
        raise ValueError("rate and error lie between 0 and 1, and there is at least one participant")
    tails = np.array([[_tail(b, k, rate) for b in range(1, participants + 1)] for k in range(1, participants + 1)])
    method = f"stopping_boundary.compute_pocock:{rate:g},{error:g}"
    best = Boundary((None,) * participants, method)
    for level in sorted(set(tails[tails <= error].tolist())):
        limits = tuple(_first(tails[k - 1, :k], level) for k in range(1, participants + 1))
        tried = Boundary(limits, method)
        if compute_characteristics(tried, rate).stop > error:
            break
        best = tried
    return best


def compute_bayesian(limit: float, certainty: float, participants: int, prior: Prior = JEFFREYS) -> Boundary:
    """The boundary that stops when P(rate > ``limit`` | data) > ``certainty``.

    Examples
    --------
    >>> compute_bayesian(0.30, 0.90, 10, Prior(0.6, 1.4)).describe()
    ((2, 2, 2), (3, 3, 4), (4, 5, 7), (5, 8, 9), (6, 10, 10))
    """
    if not 0 < limit < 1 or not 0 < certainty < 1 or participants < 1:
        raise ValueError("limit and certainty lie between 0 and 1, and there is at least one participant")
    limits = []
    for n in range(1, participants + 1):
        enough = [x for x in range(n + 1) if (compute_exceedance(x, n, limit, prior) or 0.0) > certainty]
        limits.append(enough[0] if enough else None)
    method = f"stopping_boundary.compute_bayesian:{limit:g},{certainty:g},Beta({prior.a:g},{prior.b:g})"
    return Boundary(tuple(limits), method)


def compute_characteristics(boundary: Boundary, rate: float) -> Characteristics:
    """The exact operating characteristics at one true rate, by following every number of events that goes on."""
    planned = len(boundary.limits)
    going: FloatArray = np.zeros(planned + 1)
    going[0] = 1.0
    stop_at, events = [], 0.0
    for n, limit in enumerate(boundary.limits, start=1):
        moved = going * (1 - rate)
        moved[1:] += going[:-1] * rate
        ended: FloatArray = np.zeros(planned + 1)
        if limit is not None:
            ended[limit:] = moved[limit:]
        stop_at.append(float(ended.sum()))
        events += float(ended @ np.arange(planned + 1))
        going = moved - ended
        del n
    events += float(going @ np.arange(planned + 1))
    stop = sum(stop_at)
    mean = sum(n * chance for n, chance in enumerate(stop_at, start=1)) + planned * (1 - stop)
    return Characteristics(rate, stop, mean, events, tuple(stop_at))


def _tail(b: int, k: int, rate: float) -> float:
    """P(X >= b) for k participants."""
    return 0.0 if b > k else float(special.bdtrc(b - 1, k, rate))


def _first(tails: FloatArray, level: float) -> int | None:
    enough = np.flatnonzero(tails <= level * (1 + 1e-12))
    return int(enough[0]) + 1 if enough.size else None
