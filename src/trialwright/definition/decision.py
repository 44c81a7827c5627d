"""The decision table: which methods answer for which kind of outcome, and why; the author may decide otherwise.

A row says: for this outcome, role and situation these methods, for this reason. Where ``analysis.yaml`` names no methods,
or nothing at all for an endpoint, the table decides; where it names others, the report prints both and the author's
reason. The reasons in words are phrases of the report (``decision.<reason>``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from trialwright.definition.analysis import Analysis, Plan, Recipe, SetKind
from trialwright.definition.endpoints import Endpoint, EndpointKind, Parameter
from trialwright.definition.forms import Form, ItemType
from trialwright.definition.study import StudyFile
from trialwright.vocabulary.methods import Method as M

FEW = 20
"""Participants an arm up to which exact methods are the main ones."""
AnyPlan = TypeVar("AnyPlan", bound=Plan)
MANY_VISITS = 3
"""Visits after baseline from which a model of the course is worth its assumptions."""


class Outcome(StrEnum):
    """Kinds of outcome that need different methods."""

    VALUE = "VALUE"
    LABORATORY = "LABORATORY"
    COURSE = "COURSE"
    ORDINAL = "ORDINAL"
    SHARE = "SHARE"
    DEATH = "DEATH"
    TIME = "TIME"
    COMPETING_TIME = "COMPETING_TIME"
    ADVERSE_EVENTS = "ADVERSE_EVENTS"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table. ``few`` and ``randomised`` restrict it; None means either."""

    outcome: Outcome
    role: str
    recipe: Recipe
    methods: tuple[M, ...]
    reason: str
    few: bool | None = None
    randomised: bool | None = None


_CHANGE, _SHARE, _TIME = Recipe.CHANGE, Recipe.PROPORTION, Recipe.TIME_TO_EVENT
_RANKS = (M.HODGES_LEHMANN, M.WILCOXON_EXACT)
_CURVES = (M.AALEN_JOHANSEN, M.GRAY)
_CURVES_EXACT = (M.AALEN_JOHANSEN, M.GRAY_EXACT)


def _list_values(outcome: Outcome) -> tuple[Row, ...]:
    """The rows of a measured value, whatever its scale."""
    return (
        Row(outcome, "supporting", _CHANGE, _RANKS, "ranks"),
        Row(outcome, "supporting", _CHANGE, (M.ANCOVA,), "adjusted"),
        Row(outcome, "supporting", Recipe.MMRM, (M.MMRM,), "course"),
        Row(outcome, "supporting", _CHANGE, (M.CENSORED_REGRESSION,), "limit"),
        Row(outcome, "sensitivity", _CHANGE, (M.TIPPING_POINT,), "missing"),
        Row(outcome, "sensitivity", _CHANGE, (M.VAN_ELTEREN_EXACT, M.OVERLAP_WEIGHTS, M.E_VALUE), "confounding",
            randomised=False),
    )  # fmt: skip


