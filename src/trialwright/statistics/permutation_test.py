"""The exact test of two arms by a sum of scores, and the asymptotic one where there are too many relabellings to list.

Shared by the exact log-rank test and the exact version of Gray's test.
"""

from collections.abc import Callable

import numpy as np

from trialwright.statistics.arrays import FloatArray, IntArray
from trialwright.statistics.outcomes import Comparison
from trialwright.statistics.permutation import compute_stratified_p, compute_two_sided_p
from trialwright.statistics.survival_data import Follow


def compare_scores(
    method: str,
    follow: Follow,
    scores: FloatArray,
    asymptotic: Callable[[], Comparison],
    *,
    strata: IntArray | None = None,
) -> Comparison:
    """The exact p-value of the sum of the scores of the second label; ``statistic`` is that sum.

    Parameters
    ----------
    method : str
        Name of the method, to which ``:asymptotic`` is added where that test takes its place.
    follow : Follow
        Complete follow-up of two groups.
    scores : ndarray, shape (n,)
        One score a participant.
    asymptotic : callable
        Gives the test whose p-value is taken when there are too many participants.
    strata : ndarray of int, shape (n,), optional
        Labels are shuffled inside strata.

    References
    ----------
    Equation (6) of log_rank.md and equation (7) of gray.md.
    """
    n, second = follow.time.size, follow.group == np.unique(follow.group)[1]
    statistic = float(scores[second].sum())
    if np.ptp(scores) < 1e-12:
        why = "all participants have the same score: no information"
        return Comparison(statistic, 1.0, n, method, None, None, (*follow.warnings, why))
    p = compute_two_sided_p(scores, second) if strata is None else compute_stratified_p(scores, second, strata)
    if p is None:
        why = "too many participants to list all relabellings: asymptotic p-value"
        return Comparison(statistic, asymptotic().p, n, f"{method}:asymptotic", None, None, (*follow.warnings, why))
    return Comparison(statistic, p, n, method, None, None, follow.warnings)
