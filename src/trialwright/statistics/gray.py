"""Gray's test that the cumulative incidence of one event is the same in all groups, asymptotic and exact.

The log-rank test of subdistribution hazards: those who had a competing event stay in the risk set with a weight that
falls as censoring grows (Gray 1988, Annals of Statistics 16:1141, with rho = 0). At 10 against 10 the asymptotic test
rejects too often; the exact one cannot.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from trialwright.statistics.arrays import FloatArray, IntArray
from trialwright.statistics.outcomes import Comparison, refuse_comparison
from trialwright.statistics.permutation_test import compare_scores
from trialwright.statistics.subdistribution import compute_scores
from trialwright.statistics.survival_data import Follow, count_at_times, prepare


@dataclass(frozen=True, slots=True)
class _Table:
    """Counts at the distinct event times; the group is the first axis."""

    at_risk: FloatArray
    cause: FloatArray
    other: FloatArray


def compare(time: ArrayLike, event: ArrayLike, group: ArrayLike, cause: int = 1) -> Comparison:
    """Gray's chi-square statistic with (groups - 1) degrees of freedom.

    Parameters
    ----------
    time, event, group : array_like, shape (n,)
        Follow-up time; 0 censored, 1, 2, … the event that came first; the arm. NaN means missing.
    cause : int
        The event of interest.

    Returns
    -------
    Comparison
        Chi-square and its p-value. None with a warning for one group only, without such events, or where the variance is
        zero.

    Raises
    ------
    ValueError
        When columns differ in length.

    References
    ----------
    Equations (1) to (5) of gray.md.
    Gray 1988, Annals of Statistics 16:1141, section 2.

    Examples
    --------
    >>> round(compare([2, 3, 3, 5, 6, 8, 9, 12], [1, 2, 0, 1, 1, 0, 2, 0], [0, 1, 0, 1, 0, 1, 0, 1]).p, 4)
    0.3739
    """
    method = "gray.compare"
    follow = prepare(time, event, group)
    present = np.unique(follow.group).size
    if follow.wrong or present < 2:
        return refuse_comparison(method, follow.time.size, *follow.warnings, follow.wrong or "only one group")
    if not (follow.event == cause).any():
        return refuse_comparison(method, follow.time.size, *follow.warnings, "no events of this kind")
    score, covariance = compute_score(_tabulate(follow, cause))
    kept = present - 1
    rank = int(np.linalg.matrix_rank(covariance[:kept, :kept]))
    if rank < kept:
        return refuse_comparison(method, follow.time.size, *follow.warnings, "the variance of the statistic is zero")
    statistic = float(score[:kept] @ np.linalg.solve(covariance[:kept, :kept], score[:kept]))
    p = float(special.chdtrc(kept, statistic))
    return Comparison(statistic, p, follow.time.size, method, float(kept), None, follow.warnings)


def compare_exact(time: ArrayLike, event: ArrayLike, group: ArrayLike, cause: int = 1) -> Comparison:
    """The exact permutation p-value of Gray's score of two arms; ``statistic`` is observed minus expected events.

    The statistic is that of the second label in ascending order.

    Parameters
    ----------
    time, event, group : array_like, shape (n,)
        Follow-up time; 0 censored, 1, 2, … the event that came first; the arm, two labels. NaN means missing.
    cause : int
        The event of interest.

    Returns
    -------
    Comparison
        Observed minus expected events of the second label, and the exact p-value. None with a warning unless there are
        two groups and such events.

    Raises
    ------
    ValueError
        When columns differ in length.

    Notes
    -----
    The score is a sum over one arm of events minus those expected, where who had a competing event stays at risk with
    the weight that the censoring of both arms together gives. Gray weighs each arm by its own; while nobody is
    censored and each arm has somebody left who may have either event, the scores are equal. All relabellings
    of the arms are counted (10 against 10: 184,756). It assumes that censoring does not depend on the arm. Above 40
    participants the asymptotic test takes its place and a warning says so.

    References
    ----------
    Equations (6) and (7) of gray.md.
    Gray 1988, Annals of Statistics 16:1141, section 2 (the score); Peto & Peto 1972, Journal of the Royal Statistical
    Society A 135:185 (the permutation distribution of a sum of scores).

    Examples
    --------
    >>> compare_exact([1, 2, 3, 4, 5, 6], [1, 1, 1, 2, 2, 1], [0, 0, 0, 1, 1, 1]).p
    0.1
    """
    method = "gray.compare_exact"
    follow = prepare(time, event, group)
    n = follow.time.size
    if follow.wrong or np.unique(follow.group).size != 2:
        return refuse_comparison(method, n, *follow.warnings, follow.wrong or "the exact test needs two groups")
    if not (follow.event == cause).any():
        return refuse_comparison(method, n, *follow.warnings, "no events of this kind")
    scores = compute_scores(follow.time, _merge(follow.event, cause))
    return compare_scores(method, follow, scores, lambda: compare(follow.time, follow.event, follow.group, cause))


def _merge(event: IntArray, cause: int) -> IntArray:
    """1 for the cause, 2 for any other event, 0 for censored."""
    return np.where(event == cause, 1, np.where(event > 0, 2, 0))


def compute_score(table: _Table) -> tuple[FloatArray, FloatArray]:
    """The score of each group and the covariance of the scores.

    Notes
    -----
    With Y_r at risk, S_r(t-) the curve of any event and h_r = Y_r / S_r(t-), the subdistribution risk set is
    R_r = h_r (1 - F_r(t-)), and the score of group k is the sum over times of d_1k - d_1 R_k / R.

    References
    ----------
    Equations (1), (2), (4) and (5) of gray.md.
    """
    at_risk = table.at_risk
    hazard = _divide(table.cause + table.other, at_risk)
    after = np.cumprod(1 - hazard, axis=1)
    before = np.concatenate((np.ones((at_risk.shape[0], 1)), after[:, :-1]), axis=1)
    jump = before * _divide(table.cause, at_risk)
    h = _divide(at_risk, before)
    risk = h * (1 - np.cumsum(jump, axis=1) + jump)
    score = (table.cause - risk * _divide(table.cause.sum(axis=0), risk.sum(axis=0))).sum(axis=1)
    groups = range(at_risk.shape[0])
    return score, np.asarray(sum(_compute_part(table, h, before[r], after[r], r) for r in groups))


def _compute_part(table: _Table, h: FloatArray, before: FloatArray, after: FloatArray, r: int) -> FloatArray:
    """What the events of group ``r`` add to the covariance.

    A jump of the cause moves the score through its own term and through every later risk set, a competing jump through
    the later risk sets only (Gray 1988, section 2). The common incidence rises by d_1 / sum h. Tied events: the
    variance shrinks by 1 - (d - 1) / (n - 1), as in cmprsk.
    """
    rise = _divide(table.cause.sum(axis=0), h.sum(axis=0))
    common = np.cumsum(rise)
    weight = h * (np.eye(h.shape[0])[r][:, None] - _divide(h[r], h.sum(axis=0)))
    hazard = _divide(weight * rise, 1 - common + rise)
    later = hazard.sum(axis=1, keepdims=True) - np.cumsum(hazard, axis=1)
    ratio = _divide(1 - common, after)
    own_variance = _shrink(table.cause.sum(axis=0), h.sum(axis=0) * before) * _divide(rise, h[r])
    rival_variance = _shrink(table.other[r], table.at_risk[r]) * _divide(table.other[r], h[r] ** 2)
    own, rival = weight + (1 - ratio) * later, ratio * later
    return np.asarray((own * own_variance) @ own.T + (rival * rival_variance) @ rival.T)


def _divide(top: FloatArray, bottom: FloatArray) -> FloatArray:
    """top / bottom, and 0 where bottom is not positive."""
    return np.divide(top, bottom, out=np.zeros(np.broadcast(top, bottom).shape), where=bottom > 0)


def _shrink(tied: FloatArray, n: FloatArray) -> FloatArray:
    return np.where(tied > 1, 1 - _divide(tied - 1, n - 1), 1.0)


def _tabulate(follow: Follow, cause: int) -> _Table:
    times = np.unique(follow.time[follow.event > 0])
    merged = _merge(follow.event, cause)
    parts = [
        count_at_times(follow.time[follow.group == code], merged[follow.group == code], times, 2)
        for code in np.unique(follow.group)
    ]
    at_risk = np.array([part[0] for part in parts])
    events = np.array([part[1] for part in parts])
    return _Table(at_risk, events[:, 0], events[:, 1])
