"""What simulated trials need of a study, as plain data that can travel to a worker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from trialwright.definition.analysis import Analysis, Recipe
from trialwright.definition.compiled import CompiledParameter, Definition
from trialwright.definition.endpoints import EventRule
from trialwright.definition.estimand import EventKind, Strategy
from trialwright.definition.forms import ItemType
from trialwright.definition.schedule import Activity
from trialwright.definition.simulation import Behaviour, EventBehaviour
from trialwright.design.truth_table import Level, Tree, build_tree, list_columns
from trialwright.rules.compile import Rule
from trialwright.rules.types import Column
from trialwright.statistics import stopping
from trialwright.statistics.arrays import FloatArray, IntArray
from trialwright.vocabulary.methods import Method

SIMULATED: Mapping[Recipe, frozenset[Method]] = {
    Recipe.CHANGE: frozenset((Method.HODGES_LEHMANN, Method.WILCOXON_EXACT)),
    Recipe.MMRM: frozenset((Method.MMRM, Method.MMRM_VISITS)),
    Recipe.PROPORTION: frozenset(
        (
            Method.CLOPPER_PEARSON, Method.WILSON, Method.JEFFREYS, Method.PROPORTION_MID_P,
            Method.RISK_DIFFERENCE_EXACT, Method.RISK_DIFFERENCE_MN, Method.RISK_DIFFERENCE_MEE,
            Method.RISK_DIFFERENCE_NEWCOMBE, Method.FISHER, Method.FISHER_MID_P,
        )
    ),
    Recipe.TIME_TO_EVENT: frozenset((Method.AALEN_JOHANSEN, Method.GRAY, Method.GRAY_EXACT)),
    Recipe.ADVERSE_EVENTS: frozenset(
        (Method.CLOPPER_PEARSON, Method.WILSON, Method.RISK_DIFFERENCE_MN, Method.RISK_DIFFERENCE_EXACT)
    ),
}  # fmt: skip
"""The methods that have a form for many trials at once, by recipe."""

_WIDE = 10


@dataclass(frozen=True, slots=True)
class Draw:
    """How an item's values arise. ``levels`` are its codes or texts; empty for a number on a scale.

    ``low``, ``high`` and ``step`` are the grid on which a number is typed; ``when`` says who is asked at all.
    """

    behaviour: Behaviour
    levels: tuple[str, ...]
    low: float
    high: float
    step: float
    when: Tree | None = None

    @property
    def size(self) -> int:
        """How many values there are."""
        return len(self.levels) or round((self.high - self.low) / self.step) + 1


@dataclass(frozen=True, slots=True)
class Occasions:
    """When a form is filled in, in order of time; arrays are (records,).

    ``visit`` is the index of the visit, -1 for a daily record; ``confirms`` marks the second sample that follows the
    record before it where ``confirm`` is true of that. ``side`` is the arm that has it, -1 for both.
    """

    days: FloatArray
    visit: IntArray
    confirms: FloatArray
    side: IntArray
    confirm: Tree | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """A parameter: the item or the event that it is, and who is at risk."""

    code: str
    label: str
    endpoint: str
    form: str
    item: str
    divided_by: str
    event: EventRule | None
    when: Tree | None
    population: Tree | None
    horizon: float
    competing: bool
    is_log: bool
    better: str
    lloq: float | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One parameter of one main analysis of the plan. ``unlike`` says why it cannot be simulated; empty where it can."""

    analysis: str
    endpoint: str
    recipe: Recipe
    parameter: str
    visits: tuple[str, ...]
    methods: tuple[Method, ...]
    ranks_death: bool
    unlike: str = ""


@dataclass(frozen=True, slots=True)
class Boundary:
    """The stopping rule: the arm it watches (1, 0) and how its limits are computed for any number of participants."""

    side: int
    kind: str
    rate: float
    error: float
    certainty: float
    prior: tuple[float, float]

    def extend(self, size: int) -> IntArray:
        """The least count that stops, after each of ``size`` participants."""
        if self.kind == "BAYES":
            return stopping.compute_bayes_boundary(size, self.rate, self.certainty, self.prior)
        return stopping.compute_pocock_boundary(size, self.rate, self.error)


