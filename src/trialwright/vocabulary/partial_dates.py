"""Dates of which only the year, or the year and month, may be known (ISO 8601-1, section 5.2.2.2)."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

_FORM = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date with the precision it was told with.

    >>> PartialDate.parse("2020-02").latest
    datetime.date(2020, 2, 29)
    """

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """The date that ``text`` (``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``) names; ValueError otherwise."""
        match = _FORM.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not a date; write 2020, 2020-02 or 2020-02-29")
        year, month, day = (int(part) if part else None for part in match.groups())
        if year is None or year < 1:
            raise ValueError(f"{text!r} has no year")
        date(year, month or 1, day or 1)
        return cls(year, month, day)

    @property
    def is_complete(self) -> bool:
        """Whether the day is known."""
        return self.day is not None

    @property
    def earliest(self) -> date:
        """The first day it can be."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day it can be."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"]
        if self.month is not None:
            parts.append(f"{self.month:02d}")
        if self.day is not None:
            parts.append(f"{self.day:02d}")
        return "-".join(parts)


def compute_age(birth: PartialDate, on: date) -> tuple[int, int]:
    """The least and the greatest age in completed years on a day, given a possibly partial birth date.

    The two are equal when the birth date is known well enough. A person is 70 until the eve of the 71st birthday;
    someone born on 29 February completes a year on 1 March of a common year.

    >>> compute_age(PartialDate.parse("1950-01-27"), date(2021, 1, 26))
    (70, 70)
    """

    def completed(born: date) -> int:
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day))

    return completed(birth.latest), completed(birth.earliest)


def find_date(text: str) -> PartialDate | None:
    """What somebody entered, as a date; None where it is none.

    >>> str(find_date("2020-02")), find_date("unknown")
    ('2020-02', None)
    """
    try:
        return PartialDate.parse(text)
    except ValueError:
        return None
