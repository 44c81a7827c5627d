"""Estimates with intervals, one line each: forests of differences, proportions by arm, standardised differences."""

from collections.abc import Sequence
from dataclasses import dataclass

from trialwright.report.axes import choose_look, render_legend, render_whisker, render_x_axis, render_zero
from trialwright.report.svg import (
    FAINT,
    INK,
    MUTED,
    Scale,
    compute_ticks,
    measure_text,
    render_line,
    render_marker,
    render_svg,
    render_text,
    render_tick,
    wrap_text,
)

WIDTH = 760.0
_ROW = 26.0


@dataclass(frozen=True, slots=True)
class Whisker:
    """One line: its name, the estimate and its limits, the text at the right, the look of its group.

    ``span`` is the half width of this line's own scale (``null`` in the middle); None uses the common axis.
    """

    name: str
    estimate: float | None
    low: float | None
    high: float | None
    text: str
    look: int = 0
    span: float | None = None
    null: float = 0.0
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Forest:
    """What is drawn, and the words around it; ``axis`` fixes the common axis, ``null`` the line of no difference."""

    whiskers: Sequence[Whisker]
    label: str
    x_title: str = ""
    null: float | None = 0.0
    axis: tuple[float, float] | None = None
    sides: tuple[str, str] = ("", "")
    text_head: str = ""
    names: float = 270.0
    texts: float = 190.0
    legend: Sequence[str] = ()
    whole: bool = False


def render_forest(forest: Forest) -> str:
    """The figure as SVG."""
    left, right = forest.names, WIDTH - forest.texts
    start = 40.0 if any(forest.sides) or forest.text_head or forest.legend else 10.0
    rows = [(one, wrap_text(one.name, forest.names - 14, 11.5) or [""]) for one in forest.whiskers]
    # A line without a name belongs to the one above it and stands close to it.
    heights = [max(_ROW, 15.0 * len(lines) + 9) if one.name else 15.0 for one, lines in rows]
    bottom = start + sum(heights)
    own = any(one.span for one in forest.whiskers)
    scale, ticks = _compute_axis(forest, left, right)
    parts: list[str] = []
    if not own:
        parts += [render_line(scale.place(tick), start, scale.place(tick), bottom, stroke=FAINT) for tick in ticks]
        parts += render_x_axis(scale, [(tick, render_tick(tick)) for tick in ticks], bottom, forest.x_title)
    if forest.null is not None:
        middle = (left + right) / 2 if own else scale.place(forest.null)
        parts.append(render_zero(middle, start - 4, bottom))
        parts.append(render_text(middle - 10, start - 12, forest.sides[0], text_anchor="end", font_size=11, fill=MUTED))
        parts.append(render_text(middle + 10, start - 12, forest.sides[1], font_size=11, fill=MUTED))
    parts += render_legend(forest.legend, left, start - 14) if forest.legend else []
    parts.append(render_text(WIDTH, start - 12, forest.text_head, text_anchor="end", font_size=11, fill=MUTED))
    top = start
    for (whisker, lines), height in zip(rows, heights, strict=True):
        parts += _render_row(whisker, lines, top, height, scale, (left, right))
        top += height
    if own and forest.x_title:
        parts.append(
            render_text((left + right) / 2, bottom + 18, forest.x_title, text_anchor="middle", font_size=11, fill=MUTED)
        )
    return render_svg(WIDTH, bottom + (26 if own else 44), *parts, label=forest.label)


def _compute_axis(forest: Forest, left: float, right: float) -> tuple[Scale, list[float]]:
    known = [v for one in forest.whiskers for v in (one.estimate, one.low, one.high) if v is not None and not one.span]
    known += [forest.null] if forest.null is not None else []
    low, high = forest.axis or (min(known, default=0.0), max(known, default=1.0))
    ticks = [tick for tick in compute_ticks(low, high, 6) if not forest.whole or tick.is_integer()]
    return Scale(ticks[0], ticks[-1], left + 4, right - 14), ticks


def _render_row(
    whisker: Whisker, lines: list[str], top: float, height: float, common: Scale, sides: tuple[float, float]
) -> list[str]:
    middle = top + height / 2
    weight = "600" if whisker.heading else None
    first = middle + 4 - 7.5 * (len(lines) - 1)
    parts = [
        render_text(0, first + 15 * index, line, font_size=11.5, font_weight=weight) for index, line in enumerate(lines)
    ]
    parts.append(render_text(WIDTH, middle + 4, whisker.text, text_anchor="end", font_size=11.5))
    if whisker.heading or whisker.estimate is None:
        return parts
    scale = common
    if whisker.span:
        scale = Scale(whisker.null - whisker.span, whisker.null + whisker.span, sides[0] + 4, sides[1] - 14)
    look = choose_look(whisker.look)
    colour = look.colour if whisker.span is None else INK
    if whisker.low is not None and whisker.high is not None:
        parts += render_whisker(scale.place(whisker.low), scale.place(whisker.high), middle, colour)
    return [*parts, render_marker(scale.place(whisker.estimate), middle, look.shape, 4.4, colour)]


def measure_names(names: Sequence[str]) -> float:
    """How much room the names need, between 120 and 300."""
    return min(300.0, max(120.0, 18 + max((measure_text(name, 11.5) for name in names), default=0)))
