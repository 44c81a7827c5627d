"""Stratified two-by-two tables: Mantel-Haenszel test and common odds ratio, asymptotic and exact.

A stratum without both arms or without variation adds nothing.
"""

import math
from collections.abc import Sequence

import numpy as np
from scipy import special

from trialwright.statistics.arrays import check_level
from trialwright.statistics.fisher import compute_hypergeometric
from trialwright.statistics.outcomes import Comparison, Estimate, exponentiate, refuse_comparison, refuse_estimate, wald
from trialwright.statistics.proportion import check_counts

# One stratum: events of arm 1, size of arm 1, events of arm 0, size of arm 0.
Table = tuple[float, float, float, float]


def check_tables(tables: Sequence[Table]) -> tuple[list[Table], tuple[str, ...], str]:
    """The strata with two arms, a warning for those without, and what is wrong (empty when nothing is)."""
    kept = [table for table in tables if not (table[1] == 0 or table[3] == 0)]
    alone = len(tables) - len(kept)
    warnings = (f"{alone} {'stratum has' if alone == 1 else 'strata have'} one arm only: left out",) if alone else ()
    for x1, n1, x0, n0 in kept:
        wrong = check_counts((x1, n1), (x0, n0))
        if wrong:
            return kept, warnings, wrong
    return kept, warnings, "" if kept else "an arm is empty"


def compare(tables: Sequence[Table], correct: bool = False) -> Comparison:
    """The Cochran-Mantel-Haenszel chi-square with one degree of freedom.

    Parameters
    ----------
    tables : sequence of (events1, n1, events0, n0)
        One table a stratum.
    correct : bool
        Subtract 1/2 from the distance (R's default; SAS does not).

    Returns
    -------
    Comparison
        Chi-square with one degree of freedom and its p-value. None with a warning where a count is impossible or nothing
        varies in any stratum.

    References
    ----------
    Equation (1) of mantel_haenszel.md.
    Cochran 1954, Biometrics 10:417; Mantel & Haenszel 1959, Journal of the National Cancer Institute 22:719.

    Examples
    --------
    >>> round(compare([(8, 10, 4, 10), (5, 9, 2, 8)]).p, 4)
    0.0318
    """
    method = "mantel_haenszel.compare:corrected" if correct else "mantel_haenszel.compare"
    kept, warnings, wrong = check_tables(tables)
    if wrong:
        return refuse_comparison(method, 0, *warnings, wrong)
    n = int(sum(t[1] + t[3] for t in kept))
    gap, variance = 0.0, 0.0
    for x1, n1, x0, n0 in kept:
        total, events = n1 + n0, x1 + x0
        gap += x1 - n1 * events / total
        if total > 1:
            variance += n1 * n0 * events * (total - events) / (total**2 * (total - 1))
    if variance == 0:
        return refuse_comparison(method, n, *warnings, "all participants of each stratum had the same outcome")
    distance = max(0.0, abs(gap) - 0.5) if correct else abs(gap)
    statistic = distance**2 / variance
    return Comparison(statistic, float(special.chdtrc(1, statistic)), n, method, 1.0, None, warnings)


def compare_exact(tables: Sequence[Table]) -> Comparison:
    """The exact conditional two-sided p-value; ``statistic`` is the number of events in arm 1.

    The events of arm 1 are a sum of independent hypergeometric counts; p adds the probabilities that are not larger
    than the observed one, as Fisher's test does (R: ``mantelhaen.test(exact = TRUE)``).

    Parameters
    ----------
    tables : sequence of (events1, n1, events0, n0)
        One table a stratum; a stratum with one arm only adds nothing, and a warning says so.

    Returns
    -------
    Comparison
        Events of arm 1 and the exact p-value. None with a warning where a count is impossible or an arm is empty.

    References
    ----------
    Equation (2) of mantel_haenszel.md.
    Mehta, Patel & Gray 1985, JASA 80:969 (the law of the sum).

    Examples
    --------
    >>> round(compare_exact([(8, 10, 4, 10), (5, 9, 2, 8)]).p, 4)
    0.048
    """
    method = "mantel_haenszel.compare_exact"
    kept, warnings, wrong = check_tables(tables)
    if wrong:
        return refuse_comparison(method, 0, *warnings, wrong)
    start, law = 0, np.ones(1)
    for x1, n1, x0, n0 in kept:
        least, chances = compute_hypergeometric(int(x1 + x0), int(n1), int(n0))
        start, law = start + least, np.convolve(law, chances)
    events = int(sum(t[0] for t in kept))
    here = law[events - start]
    if law.size == 1:
        warnings = (*warnings, "all participants of each stratum had the same outcome")
    p = min(1.0, float(law[law <= here * (1 + 1e-7)].sum()))
    return Comparison(float(events), p, int(sum(t[1] + t[3] for t in kept)), method, warnings=warnings)


def estimate_odds_ratio(tables: Sequence[Table], level: float = 0.95) -> Estimate:
    """The Mantel-Haenszel common odds ratio with the interval of Robins, Breslow & Greenland (1986).

    Parameters
    ----------
    tables : sequence of (events1, n1, events0, n0)
        One table a stratum; a stratum with one arm only adds nothing, and a warning says so.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Estimate
        The common odds ratio, arm 1 against arm 0; ``se`` is that of its logarithm. None with a warning where it would be
        0, infinite or impossible.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    References
    ----------
    Equations (3) and (4) of mantel_haenszel.md.
    Mantel & Haenszel 1959, Journal of the National Cancer Institute 22:719; Robins, Breslow & Greenland 1986, Biometrics
    42:311.

    Examples
    --------
    >>> round(estimate_odds_ratio([(8, 10, 4, 10), (5, 9, 2, 8)]).estimate, 3)
    4.784
    """
    check_level(level)
    method = "mantel_haenszel.estimate_odds_ratio"
    kept, warnings, wrong = check_tables(tables)
    if wrong:
        return refuse_estimate(method, 0, *warnings, wrong, level=level)
    n = int(sum(t[1] + t[3] for t in kept))
    r = s = pr = both = qs = 0.0
    for x1, n1, x0, n0 in kept:
        total = n1 + n0
        up, down = x1 * (n0 - x0) / total, x0 * (n1 - x1) / total
        p, q = (x1 + n0 - x0) / total, (x0 + n1 - x1) / total
        r, s, pr, both, qs = r + up, s + down, pr + p * up, both + p * down + q * up, qs + q * down
    if r == 0 or s == 0:
        return refuse_estimate(
            method, n, *warnings, "no discordant pairs in one direction: no finite ratio", level=level
        )
    se = math.sqrt(pr / (2 * r * r) + both / (2 * r * s) + qs / (2 * s * s))
    return exponentiate(wald(math.log(r / s), se, n, method, warnings, level=level))
