"""Dates and times from a page's fields: as ISO 8601 writes them, or as they were typed where they cannot be read.

Whatever reads a field of ``partials/date_input.html`` calls one of these; the scripts of the page may not have run.
"""

from collections.abc import Mapping

from trialwright.capture.values import parse_moment
from trialwright.vocabulary.findings import Reason, Refusal
from trialwright.vocabulary.written_dates import tidy_date, tidy_moment, tidy_time

_LONGEST = 40


def read_day(posted: Mapping[str, str], name: str) -> str:
    """A date, as far as it is told."""
    return tidy_date(posted.get(name, "").strip()[:_LONGEST])


def read_local(posted: Mapping[str, str], name: str) -> str:
    """Date and time of day in one field, without zone."""
    return tidy_moment(posted.get(name, "").strip()[:_LONGEST])


def read_pair(posted: Mapping[str, str], name: str) -> str:
    """Date and time of day in two fields (``name_date``, ``name_time``), as one text; '' where both are empty."""
    day, time = read_day(posted, f"{name}_date"), tidy_time(posted.get(f"{name}_time", "").strip()[:_LONGEST])
    return f"{day}T{time}" if day or time else ""


def check_pair(posted: Mapping[str, str], name: str, act: str) -> Refusal | None:
    """The refusal of two such fields that say something which is no date and time; nobody may take it for now."""
    text = read_pair(posted, name)
    if not text:
        return None
    try:
        parse_moment(text)
    except ValueError:
        shown = text.replace("T", " ").strip()
        return Refusal(act, (Reason("no-moment", f"{shown!r} is not a date and a time; write 2020-03-04 and 14:30"),))
    return None
