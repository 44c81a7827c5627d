"""Models of the change at one visit, beside the rank methods: adjusted, weighted, censored, imputed, and the E-value."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from trialwright.analyse.adjusted import list_ancova, show
from trialwright.analyse.context import Question
from trialwright.analyse.courses import select_changes, select_course
from trialwright.analyse.covariates import build_covariates
from trialwright.analyse.rows import Basis, Heading, list_e_value, list_estimate, make_row
from trialwright.analyse.tell import tell_deaths, tell_scale
from trialwright.results import ResultRow
from trialwright.statistics import (
    ancova,
    censored_regression,
    e_value,
    multiple_imputation,
    overlap_weights,
    standardised_difference,
    tipping_point,
)
from trialwright.statistics.arrays import FloatArray
from trialwright.statistics.outcomes import Estimate
from trialwright.vocabulary.methods import Method

DRAWS, SEED = 20, 20200204
"""Completed data sets of an imputation, and the seed of its generator: the same data give the same draws."""
_STEPS, _LARGEST = 12, 3.0
"""Shifts that are tried: so many steps up to so many standard deviations of the change."""

_WAYS = {1.0: "upwards", -1.0: "downwards"}
_TIPPED = "analysis that is tipped: analysis of covariance of the imputed data, adjusted for baseline"


@dataclass(frozen=True, slots=True)
class Sample:
    """What a model is fitted to: the visit and its rows, response, arm as 0/1, covariates with their names."""

    visit: str
    frame: pl.DataFrame
    response: FloatArray
    treated: FloatArray
    covariates: FloatArray
    names: list[str]


def list_models(question: Question, visit: str) -> list[ResultRow]:
    """The rows of every model among the analysis's methods, in their order."""
    rows: list[ResultRow] = []
    for method in question.analysis.methods:
        if method in MODELS:
            rows += MODELS[method](question, visit)
    return rows


def _take(question: Question, visit: str) -> Sample:
    assert question.contrast
    frame = select_changes(question, [visit], question.contrast)
    covariates, names = build_covariates(question, frame)
    treated = (frame["arm"] == question.contrast[0]).cast(pl.Float64).to_numpy()
    empty = np.zeros((0, 1))
    return Sample(
        visit, frame, frame["response"].to_numpy(), treated, empty if covariates is None else covariates, names
    )


def _head(question: Question, visit: str, category: str = "") -> Heading:
    return question.head(visit=visit, group=question.context.contrast_name, unit=question.unit, category=category)


def _basis(question: Question, sample: Sample, *said: str) -> Basis:
    """The participants in the model; what was said of it, of the scale of its values, and of the dead whom it lacks."""
    present = tuple(sample.frame["SUBJID"])
    told = (*said, *tell_scale(question, [sample.visit]), *tell_deaths(question, sample.visit, present))
    return Basis(present, question.contrast_size - sample.frame.height, told)


def _weigh(question: Question, sample: Sample) -> Estimate:
    level = question.context.level
    return overlap_weights.estimate(sample.response, sample.treated, sample.covariates, level).difference


def _list_overlap(question: Question, visit: str) -> list[ResultRow]:
    sample = _take(question, visit)
    basis = _basis(question, sample, f"weighted by a propensity from {', '.join(sample.names)}")
    return list_estimate(_head(question, visit), show(question, _weigh(question, sample)), basis)


def _list_censored(question: Question, visit: str) -> list[ResultRow]:
    """Values below the limit of quantification as an interval that ends at the limit, in place of half the limit."""
    limit = question.compiled.parameter.lloq
    sample = _take(question, visit)
    head = _head(question, visit)
    if limit is None or not question.is_log:
        why = "the parameter has no limit of quantification on the logarithmic scale"
        return [make_row(head, "estimate", None, _basis(question, sample, why), Method.CENSORED_REGRESSION.value)]
    base = sample.frame["base"].to_numpy()
    below = sample.response + base < np.log(limit) - 1e-12
    top = np.where(below, np.log(limit) - base, sample.response)
    bottom = np.where(below, -np.inf, sample.response)
    fitted = censored_regression.fit(bottom, top, np.column_stack((sample.treated, sample.covariates)))
    found = fitted.estimate(0, question.context.level)
    said = (f"below the limit of quantification: {int(below.sum())}", f"adjusted for {', '.join(sample.names)}")
    return list_estimate(head, show(question, found), _basis(question, sample, *said))


def _list_e_value(question: Question, visit: str) -> list[ResultRow]:
    """Of the adjusted difference that stands beside it, in standard deviations; else of the unadjusted one.

    The divisor is that of the standardised difference, the root of the arms' mean variance; so without adjustment the
    two are one.
    """
    sample = _take(question, visit)
    one, other = (sample.response[sample.treated == arm] for arm in (1.0, 0.0))
    gap, said = standardised_difference.estimate(one, other, question.context.level), "of the unadjusted difference"
    method = next((each for each in question.analysis.methods if each in _ADJUSTED), None)
    value, se, warnings = gap.estimate, gap.se, gap.warnings
    if method is not None:
        found, said = _ADJUSTED[method](question, sample), _TOLD[method]
        value, se, warnings = *_standardise(found, one, other), found.warnings
    answer = e_value.compute_standardised(value, se)
    basis = _basis(question, sample, f"{said}, in standard deviations").warn(*warnings)
    return list_e_value(_head(question, visit), answer, basis, Method.E_VALUE_STANDARDISED)


