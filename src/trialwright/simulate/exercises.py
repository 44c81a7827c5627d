"""Exercises of safety: what a rehearsal must contain whatever chance brings, and whether it did.

Like the planned errors, they are planned: participants who suit an exercise are given it as they are allocated. Each
exercise has marks, which the steps of its story set when they came to what they should; without one of them it was not
completed, and the rehearsal says so. To add one, add a line to ``EXERCISES`` and its story to ``exercise_events.py`` (on
the ward) or ``dosing.py`` (where a dose is given).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from trialwright.definition.compiled import Definition
from trialwright.simulate.exercise_values import Rise, find_hold_value, find_rise

if TYPE_CHECKING:
    from trialwright.simulate.course import Traveller

MOST = 2
"""So many exercises a participant takes part in at most."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """What is rehearsed, in a sentence, and what must be seen of it. ``product``: it needs a product that is dosed."""

    id: str
    text: str
    marks: tuple[str, ...]
    product: bool = False


_ALL = (
    Exercise(
        "stopping", "A life-threatening event that may be related: flag, refusal, the board's decision, prepared again",
        ("flag", "refused", "decided", "prepared again"), product=True,
    ),
    Exercise("hold", "A value that holds a dose back: refused, recorded as not given", ("refused", "not given"), product=True),
    Exercise("recall", "A lot is recalled after a dose of it was given", ("given", "recalled", "refused"), product=True),
    Exercise(
        "wrong_dose", "A dose that should not have been: of the recalled lot, recorded, flagged and told",
        ("refused", "flagged", "told"), product=True,
    ),
    Exercise("account", "Containers are lost, returned and destroyed", ("lost", "returned", "destroyed"), product=True),
    Exercise(
        "upgrade", "An event becomes serious: a new clock, the sponsor's part, the report, the acknowledgement",
        ("reported", "upgraded", "judged", "sent", "acknowledged"),
    ),
    Exercise("downgrade", "A serious event turns out not to be", ("reported", "downgraded")),
    Exercise("pregnancy", "A pregnancy is told and followed to its outcome", ("told", "followed")),
    Exercise("overdose", "An overdose is told", ("told",)),
    Exercise("medication_error", "A medication error is told, and corrected", ("told", "amended")),
    Exercise("merge", "Two rows that are one event are merged", ("merged",)),
    Exercise("merge_undone", "A merging that was wrong is undone", ("merged", "undone")),
    Exercise("confirmed", "A value proposes an event, which is confirmed", ("proposed", "confirmed")),
    Exercise("pre_existing", "A value proposes an event that was there before", ("judged",)),
    Exercise("not_significant", "A value proposes an event that is not clinically significant", ("judged",)),
    Exercise("screen_failure", "People who do not meet the criteria, or do not consent, are not enrolled",
             ("not eligible", "declined")),
)  # fmt: skip
EXERCISES: Mapping[str, Exercise] = MappingProxyType({one.id: one for one in _ALL})
_GIVEN_OUT = (
    "stopping", "hold", "recall", "wrong_dose", "upgrade", "pregnancy", "confirmed", "downgrade", "merge", "merge_undone",
    "medication_error", "overdose",
)  # fmt: skip
"""Those that a participant is given, the most wanted first."""
_AT_A_DOSE = frozenset({"stopping", "hold", "recall", "wrong_dose"})


@dataclass(frozen=True, slots=True)
class Exercised:
    """What became of an exercise: whom it was seen with, or why it was left out, or which of its marks are missing."""

    id: str
    text: str
    participants: tuple[str, ...] = ()
    left_out: str = ""
    missing: tuple[str, ...] = ()


@dataclass(slots=True)
class Script:
    """The exercises of one rehearsal, shared by everybody in it.

    ``board_meets`` (with zone) is when the board decides on the flag of the exercise: nothing is prepared until then.
    """

    definition: Definition
    rise: Rise | None = None
    hold: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    marks: dict[str, dict[str, str]] = field(default_factory=dict)
    board_meets: datetime | None = None
    decided: bool = False
    recalled: bool = False

    def give_out(self, one: "Traveller") -> set[str]:
        """The exercises of a participant who has just been allocated."""
        mine: set[str] = set()
        for name in list(self.waiting):
            if len(mine) < MOST and self._suits(name, one, mine):
                self.waiting.remove(name)
                mine.add(name)
        return mine

    def _suits(self, name: str, one: "Traveller", mine: set[str]) -> bool:
        if name in _AT_A_DOSE:
            ready = name != "wrong_dose" or self.recalled
            return ready and bool(one.list_dosed(one.arm)) and not mine & _AT_A_DOSE
        if name == "pregnancy" and (sex := one.desk.find_item("sex")):
            return sex == "M"  # it is a partner's
        # Where a product is dosed the wrong dose is the medication error.
        return name != "medication_error" or "wrong_dose" in self.left_out

    def take_back(self, names: set[str]) -> None:
        """Somebody went before these exercises were completed: the next who suits is given them."""
        self.waiting[:0] = [one for one in _GIVEN_OUT if one in names and not self.is_complete(one)]

    def mark(self, exercise: str, mark: str, participant: str) -> None:
        """Something of an exercise was seen with a participant (or with nobody in particular)."""
        self.marks.setdefault(exercise, {}).setdefault(mark, participant)

    def lacks(self, exercise: str, mark: str) -> bool:
        """Whether a mark has not been set."""
        return exercise not in self.left_out and mark not in self.marks.get(exercise, {})

    def is_complete(self, exercise: str) -> bool:
        """Whether every mark of an exercise has been set."""
        return set(EXERCISES[exercise].marks) <= self.marks.get(exercise, {}).keys()

    def list_exercised(self) -> tuple[Exercised, ...]:
        """What became of every exercise."""
        return tuple(map(self._tell, EXERCISES.values()))

    def _tell(self, one: Exercise) -> Exercised:
        seen = self.marks.get(one.id, {})
        people = tuple(dict.fromkeys(code for code in seen.values() if code))
        if one.id in self.left_out:
            return Exercised(one.id, one.text, left_out=self.left_out[one.id])
        if one.id in self.waiting and not seen:
            return Exercised(one.id, one.text, left_out="nobody was left for it")
        return Exercised(one.id, one.text, people, missing=tuple(mark for mark in one.marks if mark not in seen))


def make_script(definition: Definition) -> Script:
    """The exercises that the study can have; for each of the others, why it is left out."""
    left_out: dict[str, str] = {}
    if not definition.simulation.exercises:
        why = "the simulation file leaves the exercises out"
        return Script(definition, left_out=dict.fromkeys(EXERCISES, why))
    if not any(one.dose for one in definition.interventions.values()):
        left_out |= {one.id: "the study gives no product in doses" for one in _ALL if one.product}
    if definition.study.safety.stopping is None:
        left_out.setdefault("stopping", "the study names no stopping rule")
    hold, rise = find_hold_value(definition), find_rise(definition)
    if not hold:
        left_out.setdefault("hold", "the study has no criterion that holds a dose back")
    if rise is None:
        left_out["confirmed"] = "the study has no laboratory value with limits"
        left_out |= dict.fromkeys(("pre_existing", "not_significant"), left_out["confirmed"])
    if "adverse_event" not in definition.forms:
        why = "the study has no adverse event form"
        left_out |= dict.fromkeys(("stopping", "upgrade", "downgrade", "merge", "merge_undone", "confirmed"), why)
    waiting = [one for one in _GIVEN_OUT if one not in left_out]
    return Script(definition, rise, hold, waiting, left_out)
