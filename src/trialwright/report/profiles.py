"""Courses over time: one thin line a participant in a panel for each arm, the printed means thick above them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trialwright.report.axes import choose_look, compute_days, render_frame, render_x_axis, render_y_axis
from trialwright.report.svg import (
    INK,
    PAPER,
    Scale,
    compute_log_ticks,
    compute_ticks,
    render_element,
    render_line,
    render_marker,
    render_path,
    render_svg,
    render_text,
    wrap_text,
)

Point = tuple[float, float]
WIDTH, HEIGHT = 760.0, 330.0
_TOP, _BOTTOM, _LEFT, _GAP = 44.0, 48.0, 52.0, 22.0


@dataclass(frozen=True, slots=True)
class Panel:
    """One arm: its name, the course of each participant, the centre by visit with its spread (low, high)."""

    name: str
    courses: Mapping[str, Sequence[Point]]
    centres: Sequence[tuple[float, float, float | None, float | None]]


@dataclass(frozen=True, slots=True)
class Courses:
    """What is drawn: panels, visits as (day, name), the title of the y axis, and whether it is logarithmic."""

    panels: Sequence[Panel]
    visits: Sequence[tuple[float, str]]
    y_title: str
    x_title: str
    label: str
    log: bool = False


def render_courses(courses: Courses) -> str:
    """The figure as SVG; a panel for each arm with the same axes."""
    count = max(1, len(courses.panels))
    width = (WIDTH - _LEFT - 8 - _GAP * (count - 1)) / count
    values = _list_values(courses)
    ticks = compute_log_ticks(min(values), max(values)) if courses.log else compute_ticks(min(values), max(values))
    y = Scale(ticks[0], ticks[-1], HEIGHT - _BOTTOM, _TOP, courses.log)
    last = max((day for panel in courses.panels for one in panel.courses.values() for day, _ in one), default=0.0)
    parts = [render_text(2, 14, courses.y_title, font_size=11.5)]
    for index, panel in enumerate(courses.panels):
        left = _LEFT + index * (width + _GAP)
        x = compute_days([day for day, _ in courses.visits], left + 10, left + width - 10, last)
        parts += render_y_axis(y, ticks, left, left + width, labels=index == 0)
        parts += [render_frame(left, _TOP, HEIGHT - _BOTTOM)]
        parts += render_x_axis(x, courses.visits, HEIGHT - _BOTTOM, courses.x_title)
        parts += _render_panel(panel, index, x, y)
        title = wrap_text(panel.name, width, 12)
        parts.append(render_text(left, _TOP - 10, title[0] if title else "", font_size=12, font_weight="600"))
    return render_svg(WIDTH, HEIGHT, *parts, label=courses.label)


def _list_values(courses: Courses) -> list[float]:
    found = [value for panel in courses.panels for course in panel.courses.values() for _, value in course]
    for panel in courses.panels:
        found += [one for centre in panel.centres for one in centre[1:] if one is not None]
    usable = [value for value in found if value > 0] if courses.log else found
    return usable or [1.0]


def _render_panel(panel: Panel, index: int, x: Scale, y: Scale) -> list[str]:
    look = choose_look(index)
    parts: list[str] = []
    for subject, course in panel.courses.items():
        points = [(x.place(day), y.place(value)) for day, value in course if not y.log or value > 0]
        tip = render_element("title", subject.replace("&", "&amp;").replace("<", "&lt;"))
        line = render_path(points, stroke=look.colour, stroke_width=1, stroke_opacity=0.5)
        dots = [render_element("circle", cx=a, cy=b, r=1.5, fill=look.colour, fill_opacity=0.5) for a, b in points]
        parts.append(render_element("g", tip, *([line] if line else []), *dots))
    centres = [
        (x.place(day), y.place(centre), low, high)
        for day, centre, low, high in panel.centres
        if not y.log or centre > 0
    ]
    parts.append(render_path([(a, b) for a, b, _, _ in centres], stroke=PAPER, stroke_width=5))
    parts.append(render_path([(a, b) for a, b, _, _ in centres], stroke=INK, stroke_width=2.4))
    for a, b, low, high in centres:
        if low is not None and high is not None and (not y.log or low > 0):
            parts.append(render_line(a, y.place(low), a, y.place(high), stroke=INK, stroke_width=1, stroke_opacity=0.7))
        parts.append(render_marker(a, b, look.shape, 4, INK))
    return parts
