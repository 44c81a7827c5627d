"""Axes, legends and error bars that the figures share."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from trialwright.report.svg import (
    DASHES,
    FAINT,
    INK,
    MUTED,
    PALETTE,
    RULE,
    Scale,
    measure_text,
    render_line,
    render_marker,
    render_text,
    render_tick,
)


@dataclass(frozen=True, slots=True)
class Look:
    """How one group is drawn everywhere: colour, shape of its mark, dashes of its line."""

    colour: str
    shape: int
    dash: str


def choose_look(index: int) -> Look:
    """The look of the group at an index: told apart by colour, by shape and by dashes."""
    return Look(PALETTE[index % len(PALETTE)], index % 4, DASHES[index % len(DASHES)])


def render_y_axis(scale: Scale, ticks: Sequence[float], left: float, right: float, labels: bool = True) -> list[str]:
    """Faint lines across and numbers at the left."""
    parts: list[str] = []
    for tick in ticks:
        y = scale.place(tick)
        parts.append(render_line(left, y, right, y, stroke=FAINT, stroke_width=1))
        if labels:
            parts.append(render_text(left - 6, y + 4, render_tick(tick), text_anchor="end", font_size=11, fill=MUTED))
    return parts


def render_x_axis(scale: Scale, ticks: Sequence[tuple[float, str]], bottom: float, title: str = "") -> list[str]:
    """The line at the bottom with its ticks, their names and a title; names that would overlap are left out."""
    low, high = min(scale.start, scale.end), max(scale.start, scale.end)
    parts = [render_line(low, bottom, high, bottom, stroke=INK, stroke_width=1)]
    free = -1e9
    for value, name in ticks:
        x = scale.place(value)
        parts.append(render_line(x, bottom, x, bottom + 4, stroke=INK, stroke_width=1))
        half = measure_text(name, 11) / 2
        if x - half >= free:
            parts.append(render_text(x, bottom + 17, name, text_anchor="middle", font_size=11, fill=MUTED))
            free = x + half + 4
    if title:
        parts.append(
            render_text((low + high) / 2, bottom + 35, title, text_anchor="middle", font_size=11.5, fill=MUTED)
        )
    return parts


def render_legend(names: Sequence[str], x: float, y: float) -> list[str]:
    """Names of groups beside their line and mark, in one row."""
    parts: list[str] = []
    for index, name in enumerate(names):
        look = choose_look(index)
        parts.append(
            render_line(x, y - 4, x + 26, y - 4, stroke=look.colour, stroke_width=2, stroke_dasharray=look.dash)
        )
        parts.append(render_marker(x + 13, y - 4, look.shape, 3.6, look.colour))
        parts.append(render_text(x + 32, y, name, font_size=12))
        x += 32 + measure_text(name, 12) + 26
    return parts


def render_whisker(
    low: float, high: float, across: float, colour: str, upright: bool = False, cap: float = 4, width: float = 1.6
) -> list[str]:
    """An interval from ``low`` to ``high`` (on paper) with caps, lying or upright at ``across``."""
    ends = (low, high)
    if upright:
        bars = [render_line(across - cap, end, across + cap, end, stroke=colour, stroke_width=width) for end in ends]
        return [render_line(across, low, across, high, stroke=colour, stroke_width=width), *bars]
    bars = [render_line(end, across - cap, end, across + cap, stroke=colour, stroke_width=width) for end in ends]
    return [render_line(low, across, high, across, stroke=colour, stroke_width=width), *bars]


def render_zero(x: float, top: float, bottom: float) -> str:
    """The line of no difference."""
    return render_line(x, top, x, bottom, stroke=MUTED, stroke_width=1, stroke_dasharray="3 3")


def render_frame(left: float, top: float, bottom: float) -> str:
    """The line of the y axis."""
    return render_line(left, top, left, bottom, stroke=RULE, stroke_width=1)


def compute_days(days: Sequence[float], start: float, end: float, last: float = 0.0) -> Scale:
    """Days on paper: in proportion, or, where the last visits lie far out, with the visits at equal steps.

    ``last`` is the last day that is drawn, where it is after the last visit.
    """
    met = sorted(set(days))
    steps = [later - earlier for earlier, later in pairwise(met)]
    if not steps:
        return Scale(met[0] - 1 if met else 0, met[0] + 1 if met else 1, start, end)
    stops = tuple((day, index / (len(met) - 1)) for index, day in enumerate(met)) if is_uneven(met) else ()
    return Scale(met[0], met[-1] if stops else max(met[-1], last), start, end, stops=stops)


def is_uneven(days: Sequence[float]) -> bool:
    """Whether days to scale would crowd the early visits: the longest step is over six times the typical one.

    >>> is_uneven([0, 3, 6, 10, 28]), is_uneven([0, 3, 6, 10, 28, 90, 180])
    (False, True)
    """
    steps = [later - earlier for earlier, later in pairwise(sorted(set(days)))]
    return bool(steps) and max(steps) > 6 * median(steps)
