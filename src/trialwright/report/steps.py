"""Step curves: Kaplan-Meier survival or cumulative incidence by arm, with intervals and numbers at risk below."""

from collections.abc import Sequence
from dataclasses import dataclass

from trialwright.report.axes import choose_look, compute_days, render_frame, render_legend, render_x_axis, render_y_axis
from trialwright.report.svg import (
    MUTED,
    Scale,
    compute_ticks,
    measure_text,
    render_path,
    render_svg,
    render_text,
    render_tick,
)

WIDTH = 760.0
_TOP, _HEIGHT, _RIGHT = 44.0, 240.0, 14.0
Step = tuple[float, float, float | None, float | None, float | None]


@dataclass(frozen=True, slots=True)
class Curve:
    """One arm: its name and its steps as (day, estimate, low, high, number at risk), by day; fractions of 1."""

    name: str
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Curves:
    """What is drawn: the curves until ``horizon``, the titles of the axes, the words for numbers at risk, and what
    stands in the middle where there is nothing to see."""

    curves: Sequence[Curve]
    horizon: float
    y_title: str
    x_title: str
    at_risk: str
    label: str
    days: Sequence[float] = ()
    remark: str = ""


def render_curves(curves: Curves) -> str:
    """The figure as SVG; the y axis goes from 0 to 100 %."""
    bottom = _TOP + _HEIGHT
    rows = len(curves.curves)
    height = bottom + 62 + 17 * rows
    left = min(210.0, max(120.0, 16 + max((measure_text(curve.name, 11) for curve in curves.curves), default=0)))
    days = sorted({0.0, *(day for day in curves.days if 0 <= day <= curves.horizon), curves.horizon})
    x = compute_days(days if curves.days else [0.0, curves.horizon], left, WIDTH - _RIGHT)
    y = Scale(0, 100, bottom, _TOP)
    ticks = (
        days
        if len(curves.days) > 3
        else [tick for tick in compute_ticks(0, curves.horizon, 7) if tick <= curves.horizon]
    )
    parts = [render_text(2, 14, curves.y_title, font_size=11.5)]
    parts += render_legend([curve.name for curve in curves.curves], left, _TOP - 12)
    parts += render_y_axis(y, [0, 20, 40, 60, 80, 100], left, WIDTH - _RIGHT)
    parts += [render_frame(left, _TOP, bottom)]
    parts += render_x_axis(x, [(tick, render_tick(tick)) for tick in ticks], bottom, curves.x_title)
    for index, curve in enumerate(curves.curves):
        parts += _render_curve(curve, index, x, y, curves.horizon)
    if curves.remark:
        middle = ((left + WIDTH - _RIGHT) / 2, _TOP + _HEIGHT / 2)
        parts.append(render_text(*middle, curves.remark, text_anchor="middle", font_size=13, fill=MUTED))
    parts.append(render_text(2, bottom + 52, curves.at_risk, font_size=11, font_weight="600"))
    for index, curve in enumerate(curves.curves):
        look = choose_look(index)
        base = bottom + 69 + 17 * index
        parts.append(render_text(2, base, _shorten(curve.name, left - 12), font_size=11, fill=look.colour))
        parts += [
            render_text(x.place(tick), base, at_risk, text_anchor="middle", font_size=11)
            for tick in ticks
            if (at_risk := _find_at_risk(curve.steps, tick))
        ]
    return render_svg(WIDTH, height + 6, *parts, label=curves.label)


def _render_curve(curve: Curve, index: int, x: Scale, y: Scale, horizon: float) -> list[str]:
    look = choose_look(index)
    steps = [step for step in curve.steps if step[0] <= horizon]
    line = _staircase([(day, estimate) for day, estimate, *_ in steps], horizon)
    parts: list[str] = []
    limits = [(day, low, high) for day, _, low, high, _ in steps if low is not None and high is not None]
    if limits:
        lower = _staircase([(day, low) for day, low, _ in limits], horizon)
        upper = _staircase([(day, high) for day, _, high in limits], horizon)
        band = [(x.place(a), y.place(100 * b)) for a, b in (*lower, *reversed(upper))]
        parts.append(render_path(band, closed=True, fill=look.colour, fill_opacity=0.1))
        for edge in (lower, upper):
            points = [(x.place(a), y.place(100 * b)) for a, b in edge]
            parts.append(
                render_path(
                    points, stroke=look.colour, stroke_width=0.7, stroke_opacity=0.45, stroke_dasharray=look.dash
                )
            )
    points = [(x.place(a), y.place(100 * b)) for a, b in line]
    return [*parts, render_path(points, stroke=look.colour, stroke_width=2.2, stroke_dasharray=look.dash)]


def _staircase(points: Sequence[tuple[float, float]], horizon: float) -> list[tuple[float, float]]:
    line: list[tuple[float, float]] = []
    for day, value in points:
        if line:
            line.append((day, line[-1][1]))
        line.append((day, value))
    return [*line, (horizon, line[-1][1])] if line else []


def _find_at_risk(steps: Sequence[Step], day: float) -> str:
    """The number at risk just before ``day``: the one of the next step; nothing where no step follows."""
    following = next((step[4] for step in steps if step[0] >= day), None)
    return "" if following is None else f"{following:.0f}"


def _shorten(text: str, width: float) -> str:
    while measure_text(text, 11) > width and len(text) > 4:
        text = text[:-2].rstrip() + "…"
    return text
