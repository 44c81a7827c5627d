"""Numbers as people write them: exact decimals in, half-up rounding out."""

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal

_WIDE = Context(prec=400)  # the default of 28 digits cannot hold 1e30 with decimals

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)


def parse_number(text: str) -> Decimal:
    """The exact decimal that ``text`` names; ValueError for anything else, NaN and infinity included.

    >>> parse_number("3.0e7")
    Decimal('3.0E+7')
    """
    if _NUMBER.fullmatch(text) is None:
        raise ValueError(f"{text!r} is not a number; write for example 37.2 or 3.0e7")
    return Decimal(text)


def find_number(text: str) -> float | None:
    """What somebody entered, as a number; None where it is none.

    >>> find_number("37.2"), find_number("not done")
    (37.2, None)
    """
    try:
        return float(parse_number(text))
    except ValueError:
        return None


def render_number(value: float, decimals: int) -> str:
    """``value`` rounded half away from zero on its shortest decimal form, as tables and SAS do.

    Binary half-even would print 0.15 as 0.1; the regulator's tables print 0.2.

    >>> render_number(0.15, 1), render_number(-2.5, 0), render_number(-0.04, 1)
    ('0.2', '-3', '0.0')
    """
    quantum = Decimal(1).scaleb(-decimals)
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a number that can be printed")
    rounded = Decimal(repr(float(value))).quantize(quantum, rounding=ROUND_HALF_UP, context=_WIDE)
    return f"{abs(rounded) if rounded == 0 else rounded:f}"


def render_p(value: float) -> str:
    """A p-value as journals print it: three decimals, ``<0.001`` below, never 0.

    >>> render_p(0.0004), render_p(0.0234), render_p(1.0)
    ('<0.001', '0.023', '1.000')
    """
    return "<0.001" if value < 0.001 else render_number(value, 3)
