"""What a reader of an adjusted result must know of its values: on which scale they are, and who has died."""

from collections.abc import Collection, Sequence

import polars as pl

from trialwright.analyse.context import Question
from trialwright.analyse.courses import select_course


def tell_scale(question: Question, visits: Sequence[str]) -> tuple[str, ...]:
    """What was done to values before the logarithm: the offset that was added, and how many were below the limit of
    quantification and stand as half of it (at the visits or at baseline)."""
    offset, limit = question.analysis.log_offset, question.compiled.parameter.lloq
    said = [f"logarithms of values plus {offset:g}"] if offset and question.is_log else []
    if limit is not None and not question.compiled.parameter.divided_by:
        course = select_course(question).filter(pl.col("arm").is_in(question.contrast or ()))
        used = course.filter(pl.col("AVISIT").is_in(visits) | (pl.col("ABLFL") == "Y"))
        below = used.filter(pl.col("AVAL") < limit).height
        said += [f"values below the limit of quantification, half of it used: {below}"] if below else []
    return tuple(said)


def count_deaths(question: Question, visit: str, present: Collection[str] = ()) -> int:
    """How many of the compared arms died by a visit, but for those who are in the model all the same."""
    compared = {one for arm in question.contrast or () for one in question.members.arms[arm]} - set(present)
    died = pl.col("SUBJID").is_in(list(compared)) & (pl.col("DTHDAY0") <= question.find_day(visit))
    return question.context.datasets.adam["ADSL"].filter(died).height


def tell_deaths(question: Question, visit: str, present: Collection[str]) -> tuple[str, ...]:
    """The dead whom a model of one visit leaves out; ``present`` are those who are in it."""
    deaths = count_deaths(question, visit, present)
    return (f"died before the visit, not in the model: {deaths}",) if deaths else ()
