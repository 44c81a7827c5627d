"""The risk set of the subdistribution: who may still have the event, with competing events weighted for censoring.

Shared by the model of Fine and Gray and the exact permutation version of Gray's test.
"""

from dataclasses import dataclass

import numpy as np

from trialwright.statistics.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class RiskSet:
    """Times of the event, how many had it at each, and everybody's weight, shape (n, times)."""

    times: FloatArray
    counts: FloatArray
    weight: FloatArray


def compute_risk_set(time: FloatArray, event: IntArray) -> RiskSet:
    """The risk set at each time of event 1.

    Parameters
    ----------
    time, event : ndarray, shape (n,)
        Follow-up time; 0 censored, 1 the event of interest, 2 a competing event.

    Notes
    -----
    Those with a competing event stay at risk with weight G(t-) / G(T-), G the Kaplan-Meier curve of censoring over
    everybody (Fine & Gray 1999, JASA 94:496).

    References
    ----------
    Equation (2) of fine_gray.md.
    """
    times = np.unique(time[event == 1])
    counts = np.array([float(((time == at) & (event == 1)).sum()) for at in times])
    at_times, at_own = _censoring_before(time, event, times), _censoring_before(time, event, time)
    present = time[:, None] >= times[None, :]
    rival = (event == 2)[:, None] & ~present
    ratio = np.divide(
        at_times[None, :], at_own[:, None], out=np.zeros((time.size, times.size)), where=at_own[:, None] > 0
    )
    return RiskSet(times, counts, np.where(present, 1.0, np.where(rival, ratio, 0.0)))


def compute_scores(time: FloatArray, event: IntArray) -> FloatArray:
    """Each participant's events minus those expected of the own weights; parameters as ``compute_risk_set``.

    Summed over an arm they are the score of Fine and Gray's model at no difference.

    Equation (6) of gray.md.
    """
    risk = compute_risk_set(time, event)
    return np.asarray((event == 1) - risk.weight @ (risk.counts / risk.weight.sum(axis=0)))


def _censoring_before(time: FloatArray, event: IntArray, at: FloatArray) -> FloatArray:
    """G(t-): the Kaplan-Meier curve of censoring just before each time."""
    moments = np.unique(time[event == 0])
    risk = np.array([float((time >= moment).sum()) for moment in moments])
    gone = np.array([float(((time == moment) & (event == 0)).sum()) for moment in moments])
    curve = np.concatenate(([1.0], np.cumprod(1 - gone / risk))) if moments.size else np.ones(1)
    return np.asarray(curve[np.searchsorted(moments, at, side="left")])
