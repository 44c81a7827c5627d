"""CHANGE: the change from baseline at a time point, compared between two arms."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from trialwright.analyse.compare import STRATIFIED, list_samples
from trialwright.analyse.context import Context, Members
from trialwright.analyse.courses import select_course
from trialwright.analyse.covariates import build_covariates, find_strata
from trialwright.analyse.rows import Basis, Heading, list_comparison, list_estimate, list_summary
from trialwright.definition.analysis import Analysis
from trialwright.definition.compiled import CompiledParameter
from trialwright.results import ResultRow
from trialwright.statistics import ancova, win_odds
from trialwright.statistics.outcomes import Estimate
from trialwright.vocabulary.methods import Method


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes of one arm: participants, values (infinite for a worst rank), how many ranked, how many missing."""

    subjects: tuple[str, ...]
    values: tuple[float, ...]
    ranked: int
    n_missing: int


def compute_change(context: Context, analysis: Analysis) -> list[ResultRow]:
    """Rows by parameter and visit: each arm's changes, then the methods' comparison of the two arms.

    For a parameter on the log scale the change is the logarithm of the ratio to baseline, and what is printed is the
    ratio. With ``death: WORST_RANK`` a participant who died by the visit, and has no value there, gets the worst value
    of all. Without a contrast in the plan only the arms are described.
    """
    rows: list[ResultRow] = []
    members = context.sets[analysis.analysis_set]
    for compiled in context.list_parameters(analysis):
        course = select_course(context, compiled, members)
        for visit in _list_visits(analysis, compiled):
            arms = {
                arm: _take_changes(context, analysis, compiled, course, visit, arm)
                for arm in context.list_arms(analysis)
            }
            rows += _list_arms(context, analysis, compiled, visit, arms)
            if context.contrast and all(arm in arms for arm in context.contrast):
                rows += _list_contrast(context, analysis, compiled, visit, arms)
                if Method.ANCOVA in analysis.methods:
                    rows += _list_ancova(context, analysis, compiled, course, visit, members)
    return rows


def _list_visits(analysis: Analysis, compiled: CompiledParameter) -> Sequence[str]:
    if analysis.at:
        return analysis.at
    endpoint = compiled.endpoint
    return (endpoint.primary_at,) if endpoint.primary_at else endpoint.at


def _unit(context: Context, compiled: CompiledParameter) -> str:
    return "ratio" if compiled.parameter.scale == "log" else context.find_unit(compiled)


def _take_changes(
    context: Context, analysis: Analysis, compiled: CompiledParameter, course: pl.DataFrame, visit: str, arm: str
) -> Changes:
    members = context.sets[analysis.analysis_set]
    column = pl.col("R2BASE").log() if compiled.parameter.scale == "log" else pl.col("CHG")
    mine = course.filter((pl.col("AVISIT") == visit) & (pl.col("arm") == arm)).select("SUBJID", column.alias("value"))
    mine = mine.filter(pl.col("value").is_finite())
    ranked: list[str] = []
    if analysis.death == "WORST_RANK" and compiled.parameter.better:
        day = context.definition.encounters[visit].day
        died = context.datasets.adam["ADSL"].filter(
            (pl.col("DTHDAY0") <= day) & pl.col("SUBJID").is_in(members.arms[arm])
        )
        ranked = sorted(set(died["SUBJID"]) - set(mine["SUBJID"]))
    worst = float("inf") if compiled.parameter.better == "lower" else float("-inf")
    values = {**dict(mine.iter_rows()), **dict.fromkeys(ranked, worst)}
    subjects = tuple(sorted(values))
    return Changes(
        subjects, tuple(values[one] for one in subjects), len(ranked), len(members.arms[arm]) - len(subjects)
    )


def _list_arms(
    context: Context, analysis: Analysis, compiled: CompiledParameter, visit: str, arms: dict[str, Changes]
) -> list[ResultRow]:
    rows: list[ResultRow] = []
    log = compiled.parameter.scale == "log"
    for arm, found in arms.items():
        head = replace(
            context.head(analysis, compiled.parameter.code, _unit(context, compiled)), visit=visit, group=arm
        )
        basis = Basis(found.subjects, found.n_missing, _say_ranked(found.ranked))
        summary = list_summary(head, found.values, basis)
        rows += [_exponentiate(row, head) for row in summary if row.statistic not in ("mean", "sd")] if log else summary
    return rows


def _exponentiate(row: ResultRow, head: Heading) -> ResultRow:
    """A quantile of log ratios as a ratio."""
    if row.statistic == "n" or row.value is None:
        return row
    return replace(row, value=float(np.exp(row.value)), unit=head.unit)


def _say_ranked(count: int) -> tuple[str, ...]:
    return (f"{count} died before the visit: worst rank",) if count else ()


