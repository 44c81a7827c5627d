"""The adjusted comparison of two arms at one visit: analysis of covariance of the change."""

from dataclasses import replace

import polars as pl

from trialwright.analyse.context import Question
from trialwright.analyse.courses import select_changes
from trialwright.analyse.covariates import build_covariates
from trialwright.analyse.rows import Basis, list_estimate
from trialwright.analyse.tell import tell_deaths, tell_scale
from trialwright.results import ResultRow
from trialwright.statistics import ancova
from trialwright.statistics.outcomes import Estimate, exponentiate


def list_ancova(question: Question, visit: str) -> list[ResultRow]:
    """The adjusted mean of each arm and their difference; log parameters as geometric means of ratios, and ratio.

    Adjusted for the baseline value and the plan's covariates; who has died has no value and is not in the model.
    """
    assert question.contrast
    context, contrast = question.context, question.contrast
    frame = select_changes(question, [visit], contrast)
    covariates, names = build_covariates(question, frame)
    treated = (frame["arm"] == contrast[0]).cast(pl.Float64).to_numpy()
    answer = ancova.estimate_means(frame["response"].to_numpy(), treated, covariates, context.level)
    said = (
        f"adjusted for {', '.join(names)}",
        *tell_scale(question, [visit]),
        *tell_deaths(question, visit, frame["SUBJID"]),
    )
    basis = Basis(tuple(frame["SUBJID"]), question.contrast_size - frame.height, said)
    rows: list[ResultRow] = []
    for arm, mean in zip(contrast, (answer.mean1, answer.mean0), strict=True):
        subjects = tuple(frame.filter(pl.col("arm") == arm)["SUBJID"])
        head = question.head(visit=visit, group=arm, unit=question.unit)
        own = replace(basis, subjects=subjects, n_missing=len(question.members.arms[arm]) - len(subjects))
        rows += list_estimate(head, show(question, mean), own, with_p=False)
    head = question.head(visit=visit, group=context.contrast_name, unit=question.unit)
    return rows + list_estimate(head, show(question, answer.difference), basis)


def show(question: Question, estimate: Estimate) -> Estimate:
    """An estimate as it is printed: of a log parameter as a ratio, without the standard error of the logarithm."""
    if not question.is_log:
        return estimate
    return replace(exponentiate(estimate), se=None)
