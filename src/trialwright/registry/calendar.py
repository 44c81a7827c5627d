"""Obligations as a calendar file (iCalendar, RFC 5545)."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from trialwright.record.model import Record
from trialwright.registry.obligations import Obligation, State
from trialwright.registry.regimes import REGIME_NAMES

_SHOWN = (State.OVERDUE, State.DUE)


def render_calendar(record: Record, obligations: Iterable[Obligation], now: datetime) -> str:
    """A calendar with one all-day event for each open duty, alarmed 14 days before.

    Parameters
    ----------
    record : Record
        The study.
    obligations : iterable of Obligation
        Those that are due or overdue are shown.
    now : datetime
        When the file is made, in UTC.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//trialwright//registry clock//EN", "CALSCALE:GREGORIAN"]
    for one in obligations:
        if one.due is not None and one.state in _SHOWN:
            lines += _render_event(record, one, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _fold(line))


def _render_event(record: Record, one: Obligation, now: datetime) -> list[str]:
    assert one.due is not None
    regime = REGIME_NAMES[one.duty.regime]
    detail = f"{regime}: {one.verdict.bind.value} ({'; '.join(one.verdict.reasons)}). {one.because}. {one.duty.source}"
    return [
        "BEGIN:VEVENT",
        f"UID:{record.nct_id}-{one.duty.id}-{one.due:%Y%m%d}@trialwright",
        f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{one.due:%Y%m%d}",
        f"DTEND;VALUE=DATE:{one.due + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escape(f'{record.nct_id}: {one.duty.duty}')}",
        f"DESCRIPTION:{_escape(detail)}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escape(one.duty.duty)}",
        "TRIGGER:-P14D",
        "END:VALARM",
        "END:VEVENT",
    ]


def _escape(text: str) -> str:
    """RFC 5545 section 3.3.11."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _fold(line: str) -> Iterator[str]:
    """RFC 5545 section 3.1: at most 75 octets a line, never within a character."""
    part, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > 75:
            yield part
            part, size = " ", 1
        part += character
        size += width
    yield part
