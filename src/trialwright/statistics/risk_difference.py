"""Difference of two independent proportions, p1 - p0, with four intervals.

Where other software differs: statsmodels' Miettinen-Nurminen interval solves a wrong cubic and fails on most small
tables; Mee's is the same interval without the factor N / (N - 1); SAS's "score" interval is Miettinen-Nurminen's.
"""

import functools
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy import special
from scipy.optimize import brentq

from trialwright.statistics.arrays import check_level
from trialwright.statistics.outcomes import Estimate, refuse_estimate
from trialwright.statistics.proportion import check_counts, compute_wilson
from trialwright.statistics.score_2x2 import compute_score_z
from trialwright.statistics.square_and_add import compute_limits
from trialwright.statistics.unconditional import compute_supremum

LARGEST_EXACT = 200
_STEP, _SCAN = 0.005, 60

# Counts, difference, and a value that it is enough to know p to be above or below.
ExactP = Callable[..., float]


def estimate_exact(events1: float, n1: float, events0: float, n0: float, level: float = 0.95) -> Estimate:
    """p1 - p0 with the exact unconditional interval and p-value: coverage never below ``level``.

    Parameters
    ----------
    events1, n1, events0, n0 : int
        Participants with the event and all, arm 1 (treatment) and arm 0 (control).
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        A difference of proportions, -1 to 1. None with a warning where a count is missing, infinite, not whole or greater
        than n, or an arm is empty.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    Notes
    -----
    All differences that the two-sided exact test based on the score statistic does not reject, with the unknown rate
    at its worst (Agresti & Min 2001, Biometrics 57:963); the set's outer ends when it has holes. The p-value is that
    of the same test at a difference of zero, so the two agree. R's ``Exact`` gives the same interval on a grid. Above
    200 participants Miettinen-Nurminen's interval takes its place and a warning says so.

    References
    ----------
    Equations (5) and (6) of risk_difference.md.
    Agresti & Min 2001, Biometrics 57:963.

    Examples
    --------
    >>> result = estimate_exact(1, 9, 4, 9)
    >>> round(result.ci_low, 3), round(result.ci_high, 3)
    (-0.66, 0.098)
    """
    return search_exact(compute_exact_p, (events1, n1, events0, n0), level)


def search_exact(compute_p: ExactP, counts: tuple[float, float, float, float], level: float = 0.95) -> Estimate:
    """``estimate_exact`` with its p-values from ``compute_p``: from here, or compiled (``risk_difference_batch``).

    Equation (6) of risk_difference.md.
    """
    check_level(level)
    method = "risk_difference.estimate_exact"
    events1, n1, events0, n0 = counts
    wrong = check_counts((events1, n1), (events0, n0))
    if wrong:
        return refuse_estimate(method, 0, wrong, level=level)
    x1, m1, x0, m0 = int(events1), int(n1), int(events0), int(n0)
    if m1 + m0 > LARGEST_EXACT:
        score = estimate_miettinen_nurminen(events1, n1, events0, n0, level)
        why = f"more than {LARGEST_EXACT} participants: Miettinen-Nurminen's interval"
        return replace(score, method=f"{method}:score", warnings=(*score.warnings, why))
    low, high, p = _find_mirrored(x1, m1, x0, m0, level, compute_p)
    return Estimate(x1 / m1 - x0 / m0, low, high, p, m1 + m0, method, level=level)


def estimate_miettinen_nurminen(events1: float, n1: float, events0: float, n0: float, level: float = 0.95) -> Estimate:
    """p1 - p0 with Miettinen & Nurminen's score interval and the p-value of the same test.

    Parameters
    ----------
    events1, n1, events0, n0 : int
        Participants with the event and all, arm 1 (treatment) and arm 0 (control).
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Estimate
        A difference of proportions, -1 to 1. None with a warning where a count is missing, infinite, not whole or greater
        than n, or an arm is empty.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    References
    ----------
    Equations (1) and (3) of risk_difference.md.
    Miettinen & Nurminen 1985, Statistics in Medicine 4:213, appendix 1.

    Examples
    --------
    >>> result = estimate_miettinen_nurminen(56, 70, 48, 80)
    >>> round(result.ci_low, 4), round(result.ci_high, 4)
    (0.0528, 0.3382)
    """
    return _estimate_score("estimate_miettinen_nurminen", (events1, n1, events0, n0), level, inflate=True)


def estimate_mee(events1: float, n1: float, events0: float, n0: float, level: float = 0.95) -> Estimate:
    """p1 - p0 with Mee's score interval (Mee 1984): as Miettinen-Nurminen without the factor N / (N - 1).

    Parameters
    ----------
    events1, n1, events0, n0 : int
        Participants with the event and all, arm 1 (treatment) and arm 0 (control).
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Estimate
        A difference of proportions, -1 to 1. None with a warning where a count is missing, infinite, not whole or greater
        than n, or an arm is empty.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    References
    ----------
    Equations (1) and (2) of risk_difference.md.
    Mee 1984, Biometrics 40:1175.

    Examples
    --------
    >>> answer = estimate_mee(56, 70, 48, 80)
    >>> round(answer.ci_low, 4), round(answer.ci_high, 4)
    (0.0533, 0.3377)
    """
    return _estimate_score("estimate_mee", (events1, n1, events0, n0), level, inflate=False)


