"""Values as rules read them: from the text that was captured to what the engines are given."""

import math
import re
from datetime import date, timedelta

from trialwright.rules.types import RuleType
from trialwright.vocabulary.numbers import parse_number

Value = float | str | int | bool | None
"""A NUMBER as float, a CODE as str, a DATE as int (day number), a BOOLEAN as bool; None is unknown."""

LARGEST = 1e15
"""Numbers reach from here down to ``SMALLEST``, or are 0: then no arithmetic of an allowed rule can overflow."""
SMALLEST = 1e-15

EPOCH = date(1970, 1, 1)
FIRST_DAY = (date.min - EPOCH).days
LAST_DAY = (date.max - EPOCH).days
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


def to_day(day: date) -> int:
    """The day number of a date: days since 1970-01-01, negative before.

    >>> to_day(date(2020, 1, 27))
    18288
    """
    return (day - EPOCH).days


def from_day(number: int) -> date:
    """The date of a day number.

    >>> from_day(18288)
    datetime.date(2020, 1, 27)
    """
    return EPOCH + timedelta(days=number)


def parse_date(text: str) -> date:
    """The date that ``text`` (YYYY-MM-DD) names; ValueError for anything else, partial dates included."""
    if _DAY.fullmatch(text) is None:
        raise ValueError(f"{text!r} is not a complete date; write for example 2020-01-27")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a day of the calendar") from None


def parse_value(text: str | None, kind: RuleType) -> Value:
    """The value of ``kind`` that ``text`` names; None for None; ValueError with the reason for anything else.

    NaN, infinity and numbers outside the range of rules (0, or from 1e-15 to 1e15 in magnitude) are refused.

    >>> parse_value("37.5", RuleType.NUMBER), parse_value("2020-01-27", RuleType.DATE)
    (37.5, 18288)
    """
    if text is None:
        return None
    if kind is RuleType.NUMBER:
        return bounded(float(parse_number(text)))
    if kind is RuleType.DATE:
        return to_day(parse_date(text))
    if kind is RuleType.BOOLEAN:
        if text not in _BOOLEANS:
            raise ValueError(f"{text!r} is neither 'true' nor 'false'")
        return _BOOLEANS[text]
    return text


def bounded(number: float) -> float:
    """``number`` itself; ValueError where it is NaN, infinite or outside the range in which all engines agree."""
    if not math.isfinite(number):
        raise ValueError(f"{number} is not a number that a rule can use")
    if number and not SMALLEST <= abs(number) <= LARGEST:
        raise ValueError(f"{number} is out of range; numbers are 0 or from {SMALLEST} to {LARGEST} in magnitude")
    return number
