"""How wide an interval would have been with more participants: what a small trial must say beside its estimates."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from trialwright.analyse.compare import DIFFERENCES, SHARES
from trialwright.analyse.context import Context
from trialwright.results import ResultRow
from trialwright.statistics.interval_width import compute_width, compute_width_difference, compute_width_proportion
from trialwright.statistics.outcomes import Estimate

SIZES = (20, 50)
"""Participants an arm."""
_LIMITS = ("ci_low", "ci_high")
_BETWEEN = " - "
_CURVES = ("aalen_johansen.estimate", "kaplan_meier.estimate:")
_EXACT = ":clopper_pearson"
"""How the method of a curve's value ends that has the exact interval of a share."""
Bunch = Mapping[str, ResultRow]


def add_widths(context: Context, rows: list[ResultRow]) -> list[ResultRow]:
    """The rows with ``width_20`` and ``width_50`` behind each interval of arms that are no larger than 50.

    Shares and their differences, those read off a curve too: the interval of the same shares at that size (exact, or
    Miettinen-Nurminen's), so that one interval has one width wherever it stands.
    Everything else: shrunk by the root of the sizes; for a ratio the width is the upper limit over the lower.
    """
    found: list[ResultRow] = []
    arms = {row_key(row): row for row in rows if row.statistic in ("count", "n")}
    arms |= {row_key(row): row for row in rows if row.statistic == "estimate" and row.method.startswith(_CURVES)}
    for index, row in enumerate(rows):
        found.append(row)
        last = index + 1 == len(rows) or _bunch(rows[index + 1]) != _bunch(row)
        if last:
            found += _list_widths(context, dict(_walk_back(rows, index)), arms)
    return found


def row_key(row: ResultRow) -> tuple[str, ...]:
    """What a count is about: analysis, parameter, visit, category, group, statistic."""
    return row.analysis, row.parameter, row.visit, row.category, row.group, row.statistic


def _bunch(row: ResultRow) -> tuple[str, ...]:
    return row.analysis, row.parameter, row.visit, row.group, row.category, row.method


def _walk_back(rows: list[ResultRow], index: int) -> Iterator[tuple[str, ResultRow]]:
    key = _bunch(rows[index])
    while index >= 0 and _bunch(rows[index]) == key:
        yield rows[index].statistic, rows[index]
        index -= 1


def _list_widths(context: Context, bunch: Bunch, arms: Mapping[tuple[str, ...], ResultRow]) -> list[ResultRow]:
    if not all(name in bunch and bunch[name].value is not None for name in _LIMITS):
        return []
    low = bunch["ci_low"]
    sizes = _count_arms(context, low)
    if not sizes or min(sizes) == 0 or max(sizes) > SIZES[-1]:
        return []
    values = [(f"width_{size}", _compute(Case(bunch, low, sizes, context.level), size, arms)) for size in SIZES]
    return [replace(low, statistic=name, value=value) for name, value in values if value is not None]


def _count_arms(context: Context, row: ResultRow) -> tuple[int, ...]:
    """How many participants each arm behind a row has."""
    if _BETWEEN not in row.group:
        return (row.n_used,)
    members = context.sets.get(row.analysis_set)
    if members is None:
        return ()
    behind = set(row.subjects)
    return tuple(len(behind.intersection(members.arms.get(arm, ()))) for arm in row.group.split(_BETWEEN))


@dataclass(frozen=True, slots=True)
class Case:
    """One interval: its rows by statistic, the row of the lower limit, the sizes of its arms, the level."""

    bunch: Bunch
    low: ResultRow
    sizes: tuple[int, ...]
    level: float


def _compute(case: Case, then: int, arms: Mapping[tuple[str, ...], ResultRow]) -> float | None:
    bunch, low = case.bunch, case.low
    if low.method in SHARES and "count" in bunch and "n" in bunch:
        return compute_width_proportion(bunch["count"].value or 0, bunch["n"].value or 0, then, case.level)
    if low.method.endswith(_EXACT) and (share := bunch["estimate"].value) is not None:
        return compute_width_proportion(round(share * low.n_used), low.n_used, then, case.level)
    if low.method in DIFFERENCES:
        one, other = (_find_counts(low, arm, arms) for arm in low.group.split(_BETWEEN))
        if one is not None and other is not None:
            return compute_width_difference(*one, *other, then, case.level)
    now = len(case.sizes) / sum(1 / size for size in case.sizes)
    limits = Estimate(None, low.value, bunch["ci_high"].value, None, 0, low.method)
    found = compute_width(limits, now, then, "log" if low.unit == "ratio" else "plain")
    return found if found is None or math.isfinite(found) else None


def _find_counts(low: ResultRow, arm: str, arms: Mapping[tuple[str, ...], ResultRow]) -> tuple[float, float] | None:
    """Events and size of an arm at the same place: as counted, or read off its curve; None where neither is there."""
    place = (low.analysis, low.parameter, low.visit, low.category, arm)
    count, size, share = (arms.get((*place, name)) for name in ("count", "n", "estimate"))
    if count is not None and size is not None and count.value is not None and size.value is not None:
        return count.value, size.value
    if share is not None and share.value is not None:
        return round(share.value * share.n_used), share.n_used
    return None
