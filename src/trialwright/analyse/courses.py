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
    rows = []
    for _, mine in course.sort("SUBJID", "AVISITN").group_by("SUBJID", maintain_order=True):
        known = mine.filter(pl.col("response").is_finite())
        days = [0.0 if base == "Y" else float(day) for day, base in known.select("DAY0", "ABLFL").iter_rows()]
        for visit in visits:
            end = known.filter(pl.col("AVISIT") == visit)
            if not end.is_empty() and end["DAY0"].item() > 0:
                until = float(end["DAY0"].item())
                area = compute_trapezoid(days, known["response"].to_list(), 0.0, until)
                found = None if area is None else area / until
                rows.append(end.with_columns(pl.lit(found, dtype=pl.Float64).alias("response")))
    return pl.concat(rows) if rows else course.clear()


def list_visits(course: pl.DataFrame) -> list[str]:
    """The visits that have values, in their order."""
    return list(course.select("AVISIT", "AVISITN").unique().sort("AVISITN")["AVISIT"])


def take_sample(question: Question, at_visit: pl.DataFrame, arm: str, column: str) -> Sample:
    """The values of ``column`` of an arm among the rows of one visit."""
    mine = at_visit.filter((pl.col("arm") == arm) & pl.col(column).is_not_null())
    subjects = tuple(mine["SUBJID"])
    return Sample(subjects, tuple(mine[column]), len(question.members.arms[arm]) - len(subjects))
