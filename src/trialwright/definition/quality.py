"""Quality tolerance limits: how far the conduct of the study may stray before somebody must ask why (ICH E6(R3) 3.10)."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from trialwright.definition.base import CodeId, FormId, ItemId, Part


class Measure(StrEnum):
    """What is counted: a share of the forms, visits, doses or participants that are there so far."""

    MISSED_VISITS = "MISSED_VISITS"
    MISSING_FORMS = "MISSING_FORMS"
    LATE_ENTRY = "LATE_ENTRY"
    QUERIED_FORMS = "QUERIED_FORMS"
    DOSES_NOT_GIVEN = "DOSES_NOT_GIVEN"
    LEFT_EARLY = "LEFT_EARLY"
    IMPORTANT_DEVIATIONS = "IMPORTANT_DEVIATIONS"


OF_FORMS = frozenset({Measure.MISSING_FORMS, Measure.LATE_ENTRY, Measure.QUERIED_FORMS})
"""The measures that can be held to some forms and visits."""


class ToleranceLimit(Part):
    """One limit. ``expected`` and ``limit`` are shares; below ``least`` units nothing is judged.

    ``forms`` and ``at`` hold a measure of forms to some of them; a form is entered late after ``days`` days.
    """

    id: ItemId
    title: str
    measure: Measure
    expected: Annotated[float, Field(ge=0, lt=1)]
    limit: Annotated[float, Field(gt=0, le=1)]
    least: Annotated[int, Field(ge=1)] = 10
    forms: tuple[FormId, ...] = ()
    at: tuple[CodeId, ...] = ()
    days: Annotated[int, Field(ge=1)] | None = None
    assumed: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check_shape(self) -> Self:
        if self.limit <= self.expected:
            raise ValueError(f"limit {self.id}: limit must be larger than expected")
        if (self.measure is Measure.LATE_ENTRY) != (self.days is not None):
            raise ValueError(f"limit {self.id}: days belongs to LATE_ENTRY, and is needed there")
        if (self.forms or self.at) and self.measure not in OF_FORMS:
            raise ValueError(f"limit {self.id}: forms and at belong to measures of forms")
        return self
