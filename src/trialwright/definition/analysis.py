"""The analysis plan as data: sets, estimands and analyses (ICH E9(R1), E3)."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from trialwright.definition.base import CodeId, ItemPath, Part
from trialwright.definition.endpoints import ParameterCode
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


class IntercurrentEvent(Part):
    """An event after day 0 that changes what an outcome means, and the strategy for it."""

    event: str
    strategy: Literal["TREATMENT_POLICY", "COMPOSITE", "WHILE_ALIVE", "COMPETING", "HYPOTHETICAL", "PRINCIPAL_STRATUM"]


class Estimand(Part):
    """The five attributes; treatment and population default to the arms and the set of the analysis."""

    variable: str
    summary: str
    intercurrent: tuple[IntercurrentEvent, ...] = ()


class Recipe(StrEnum):
    """What is computed. One recipe is one file of the analyse room."""

    DESCRIBE = "DESCRIBE"
    CHANGE = "CHANGE"
    PROPORTION = "PROPORTION"
    TIME_TO_EVENT = "TIME_TO_EVENT"
    ADVERSE_EVENTS = "ADVERSE_EVENTS"
    MMRM = "MMRM"
    SHIFT = "SHIFT"


class Analysis(Part):
    """One analysis of one endpoint.

    ``methods`` are applied in order and each gives its own rows. ``death`` says what a death before the time point does
    to a continuous value: worst rank, or missing. ``table`` is the ICH E3 number of its display.
    """

    id: CodeId
    endpoint: Annotated[str, Field(pattern=r"^[A-Z]\d{1,2}$")]
    recipe: Recipe
    role: Literal["descriptive", "main", "supporting", "sensitivity"]
    analysis_set: CodeId
    parameters: tuple[ParameterCode, ...] = ()
    at: tuple[CodeId, ...] = ()
    methods: tuple[Method, ...] = ()
    death: Literal["WORST_RANK", "MISSING"] = "MISSING"
    covariates: tuple[ItemPath, ...] = ()
    estimand: Estimand | None = None
    table: Annotated[str, Field(pattern=r"^14\.\d+(\.\d+){0,3}$")]
    assumed: tuple[str, ...] = ()


class BaselineVariable(Part):
    """A row of the baseline table: an item, or ``age_years``."""

    item: str
    label: str = ""


class Plan(Part):
    """The analysis plan of a study. ``visit_windows`` MIDPOINT is analysis windows, apart from capture windows."""

    sets: tuple[AnalysisSet, ...] = Field(min_length=1)
    baseline: tuple[BaselineVariable, ...] = ()
    analyses: tuple[Analysis, ...] = ()
    visit_windows: Literal["MIDPOINT"] = "MIDPOINT"
    contrast: tuple[CodeId, CodeId] | None = None
    confidence: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    assumed: tuple[str, ...] = ()
