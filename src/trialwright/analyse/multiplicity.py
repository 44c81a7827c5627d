"""Adjusted p-values, where the plan turns them on: families in order, Holm's adjustment inside a family."""

from collections.abc import Sequence
from dataclasses import replace

from trialwright.analyse.context import Context
from trialwright.results import ResultRow
from trialwright.statistics.multiplicity import adjust_gatekeeping
from trialwright.vocabulary.methods import Method


def adjust_rows(context: Context, rows: list[ResultRow]) -> list[ResultRow]:
    """The rows with ``p_adjusted`` beside the p-value of each analysis that the plan's families name.

    An analysis stands with the p-value of its contrast at its endpoint's main time point, the smallest adjustment being
    none; one with several parameters stands with each. What has no p-value is a hypothesis that cannot be claimed: it
    counts in its family and keeps the next one closed.
    """
    plan = context.definition.plan.multiplicity
    if plan is None:
        return rows
    families = [[row for name in family for row in _find(context, rows, name)] for family in plan.families]
    adjusted = adjust_gatekeeping([[None if row is None else row.value for row in family] for family in families])
    method = (Method.GATEKEEPING if len(families) > 1 else Method.HOLM).value
    beside = {
        id(row): replace(row, statistic="p_adjusted", value=value, method=method)
        for family, values in zip(families, adjusted, strict=True)
        for row, value in zip(family, values, strict=True)
        if row is not None
    }
    return [one for row in rows for one in ((row, beside[id(row)]) if id(row) in beside else (row,))]


def _find(context: Context, rows: Sequence[ResultRow], analysis: str) -> list[ResultRow | None]:
    """The p-values of an analysis that are tested: one for each parameter, None where it has none."""
    planned = next((one for one in context.definition.plan.analyses if one.id == analysis), None)
    if planned is None:
        return [None]
    endpoint = next(one for one in context.definition.study.endpoints if one.id == planned.endpoint)
    mine = [row for row in rows if row.analysis == analysis and row.statistic == "p" and not row.category]
    at = [endpoint.primary_at, planned.at[-1] if planned.at else "", ""]
    codes = [one.parameter.code for one in context.list_parameters(planned)]
    found: list[ResultRow | None] = []
    for parameter in codes or list(dict.fromkeys(row.parameter for row in mine)):
        own = [row for row in mine if row.parameter == parameter]
        visit = next((one for one in at if one is not None and any(row.visit == one for row in own)), None)
        found.append(next((row for row in own if visit is None or row.visit == visit), None))
    return found or [None]
