"""Doses found in the text of an intervention: amount, unit, route, days and number of administrations.

A dose decides what is given to a person, so nothing is settled here: every reading carries the words it came from,
and a text with two readings gives both. The registry writes 3.0*10E7; E already means "times ten to the", so the
letters say 3.0 × 10 × 10⁷ and the writer probably meant 3.0 × 10⁷.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from trialwright.record.routes import RouteReading, find_route
from trialwright.record.timeframes import Role, Unit, find_time_points


@dataclass(frozen=True, slots=True)
class Mark:
    """A doubt about one part of a reading: ``kind`` is ``assumed`` or ``ambiguous``."""

    kind: str
    about: str
    why: str


@dataclass(frozen=True, slots=True)
class DoseReading:
    """One amount in a text, and what the text says about giving it.

    Parameters
    ----------
    source : str
        The sentence it was read from, word for word.
    amount_text : str
        The amount, word for word.
    amounts : tuple of Decimal
        Every value that the amount text can mean, the likeliest first.
    unit_text, unit : str
        The unit as written, and in our words; equal unless a product's name stands for its unit.
    route : RouteReading or None
        How it is given.
    days : tuple of int
        Days of administration, from day 0.
    times : int or None
        How many administrations.
    frequency : str
        Words such as "twice daily", as written; empty for none.
    duration : str
        Words such as "for 7 days", as written; empty for none.
    start, end : int
        Place of the amount in the text.
    marks : tuple of Mark
        Every doubt.
    """

    source: str
    amount_text: str
    amounts: tuple[Decimal, ...]
    unit_text: str
    unit: str
    route: RouteReading | None
    days: tuple[int, ...]
    times: int | None
    frequency: str
    duration: str
    start: int
    end: int
    marks: tuple[Mark, ...] = ()

    @property
    def is_ambiguous(self) -> bool:
        """Whether any part can be read in two ways."""
        return any(mark.kind == "ambiguous" for mark in self.marks)


_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_UNITS = (
    r"(?:[mµμukn]?g|mcg|grams?|milligrams?|micrograms?|m[lL]|mL|µL|L|IU|units?|U|m?mol|mEq|Gy|mCi|MBq|ppm|%|"
    r"tab(?:let)?s?|caps?(?:ules?)?|puffs?|drops?|sachets?|vials?|ampoules?|doses?|sprays?|patch(?:es)?|"
    r"vg|PFU|CFU|TCID50|viral particles)"
)
_CELLS = (
    r"(?:(?:[A-Za-z-]+ ){0,3}?"
    r"(?:cells?|(?:[a-z]{0,3}[A-Z]{1,3}-)?MSCs?|lymphocytes|platelets|exosomes|particles)\b)"
)
_PER = (
    r"(?:\s?/\s?(?:kg|m2|m²|day|dose|disc|disk|eye|mL|ml|h|hr|hour|min|week|body weight)"
    r"|\s+per\s+(?:kg|kilogram|day|dose|m2))*"
)
_AMOUNT = re.compile(
    rf"""(?<![\w.])(?P<number>
        (?P<mantissa>\d{{1,12}}(?:\.\d{{1,12}})?)\s*[*x×X]\s*10\s*(?P<caret>\\?\^|E|e)?\s*(?P<power>\d{{1,3}}|[⁰¹²³⁴⁵⁶⁷⁸⁹]+)(?![\d.])
        |(?P<bare>10)\s*(?:\^|E|e)\s*(?P<barepower>\d{{1,2}})
        |(?P<science>\d{{1,12}}(?:\.\d{{1,12}})?[Ee]\d{{1,2}})
        |(?P<plain>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d{{1,12}}(?:[.,]\d{{1,12}})?)(?:\s*(?:-|–|to)\s*(?P<high>\d{{1,12}}(?:\.\d{{1,12}})?))?
    )(?:\s|-)?\s*(?P<unit>{_CELLS}|{_UNITS}(?![A-Za-z]){_PER})(?P<per>{_PER})""",
    re.VERBOSE,
)
_TIMES = re.compile(
    r"\b(?P<count>\d{1,4}|one|two|three|four|five|six|seven|eight|nine|ten)\s+"
    r"(?:times|doses|infusions|injections|administrations)\b(?!\s+(?:a|per|each|every|daily|weekly))",
    re.IGNORECASE,
)
_ONCE = re.compile(r"\b(?:single[- ](?:dose|infusion|injection)|one[- ]time|a single)\b", re.IGNORECASE)
_FREQUENCY = re.compile(
    r"\b(?:BID|TID|QID|QD|OD|qw|q\d+[wdh]|(?:once|twice|(?:two|three|four|\d)\s+times)\s*(?:a|per|each|every)?\s*"
    r"(?:daily|day|weekly|week|month)|daily|weekly|monthly|every\s+(?:other\s+)?(?:\w+\s+)?(?:hours?|days?|weeks?|months?))\b"
)
_DURATION = re.compile(
    r"\bfor\s+(?:up to\s+)?(?:\w+)\s+(?:consecutive\s+)?(?:hours?|days?|weeks?|months?|years?)\b", re.IGNORECASE
)
_SENTENCE = re.compile(r"(?:[^.;]|\.(?=\S)|(?<=\bi)\.|(?<=\bi\.v)\.)+[.;]?", re.IGNORECASE)
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNTS = {word: number for number, word in enumerate(_NUMBERS, start=1)}


def has_amount(text: str) -> bool:
    """Whether a text names any amount with a unit; quicker than finding them all.

    >>> has_amount("300 mg weekly"), has_amount("by injection")
    (True, False)
    """
    return _AMOUNT.search(text) is not None


def find_doses(text: str) -> tuple[DoseReading, ...]:
    """Every amount with a unit in a text, with route, days, count, frequency and duration of its sentence.

    >>> dose, = find_doses("3 times of MSCs(3.0*10E7 MSCs intravenously at Day 0, Day 3, Day 6)")
    >>> dose.amount_text, [f"{amount:.1e}" for amount in dose.amounts], dose.days, dose.times
    ('3.0*10E7', ['3.0e+7', '3.0e+8'], (0, 3, 6), 3)
    """
    return tuple(
        _read_dose(text, sentence.start(), sentence.group(), match)
        for sentence in _SENTENCE.finditer(text)
        for match in _AMOUNT.finditer(sentence.group())
    )


def _read_dose(text: str, offset: int, sentence: str, match: re.Match[str]) -> DoseReading:
    amounts, doubts = _read_amount(match)
    unit_text = (match["unit"] + (match["per"] or "")).strip()
    unit = _read_unit(unit_text)
    marks = [*doubts]
    if unit != unit_text:
        marks.append(Mark("assumed", "unit", f"{unit_text!r} is taken for a number of {unit}"))
    route = find_route(sentence)
    if route is None and (route := find_route(text)) is not None:
        marks.append(Mark("assumed", "route", "the route stands in another sentence of the text"))
    if route and route.assumed:
        marks.append(Mark("assumed", "route", route.assumed))
    days = _read_days(sentence)
    times = _read_times(sentence)
    marks += _compare_count(days, times)
    if len(_AMOUNT.findall(sentence)) > 1:
        marks.append(Mark("ambiguous", "sentence", "more than one amount here; which days belong to which?"))
    return DoseReading(
        source=sentence.strip(),
        amount_text=match["number"].strip(),
        amounts=amounts,
        unit_text=unit_text,
        unit=unit,
        route=route,
        days=days,
        times=times,
        frequency=_words(_FREQUENCY, sentence),
        duration=_words(_DURATION, sentence),
        start=offset + match.start("number"),
        end=offset + match.end("number"),
        marks=tuple(marks),
    )


def _words(pattern: re.Pattern[str], sentence: str) -> str:
    found = pattern.search(sentence)
    return found.group() if found else ""


def _read_amount(match: re.Match[str]) -> tuple[tuple[Decimal, ...], list[Mark]]:
    """What the digits can mean, likeliest first."""
    if match["mantissa"]:
        return _read_powers(Decimal(match["mantissa"]), match["caret"] or "", match["power"])
    if match["bare"]:
        return _read_powers(Decimal(1), "E" if "^" not in match["number"] else "^", match["barepower"])
    if match["science"]:
        return (Decimal(match["science"]),), []
    plain = match["plain"]
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        doubt = [Mark("ambiguous", "amount", f"the comma of {plain!r} may mark thousands or decimals")]
        only = (Decimal(plain.replace(",", "")),)
        return (*only, Decimal(plain.replace(",", "."))) if plain.count(",") == 1 and "." not in plain else only, (
            doubt if plain.count(",") == 1 and "." not in plain else []
        )
    value = Decimal(plain.replace(",", "."))
    if match["high"]:
        return (value, Decimal(match["high"])), [Mark("ambiguous", "amount", f"{match['number']!r} is a range")]
    return (value,), []


def _read_powers(mantissa: Decimal, sign: str, digits: str) -> tuple[tuple[Decimal, ...], list[Mark]]:
    """Readings of ``mantissa × 10 <sign> digits``."""
    power = int(digits.translate(_SUPERSCRIPT))
    meant = mantissa.scaleb(power)
    if sign in ("E", "e"):
        why = f"10{sign}{power} may mean 10^{power}, or 10 × 10^{power} as E is read in programs: a tenfold difference"
        return (meant, mantissa.scaleb(power + 1)), [Mark("ambiguous", "amount", why)]
    if not sign and digits.isascii():
        why = f"10{digits} may be 10^{power} with its raised digits lost, or the number 10{digits}"
        return (meant, mantissa * Decimal(f"10{digits}")), [Mark("ambiguous", "amount", why)]
    return (meant,), []


def _read_unit(text: str) -> str:
    """A product's name that stands where a unit stands ("3×10^7 MSCs") counts cells."""
    head, slash, per = text.partition("/")
    if re.search(r"\bcells?\b|MSCs?$|lymphocytes$", head.strip()):
        return f"cells{slash}{per}" if slash else "cells"
    return text


def _read_days(sentence: str) -> tuple[int, ...]:
    """Days named as "Day 3"; "for 7 days" is a length and no day."""
    points = find_time_points(sentence).points
    named = [point for point in points if point.unit is Unit.DAY and not point.assumed and point.role is Role.AT]
    return tuple(sorted({point.day for point in named}))


def _read_times(sentence: str) -> int | None:
    match = _TIMES.search(sentence)
    if match:
        word = match["count"].lower()
        return int(word) if word.isdecimal() else _COUNTS[word]
    return 1 if _ONCE.search(sentence) else None


def _compare_count(days: tuple[int, ...], times: int | None) -> Iterator[Mark]:
    if times and times > 1:
        why = f"the amount may be meant for each of the {times} administrations or for all together"
        yield Mark("ambiguous", "per", why)
    if times and days and times != len(days):
        yield Mark("ambiguous", "times", f"the text says {times} administrations and names {len(days)} days")
    if not times and len(days) > 1:
        yield Mark("assumed", "times", f"one administration on each of the {len(days)} named days")
