"""CHANGE: the change from baseline at a time point, compared between two arms."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from trialwright.analyse.adjusted import list_ancova
from trialwright.analyse.compare import STRATIFIED, list_samples
from trialwright.analyse.context import Context, Question, list_questions
from trialwright.analyse.courses import select_changes
from trialwright.analyse.covariates import find_strata
from trialwright.analyse.rows import Basis, list_comparison, list_estimate, list_summary
from trialwright.analyse.widths import list_sample_widths
from trialwright.definition.analysis import Analysis
from trialwright.results import ResultRow
from trialwright.statistics import win_odds
from trialwright.vocabulary.methods import Method

_ON_SCALE = ("estimate", "ci_low", "ci_high")


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
    for question in list_questions(context, analysis):
        if question.compiled.parameter.item is None:
            continue
        for visit in _list_visits(question):
            arms = {arm: _take_changes(question, visit, arm) for arm in question.arms}
            rows += _list_arms(question, visit, arms)
            if question.contrast:
                rows += _list_contrast(question, visit, arms)
                rows += list_ancova(question, visit) if Method.ANCOVA in analysis.methods else []
    return rows


def _list_visits(question: Question) -> Sequence[str]:
    endpoint = question.compiled.endpoint
    return question.analysis.at or ((endpoint.primary_at,) if endpoint.primary_at else endpoint.at)


def _take_changes(question: Question, visit: str, arm: str) -> Changes:
    found = dict(select_changes(question, [visit], [arm]).select("SUBJID", "response").iter_rows())
    ranked = _find_dead(question, visit, arm) - set(found)
    worst = float("inf") if question.compiled.parameter.better == "lower" else float("-inf")
    values = {**found, **dict.fromkeys(ranked, worst)}
    subjects = tuple(sorted(values))
    missing = len(question.members.arms[arm]) - len(subjects)
    return Changes(subjects, tuple(values[one] for one in subjects), len(ranked), missing)


def _find_dead(question: Question, visit: str, arm: str) -> set[str]:
    """Who died by the visit, where the plan ranks death and the parameter has a direction."""
    if question.analysis.death != "WORST_RANK" or not question.compiled.parameter.better:
        return set()
    adsl = question.context.datasets.adam["ADSL"]
    died = pl.col("DTHDAY0") <= question.find_day(visit)
    return set(adsl.filter(died & pl.col("SUBJID").is_in(question.members.arms[arm]))["SUBJID"])


def _list_arms(question: Question, visit: str, arms: dict[str, Changes]) -> list[ResultRow]:
    rows: list[ResultRow] = []
    for arm, found in arms.items():
        head = question.head(visit=visit, group=arm, unit=question.unit)
        summary = list_summary(head, found.values, Basis(found.subjects, found.n_missing, _say_ranked(found.ranked)))
        if question.is_log:
            summary = [_exponentiate(row) for row in summary if row.statistic not in ("mean", "sd")]
        rows += summary
    return rows


def _exponentiate(row: ResultRow) -> ResultRow:
    """A quantile of log ratios as a ratio; counts stay."""
    if row.statistic == "n" or row.value is None:
        return row
    return replace(row, value=float(np.exp(row.value)))


def _say_ranked(count: int) -> tuple[str, ...]:
    return (f"died before the visit, worst rank: {count}",) if count else ()


def _list_contrast(question: Question, visit: str, arms: dict[str, Changes]) -> list[ResultRow]:
    assert question.contrast
    one, other = (arms[arm] for arm in question.contrast)
    said = tuple(f"{arm}: {text}" for arm in question.contrast for text in _say_ranked(arms[arm].ranked))
    basis = Basis(tuple(sorted((*one.subjects, *other.subjects))), one.n_missing + other.n_missing, said)
    head = question.head(visit=visit, group=question.context.contrast_name, unit=question.unit)
    samples = (one.values, other.values)
    rows = list_samples(head, question.analysis.methods, samples, question.context.level, basis)
    if question.is_log:
        rows = [_exponentiate(row) if row.statistic in _ON_SCALE else row for row in rows]
    elif question.analysis.role == "main":
        estimated = [row for row in rows if row.method.startswith(Method.HODGES_LEHMANN.value)]
        rows += list_sample_widths(head, estimated, (len(one.values), len(other.values)), basis)
    return rows + _list_ranked(question, visit, (one, other), basis)


def _list_ranked(question: Question, visit: str, arms: tuple[Changes, Changes], basis: Basis) -> list[ResultRow]:
    """The win odds (in the parameter's direction of benefit), and rank tests stratified by the first covariate."""
    one, other = arms
    head = question.head(visit=visit, group=question.context.contrast_name)
    rows: list[ResultRow] = []
    if Method.WIN_ODDS in question.analysis.methods:
        better = question.compiled.parameter.better
        wins = win_odds.estimate(one.values, other.values, question.context.level, better == "higher")
        told = basis if better else basis.warn("no direction of benefit: the lower value wins")
        rows += list_estimate(replace(head, unit="ratio", category="WIN_ODDS"), wins, told)
    covariates = question.analysis.covariates
    told = basis.warn(f"stratified by {covariates[0]}" if covariates else "one stratum")
    for method in [each for each in question.analysis.methods if each in STRATIFIED]:
        strata = find_strata(question, (*one.subjects, *other.subjects))
        treated = [1.0] * len(one.subjects) + [0.0] * len(other.subjects)
        rows += list_comparison(head, STRATIFIED[method]((*one.values, *other.values), treated, strata), told)
    return rows
