"""TIME_TO_EVENT: cumulative incidence or survival by arm, and what lies between the curves."""

from dataclasses import replace

import numpy as np

from trialwright.analyse.context import Context, Question, list_questions
from trialwright.analyse.curves import CURVES, estimate_curve, read_bounded
from trialwright.analyse.rows import Basis, Heading, list_comparison, list_e_value, list_estimate, make_row
from trialwright.analyse.strategies import end_times
from trialwright.analyse.survival import Times, select_times, take_times
from trialwright.analyse.survival_methods import BETWEEN, TESTS, WITHIN, bound_times, is_event
from trialwright.definition.analysis import Analysis
from trialwright.results import ResultRow
from trialwright.statistics import aalen_johansen, e_value, kaplan_meier, risk_difference, turnbull
from trialwright.statistics.outcomes import Curve
from trialwright.vocabulary.methods import Method

_ENDS = (("events", 1), ("competing", 2), ("censored", 0))
_LATE = "the time point is after the horizon: value at the horizon"
Arms = dict[str, Times]


def compute_time_to_event(context: Context, analysis: Analysis) -> list[ResultRow]:
    """Rows by parameter: counts by arm, the curve at each time point, its median, differences, then the tests.

    Times are days from day 0. Somebody with a competing death never has the event: in rank and log-rank tests the
    death is held at the horizon; Gray's test and Aalen-Johansen treat it as what it is. Who is not at risk (the
    parameter's population) is not counted, and ``n_missing``.
    """
    rows: list[ResultRow] = []
    for question in list_questions(context, analysis):
        if question.compiled.parameter.event is None:
            continue
        times = end_times(question, select_times(context, question.code, question.members))
        arms = {arm: take_times(times, question.members, arm) for arm in question.arms}
        rows += _count(question, arms) if any(one in CURVES for one in analysis.methods) else []
        rows += _list_curves(question, arms) + _list_within(question, arms)
        rows += _list_turnbull(question, arms) if Method.TURNBULL in analysis.methods else []
        if question.contrast:
            rows += _list_differences(question, arms) if Method.AALEN_JOHANSEN in analysis.methods else []
            rows += _list_tests(question, arms)
    return rows


def _count(question: Question, arms: Arms) -> list[ResultRow]:
    rows: list[ResultRow] = []
    for arm, times in arms.items():
        head, size = question.head(group=arm), len(times.subjects)
        rows.append(make_row(head, "n", size, Basis(times.subjects, times.n_missing)))
        for statistic, code in _ENDS:
            if statistic != "competing" or question.compiled.parameter.competing:
                having = tuple(one for one, hit in zip(times.subjects, times.codes == code, strict=True) if hit)
                rows.append(make_row(head, statistic, len(having), Basis(having, times.n_missing, n_used=size)))
    return rows


def _list_days(question: Question) -> tuple[str, ...]:
    at = question.compiled.endpoint.at
    return question.analysis.at or tuple(one for one in at if 0 < question.find_day(one) <= question.horizon)


def _list_curves(question: Question, arms: Arms) -> list[ResultRow]:
    rows: list[ResultRow] = []
    for method in [one for one in question.analysis.methods if one in CURVES]:
        for arm, times in arms.items():
            curve = estimate_curve(times, question.context.level, method)
            basis = Basis(times.subjects, times.n_missing)
            for visit in _list_days(question):
                day = float(question.find_day(visit))
                told = basis.warn(_LATE) if day > question.horizon else basis
                day = min(day, question.horizon)
                at = read_bounded(times, curve, day, question.context.level)
                head, left = question.head(visit=visit, group=arm), times.days >= day
                rows += list_estimate(head, at, told)
                staying = tuple(one for one, stays in zip(times.subjects, left, strict=True) if stays)
                basis_left = Basis(staying, times.n_missing, n_used=len(times.subjects))
                rows.append(make_row(head, "at_risk", len(staying), basis_left, at.method))
            rows += _list_median(question, question.head(group=arm, category="MEDIAN", unit="days"), times, curve)
    return rows


def _list_median(question: Question, head: Heading, times: Times, curve: Curve) -> list[ResultRow]:
    """The median time: with its interval from Kaplan-Meier, read off the curve from Aalen-Johansen."""
    basis = Basis(times.subjects, times.n_missing)
    if curve.start == 1.0:
        found = kaplan_meier.estimate_quantile(times.days, is_event(times.codes), 0.5, question.context.level)
        return list_estimate(head, found, basis)
    reached = np.flatnonzero(curve.estimate >= 0.5)
    value = float(curve.times[reached[0]]) if reached.size else None
    told = basis if reached.size else basis.warn("fewer than half have had the event")
    return [make_row(head, "estimate", value, told, curve.method)]


