"""READERS: how well blinded readers of the same image agree."""

import numpy as np
import polars as pl

from trialwright.analyse.context import Context, Question, list_questions
from trialwright.analyse.rows import Basis, list_estimate, make_row
from trialwright.definition.analysis import Analysis
from trialwright.results import ResultRow
from trialwright.statistics import agreement
from trialwright.vocabulary.methods import Method


def compute_readers(context: Context, analysis: Analysis) -> list[ResultRow]:
    """Rows by parameter: the intraclass correlation of the readers over all readings, whatever the arm, the mean
    difference of two readers with its limits of agreement, and how many readings a third reader settled.

    Images that were not read by everybody are left out, and counted.
    """
    return [row for question in list_questions(context, analysis) for row in _list_parameter(question)]


def _list_parameter(question: Question) -> list[ResultRow]:
    readings = question.context.datasets.adam["ADREAD"].filter(pl.col("PARAMCD") == question.code)
    readings = readings.join(question.members.frame.select("SUBJID"), on="SUBJID", how="semi")
    head = question.head(group="TOTAL")
    if readings.is_empty():
        why = Basis(warnings=("no readings by several readers",))
        return [make_row(head, "estimate", None, why, Method.INTRACLASS.value)]
    keys = ["SUBJID", "ADT"]
    wide = readings.filter(pl.col("ADJUDFL") == "N").pivot("READER", index=keys, values="AVAL", sort_columns=True)
    whole = wide.drop_nulls()
    values = whole.drop(keys).to_numpy()
    subjects = tuple(whole["SUBJID"].unique().sort())
    basis = Basis(
        subjects,
        len(question.members.everybody) - len(subjects),
        _tell(wide.height - whole.height, whole.height, len(subjects)),
    )
    level = question.context.level
    rows = [make_row(head, "readings", whole.height, basis)]
    rows += list_estimate(head, agreement.estimate_intraclass(values, level), basis)
    settled = readings.filter(pl.col("ADJUDFL") == "Y").select(keys).unique().height
    rows.append(make_row(question.head(group="TOTAL", category="ADJUDICATED"), "readings", settled, basis))
    if values.shape[1] == 2 and whole.height:
        rows += _list_limits(question, values, basis)
    return rows


def _tell(lost: int, images: int, people: int) -> tuple[str, ...]:
    """What was left out; and that images of one participant count as if they were of different people."""
    said = [f"images not read by every reader, left out: {lost}"] if lost else []
    if images > people:
        said.append(f"{images} images of {people} participants are taken as independent: the intervals are too narrow")
    return tuple(said)


def _list_limits(question: Question, values: np.ndarray, basis: Basis) -> list[ResultRow]:
    """Bland and Altman's: the mean difference with its interval, and between which limits most differences lie."""
    found = agreement.estimate_limits(values[:, 0], values[:, 1], question.context.level)
    head = question.head(
        group="TOTAL", category="READER_DIFFERENCE", unit=question.context.find_unit(question.compiled)
    )
    told = basis if found.low is not None else basis.warn("no spread of the differences")
    limits = [("at_least", found.low), ("at_most", found.high)]
    method = Method.AGREEMENT_LIMITS.value
    return [
        *list_estimate(head, found.difference, basis, with_p=False),
        *(make_row(head, name, value, told, method) for name, value in limits),
    ]
