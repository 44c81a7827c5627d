"""Step curves of one arm, and how they are read."""

from dataclasses import replace

from trialwright.analyse.survival import Times
from trialwright.analyse.survival_methods import is_event
from trialwright.statistics import aalen_johansen, kaplan_meier, proportion
from trialwright.statistics.outcomes import Curve, Estimate
from trialwright.vocabulary.methods import Method

ROUNDING = 1e-9
"""A product of steps can miss 0 or 1 by so much."""
CURVES = frozenset((Method.AALEN_JOHANSEN, Method.KAPLAN_MEIER))


def estimate_curve(times: Times, level: float, method: Method) -> Curve:
    """Survival (Kaplan-Meier, competing deaths censored) or cumulative incidence (Aalen-Johansen)."""
    if method is Method.KAPLAN_MEIER:
        return kaplan_meier.estimate(times.days, is_event(times.codes), level)
    return aalen_johansen.estimate(times.days, times.codes, 1, level)


def read_curve(times: Times, curve: Curve, day: float) -> Estimate:
    """The value on a day; once the last participant at risk had an event nothing more can change, so it stays."""
    settled = times.days.size > 0 and not (times.codes[times.days == times.days.max()] == 0).any()
    return curve.at(min(day, curve.last) if settled else day)


def read_bounded(times: Times, curve: Curve, day: float, level: float) -> Estimate:
    """The value on a day, with an exact interval where the curve is 0 or 1."""
    return bound_degenerate(times, read_curve(times, curve, day), day, level)


def bound_degenerate(times: Times, estimate: Estimate, day: float, level: float) -> Estimate:
    """The estimate, with an exact interval where the curve is 0 or 1: a variance of 0 there is no precision.

    The interval is Clopper & Pearson's for those whose state on the day is known; the method says so, and a warning how
    many they are.
    """
    value = estimate.estimate
    if value is None or min(value, 1 - value) > ROUNDING:
        return estimate
    known = ~((times.codes == 0) & (times.days < day))
    of_kind = times.codes == 1
    falls = estimate.method.startswith("kaplan_meier.")
    having = int((known & (~(of_kind & (times.days <= day)) if falls else of_kind & (times.days <= day))).sum())
    exact = proportion.estimate_clopper_pearson(having, int(known.sum()), level)
    if exact.estimate is None or abs(exact.estimate - value) > ROUNDING:
        why = (*estimate.warnings, "the curve is 0 or 1 here: this method has no interval")
        return replace(estimate, ci_low=None, ci_high=None, se=None, warnings=why)
    why = (*estimate.warnings, f"the curve is 0 or 1 here: exact interval of those whose state is known ({exact.n})")
    base = estimate.method.partition(":")[0]
    return replace(exact, warnings=why, method=f"{base}:clopper_pearson")