TABLE: tuple[Row, ...] = (
    Row(Outcome.VALUE, "main", _CHANGE, _RANKS, "few_values", few=True),
    Row(Outcome.VALUE, "main", _CHANGE, (M.ANCOVA,), "many_values", few=False),
    *_list_values(Outcome.VALUE),
    Row(Outcome.LABORATORY, "main", _CHANGE, _RANKS, "few_values", few=True),
    Row(Outcome.LABORATORY, "main", _CHANGE, (M.ANCOVA,), "many_values", few=False),
    *_list_values(Outcome.LABORATORY),
    Row(Outcome.COURSE, "main", Recipe.MMRM, (M.MMRM,), "laboratory_course"),
    *_list_values(Outcome.COURSE),
    Row(Outcome.ORDINAL, "main", _CHANGE, _RANKS, "ordinal"),
    Row(Outcome.ORDINAL, "supporting", _CHANGE, (*_RANKS, M.PROPORTIONAL_ODDS, M.WIN_ODDS), "ordinal"),
    Row(Outcome.SHARE, "main", _SHARE, (M.CLOPPER_PEARSON, M.RISK_DIFFERENCE_EXACT, M.FISHER_MID_P), "few_shares", few=True),
    Row(Outcome.SHARE, "main", _SHARE, (M.WILSON, M.RISK_DIFFERENCE_MN, M.FISHER_MID_P), "many_shares", few=False),
    Row(Outcome.SHARE, "sensitivity", _SHARE, (M.RISK_DIFFERENCE_MN, M.BETA_POSTERIOR_DIFFERENCE), "other_interval"),
    Row(Outcome.SHARE, "sensitivity", _SHARE, (M.E_VALUE,), "confounding", randomised=False),
    Row(Outcome.DEATH, "main", _SHARE, (M.CLOPPER_PEARSON, M.RISK_DIFFERENCE_EXACT, M.FISHER_MID_P), "few_shares", few=True),
    Row(Outcome.DEATH, "main", _SHARE, (M.WILSON, M.RISK_DIFFERENCE_MN, M.FISHER_MID_P), "many_shares", few=False),
    Row(Outcome.DEATH, "supporting", _TIME, (M.KAPLAN_MEIER, M.LOG_RANK_EXACT), "survival"),
    Row(Outcome.DEATH, "supporting", _SHARE, (M.BETA_POSTERIOR_DIFFERENCE,), "other_interval"),
    Row(Outcome.DEATH, "sensitivity", _SHARE, (M.RISK_DIFFERENCE_MN,), "other_interval"),
    Row(Outcome.DEATH, "sensitivity", _SHARE, (M.E_VALUE,), "confounding", randomised=False),
    Row(Outcome.TIME, "main", _TIME, (M.KAPLAN_MEIER, M.LOG_RANK_EXACT), "survival", few=True),
    Row(Outcome.TIME, "main", _TIME, (M.KAPLAN_MEIER, M.LOG_RANK, M.COX), "survival", few=False),
    Row(Outcome.TIME, "supporting", _TIME, (M.RMST, M.COX), "without_ratio"),
    Row(Outcome.COMPETING_TIME, "main", _TIME, _CURVES_EXACT, "few_competing", few=True),
    Row(Outcome.COMPETING_TIME, "main", _TIME, _CURVES, "competing", few=False),
    Row(Outcome.COMPETING_TIME, "supporting", _TIME, (M.GRAY,), "asymptotic", few=True),
    Row(Outcome.COMPETING_TIME, "supporting", _TIME, (M.LOG_RANK_EXACT, M.HODGES_LEHMANN, M.RMST_LOST), "held"),
    Row(Outcome.COMPETING_TIME, "supporting", _TIME, (M.TURNBULL, M.CENSORED_REGRESSION), "interval_censored"),
    Row(Outcome.COMPETING_TIME, "supporting", _TIME, (M.COX, M.FINE_GRAY), "description"),
    Row(Outcome.COMPETING_TIME, "sensitivity", _TIME, _CURVES_EXACT, "other_definition", few=True),
    Row(Outcome.COMPETING_TIME, "sensitivity", _TIME, _CURVES, "other_definition", few=False),
    Row(Outcome.COMPETING_TIME, "sensitivity", _TIME, (M.E_VALUE,), "confounding", randomised=False),
    Row(Outcome.ADVERSE_EVENTS, "main", Recipe.ADVERSE_EVENTS, (M.CLOPPER_PEARSON, M.RISK_DIFFERENCE_MN), "harms"),
    Row(Outcome.ADVERSE_EVENTS, "supporting", Recipe.ADVERSE_EVENTS, (M.POISSON_EXACT,), "exposure"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """How an analysis of the plan stands to the table: what the table says, and whether the author chose otherwise."""

    rows: tuple[Row, ...]
    follows: bool


def find_outcome(endpoint: Endpoint, parameter: Parameter | None, forms: Mapping[str, Form], visits: int) -> Outcome:
    """The kind of outcome of a parameter; ``visits`` are those after baseline at which it is measured."""
    if endpoint.kind is EndpointKind.ADVERSE_EVENTS or parameter is None:
        return Outcome.ADVERSE_EVENTS
    if parameter.event is not None:
        if parameter.event.kind == "DEATH":
            return Outcome.DEATH
        if endpoint.kind is EndpointKind.BINARY:
            return Outcome.SHARE
        return Outcome.COMPETING_TIME if parameter.competing else Outcome.TIME
    form, _, name = (parameter.item or "").partition(".")
    item = next((one for one in forms[form].items if one.id == name), None) if form in forms else None
    if endpoint.kind is EndpointKind.BINARY:
        return Outcome.SHARE
    if item is not None and item.type is ItemType.CODE:
        return Outcome.ORDINAL
    if parameter.scale == "log":
        return Outcome.COURSE if visits >= MANY_VISITS else Outcome.LABORATORY
    return Outcome.VALUE


def list_rows(study: StudyFile, plan: Plan, outcome: Outcome, role: str) -> tuple[Row, ...]:
    """The rows that hold for an outcome and role in this study: by its size and by how arms are formed."""
    arms = [one for one in study.arms if plan.contrast is None or one.id in plan.contrast]
    few = min(one.planned for one in arms) <= FEW
    randomised = study.design.allocation == "RANDOMIZED"
    return tuple(
        one
        for one in TABLE
        if (one.outcome, one.role) == (outcome, role)
        and one.few in (None, few)
        and one.randomised in (None, randomised)
    )


def judge(study: StudyFile, plan: Plan, analysis: Analysis, forms: Mapping[str, Form]) -> Choice:
    """What the table says of an analysis, and whether its methods are the table's.

    A main analysis follows when it has exactly the methods of a row; another one when each of its methods stands in a
    row of a role beside the main one. A share made by a threshold is a share. Where the main analysis is done again in the
    per-protocol set or at other visits, that is the reason.
    """
    endpoint = next(one for one in study.endpoints if one.id == analysis.endpoint)
    outcomes = _list_outcomes(study, endpoint, analysis, forms)
    roles = ("main",) if analysis.role == "main" else ("supporting", "sensitivity", "main")
    rows = tuple(row for one in outcomes for role in roles for row in list_rows(study, plan, one, role))
    same = [row for row in rows if row.recipe is analysis.recipe]
    if analysis.role == "main":
        return Choice(rows, any(set(row.methods) == set(analysis.methods) for row in same))
    offered = {method for row in same for method in row.methods}
    follows = set(analysis.methods) <= offered
    again = _find_again(plan, analysis)
    if again and follows:
        return Choice((Row(outcomes[0], analysis.role, analysis.recipe, analysis.methods, again),), True)
    mine = tuple(row for row in same if set(row.methods) & set(analysis.methods))
    return Choice(mine or tuple(row for row in rows if row.role == analysis.role), follows)


def _find_again(plan: Plan, analysis: Analysis) -> str:
    """Why the main analysis is done again: in the per-protocol set, or at other visits; empty where it is not."""
    mains = [one for one in plan.analyses if one.role == "main" and one.endpoint == analysis.endpoint]
    for one in mains:
        alike = (one.recipe, one.of, one.log_offset) == (analysis.recipe, analysis.of, analysis.log_offset)
        if not alike or not analysis.methods or not set(analysis.methods) <= set(one.methods):
            continue
        kinds = {each.id: each.kind for each in plan.sets}
        if analysis.analysis_set != one.analysis_set:
            return "per_protocol" if kinds.get(analysis.analysis_set) is SetKind.PER_PROTOCOL else ""
        if set(analysis.parameters) <= set(one.parameters) and not set(analysis.at) & set(one.at) and analysis.at:
            return "other_visits"
    return ""


def _list_outcomes(
    study: StudyFile, endpoint: Endpoint, analysis: Analysis, forms: Mapping[str, Form]
) -> tuple[Outcome, ...]:
    if analysis.threshold is not None:
        return (Outcome.SHARE,)
    days = {one.id: one.day for one in study.encounters}
    visits = sum(days.get(one, 0) > 0 for one in endpoint.at)
    named = analysis.parameters
    chosen: list[Parameter | None] = [one for one in endpoint.parameters if not named or one.code in named]
    return tuple(dict.fromkeys(find_outcome(endpoint, one, forms, visits) for one in chosen or [None]))


def complete_plan(study: StudyFile, plan: AnyPlan, forms: Mapping[str, Form]) -> AnyPlan:
    """The plan with the table's methods where the author named none, and the table's analyses where an endpoint has
    none at all."""
    filled = [_fill(study, plan, one, forms) for one in plan.analyses]
    for place, endpoint in enumerate(study.endpoints, 1):
        if not any(one.endpoint == endpoint.id for one in plan.analyses):
            filled += _draft(study, plan, endpoint, forms, place)
    return plan.model_copy(update={"analyses": tuple(filled)})


def _fill(study: StudyFile, plan: Plan, analysis: Analysis, forms: Mapping[str, Form]) -> Analysis:
    known = any(one.id == analysis.endpoint for one in study.endpoints)
    if not known or analysis.methods or analysis.recipe in (Recipe.DESCRIBE, Recipe.SHIFT, Recipe.READERS):
        return analysis
    rows = judge(study, plan, analysis, forms).rows
    found = next((row for row in rows if row.recipe is analysis.recipe and row.role == analysis.role), None)
    return analysis.model_copy(update={"methods": found.methods}) if found else analysis


def _draft(
    study: StudyFile, plan: Plan, endpoint: Endpoint, forms: Mapping[str, Form], place: int
) -> Iterable[Analysis]:
    """A description, and one analysis for each recipe of each role."""
    kind = SetKind.SAFETY if endpoint.kind is EndpointKind.ADVERSE_EVENTS else SetKind.FULL
    members = next((one.id for one in plan.sets if one.kind is kind), plan.sets[0].id)
    base = {"endpoint": endpoint.id, "analysis_set": members}
    if endpoint.parameters:
        table = f"14.2.{place}.1"
        yield Analysis(id=f"{endpoint.id}_DESCRIBE", recipe=Recipe.DESCRIBE, role="descriptive", table=table, **base)
    blank = Analysis(id="X", recipe=Recipe.DESCRIBE, role="main", table="14.2", **base)
    for number, role in enumerate(("main", "supporting", "sensitivity"), 2):
        found: dict[Recipe, dict[M, None]] = {}
        for outcome in _list_outcomes(study, endpoint, blank, forms):
            for row in list_rows(study, plan, outcome, role):
                found.setdefault(row.recipe, {}).update(dict.fromkeys(row.methods))
        for recipe, methods in found.items():
            harms = recipe is Recipe.ADVERSE_EVENTS
            table = ("14.3.1.4" if role == "main" else "14.3.1.6") if harms else f"14.2.{place}.{number}"
            name = f"{endpoint.id}_{role.upper()}" + ("" if len(found) == 1 else f"_{recipe.value}")
            yield Analysis(id=name, recipe=recipe, role=role, methods=tuple(methods), table=table, **base)
