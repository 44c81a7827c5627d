"""Estimates over visits: each arm's adjusted value with its interval, and beside it what lies between the arms."""

from collections.abc import Sequence
from dataclasses import dataclass

from trialwright.report.axes import (
    choose_look,
    compute_days,
    render_frame,
    render_legend,
    render_whisker,
    render_x_axis,
    render_y_axis,
)
from trialwright.report.svg import (
    DASHES,
    INK,
    MUTED,
    Scale,
    compute_log_ticks,
    compute_ticks,
    render_line,
    render_marker,
    render_path,
    render_svg,
    render_text,
)

Estimate = tuple[float, float, float | None, float | None]
WIDTH, HEIGHT = 760.0, 320.0
_TOP, _BOTTOM, _LEFT, _GAP = 64.0, 48.0, 46.0, 56.0


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What is drawn: estimates as (day, value, low, high) by arm and between the arms, visits, words.

    ``log`` draws ratios on logarithmic axes; the line of no difference is then at 1, otherwise at 0.
    """

    arms: Sequence[tuple[str, Sequence[Estimate]]]
    contrast: tuple[str, Sequence[Estimate]]
    visits: Sequence[tuple[float, str]]
    y_title: str
    x_title: str
    label: str
    log: bool = False


def render_adjusted(adjusted: Adjusted) -> str:
    """The figure as SVG: the arms in the left panel, side by side at each visit; their contrast in the right one."""
    width = (WIDTH - _LEFT - _GAP - 8) / 2
    right = _LEFT + width + _GAP
    parts = [render_text(2, 14, adjusted.y_title, font_size=11.5)]
    parts += render_legend([name for name, _ in adjusted.arms], _LEFT, _TOP - 30)
    every = [one for _, estimates in adjusted.arms for one in estimates]
    parts += _render_panel(adjusted, every, [estimates for _, estimates in adjusted.arms], _LEFT, width)
    name, estimates = adjusted.contrast
    parts.append(render_text(right, _TOP - 8, name, font_size=12, font_weight="600"))
    parts += _render_panel(adjusted, estimates, [estimates], right, width, null=1.0 if adjusted.log else 0.0)
    return render_svg(WIDTH, HEIGHT, *parts, label=adjusted.label)


def _render_panel(
    adjusted: Adjusted, every: Sequence[Estimate], lines: Sequence[Sequence[Estimate]], left: float, width: float,
    null: float | None = None,
) -> list[str]:  # fmt: skip
    values = [value for one in every for value in one[1:] if value is not None and (not adjusted.log or value > 0)]
    values += [null] if null is not None else []
    low, high = (min(values), max(values)) if values else (0.5, 1.0)
    ticks = compute_log_ticks(low, high) if adjusted.log else compute_ticks(low, high)
    y = Scale(ticks[0], ticks[-1], HEIGHT - _BOTTOM, _TOP, adjusted.log)
    x = compute_days([day for day, _ in adjusted.visits], left + 16, left + width - 16)
    parts = [*render_y_axis(y, ticks, left, left + width), render_frame(left, _TOP, HEIGHT - _BOTTOM)]
    parts += render_x_axis(x, adjusted.visits, HEIGHT - _BOTTOM, adjusted.x_title)
    if null is not None:
        parts.append(
            render_line(left, y.place(null), left + width, y.place(null), stroke=MUTED, stroke_dasharray="3 3")
        )
    for index, estimates in enumerate(lines):
        shift = 0.0 if len(lines) == 1 else -4 + 8 * index / (len(lines) - 1)
        parts += _render_line(estimates, index, shift, x, y, alone=len(lines) == 1)
    return parts


def _render_line(estimates: Sequence[Estimate], index: int, shift: float, x: Scale, y: Scale, alone: bool) -> list[str]:
    look = choose_look(index)
    colour = INK if alone else look.colour
    known = [one for one in sorted(estimates) if not y.log or one[1] > 0]
    points = [(x.place(day) + shift, y.place(value)) for day, value, _, _ in known]
    parts = [render_path(points, stroke=colour, stroke_width=1.6, stroke_dasharray=DASHES[index])] if points else []
    for (across, up), (_, _, low, high) in zip(points, known, strict=True):
        if low is not None and high is not None and (not y.log or low > 0):
            parts += render_whisker(y.place(low), y.place(high), across, colour, upright=True, cap=3, width=1.3)
        parts.append(render_marker(across, up, 3 if alone else look.shape, 4, colour))
    return parts
