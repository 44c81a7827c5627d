"""Fisher's exact test of a two-by-two table, and its mid-p version.

The sum of both margins is held fixed: a table is as extreme as the observed one when its hypergeometric probability is
not larger. The mid-p version counts the tables of equal probability by half.
"""

import numpy as np
from scipy import special

from trialwright.statistics.arrays import FloatArray
from trialwright.statistics.outcomes import Comparison, refuse_comparison
from trialwright.statistics.proportion import check_counts

_TIE = 1e-7


def compare_two_sided(events1: float, n1: float, events0: float, n0: float) -> Comparison:
    """Fisher's two-sided p-value; ``statistic`` is the number of events in arm 1.

    Parameters
    ----------
    events1, n1, events0, n0 : int
        Participants with the event and all, arm 1 and arm 0.

    Returns
    -------
    Comparison
        Events of arm 1 and the exact p-value. None with a warning where a count is missing, infinite, not whole or greater
        than n, or an arm is empty.

    References
    ----------
    Equations (1) and (2) of fisher.md.
    Fisher 1935, Journal of the Royal Statistical Society 98:39; Freeman & Halton 1951, Biometrika 38:141 (two sides by
    probability).

    Examples
    --------
    >>> round(compare_two_sided(0, 10, 5, 10).p, 4)
    0.0325
    """
    return _compare("two_sided", (events1, n1, events0, n0), 1.0)


def compare_mid_p(events1: float, n1: float, events0: float, n0: float) -> Comparison:
    """Fisher's two-sided mid-p value; ``statistic`` is the number of events in arm 1.

    Less conservative than Fisher's p; its level is near, not always below, the nominal one (Lancaster 1961).

    Parameters
    ----------
    events1, n1, events0, n0 : int
        Participants with the event and all, arm 1 (treatment) and arm 0 (control).

    Returns
    -------
    Comparison
        Events of arm 1 and the mid-p value. None with a warning where a count is missing, infinite, not whole or greater
        than n, or an arm is empty.

    References
    ----------
    Equations (1) and (3) of fisher.md.
    Lancaster 1961, JASA 56:223.

    Examples
    --------
    >>> round(compare_mid_p(0, 10, 5, 10).p, 4)
    0.0163
    """
    return _compare("mid_p", (events1, n1, events0, n0), 0.5)


def compute_hypergeometric(events: int, n1: int, n0: int) -> tuple[int, FloatArray]:
    """The least possible number of events in arm 1, and the probability of it and each number above.

    Equation (1) of fisher.md.
    """
    least, logs = compute_log_hypergeometric(events, n1, n0)
    weights = np.exp(logs)
    return least, weights / weights.sum()


def compute_log_hypergeometric(events: int, n1: int, n0: int) -> tuple[int, FloatArray]:
    """As ``compute_hypergeometric``, in logarithms and up to a constant: also of probabilities that no float holds.

    Equation (1) of fisher.md.
    """
    least, most = max(0, events - n0), min(events, n1)
    inside = np.arange(least, most + 1.0)
    logs = _log_choose(n1, inside) + _log_choose(n0, events - inside)
    return least, np.asarray(logs - logs.max())


def compute_fisher_p(x1: int, n1: int, x0: int, n0: int, share_of_ties: float = 1.0) -> float:
    """The two-sided p-value with ``share_of_ties`` of the tables as probable as the observed one.

    Equations (2) and (3) of fisher.md.
    """
    least, chances = compute_hypergeometric(x1 + x0, n1, n0)
    observed = chances[x1 - least]
    equal = np.abs(chances - observed) <= _TIE * observed
    below = float(chances[(chances < observed) & ~equal].sum())
    return min(1.0, below + share_of_ties * float(chances[equal].sum()))


def _compare(name: str, counts: tuple[float, float, float, float], share: float) -> Comparison:
    method = f"fisher.compare_{name}"
    x1, n1, x0, n0 = counts
    wrong = check_counts((x1, n1), (x0, n0))
    if wrong:
        return refuse_comparison(method, 0, wrong)
    none = x1 + x0 in (0, n1 + n0)
    warnings = ("no events" if x1 + x0 == 0 else "everybody had the event",) if none else ()
    p = 1.0 if none else compute_fisher_p(int(x1), int(n1), int(x0), int(n0), share)
    return Comparison(float(x1), p, int(n1 + n0), method, warnings=warnings)


def _log_choose(n: int, k: FloatArray) -> FloatArray:
    return np.asarray(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1))