def estimate_newcombe(events1: float, n1: float, events0: float, n0: float, level: float = 0.95) -> Estimate:
    """p1 - p0 with Newcombe's hybrid of two Wilson intervals, without continuity correction; no p-value.

    Source: Newcombe 1998, Statistics in Medicine 17:873, method 10.

    Parameters
    ----------
    events1, n1, events0, n0 : int
        Participants with the event and all, arm 1 (treatment) and arm 0 (control).
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    Estimate
        A difference of proportions, -1 to 1. None with a warning where a count is missing, infinite, not whole or greater
        than n, or an arm is empty.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    References
    ----------
    Equation (4) of risk_difference.md.
    Newcombe 1998, Statistics in Medicine 17:873, method 10.

    Examples
    --------
    >>> answer = estimate_newcombe(56, 70, 48, 80)
    >>> round(answer.ci_low, 4), round(answer.ci_high, 4)
    (0.0524, 0.3339)
    """
    check_level(level)
    method = "risk_difference.estimate_newcombe"
    wrong = check_counts((events1, n1), (events0, n0))
    if wrong:
        return refuse_estimate(method, 0, wrong, level=level)
    p1, p0 = events1 / n1, events0 / n0
    (low1, high1), (low0, high0) = compute_wilson(events1, n1, level), compute_wilson(events0, n0, level)
    low, high = compute_limits((p1, low1, high1), (p0, low0, high0))
    return Estimate(p1 - p0, float(low), float(high), None, int(n1 + n0), method, level=level)


def compute_exact_p(
    x1: int, n1: int, x0: int, n0: int, difference: float = 0.0, enough: float | None = None
) -> float:  # fmt: skip
    """The two-sided exact unconditional p-value of p1 - p0 = ``difference``, ordered by the score statistic.

    Where only the answer to "greater than ``enough``?" is wanted, the supremum is not refined to the end.

    Equation (5) of risk_difference.md.
    """
    z = compute_score_z(np.arange(n1 + 1)[:, None], n1, np.arange(n0 + 1)[None, :], n0, difference, inflate=False)
    size = np.abs(z)
    observed = size[x1, x0]
    return compute_supremum(size >= observed - 1e-9 * max(1.0, min(observed, 1e6)), difference, enough is None)[0]


def _find_mirrored(x1: int, n1: int, x0: int, n0: int, level: float, compute_p: ExactP) -> tuple[float, float, float]:
    """The answer of the one among the table and its mirror images that is kept: arms swapped, events and non-events."""
    if 2 * (x1 + x0) > n1 + n0:
        low, high, p = _find_mirrored(n1 - x1, n1, n0 - x0, n0, level, compute_p)
        return -high, -low, p
    if (n1, x1) > (n0, x0):
        low, high, p = _find_exact(x0, n0, x1, n1, level, compute_p)
        return -high, -low, p
    return _find_exact(x1, n1, x0, n0, level, compute_p)


@functools.lru_cache(maxsize=16384)
def _find_exact(x1: int, n1: int, x0: int, n0: int, level: float, compute_p: ExactP) -> tuple[float, float, float]:
    """Both limits and p; kept, for simulated trials of one size meet the same few tables again and again."""

    def accept(difference: float) -> bool:
        return compute_p(x1, n1, x0, n0, difference, 1 - level) > 1 - level

    observed, low, high = x1 / n1 - x0 / n0, -1.0, 1.0
    if n1 + n0 > _SCAN:
        # Large arms: no difference beyond these score limits is accepted, which the search checks.
        wide = _estimate_score("", (x1, n1, x0, n0), 1 - (1 - level) / 20, inflate=True)
        low, high = float(wide.ci_low or 0.0), float(wide.ci_high or 0.0)
        low, high = (-1.0 if accept(low) else low), (1.0 if accept(high) else high)
    return _search(accept, observed, low), _search(accept, observed, high), compute_p(x1, n1, x0, n0)


def _search(accept: Callable[[float], bool], inside: float, end: float) -> float:
    """The accepted difference farthest from ``inside`` towards ``end``: scanned from the end, then bisected."""
    if abs(end - inside) < 1e-12 or accept(end):
        return end
    outside, sign = end, 1.0 if end < inside else -1.0
    while abs(inside - outside) > _STEP and not accept(outside + sign * _STEP):
        outside += sign * _STEP
    within = outside + sign * _STEP if abs(inside - outside) > _STEP else inside
    for _ in range(30):
        middle = (outside + within) / 2
        outside, within = (outside, middle) if accept(middle) else (middle, within)
    return within


def _estimate_score(name: str, counts: tuple[float, float, float, float], level: float, inflate: bool) -> Estimate:
    check_level(level)
    method = f"risk_difference.{name}"
    x1, n1, x0, n0 = counts
    wrong = check_counts((x1, n1), (x0, n0))
    if wrong:
        return refuse_estimate(method, 0, wrong, level=level)
    observed = x1 / n1 - x0 / n0
    z = float(special.ndtri(0.5 + level / 2))

    def excess(difference: float) -> float:
        return float(np.clip(compute_score_z(x1, n1, x0, n0, difference, inflate), -1e6, 1e6))

    low = -1.0 if excess(-1.0) <= z else float(brentq(lambda d: excess(d) - z, -1.0, observed, xtol=1e-13))
    high = 1.0 if excess(1.0) >= -z else float(brentq(lambda d: excess(d) + z, observed, 1.0, xtol=1e-13))
    p = 2 * float(special.ndtr(-abs(excess(0.0))))
    return Estimate(observed, low, high, p, int(n1 + n0), method, level=level)
