"""MMRM: the course of a value over the visits, by the mixed model for repeated measures."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from trialwright.analyse.adjusted import show
from trialwright.analyse.context import Context, Question, list_questions
from trialwright.analyse.courses import select_changes
from trialwright.analyse.covariates import build_covariates
from trialwright.analyse.rows import Basis, list_comparison, list_estimate, make_row
from trialwright.analyse.tell import count_deaths, tell_scale
from trialwright.definition.analysis import Analysis
from trialwright.results import ResultRow
from trialwright.statistics.mmrm_visits import Rows, VisitTable, estimate_visits
from trialwright.statistics.outcomes import Estimate
from trialwright.vocabulary.methods import Method

_ONE = 1 - 1e-6
"""One degree of freedom, but for rounding."""


def compute_mmrm(context: Context, analysis: Analysis) -> list[ResultRow]:
    """Rows by parameter and visit: adjusted mean of each arm, and what lies between them.

    Response: change from baseline (log parameters: logarithm of the ratio, printed as ratio), with baseline and the
    plan's covariates, arm by visit, unstructured covariance with the stated fallbacks, Kenward-Roger degrees of
    freedom. The model takes what is missing as missing at random, also after death: the number of deaths is in the
    warnings. Without a contrast in the plan there is nothing to compare and no row but the reason.
    """
    rows: list[ResultRow] = []
    for question in list_questions(context, analysis):
        if question.compiled.parameter.item is None:
            continue
        if question.contrast is None:
            rows.append(_refuse(question, Basis(), "the plan names no contrast: no model of two arms"))
        else:
            rows += _fit_parameter(question)
    return rows


def _bound(found: Estimate) -> Estimate:
    """Below one degree of freedom Student's distribution has no tails that end anywhere: no interval, no test."""
    if found.df is None or found.df >= _ONE:
        return found
    why = (*found.warnings, "less than one degree of freedom: no interval")
    return replace(found, ci_low=None, ci_high=None, p=None, warnings=why)


def _refuse(question: Question, basis: Basis, why: str) -> ResultRow:
    head = question.head(group=question.context.contrast_name)
    return make_row(head, "estimate", None, basis.warn(why), Method.MMRM.value)


def _fit_parameter(question: Question) -> list[ResultRow]:
    assert question.contrast
    at = question.compiled.endpoint.at
    visits = question.analysis.at or tuple(one for one in at if question.find_day(one) > 0)
    frame = select_changes(question, visits, question.contrast)
    covariates, names = build_covariates(question, frame)
    treated = (frame["arm"] == question.contrast[0]).cast(pl.Float64).to_numpy()
    people, when = frame["SUBJID"].to_numpy(), frame["AVISITN"].to_numpy()
    data = Rows(frame["response"].to_numpy(), treated, people, when, covariates)
    table = estimate_visits(data, level=question.context.level)
    subjects = tuple(frame["SUBJID"].unique().sort())
    said = (
        f"adjusted for {', '.join(names)}",
        *tell_scale(question, visits),
        *_say_deaths(question, visits),
        *table.warnings,
    )
    basis = Basis(subjects, question.contrast_size - len(subjects), said)
    if not table.visits:
        return [_refuse(question, basis, "no visit at which both arms have values")]
    return _list_rows(question, table, frame, basis)


def _list_rows(question: Question, table: VisitTable, frame: pl.DataFrame, basis: Basis) -> list[ResultRow]:
    assert question.contrast
    name = question.context.contrast_name
    visits = dict(frame.select("AVISITN", "AVISIT").unique().iter_rows())
    of_arm = {arm: tuple(frame.filter(pl.col("arm") == arm)["SUBJID"].unique().sort()) for arm in question.contrast}
    groups = zip((*question.contrast, name), (table.means1, table.means0, table.differences), strict=True)
    answers = [(group, replace(basis, subjects=of_arm.get(group, basis.subjects)), found) for group, found in groups]
    rows: list[ResultRow] = []
    for at, label in enumerate(table.visits):
        for group, own, found in answers:
            head = question.head(visit=visits[label], group=group, unit=question.unit)
            rows += list_estimate(head, show(question, _bound(found[at])), own, with_p=group == name)
    for category, test in (("ANY_DIFFERENCE", table.any_difference), ("INTERACTION", table.interaction)):
        rows += list_comparison(question.head(group=name, category=category), test, basis)
    return rows


def _say_deaths(question: Question, visits: Sequence[str]) -> tuple[str, ...]:
    """Deaths by the last visit of the model; later ones have taken no value from it."""
    deaths = count_deaths(question, max(visits, key=question.find_day)) if visits else 0
    return (
        (f"deaths in these arms: {deaths}, and the model takes values after death as missing at random",)
        if deaths
        else ()
    )
