"""Day 0 and study days: one rule for capture and for analysis."""

from datetime import date

from trialwright.definition.design import Arm


def compute_day0(arm: Arm, allocated_on: date | None, first_dose_on: date | None) -> date | None:
    """The day from which an arm counts, or None while it has not come.

    For an arm that starts with its first dose, a participant who was never dosed counts from allocation: otherwise the
    untreated would drop out of every table.
    """
    if arm.day0 == "FIRST_DOSE" and first_dose_on is not None:
        return first_dose_on
    return allocated_on


def compute_study_day(day: date, day0: date) -> int:
    """Days after day 0 (negative before); the protocol's count. SDTM's has no day 0: it is this plus one from day 0 on.

    >>> compute_study_day(date(2020, 1, 30), date(2020, 1, 27))
    3
    """
    return (day - day0).days
