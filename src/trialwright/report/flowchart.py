"""The flow of participants after CONSORT 2025 (TREND for designs without randomisation): boxes and arrows."""

from collections.abc import Sequence
from dataclasses import dataclass

from trialwright.report.svg import INK, MUTED, PAPER, render_element, render_line, render_svg, render_text, wrap_text

WIDTH = 760.0
_LINE, _PAD, _STEP = 16.0, 9.0, 26.0


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its first line in bold, then smaller ones."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """The boxes: ``trunk`` from top to bottom, each with an optional box to its side, then a column for each arm.

    The boxes of the arms stand on the same levels; None is a level that an arm does not have.
    """

    trunk: Sequence[tuple[Box, Box | None]]
    arms: Sequence[Sequence[Box | None]]
    label: str


def render_flow(flow: Flow) -> str:
    """The diagram as SVG."""
    parts: list[str] = []
    width, middle = 300.0, WIDTH / 2 - 60
    y = 4.0
    for index, (box, side) in enumerate(flow.trunk):
        height = _measure(box, width)
        parts += _render_box(box, middle - width / 2, y, width)
        bottom = y + height
        last = index == len(flow.trunk) - 1
        gap = _STEP
        if side is not None:
            gap = _measure(side, 250) + 20
            joint = bottom + gap / 2
            parts += _render_box(side, WIDTH - 254, joint - (gap - 20) / 2, 250)
            parts += _render_arrow(middle, joint, WIDTH - 254, joint)
        if not last:
            parts += _render_arrow(middle, bottom, middle, bottom + gap)
        y = bottom + gap
    if not flow.arms:
        return render_svg(WIDTH, y, *parts, label=flow.label)
    start = y - _STEP
    column = (WIDTH - 24 * (len(flow.arms) - 1) - 8) / len(flow.arms)
    centres = [4 + column / 2 + index * (column + 24) for index in range(len(flow.arms))]
    parts.append(render_line(middle, start, middle, start + 14, stroke=INK))
    if len(centres) > 1:
        parts.append(render_line(min(*centres, middle), start + 14, max(*centres, middle), start + 14, stroke=INK))
    levels = max(len(boxes) for boxes in flow.arms)
    tops = [start + 14]
    for level in range(levels):
        mine = [boxes[level] for boxes in flow.arms if level < len(boxes)]
        tops.append(tops[-1] + _STEP + max(_measure(one, column) if one else 0.0 for one in mine))
    for boxes, centre in zip(flow.arms, centres, strict=True):
        parts += _render_column(boxes, centre, column, tops)
    return render_svg(WIDTH, tops[-1] + 4, *parts, label=flow.label)


def _render_column(boxes: Sequence[Box | None], centre: float, width: float, tops: Sequence[float]) -> list[str]:
    """The boxes of one arm, each at its level, with arrows between them."""
    parts: list[str] = []
    end = tops[0]
    for box, top in zip(boxes, tops, strict=False):
        if box is not None:
            parts += _render_arrow(centre, end, centre, top + _STEP)
            parts += _render_box(box, centre - width / 2, top + _STEP, width)
            end = top + _STEP + _measure(box, width)
    return parts


def _wrapped(box: Box, width: float) -> list[tuple[str, bool]]:
    lines: list[tuple[str, bool]] = []
    for index, text in enumerate(box.lines):
        pieces = wrap_text(text, width - 2 * _PAD - (0 if index == 0 else 10), 12)
        lines += [(piece, index == 0) for piece in pieces]
    return lines


def _measure(box: Box, width: float) -> float:
    return len(_wrapped(box, width)) * _LINE + 2 * _PAD - 3


def _render_box(box: Box, x: float, y: float, width: float) -> list[str]:
    parts = [
        render_element(
            "rect", x=x, y=y, width=width, height=_measure(box, width), fill=PAPER, stroke=INK, stroke_width=1
        )
    ]
    for index, (text, strong) in enumerate(_wrapped(box, width)):
        place = x + _PAD + (0 if strong else 10)
        base = y + _PAD + 9 + index * _LINE
        parts.append(
            render_text(
                place, base, text, font_size=12, font_weight="600" if strong else None, fill=INK if strong else MUTED
            )
        )
    return parts


def _render_arrow(x1: float, y1: float, x2: float, y2: float) -> list[str]:
    head = (
        f"M{x2 - 6:g},{y2 - 3.5:g}L{x2:g},{y2:g}L{x2 - 6:g},{y2 + 3.5:g}Z"
        if y1 == y2
        else f"M{x2 - 3.5:g},{y2 - 6:g}L{x2:g},{y2:g}L{x2 + 3.5:g},{y2 - 6:g}Z"
    )
    return [render_line(x1, y1, x2, y2, stroke=INK), render_element("path", d=head, fill=INK)]
