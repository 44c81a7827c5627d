"""The log-rank test: asymptotic, stratified, weighted, and exact by permutation.

Weights: 1 (log-rank), number at risk (Gehan), its root (Tarone-Ware), Fleming & Harrington's
S(t-)^rho (1 - S(t-))^gamma with S the pooled Kaplan-Meier curve. Ties: hypergeometric variance.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from trialwright.statistics.arrays import FloatArray, IntArray
from trialwright.statistics.outcomes import Comparison, refuse_comparison
from trialwright.statistics.permutation_test import compare_scores
from trialwright.statistics.survival_data import count_at_times, prepare


@dataclass(frozen=True, slots=True)
class Weight:
    """What each event time counts: S(t-)^rho (1 - S(t-))^gamma n^power; all zero is the log-rank test.

    ``Weight(power=1)`` is Gehan's, ``Weight(power=0.5)`` Tarone and Ware's.
    """

    rho: float = 0.0
    gamma: float = 0.0
    power: float = 0.0

    def compute(self, at_risk: FloatArray, events: FloatArray) -> FloatArray:
        """The weight at each event time, from the pooled counts (equation (4) of log_rank.md)."""
        before = np.concatenate(([1.0], np.cumprod(1 - events / at_risk)))[:-1]
        return np.asarray(before**self.rho * (1 - before) ** self.gamma * at_risk**self.power)


LOG_RANK = Weight()


def compare(
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    strata: ArrayLike | None = None,
    weight: Weight = LOG_RANK,
) -> Comparison:
    """The (stratified, weighted) log-rank chi-square with (groups - 1) degrees of freedom.

    Parameters
    ----------
    time, event, group : array_like, shape (n,)
        Follow-up time; 1 event, 0 censored; the arm. NaN (or None, in a group or stratum) means missing.
    strata : array_like, shape (n,), optional
        Scores and variances are summed over strata.
    weight : Weight
        What each event time counts.

    Returns
    -------
    Comparison
        Chi-square and its p-value. None with a warning for one group only, without events, or where the variance is
        singular.

    Raises
    ------
    ValueError
        When columns differ in length.

    References
    ----------
    Equations (1) to (4) of log_rank.md.
    Mantel 1966, Cancer Chemotherapy Reports 50:163; Fleming & Harrington 1991, chapter 7; Klein & Moeschberger 2003,
    sections 7.3 and 7.5.

    Examples
    --------
    >>> round(compare([2, 3, 3, 5, 6, 8, 9, 12], [1, 1, 0, 1, 1, 0, 1, 0], [0, 1, 0, 1, 0, 1, 0, 1]).p, 4)
    0.5457
    """
    method = "log_rank.compare" if strata is None else "log_rank.compare:stratified"
    follow = prepare(time, event, group, strata)
    n = follow.time.size
    if follow.wrong or np.unique(follow.group).size < 2 or (follow.event > 1).any():
        why = follow.wrong or ("only one group" if np.unique(follow.group).size < 2 else "an event is neither 0 nor 1")
        return refuse_comparison(method, n, *follow.warnings, why)
    stratum = follow.stratum
    score, covariance = np.zeros(len(follow.labels)), np.zeros((len(follow.labels),) * 2)
    for code in np.unique(stratum):
        mine = stratum == code
        part, spread = compute_score(follow.time[mine], follow.event[mine], follow.group[mine], score.size, weight)
        score, covariance = score + part, covariance + spread
    present = np.flatnonzero(np.diag(covariance) > 1e-12)
    if present.size < 2:
        why = "no events" if not follow.event.any() else "no event while more than one group was at risk"
        return refuse_comparison(method, n, *follow.warnings, why)
    kept = present[:-1]
    part = covariance[np.ix_(kept, kept)]
    if np.linalg.matrix_rank(part) < kept.size:
        return refuse_comparison(method, n, *follow.warnings, "the variance of the statistic is singular")
    statistic = float(score[kept] @ np.linalg.solve(part, score[kept]))
    p = float(special.chdtrc(kept.size, statistic))
    return Comparison(statistic, p, n, method, float(kept.size), None, follow.warnings)


def compare_exact(time: ArrayLike, event: ArrayLike, group: ArrayLike, strata: ArrayLike | None = None) -> Comparison:
    """The exact permutation p-value of the two-arm log-rank test; ``statistic`` is observed minus expected events.

    The statistic is that of the second label in ascending order.

    Parameters
    ----------
    time, event, group : array_like, shape (n,)
        Follow-up time; 1 event, 0 censored; the arm, two labels.
    strata : array_like, shape (n,), optional
        Scores are made, and labels shuffled, inside strata.

    Returns
    -------
    Comparison
        Observed minus expected events of the second label, and the exact p-value. None with a warning unless there are two
        groups.

    Raises
    ------
    ValueError
        When columns differ in length.

    Notes
    -----
    Observed minus expected is a sum of scores (event - pooled Nelson-Aalen at the own time) over one arm, so its
    distribution over all relabellings is enumerated (10 against 10: 184,756). It assumes that censoring does not
    depend on the arm. Above 40 participants (22 in a stratum) the asymptotic test takes its place and a warning says so.

    References
    ----------
    Equations (5) and (6) of log_rank.md.
    Peto & Peto 1972, Journal of the Royal Statistical Society A 135:185 (scores and their permutation distribution).

    Examples
    --------
    >>> compare_exact([1, 2, 3, 4, 5, 6], [1] * 6, [0, 0, 0, 1, 1, 1]).p
    0.1
    """
    method = "log_rank.compare_exact"
    follow = prepare(time, event, group, strata)
    n = follow.time.size
    if follow.wrong or np.unique(follow.group).size != 2 or (follow.event > 1).any():
        why = follow.wrong or (
            "an event is neither 0 nor 1" if (follow.event > 1).any() else "the exact test needs two groups"
        )
        return refuse_comparison(method, n, *follow.warnings, why)
    stratum = follow.stratum
    scores = np.zeros(n)
    for code in np.unique(stratum):
        scores[stratum == code] = compute_scores(follow.time[stratum == code], follow.event[stratum == code])
    return compare_scores(
        method if strata is None else f"{method}:stratified",
        follow,
        scores,
        lambda: compare(follow.time, follow.event, follow.group, stratum),
        strata=None if strata is None else stratum,
    )


def compute_scores(time: FloatArray, event: IntArray) -> FloatArray:
    """The log-rank score of each participant: event minus pooled Nelson-Aalen hazard at the own time.

    Equation (5) of log_rank.md.
    """
    times = np.unique(time[event == 1])
    at_risk, events = count_at_times(time, event, times)
    hazard = np.concatenate(([0.0], np.cumsum(events[0] / at_risk)))
    return np.asarray(event - hazard[np.searchsorted(times, time, side="right")])


def compute_score(
    time: FloatArray, event: IntArray, group: IntArray, groups: int, weight: Weight
) -> tuple[FloatArray, FloatArray]:
    """Weighted observed minus expected events of each group, shape (groups,), and their covariance.

    Equations (1) and (2) of log_rank.md.
    """
    times = np.unique(time[event == 1])
    if times.size == 0:
        return np.zeros(groups), np.zeros((groups, groups))
    parts = [count_at_times(time[group == k], event[group == k], times) for k in range(groups)]
    n_k = np.array([part[0] for part in parts])
    d_k = np.array([part[1][0] for part in parts])
    n, d = n_k.sum(axis=0), d_k.sum(axis=0)
    w = weight.compute(n, d)
    share = n_k / n
    score = (w * (d_k - share * d)).sum(axis=1)
    factor = w**2 * d * np.divide(n - d, n - 1, out=np.zeros_like(n), where=n > 1)
    covariance = np.diag((factor * share).sum(axis=1)) - (factor * share) @ share.T
    return score, covariance