@dataclass(frozen=True, slots=True)
class Model:
    """Everything of a study that a simulated trial needs; plain data, so that it can travel to a worker.

    ``dosed`` maps the index of a visit to the arms that are given a dose there.
    """

    study: str
    version: str
    digest: str
    level: float
    contrast: tuple[str, str]
    planned: Mapping[str, int]
    visits: tuple[str, ...]
    visit_days: FloatArray
    last_day: int
    dosed: Mapping[int, tuple[str, ...]]
    draws: Mapping[str, Draw]
    forms: Mapping[str, Occasions]
    measured: Mapping[str, Measured]
    asked: tuple[Asked, ...]
    death: Mapping[str, float]
    death_days: tuple[int, int]
    errors: Mapping[str, float]
    related: Mapping[str, float]
    toxicity: Mapping[str, float]
    stopping: Boundary | None


def build_model(definition: Definition) -> Model | str:
    """The model of a study, or the sentence that says why it has none.

    Parameters
    ----------
    definition : Definition
        The study with its plan and its simulation file.
    """
    contrast = definition.plan.contrast
    if contrast is None:
        return "the plan names no contrast, so there are no two arms whose comparison could be simulated"
    builder = _Builder(definition, contrast)
    asked = tuple(
        one for analysis in definition.plan.analyses if analysis.role == "main" for one in builder.ask(analysis)
    )
    if not asked:
        return "the plan has no main analysis"
    events = definition.simulation.events
    chance = partial(_compute_chance, definition)
    return Model(
        study=definition.id, version=definition.version, digest=definition.digest, level=definition.plan.confidence,
        contrast=contrast, planned={name: arm.planned for name, arm in definition.arms.items()},
        visits=builder.visits, visit_days=builder.visit_days,
        last_day=max(one.day for one in definition.encounters.values()), dosed=builder.list_dosed(),
        draws=dict(sorted(builder.draws.items())), forms=dict(sorted(builder.forms.items())),
        measured=builder.measured, asked=asked,
        death=dict(definition.simulation.death), death_days=definition.simulation.death_days,
        errors=definition.simulation.errors.model_dump(),
        related={arm: chance(events, arm, is_toxicity=False) for arm in contrast},
        toxicity={arm: chance(events, arm, is_toxicity=True) for arm in contrast},
        stopping=builder.find_boundary(),
    )  # fmt: skip


def _compute_chance(definition: Definition, events: Sequence[EventBehaviour], arm: str, *, is_toxicity: bool) -> float:
    """The chance of a participant to have at least one related event, or one that the stopping rule counts.

    Toxicity: related and of the rule's grade or worse, or serious in the hours after a dose.
    """
    rule = definition.study.safety.stopping
    given = [
        one for one in definition.interventions.values() if one.dose and one.id in definition.arms[arm].interventions
    ]
    doses = sum(len(one.at) for one in given)
    none = 1.0
    for event in events:
        if event.arm not in (None, arm):
            continue
        times = doses if event.after_dose_hours is not None else 1
        share = event.related
        if is_toxicity:
            weights = sum(event.grades.values())
            severe = sum(each for grade, each in event.grades.items() if int(grade) >= (rule.grade if rule else 3))
            grave = sum(each for grade, each in event.grades.items() if int(grade) >= 4)
            serious = event.serious + (1 - event.serious) * grave / weights
            soon = serious if event.after_dose_hours is not None else 0.0
            share = event.related * severe / weights
            share = share + soon - share * soon
        none *= (1 - event.chance * share) ** times
    return 1 - none


