"""Drawing primitives: SVG elements as text, scales and ticks.

Only presentation attributes are written (a Content-Security-Policy of hashes forbids ``style``), there are no ids, and
numbers have two decimals: the same figure is the same text, on every machine.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

INK = "#1a1a1a"
MUTED = "#5b6168"
RULE = "#c9ced4"
FAINT = "#e8ebee"
PAPER = "#ffffff"
PALETTE = ("#0b62a4", "#c8500a", "#00795c", "#8d4a86", "#7a6a00", "#4d4d4d")
"""After Okabe and Ito, darkened until each has a contrast of 4.5 on white; blue and orange also differ as greys."""
DASHES = ("", "6 3", "2 2", "8 3 2 3", "1 3", "10 4")
FONT = "Helvetica, Arial, sans-serif"


def render_length(value: float) -> str:
    """``value`` with at most two decimals, without trailing zeros or a negative zero.

    >>> render_length(2.0), render_length(-0.001), render_length(1.255)
    ('2', '0', '1.25')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def render_element(name: str, *children: str, **attributes: str | float | None) -> str:
    """An element; underscores in attribute names become hyphens, attributes that are None or empty are left out.

    >>> render_element("line", x1=0, stroke_width=1.5)
    '<line x1="0" stroke-width="1.5"/>'
    """
    parts = [name]
    for key, value in attributes.items():
        if value is None or value == "":
            continue
        text = value if isinstance(value, str) else render_length(value)
        parts.append(f"{key.rstrip('_').replace('_', '-')}={quoteattr(text)}")
    head = " ".join(parts)
    return f"<{head}>{''.join(children)}</{name}>" if children else f"<{head}/>"


def render_text(x: float, y: float, text: str, **attributes: str | float | None) -> str:
    """A line of text at its baseline."""
    return render_element("text", escape(text), x=x, y=y, **attributes)


def render_line(x1: float, y1: float, x2: float, y2: float, **attributes: str | float | None) -> str:
    """A straight line."""
    return render_element("line", x1=x1, y1=y1, x2=x2, y2=y2, **attributes)


def render_path(points: Sequence[tuple[float, float]], closed: bool = False, **attributes: str | float | None) -> str:
    """A line through points."""
    if not points:
        return ""
    data = "M" + "L".join(f"{render_length(x)},{render_length(y)}" for x, y in points) + ("Z" if closed else "")
    return render_element("path", d=data, **{"fill": "none", **attributes})


def render_marker(x: float, y: float, shape: int, size: float, colour: str, tip: str = "") -> str:
    """A mark whose shape tells groups apart without colour: filled circle, open square, triangle, diamond …"""
    children = (render_element("title", escape(tip)),) if tip else ()
    r = size
    if shape % 4 == 0:
        return render_element("circle", *children, cx=x, cy=y, r=r, fill=colour, stroke=PAPER, stroke_width=0.8)
    if shape % 4 == 1:
        return render_element(
            "rect", *children, x=x - r, y=y - r, width=2 * r, height=2 * r, fill=PAPER, stroke=colour, stroke_width=1.6
        )
    corners = (
        [(x, y - 1.2 * r), (x + 1.1 * r, y + 0.9 * r), (x - 1.1 * r, y + 0.9 * r)]
        if shape % 4 == 2
        else [(x, y - 1.3 * r), (x + 1.3 * r, y), (x, y + 1.3 * r), (x - 1.3 * r, y)]
    )
    data = "M" + "L".join(f"{render_length(a)},{render_length(b)}" for a, b in corners) + "Z"
    return render_element("path", *children, d=data, fill=colour, stroke=PAPER, stroke_width=0.8)


def render_svg(width: float, height: float, *children: str, label: str) -> str:
    """A whole figure, with its description for a screen reader."""
    return render_element(
        "svg",
        render_element("title", escape(label)),
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {render_length(width)} {render_length(height)}",
        width=width,
        height=height,
        role="img",
        font_family=FONT,
        font_size=12,
        fill=INK,
    )


def measure_text(text: str, size: float = 12) -> float:
    """About how wide a text is: Chinese characters are square, Latin ones a little more than half."""
    return size * sum(1.0 if ord(letter) > 0x2E7F else 0.56 for letter in text)


def wrap_text(text: str, width: float, size: float = 12) -> list[str]:
    """The lines of a text that fit a width; Chinese may break anywhere, Latin between words."""
    lines: list[str] = []
    current = ""
    for word in _split_words(text):
        if current and measure_text(current + word.rstrip(), size) > width:
            lines.append(current.rstrip())
            current = word.lstrip()
        else:
            current += word
    return [*lines, current.rstrip()] if current.strip() else lines


def _split_words(text: str) -> list[str]:
    words: list[str] = []
    for letter in text:
        if not words or ord(letter) > 0x2E7F or words[-1].endswith(" ") or ord(words[-1][-1]) > 0x2E7F:
            words.append(letter)
        else:
            words[-1] += letter
    return words


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to places on paper: linear, logarithmic, or through ``stops`` (value, place in 0 … 1)."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False
    stops: tuple[tuple[float, float], ...] = ()

    def place(self, value: float) -> float:
        """Where ``value`` is drawn; values outside the domain are drawn outside the axis."""
        return self.start + self._share(value) * (self.end - self.start)

    def _share(self, value: float) -> float:
        if self.stops:
            return _interpolate(self.stops, value)
        if self.low == self.high:
            return 0.5
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


def _interpolate(stops: tuple[tuple[float, float], ...], value: float) -> float:
    if len(stops) == 1:
        return stops[0][1]
    right = next((index for index, stop in enumerate(stops[1:], 1) if value <= stop[0]), len(stops) - 1)
    (x0, y0), (x1, y1) = stops[right - 1], stops[right]
    return y0 + (value - x0) / (x1 - x0) * (y1 - y0)


def compute_ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers that cover ``low`` to ``high``: steps of 1, 2, 2.5 or 5 times a power of ten.

    >>> compute_ticks(0, 23)
    [0.0, 5.0, 10.0, 15.0, 20.0, 25.0]
    """
    if high <= low:
        low, high = low - (abs(low) or 1) * 0.5, high + (abs(high) or 1) * 0.5
    power = 10.0 ** math.floor(math.log10((high - low) / about))
    step = next(power * one for one in (1, 2, 2.5, 5, 10, 20) if (high - low) / (power * one) <= about)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(index * step, 12) for index in range(first, last + 1)]


def compute_log_ticks(low: float, high: float) -> list[float]:
    """Round numbers 1, 2, 5 (or only powers of ten over a wide range) that cover ``low`` to ``high``.

    >>> compute_log_ticks(0.4, 9)
    [0.2, 0.5, 1.0, 2.0, 5.0, 10.0]
    """
    first, last = math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1
    steps = (1.0,) if last - first > 6 else (1.0, 2.0, 5.0)
    every = [float(f"{step}e{power}") for power in range(first, last + 1) for step in steps]
    below = [tick for tick in every if tick <= low * (1 + 1e-9)]
    above = [tick for tick in every if tick >= high * (1 - 1e-9)]
    return [tick for tick in every if below[-1] <= tick <= above[0]]


def render_tick(value: float) -> str:
    """A tick's number, with a true minus sign and only the digits it needs."""
    return f"{value:.10g}".replace("-", "−")
