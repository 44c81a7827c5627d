"""Dates and times as people write them, read where they can mean one thing only.

A trial has people of many countries: 03/04/2020 is the third of April to one and the fourth of March to another, so it
is no date here. The year first, the name of a month, or a number that no month has make it one. ``web/static/dates.js``
reads the same, so that the field says at once how it was understood; ``tests/web/journeys/test_dates.py`` holds both.
"""

import re
import unicodedata

from trialwright.vocabulary.partial_dates import PartialDate, find_date

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_ALLOWED = re.compile(r"[0-9a-z年月日/.,\-\s]+")
_PIECES = re.compile(r"[0-9]+|[a-z]+")
_ORDINAL = re.compile(r"([0-9])(?:st|nd|rd|th)\b")
_TIME = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})\s*(am|pm)?|([0-9]{2})([0-9]{2})")
_MOMENT = re.compile(r"(.+?)(?:t|\s+)([0-9]{1,2}[:.][0-9]{2}(?:\s*[ap]m)?|[0-9]{4})|([0-9]{8})([0-9]{4})")


def find_written_date(text: str) -> PartialDate | None:
    """The date that ``text`` names in one way only, as far as it is told; None for no date, or for two.

    >>> [str(find_written_date(one)) for one in ("4 Mar 2020", "20200304", "2020年3月4日", "Mar 2020", "25/3/2020")]
    ['2020-03-04', '2020-03-04', '2020-03-04', '2020-03', '2020-03-25']
    >>> find_written_date("3/4/2020")
    """
    readings = _list_readings(text)
    return readings[0] if len(readings) == 1 else None


def is_ambiguous(text: str) -> bool:
    """Whether ``text`` can be two days, as 03/04/2020 can.

    >>> is_ambiguous("03/04/2020"), is_ambiguous("04/04/2020"), is_ambiguous("yesterday")
    (True, False, False)
    """
    return len(_list_readings(text)) > 1


def tidy_date(text: str) -> str:
    """The date as ISO 8601 writes it; a text that is none, or that can be two, as it was.

    >>> tidy_date("4 March 2020"), tidy_date("3/4/2020")
    ('2020-03-04', '3/4/2020')
    """
    found = find_written_date(text)
    return str(found) if found else text


def tidy_time(text: str) -> str:
    """The time of day by a clock of 24 hours; a text that is none as it was.

    >>> [tidy_time(one) for one in ("1430", "2:30 pm", "9.05", "soon")]
    ['14:30', '14:30', '09:05', 'soon']
    """
    match = _TIME.fullmatch(_fold(text))
    if match is None:
        return text
    hour, minute, half = int(match[1] or match[4]), int(match[2] or match[5]), match[3]
    if half:
        if not 1 <= hour <= 12:
            return text
        hour = hour % 12 + (12 if half == "pm" else 0)
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else text


def tidy_moment(text: str) -> str:
    """Date and time as ISO 8601 writes them; a text that is no such pair as it was.

    >>> tidy_moment("4 Mar 2020 14:30"), tidy_moment("202003041430"), tidy_moment("noon")
    ('2020-03-04T14:30', '2020-03-04T14:30', 'noon')
    """
    match = _MOMENT.fullmatch(_fold(text))
    if match is None:
        return text
    day, time = find_written_date(match[1] or match[3]), tidy_time(match[2] or match[4])
    return f"{day}T{time}" if day and day.is_complete and len(time) == 5 else text


def _fold(text: str) -> str:
    """Small letters, and the wide signs of a Chinese keyboard as plain ones."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def _list_readings(text: str) -> list[PartialDate]:
    """Every date that a text can be."""
    folded = _ORDINAL.sub(r"\1", _fold(text))
    pieces = _PIECES.findall(folded)
    if not _ALLOWED.fullmatch(folded) or not 1 <= len(pieces) <= 3:
        return []
    return [found for one in dict.fromkeys(_list_orders(pieces)) if (found := find_date(one)) is not None]


def _list_orders(pieces: list[str]) -> list[str]:
    """The ISO texts that the pieces of a date can stand for, in each order that people use."""
    names = [index for index, one in enumerate(pieces) if one.isalpha()]
    numbers = [one for one in pieces if not one.isalpha()]
    if names:
        month = _find_month(pieces[names[0]])
        if len(names) > 1 or not month or not numbers:
            return []
        years = [one for one in numbers if len(one) == 4]
        days = [one for one in numbers if len(one) < 3]
        if len(years) != 1 or len(years) + len(days) != len(numbers):
            return []
        return [_join(years[0], month, *days)]
    if len(pieces) == 1 and len(pieces[0]) == 8:
        return [_join(pieces[0][:4], pieces[0][4:6], pieces[0][6:])]
    if len(pieces[0]) == 4:
        return [_join(*pieces)]
    if len(pieces[-1]) == 4:
        first, *others = pieces[:-1]
        return [_join(pieces[-1], *others, first), _join(pieces[-1], first, *others)]
    return []


def _find_month(word: str) -> str:
    """The number of a month by its name or the first letters of it, three at least; '' for another word."""
    found = [number for number, name in enumerate(MONTHS, start=1) if len(word) > 2 and name.startswith(word)]
    return str(found[0]) if found else ""


def _join(year: str, *parts: str) -> str:
    return "-".join((year, *(one.zfill(2) for one in parts)))
