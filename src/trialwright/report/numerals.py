"""How a number is written: decimals, minus signs, percentages, intervals, p-values, alignment on the point."""

import math
import re
from collections.abc import Iterable, Sequence
from statistics import median

from trialwright.vocabulary.numbers import render_number, render_p

MINUS = "−"
DASH = "–"
NOT_ESTIMATED = "—"
FIGURE_SPACE = "\u2007"
POINT_SPACE = "\u2008"
_NUMERAL = re.compile(r"\d[\d\u202f]*(?:\.\d+)?")
_GROUP = re.compile(r"(?<=\d)(?=(?:\d{3})+$)")


def render_value(value: float | None, decimals: int) -> str:
    """``value`` rounded half away from zero, with a true minus sign; a dash where it could not be estimated.

    From 100 000 on, digits stand in groups of three.

    >>> render_value(-0.25, 1), render_value(None, 1), render_value(9e7, 0).split("\\u202f")
    ('−0.3', '—', ['90', '000', '000'])
    """
    if value is None or not math.isfinite(value):
        return NOT_ESTIMATED
    whole, point, fraction = render_number(value, decimals).replace("-", MINUS).partition(".")
    return (_GROUP.sub("\u202f", whole) if abs(value) >= 1e5 else whole) + point + fraction


def render_count(value: float | None) -> str:
    """A number of participants or events; decimals only where somebody counted in fractions."""
    if value is None or not math.isfinite(value):
        return NOT_ESTIMATED
    return render_value(value, 0 if float(value).is_integer() else 1)


def render_percent(value: float | None) -> str:
    """A percentage with one decimal.

    >>> render_percent(12.25).split()
    ['12.3', '%']
    """
    text = render_value(value, 1)
    return text if text == NOT_ESTIMATED else f"{text}\u00a0%"


def render_probability(value: float | None) -> str:
    """A p-value as journals print it; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return NOT_ESTIMATED
    return render_p(value).replace("<", "<\u200a")


def render_interval(low: str, high: str, word: str) -> str:
    """Two limits with the language's word between them; one dash where neither is known.

    Where the data set a limit on one side only, the other is endless.

    >>> render_interval("−0.3", "1.2", "to"), render_interval("10", "—", "to")
    ('−0.3 to 1.2', '10 to ∞')
    """
    if low == high == NOT_ESTIMATED:
        return NOT_ESTIMATED
    return f"{f'{MINUS}∞' if low == NOT_ESTIMATED else low} {word} {'∞' if high == NOT_ESTIMATED else high}"


def choose_decimals(values: Iterable[float | None]) -> int:
    """How many decimals suit a column: about three digits of its typical value, at most three; none for whole numbers.

    >>> choose_decimals([512.3, 480.1]), choose_decimals([23.4]), choose_decimals([1.91, 0.8]), choose_decimals([0.02])
    (0, 1, 2, 3)
    """
    known = [value for value in values if value is not None and math.isfinite(value)]
    if known and all(float(value).is_integer() for value in known):
        return 0
    sizes = [abs(value) for value in known if value != 0]
    if not sizes:
        return 1
    typical = median(sizes)
    if typical >= 100:
        return 0
    return 1 if typical >= 10 else 2 if typical >= 0.5 else 3


def count_decimals(value: float) -> int:
    """With how many decimals a value was measured, at most three.

    >>> count_decimals(4.0), count_decimals(27.65), count_decimals(2.0 / 3.0)
    (0, 2, 3)
    """
    return next((digits for digits in range(3) if abs(value - round(value, digits)) < 1e-9), 3)


def align_numerals(texts: Sequence[str]) -> tuple[str, ...]:
    """The texts with spaces as wide as a digit, so that their decimal points stand below each other.

    Single numbers are aligned on their point. Texts of several numbers are aligned on their first, with those of the
    same shape and the same decimals: there are no blanks inside a text, and what a text lacks it has at its end. Set in
    figures of equal width.

    >>> [text.replace(FIGURE_SPACE, "_") for text in align_numerals(["3 (30.0 %)", "10 (100.0 %)", "—"])]
    ['_3 (30.0 %)_', '10 (100.0 %)', '—']
    """
    shapes = [_find_shape(text) for text in texts]
    widths: dict[str, dict[int, tuple[int, int]]] = {}
    for text, shape in zip(texts, shapes, strict=True):
        mine = widths.setdefault(shape, {})
        for index, match in enumerate(_NUMERAL.finditer(text)):
            whole, fraction = _measure(match.group())
            whole += text[: match.start()].endswith(MINUS)
            known = mine.get(index, (0, 0))
            mine[index] = (max(known[0], whole), max(known[1], fraction))
    return tuple(_pad(text, widths[shape]) for text, shape in zip(texts, shapes, strict=True))


def _find_shape(text: str) -> str:
    """What texts must share to be aligned: all but digits and signs, and the decimals unless it is a single number."""
    if len(_NUMERAL.findall(text)) == 1:
        return _NUMERAL.sub("0", text).replace(MINUS, "")
    return _NUMERAL.sub(lambda match: "0" + "0" * _measure(match.group())[1], text).replace(MINUS, "")


def _measure(numeral: str) -> tuple[int, int]:
    whole, _, fraction = numeral.partition(".")
    return len(whole), len(fraction)


def _pad(text: str, widths: dict[int, tuple[int, int]]) -> str:
    parts: list[str] = []
    end = 0
    lacking = 0
    for index, match in enumerate(_NUMERAL.finditer(text)):
        whole, fraction = _measure(match.group())
        sign = MINUS if text[end : match.start()].endswith(MINUS) else ""
        blanks = widths[index][0] - whole - len(sign)
        lacking += blanks if index else 0
        before = "" if index else FIGURE_SPACE * blanks
        parts.append(text[end : match.start() - len(sign)] + before + sign + match.group())
        missing = widths[index][1] - fraction
        parts.append((POINT_SPACE if missing and not fraction else "") + FIGURE_SPACE * missing)
        end = match.end()
    return "".join([*parts, text[end:], FIGURE_SPACE * lacking])
