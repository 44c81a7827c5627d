"""The definition that everything else works from: checked, its rules compiled, its labels at hand.

A ``Definition`` comes out of ``compile_study`` only when no error was found, so whoever holds one holds a valid one.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from trialwright.definition.analysis import Plan
from trialwright.definition.design import Arm, Intervention, Site
from trialwright.definition.endpoints import Endpoint, Parameter
from trialwright.definition.forms import Code, Codelist, Form, Item
from trialwright.definition.schedule import Activity, Criterion, Encounter
from trialwright.definition.simulation import Simulation
from trialwright.definition.study import StudyFile
from trialwright.record.model import Record
from trialwright.rules.compile import Rule
from trialwright.rules.evaluate import RuleSet


@dataclass(frozen=True, slots=True)
class CompiledForm:
    """A form with its rules ready to run.

    ``rules`` holds the edit checks first, in the order of ``form.checks``, then the conditions of ``conditional`` items;
    None where the form has neither. ``unknown`` maps each item to its codes that are NULL in rules.
    """

    form: Form
    items: Mapping[str, Item]
    codes: Mapping[str, Mapping[str, Code]]
    rules: RuleSet | None
    conditional: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CompiledCriterion:
    """A criterion with its rule; None where a judgement decides."""

    criterion: Criterion
    rule: Rule | None


@dataclass(frozen=True, slots=True)
class CompiledParameter:
    """A parameter of an endpoint with its rules; ``form`` is the one form that its item or event reads."""

    endpoint: Endpoint
    parameter: Parameter
    form: str
    when: Rule | None
    population: Rule | None


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole valid study. Mappings are keyed by id; order is the order of the files.

    ``holds`` is keyed by intervention and criterion, ``applying`` (the conditions of activities) by place in the list;
    ``conditions`` evaluates them in that order.
    ``labels`` maps a key such as ``forms.demographics.items.sex`` to the text by language (en, zh).
    ``digest`` is the SHA-256 of the files: the identity of this version.
    """

    study: StudyFile
    plan: Plan
    simulation: Simulation
    forms: Mapping[str, CompiledForm]
    codelists: Mapping[str, Codelist]
    labels: Mapping[str, Mapping[str, str]]
    digest: str
    arms: Mapping[str, Arm]
    encounters: Mapping[str, Encounter]
    interventions: Mapping[str, Intervention]
    sites: Mapping[str, Site]
    criteria: tuple[CompiledCriterion, ...]
    eligibility: RuleSet | None
    screening_forms: tuple[str, ...]
    parameters: Mapping[str, CompiledParameter]
    confirmations: Mapping[str, Rule]
    holds: Mapping[tuple[str, str], Rule]
    applying: Mapping[int, Rule]
    conditions: RuleSet | None
    record: Record | None

    def scale(self, participants: int) -> "Definition":
        """This study planned for another number of participants, the arms in proportion: for rehearsals only.

        It is another definition: its version says so, and its digest differs. ValueError for fewer participants than
        arms.
        """
        if participants < len(self.arms):
            raise ValueError(f"{self.id} has {len(self.arms)} arms and needs at least as many participants")
        planned = self.study.study.planned_enrolment
        if participants == planned:
            return self
        arms = _share(participants, {arm.id: arm.planned for arm in self.study.arms})
        scaled = tuple(arm.model_copy(update={"planned": arms[arm.id]}) for arm in self.study.arms)
        version = f"{self.version} for {participants} participants"
        identity = self.study.study.model_copy(update={"planned_enrolment": participants, "version": version})
        study = self.study.model_copy(update={"study": identity, "arms": scaled})
        digest = hashlib.sha256(f"{self.digest} {version}".encode()).hexdigest()
        return replace(self, study=study, digest=digest, arms=MappingProxyType({arm.id: arm for arm in scaled}))

    @property
    def id(self) -> str:
        """The study's id."""
        return self.study.study.id

    @property
    def version(self) -> str:
        """The version that the authors gave it."""
        return self.study.study.version

    def label(self, key: str, language: str = "en") -> str:
        """The text of a label; English where the language lacks it; the key itself where nothing is known."""
        texts = self.labels.get(key, {})
        return texts.get(language) or texts.get("en") or key

    def list_encounters(self, arm: str | None) -> tuple[Encounter, ...]:
        """The planned visits of an arm, by day and order in the file."""
        return tuple(sorted((one for one in self.encounters.values() if one.is_for(arm)), key=lambda one: one.day))

    def list_activities(self, encounter: str, arm: str | None) -> tuple[Activity, ...]:
        """The activities planned at an encounter for an arm; those at ANY time or DAILY are not among them."""
        return tuple(
            one
            for one in self.study.activities
            if isinstance(one.at, tuple) and encounter in one.at and (one.only is None or one.only == arm)
        )

    def find_dosing(self, form: str) -> Intervention | None:
        """The intervention whose doses are recorded on ``form``; None where it is no dosing form."""
        return next((one for one in self.interventions.values() if one.dose and one.form == form), None)


def _share(total: int, planned: Mapping[str, int]) -> dict[str, int]:
    """``total`` split in proportion to ``planned``, at least 1 each, by largest remainder, the first of equals first."""
    spare, whole = total - len(planned), sum(planned.values())
    shares = {name: 1 + spare * count // whole for name, count in planned.items()}
    rest = sorted(planned, key=lambda name: -(spare * planned[name] % whole))
    for name in rest[: total - sum(shares.values())]:
        shares[name] += 1
    return shares
