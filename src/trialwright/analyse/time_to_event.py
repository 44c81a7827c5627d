"""TIME_TO_EVENT: cumulative incidence or survival by arm, and the comparison of the curves."""

from dataclasses import replace

import numpy as np

from trialwright.analyse.context import Context
from trialwright.analyse.rows import Basis, Heading, list_comparison, list_estimate, make_row
from trialwright.analyse.survival import Times, select_times, take_times
from trialwright.analyse.survival_methods import BETWEEN, TESTS, WITHIN, is_event
from trialwright.definition.analysis import Analysis
from trialwright.definition.compiled import CompiledParameter
from trialwright.results import ResultRow
from trialwright.statistics import aalen_johansen, kaplan_meier, risk_difference
from trialwright.statistics.outcomes import Curve, Estimate
from trialwright.vocabulary.methods import Method

CURVES = {Method.AALEN_JOHANSEN, Method.KAPLAN_MEIER}


def compute_time_to_event(context: Context, analysis: Analysis) -> list[ResultRow]:
    """Rows by parameter: counts by arm, the curve at each time point, its median, differences, then the tests.

    Times are days from day 0. Somebody with a competing death never has the event: in rank and log-rank tests the
    death is held at the horizon; Gray's test and Aalen-Johansen treat it as what it is. Who is not at risk (the
    parameter's population) is not counted, and ``n_missing``.
    """
    rows: list[ResultRow] = []
    for compiled in context.list_parameters(analysis):
        if compiled.parameter.event is None:
            continue
        members = context.sets[analysis.analysis_set]
        times = select_times(context, compiled, members)
        arms = {arm: take_times(times, members, arm) for arm in context.list_arms(analysis)}
        rows += _count(context, analysis, compiled, arms)
        for method in [one for one in analysis.methods if one in CURVES]:
            rows += _list_curves(context, analysis, compiled, arms, method)
        rows += _list_within(context, analysis, compiled, arms)
        if context.contrast and all(arm in arms for arm in context.contrast):
            if Method.AALEN_JOHANSEN in analysis.methods:
                rows += _list_differences(context, analysis, compiled, arms)
            rows += _list_tests(context, analysis, compiled, arms)
    return rows


def estimate_curve(times: Times, level: float, method: Method) -> Curve:
    """Survival (Kaplan-Meier, competing deaths censored) or cumulative incidence (Aalen-Johansen)."""
    if method is Method.KAPLAN_MEIER:
        return kaplan_meier.estimate(times.days, is_event(times.codes), level)
    return aalen_johansen.estimate(times.days, times.codes, 1, level)


def _count(
    context: Context, analysis: Analysis, compiled: CompiledParameter, arms: dict[str, Times]
) -> list[ResultRow]:
    rows: list[ResultRow] = []
    for arm, times in arms.items():
        head = replace(context.head(analysis, compiled.parameter.code), group=arm)
        rows.append(make_row(head, "n", len(times.subjects), Basis(times.subjects, times.n_missing)))
        for statistic, code in (("events", 1), ("competing", 2), ("censored", 0)):
            if code != 2 or compiled.parameter.competing:
                having = tuple(one for one, hit in zip(times.subjects, times.codes == code, strict=True) if hit)
                rows.append(
                    make_row(head, statistic, len(having), Basis(having, times.n_missing, n_used=len(times.subjects)))
                )
    return rows


def _list_curves(
    context: Context, analysis: Analysis, compiled: CompiledParameter, arms: dict[str, Times], method: Method
) -> list[ResultRow]:
    horizon = compiled.parameter.horizon_day or 0
    encounters = context.definition.encounters
    visits = _list_days(context, analysis, compiled)
    rows: list[ResultRow] = []
    for arm, times in arms.items():
        curve = estimate_curve(times, context.level, method)
        head = replace(context.head(analysis, compiled.parameter.code), group=arm)
        basis = Basis(times.subjects, times.n_missing)
        for visit in visits:
            at = curve.at(_reach(times, curve, min(encounters[visit].day, horizon)))
            late = (
                ("the time point is after the horizon: value at the horizon",)
                if encounters[visit].day > horizon
                else ()
            )
            rows += list_estimate(replace(head, visit=visit), drop_degenerate(at), basis.warn(*late))
        rows += _list_median(replace(head, category="MEDIAN", unit="days"), times, curve, context.level, basis)
    return rows


def drop_degenerate(estimate: Estimate) -> Estimate:
    """The estimate without interval where the curve is 0 or 1: a variance of 0 there is no precision."""
    if estimate.estimate not in (0.0, 1.0):
        return estimate
    why = (*estimate.warnings, "the curve is 0 or 1 here: this method has no interval")
    return replace(estimate, ci_low=None, ci_high=None, se=None, warnings=why)


