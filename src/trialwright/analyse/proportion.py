"""PROPORTION: how many have had an event by a day, or a code at a visit, compared between two arms."""

from dataclasses import dataclass, replace

import polars as pl

from trialwright.analyse.compare import list_counts, list_share
from trialwright.analyse.context import Context
from trialwright.analyse.courses import select_course
from trialwright.analyse.rows import Basis
from trialwright.analyse.survival import select_times
from trialwright.definition.analysis import Analysis
from trialwright.definition.compiled import CompiledParameter
from trialwright.results import ResultRow

_CASES = (("WORST_CASE", True), ("BEST_CASE", False))
_GOOD_CASES = (("UNKNOWN_AS_EVENT", True), ("UNKNOWN_AS_NO_EVENT", False))


@dataclass(frozen=True, slots=True)
class Tally:
    """Who had the event, who is known to be without it, and who is not known."""

    having: tuple[str, ...]
    known: tuple[str, ...]
    unknown: tuple[str, ...]


def compute_proportion(context: Context, analysis: Analysis) -> list[ResultRow]:
    """Rows by parameter and time point: share with Clopper-Pearson interval by arm, then the comparison.

    Somebody who was censored before the day is neither with nor without the event: not counted, and ``n_missing``.
    Where there are such, WORST_CASE and BEST_CASE rows count them all with and all without the event; for an event
    that is a benefit these are called UNKNOWN_AS_EVENT and UNKNOWN_AS_NO_EVENT.
    """
    rows: list[ResultRow] = []
    for compiled in context.list_parameters(analysis):
        days = analysis.at or (
            (compiled.endpoint.primary_at,) if compiled.endpoint.primary_at else compiled.endpoint.at[-1:]
        )
        for visit in days:
            tallies = {arm: _tally(context, analysis, compiled, visit, arm) for arm in context.list_arms(analysis)}
            rows += _list_rows(context, analysis, compiled, visit, tallies)
    return rows


def _tally(context: Context, analysis: Analysis, compiled: CompiledParameter, visit: str, arm: str) -> Tally:
    members = context.sets[analysis.analysis_set]
    if compiled.parameter.event is None:
        course = select_course(context, compiled, members)
        mine = course.filter((pl.col("AVISIT") == visit) & (pl.col("arm") == arm))
        having = tuple(mine.filter((pl.col("AVALC") == "Y") | (pl.col("AVAL") == 1))["SUBJID"])
        known = tuple(mine["SUBJID"])
        return Tally(having, known, tuple(sorted(set(members.arms[arm]) - set(known))))
    day = min(context.definition.encounters[visit].day, compiled.parameter.horizon_day or 0)
    mine = select_times(context, compiled, members).filter(pl.col("arm") == arm)
    having = tuple(mine.filter((pl.col("CNSR") == 0) & (pl.col("DAY0") <= day))["SUBJID"])
    lost = tuple(mine.filter((pl.col("CNSR") == 1) & (pl.col("DAY0") < day))["SUBJID"])
    return Tally(having, tuple(sorted(set(mine["SUBJID"]) - set(lost))), lost)


def _count(tally: Tally, as_event: bool | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who has the event and who is counted; ``as_event`` says how the unknown count, None that they do not."""
    if as_event is None:
        return tally.having, tally.known
    having = (*tally.having, *tally.unknown) if as_event else tally.having
    return having, (*tally.known, *tally.unknown)


def _list_rows(
    context: Context, analysis: Analysis, compiled: CompiledParameter, visit: str, tallies: dict[str, Tally]
) -> list[ResultRow]:
    ends = _GOOD_CASES if compiled.parameter.better == "higher" else _CASES
    cases = [("", None), *(ends if any(tally.unknown for tally in tallies.values()) else ())]
    rows: list[ResultRow] = []
    for category, as_event in cases:
        head = replace(context.head(analysis, compiled.parameter.code), visit=visit, category=category)
        counted = {arm: _count(tally, as_event) for arm, tally in tallies.items()}
        for arm, (having, known) in counted.items():
            basis = Basis(tuple(sorted(having)), len(tallies[arm].unknown) if not category else 0, n_used=len(known))
            rows += list_share(replace(head, group=arm), having, len(known), context.level, basis, analysis.methods)
        if context.contrast and all(arm in counted for arm in context.contrast):
            (x1, n1), (x0, n0) = (counted[arm] for arm in context.contrast)
            unknown = sum(len(tallies[arm].unknown) for arm in context.contrast)
            basis = Basis(tuple(sorted((*n1, *n0))), unknown if not category else 0)
            numbers = (len(x1), len(n1), len(x0), len(n0))
            rows += list_counts(
                replace(head, group=context.contrast_name), analysis.methods, numbers, context.level, basis
            )
    return rows
