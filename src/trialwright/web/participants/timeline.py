"""The visits of a participant drawn on a line of days: windows, states, doses, today. An SVG without any style in it."""

from dataclasses import dataclass
from datetime import date
from math import copysign, sqrt

from trialwright.capture.visits import Visit, VisitState
from trialwright.definition.timing import compute_study_day

WIDTH, MARGIN = 1000, 34


@dataclass(frozen=True, slots=True)
class Bar:
    """A visit on the line: its window from ``left``, ``width`` wide, its day at ``x``, its name above or below."""

    encounter: str
    label: str
    title: str
    state: str
    x: float
    left: float
    width: float
    row: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the template draws; ``today`` is None outside the line."""

    bars: tuple[Bar, ...]
    doses: tuple[tuple[float, str], ...]
    today: float | None
    ticks: tuple[tuple[float, int], ...]


def compute_timeline(
    visits: tuple[tuple[Visit, str, str], ...], doses: tuple[tuple[date, str], ...], day0: date, today: date
) -> Timeline | None:
    """The line of the visits (each with its name and its description); None where no visit has a day.

    Days are drawn by the square root of their distance from day 0: treatment is crowded and follow-up is sparse.
    """
    placed = [one for one in visits if one[0].day is not None and one[0].state is not VisitState.NOT_PLANNED]
    if not placed:
        return None
    days = [compute_study_day(one, day0) for visit, _, _ in placed for one in (visit.earliest, visit.latest) if one]
    scale = _Scale(min(days), max(days))
    bars, ends = [], [-99.0, -99.0, -99.0]
    for visit, name, title in placed:
        assert visit.day and visit.earliest and visit.latest
        x, left, right = (
            scale.place(compute_study_day(one, day0)) for one in (visit.day, visit.earliest, visit.latest)
        )
        row = next((index for index, end in enumerate(ends) if end < x - 24), 2)
        ends[row] = x + 24
        bars.append(Bar(visit.encounter, name, title, visit.state.lower(), x, left - 4, right - left + 8, row))
    now = compute_study_day(today, day0)
    return Timeline(
        bars=tuple(bars),
        doses=tuple((scale.place(compute_study_day(day, day0)), text) for day, text in doses),
        today=scale.place(now) if scale.low <= now <= scale.high else None,
        ticks=tuple((scale.place(day), day) for day in (0, 7, 14, 28, 60, 90, 180, 365, 730) if day <= scale.high),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    low: int
    high: int

    def place(self, day: int) -> float:
        """The place of a day on the line, in units of the drawing."""
        low, high = _bend(self.low), _bend(self.high)
        share = (_bend(min(max(day, self.low), self.high)) - low) / ((high - low) or 1.0)
        return round(MARGIN + share * (WIDTH - 2 * MARGIN), 1)


def _bend(day: int) -> float:
    return copysign(sqrt(abs(day)), day)