def _list_contrast(
    context: Context, analysis: Analysis, compiled: CompiledParameter, visit: str, arms: dict[str, Changes]
) -> list[ResultRow]:
    assert context.contrast
    one, other = (arms[arm] for arm in context.contrast)
    warnings = [
        f"{arm}: {text}"
        for arm, found in zip(context.contrast, (one, other), strict=True)
        for text in _say_ranked(found.ranked)
    ]
    basis = Basis(tuple(sorted((*one.subjects, *other.subjects))), one.n_missing + other.n_missing, tuple(warnings))
    head = replace(
        context.head(analysis, compiled.parameter.code, _unit(context, compiled)),
        visit=visit,
        group=context.contrast_name,
    )
    rows = list_samples(head, analysis.methods, (one.values, other.values), context.level, basis)
    rows += _list_ranked(context, analysis, compiled, head, (one, other), basis)
    if compiled.parameter.scale != "log":
        return rows
    shown = ("estimate", "ci_low", "ci_high")
    return [_exponentiate(row, head) if row.statistic in shown and not row.category else row for row in rows]


def _list_ranked(
    context: Context, analysis: Analysis, compiled: CompiledParameter, head: Heading, arms: tuple[Changes, Changes],
    basis: Basis,
) -> list[ResultRow]:  # fmt: skip
    """The win odds (in the parameter's direction of benefit), and rank tests stratified by the first covariate."""
    rows: list[ResultRow] = []
    one, other = arms
    if Method.WIN_ODDS in analysis.methods:
        wins = win_odds.estimate(one.values, other.values, context.level, compiled.parameter.better == "higher")
        said = basis if compiled.parameter.better else basis.warn("no direction of benefit: the lower value wins")
        rows += list_estimate(replace(head, unit="ratio", category="WIN_ODDS"), wins, said)
    for method in [each for each in analysis.methods if each in STRATIFIED]:
        strata = find_strata(context, analysis, (*one.subjects, *other.subjects))
        treated = [1.0] * len(one.subjects) + [0.0] * len(other.subjects)
        answer = STRATIFIED[method]((*one.values, *other.values), treated, strata)
        rows += list_comparison(
            head,
            answer,
            basis.warn(f"stratified by {analysis.covariates[0]}" if analysis.covariates else "one stratum"),
        )
    return rows


def _list_ancova(
    context: Context,
    analysis: Analysis,
    compiled: CompiledParameter,
    course: pl.DataFrame,
    visit: str,
    members: Members,
) -> list[ResultRow]:
    """The adjusted means and difference; log parameters as geometric means and ratio."""
    assert context.contrast
    log = compiled.parameter.scale == "log"
    response = pl.col("R2BASE").log() if log else pl.col("CHG")
    base = pl.col("BASE").log() if log else pl.col("BASE")
    frame = course.filter((pl.col("AVISIT") == visit) & pl.col("arm").is_in(context.contrast))
    frame = frame.select("SUBJID", "arm", response.alias("response"), base.alias("base")).filter(
        pl.col("response").is_finite()
    )
    covariates, names = build_covariates(context, analysis, compiled, frame)
    treated = (frame["arm"] == context.contrast[0]).cast(pl.Float64).to_numpy()
    answer = ancova.estimate_means(frame["response"].to_numpy(), treated, covariates, context.level)
    subjects = tuple(frame["SUBJID"])
    size = sum(len(members.arms[arm]) for arm in context.contrast)
    deaths = (
        context.datasets.adam["ADSL"]
        .filter(
            pl.col("SUBJID").is_in(members.everybody) & (pl.col("DTHDAY0") <= context.definition.encounters[visit].day)
        )
        .height
    )
    said = (
        f"adjusted for {', '.join(names)}",
        *((f"{deaths} died before the visit and are not in the model",) if deaths else ()),
    )
    basis = Basis(subjects, size - len(subjects), said)
    head = replace(context.head(analysis, compiled.parameter.code, _unit(context, compiled)), visit=visit)
    rows: list[ResultRow] = []
    for group, estimate in zip(
        (*context.contrast, context.contrast_name), (answer.mean1, answer.mean0, answer.difference), strict=True
    ):
        shown = unlog(estimate) if log else estimate
        rows += list_estimate(replace(head, group=group), shown, basis, with_p=group == context.contrast_name)
    return rows


def unlog(estimate: Estimate) -> Estimate:
    """An estimate of a logarithm as an estimate of the quantity; its standard error stays behind."""
    values = (estimate.estimate, estimate.ci_low, estimate.ci_high)
    shown = [None if value is None else float(np.exp(value)) for value in values]
    return replace(estimate, estimate=shown[0], ci_low=shown[1], ci_high=shown[2], se=None)
