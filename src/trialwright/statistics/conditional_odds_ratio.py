"""The conditional odds ratio of a two-by-two table with exact limits.

Both margins are held fixed, so the number of events in arm 1 follows Fisher's noncentral hypergeometric law with the
odds ratio as its only parameter. Where other software differs: R's ``fisher.test`` finds its limits loosely (9/10
against 3/10: it prints 1039.3 where the root is 1047.84), and its p-value belongs to another interval; here p is twice
the smaller tail, so p and interval agree.
"""

import math
from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq

from trialwright.statistics.arrays import FloatArray, check_level
from trialwright.statistics.fisher import compute_log_hypergeometric
from trialwright.statistics.outcomes import Estimate, drop_unbounded, refuse_estimate
from trialwright.statistics.proportion import check_counts


def estimate_exact(events1: float, n1: float, events0: float, n0: float, level: float = 0.95) -> Estimate:
    """The conditional maximum likelihood odds ratio, arm 1 against arm 0, with its exact interval.

    Parameters
    ----------
    events1, n1, events0, n0 : int
        Participants with the event and all, arm 1 and arm 0.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        ``estimate`` and the limit beyond it are None where they are infinite (a warning says so).

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    Notes
    -----
    Limits by inverting the two one-sided exact tests at (1 - level) / 2 (Cornfield 1956).

    References
    ----------
    Equations (1) to (4) of conditional_odds_ratio.md.
    Cornfield 1956, Proceedings of the Third Berkeley Symposium 4:135.

    Examples
    --------
    >>> round(estimate_exact(9, 10, 3, 10).ci_high, 2)
    1047.84
    """
    check_level(level)
    method = "conditional_odds_ratio.estimate_exact"
    wrong = check_counts((events1, n1), (events0, n0))
    if wrong:
        return refuse_estimate(method, 0, wrong, level=level)
    x1, total = int(events1), int(events1 + events0)
    least, chances = compute_log_hypergeometric(total, int(n1), int(n0))
    n = int(n1 + n0)
    if chances.size == 1:
        return refuse_estimate(method, n, "all participants had the same outcome", level=level)
    place, tail = x1 - least, (1 - level) / 2
    counts, last = np.arange(chances.size, dtype=np.float64), chances.size - 1

    def shift(log_ratio: float) -> FloatArray:
        logs = chances + counts * log_ratio
        weights = np.exp(logs - logs.max())
        return np.asarray(weights / weights.sum())

    low = -math.inf if place == 0 else _solve(lambda b: float(shift(b)[place:].sum()) - tail)
    high = math.inf if place == last else _solve(lambda b: tail - float(shift(b)[: place + 1].sum()))
    none = shift(0.0)
    below, above = float(none[: place + 1].sum()), float(none[place:].sum())
    if place in (0, last):
        middle = -math.inf if place == 0 else math.inf
    else:
        middle = _solve(lambda b: float(counts @ shift(b)) - place)
    ratio, bottom, top = (math.inf if b == math.inf else math.exp(b) for b in (middle, low, high))
    shown_low, shown_high, warnings = drop_unbounded(bottom, top)
    if ratio == math.inf:
        warnings = (*warnings, "the odds ratio is infinite")
    p = min(1.0, 2 * min(below, above))
    return Estimate(None if ratio == math.inf else ratio, shown_low, shown_high, p, n, method, warnings, level=level)


def _solve(rising: Callable[[float], float]) -> float:
    """The root of a rising function of the log odds ratio."""
    reach = 1.0
    while rising(reach) < 0 or rising(-reach) > 0:
        reach *= 2
    return float(brentq(rising, -reach, reach, xtol=1e-13))
