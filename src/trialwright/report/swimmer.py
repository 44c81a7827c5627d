"""One line a participant: the days under observation, and what happened on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from trialwright.report.axes import compute_days, render_x_axis
from trialwright.report.svg import (
    FAINT,
    INK,
    MUTED,
    PALETTE,
    RULE,
    Scale,
    measure_text,
    render_element,
    render_line,
    render_marker,
    render_svg,
    render_text,
)

WIDTH = 760.0
_ROW, _LEFT, _RIGHT = 15.0, 96.0, 12.0


@dataclass(frozen=True, slots=True)
class Event:
    """Something on a participant's line: from a day to a day (equal for a moment)."""

    kind: str
    start: float
    end: float
    label: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A participant's line. ``last`` is the last day under observation."""

    subject: str
    last: float
    events: Sequence[Event]


@dataclass(frozen=True, slots=True)
class Swim:
    """What is drawn: lanes by arm, the kinds in the order of the legend with their names, ticks of the axis."""

    arms: Sequence[tuple[str, Sequence[Lane]]]
    kinds: Sequence[tuple[str, str]]
    days: Sequence[float]
    x_title: str
    label: str


def render_swim(swim: Swim) -> str:
    """The figure as SVG: long events as bars, moments as marks, a cross for death."""
    days = sorted(set(swim.days))
    x = compute_days(days, _LEFT, WIDTH - _RIGHT)
    parts, top = _render_kinds(swim.kinds, 12.0)
    first = top
    y = top
    for name, lanes in swim.arms:
        y += 18
        parts.append(render_text(2, y - 3, name, font_size=12, font_weight="600"))
        for lane in lanes:
            parts.append(_render_lane(lane, y + _ROW / 2, x, swim.kinds))
            y += _ROW
    grid = [render_line(x.place(day), first + 6, x.place(day), y, stroke=FAINT) for day in days]
    axis = render_x_axis(x, [(day, f"{day:g}".replace("-", "−")) for day in days], y + 2, swim.x_title)
    return render_svg(WIDTH, y + 44, *grid, *parts, *axis, label=swim.label)


def _render_kinds(kinds: Sequence[tuple[str, str]], y: float) -> tuple[list[str], float]:
    parts: list[str] = []
    x = 2.0
    for index, (kind, name) in enumerate(kinds):
        width = 34 + measure_text(name, 11.5)
        if x + width > WIDTH:
            x, y = 2.0, y + 17
        parts += _render_event(Event(kind, 0, 0, ""), x + 4, x + 4, y - 4, index, sample=True)
        parts.append(render_text(x + 22, y, name, font_size=11.5))
        x += width
    return parts, y + 2


def _render_lane(lane: Lane, y: float, x: Scale, kinds: Sequence[tuple[str, str]]) -> str:
    order = [kind for kind, _ in kinds]
    parts = [
        render_text(2, y + 4, lane.subject, font_size=10.5, fill=MUTED),
        render_line(x.place(0), y, x.place(lane.last), y, stroke=RULE, stroke_width=5),
    ]
    for event in sorted(lane.events, key=lambda one: (one.start == one.end, one.start, order.index(one.kind))):
        parts += _render_event(event, x.place(event.start), x.place(event.end), y, order.index(event.kind))
    return render_element("g", *parts)


def _render_event(event: Event, x1: float, x2: float, y: float, index: int, sample: bool = False) -> list[str]:
    tip = event.label
    if event.kind == "DEATH":
        strokes = [render_line(x1 - 4, y - 4, x1 + 4, y + 4, stroke=INK, stroke_width=2.2)]
        strokes.append(render_line(x1 - 4, y + 4, x1 + 4, y - 4, stroke=INK, stroke_width=2.2))
        return [render_element("g", render_element("title", escape(tip)), *strokes)] if tip else strokes
    colour = _GRAVE if event.kind == "SAE" else PALETTE[index % len(PALETTE)]
    if x2 > x1 or (sample and event.kind in LONG):
        end = x1 + 14 if sample else x2
        line = render_line(
            x1, y, end, y, stroke=colour, stroke_width=4, stroke_opacity=0.75, stroke_dasharray=_DASH.get(event.kind)
        )
        return [render_element("g", render_element("title", escape(tip)), line)] if tip else [line]
    return [render_marker(x1, y, index, 3.6, colour, tip)]


LONG = frozenset({"AE", "SAE", "FEVER", "VENTILATION", "OXYGEN"})
"""Kinds whose sample in the legend is a bar."""
_DASH = {"AE": "3 1.5"}
_GRAVE = "#a3122a"
"""The colour of a serious event: dark red, which no other kind has."""
