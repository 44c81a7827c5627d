"""CHANGE: the change from baseline at a time point, compared between two arms."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from trialwright.analyse.compare import SAMPLES, STRATIFIED, list_samples
from trialwright.analyse.context import Context, Question, list_questions
from trialwright.analyse.courses import select_changes
from trialwright.analyse.covariates import find_strata, tell_strata
from trialwright.analyse.models import list_models
from trialwright.analyse.rows import Basis, list_comparison, list_estimate, list_summary
from trialwright.analyse.strategies import find_worst
from trialwright.analyse.tell import tell_scale
from trialwright.definition.analysis import Analysis
from trialwright.results import ResultRow
from trialwright.statistics import proportional_odds, win_odds
from trialwright.statistics.outcomes import Estimate, refuse_estimate
from trialwright.vocabulary.methods import Method

RANKED = frozenset((*SAMPLES, Method.WIN_ODDS, Method.PROPORTIONAL_ODDS))
"""Methods beside which each arm's own values are described; models give adjusted means."""
_ON_SCALE = ("estimate", "ci_low", "ci_high")


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes of one arm: participants, values (infinite for a worst rank), who was ranked why, how many missing."""

    subjects: tuple[str, ...]
    values: tuple[float, ...]
    said: tuple[str, ...]
    n_missing: int


def compute_change(context: Context, analysis: Analysis) -> list[ResultRow]:
    """Rows by parameter and visit: each arm's changes, then the methods' comparison of the two arms.

    For a parameter on the log scale the change is the logarithm of the ratio to baseline, and what is printed is the
    ratio. Where the estimand makes an event the worst outcome, whoever had it by the visit gets the worst value of all
    (after death only who has no value there). Without a contrast in the plan only the arms are described.
    """
    rows: list[ResultRow] = []
    is_ranked = any(method in RANKED for method in analysis.methods) or not analysis.methods
    for question in list_questions(context, analysis):
        if question.compiled.parameter.item is None:
            continue
        for visit in _list_visits(question):
            arms = {arm: _take_changes(question, visit, arm) for arm in question.arms}
            rows += _list_arms(question, visit, arms) if question.contrast is None or is_ranked else []
            if question.contrast:
                rows += _list_contrast(question, visit, arms)
                rows += list_models(question, visit)
    return rows


def _list_visits(question: Question) -> Sequence[str]:
    endpoint = question.compiled.endpoint
    return question.analysis.at or ((endpoint.primary_at,) if endpoint.primary_at else endpoint.at)


def _take_changes(question: Question, visit: str, arm: str) -> Changes:
    found = dict(select_changes(question, [visit], [arm]).select("SUBJID", "response").iter_rows())
    died, others = find_worst(question, question.find_day(visit))
    members = set(question.members.arms[arm])
    ranked = ((died - set(found)) | others) & members
    worst = float("inf") if question.compiled.parameter.better == "lower" else float("-inf")
    values = {**found, **dict.fromkeys(ranked, worst)}
    subjects = tuple(sorted(values))
    said = [f"died before the visit, worst rank: {count}"] if (count := len((died - set(found)) & members)) else []
    said += (
        [f"another intercurrent event before the visit, worst rank: {count}"]
        if (count := len(others & members))
        else []
    )
    missing = len(members) - len(subjects)
    return Changes(subjects, tuple(values[one] for one in subjects), tuple(said), missing)


def _list_arms(question: Question, visit: str, arms: dict[str, Changes]) -> list[ResultRow]:
    rows: list[ResultRow] = []
    for arm, found in arms.items():
        head = question.head(visit=visit, group=arm, unit=question.unit)
        summary = list_summary(head, found.values, Basis(found.subjects, found.n_missing, found.said))
        if question.is_log:
            summary = [_exponentiate(row) for row in summary if row.statistic not in ("mean", "sd")]
        rows += summary
    return rows


def _exponentiate(row: ResultRow) -> ResultRow:
    """A quantile of log ratios as a ratio; counts stay."""
    if row.statistic == "n" or row.value is None:
        return row
    return replace(row, value=float(np.exp(row.value)))


def _list_contrast(question: Question, visit: str, arms: dict[str, Changes]) -> list[ResultRow]:
    assert question.contrast
    one, other = (arms[arm] for arm in question.contrast)
    said = tuple(f"{arm}: {text}" for arm in question.contrast for text in arms[arm].said)
    basis = Basis(
        tuple(sorted((*one.subjects, *other.subjects))),
        one.n_missing + other.n_missing,
        (*said, *tell_scale(question, [visit])),
    )
    head = question.head(visit=visit, group=question.context.contrast_name, unit=question.unit)
    samples = (one.values, other.values)
    rows = list_samples(head, question.analysis.methods, samples, question.context.level, basis)
    if question.is_log:
        rows = [_exponentiate(row) if row.statistic in _ON_SCALE else row for row in rows]
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
    if Method.PROPORTIONAL_ODDS in question.analysis.methods:
        rows += list_estimate(replace(head, unit="ratio", category="ODDS_RATIO"), _compare_odds(question, arms), basis)
    told = basis.warn(tell_strata(question))
    for method in [each for each in question.analysis.methods if each in STRATIFIED]:
        strata = find_strata(question, (*one.subjects, *other.subjects))
        treated = [1.0] * len(one.subjects) + [0.0] * len(other.subjects)
        rows += list_comparison(head, STRATIFIED[method]((*one.values, *other.values), treated, strata), told)
    return rows


def _compare_odds(question: Question, arms: tuple[Changes, Changes]) -> Estimate:
    """The common odds ratio of a higher value (a worst rank is a category of its own), the arms unadjusted."""
    values = np.concatenate([np.asarray(one.values, dtype=np.float64) for one in arms])
    treated = np.repeat([1.0, 0.0], [len(one.values) for one in arms])
    codes = np.unique(values, return_inverse=True)[1].astype(np.float64)
    found = proportional_odds.fit(codes, treated)
    if found.beta.size == 0:
        return refuse_estimate(Method.PROPORTIONAL_ODDS.value, found.n, *found.warnings, level=question.context.level)
    return found.estimate(0, question.context.level)
