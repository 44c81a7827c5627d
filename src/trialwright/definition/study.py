"""The whole study as one frozen value: the structure that the files of a study folder must have."""

from typing import Self

from pydantic import Field, model_validator

from trialwright.definition.analysis import Plan
from trialwright.definition.base import Part
from trialwright.definition.design import Allocation, Arm, Assumption, Contact, Design, Identity, Intervention, Site
from trialwright.definition.endpoints import Endpoint, Evaluation, Safety
from trialwright.definition.forms import Codelist
from trialwright.definition.quality import ToleranceLimit
from trialwright.definition.schedule import Activity, Criterion, Encounter
from trialwright.definition.simulation import Simulation


class StudyFile(Part):
    """What ``study.yaml`` holds. ``record`` names the registry record beside it."""

    study: Identity
    record: str = ""
    design: Design
    arms: tuple[Arm, ...] = Field(min_length=1)
    interventions: tuple[Intervention, ...] = ()
    allocation: Allocation
    sites: tuple[Site, ...] = Field(min_length=1)
    contacts: tuple[Contact, ...] = ()
    encounters: tuple[Encounter, ...] = Field(min_length=1)
    activities: tuple[Activity, ...] = Field(min_length=1)
    eligibility: tuple[Criterion, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
    safety: Safety
    quality: tuple[ToleranceLimit, ...] = ()
    codelists: tuple[Codelist, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    languages: tuple[str, ...] = ("en",)

    @model_validator(mode="after")
    def _check_unique(self) -> Self:
        for name in (
            "arms",
            "interventions",
            "sites",
            "encounters",
            "eligibility",
            "endpoints",
            "codelists",
            "assumptions",
            "quality",
        ):
            ids = [part.id for part in getattr(self, name)]
            doubled = sorted({one for one in ids if ids.count(one) > 1})
            if doubled:
                raise ValueError(f"{name}: {', '.join(doubled)} stands twice")
        return self


class AnalysisFile(Plan):
    """What ``analysis.yaml`` holds."""


class SimulationFile(Simulation):
    """What ``simulation.yaml`` holds."""
