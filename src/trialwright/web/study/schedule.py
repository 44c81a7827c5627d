"""The schedule of activities as a protocol prints it: forms and infusions down, visits across."""

from collections.abc import Iterator
from dataclasses import dataclass

from trialwright.definition.compiled import Definition
from trialwright.definition.schedule import Activity, Encounter


@dataclass(frozen=True, slots=True)
class Cell:
    """What is planned at a visit: nothing, for everybody, or for one arm; ``is_optional`` where it may be left out,
    ``is_conditional`` where the participant's own record says whether it applies."""

    is_planned: bool = False
    arm: str = ""
    is_optional: bool = False
    is_daily: bool = False
    is_conditional: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the matrix. ``kind`` is form or dose; ``anytime``: whenever it happens; ``is_conditional``: its label
    ``applies_to`` says to whom it applies."""

    kind: str
    name: str
    cells: tuple[Cell, ...]
    anytime: bool
    serves: tuple[str, ...]
    is_conditional: bool = False


@dataclass(frozen=True, slots=True)
class Matrix:
    """The visits in order, and the lines."""

    visits: tuple[Encounter, ...]
    lines: tuple[Line, ...]


def compute_matrix(definition: Definition) -> Matrix:
    """The matrix of the study: doses first, as protocols have it, then forms in the order of the study."""
    visits = tuple(sorted(definition.encounters.values(), key=lambda one: one.day))
    return Matrix(visits, (*_list_doses(definition, visits), *_list_forms(definition, visits)))


def _list_doses(definition: Definition, visits: tuple[Encounter, ...]) -> Iterator[Line]:
    for one in definition.interventions.values():
        if one.dose is None:
            continue
        arms = [arm.id for arm in definition.arms.values() if one.id in arm.interventions]
        arm = arms[0] if len(arms) == 1 and len(definition.arms) > 1 else ""
        cells = tuple(Cell(visit.id in one.at, arm if visit.id in one.at else "") for visit in visits)
        yield Line("dose", one.id, cells, False, ())


def _list_forms(definition: Definition, visits: tuple[Encounter, ...]) -> Iterator[Line]:
    for form in dict.fromkeys(one.form for one in definition.study.activities):
        planned = [one for one in definition.study.activities if one.form == form]
        cells = tuple(_find_cell(definition, planned, visit) for visit in visits)
        serves = tuple(dict.fromkeys(name for one in planned for name in one.serves))
        yield Line(
            "form", form, cells, any(one.at == "ANY" for one in planned), serves, any(one.when for one in planned)
        )


def _find_cell(definition: Definition, planned: list[Activity], visit: Encounter) -> Cell:
    for one in planned:
        if isinstance(one.at, tuple) and visit.id in one.at:
            return Cell(True, one.only or visit.only or "", one.optional, is_conditional=bool(one.when))
        if one.at == "DAILY" and _is_within(definition, one, visit):
            return Cell(True, one.only or "", one.optional, is_daily=True, is_conditional=bool(one.when))
    return Cell()


def _is_within(definition: Definition, one: Activity, visit: Encounter) -> bool:
    first, last = definition.encounters[one.first or ""], definition.encounters[one.last or ""]
    return first.day <= visit.day <= last.day
