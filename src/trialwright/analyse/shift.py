"""SHIFT: from the grade at baseline to the worst grade after it, by arm."""

from dataclasses import replace

import polars as pl

from trialwright.analyse.context import Context
from trialwright.analyse.rows import Basis, list_count
from trialwright.definition.analysis import Analysis
from trialwright.definition.compiled import CompiledParameter
from trialwright.results import ResultRow

_STATES = ("LOW", "NORMAL", "HIGH")


def compute_shift(context: Context, analysis: Analysis) -> list[ResultRow]:
    """Rows by parameter, arm and pair of states: ``category`` is ``0 -> 2``, from baseline to worst.

    With a CTCAE term the states are grades, otherwise below, inside and above the reference range (the worst is then
    the one farther from normal that occurs; LOW before HIGH where both do). All values after time zero count, planned
    or not. Without both ends a participant is ``n_missing``.
    """
    rows: list[ResultRow] = []
    for compiled in context.list_parameters(analysis):
        if compiled.parameter.item is not None:
            rows += _shift_parameter(context, analysis, compiled)
    return rows


def _shift_parameter(context: Context, analysis: Analysis, compiled: CompiledParameter) -> list[ResultRow]:
    members = context.sets[analysis.analysis_set]
    graded = bool(compiled.parameter.ctcae)
    pairs = find_pairs(context, compiled, graded).join(members.frame, on="SUBJID", how="inner").sort("SUBJID")
    states = [str(grade) for grade in range(5)] if graded else list(_STATES)
    rows: list[ResultRow] = []
    for arm, subjects in members.arms.items():
        mine = pairs.filter(pl.col("arm") == arm)
        missing = len(subjects) - mine.height
        for before in states:
            for after in states:
                having = tuple(mine.filter((pl.col("before") == before) & (pl.col("after") == after))["SUBJID"])
                head = replace(
                    context.head(analysis, compiled.parameter.code), group=arm, category=f"{before} -> {after}"
                )
                rows += list_count(head, having, mine.height, Basis(having, missing, n_used=mine.height))
    return rows


def find_pairs(context: Context, compiled: CompiledParameter, graded: bool) -> pl.DataFrame:
    """SUBJID with the state at baseline and the worst state afterwards, of those who have both."""
    bds = context.datasets.adam["ADBDS"].filter(pl.col("PARAMCD") == compiled.parameter.code)
    base = bds.filter(pl.col("ABLFL") == "Y")
    after = bds.join(base.select("SUBJID", pl.col("ADTM").alias("base_at")), on="SUBJID", how="inner").filter(
        pl.col("ADTM") > pl.col("base_at")
    )
    if graded:
        before = base.select("SUBJID", pl.col("ATOXGR").cast(pl.String).alias("before"))
        worst = after.group_by("SUBJID").agg(pl.col("ATOXGR").max().cast(pl.String).alias("after"))
    else:
        before = base.select("SUBJID", pl.col("ANRIND").alias("before"))
        state = pl.col("ANRIND")
        chosen = pl.when((state == "LOW").any()).then(pl.lit("LOW")).when((state == "HIGH").any()).then(pl.lit("HIGH"))
        worst = (
            after.filter(state.is_not_null()).group_by("SUBJID").agg(chosen.otherwise(pl.lit("NORMAL")).alias("after"))
        )
    return before.join(worst, on="SUBJID", how="inner").drop_nulls()
