"""Win statistics of two arms on an ordered outcome: probability, odds, ratio of wins and net benefit.

Every pair of one participant of each arm is compared; ties count one half to each (odds, probability) or not at all
(ratio). Variances are those of Brunner & Munzel (placements), so unequal spread in the arms is allowed.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from trialwright.statistics.arrays import FloatArray, check_level, drop_missing
from trialwright.statistics.outcomes import Estimate, exponentiate, refuse_estimate, wald


@dataclass(frozen=True, slots=True)
class Wins:
    """Shares of pairs won, lost and tied by arm 1, and the estimates made of them."""

    won: float | None
    lost: float | None
    tied: float | None
    probability: Estimate
    odds: Estimate
    net_benefit: Estimate


def estimate(values1: ArrayLike, values0: ArrayLike, level: float = 0.95, higher_wins: bool = True) -> Estimate:
    """The win odds of arm 1 against arm 0 with a logit interval; parameters as ``estimate_all``.

    Parameters
    ----------
    values1, values0 : array_like, shapes (n1,) and (n0,)
        Ordered outcomes; NaN means missing; infinite values are the best or worst rank.
    level : float
        Confidence level, strictly between 0 and 1.
    higher_wins : bool
        False where a lower value is better.

    Returns
    -------
    Estimate
        The odds w / (1 - w); ``se`` is that of their logarithm. None with a warning where an arm is empty; no interval
        where the arms do not overlap.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    References
    ----------
    Equations (1), (2) and (4) to (6) of win_odds.md.
    Brunner & Munzel 2000, Biometrical Journal 42:17; Brunner, Vandemeulebroecke & Mutze 2021, Statistics in Medicine
    40:3367.

    Examples
    --------
    >>> answer = estimate([3, 5, 6, 8, 9], [1, 2, 4, 5, 7])
    >>> round(answer.estimate, 3), round(answer.ci_low, 3), round(answer.ci_high, 3)
    (3.545, 0.427, 29.427)
    """
    return estimate_all(values1, values0, level, higher_wins).odds


def estimate_all(values1: ArrayLike, values0: ArrayLike, level: float = 0.95, higher_wins: bool = True) -> Wins:
    """Win probability, win odds and net benefit.

    Parameters
    ----------
    values1, values0 : array_like, shapes (n1,) and (n0,)
        Ordered outcomes; NaN means missing; infinite values are the best or worst rank.
    level : float
        Confidence level.
    higher_wins : bool
        False where a lower value is better.

    Returns
    -------
    Wins
        Shares of pairs, and three estimates; None with a warning where an arm is empty, no interval where the arms do not
        overlap.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    Notes
    -----
    With w the share of pairs won plus half of those tied: odds w / (1 - w), net benefit 2 w - 1. The standard error of
    w comes from the variances of the placements (Brunner & Munzel 2000); intervals on the logit scale with
    Satterthwaite's degrees of freedom (Brunner, Vandemeulebroecke & Mutze 2021, Statistics in Medicine 40:3367).
    The p-value is that of w = 1/2 on the same scale.

    References
    ----------
    Equations (1) to (6) of win_odds.md.
    Brunner & Munzel 2000, Biometrical Journal 42:17; Brunner, Vandemeulebroecke & Mutze 2021, Statistics in Medicine
    40:3367; Buyse 2010, Statistics in Medicine 29:3245 (net benefit).

    Examples
    --------
    >>> answer = estimate_all([3, 5, 6, 8, 9], [1, 2, 4, 5, 7])
    >>> round(answer.probability.estimate, 2), round(answer.net_benefit.estimate, 2)
    (0.78, 0.56)
    """
    check_level(level)
    first, missing1 = drop_missing(values1)
    second, missing0 = drop_missing(values0)
    warnings = (*missing1, *missing0)
    n = first.size + second.size
    if first.size == 0 or second.size == 0:
        refused = [refuse_estimate(_name(kind), n, *warnings, "an arm is empty", level=level) for kind in _KINDS]
        return Wins(None, None, None, *refused)
    if not higher_wins:
        first, second = -first, -second
    above, level_with = compute_placements(first, second)
    won, tied = float(above.mean()), float(level_with.mean())
    share = won + tied / 2
    lost, level_too = compute_placements(second, first)
    se, df = _compute_error(above + level_with / 2, 1 - lost - level_too / 2)
    if not 0 < share < 1 or se == 0 or df is None:
        same = np.unique(np.concatenate((first, second))).size == 1
        why = (
            "all values are equal: no interval"
            if same
            else "no overlap of the arms or too few participants: no interval"
        )
        odds = share / (1 - share) if share < 1 else None
        values = (share, odds, 2 * share - 1)
        answers = [
            Estimate(value, None, None, None, n, _name(kind), (*warnings, why), level=level)
            for kind, value in zip(_KINDS, values, strict=True)
        ]
        return Wins(won, 1 - won - tied, tied, *answers)
    return Wins(won, 1 - won - tied, tied, *_answer(share, se, df, n, warnings, level))


_KINDS = ("probability", "odds", "net_benefit")


def _name(kind: str) -> str:
    return f"win_odds.estimate:{kind}"


def compute_placements(values: FloatArray, others: FloatArray) -> tuple[FloatArray, FloatArray]:
    """For each value the share of ``others`` below it and the share equal to it (equation (4) of win_odds.md)."""
    ordered = np.sort(others)
    below = np.searchsorted(ordered, values, side="left")
    upto = np.searchsorted(ordered, values, side="right")
    return below / others.size, (upto - below) / others.size


def _compute_error(first: FloatArray, second: FloatArray) -> tuple[float, float | None]:
    """Standard error of the win probability and Satterthwaite's df, from the placements of each arm."""
    n1, n0 = first.size, second.size
    if min(n1, n0) < 2:
        return 0.0, None
    v1, v0 = float(first.var(ddof=1)) / n1, float(second.var(ddof=1)) / n0
    total = v1 + v0
    if total < 1e-20:
        return 0.0, None
    return math.sqrt(total), total**2 / (v1**2 / (n1 - 1) + v0**2 / (n0 - 1))


def _answer(
    share: float, se: float, df: float, n: int, warnings: tuple[str, ...], level: float
) -> tuple[Estimate, Estimate, Estimate]:
    slope = share * (1 - share)
    logit = wald(math.log(share / (1 - share)), se / slope, n, _name("odds"), warnings, df, level)
    low, high = (float(special.expit(limit or 0.0)) for limit in (logit.ci_low, logit.ci_high))
    p = logit.p
    probability = Estimate(share, low, high, p, n, _name("probability"), warnings, se, df, level)
    net = Estimate(2 * share - 1, 2 * low - 1, 2 * high - 1, p, n, _name("net_benefit"), warnings, 2 * se, df, level)
    return probability, exponentiate(logit), net
