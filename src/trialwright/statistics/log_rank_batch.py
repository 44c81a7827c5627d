"""The log-rank test of very many simulated trials at once, compiled.

One row a trial. The first call compiles (or loads from the cache beside this file); this module is not imported by the
room itself, so that importing the room stays cheap.
"""

import numpy as np
from numba import njit

from trialwright.statistics.arrays import BoolArray, FloatArray, IntArray

# Values in a block of simulated trials: two megabytes of times.
_BLOCK = 262_144


def compute_z(time: FloatArray, event: BoolArray, n1: int) -> FloatArray:
    """The log-rank z of each trial, positive where arm 1 has more events than expected.

    Parameters
    ----------
    time : ndarray, shape (trials, n)
        Follow-up times, not negative, without NaN; ties are handled as in ``log_rank.compare``.
    event : ndarray of bool, shape (trials, n)
        Whether the event was seen.
    n1 : int
        The first ``n1`` columns are arm 1, the others arm 0.

    Returns
    -------
    ndarray, shape (trials,)
        0 where a trial has no information (no events, or an arm is empty).

    Examples
    --------
    >>> compute_z(np.array([[1.0, 2, 3, 4]]), np.ones((1, 4), dtype=bool), 2).round(4).tolist()
    [1.6977]
    """
    if time.shape != event.shape or not 0 <= n1 <= time.shape[1]:
        raise ValueError("time and event have one shape (trials, n), and n1 is at most n")
    keys = np.array(time, dtype=np.float64, order="C").view(np.int64)
    _pack(keys, np.ascontiguousarray(event), n1)
    keys.sort(axis=1)
    return np.asarray(_walk(keys, n1))


def draw_exponential(
    rng: np.random.Generator, trials: int, hazards: tuple[float, float], sizes: tuple[int, int], horizon: float
) -> tuple[FloatArray, BoolArray]:
    """Times and events of trials with constant hazards and follow-up to a common horizon.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    hazards, sizes : pairs
        Arm 1, arm 0.
    horizon : float
        Time at which everybody is censored.
    """
    time = rng.standard_exponential((trials, sum(sizes)))
    time[:, : sizes[0]] /= hazards[0]
    time[:, sizes[0] :] /= hazards[1]
    event = time <= horizon
    np.minimum(time, horizon, out=time)
    return time, event


def simulate_z(
    rng: np.random.Generator, trials: int, hazards: tuple[float, float], sizes: tuple[int, int], horizon: float
) -> FloatArray:
    """The log-rank z of ``trials`` simulated trials; parameters as ``draw_exponential``.

    Works in blocks that fit the processor's cache: the same numbers as drawing all at once, in less time.
    """
    result = np.empty(trials)
    block = max(1, _BLOCK // sum(sizes))
    for start in range(0, trials, block):
        some = min(block, trials - start)
        result[start : start + some] = compute_z(*draw_exponential(rng, some, hazards, sizes, horizon), sizes[0])
    return result


@njit(cache=True, nogil=True)
def _pack(keys: IntArray, event: BoolArray, n1: int) -> None:
    """Event and arm into the two lowest bits of the times: positive floats sort as their bits do.

    Times that differ by less than four units in the last place become ties.
    """
    trials, n = keys.shape
    for trial in range(trials):
        for i in range(n):
            keys[trial, i] = (keys[trial, i] & ~3) | (2 if event[trial, i] else 0) | (1 if i < n1 else 0)


@njit(cache=True, nogil=True)
def _walk(keys: IntArray, n1: int) -> FloatArray:
    """z of each sorted row."""
    trials, n = keys.shape
    result = np.zeros(trials)
    for trial in range(trials):
        score, variance, left, left1, i = 0.0, 0.0, n, n1, 0
        while i < n:
            now = keys[trial, i] >> 2
            deaths, deaths1, gone, gone1 = 0, 0, 0, 0
            while i < n and keys[trial, i] >> 2 == now:
                arm, died = keys[trial, i] & 1, (keys[trial, i] >> 1) & 1
                gone += 1
                gone1 += arm
                deaths += died
                deaths1 += died * arm
                i += 1
            if deaths > 0:
                share = left1 / left
                score += deaths1 - deaths * share
                if left > 1:
                    variance += deaths * share * (1.0 - share) * (left - deaths) / (left - 1.0)
            left -= gone
            left1 -= gone1
        if variance > 0.0:
            result[trial] = score / np.sqrt(variance)
    return result
