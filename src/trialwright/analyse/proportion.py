"""PROPORTION: how many have had an event by a day, or a code at a visit, compared between two arms."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from trialwright.analyse.compare import DIFFERENCES, list_counts, list_share
from trialwright.analyse.context import Context, Question, list_questions
from trialwright.analyse.courses import select_course
from trialwright.analyse.rows import Basis
from trialwright.analyse.survival import select_times
from trialwright.analyse.widths import list_count_widths
from trialwright.definition.analysis import Analysis
from trialwright.results import ResultRow

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
    endpoint = question.compiled.endpoint
    return question.analysis.at or ((endpoint.primary_at,) if endpoint.primary_at else endpoint.at[-1:])


def _tally(question: Question, visit: str, arm: str) -> Tally:
    if question.compiled.parameter.event is not None:
        return _tally_event(question, visit, arm)
    mine = select_course(question).filter((pl.col("AVISIT") == visit) & (pl.col("arm") == arm))
    having = tuple(mine.filter((pl.col("AVALC") == "Y") | (pl.col("AVAL") == 1))["SUBJID"])
    known = tuple(mine["SUBJID"])
    return Tally(having, known, tuple(sorted(set(question.members.arms[arm]) - set(known))))


def _tally_event(question: Question, visit: str, arm: str) -> Tally:
    day = min(question.find_day(visit), question.horizon)
    mine = select_times(question.context, question.code, question.members).filter(pl.col("arm") == arm)
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
    if question.analysis.role == "main" and not category:
        rows += [
            row for one in methods if one in DIFFERENCES for row in list_count_widths(head, one, counts, level, basis)
        ]
    return rows
