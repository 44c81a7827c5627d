"""What every recipe works with: the plan, the datasets, and who is in which set and arm."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from trialwright.analyse.rows import Heading
from trialwright.definition.analysis import Analysis, SetKind
from trialwright.definition.compiled import CompiledParameter, Definition
from trialwright.definition.estimand import EventKind, Strategy
from trialwright.derive.datasets import Datasets

TOTAL = "TOTAL"
_FLAGS = {SetKind.ENROLLED: "ENRLFL", SetKind.SAFETY: "SAFFL", SetKind.FULL: "FASFL", SetKind.PER_PROTOCOL: "PPROTFL"}


@dataclass(frozen=True, slots=True)
class Members:
    """An analysis set: participants (sorted) by arm, in the order of the arms. ``arm_of`` maps each to its arm."""

    id: str
    arms: Mapping[str, tuple[str, ...]]
    everybody: tuple[str, ...]
    frame: pl.DataFrame

    def group(self, name: str) -> tuple[str, ...]:
        """The participants of an arm, or everybody for TOTAL."""
        return self.everybody if name == TOTAL else self.arms[name]

    def restrict(self, people: frozenset[str]) -> "Members":
        """Those of the set who are among ``people``."""
        arms = {name: tuple(one for one in found if one in people) for name, found in self.arms.items()}
        everybody = tuple(one for one in self.everybody if one in people)
        return Members(self.id, arms, everybody, self.frame.filter(pl.col("SUBJID").is_in(everybody)))


@dataclass(frozen=True, slots=True)
class Context:
    """The definition, the datasets, the analysis sets by id, and who is in the population of a parameter that has one."""

    definition: Definition
    datasets: Datasets
    sets: Mapping[str, Members]
    populations: Mapping[str, frozenset[str]]

    @property
    def level(self) -> float:
        """Confidence level of every interval."""
        return self.definition.plan.confidence

    @property
    def contrast(self) -> tuple[str, str] | None:
        """The treated and the control arm; None where the plan compares nothing."""
        return self.definition.plan.contrast

    @property
    def contrast_name(self) -> str:
        """How rows name the contrast; empty where there is none."""
        return " - ".join(self.contrast) if self.contrast else ""

    def find_set(self, kind: SetKind) -> Members | None:
        """The first set of a kind; None where the plan has none."""
        found = next((one.id for one in self.definition.plan.sets if one.kind is kind), None)
        return self.sets[found] if found else None

    def list_parameters(self, analysis: Analysis) -> list[CompiledParameter]:
        """The parameters of an analysis: those it names, or all of its endpoint."""
        known = self.definition.parameters
        named = analysis.parameters or tuple(
            code for code, one in known.items() if one.endpoint.id == analysis.endpoint
        )
        return [known[code] for code in named]

    def list_arms(self, analysis: Analysis) -> list[str]:
        """The arms that an analysis shows: all, or the one that its endpoint is about."""
        endpoint = next(one for one in self.definition.study.endpoints if one.id == analysis.endpoint)
        return [name for name in self.definition.arms if endpoint.only in (None, name)]

    def head(self, analysis: Analysis, parameter: str, unit: str = "") -> Heading:
        """The heading of an analysis's rows."""
        return Heading(analysis.id, analysis.table, analysis.analysis_set, parameter, analysis.endpoint, unit=unit)

    def find_unit(self, compiled: CompiledParameter) -> str:
        """The unit of a parameter's item; empty for an event and for a ratio of two items."""
        if compiled.parameter.divided_by:
            return ""
        form, _, item = (compiled.parameter.item or "").partition(".")
        return self.definition.forms[form].items[item].unit if item else ""


@dataclass(frozen=True, slots=True)
class Question:
    """One parameter of one analysis: what a recipe answers at a time."""

    context: Context
    analysis: Analysis
    compiled: CompiledParameter

    @property
    def code(self) -> str:
        """The parameter's code."""
        return self.compiled.parameter.code

    @property
    def is_log(self) -> bool:
        """Whether change is a ratio: of a log parameter, or where the analysis adds an offset before the logarithm."""
        on_scale = self.compiled.parameter.scale == "log" or self.analysis.log_offset is not None
        return on_scale and self.analysis.of != "VALUE"

    @property
    def strategies(self) -> Mapping[EventKind, Strategy]:
        """What is done about each kind of intercurrent event."""
        return self.context.definition.plan.find_strategies(self.analysis)

    @property
    def unit(self) -> str:
        """The unit of a change: that of the item, or ``ratio``."""
        return "ratio" if self.is_log else self.context.find_unit(self.compiled)

    @property
    def horizon(self) -> float:
        """The day until which an event counts; 0 for what is no event."""
        return float(self.compiled.parameter.horizon_day or 0)

    @property
    def members(self) -> Members:
        """The analysis set; of an item with a population, those of whom its rule is true (an event has POPFL)."""
        members = self.context.sets[self.analysis.analysis_set]
        people = self.context.populations.get(self.code) if self.compiled.parameter.item else None
        return members if people is None else members.restrict(people)

    @property
    def arms(self) -> list[str]:
        """The arms that are shown."""
        return self.context.list_arms(self.analysis)

    @property
    def contrast(self) -> tuple[str, str] | None:
        """The arms that are compared; None where the plan compares none, or does not show both."""
        contrast = self.context.contrast
        return contrast if contrast and all(arm in self.arms for arm in contrast) else None

    @property
    def contrast_size(self) -> int:
        """How many participants of the set are in the arms that are compared."""
        return sum(len(self.members.arms[arm]) for arm in self.contrast or ())

    def find_day(self, visit: str) -> int:
        """The planned day of a visit."""
        return self.context.definition.encounters[visit].day

    def head(self, **places: str) -> Heading:
        """The heading of rows; ``places`` are visit, group, category, unit."""
        return replace(self.context.head(self.analysis, self.code), **places)


def list_questions(context: Context, analysis: Analysis) -> list[Question]:
    """The questions of an analysis, in the order of its parameters."""
    return [Question(context, analysis, one) for one in context.list_parameters(analysis)]


def build_context(definition: Definition, datasets: Datasets) -> Context:
    """The context with every set of the plan. The safety set is grouped as treated, all others as allocated."""
    adsl = datasets.adam["ADSL"]
    sets = {}
    for one in definition.plan.sets:
        arm = "TRT01A" if one.kind is SetKind.SAFETY else "TRT01P"
        sets[one.id] = _build_members(definition, adsl.filter(pl.col(_FLAGS[one.kind]) == "Y"), one.id, arm)
    found = datasets.populations
    populations = {code: frozenset(found.filter(pl.col(code))["SUBJID"]) for code in found.columns if code != "SUBJID"}
    return Context(definition, datasets, sets, populations)


def _build_members(definition: Definition, adsl: pl.DataFrame, name: str, arm: str) -> Members:
    frame = adsl.select("SUBJID", pl.col(arm).alias("arm")).sort("SUBJID")
    arms = {one: tuple(frame.filter(pl.col("arm") == one)["SUBJID"]) for one in definition.arms}
    return Members(name, arms, tuple(frame["SUBJID"]), frame)
