"""The figure of liver values: one mark a participant, peaks in multiples of their limits, both axes logarithmic."""

from collections.abc import Sequence
from dataclasses import dataclass

from trialwright.report.axes import choose_look, render_frame, render_x_axis, render_y_axis
from trialwright.report.svg import (
    INK,
    MUTED,
    Scale,
    compute_log_ticks,
    measure_text,
    render_line,
    render_marker,
    render_svg,
    render_text,
    render_tick,
)

WIDTH = 760.0
_TOP, _HEIGHT, _LEFT, _RIGHT = 52.0, 380.0, 56.0, 14.0


@dataclass(frozen=True, slots=True)
class Dot:
    """One participant: the peaks in multiples of the limits, the place of the arm, what the mark says when pointed at."""

    x: float
    y: float
    arm: int
    tip: str


@dataclass(frozen=True, slots=True)
class Peaks:
    """What is drawn. ``lines`` are the limits on x and y, ``corners`` the names of the quadrants: low left, high left
    (y above its line), low right, high right."""

    dots: Sequence[Dot]
    arms: Sequence[str]
    lines: tuple[float, float]
    corners: tuple[str, str, str, str]
    x_title: str
    y_title: str
    label: str


def render_peaks(peaks: Peaks) -> str:
    """The figure as SVG. The axes cover every mark and go at least from 0.1 to 10 times the limit."""
    bottom = _TOP + _HEIGHT
    xs, ys = [dot.x for dot in peaks.dots], [dot.y for dot in peaks.dots]
    x, x_ticks = _scale(xs, _LEFT, WIDTH - _RIGHT)
    y, y_ticks = _scale(ys, bottom, _TOP)
    parts = [render_text(2, _TOP - 12, peaks.y_title, font_size=11.5), *_render_arms(peaks.arms)]
    parts += render_y_axis(y, y_ticks, _LEFT, WIDTH - _RIGHT)
    parts.append(render_frame(_LEFT, _TOP, bottom))
    parts += render_x_axis(x, [(tick, render_tick(tick)) for tick in x_ticks], bottom, peaks.x_title)
    across, up = x.place(peaks.lines[0]), y.place(peaks.lines[1])
    parts += [
        render_line(across, _TOP, across, bottom, stroke=MUTED, stroke_width=1.2, stroke_dasharray="5 3"),
        render_line(_LEFT, up, WIDTH - _RIGHT, up, stroke=MUTED, stroke_width=1.2, stroke_dasharray="5 3"),
        render_text(across + 4, bottom - 6, f"{render_tick(peaks.lines[0])} ×", font_size=10.5, fill=MUTED),
        render_text(_LEFT + 4, up - 4, f"{render_tick(peaks.lines[1])} ×", font_size=10.5, fill=MUTED),
    ]
    parts += _render_corners(peaks.corners, up, bottom)
    for dot in peaks.dots:
        look = choose_look(dot.arm)
        parts.append(render_marker(x.place(dot.x), y.place(dot.y), look.shape, 4, look.colour, dot.tip))
    return render_svg(WIDTH, bottom + 44, *parts, label=peaks.label)


def _scale(values: Sequence[float], start: float, end: float) -> tuple[Scale, list[float]]:
    shown = [value for value in values if value > 0]
    ticks = compute_log_ticks(min([0.1, *shown]), max([10.0, *shown]))
    return Scale(ticks[0], ticks[-1], start, end, log=True), ticks


def _render_arms(names: Sequence[str]) -> list[str]:
    parts: list[str] = []
    left = 2.0
    for index, name in enumerate(names):
        look = choose_look(index)
        parts += [
            render_marker(left + 5, 12, look.shape, 4, look.colour),
            render_text(left + 15, 16, name, font_size=12),
        ]
        left += 15 + measure_text(name, 12) + 22
    return parts


def _render_corners(corners: tuple[str, str, str, str], up: float, bottom: float) -> list[str]:
    low_left, high_left, low_right, high_right = corners
    places = ((low_left, False, up + 16), (high_left, False, _TOP + 14), (low_right, True, up + 16),
              (high_right, True, _TOP + 14))  # fmt: skip
    return [
        render_text(
            WIDTH - _RIGHT - 4 if right else _LEFT + 6,
            min(y, bottom - 8),
            text,
            font_size=11.5,
            font_weight="600",
            fill=INK,
            text_anchor="end" if right else "start",
        )
        for text, right, y in places
    ]
