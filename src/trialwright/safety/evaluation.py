"""One criterion, or many, over arrays of values: the inner part of grading, without frames.

What a value needs stands in columns of floats (NaN: missing; facts are 1, 0 or NaN). The answer is a grade that is
known to hold, the greatest grade that may hold while a fact is unknown, or the number of a reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trialwright.safety.criteria import (
    Alternative,
    Comparison,
    Condition,
    Criterion,
    Flag,
    Reason,
    compute_condition,
)
from trialwright.safety.fifteen_digits import compute_order

REASONS = tuple(Reason)

_MISSING = {
    "LLN": Reason.MISSING_LLN,
    "ULN": Reason.MISSING_ULN,
    "BASE": Reason.MISSING_BASELINE,
    "HOURS": Reason.MISSING_HOURS,
}
_COLUMN = {"LLN": "lln", "ULN": "uln", "BASE": "baseline", "HOURS": "hours", "REF": "reference"}
_HOLDS = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}

Columns = dict[str, NDArray[np.float64]]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Graded:
    """Per row: the grade (-1: none), the greatest possible grade, the reason's place in ``REASONS`` (-1: none)."""

    grade: NDArray[np.int8]
    possible: NDArray[np.int8]
    reason: NDArray[np.int8]


def compute_grades(criteria: Sequence[Criterion], which: NDArray[np.int16], columns: Columns) -> Graded:
    """The grades of all rows in one direction.

    Parameters
    ----------
    criteria : sequence of Criterion
        Of which ``which``, shape (n,), names for each row the place of its own, or -1.
    columns : dict of str to ndarray, shape (n,)
        The numbers and facts of ``grading.Measurement``, and ``high baseline`` and ``reference``.
    """
    size = len(which)
    graded = Graded(np.full(size, -1, np.int8), np.full(size, -1, np.int8), np.full(size, -1, np.int8))
    order = np.argsort(which, kind="stable")
    bounds = np.searchsorted(which[order], np.arange(len(criteria) + 1))
    for number, criterion in enumerate(criteria):
        rows = order[bounds[number] : bounds[number + 1]]
        if len(rows):
            part = _compute_criterion(criterion, {name: columns[name][rows] for name in _used(criterion)})
            graded.grade[rows], graded.possible[rows], graded.reason[rows] = part.grade, part.possible, part.reason
    return graded


def _used(criterion: Criterion) -> set[str]:
    """The columns that a criterion reads."""
    used = {"value", "at_baseline", *(_COLUMN[need] for need in criterion.needs)}
    for need in criterion.zero_needs:
        limit, _, fact = need.partition(" if ")
        used.update({_COLUMN.get(limit, "hours"), fact or "value"})
    for condition in (c for grade in criterion.grades for alternative in grade for c in alternative):
        if isinstance(condition, Flag):
            used.add("high baseline" if condition.name.endswith("baseline") else condition.name)
        else:
            used.update({condition.of, _COLUMN.get(condition.limit, "value")})
    return used


def _compute_criterion(criterion: Criterion, columns: Columns) -> Graded:
    size = len(columns["value"])
    grade, possible = np.zeros(size, np.int8), np.zeros(size, np.int8)
    for level, alternatives in enumerate(criterion.grades, start=1):
        for alternative in alternatives:
            holds, may_hold = _alternative(alternative, columns)
            grade[holds] = level
            possible[may_hold] = level
    reason = np.full(size, -1, np.int8)
    for need in reversed(criterion.zero_needs):
        reason[(grade == 0) & _lacks(need, columns)] = REASONS.index(_MISSING[_limit_of(need)])
    for need in reversed(criterion.needs):
        reason[_lacks(need, columns)] = REASONS.index(_MISSING[need])
    reason[np.isnan(columns["value"])] = REASONS.index(Reason.MISSING_VALUE)
    grade[reason >= 0] = -1
    return Graded(grade, possible, reason)


def _limit_of(need: str) -> str:
    limit = need.partition(" if ")[0]
    return limit if limit in _MISSING else "HOURS"


def _lacks(need: str, columns: Columns) -> Bools:
    """Where something that is needed is missing; at baseline itself no baseline is needed."""
    limit, _, fact = need.partition(" if ")
    if limit not in _COLUMN:
        return ~_condition(compute_condition(limit), columns)[0]
    lacks = np.isnan(columns[_COLUMN[limit]])
    if limit == "BASE":
        lacks &= columns["at_baseline"] != 1
    return lacks & (columns[fact] != 0) if fact else lacks


def _alternative(alternative: Alternative, columns: Columns) -> tuple[Bools, Bools]:
    holds, may_hold = _condition(alternative[0], columns)
    for condition in alternative[1:]:
        also, may_also = _condition(condition, columns)
        holds, may_hold = holds & also, may_hold & may_also
    return holds, may_hold


def _condition(condition: Condition, columns: Columns) -> tuple[Bools, Bools]:
    """Where a condition is known to hold, and where it may hold because a fact is not known."""
    if isinstance(condition, Flag):
        return _flag(condition.name, columns)
    order = compute_order(columns[condition.of], _threshold(condition, columns))
    holds = np.isin(order, _HOLDS[condition.sign])
    return holds, (holds if condition.of == "value" else holds | (order == 2))


def _flag(name: str, columns: Columns) -> tuple[Bools, Bools]:
    if name.endswith("baseline"):
        holds = columns["high baseline"] == (1.0 if name == "high baseline" else 0.0)
        return holds, holds
    return columns[name] == 1, columns[name] != 0


def _threshold(comparison: Comparison, columns: Columns) -> NDArray[np.float64] | float:
    if not comparison.limit:
        return comparison.plus
    return comparison.times * columns[_COLUMN[comparison.limit]] + comparison.plus
