"""Values by visit and arm, cut out of ADBDS once for every recipe that needs them."""

from dataclasses import dataclass

import polars as pl

from trialwright.analyse.context import Context, Members
from trialwright.definition.compiled import CompiledParameter


@dataclass(frozen=True, slots=True)
class Sample:
    """The values of one arm at one visit: participants with a value, their values, and how many have none."""

    subjects: tuple[str, ...]
    values: tuple[float, ...]
    n_missing: int


def select_course(context: Context, compiled: CompiledParameter, members: Members) -> pl.DataFrame:
    """The analysed values of a parameter in a set: one row a participant and visit, with ``arm``, in order."""
    found = context.datasets.adam["ADBDS"].filter(
        (pl.col("PARAMCD") == compiled.parameter.code) & (pl.col("ANL01FL") == "Y")
    )
    return found.join(members.frame, on="SUBJID", how="inner").sort("AVISITN", "SUBJID")


def list_visits(course: pl.DataFrame) -> list[str]:
    """The visits that have values, in their order."""
    return list(course.select("AVISIT", "AVISITN").unique().sort("AVISITN")["AVISIT"])


def take_sample(course: pl.DataFrame, members: Members, group: str, visit: str, column: str) -> Sample:
    """The values of ``column`` at a visit for an arm or TOTAL."""
    mine = course.filter((pl.col("AVISIT") == visit) & pl.col(column).is_not_null())
    if group in members.arms:
        mine = mine.filter(pl.col("arm") == group)
    subjects = tuple(mine["SUBJID"])
    return Sample(subjects, tuple(mine[column]), len(members.group(group)) - len(subjects))
