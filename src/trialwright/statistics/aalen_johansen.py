"""Cumulative incidence with competing events (Aalen-Johansen), with two formulas of the variance.

Where other software differs: lifelines moves tied times apart at random and so prints another number each time; R's
``cmprsk`` uses Aalen's variance, most others the delta method's. Both are here and named.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from trialwright.statistics import square_and_add
from trialwright.statistics.arrays import FloatArray, check_level
from trialwright.statistics.kaplan_meier import Interval, compute_limits
from trialwright.statistics.outcomes import Curve, Estimate, refuse_estimate
from trialwright.statistics.survival_data import count_at_times, prepare

Variance = Literal["delta", "aalen"]


def estimate(
    time: ArrayLike,
    event: ArrayLike,
    cause: int = 1,
    level: float = 0.95,
    interval: Interval = "log-log",
    variance: Variance = "delta",
) -> Curve:
    """The cumulative incidence of ``cause``.

    Parameters
    ----------
    time : array_like, shape (n,)
        Time to the first event or to the end of follow-up. NaN means missing: the row is left out.
    event : array_like, shape (n,)
        0 censored, 1, 2, … the event that came first.
    cause : int
        The event of interest.
    level : float
        Confidence level of the pointwise intervals.
    interval : str
        As for Kaplan-Meier, applied to 1 - incidence.
    variance : str
        ``delta`` (Dinse & Larson 1986; Marubini & Valsecchi 1995) or ``aalen`` (Aalen 1978, as in R's cmprsk).

    Returns
    -------
    Curve
        One row a distinct time at which ``cause`` occurred; ``start`` is 0.

    Raises
    ------
    ValueError
        When ``level``, ``interval`` or ``variance`` is none of those named. Impossible times or events give an empty curve
        with a warning.

    Notes
    -----
    F(t) = sum S(s-) d_cause / n over event times s <= t, S the Kaplan-Meier curve of any event. A jump of kind j at u
    moves F(t) by I(j = 1) + F(u) / S(u) - F(t) / S(u); both variances sum its square over the jumps.

    References
    ----------
    Equations (1) to (4) of aalen_johansen.md.
    Aalen & Johansen 1978, Scandinavian Journal of Statistics 5:141; Andersen, Borgan, Gill & Keiding 1993, section IV.4;
    Marubini & Valsecchi 1995, chapter 10 (variances).

    Examples
    --------
    >>> curve = estimate([2, 3, 3, 5, 6, 8, 9, 12], [1, 2, 0, 1, 1, 0, 2, 0])
    >>> round(curve.at(6).estimate, 4)
    0.425
    """
    check_level(level)
    method = f"aalen_johansen.estimate:{interval},{variance}"
    follow = prepare(time, event)
    if follow.wrong:
        return Curve(*(np.zeros(0),) * 7, 0.0, 0.0, 0, method, level, (*follow.warnings, follow.wrong))
    times = np.unique(follow.time[follow.event > 0])
    merged = np.where(follow.event == cause, 1, np.where(follow.event > 0, 2, 0))
    at_risk, events = count_at_times(follow.time, merged, times, causes=2)
    incidence, spread = compute_incidence(at_risk, events, variance)
    rows = events[0] > 0
    se = np.sqrt(np.maximum(spread, 0.0))[rows]
    shown = incidence[rows]
    rest = 1 - shown
    relative = np.divide(se, rest, out=np.zeros_like(se), where=rest > 0)
    low, high = compute_limits(rest, relative, float(special.ndtri(0.5 + level / 2)), interval)
    warnings = follow.warnings if rows.any() else (*follow.warnings, "no events of this kind")
    return Curve(
        times[rows], shown, se, 1 - high, 1 - low, at_risk[rows], events[0][rows], 0.0,
        float(follow.time.max()), follow.time.size, method, level, warnings,
    )  # fmt: skip


def compare(first: Estimate, second: Estimate) -> Estimate:
    """The difference of two cumulative incidences at a time, first minus second, whatever was censored before it.

    Parameters
    ----------
    first, second : Estimate
        Of two independent arms at the same time, from ``estimate(...).at(time)``, with limits (exact ones where the curve
        is 0 or 1: the curve's own are then no wider than the point).

    Returns
    -------
    Estimate
        A difference of shares, -1 to 1, without p-value: the arms are compared over all times by ``gray``. None with a
        warning where either is, or where one has no limits.

    Notes
    -----
    A difference of simple shares would leave out who was censored before the time and keep their arm's early events:
    that overstates both shares. Limits are squared and added, so they stay within -1 and 1 at ten in an arm, where the
    normal interval does not.

    References
    ----------
    Equation (5) of aalen_johansen.md.
    Newcombe 1998, Statistics in Medicine 17:873, method 10; Zou & Donner 2008, Statistics in Medicine 27:1693.

    Examples
    --------
    >>> first, second = estimate([2, 3, 5, 9], [1, 1, 0, 2]).at(6), estimate([1, 4, 6, 8], [2, 0, 1, 1]).at(6)
    >>> answer = compare(first, second)
    >>> round(answer.estimate, 3), round(answer.ci_low, 3), round(answer.ci_high, 3)
    (0.125, -0.553, 0.664)
    """
    method = "aalen_johansen.compare"
    warnings, n = tuple(dict.fromkeys(first.warnings + second.warnings)), first.n + second.n
    parts = [(one.estimate, one.ci_low, one.ci_high) for one in (first, second)]
    (value1, low1, high1), (value0, low0, high0) = parts
    if value1 is None or value0 is None:
        return refuse_estimate(method, n, *warnings, level=first.level)
    if low1 is None or high1 is None or low0 is None or high0 is None:
        said = (*warnings, "an arm has no limits")
        return Estimate(value1 - value0, None, None, None, n, method, said, level=first.level)
    low, high = square_and_add.compute_limits((value1, low1, high1), (value0, low0, high0))
    return Estimate(value1 - value0, float(low), float(high), None, n, method, warnings, level=first.level)


def compute_incidence(at_risk: FloatArray, events: FloatArray, variance: Variance) -> tuple[FloatArray, FloatArray]:
    """Cumulative incidence of the first cause at each event time, and its variance.

    ``at_risk`` has shape (..., k), ``events`` (2, ..., k): the cause of interest and all others. Places where nobody is
    at risk hold no event and change nothing.

    Equations (1) to (4) of aalen_johansen.md.
    """
    if variance not in ("delta", "aalen"):
        raise ValueError(f"no such variance: {variance!r}")
    n, d1, d2 = np.maximum(at_risk, 1), events[0], events[1]
    after = np.cumprod(1 - (d1 + d2) / n, axis=-1)
    before = np.concatenate((np.ones_like(after[..., :1]), after[..., :-1]), axis=-1)
    incidence = np.cumsum(before * d1 / n, axis=-1)
    lead = np.divide(incidence, after, out=np.zeros_like(after), where=after > 0)
    inverse = np.divide(1.0, after, out=np.zeros_like(after), where=after > 0)
    if variance == "aalen":
        # Each kind of jump is a Poisson-like term of its own; the tie factor is the hypergeometric one.
        own, rival = (before**2 * d / n**2 * (1 - np.where(d > 1, d - 1, 0) / np.maximum(n - 1, 1)) for d in (d1, d2))
        cross = np.zeros_like(own)
    else:
        # The jumps at one time are one multinomial draw.
        own, rival = (before**2 * d * (n - d) / n**3 for d in (d1, d2))
        cross = -(before**2) * d1 * d2 / n**3
    rival, cross = np.where(after > 0, rival, 0.0), np.where(after > 0, cross, 0.0)
    square = np.cumsum(own * (1 + lead) ** 2 + rival * lead**2 + 2 * cross * (1 + lead) * lead, axis=-1)
    mixed = np.cumsum(inverse * (own * (1 + lead) + rival * lead + cross * (1 + 2 * lead)), axis=-1)
    last = np.cumsum(inverse**2 * (own + rival + 2 * cross), axis=-1)
    return incidence, square - 2 * incidence * mixed + incidence**2 * last
