"""Values by visit and arm, cut out of ADBDS once for every recipe that needs them."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from trialwright.analyse.context import Question


@dataclass(frozen=True, slots=True)
class Sample:
    """The values of one arm at one visit: participants with a value, their values, and how many have none."""

    subjects: tuple[str, ...]
    values: tuple[float, ...]
    n_missing: int


def select_course(question: Question) -> pl.DataFrame:
    """The analysed values of a parameter in a set: one row a participant and visit, with ``arm``, in order."""
    bds = question.context.datasets.adam["ADBDS"]
    found = bds.filter((pl.col("PARAMCD") == question.code) & (pl.col("ANL01FL") == "Y"))
    return found.join(question.members.frame, on="SUBJID", how="inner").sort("AVISITN", "SUBJID")


def select_changes(question: Question, visits: Sequence[str], arms: Sequence[str]) -> pl.DataFrame:
    """The changes at visits after baseline: SUBJID, arm, AVISIT, AVISITN, ``response``, ``base``.

    For a log parameter both are logarithms: of the ratio to baseline, and of the baseline.
    """
    log = question.is_log
    response, base = (pl.col("R2BASE").log(), pl.col("BASE").log()) if log else (pl.col("CHG"), pl.col("BASE"))
    chosen = pl.col("arm").is_in(arms) & pl.col("AVISIT").is_in(visits) & pl.col("ABLFL").is_null()
    frame = select_course(question).filter(chosen)
    frame = frame.select("SUBJID", "arm", "AVISIT", "AVISITN", response.alias("response"), base.alias("base"))
    return frame.filter(pl.col("response").is_finite())


def list_visits(course: pl.DataFrame) -> list[str]:
    """The visits that have values, in their order."""
    return list(course.select("AVISIT", "AVISITN").unique().sort("AVISITN")["AVISIT"])


def take_sample(question: Question, at_visit: pl.DataFrame, arm: str, column: str) -> Sample:
    """The values of ``column`` of an arm among the rows of one visit."""
    mine = at_visit.filter((pl.col("arm") == arm) & pl.col(column).is_not_null())
    subjects = tuple(mine["SUBJID"])
    return Sample(subjects, tuple(mine[column]), len(question.members.arms[arm]) - len(subjects))
