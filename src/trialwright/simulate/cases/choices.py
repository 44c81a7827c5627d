"""The values worth trying for an item: those next to the numbers that a rule names, limits, codes, and no answer."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from trialwright.capture.values import is_outside, read_item
from trialwright.definition.compiled import CompiledForm
from trialwright.definition.forms import Item, ItemType
from trialwright.rules.values import Value
from trialwright.simulate.values import find_unremarkable
from trialwright.vocabulary.numbers import render_number

TODAY = date(2020, 2, 10)
"""The day around which dates are tried; any day would do."""

_QUOTED = re.compile(r"'[^']*'")
_NUMBER = re.compile(r"(?<![\w.])(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_DATE = re.compile(r"DATE\s+'(\d{4}-\d{2}-\d{2})'", re.IGNORECASE)
_LONGEST_GAP = 60_000
_POINTS = 9


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: the text as typed ('' for none) and the value that rules read (None: unknown).

    ``oddness`` is how much a reader would wonder about it: 0 not at all, 1 a finding, 2 nothing known.
    """

    text: str
    value: Value
    oddness: int = 0


NO_ANSWER = Choice("", None, 2)


@dataclass(frozen=True, slots=True)
class Literals:
    """The numbers and dates that stand in rules: where a rule changes its mind."""

    numbers: tuple[float, ...]
    dates: tuple[date, ...]


def find_literals(texts: Iterable[str]) -> Literals:
    """The numbers and dates written in the texts of rules.

    >>> find_literals(["cd4_count < 200 AND day0 >= DATE '2020-01-27'"])
    Literals(numbers=(200.0,), dates=(datetime.date(2020, 1, 27),))
    """
    numbers: set[float] = set()
    dates: set[date] = set()
    for text in texts:
        numbers |= {float(found) for found in _NUMBER.findall(_QUOTED.sub("''", text))}
        dates |= {date.fromisoformat(found) for found in _DATE.findall(text)}
    return Literals(tuple(sorted(numbers)), tuple(sorted(dates)))


def list_choices(compiled: CompiledForm, item: Item, literals: Literals, beyond: bool = False) -> tuple[Choice, ...]:
    """The answers to try for an item; no answer is the last of them.

    Parameters
    ----------
    beyond : bool
        Also numbers outside the limits of what is possible (they are saved only when confirmed).
    """
    match item.type:
        case ItemType.CODE:
            return (*_list_codes(compiled, item), NO_ANSWER)
        case ItemType.NUMBER:
            texts = list(_list_numbers(item, literals.numbers, beyond))
        case ItemType.DATE | ItemType.DATETIME:
            days = [day.isoformat() for day in _list_days(literals)]
            # Two times of each day, so that two moments can be out of order within one.
            clocks = ("T08:30", "T17:45") if item.type is ItemType.DATETIME else ("",)
            texts = [f"{day}{clock}" for clock in clocks for day in days]
        case ItemType.TEXT:
            texts = ["a text"]
    return (*(Choice(text, read_item(item, compiled, text)) for text in texts), NO_ANSWER)


def list_plain_numbers(literals: Literals, low: float, high: float) -> tuple[Choice, ...]:
    """Whole numbers to try for a value that is on no form (age, study day), and none."""
    points = _spread(literals.numbers, low, high, 1.0)
    found = sorted({float(round(one)) for one in points if low <= one <= high})
    return (*(Choice(f"{one:.0f}", one) for one in found), NO_ANSWER)


def compute_step(item: Item) -> float:
    """The least difference that two values of a number can have."""
    return 10.0**-item.decimals


def _list_codes(compiled: CompiledForm, item: Item) -> Iterator[Choice]:
    codes = tuple(compiled.codes[item.id])
    plain = find_unremarkable(codes)
    for code in codes:
        value = read_item(item, compiled, code)
        yield Choice(code, value, 2 if value is None else 0 if code == plain else 1)


def _list_numbers(item: Item, numbers: tuple[float, ...], beyond: bool) -> Iterator[str]:
    step = compute_step(item)
    low, high = item.hard or (None, None)
    bounds = [one for limits in (item.hard, item.soft) if limits for one in limits if one is not None]
    top = high if high is not None else max([100.0, *bounds, *(2 * one for one in numbers)])
    bottom = low if low is not None else min([0.0, *bounds])
    seen = set()
    for value in _spread([*numbers, *bounds], bottom, top, step):
        text = render_number(value, item.decimals)
        if text not in seen and (beyond or not is_outside(float(text), item.hard)):
            seen.add(text)
            yield text


def _spread(points: Iterable[float], low: float, high: float, step: float) -> list[float]:
    """The points with their neighbours, and a ladder from low to high: even in value and even in ratio."""
    ladder = [*np.linspace(low, high, _POINTS), *np.geomspace(max(low, step), max(high, 2 * step), _POINTS)]
    around = [point + sign * step for point in points for sign in (-1, 0, 1)]
    return sorted({float(one) for one in (*ladder, *around)})


def _list_days(literals: Literals) -> list[date]:
    gaps = {0, 1, 400}
    for number in literals.numbers:
        if number <= _LONGEST_GAP:
            gaps |= {int(number) - 1, int(number), int(number) + 1}
    days = {TODAY + timedelta(days=sign * gap) for gap in gaps for sign in (-1, 1)}
    days |= {day + timedelta(days=gap) for day in literals.dates for gap in (-1, 0, 1)}
    return sorted(days)
