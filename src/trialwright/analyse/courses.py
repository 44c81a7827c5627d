"""Values by visit and arm, cut out of ADBDS once for every recipe that needs them."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from trialwright.analyse.context import Question
from trialwright.analyse.strategies import cut_course
from trialwright.statistics.area_under_curve import compute_trapezoid


@dataclass(frozen=True, slots=True)
class Sample:
    """The values of one arm at one visit: participants with a value, their values, and how many have none."""

    subjects: tuple[str, ...]
    values: tuple[float, ...]
    n_missing: int


def select_course(question: Question) -> pl.DataFrame:
    """The analysed values of a parameter in a set: one row a participant and visit, with ``arm``, in order; none from
    after an intercurrent event that ends the course."""
    bds = question.context.datasets.adam["ADBDS"]
    found = bds.filter((pl.col("PARAMCD") == question.code) & (pl.col("ANL01FL") == "Y"))
    found = found.join(question.members.frame, on="SUBJID", how="inner").sort("AVISITN", "SUBJID")
    return cut_course(question, found)


def select_changes(question: Question, visits: Sequence[str], arms: Sequence[str]) -> pl.DataFrame:
    """What is compared at visits after baseline: SUBJID, arm, AVISIT, AVISITN, ``response``, ``base``.

    For a log parameter both are logarithms: of the ratio to baseline, and of the baseline; an offset of the analysis is
    added to values and baseline before. An analysis of the value has the value itself; one of the area the mean change
    from day 0 to the visit, of those whose course reaches from baseline to the visit.
    """
    course = select_course(question).filter(pl.col("arm").is_in(arms))
    base, value = pl.col("BASE"), pl.col("AVAL")
    response = value - base
    if question.is_log:
        offset = question.analysis.log_offset or 0.0
        response, base = (value + offset).log() - (base + offset).log(), (base + offset).log()
    if question.analysis.of == "VALUE":
        response = value
    course = course.with_columns(response.alias("response"), base.alias("base"))
    if question.analysis.of == "AREA":
        course = _average(course, visits)
    chosen = pl.col("AVISIT").is_in(visits) & pl.col("ABLFL").is_null()
    frame = course.filter(chosen).select("SUBJID", "arm", "AVISIT", "AVISITN", "response", "base")
    return frame.filter(pl.col("response").is_finite())


def _average(course: pl.DataFrame, visits: Sequence[str]) -> pl.DataFrame:
    """At each of the visits the area under the participant's changes up to it, divided by the days from baseline."""
    day = pl.when(pl.col("ABLFL") == "Y").then(0.0).otherwise(pl.col("DAY0").cast(pl.Float64))
    known = course.filter(pl.col("response").is_finite()).with_columns(day.alias("on")).sort("SUBJID", "AVISITN")
    wholes = known.group_by("SUBJID", maintain_order=True).agg("on", "AVISIT", pl.col("response").alias("values"))
    found: list[tuple[str, str, float | None]] = []
    for subject, days, at, values in wholes.iter_rows():
        for visit in visits:
            until = days[at.index(visit)] if visit in at else 0.0
            area = compute_trapezoid(days, values, 0.0, until) if until > 0 else None
            found.append((subject, visit, None if area is None else area / until))
    schema = {"SUBJID": pl.String, "AVISIT": pl.String, "response": pl.Float64}
    means = pl.DataFrame(found, schema=schema, orient="row").drop_nulls()
    return known.drop("response", "on").join(means, on=["SUBJID", "AVISIT"], how="inner", maintain_order="left")


def list_visits(course: pl.DataFrame) -> list[str]:
    """The visits that have values, in their order."""
    return list(course.select("AVISIT", "AVISITN").unique().sort("AVISITN")["AVISIT"])


def take_sample(question: Question, at_visit: pl.DataFrame, arm: str, column: str) -> Sample:
    """The values of ``column`` of an arm among the rows of one visit."""
    mine = at_visit.filter((pl.col("arm") == arm) & pl.col(column).is_not_null())
    subjects = tuple(mine["SUBJID"])
    return Sample(subjects, tuple(mine[column]), len(question.members.arms[arm]) - len(subjects))
