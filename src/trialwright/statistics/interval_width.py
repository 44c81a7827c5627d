"""How wide an interval would have been with more participants: the honest neighbour of a small trial's interval."""

import math
from typing import Literal

from trialwright.statistics.outcomes import Estimate
from trialwright.statistics.proportion import check_counts, estimate_clopper_pearson
from trialwright.statistics.risk_difference import estimate_miettinen_nurminen

Scale = Literal["plain", "log"]


def compute_width(result: Estimate, now: float, then: float, scale: Scale = "plain") -> float | None:
    """The width with ``then`` participants an arm instead of ``now``: shrunk by the root of their ratio.

    Parameters
    ----------
    result : Estimate
        With both limits; None is returned otherwise.
    now, then : float
        Participants an arm.
    scale : str
        ``log`` for ratios: the answer is then the upper limit over the lower.

    Returns
    -------
    float or None
        In the unit of the estimate (for ``log`` a factor); None without both limits.

    References
    ----------
    Equations (1) and (2) of interval_width.md.
    No published source: the rule is ours; that a standard error falls with the root of the number is in every textbook
    (for example Armitage, Berry & Matthews 2002, chapter 4).

    Examples
    --------
    >>> compute_width(Estimate(1.0, 0.0, 2.0, None, 20, "a.b"), 10, 40)
    1.0
    """
    if result.ci_low is None or result.ci_high is None or not (now > 0 and then > 0):
        return None
    factor = math.sqrt(now / then)
    if scale == "log":
        if result.ci_low <= 0:
            return None
        exponent = math.log(result.ci_high / result.ci_low) * factor
        return math.exp(exponent) if exponent < 700 else None
    return (result.ci_high - result.ci_low) * factor


def compute_width_proportion(events: float, n: float, then: int, level: float = 0.95) -> float | None:
    """The width of Clopper-Pearson's interval with ``then`` participants and the same share of events.

    Between two whole numbers of events the widths are interpolated. None for impossible counts.

    Parameters
    ----------
    events, n : int
        Participants with the event, and all.
    then : int
        Participants an arm.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    float or None
        Upper minus lower limit, 0 to 1; None for impossible counts.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    References
    ----------
    Equation (3) of interval_width.md.
    No published source: the rule is ours; the interval is that of Clopper & Pearson 1934, Biometrika 26:404.

    Examples
    --------
    >>> round(compute_width_proportion(0, 10, 20), 3)
    0.168
    """
    if check_counts((events, n)) or then < 1:
        return None
    expected = events / n * then
    low = min(int(expected), then)
    widths = [_width(estimate_clopper_pearson(x, then, level)) for x in (low, min(low + 1, then))]
    return widths[0] + (widths[1] - widths[0]) * (expected - low)


def compute_width_difference(
    events1: float, n1: float, events0: float, n0: float, then: int, level: float = 0.95
) -> float | None:
    """The width of Miettinen-Nurminen's interval with ``then`` participants an arm and about the same shares.

    Events are rounded to whole numbers. None for impossible counts.

    Parameters
    ----------
    events1, n1, events0, n0 : int
        Participants with the event and all, arm 1 (treatment) and arm 0 (control).
    then : int
        Participants an arm.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    float or None
        Upper minus lower limit, 0 to 2; None for impossible counts.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1.

    References
    ----------
    Equation (4) of interval_width.md.
    No published source: the rule is ours; the interval is that of Miettinen & Nurminen 1985, Statistics in Medicine 4:213.

    Examples
    --------
    >>> round(compute_width_difference(0, 10, 4, 10, 20), 3)
    0.41
    """
    if check_counts((events1, n1), (events0, n0)) or then < 1:
        return None
    x1, x0 = (math.floor(x / n * then + 0.5) for x, n in ((events1, n1), (events0, n0)))
    return _width(estimate_miettinen_nurminen(x1, then, x0, then, level))


def _width(result: Estimate) -> float:
    return (result.ci_high or 0.0) - (result.ci_low or 0.0)
