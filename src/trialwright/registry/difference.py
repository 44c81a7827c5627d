"""What changed between two versions of a record, in words, with the weight that a journal's editor would give it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from trialwright.record.model import Record
from trialwright.registry import case as parts
from trialwright.registry.difference_lists import (
    compare_arms,
    compare_criteria,
    compare_interventions,
    compare_locations,
    compare_names,
)
from trialwright.registry.difference_outcomes import compare_outcomes
from trialwright.registry.difference_words import Difference, Kind, Weight, describe_change
from trialwright.registry.tells import is_told


class Shape(StrEnum):
    """How two values of a field are compared and told."""

    TEXT = "text"
    CODE = "code"
    DATE = "date"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class _Field:
    """A single field: its place, how to get it, its name for people, and how much a change of it weighs."""

    path: str
    get: Callable[[Record], Any]
    name: str
    weight: Weight
    shape: Shape = Shape.CODE
    is_switch: bool = False


_FIELDS = (
    _Field(
        f"{parts.IDENTIFICATION}.briefTitle",
        lambda r: r.protocol.identification.brief_title,
        "brief title",
        Weight.MINOR,
        Shape.TEXT,
    ),
    _Field(
        f"{parts.IDENTIFICATION}.officialTitle",
        lambda r: r.protocol.identification.official_title,
        "official title",
        Weight.MINOR,
        Shape.TEXT,
    ),
    _Field(f"{parts.IDENTIFICATION}.acronym", lambda r: r.protocol.identification.acronym, "acronym", Weight.MINOR),
    _Field(
        f"{parts.STATUS}.overallStatus", lambda r: r.protocol.status.overall_status, "overall status", Weight.MODERATE
    ),
    _Field(
        f"{parts.STATUS}.whyStopped",
        lambda r: r.protocol.status.why_stopped,
        "reason for stopping",
        Weight.MODERATE,
        Shape.TEXT,
    ),
    _Field(
        f"{parts.STATUS}.startDateStruct.date",
        lambda r: r.protocol.status.start.date,
        "start date",
        Weight.MODERATE,
        Shape.DATE,
    ),
    _Field(
        f"{parts.STATUS}.startDateStruct.type",
        lambda r: r.protocol.status.start.type,
        "type of the start date",
        Weight.MINOR,
    ),
    _Field(
        f"{parts.STATUS}.primaryCompletionDateStruct.date",
        lambda r: r.protocol.status.primary_completion.date,
        "primary completion date",
        Weight.MODERATE,
        Shape.DATE,
    ),
    _Field(
        f"{parts.STATUS}.primaryCompletionDateStruct.type",
        lambda r: r.protocol.status.primary_completion.type,
        "type of the primary completion date",
        Weight.MINOR,
    ),
    _Field(
        f"{parts.STATUS}.completionDateStruct.date",
        lambda r: r.protocol.status.completion.date,
        "study completion date",
        Weight.MINOR,
        Shape.DATE,
    ),
    _Field(
        f"{parts.STATUS}.completionDateStruct.type",
        lambda r: r.protocol.status.completion.type,
        "type of the study completion date",
        Weight.MINOR,
    ),
    _Field(
        f"{parts.STATUS}.studyFirstSubmitDate",
        lambda r: r.protocol.status.study_first_submit_date,
        "date of registration",
        Weight.MAJOR,
        Shape.DATE,
    ),
    _Field(
        f"{parts.SPONSOR}.leadSponsor.name",
        lambda r: r.protocol.sponsor.lead_sponsor.name,
        "lead sponsor",
        Weight.MODERATE,
        Shape.TEXT,
    ),
    _Field(
        f"{parts.DESIGN}.studyType", lambda r: r.protocol.design.study_type, "study type", Weight.MAJOR, is_switch=True
    ),
    _Field(
        f"{parts.DESIGN}.phases", lambda r: " / ".join(r.protocol.design.phases), "phase", Weight.MAJOR, is_switch=True
    ),
    _Field(
        f"{parts.DESIGN}.designInfo.allocation",
        lambda r: r.protocol.design.design_info.allocation,
        "allocation",
        Weight.MAJOR,
        is_switch=True,
    ),
    _Field(
        f"{parts.DESIGN}.designInfo.interventionModel",
        lambda r: r.protocol.design.design_info.intervention_model,
        "intervention model",
        Weight.MAJOR,
        is_switch=True,
    ),
    _Field(
        f"{parts.DESIGN}.designInfo.primaryPurpose",
        lambda r: r.protocol.design.design_info.primary_purpose,
        "primary purpose",
        Weight.MODERATE,
    ),
    _Field(
        f"{parts.DESIGN}.designInfo.maskingInfo.masking",
        lambda r: r.protocol.design.design_info.masking_info.masking,
        "masking",
        Weight.MAJOR,
        is_switch=True,
    ),
    _Field(
        f"{parts.DESIGN}.enrollmentInfo.count",
        lambda r: r.protocol.design.enrollment_info.count,
        "number of subjects",
        Weight.MAJOR,
        Shape.COUNT,
        True,
    ),
    _Field(
        f"{parts.DESIGN}.enrollmentInfo.type",
        lambda r: r.protocol.design.enrollment_info.type,
        "type of the number of subjects",
        Weight.MINOR,
    ),
    _Field(
        f"{parts.ELIGIBILITY}.minimumAge",
        lambda r: r.protocol.eligibility.minimum_age,
        "minimum age",
        Weight.MAJOR,
        is_switch=True,
    ),
    _Field(
        f"{parts.ELIGIBILITY}.maximumAge",
        lambda r: r.protocol.eligibility.maximum_age,
        "maximum age",
        Weight.MAJOR,
        is_switch=True,
    ),
    _Field(
        f"{parts.ELIGIBILITY}.sex",
        lambda r: r.protocol.eligibility.sex,
        "sexes that may take part",
        Weight.MAJOR,
        is_switch=True,
    ),
    _Field(
        f"{parts.ELIGIBILITY}.healthyVolunteers",
        lambda r: r.protocol.eligibility.healthy_volunteers,
        "healthy volunteers",
        Weight.MODERATE,
    ),
    _Field(f"{parts.IPD}.ipdSharing", lambda r: r.protocol.ipd.ipd_sharing, "plan to share data", Weight.MODERATE),
)


def compare_records(before: Record, after: Record) -> list[Difference]:
    """Every change from one version of a record to another, the weightiest first.

    Only fields that both sources tell are compared. Order, line wraps, white space and letter case of codes are no
    changes; neither are the dates on which the registry refreshed or exported its copy.
    """
    found = [*_compare_fields(before, after), *_compare_lists(before, after)]
    order = list(Weight)
    return sorted(found, key=lambda difference: order.index(difference.weight))


def _compare_fields(before: Record, after: Record) -> Iterator[Difference]:
    for field in _FIELDS:
        if not _both_tell(before, after, field.path):
            continue
        old, new = _plain(field.get(before)), _plain(field.get(after))
        if old != new:
            words = describe_change(field.name, old, new, field.shape.value)
            kind = Kind.ADDED if not old else Kind.REMOVED if not new else Kind.CHANGED
            yield Difference(field.path, kind, field.weight, words, old, new, field.is_switch)


def _both_tell(before: Record, after: Record, path: str) -> bool:
    return is_told(before.reading.format, path) and is_told(after.reading.format, path)


def _plain(value: object) -> str:
    if value is None:
        return ""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else " ".join(str(value).split())


def _compare_lists(before: Record, after: Record) -> Iterator[Difference]:
    old, new = before.protocol, after.protocol

    def told(path: str) -> bool:
        return _both_tell(before, after, path)

    if told(f"{parts.CONDITIONS}.conditions"):
        yield from compare_names(
            f"{parts.CONDITIONS}.conditions", "condition", old.conditions.conditions, new.conditions.conditions
        )
    if told(f"{parts.CONDITIONS}.keywords"):
        yield from compare_names(
            f"{parts.CONDITIONS}.keywords", "keyword", old.conditions.keywords, new.conditions.keywords
        )
    if told(f"{parts.SPONSOR}.collaborators"):
        yield from compare_names(
            f"{parts.SPONSOR}.collaborators",
            "collaborator",
            tuple(one.name for one in old.sponsor.collaborators),
            tuple(one.name for one in new.sponsor.collaborators),
        )
    if told(f"{parts.ARMS}.armGroups"):
        yield from compare_arms(old.arms.arm_groups, new.arms.arm_groups)
    yield from compare_interventions(old.arms.interventions, new.arms.interventions, told)
    yield from compare_outcomes(before, after)
    if told(f"{parts.ELIGIBILITY}.eligibilityCriteria"):
        yield from compare_criteria(old.eligibility.eligibility_criteria, new.eligibility.eligibility_criteria)
    yield from compare_locations(old.contacts.locations, new.contacts.locations, told)
    if (before.results is None) != (after.results is None) and told("resultsSection"):
        gone = after.results is None
        words = "results were removed" if gone else "results were posted"
        kind = Kind.REMOVED if gone else Kind.ADDED
        yield Difference("resultsSection", kind, Weight.MAJOR if gone else Weight.MODERATE, words)
