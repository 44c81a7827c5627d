"""Step curves of one arm, and how they are read."""

from dataclasses import replace

from trialwright.analyse.survival import Times
from trialwright.analyse.survival_methods import is_event
from trialwright.statistics import aalen_johansen, kaplan_meier
from trialwright.statistics.outcomes import Curve, Estimate
from trialwright.vocabulary.methods import Method

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


def drop_degenerate(estimate: Estimate) -> Estimate:
    """The estimate without interval where the curve is 0 or 1: a variance of 0 there is no precision."""
    if estimate.estimate not in (0.0, 1.0):
        return estimate
    why = (*estimate.warnings, "the curve is 0 or 1 here: this method has no interval")
    return replace(estimate, ci_low=None, ci_high=None, se=None, warnings=why)
