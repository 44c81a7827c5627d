"""DESCRIBE: values and changes by visit and arm; for events, how many had them and how follow-up ended."""

from dataclasses import replace

import polars as pl

from trialwright.analyse.context import Context
from trialwright.analyse.courses import list_visits, select_course, take_sample
from trialwright.analyse.rows import Basis, list_count, list_summary
from trialwright.analyse.survival import select_times
from trialwright.definition.analysis import Analysis
from trialwright.definition.compiled import CompiledParameter
from trialwright.results import ResultRow

_ENDS = ((0, "EVENT"), (2, "DEATH"), (1, "CENSORED"))


def compute_describe(context: Context, analysis: Analysis) -> list[ResultRow]:
    """Rows by parameter, visit and arm: the value, then the change from baseline (the ratio for log parameters).

    Categories are counted. The participants of the set without a value at the visit are ``n_missing``.
    """
    rows: list[ResultRow] = []
    for compiled in context.list_parameters(analysis):
        if compiled.parameter.event is not None:
            rows += _count_ends(context, analysis, compiled)
        else:
            rows += _describe_course(context, analysis, compiled)
    return rows


def _describe_course(context: Context, analysis: Analysis, compiled: CompiledParameter) -> list[ResultRow]:
    members, log = context.sets[analysis.analysis_set], compiled.parameter.scale == "log"
    course, unit = select_course(context, compiled, members), context.find_unit(compiled)
    change, name = ("R2BASE", "ratio") if log else ("CHG", unit)
    kinds = [("AVAL", "", unit), (change, "RATIO_TO_BASELINE" if log else "CHANGE", name)]
    if course.height and course["AVAL"].null_count() == course.height:
        return _count_codes(context, analysis, compiled, course)
    rows: list[ResultRow] = []
    for visit in [one for one in list_visits(course) if not analysis.at or one in analysis.at]:
        base = course.filter((pl.col("AVISIT") == visit) & (pl.col("ABLFL") == "Y")).height > 0
        for column, category, unit_ in kinds[: 1 if base else 2]:
            for arm in context.list_arms(analysis):
                sample = take_sample(course, members, arm, visit, column)
                head = replace(
                    context.head(analysis, compiled.parameter.code, unit_), visit=visit, group=arm, category=category
                )
                rows += list_summary(head, sample.values, Basis(sample.subjects, sample.n_missing), geometric=log)
    return rows + _count_codes(context, analysis, compiled, course)


def _count_codes(
    context: Context, analysis: Analysis, compiled: CompiledParameter, course: pl.DataFrame
) -> list[ResultRow]:
    """For an item with codes: how many had each, at each visit."""
    form, _, item = (compiled.parameter.item or "").partition(".")
    codes = [one.code for one in context.definition.forms[form].codes.get(item, {}).values() if not one.unknown]
    members = context.sets[analysis.analysis_set]
    rows: list[ResultRow] = []
    for visit in [one for one in list_visits(course) if codes and (not analysis.at or one in analysis.at)]:
        for code in codes:
            for arm in context.list_arms(analysis):
                at_visit = course.filter((pl.col("AVISIT") == visit) & (pl.col("arm") == arm))
                having = tuple(at_visit.filter(pl.col("AVALC") == code)["SUBJID"])
                basis = Basis(having, len(members.arms[arm]) - at_visit.height, n_used=at_visit.height)
                head = replace(context.head(analysis, compiled.parameter.code), visit=visit, group=arm, category=code)
                rows += list_count(head, having, at_visit.height, basis)
    return rows


def _count_ends(context: Context, analysis: Analysis, compiled: CompiledParameter) -> list[ResultRow]:
    """How many had the event, died before it, or were censored, and who was not at risk."""
    times = select_times(context, compiled, context.sets[analysis.analysis_set])
    rows: list[ResultRow] = []
    for arm in context.list_arms(analysis):
        mine = times.filter(pl.col("arm") == arm)
        for code, category in _ends_of(compiled):
            having = tuple(mine.filter(pl.col("CNSR") == code)["SUBJID"])
            missing = len(context.sets[analysis.analysis_set].arms[arm]) - mine.height
            head = replace(context.head(analysis, compiled.parameter.code), visit="", group=arm, category=category)
            rows += list_count(head, having, mine.height, Basis(having, missing, n_used=mine.height))
    return rows


def _ends_of(compiled: CompiledParameter) -> list[tuple[int, str]]:
    return [(code, name) for code, name in _ENDS if code != 2 or compiled.parameter.competing]
