"""Analysis windows: which visit a day belongs to, by midpoints between the planned days."""

from collections.abc import Sequence
from dataclasses import dataclass

from trialwright.definition.compiled import Definition


@dataclass(frozen=True, slots=True)
class Window:
    """A visit's analysis window in days from day 0, both ends included. ``number`` orders the visits."""

    encounter: str
    number: float
    day: int
    first: int
    last: int


def compute_windows(definition: Definition, encounters: Sequence[str]) -> list[Window]:
    """The windows of the visits after day 0, which touch and do not overlap.

    A window reaches to the midpoints of its neighbours (day 0 is the neighbour of the first); a midpoint that falls
    on a day belongs to the earlier visit. The last window reaches as far beyond its day as before it.

    Parameters
    ----------
    definition : Definition
        Gives the planned day of each encounter.
    encounters : sequence of str
        The encounters of an endpoint, in any order; those at or before day 0 are baseline and get no window.
    """
    order = {name: float(number) for number, name in enumerate(definition.encounters, 1)}
    planned = sorted(
        {
            (definition.encounters[name].day, order[name], name)
            for name in encounters
            if definition.encounters[name].day > 0
        }
    )
    days = [0, *(day for day, _, _ in planned)]
    windows = []
    for at, (day, number, name) in enumerate(planned, 1):
        first = (days[at - 1] + day) // 2 + 1
        last = (day + days[at + 1]) // 2 if at + 1 < len(days) else day + (day - days[at - 1]) // 2
        windows.append(Window(name, number, day, first, last))
    return windows
