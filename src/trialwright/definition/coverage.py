"""The coverage matrix: endpoint × time point × form × analysis, criteria, doses, assumptions. Readable in a minute."""

from collections.abc import Mapping
from dataclasses import dataclass

from trialwright.definition.check_record import list_sentences
from trialwright.definition.check_schedule import is_measured, list_endpoint_forms, list_forms_at
from trialwright.definition.endpoints import Endpoint
from trialwright.definition.load import StudyParts
from trialwright.record.model import Record
from trialwright.record.sentences import compute_sentence_hash


@dataclass(frozen=True, slots=True)
class EndpointCoverage:
    """One endpoint: at which of its time points every one of its forms is planned, and what analyses it."""

    id: str
    title: str
    level: str
    forms: tuple[str, ...]
    times: Mapping[str, bool]
    analyses: tuple[str, ...]

    @property
    def is_covered(self) -> bool:
        """Whether something measures it at every time point and something analyses it."""
        return bool(self.forms or self.times) and all(self.times.values()) and bool(self.analyses)


@dataclass(frozen=True, slots=True)
class CriterionCoverage:
    """One criterion: whether a rule or a judgement decides it, and whether its sentence is the record's."""

    id: str
    decided_by: str
    in_record: bool | None


@dataclass(frozen=True, slots=True)
class AssumptionLine:
    """One assumption as the reader sees it."""

    id: str
    kind: str
    record_says: str
    assumed: str
    reason: str
    needs_signature: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the study measures, decides and gives, and what it takes for granted."""

    study: str
    encounters: tuple[str, ...]
    endpoints: tuple[EndpointCoverage, ...]
    criteria: tuple[CriterionCoverage, ...]
    doses: Mapping[str, Mapping[str, bool]]
    evaluations: Mapping[str, tuple[str, ...]]
    assumptions: tuple[AssumptionLine, ...]

    @property
    def covered(self) -> int:
        """How many endpoints are covered at every time point."""
        return sum(one.is_covered for one in self.endpoints)

    @property
    def decided(self) -> int:
        """How many criteria are the record's own words and decided by a rule or a judgement."""
        return sum(one.in_record is not False for one in self.criteria)


def compute_coverage(parts: StudyParts, measuring: Mapping[str, str], record: Record | None) -> Coverage:
    """The coverage of a study, sound or not: what is missing shows as False."""
    study = parts.study
    sentences = list_sentences(record) if record else None
    return Coverage(
        study=study.study.id,
        encounters=tuple(one.id for one in study.encounters),
        endpoints=tuple(_cover_endpoint(parts, one, measuring) for one in study.endpoints),
        criteria=tuple(
            CriterionCoverage(
                one.id,
                "rule" if one.rule else "judgement",
                None if sentences is None else compute_sentence_hash(one.text) in sentences,
            )
            for one in study.eligibility
        ),
        doses={
            one.id: {name: one.form in list_forms_at(parts, name) for name in one.at}
            for one in study.interventions
            if one.dose
        },
        evaluations={one.phrase: one.items for one in study.evaluations},
        assumptions=tuple(
            AssumptionLine(one.id, one.kind.value, one.record_says, one.assumed, one.reason, one.needs_signature)
            for one in study.assumptions
        ),
    )


def _cover_endpoint(parts: StudyParts, endpoint: Endpoint, measuring: Mapping[str, str]) -> EndpointCoverage:
    forms = list_endpoint_forms(parts, endpoint, measuring)
    times = {name: all(is_measured(parts, endpoint, name, form) for form in forms) for name in endpoint.at}
    analyses = tuple(one.id for one in parts.plan.analyses if one.endpoint == endpoint.id)
    return EndpointCoverage(endpoint.id, endpoint.title, endpoint.level, tuple(forms), times, analyses)