def _reach(times: Times, curve: Curve, day: float) -> float:
    """The time at which to read the curve: once the last participant at risk had an event, nothing more can change."""
    settled = times.days.size > 0 and not (times.codes[times.days == times.days.max()] == 0).any()
    return min(day, curve.last) if settled else day


def _list_differences(
    context: Context, analysis: Analysis, compiled: CompiledParameter, arms: dict[str, Times]
) -> list[ResultRow]:
    """The difference of the shares that have had the event by each day, of those whose state on it is known.

    Without censoring before the day these shares are the cumulative incidence; who was censored before is left out,
    and a warning says how many.
    """
    assert context.contrast
    rows: list[ResultRow] = []
    for visit in _list_days(context, analysis, compiled):
        day = min(context.definition.encounters[visit].day, compiled.parameter.horizon_day or 0)
        known = {arm: ~((times.codes == 0) & (times.days < day)) for arm, times in arms.items()}
        counts: list[tuple[int, int]] = []
        for arm in context.contrast:
            had = (arms[arm].codes == 1) & (arms[arm].days <= day)
            counts.append((int(had.sum()), int(known[arm].sum())))
        subjects = [
            one for arm in context.contrast for one, use in zip(arms[arm].subjects, known[arm], strict=True) if use
        ]
        lost = sum(len(arms[arm].subjects) for arm in context.contrast) - len(subjects)
        missing = lost + sum(arms[arm].n_missing for arm in context.contrast)
        basis = Basis(
            tuple(sorted(subjects)), missing, (f"{lost} censored before the day are left out",) if lost else ()
        )
        head = replace(context.head(analysis, compiled.parameter.code), visit=visit, group=context.contrast_name)
        answer = risk_difference.estimate_miettinen_nurminen(*counts[0], *counts[1], context.level)
        rows += list_estimate(head, answer, basis, with_p=False)
    return rows


def _list_days(context: Context, analysis: Analysis, compiled: CompiledParameter) -> tuple[str, ...]:
    encounters = context.definition.encounters
    horizon = compiled.parameter.horizon_day or 0
    return analysis.at or tuple(one for one in compiled.endpoint.at if 0 < encounters[one].day <= horizon)


def _list_median(head: Heading, times: Times, curve: Curve, level: float, basis: Basis) -> list[ResultRow]:
    """The median time: with its interval from Kaplan-Meier, read off the curve from Aalen-Johansen."""
    if curve.start == 1.0:
        found = kaplan_meier.estimate_quantile(times.days, is_event(times.codes), 0.5, level)
        return list_estimate(head, found, basis)
    reached = np.flatnonzero(curve.estimate >= 0.5)
    value = float(curve.times[reached[0]]) if reached.size else None
    told = basis if reached.size else basis.warn("fewer than half have had the event")
    return [make_row(head, "estimate", value, told, curve.method)]


def _list_within(
    context: Context, analysis: Analysis, compiled: CompiledParameter, arms: dict[str, Times]
) -> list[ResultRow]:
    """The restricted mean of each arm, for each method that has one."""
    horizon = float(compiled.parameter.horizon_day or 0)
    rows: list[ResultRow] = []
    for method in [one for one in analysis.methods if one in WITHIN]:
        for arm, times in arms.items():
            head = replace(context.head(analysis, compiled.parameter.code, "days"), group=arm)
            answer = WITHIN[method](times, horizon, context.level)
            rows += list_estimate(head, answer, Basis(times.subjects, times.n_missing))
    return rows


def _list_tests(
    context: Context, analysis: Analysis, compiled: CompiledParameter, arms: dict[str, Times]
) -> list[ResultRow]:
    assert context.contrast
    one, other = (arms[arm] for arm in context.contrast)
    horizon = float(compiled.parameter.horizon_day or 0)
    head = replace(context.head(analysis, compiled.parameter.code), group=context.contrast_name)
    basis = Basis(tuple(sorted((*one.subjects, *other.subjects))), one.n_missing + other.n_missing)
    rows: list[ResultRow] = []
    for method in analysis.methods:
        if method in TESTS:
            rows += list_comparison(head, TESTS[method](one, other, horizon), _say_held(basis, method, one, other))
        if method in BETWEEN:
            estimate, unit = BETWEEN[method]
            rows += list_estimate(replace(head, unit=unit), estimate(one, other, horizon, context.level), basis)
    return rows


def _say_held(basis: Basis, method: Method, one: Times, other: Times) -> Basis:
    deaths = int((one.codes == 2).sum() + (other.codes == 2).sum())
    return (
        basis.warn(f"{deaths} competing deaths held at the horizon") if deaths and method is not Method.GRAY else basis
    )
