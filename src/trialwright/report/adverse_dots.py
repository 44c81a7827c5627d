"""The dot plot of adverse events: percentages by arm at the left, differences with their intervals at the right."""

from collections.abc import Sequence
from dataclasses import dataclass

from trialwright.report.axes import choose_look, render_legend, render_whisker, render_x_axis, render_zero
from trialwright.report.svg import (
    FAINT,
    INK,
    MUTED,
    Scale,
    compute_ticks,
    render_line,
    render_marker,
    render_svg,
    render_text,
    render_tick,
    wrap_text,
)

WIDTH = 760.0
_ROW, _START, _NAMES, _TEXT, _GAP = 22.0, 46.0, 168.0, 150.0, 40.0
_BESIDE = 4.5
"""How far the marks of two arms stand above and below the middle of their line, so that equal ones are both seen."""


@dataclass(frozen=True, slots=True)
class Dots:
    """One term: the percentage of each arm, and the difference in percentage points with its limits, where there is one."""

    name: str
    percents: Sequence[float | None]
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class DotPlot:
    """What is drawn, and the words around it; ``sides`` say on which side of no difference which arm has more."""

    terms: Sequence[Dots]
    arms: Sequence[str]
    label: str
    percent_title: str
    difference_title: str
    sides: tuple[str, str]
    text_head: str


def render_dot_plot(plot: DotPlot) -> str:
    """The figure as SVG: two panels, or one where nothing is compared."""
    compared = any(one.difference is not None for one in plot.terms)
    middle = _NAMES + (WIDTH - _NAMES - _TEXT) * 0.42 if compared else WIDTH - 20
    rows = [(one, wrap_text(one.name, _NAMES - 10, 11.5) or [""]) for one in plot.terms]
    heights = [max(_ROW, 14.0 * len(lines) + 6) for _, lines in rows]
    bottom = _START + sum(heights)
    most = max([10.0, *(percent for one in plot.terms for percent in one.percents if percent is not None)])
    ticks = compute_ticks(0, most, 5)
    left = Scale(0, ticks[-1], _NAMES + 6, middle)
    parts = _render_panel(left, ticks, bottom, plot.percent_title)
    parts += render_legend(plot.arms, 0, 14)
    right = None
    if compared:
        ends = [end for one in plot.terms for end in (one.low, one.high, one.difference) if end is not None]
        marks = compute_ticks(min([0.0, *ends]), max([0.0, *ends]), 5)
        right = Scale(marks[0], marks[-1], middle + _GAP, WIDTH - _TEXT)
        parts += _render_panel(right, marks, bottom, plot.difference_title)
        zero = right.place(0)
        parts.append(render_zero(zero, _START - 4, bottom))
        parts.append(render_text(zero - 8, _START - 10, plot.sides[0], text_anchor="end", font_size=10.5, fill=MUTED))
        parts.append(render_text(zero + 8, _START - 10, plot.sides[1], font_size=10.5, fill=MUTED))
        parts.append(render_text(WIDTH, _START - 10, plot.text_head, text_anchor="end", font_size=10.5, fill=MUTED))
    top = _START
    for (term, lines), height in zip(rows, heights, strict=True):
        parts += _render_term(term, lines, top + height / 2, left, right)
        top += height
    return render_svg(WIDTH, bottom + 44, *parts, label=plot.label)


def _render_panel(scale: Scale, ticks: Sequence[float], bottom: float, title: str) -> list[str]:
    grid = [render_line(scale.place(tick), _START, scale.place(tick), bottom, stroke=FAINT) for tick in ticks]
    return [*grid, *render_x_axis(scale, [(tick, render_tick(tick)) for tick in ticks], bottom, title)]


def _render_term(term: Dots, lines: Sequence[str], y: float, left: Scale, right: Scale | None) -> list[str]:
    first = y + 4 - 7 * (len(lines) - 1)
    parts = [render_text(0, first + 14 * index, line, font_size=11.5) for index, line in enumerate(lines)]
    shown = [(index, percent) for index, percent in enumerate(term.percents) if percent is not None]
    for index, percent in shown:
        look = choose_look(index)
        beside = (index - (len(term.percents) - 1) / 2) * 2 * _BESIDE if len(term.percents) > 1 else 0.0
        parts.append(render_marker(left.place(percent), y + beside, look.shape, 4.0, look.colour))
    if right is not None and term.difference is not None:
        if term.low is not None and term.high is not None:
            parts += render_whisker(right.place(term.low), right.place(term.high), y, INK, cap=3.5)
        parts.append(render_marker(right.place(term.difference), y, 0, 3.6, INK))
    parts.append(render_text(WIDTH, y + 4, term.text, text_anchor="end", font_size=11))
    return parts