def _list_within(question: Question, arms: Arms) -> list[ResultRow]:
    """The restricted mean of each arm, for each method that has one."""
    rows: list[ResultRow] = []
    for method in [one for one in question.analysis.methods if one in WITHIN]:
        for arm, times in arms.items():
            answer = WITHIN[method](times, question.horizon, question.context.level)
            rows += list_estimate(question.head(group=arm, unit="days"), answer, Basis(times.subjects, times.n_missing))
    return rows


def _list_turnbull(question: Question, arms: Arms) -> list[ResultRow]:
    """What interval-censored times allow to be said: the bounds of the share with the event by each day, and of the
    median. ``ci_low`` and ``ci_high`` are not a confidence interval here, so the statistics have names of their own."""
    rows: list[ResultRow] = []
    for arm, times in arms.items():
        curve = turnbull.estimate(*bound_times(times, question.horizon))
        basis = Basis(times.subjects, times.n_missing, curve.warnings)
        for visit in _list_days(question):
            head = question.head(visit=visit, group=arm)
            bounds = curve.survival(min(question.find_day(visit), question.horizon))
            shares = (None, None) if bounds is None else (1 - bounds[1], 1 - bounds[0])
            rows += _list_bounds(replace(head, unit="proportion"), shares, basis, "no estimate", curve.method)
        found = curve.quantile() or (None, None)
        head = question.head(group=arm, category="MEDIAN", unit="days")
        rows += _list_bounds(head, found, basis, "fewer than half have had the event", curve.method)
    return rows


def _list_bounds(
    head: Heading, bounds: tuple[float | None, float | None], basis: Basis, why: str, method: str
) -> list[ResultRow]:
    named = zip(("at_least", "at_most"), bounds, strict=True)
    return [
        make_row(head, name, value, basis if value is not None else basis.warn(why), method) for name, value in named
    ]


def _list_differences(question: Question, arms: Arms) -> list[ResultRow]:
    """The difference of the cumulative incidences at each time point.

    While nobody of either arm was censored before it, these are simple shares and the interval is that of two counts,
    Miettinen and Nurminen's. After a censoring it is the difference of the curves, with their limits squared and added;
    none where a curve has no value there. Nobody is left out.
    """
    assert question.contrast
    compared, level = [arms[arm] for arm in question.contrast], question.context.level
    basis = Basis(
        tuple(sorted(one for arm in compared for one in arm.subjects)), sum(arm.n_missing for arm in compared)
    )
    curves = [estimate_curve(times, level, Method.AALEN_JOHANSEN) for times in compared]
    rows: list[ResultRow] = []
    for visit in _list_days(question):
        day = min(question.find_day(visit), question.horizon)
        if any(((times.codes == 0) & (times.days < day)).any() for times in compared):
            read = (read_bounded(times, curve, day, level) for times, curve in zip(compared, curves, strict=True))
            answer = aalen_johansen.compare(*read)
        else:
            having = (int(((times.codes == 1) & (times.days <= day)).sum()) for times in compared)
            one, other = zip(having, (len(times.subjects) for times in compared), strict=True)
            answer = risk_difference.estimate_miettinen_nurminen(*one, *other, level)
        head = question.head(visit=visit, group=question.context.contrast_name)
        rows += list_estimate(head, answer, basis, with_p=False)
    return rows


def _list_tests(question: Question, arms: Arms) -> list[ResultRow]:
    assert question.contrast
    one, other = (arms[arm] for arm in question.contrast)
    head = question.head(group=question.context.contrast_name)
    basis = Basis(tuple(sorted((*one.subjects, *other.subjects))), one.n_missing + other.n_missing)
    deaths = int((one.codes == 2).sum() + (other.codes == 2).sum())
    held = basis.warn(f"competing deaths held at the horizon: {deaths}") if deaths else basis
    rows: list[ResultRow] = []
    for method in question.analysis.methods:
        if method in TESTS:
            answer = TESTS[method](one, other, question.horizon)
            rows += list_comparison(head, answer, basis if method in (Method.GRAY, Method.GRAY_EXACT) else held)
        if method in BETWEEN:
            estimate, unit = BETWEEN[method]
            found = estimate(one, other, question.horizon, question.context.level)
            rows += list_estimate(replace(head, unit=unit), found, basis)
        if method is Method.E_VALUE:
            ratio = BETWEEN[Method.COX][0](one, other, question.horizon, question.context.level)
            value = e_value.compute_hazard_ratio(ratio.estimate, ratio.ci_low, ratio.ci_high)
            told = basis.warn(*ratio.warnings, "from the cause-specific hazard ratio")
            rows += list_e_value(head, value, told, Method.E_VALUE_HAZARD)
    return rows
