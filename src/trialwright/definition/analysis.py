"""The analysis plan as data: sets, estimands and analyses (ICH E9(R1), E3)."""

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from trialwright.definition.base import CodeId, ItemPath, Part
from trialwright.definition.endpoints import ParameterCode
from trialwright.definition.estimand import MEANINGS, Estimand, EventKind, Family, Strategy
from trialwright.vocabulary.methods import Method


class SetKind(StrEnum):
    """How membership of an analysis set is decided."""

    ENROLLED = "ENROLLED"
    SAFETY = "SAFETY"
    FULL = "FULL"
    PER_PROTOCOL = "PER_PROTOCOL"


class AnalysisSet(Part):
    """A set of participants and how it is defined in words."""

    id: CodeId
    kind: SetKind
    title: str
    description: str


class Recipe(StrEnum):
    """What is computed. One recipe is one file of the analyse room."""

    DESCRIBE = "DESCRIBE"
    CHANGE = "CHANGE"
    PROPORTION = "PROPORTION"
    TIME_TO_EVENT = "TIME_TO_EVENT"
    ADVERSE_EVENTS = "ADVERSE_EVENTS"
    MMRM = "MMRM"
    SHIFT = "SHIFT"
    READERS = "READERS"


FAMILIES: Mapping[Recipe, Family] = {
    Recipe.CHANGE: Family.RANK,
    Recipe.PROPORTION: Family.SHARE,
    Recipe.TIME_TO_EVENT: Family.TIME,
    Recipe.ADVERSE_EVENTS: Family.EVENTS,
}
"""What each recipe works on; the others are models or descriptions of values."""


class Threshold(Part):
    """Makes a share of a measured value: who has it at any visit after baseline, above so many times the upper limit
    of normal, or from a CTCAE grade on."""

    times_uln: Annotated[float, Field(gt=0)] | None = None
    grade: Annotated[int, Field(ge=1, le=5)] | None = None

    @model_validator(mode="after")
    def _check_one(self) -> Self:
        if (self.times_uln is None) == (self.grade is None):
            raise ValueError("a threshold is either times_uln: or grade:, and not both")
        return self


class Analysis(Part):
    """One analysis of one endpoint.

    ``methods`` are applied in order and each gives its own rows; where none is named, the decision table's for this kind
    of outcome and role are (``decision.py``). ``because`` is the author's reason for methods that are not the table's.
    ``death`` says what a death before the time point does to a continuous value: worst rank, or missing; by default
    what the endpoint's estimand says. ``of`` is what is compared: the change, the value itself, or the mean of the change
    over the time from day 0 (area under the course). With ``log_offset`` the change is that of log(value + offset).
    ``threshold`` makes a share out of a measured value. ``table`` is the ICH E3 number of its display.
    """

    id: CodeId
    endpoint: Annotated[str, Field(pattern=r"^[A-Z]\d{1,2}$")]
    recipe: Recipe
    role: Literal["descriptive", "main", "supporting", "sensitivity"]
    analysis_set: CodeId
    parameters: tuple[ParameterCode, ...] = ()
    at: tuple[CodeId, ...] = ()
    methods: tuple[Method, ...] = ()
    because: str = ""
    of: Literal["CHANGE", "VALUE", "AREA"] = "CHANGE"
    log_offset: Annotated[float, Field(ge=0)] | None = None
    threshold: Threshold | None = None
    death: Literal["WORST_RANK", "MISSING", ""] = ""
    covariates: tuple[ItemPath, ...] = ()
    estimand: Estimand | None = None
    table: Annotated[str, Field(pattern=r"^14\.\d+(\.\d+){0,3}$")]
    assumed: tuple[str, ...] = ()

    @property
    def family(self) -> Family:
        """What the analysis works on."""
        return FAMILIES.get(self.recipe, Family.MODEL)


class BaselineVariable(Part):
    """A row of the baseline table: an item, or ``age_years``."""

    item: str
    label: str = ""


class Multiplicity(Part):
    """Adjustment of the p-values, where the author turns it on: families of main analyses by id, opened in order.

    Inside a family the adjustment is Holm's; a family is opened when every one of the family before was rejected.
    """

    families: tuple[tuple[CodeId, ...], ...] = Field(min_length=1)


class Plan(Part):
    """The analysis plan of a study. ``visit_windows`` MIDPOINT is analysis windows, apart from capture windows."""

    sets: tuple[AnalysisSet, ...] = Field(min_length=1)
    baseline: tuple[BaselineVariable, ...] = ()
    analyses: tuple[Analysis, ...] = ()
    visit_windows: Literal["MIDPOINT"] = "MIDPOINT"
    contrast: tuple[CodeId, CodeId] | None = None
    confidence: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    multiplicity: Multiplicity | None = None
    assumed: tuple[str, ...] = ()

    def find_strategies(self, analysis: Analysis) -> Mapping[EventKind, Strategy]:
        """The strategy for each kind of intercurrent event in an analysis: its own estimand's, or that of its
        endpoint's main analysis where it has none. What ``death`` says goes before; where nothing is said, every value
        is used."""
        main = next((one for one in self.analyses if one.endpoint == analysis.endpoint and one.role == "main"), None)
        estimand = analysis.estimand or (main.estimand if main else None)
        found = {one.kind: one.strategy for one in estimand.intercurrent} if estimand else {}
        if analysis.death:
            found[EventKind.DEATH] = Strategy.COMPOSITE if analysis.death == "WORST_RANK" else Strategy.WHILE_ALIVE
        return {kind: _translate(strategy, analysis.family) for kind, strategy in found.items()}


def _translate(strategy: Strategy, family: Family) -> Strategy:
    """What a strategy of the main analysis comes to in one of another family: a competing event is the worst outcome
    where there are ranks and shares, and a model can only use what was measured before it."""
    if strategy in MEANINGS[family]:
        return strategy
    worst = strategy in (Strategy.COMPETING, Strategy.COMPOSITE) and Strategy.COMPOSITE in MEANINGS[family]
    return Strategy.COMPOSITE if worst else Strategy.WHILE_ALIVE


def list_digests(plan: Plan) -> tuple[str, ...]:
    """``ID:digest`` of each analysis, over what its author wrote: what is signed, so that a later change is found."""
    return tuple(f"{one.id}:{_hash(one.model_dump_json(exclude_defaults=True))}" for one in plan.analyses)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