def _standardise(found: Estimate, one: FloatArray, other: FloatArray) -> tuple[float | None, float | None]:
    """A difference and its standard error in units of the root of the arms' mean variance."""
    if min(one.size, other.size) < 2 or found.estimate is None or found.se is None:
        return None, None
    spread = float(np.sqrt((one.var(ddof=1) + other.var(ddof=1)) / 2))
    return (found.estimate / spread, found.se / spread) if spread > 0 else (None, None)


def _list_tipping(question: Question, visit: str) -> list[ResultRow]:
    """Those missing are imputed from baseline and arm, and the difference is adjusted for the baseline; then the imputed
    values of the treated arm are moved until nothing is left of a difference, whichever way it points: towards harm
    where they fare better, towards benefit where they fare worse. The dead are not imputed; controls are not moved."""
    sample, absent = _take(question, visit), _find_absent(question, visit)
    head, level = _head(question, visit), question.context.level
    missing = int(absent.height)
    basis = _basis(question, sample, f"imputed: {missing}, {DRAWS} draws, seed {SEED}", _TIPPED)
    if not missing:
        why = "nobody alive with a baseline value is missing here: there is nothing to shift"
        return [make_row(head, "estimate", None, _basis(question, sample, why), Method.TIPPING_POINT.value)]
    assert question.contrast
    treated = np.concatenate((sample.treated, (absent["arm"] == question.contrast[0]).cast(pl.Float64).to_numpy()))
    base = np.concatenate((sample.frame["base"].to_numpy(), absent["base"].to_numpy()))
    response = np.concatenate((sample.response, np.full(missing, np.nan)))
    # A constant seed: the draws are a function of the data, as everything here is.
    rng = np.random.Generator(np.random.PCG64(SEED))
    drawn, said = multiple_imputation.draw_values(response, np.column_stack((base, treated)), DRAWS, rng)
    if drawn.size == 0:
        return [make_row(head, "estimate", None, basis.warn(*said), Method.TIPPING_POINT.value)]
    moved = np.isnan(response) & (treated == 1)

    def analyse(shift: float) -> Estimate:
        answers = [ancova.estimate(one + shift * moved, treated, base, level) for one in drawn]
        return multiple_imputation.pool(
            [one.estimate for one in answers], [one.se for one in answers], float(response.size - 3), level
        )

    told, first = basis.warn(*said), analyse(0.0)
    rows = list_estimate(replace(head, category="IMPUTED"), show(question, first), told)
    head = replace(head, category="TIPPING_POINT")
    if not moved.any():
        why = "nobody is missing in the arm that is shifted: nothing to move"
        return [*rows, make_row(head, "estimate", None, told.warn(why), Method.TIPPING_POINT.value)]
    against = -1.0 if (first.estimate or 0.0) > 0 else 1.0
    reach = against * _LARGEST * float(np.nanstd(sample.response, ddof=1)) if sample.response.size > 1 else 0.0
    found = tipping_point.find_shift(analyse, [reach * step / _STEPS for step in range(_STEPS + 1)])
    told = told.warn(f"imputed values of {question.contrast[0]} that are shifted {_WAYS[against]}: {int(moved.sum())}")
    shift = Estimate(found.shift, None, None, None, first.n, Method.TIPPING_POINT.value, found.warnings)
    tipped = show(question, shift)
    return [*rows, make_row(head, "estimate", tipped.estimate, told.warn(*tipped.warnings), tipped.method)]


def _find_absent(question: Question, visit: str) -> pl.DataFrame:
    """Who has a baseline value, was alive at the visit and has no value there: SUBJID, arm, base."""
    assert question.contrast
    course = select_course(question).filter(pl.col("arm").is_in(question.contrast) & pl.col("BASE").is_not_null())
    there = course.filter(pl.col("AVISIT") == visit)["SUBJID"].implode()
    died = question.context.datasets.adam["ADSL"].filter(pl.col("DTHDAY0") <= question.find_day(visit))["SUBJID"]
    base = (pl.col("BASE") + (question.analysis.log_offset or 0.0)).log() if question.is_log else pl.col("BASE")
    people = course.filter(~pl.col("SUBJID").is_in(there) & ~pl.col("SUBJID").is_in(died.implode()))
    found = people.select("SUBJID", "arm", base.alias("base")).unique("SUBJID", maintain_order=True)
    return found.filter(pl.col("base").is_finite()).sort("SUBJID")


def _adjust(question: Question, sample: Sample) -> Estimate:
    return ancova.estimate(sample.response, sample.treated, sample.covariates, question.context.level)


_ADJUSTED: dict[Method, Callable[[Question, Sample], Estimate]] = {
    Method.OVERLAP_WEIGHTS: _weigh,
    Method.ANCOVA: _adjust,
}
"""The differences of which an E-value can be, on the scale of the model."""
_TOLD = {Method.OVERLAP_WEIGHTS: "of the weighted difference", Method.ANCOVA: "of the adjusted difference"}
MODELS: dict[Method, Callable[[Question, str], list[ResultRow]]] = {
    Method.ANCOVA: list_ancova,
    Method.OVERLAP_WEIGHTS: _list_overlap,
    Method.CENSORED_REGRESSION: _list_censored,
    Method.TIPPING_POINT: _list_tipping,
    Method.E_VALUE: _list_e_value,
}
"""The models of one visit by their method."""