class _Builder:
    """Gathers draws, occasions and parameters while the plan's analyses are read."""

    def __init__(self, definition: Definition, contrast: tuple[str, str]) -> None:
        self.definition = definition
        self.contrast = contrast
        planned = [one for one in definition.encounters.values() if one.day >= 0]
        planned.sort(key=lambda one: one.day)
        self.visits = tuple(one.id for one in planned)
        self.visit_days = np.array([float(one.day) for one in planned])
        self.draws: dict[str, Draw] = {}
        self.forms: dict[str, Occasions] = {}
        self.measured: dict[str, Measured] = {}
        self._behaviours = {one.item: one for one in definition.simulation.behaviours}

    def ask(self, analysis: Analysis) -> list[Asked]:
        """The questions of one analysis; those that cannot be simulated say why."""
        missing = [one.value for one in analysis.methods if one not in SIMULATED.get(analysis.recipe, frozenset())]
        unlike = ""
        if analysis.recipe not in SIMULATED:
            unlike = f"the recipe {analysis.recipe} has no form for many trials at once"
        elif missing:
            unlike = f"no form for many trials at once: {', '.join(missing)}"
        elif analysis.covariates:
            unlike = "covariates beside the baseline value are not simulated"
        elif analysis.of != "CHANGE" or analysis.log_offset is not None or analysis.threshold is not None:
            unlike = "values, areas, offsets and thresholds are not simulated"
        if analysis.recipe is Recipe.ADVERSE_EVENTS:
            return [self._make(analysis, "", (), unlike)]
        known = self.definition.parameters
        named = analysis.parameters or tuple(
            code for code, one in known.items() if one.endpoint.id == analysis.endpoint
        )
        return [self._ask_parameter(analysis, known[code], unlike) for code in named]

    def _make(self, analysis: Analysis, code: str, visits: tuple[str, ...], unlike: str) -> Asked:
        strategies = self.definition.plan.find_strategies(analysis)
        return Asked(
            analysis.id, analysis.endpoint, analysis.recipe, code, visits, analysis.methods,
            strategies.get(EventKind.DEATH) is Strategy.COMPOSITE, unlike,
        )  # fmt: skip

    def _ask_parameter(self, analysis: Analysis, compiled: CompiledParameter, unlike: str) -> Asked:
        code = compiled.parameter.code
        if not unlike:
            unlike = self._measure(compiled)
        return self._make(analysis, code, self._list_visits(analysis, compiled), unlike)

    def _list_visits(self, analysis: Analysis, compiled: CompiledParameter) -> tuple[str, ...]:
        endpoint = compiled.endpoint
        horizon = compiled.parameter.horizon_day or 0
        later = tuple(one for one in endpoint.at if self.definition.encounters[one].day > 0)
        if analysis.at:
            return analysis.at
        if analysis.recipe is Recipe.TIME_TO_EVENT:
            return tuple(one for one in later if self.definition.encounters[one].day <= horizon)
        if analysis.recipe is Recipe.MMRM:
            return later
        return (endpoint.primary_at,) if endpoint.primary_at else endpoint.at[-1:]

    def _measure(self, compiled: CompiledParameter) -> str:
        """Learn how a parameter is simulated; the reason where it cannot be."""
        parameter = compiled.parameter
        try:
            for item in (parameter.item, parameter.divided_by):
                if item:
                    self._learn(item)
            when = self._grow(compiled.when) if compiled.when else None
            population = self._grow(compiled.population) if compiled.population else None
        except (KeyError, ValueError) as error:
            return str(error.args[0])
        if compiled.form and not (parameter.event and parameter.event.kind == "DEATH"):
            self._schedule(compiled.form)
        self.measured[parameter.code] = Measured(
            parameter.code, parameter.label, compiled.endpoint.id, compiled.form, parameter.item or "",
            parameter.divided_by or "",
            parameter.event, when, population, float(parameter.horizon_day or 0), parameter.competing == "DEATH",
            parameter.scale == "log", parameter.better, parameter.lloq,
        )  # fmt: skip
        return ""

    def _grow(self, rule: Rule) -> Tree:
        return build_tree(rule, self._list_levels)

    def _list_levels(self, column: Column) -> Sequence[Level]:
        """The values of a column; its visit, where it names one, is left out."""
        parts = column.name.split(".")
        path = ".".join(parts[-2:])
        if len(parts) < 2:
            raise KeyError(f"{column.name} is not simulated")
        draw = self._learn(path)
        self._schedule(parts[-2])
        if not draw.levels:
            return [draw.low + index * draw.step for index in range(draw.size)]
        form, _, item = path.partition(".")
        codes = self.definition.forms[form].codes.get(item, {})
        if self.definition.forms[form].items[item].type is ItemType.NUMBER:
            return [float(text) for text in draw.levels]
        return [None if text in codes and codes[text].unknown else text for text in draw.levels]

    def _learn(self, path: str) -> Draw:
        """How the values of an item arise; KeyError where the simulation file does not say."""
        if path in self.draws:
            return self.draws[path]
        behaviour = self._behaviours.get(path)
        if behaviour is None:
            raise KeyError(f"the simulation file has no behaviour of {path}")
        form, _, name = path.partition(".")
        item = self.definition.forms[form].items[name]
        levels: tuple[str, ...] = {
            "CODES": tuple(behaviour.codes), "CLEARS": (behaviour.before, behaviour.after), "FIXED": (behaviour.text,),
            "STEPS": tuple(code for _, code in behaviour.steps),
        }.get(behaviour.kind, ())  # fmt: skip
        low, high = _find_range(behaviour)
        hard_low, hard_high = item.hard or (None, None)
        low, high = (low if hard_low is None else hard_low), (high if hard_high is None else hard_high)
        step = 10.0**-item.decimals if not levels else 1.0
        self.draws[path] = Draw(behaviour, levels, low, high, step)
        compiled = self.definition.forms[form]
        if name in compiled.conditional:
            assert compiled.rules is not None
            rule = compiled.rules.rules[len(compiled.form.checks) + compiled.conditional.index(name)]
            self.draws[path] = Draw(behaviour, levels, low, high, step, self._grow(rule))
        return self.draws[path]

    def _schedule(self, form: str) -> None:
        if form in self.forms:
            return
        found = [one for one in self.definition.study.activities if one.form == form]
        records = sorted(record for activity in found for record in self._list_records(activity))
        table = np.array(records, dtype=np.float64).reshape(len(records), 4)
        visit, side = table[:, 1].astype(np.int64), table[:, 3].astype(np.int64)
        rule = self.definition.confirmations.get(form)
        self.forms[form] = Occasions(table[:, 0], visit, table[:, 2], side)  # known before its rule is read
        if rule is not None:
            self.forms[form] = Occasions(table[:, 0], visit, table[:, 2], side, self._grow(rule))

    def _list_records(self, activity: Activity) -> list[tuple[float, int, float, int]]:
        side = {None: -1, self.contrast[0]: 1, self.contrast[1]: 0}.get(activity.only, -2)
        if activity.at == "DAILY":
            first, last = (self.definition.encounters[one or ""].day for one in (activity.first, activity.last))
            return [(float(day), -1, 0.0, side) for day in range(max(first, 0), last + 1)]
        records = []
        for name in activity.at if isinstance(activity.at, tuple) else ():
            encounter = self.definition.encounters[name]
            if name not in self.visits:
                continue
            own = side if encounter.only is None else {self.contrast[0]: 1, self.contrast[1]: 0}.get(encounter.only, -2)
            at = self.visits.index(name)
            records.append((encounter.day + 0.5, at, 0.0, own))
            if activity.confirm_hours is not None:
                records.append((encounter.day + 0.52 + activity.confirm_hours / 24, at, 1.0, own))
        return records

    def list_dosed(self) -> dict[int, tuple[str, ...]]:
        """The arms that are given a dose at each visit."""
        dosed: dict[int, tuple[str, ...]] = {}
        for one in self.definition.interventions.values():
            arms = tuple(name for name, arm in self.definition.arms.items() if one.dose and one.id in arm.interventions)
            for visit in one.at:
                if visit in self.visits and arms:
                    at = self.visits.index(visit)
                    dosed[at] = (*dosed.get(at, ()), *arms)
        return dosed

    def find_boundary(self) -> Boundary | None:
        """The stopping rule, where it watches an arm of the contrast."""
        rule = self.definition.study.safety.stopping
        if rule is None or rule.arm not in self.contrast:
            return None
        side = 1 if rule.arm == self.contrast[0] else 0
        return Boundary(side, rule.kind, rule.acceptable_rate, rule.error, rule.certainty, rule.prior)


def _find_range(behaviour: Behaviour) -> tuple[float, float]:
    """Bounds that a number does not reach in practice."""
    centres = [value for _, value in behaviour.course] or [behaviour.mean or 0.0]
    effects = [*behaviour.arms.values(), 0.0]
    if behaviour.kind == "LOGNORMAL":
        return 0.0, max(centres) * float(np.exp(_WIDE * behaviour.sd)) * max(4.0, *effects)
    reach = _WIDE * behaviour.sd + max(abs(one) for one in effects) + 10
    return min(centres) - reach, max(centres) + reach


def list_read(tree: Tree | None) -> tuple[str, ...]:
    """The columns that a tree reads; none where there is no tree."""
    return () if tree is None else list_columns(tree)
