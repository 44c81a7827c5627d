"""MMRM: the course of a value over the visits, by the mixed model for repeated measures."""

from dataclasses import replace

import polars as pl

from trialwright.analyse.change import unlog
from trialwright.analyse.context import Context
from trialwright.analyse.courses import select_course
from trialwright.analyse.covariates import build_covariates
from trialwright.analyse.rows import Basis, list_comparison, list_estimate, make_row
from trialwright.definition.analysis import Analysis
from trialwright.definition.compiled import CompiledParameter
from trialwright.results import ResultRow
from trialwright.statistics.mmrm_visits import Rows, VisitTable, estimate_visits


def compute_mmrm(context: Context, analysis: Analysis) -> list[ResultRow]:
    """Rows by parameter and visit: adjusted mean of each arm and their difference; for log parameters ratios to
    baseline.

    Response: change from baseline (log parameters: logarithm of the ratio), with baseline and the plan's covariates,
    arm by visit, unstructured covariance with the stated fallbacks, Kenward-Roger degrees of freedom. The model takes
    what is missing as missing at random, also after death: the number of deaths is in the warnings. Without a
    contrast in the plan there is nothing to compare and no row but the reason.
    """
    rows: list[ResultRow] = []
    for compiled in context.list_parameters(analysis):
        if compiled.parameter.item is None:
            continue
        if context.contrast is None:
            basis = Basis(warnings=("the plan names no contrast: no model of two arms",))
            rows.append(make_row(context.head(analysis, compiled.parameter.code), "estimate", None, basis, "mmrm.fit"))
            continue
        rows += _fit_parameter(context, analysis, compiled)
    return rows


def _fit_parameter(context: Context, analysis: Analysis, compiled: CompiledParameter) -> list[ResultRow]:
    assert context.contrast
    log = compiled.parameter.scale == "log"
    members = context.sets[analysis.analysis_set]
    course = select_course(context, compiled, members)
    response, base = (pl.col("R2BASE").log(), pl.col("BASE").log()) if log else (pl.col("CHG"), pl.col("BASE"))
    days = {name: one.day for name, one in context.definition.encounters.items()}
    visits = analysis.at or tuple(one for one in compiled.endpoint.at if days[one] > 0)
    frame = course.filter(
        pl.col("arm").is_in(context.contrast) & pl.col("AVISIT").is_in(visits) & pl.col("ABLFL").is_null()
    )
    frame = frame.select("SUBJID", "arm", "AVISIT", "AVISITN", response.alias("response"), base.alias("base"))
    frame = frame.filter(pl.col("response").is_finite())
    covariates, names = build_covariates(context, analysis, compiled, frame)
    data = Rows(
        frame["response"].to_numpy(),
        (frame["arm"] == context.contrast[0]).cast(pl.Float64).to_numpy(),
        frame["SUBJID"].to_numpy(),
        frame["AVISITN"].to_numpy(),
        covariates,
    )
    table = estimate_visits(data, level=context.level)
    labels = dict(frame.select("AVISITN", "AVISIT").unique().iter_rows())
    return _list_rows(context, analysis, compiled, table, frame, names, labels)


def _list_rows(
    context: Context, analysis: Analysis, compiled: CompiledParameter, table: VisitTable, frame: pl.DataFrame,
    names: list[str], labels: dict[float, str],
) -> list[ResultRow]:  # fmt: skip
    assert context.contrast
    log = compiled.parameter.scale == "log"
    members = context.sets[analysis.analysis_set]
    subjects = tuple(frame["SUBJID"].unique().sort())
    size = sum(len(members.arms[arm]) for arm in context.contrast)
    head = context.head(analysis, compiled.parameter.code, "ratio" if log else context.find_unit(compiled))
    basis = Basis(
        subjects,
        size - len(subjects),
        (f"adjusted for {', '.join(names)}", *_say_deaths(context, members.everybody), *table.warnings),
    )
    rows: list[ResultRow] = []
    if not table.visits:
        why = basis.warn("no visit at which both arms have values")
        return [make_row(replace(head, group=context.contrast_name), "estimate", None, why, "mmrm.fit")]
    groups = (
        (context.contrast[0], table.means1),
        (context.contrast[1], table.means0),
        (context.contrast_name, table.differences),
    )
    for at, label in enumerate(table.visits):
        visit = labels[float(label)]  # type: ignore[arg-type]
        for group, estimates in groups:
            of_group = subjects if group == context.contrast_name else tuple(
                frame.filter(pl.col("arm") == group)["SUBJID"].unique().sort()
            )  # fmt: skip
            here = replace(head, visit=visit, group=group)
            shown = unlog(estimates[at]) if log else estimates[at]
            rows += list_estimate(here, shown, replace(basis, subjects=of_group), with_p=group == context.contrast_name)
    for name, test in (("ANY_DIFFERENCE", table.any_difference), ("INTERACTION", table.interaction)):
        rows += list_comparison(replace(head, group=context.contrast_name, category=name, unit=""), test, basis)
    return rows


def _say_deaths(context: Context, subjects: tuple[str, ...]) -> tuple[str, ...]:
    adsl = context.datasets.adam["ADSL"]
    deaths = adsl.filter(pl.col("SUBJID").is_in(subjects) & (pl.col("DTHFL") == "Y")).height
    return (f"{deaths} participants died; the model treats values after death as missing at random",) if deaths else ()
