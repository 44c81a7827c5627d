"""Methods for two counts in very many simulated trials: each distinct table is computed once, by the scalar method.

Small trials have few tables (11 x 11 at ten an arm), so the answer of a million trials is a look-up.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from trialwright.statistics.arrays import FloatArray, IntArray
from trialwright.statistics.outcomes import Comparison, Estimate

Answer = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Answers:
    """One number a trial, shape (trials,): NaN where the method gives none; a limit that does not exist is infinite."""

    estimate: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    p: FloatArray


def compute_answers(
    method: Callable[..., Estimate | Comparison], tables: IntArray, seen: dict[tuple[int, ...], Answer] | None = None
) -> Answers:
    """The method's answer for each row of counts.

    Parameters
    ----------
    method : callable
        A method of this room; called with the numbers of one row, such as (events, n) or (events1, n1, events0, n0).
    tables : ndarray of int, shape (trials, k)
        One row a trial.
    seen : dict, optional
        Answers by row, kept from call to call; filled here.

    Examples
    --------
    >>> from trialwright.statistics import fisher
    >>> compute_answers(fisher.compare_two_sided, np.array([[0, 10, 5, 10], [0, 10, 5, 10]])).p.round(3).tolist()
    [0.033, 0.033]
    """
    known = {} if seen is None else seen
    distinct, place = np.unique(tables, axis=0, return_inverse=True)
    rows = np.full((max(len(distinct), 1), 4), np.nan)
    for index, counts in enumerate(distinct.tolist()):
        key = tuple(counts)
        if key not in known:
            known[key] = flatten(method(*counts))
        rows[index] = known[key]
    return Answers(*rows[place.ravel()].T) if len(distinct) else Answers(*np.zeros((4, 0)))


def flatten(answer: Estimate | Comparison) -> Answer:
    """Estimate, limits and p of an answer as floats: NaN for none, infinite for a limit that an estimate lacks."""
    p = np.nan if answer.p is None else answer.p
    if isinstance(answer, Comparison):
        return np.nan, np.nan, np.nan, p
    if answer.estimate is None and answer.p is None:
        return np.nan, np.nan, np.nan, p
    low = -np.inf if answer.ci_low is None else answer.ci_low
    high = np.inf if answer.ci_high is None else answer.ci_high
    return np.nan if answer.estimate is None else answer.estimate, low, high, p
