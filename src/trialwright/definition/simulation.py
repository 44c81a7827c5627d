"""How virtual participants behave in a dry run: distributions, course of disease, events, and human error."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from trialwright.definition.base import CodeId, FormId, ItemPath, Part

Chance = Annotated[float, Field(ge=0, le=1)]


class Behaviour(Part):
    """How the values of one item arise.

    NORMAL and LOGNORMAL (``mean`` is then the geometric mean and ``sd`` the sd of the log) around ``course``: pairs of
    (day from day 0, mean), joined by straight lines; ``stable`` is the share of the variance that is the person's own.
    CODES draws a code by weight, once for the person where ``stable`` is 1. FIXED gives ``text``. CLEARS gives
    ``before`` until the person's day of clearing (lognormal, median ``mean``, sd of the log ``sd``) and ``after`` from
    then on, never ``before`` for the share ``absent`` of people and now and then (``slips``) ``after`` too early. STEPS goes
    through ``steps``, pairs of (median day, code), each from its own day on; the ``absent`` skip the first. DAYS_AGO is for
    dates: so many days (normal) before the form. ``arms`` multiplies (lognormal, CLEARS, STEPS) or adds (normal) per arm
    from day 0 on. ``follows`` names an item whose random numbers this one shares (the same deviation, the same day of
    clearing, the same place in the weights), so that what belongs together stays together; with ``opposite`` what is high
    there is low here. ``ages`` limits it to people of these ages, both included; of several behaviours of an item the first
    that fits counts.
    """

    item: ItemPath
    kind: Literal["NORMAL", "LOGNORMAL", "CODES", "FIXED", "CLEARS", "STEPS", "DAYS_AGO"]
    mean: float | None = None
    sd: Annotated[float, Field(ge=0)] = 0
    course: tuple[tuple[float, float], ...] = ()
    stable: Chance = 0.5
    arms: dict[CodeId, float] = Field(default_factory=dict)
    codes: dict[str, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    text: str = ""
    before: str = ""
    after: str = ""
    absent: Chance = 0
    slips: Chance = 0
    steps: tuple[tuple[float, str], ...] = ()
    follows: ItemPath | None = None
    opposite: bool = False
    not_done: Chance = 0
    ages: tuple[float, float] | None = None

    @model_validator(mode="after")
    def _check_needs(self) -> Self:
        needs = {
            "NORMAL": self.mean is not None or bool(self.course),
            "LOGNORMAL": self.mean is not None or bool(self.course),
            "CODES": any(weight > 0 for weight in self.codes.values()),
            "FIXED": bool(self.text),
            "CLEARS": self.mean is not None and bool(self.before) and bool(self.after),
            "STEPS": len(self.steps) > 1 and self.steps[0][0] == 0,
            "DAYS_AGO": self.mean is not None,
        }
        if not needs[self.kind]:
            raise ValueError(
                f"behaviour of {self.item}: {self.kind} lacks its mean or course, codes, text, before and after, or steps"
            )
        return self

    def is_for(self, age: float) -> bool:
        """Whether it tells of people of this age."""
        return self.ages is None or self.ages[0] <= age <= self.ages[1]


Shown = dict[ItemPath, str]
"""What an illness shows on forms while it lasts: a number to be near, a code, or '' for what cannot be measured then."""


class EventBehaviour(Part):
    """An adverse event: how often (per participant over ``days``), which grades, how likely related and serious.

    It lasts about ``lasts_days`` and is reported as present; its end is a follow-up. ``shows`` says by grade what forms
    show of it as long as it lasts.
    """

    term: str
    verbatim: str
    chance: Chance
    days: tuple[int, int]
    grades: dict[str, Annotated[float, Field(ge=0)]]
    arm: CodeId | None = None
    after_dose_hours: Annotated[float, Field(gt=0)] | None = None
    related: Chance = 0
    serious: Chance = 0
    lasts_days: Annotated[float, Field(gt=0)] = 2
    shows: dict[str, Shown] = Field(default_factory=dict)


class Stage(Part):
    """A step of a fatal illness: from so many ``days`` before the death on the event has this ``grade``.

    What an earlier stage shows goes on, where this one ``shows`` nothing else.
    """

    days: Annotated[float, Field(gt=0)]
    grade: Literal["2", "3", "4"]
    shows: Shown = Field(default_factory=dict)


class Dying(Part):
    """The adverse event that a virtual participant dies of: it begins before the death, grows by stages, and ends with it."""

    term: str = "Multi-organ failure"
    verbatim: str = "Failure of several organs"
    cause: str = "Multi-organ failure"
    related: Chance = 0
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)] = (Stage(days=4, grade="4"),)


class Ending(Part):
    """When rows of a form that are called ongoing come to their end: about ``after_days`` after they were recorded.

    ``only`` limits it to rows in which an item has one of these values.
    """

    form: FormId
    after_days: Annotated[float, Field(gt=0)]
    only: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class HumanError(Part):
    """Chances of the things that go wrong in every trial; the dry run asserts that each was caught."""

    ineligible: Chance = 0.1
    unknown_criterion: Chance = 0.05
    late_visit: Chance = 0.05
    missed_visit: Chance = 0.03
    typing_mistake: Chance = 0.02
    missed_dose: Chance = 0.03
    withdrawal: Chance = 0.03
    lost: Chance = 0.02
    early_enrolment: Chance = 0.05
    dose_out_of_window: Chance = 0.03


class Simulation(Part):
    """Everything that a dry run needs beside the study itself. ``per_week`` is recruitment over all sites; ``exercises``
    says whether the exercises of safety (a flag, a recall, a pregnancy …) are rehearsed whatever chance brings. ``age`` is
    the mean and the standard deviation of the ages of those who come; without it every age from 18 to 79 is as likely."""

    participants: Annotated[int, Field(gt=0)] | None = None
    exercises: bool = True
    per_week: Annotated[float, Field(gt=0)] = 5
    first_day: str = "2020-01-27"
    death: dict[CodeId, Chance] = Field(default_factory=dict)
    death_days: tuple[int, int] = (1, 60)
    dying: Dying = Dying()
    endings: tuple[Ending, ...] = ()
    age: tuple[Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]] | None = None
    behaviours: tuple[Behaviour, ...] = ()
    events: tuple[EventBehaviour, ...] = ()
    errors: HumanError = HumanError()
