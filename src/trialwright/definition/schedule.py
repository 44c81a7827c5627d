"""When things are planned: encounters, activities and eligibility (USDM: encounter, activity, timing, window)."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from trialwright.definition.base import CodeId, FormId, Part


class Epoch(StrEnum):
    """Stage of the study (CDISC EPOCH)."""

    SCREENING = "SCREENING"
    TREATMENT = "TREATMENT"
    FOLLOW_UP = "FOLLOW-UP"
    LONG_TERM_FOLLOW_UP = "LONG-TERM FOLLOW-UP"


class Encounter(Part):
    """A planned visit. ``day`` counts from day 0; ``window`` is the capture window in days around it, inclusive."""

    id: CodeId
    title: str
    epoch: Epoch
    day: int
    window: tuple[int, int] = (0, 0)
    only: CodeId | None = None
    before: Literal["", "CONSENT", "FIRST_DOSE"] = ""
    assumed: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check_window(self) -> Self:
        if not self.window[0] <= 0 <= self.window[1]:
            raise ValueError(f"encounter {self.id}: the window must hold the day itself, as [-1, 1] does")
        return self

    @property
    def first_day(self) -> int:
        """First day of the capture window, from day 0."""
        return self.day + self.window[0]

    @property
    def last_day(self) -> int:
        """Last day of the capture window, from day 0."""
        return self.day + self.window[1]

    def is_for(self, arm: str | None) -> bool:
        """Whether participants of ``arm`` have this visit."""
        return self.only is None or self.only == arm


class Activity(Part):
    """A form at encounters, and why it is there.

    ``at`` is a list of encounters, ANY (whenever it happens) or DAILY (each day from ``first`` to ``last``).
    ``confirm_hours`` asks for one more sample that many hours after each one that ``confirm_when`` is true of.
    ``when`` is a rule over a participant's latest records: where it is false the activity does not apply, and while it is
    unknown the form may be recorded and nobody is asked for it. ``applies_to`` says the same to people, as "women who can
    become pregnant".
    """

    form: FormId
    at: tuple[CodeId, ...] | Literal["ANY", "DAILY"]
    serves: tuple[str, ...] = Field(min_length=1)
    first: CodeId | None = None
    last: CodeId | None = None
    only: CodeId | None = None
    confirm_hours: Annotated[float, Field(gt=0)] | None = None
    confirm_when: str = ""
    when: str = ""
    applies_to: str = ""
    optional: bool = False
    assumed: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check_timing(self) -> Self:
        if (self.at == "DAILY") != (self.first is not None and self.last is not None):
            raise ValueError(f"activity {self.form}: first and last belong to at: DAILY, and both are needed there")
        if isinstance(self.at, tuple) and len(set(self.at)) < len(self.at):
            raise ValueError(f"activity {self.form}: an encounter stands twice in at:")
        if bool(self.when) != bool(self.applies_to):
            raise ValueError(f"activity {self.form}: when: and applies_to: belong together, the rule and its words")
        return self


class Criterion(Part):
    """One eligibility criterion: the record's sentence verbatim, and how it is decided.

    Either ``rule`` decides, or a named ``judgement`` (a question that a delegated physician answers Y or N).
    """

    id: Annotated[str, Field(pattern=r"^[IE]\d{1,2}$")]
    kind: Literal["inclusion", "exclusion"]
    text: str
    rule: str = ""
    judgement: str = ""
    assumed: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check_decider(self) -> Self:
        if bool(self.rule) == bool(self.judgement):
            raise ValueError(f"criterion {self.id} needs either a rule or a judgement, and not both")
        if self.id.startswith("I") != (self.kind == "inclusion"):
            raise ValueError(f"criterion {self.id}: inclusion criteria are I1, I2 …, exclusion criteria E1, E2 …")
        return self
