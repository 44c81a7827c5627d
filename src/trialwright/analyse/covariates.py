"""The covariates of a model as columns: the baseline value first, then what the plan names."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from trialwright.analyse.context import Question
from trialwright.statistics.arrays import FloatArray


def build_covariates(question: Question, frame: pl.DataFrame) -> tuple[FloatArray | None, list[str]]:
    """The covariates of the rows of ``frame`` (with SUBJID and ``base``), shape (rows, k), and their names.

    A covariate that is the parameter's own item is the baseline value already. A code becomes 0/1 columns against its
    first code present; one that is the same for everybody is left out. Missing is NaN. None where there are no rows.
    """
    columns: list[FloatArray] = [frame["base"].to_numpy().astype(np.float64)]
    own = question.compiled.parameter.item
    others, names = build_columns(question, frame["SUBJID"].to_list(), leave_out=own or "")
    return (np.column_stack((*columns, others)) if frame.height else None), ["baseline", *names]


def build_columns(question: Question, subjects: Sequence[str], leave_out: str = "") -> tuple[FloatArray, list[str]]:
    """The plan's covariates of these participants, shape (n, k), and their names; ``leave_out`` is an item that is in the
    model already."""
    columns: list[FloatArray] = []
    names: list[str] = []
    frame = pl.DataFrame({"SUBJID": list(subjects)}, schema={"SUBJID": pl.String})
    base = question.context.datasets.adam["ADBASE"]
    for item in question.analysis.covariates:
        if item == leave_out:
            continue
        found = frame.join(base.filter(pl.col("ITEM") == item), on="SUBJID", how="left", maintain_order="left")
        for name, column in _expand(item, found):
            columns.append(column)
            names.append(name)
    return (np.column_stack(columns) if columns else np.zeros((frame.height, 0))), names


def tell_strata(question: Question) -> str:
    """What a stratified test was stratified by."""
    covariates = question.analysis.covariates
    return f"stratified by {covariates[0]}" if covariates else "one stratum"


def _expand(item: str, found: pl.DataFrame) -> list[tuple[str, FloatArray]]:
    codes = sorted(found["AVALC"].drop_nulls().unique())
    if not codes:
        values = found["AVAL"].cast(pl.Float64).to_numpy().astype(np.float64)
        return [(item, values)] if np.unique(values[~np.isnan(values)]).size > 1 else []
    return [
        (
            f"{item} = {code}",
            found.select(pl.when(pl.col("AVALC").is_not_null()).then((pl.col("AVALC") == code).cast(pl.Float64)))[
                "AVALC"
            ]
            .to_numpy()
            .astype(np.float64),
        )
        for code in codes[1:]
    ]


def find_strata(question: Question, subjects: Sequence[str]) -> list[str]:
    """The stratum of each participant: the code of the plan's first covariate; one stratum where it names none, and
    one of their own for those of whom the code is not known."""
    if not question.analysis.covariates:
        return [""] * len(subjects)
    base = question.context.datasets.adam["ADBASE"].filter(pl.col("ITEM") == question.analysis.covariates[0])
    codes = dict(base.select("SUBJID", "AVALC").iter_rows())
    return [codes.get(one) or "unknown" for one in subjects]
