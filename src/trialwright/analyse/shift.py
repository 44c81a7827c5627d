"""SHIFT: from the grade at baseline to the worst grade after it, by arm."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from trialwright.analyse.context import Context, Members, Question, list_questions
from trialwright.analyse.rows import Basis, Heading, list_count
from trialwright.definition.analysis import Analysis
from trialwright.results import ResultRow

_STATES = ("LOW", "NORMAL", "HIGH")
GRADES = tuple(str(grade) for grade in range(5))


def compute_shift(context: Context, analysis: Analysis) -> list[ResultRow]:
    """Rows by parameter, arm and pair of states: ``category`` is ``0 -> 2``, from baseline to worst.

    With a CTCAE term the states are grades, otherwise below, inside and above the reference range (of several values
    outside it LOW counts before HIGH). All values after the baseline count, planned or not. Without both ends a
    participant is ``n_missing``.
    """
    rows: list[ResultRow] = []
    for question in list_questions(context, analysis):
        if question.compiled.parameter.item is not None:
            rows += _list_question(question)
    return rows


def _list_question(question: Question) -> list[ResultRow]:
    graded = bool(question.compiled.parameter.ctcae)
    pairs = _find_pairs(question, graded).join(question.members.frame, on="SUBJID", how="inner").sort("SUBJID")
    shown = replace(question.members, arms={arm: question.members.arms[arm] for arm in question.arms})
    return list_pairs(question.head(), shown, pairs, GRADES if graded else _STATES)


def list_pairs(heading: Heading, members: Members, pairs: pl.DataFrame, states: Sequence[str]) -> list[ResultRow]:
    """Rows of every pair of states in each arm; ``pairs`` has SUBJID, arm, before and after of those who have both."""
    rows: list[ResultRow] = []
    for arm, everybody in members.arms.items():
        mine = pairs.filter(pl.col("arm") == arm)
        missing = len(everybody) - mine.height
        for before, after in ((one, other) for one in states for other in states):
            having = tuple(mine.filter((pl.col("before") == before) & (pl.col("after") == after))["SUBJID"])
            head = replace(heading, group=arm, category=f"{before} -> {after}")
            rows += list_count(head, having, mine.height, Basis(having, missing, n_used=mine.height))
    return rows


def _find_pairs(question: Question, graded: bool) -> pl.DataFrame:
    """SUBJID with the state at baseline and the worst state afterwards, of those who have both."""
    bds = question.context.datasets.adam["ADBDS"].filter(pl.col("PARAMCD") == question.code)
    base = bds.filter(pl.col("ABLFL") == "Y")
    began = base.select("SUBJID", pl.col("ADTM").alias("base_at"))
    after = bds.join(began, on="SUBJID", how="inner").filter(pl.col("ADTM") > pl.col("base_at"))
    state = pl.col("ATOXGR").cast(pl.String) if graded else pl.col("ANRIND")
    worst = pl.col("ATOXGR").max().cast(pl.String) if graded else _find_worst(pl.col("ANRIND"))
    before = base.select("SUBJID", state.alias("before"))
    return before.join(after.group_by("SUBJID").agg(worst.alias("after")), on="SUBJID", how="inner").drop_nulls()


def _find_worst(state: pl.Expr) -> pl.Expr:
    low, high = (state == "LOW").any(), (state == "HIGH").any()
    inside = pl.when(state.is_not_null().any()).then(pl.lit("NORMAL"))
    return pl.when(low).then(pl.lit("LOW")).when(high).then(pl.lit("HIGH")).otherwise(inside)
