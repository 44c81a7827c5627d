"""PROPORTION: how many have had an event by a day, or a code at a visit, compared between two arms."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from trialwright.analyse.compare import list_counts, list_share
from trialwright.analyse.context import Context, Question, list_questions
from trialwright.analyse.courses import select_course
from trialwright.analyse.covariates import build_columns, find_strata, tell_strata
from trialwright.analyse.rows import Basis, Heading, list_comparison, list_e_value, list_estimate, make_row
from trialwright.analyse.strategies import end_times, find_worst
from trialwright.analyse.survival import select_times
from trialwright.definition.analysis import Analysis, Threshold
from trialwright.results import ResultRow
from trialwright.statistics import conditional_odds_ratio, e_value, mantel_haenszel, overlap_weights
from trialwright.statistics.arrays import FloatArray
from trialwright.vocabulary.methods import Method

_CASES = (("WORST_CASE", True), ("BEST_CASE", False))
_GOOD_CASES = (("UNKNOWN_AS_EVENT", True), ("UNKNOWN_AS_NO_EVENT", False))


@dataclass(frozen=True, slots=True)
class Tally:
    """Who had the event, everybody of whom it is known whether, and who is not known."""

    having: tuple[str, ...]
    known: tuple[str, ...]
    unknown: tuple[str, ...]


def compute_proportion(context: Context, analysis: Analysis) -> list[ResultRow]:
    """Rows by parameter and time point: share with its interval by arm, then the comparison.

    Somebody who was censored before the day is neither with nor without the event: not counted, and ``n_missing``.
    Where there are such, WORST_CASE and BEST_CASE rows count them all with and all without the event; for an event
    that is a benefit these are called UNKNOWN_AS_EVENT and UNKNOWN_AS_NO_EVENT.
    """
    rows: list[ResultRow] = []
    for question in list_questions(context, analysis):
        for visit in _list_visits(question):
            tallies = {arm: _tally(question, visit, arm) for arm in question.arms}
            rows += _list_rows(question, visit, tallies)
    return rows


def _list_visits(question: Question) -> Sequence[str]:
    if question.analysis.threshold is not None:
        return ("",)
    endpoint = question.compiled.endpoint
    return question.analysis.at or ((endpoint.primary_at,) if endpoint.primary_at else endpoint.at[-1:])


def _tally(question: Question, visit: str, arm: str) -> Tally:
    if question.compiled.parameter.event is not None:
        return _tally_event(question, visit, arm)
    if question.analysis.threshold is not None:
        return _tally_threshold(question, question.analysis.threshold, arm)
    return _add_worst(question, visit, arm, _tally_code(question, visit, arm))


def _tally_code(question: Question, visit: str, arm: str) -> Tally:
    mine = select_course(question).filter((pl.col("AVISIT") == visit) & (pl.col("arm") == arm))
    having = tuple(mine.filter((pl.col("AVALC") == "Y") | (pl.col("AVAL") == 1))["SUBJID"])
    known = tuple(mine["SUBJID"])
    return Tally(having, known, tuple(sorted(set(question.members.arms[arm]) - set(known))))


def _add_worst(question: Question, visit: str, arm: str, tally: Tally) -> Tally:
    """The tally with those who have the worst outcome because of an intercurrent event: known, and with a bad event or
    without a good one."""
    died, others = find_worst(question, question.find_day(visit))
    worst = ((died - set(tally.known)) | others) & set(question.members.arms[arm])
    if not worst:
        return tally
    bad = question.compiled.parameter.better == "lower"
    having = (set(tally.having) | worst) if bad else (set(tally.having) - worst)
    known = set(tally.known) | worst
    return Tally(tuple(sorted(having)), tuple(sorted(known)), tuple(sorted(set(tally.unknown) - worst)))


def _tally_threshold(question: Question, threshold: Threshold, arm: str) -> Tally:
    """Who was beyond the threshold at any time after baseline, scheduled or not, of those with a value that can be
    compared."""
    bds = question.context.datasets.adam["ADBDS"]
    mine = bds.filter((pl.col("PARAMCD") == question.code) & pl.col("SUBJID").is_in(question.members.arms[arm]))
    after = mine.filter(pl.col("ABLFL").is_null() & (pl.col("DAY0") >= 0))
    if threshold.grade is not None:
        beyond = pl.col("ATOXGR") >= threshold.grade
    else:
        beyond = pl.col("AVAL") > threshold.times_uln * pl.col("ANRHI")
    judged = after.with_columns(beyond.alias("beyond")).filter(pl.col("beyond").is_not_null())
    having = tuple(judged.filter("beyond")["SUBJID"].unique().sort())
    known = tuple(judged["SUBJID"].unique().sort())
    return Tally(having, known, tuple(sorted(set(question.members.arms[arm]) - set(known))))


def _tally_event(question: Question, visit: str, arm: str) -> Tally:
    day = min(question.find_day(visit), question.horizon)
    times = end_times(question, select_times(question.context, question.code, question.members))
    mine = times.filter(pl.col("arm") == arm)
    having = tuple(mine.filter((pl.col("CNSR") == 0) & (pl.col("DAY0") <= day))["SUBJID"])
    lost = tuple(mine.filter((pl.col("CNSR") == 1) & (pl.col("DAY0") < day))["SUBJID"])
    return Tally(having, tuple(sorted(set(mine["SUBJID"]) - set(lost))), lost)


def _assume(tally: Tally, as_event: bool | None) -> Tally:
    """The tally with the unknown counted as having the event, as not having it, or (None) left out."""
    if as_event is None:
        return tally
    having = (*tally.having, *tally.unknown) if as_event else tally.having
    return Tally(tuple(sorted(having)), tuple(sorted((*tally.known, *tally.unknown))), ())


def _list_rows(question: Question, visit: str, tallies: dict[str, Tally]) -> list[ResultRow]:
    ends = _GOOD_CASES if question.compiled.parameter.better == "higher" else _CASES
    cases = [("", None), *(ends if any(tally.unknown for tally in tallies.values()) else ())]
    rows: list[ResultRow] = []
    for category, as_event in cases:
        assumed = {arm: _assume(tally, as_event) for arm, tally in tallies.items()}
        rows += _list_case(question, visit, category, assumed)
    return rows


def _list_case(question: Question, visit: str, category: str, tallies: dict[str, Tally]) -> list[ResultRow]:
    level, methods = question.context.level, question.analysis.methods
    head = question.head(visit=visit, category=category)
    rows: list[ResultRow] = []
    for arm, tally in tallies.items():
        basis = Basis(tally.having, len(tally.unknown), n_used=len(tally.known))
        rows += list_share(replace(head, group=arm), len(tally.known), level, basis, methods)
    if question.contrast is None:
        return rows
    one, other = (tallies[arm] for arm in question.contrast)
    basis = Basis(tuple(sorted((*one.known, *other.known))), len(one.unknown) + len(other.unknown))
    counts = (len(one.having), len(one.known), len(other.having), len(other.known))
    head = replace(head, group=question.context.contrast_name)
    rows += list_counts(head, methods, counts, level, basis)
    return rows if category else rows + _list_adjusted(question, head, (one, other), basis)


def _list_adjusted(question: Question, head: Heading, arms: tuple[Tally, Tally], basis: Basis) -> list[ResultRow]:
    """The E-value, the weighted difference, and the exact test stratified by the first covariate."""
    methods, level = question.analysis.methods, question.context.level
    rows: list[ResultRow] = []
    if Method.E_VALUE in methods:
        counts = (len(arms[0].having), len(arms[0].known), len(arms[1].having), len(arms[1].known))
        odds = conditional_odds_ratio.estimate_exact(*counts, level=level)
        found = e_value.compute_odds_ratio(odds.estimate, odds.ci_low, odds.ci_high)
        rows += list_e_value(head, found, basis.warn("from the conditional odds ratio"), Method.E_VALUE_ODDS)
    people = [one for tally in arms for one in tally.known]
    response = np.array([float(one in tally.having) for tally in arms for one in tally.known])
    treated = np.repeat([1.0, 0.0], [len(tally.known) for tally in arms])
    if Method.OVERLAP_WEIGHTS in methods:
        columns, names = build_columns(question, people)
        if names:
            weighted = overlap_weights.estimate(response, treated, columns, level).difference
            told = basis.warn(f"weighted by a propensity from {', '.join(names)}")
            rows += list_estimate(replace(head, unit="proportion"), weighted, told)
        else:
            told = basis.warn("the analysis names no covariates to weight by")
            rows.append(make_row(head, "estimate", None, told, Method.OVERLAP_WEIGHTS.value))
    if Method.MANTEL_HAENSZEL_EXACT in methods:
        strata = np.array(find_strata(question, people))
        tables = [
            tuple(int(x) for arm in (1.0, 0.0) for x in _count(response[(strata == one) & (treated == arm)]))
            for one in sorted(set(strata.tolist()))
        ]
        rows += list_comparison(head, mantel_haenszel.compare_exact(tables), basis.warn(tell_strata(question)))  # type: ignore[arg-type]
    return rows


def _count(response: FloatArray) -> tuple[float, int]:
    return float(response.sum()), response.size
