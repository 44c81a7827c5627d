"""V08–V28: status and dates. Partial dates are compared as intervals: only what is surely wrong is reported."""

import re
from collections.abc import Iterator
from itertools import pairwise

from trialwright.record.timeframes import Role, find_time_points
from trialwright.registry.case import CLOSED, OPEN, SETTABLE, STATUS, Case
from trialwright.registry.rule import Level, Rule, Trouble
from trialwright.registry.rules.identification import check_length
from trialwright.registry.unknown import add_months, compute_unknown_day, may_turn_unknown

_STOPPED = frozenset({"SUSPENDED", "TERMINATED", "WITHDRAWN"})
_STARTED = frozenset({"RECRUITING", "ENROLLING_BY_INVITATION", "ACTIVE_NOT_RECRUITING", "COMPLETED", "TERMINATED"})
_DIGITS = re.compile(r"\d{1,6}")
_LONG_UNITS = (("y", 366), ("m", 31), ("w", 7))
_RESULT_WORDS = re.compile(
    r"\bp\s*[<=]\s*0?\.\d|\bsignificant(?:ly)? (?:improve|better|difference|reduc)|\b\d+(?:\.\d+)?\s?% (?:of|vs)",
    re.IGNORECASE,
)


def _check_status(case: Case) -> Iterator[Trouble]:
    path = f"{STATUS}.overallStatus"
    expanded = case.protocol.design.study_type == "EXPANDED_ACCESS"
    if not case.status:
        yield Trouble(path, "there is no overall status", "one of the eight statuses", missing=True)
    elif case.status in ("UNKNOWN", "WITHHELD"):
        wrong = f"{case.status} is given by the registry; nobody may set or upload it"
        yield Trouble(path, wrong, "the true status of the study, verified this month", level=Level.WARNING)
    elif case.status not in SETTABLE and not expanded:
        yield Trouble(path, f"{case.status!r} is no status", f"one of {', '.join(sorted(SETTABLE))}")


def _check_why_stopped(case: Case) -> Iterator[Trouble]:
    why, path = case.protocol.status.why_stopped.strip(), f"{STATUS}.whyStopped"
    if case.status in _STOPPED and not why:
        yield Trouble(path, f"a study that is {case.status} says why it stopped", "the reason", missing=True)
    if why and case.status in SETTABLE and case.status not in _STOPPED:
        yield Trouble(path, f"a study that is {case.status} has a reason for stopping", "no reason")


def _check_why_stopped_text(case: Case) -> Iterator[Trouble]:
    why, path = case.protocol.status.why_stopped, f"{STATUS}.whyStopped"
    yield from check_length(path, why, 250, "reason for stopping")
    if _RESULT_WORDS.search(why):
        yield Trouble(path, "the reason for stopping tells results", "the reason without results")


def _check_dates_present(case: Case) -> Iterator[Trouble]:
    for key, name, told, read in case.main_dates():
        path = f"{STATUS}.{key}.date"
        if not told.date:
            old = key != "startDateStruct" and case.start is not None and case.start.year < 2008
            level = Level.WARNING if old else None
            yield Trouble(path, f"the {name} date is missing", "a date, planned or reached", True, level)
        elif read is None:
            yield Trouble(path, f"{told.date!r} is no date", "2020-12 or 2020-12-31")


def _check_order(case: Case) -> Iterator[Trouble]:
    dates = [(key, name, read) for key, name, _, read in case.main_dates() if read is not None]
    for (_, name, first), (key, later, last) in pairwise(dates):
        if first.earliest > last.latest:
            wrong = f"{later} ({last}) is before {name} ({first})"
            yield Trouble(f"{STATUS}.{key}.date", wrong, f"{later} on or after {name}")


def _check_actual_not_future(case: Case) -> Iterator[Trouble]:
    for key, name, told, read in case.main_dates():
        if told.type == "ACTUAL" and read is not None and read.earliest > case.on:
            wrong = f"the actual {name} date {read} lies in the future"
            yield Trouble(f"{STATUS}.{key}", wrong, "ESTIMATED until it has happened")


def _check_estimated_not_past(case: Case) -> Iterator[Trouble]:
    known = case.protocol.status.last_known_status if case.status == "UNKNOWN" else case.status
    if known not in OPEN:
        return
    for key, name, told, read in case.main_dates():
        if told.type == "ESTIMATED" and read is not None and read.latest < case.on:
            days = (case.on - read.latest).days
            wrong = f"the estimated {name} date {read} passed {days} days ago"
            yield Trouble(f"{STATUS}.{key}", wrong, "the actual date, or a new estimate")


def _check_closed_is_actual(case: Case) -> Iterator[Trouble]:
    if case.status not in ("COMPLETED", "TERMINATED"):
        return
    for key, name, told, _ in case.main_dates()[1:]:
        if told.date and told.type != "ACTUAL":
            wrong = f"the study is {case.status} and its {name} date is not actual"
            yield Trouble(f"{STATUS}.{key}.type", wrong, "ACTUAL", not told.type)
    if case.protocol.design.enrollment_info.type == "ESTIMATED":
        old = case.completion is None or case.completion.year < 2015
        path = "protocolSection.designModule.enrollmentInfo.type"
        wrong = f"the study is {case.status} and its enrollment is still an estimate"
        yield Trouble(path, wrong, "the number enrolled, ACTUAL", level=Level.WARNING if old else None)


def _check_not_started(case: Case) -> Iterator[Trouble]:
    if case.status == "NOT_YET_RECRUITING" and case.protocol.status.start.type == "ACTUAL":
        wrong = "the study is not yet recruiting and its start date is actual"
        yield Trouble(f"{STATUS}.startDateStruct.type", wrong, "ESTIMATED, or a status that says it has begun")


def _check_started(case: Case) -> Iterator[Trouble]:
    if case.status in _STARTED and case.protocol.status.start.type == "ESTIMATED":
        wrong = f"the study is {case.status} and its start date is an estimate"
        yield Trouble(f"{STATUS}.startDateStruct.type", wrong, "the day of the first enrolment, ACTUAL")


def _check_withdrawn(case: Case) -> Iterator[Trouble]:
    count = case.protocol.design.enrollment_info.count
    if case.status == "WITHDRAWN" and count not in (None, 0):
        wrong = f"the study was withdrawn before enrolment and has {count} subjects"
        yield Trouble("protocolSection.designModule.enrollmentInfo.count", wrong, "0, or the status TERMINATED")


def _check_primary_completion_enrollment(case: Case) -> Iterator[Trouble]:
    estimated = case.protocol.design.enrollment_info.type == "ESTIMATED"
    if case.protocol.status.primary_completion.type == "ACTUAL" and estimated and case.status not in CLOSED:
        wrong = "primary completion is actual and enrollment still an estimate"
        yield Trouble("protocolSection.designModule.enrollmentInfo.type", wrong, "the number enrolled, ACTUAL")


def _check_status_after_start(case: Case) -> Iterator[Trouble]:
    if case.status in ("ACTIVE_NOT_RECRUITING", "COMPLETED") and case.start and case.start.earliest > case.on:
        wrong = f"the study is {case.status} and starts on {case.start}"
        yield Trouble(f"{STATUS}.overallStatus", wrong, "NOT_YET_RECRUITING, or the true start date")


def _check_verified_not_future(case: Case) -> Iterator[Trouble]:
    path = f"{STATUS}.statusVerifiedDate"
    told = case.protocol.status.status_verified_date
    if not told:
        yield Trouble(path, "the record does not say when it was verified", "the month, as 2020-04", missing=True)
    elif case.verified is None:
        yield Trouble(path, f"{told!r} is no month", "the month, as 2020-04")
    elif case.verified.earliest > case.on:
        yield Trouble(path, f"the record was verified in the future ({case.verified})", "this month at the latest")


def _check_verified_after_change(case: Case) -> Iterator[Trouble]:
    """A status that changed after the month of verification: the change was not verified."""
    changes = [change.on for change in case.background.changes if change.element == "overallStatus"]
    if changes and case.verified is not None and max(changes) > case.verified.latest:
        wrong = f"the status changed on {max(changes)}, after the month of verification ({case.verified})"
        yield Trouble(f"{STATUS}.statusVerifiedDate", wrong, f"{max(changes):%Y-%m} or later")


def _check_verified_recently(case: Case) -> Iterator[Trouble]:
    known = case.protocol.status.last_known_status if case.status == "UNKNOWN" else case.status
    if known in OPEN and case.verified is not None:
        due = add_months(case.verified.latest, 12)
        if due < case.on:
            wrong = f"an open record was last verified in {case.verified}; that was due again by {due}"
            yield Trouble(f"{STATUS}.statusVerifiedDate", wrong, f"verify it, {case.on:%Y-%m}")


def _check_unknown(case: Case) -> Iterator[Trouble]:
    """The registry turns a silent record Unknown; a record that disagrees with that rule is of another day."""
    day, path = compute_unknown_day(case), f"{STATUS}.overallStatus"
    if case.status == "UNKNOWN" and day is not None and day <= case.on:
        wrong = (
            f"the registry shows Unknown since {day:%B %Y}: last verified {case.verified}, "
            f"study completion {case.completion}"
        )
        yield Trouble(path, wrong, "update the status and verify the record")
    elif case.status == "UNKNOWN" and day is not None:
        yield Trouble(path, f"the record is Unknown and could not be before {day}", "the true status")


def _check_days_to_unknown(case: Case) -> Iterator[Trouble]:
    day = compute_unknown_day(case)
    if day is not None and may_turn_unknown(case.status) and 0 <= (day - case.on).days <= 90:
        wrong = f"the record turns Unknown in {(day - case.on).days} days, on {day}"
        yield Trouble(f"{STATUS}.statusVerifiedDate", wrong, "verify the record before that day")


def _check_precision(case: Case) -> Iterator[Trouble]:
    for key, name, told, read in case.main_dates():
        if told.type == "ACTUAL" and read is not None and not read.is_complete and read.year >= 2017:
            wrong = f"the actual {name} date {read} names no day"
            yield Trouble(f"{STATUS}.{key}.date", wrong, "the day it happened")


def _check_last_known(case: Case) -> Iterator[Trouble]:
    last, path = case.protocol.status.last_known_status, f"{STATUS}.lastKnownStatus"
    if case.status == "UNKNOWN" and not last:
        yield Trouble(path, "an Unknown record names its last known status", "the status before", missing=True)
    if last and case.status != "UNKNOWN":
        yield Trouble(path, f"only an Unknown record has a last known status, this one is {case.status}", "none")


def _may_exceed(text: str, days: int) -> bool:
    """Whether the largest number of a text could name a day after ``days``: a cheap look before reading it."""
    low = text.lower()
    unit = next((size for word, size in _LONG_UNITS if word in low), 1)
    return unit * max((int(number) for number in _DIGITS.findall(low)), default=12) > days


def _check_enough_time(case: Case) -> Iterator[Trouble]:
    """Primary completion cannot be before the first subject can have the last primary assessment."""
    if case.start is None or case.primary_completion is None or case.status == "WITHDRAWN":
        return
    have = (case.primary_completion.latest - case.start.earliest).days
    frames = [one.time_frame for one in case.protocol.outcomes.primary_outcomes if _may_exceed(one.time_frame, have)]
    points = [point for frame in frames for point in find_time_points(frame).points if point.role is Role.AT]
    longest = max((point.day for point in points), default=0)
    if longest > have >= 0:
        wrong = f"a primary outcome is measured at day {longest}, and from start to primary completion are {have} days"
        yield Trouble(f"{STATUS}.primaryCompletionDateStruct.date", wrong, f"at least {longest} days after the start")


RULES = (
    Rule("V08", Level.ERROR, "one of the eight statuses that may be set", _check_status),
    Rule("V09", Level.ERROR, "a reason for stopping if and only if it stopped", _check_why_stopped),
    Rule("V10", Level.ERROR, "a reason of at most 250 characters without results", _check_why_stopped_text),
    Rule("V11", Level.ERROR, "start, primary completion and completion dates", _check_dates_present),
    Rule("V12", Level.ERROR, "start ≤ primary completion ≤ completion", _check_order),
    Rule("V13", Level.ERROR, "no actual date in the future", _check_actual_not_future),
    Rule("V14", Level.CLOCK, "no estimated date in the past of an open record", _check_estimated_not_past),
    Rule("V15", Level.ERROR, "a closed study has actual dates and enrollment", _check_closed_is_actual),
    Rule("V16", Level.ERROR, "not yet recruiting, so the start is an estimate", _check_not_started),
    Rule("V17", Level.WARNING, "begun, so the start is actual", _check_started),
    Rule("V18", Level.ERROR, "withdrawn, so nobody was enrolled", _check_withdrawn),
    Rule(
        "V19",
        Level.WARNING,
        "primary completion reached, so enrollment is actual",
        _check_primary_completion_enrollment,
    ),
    Rule("V20", Level.ERROR, "not active or completed before the start", _check_status_after_start),
    Rule("V21", Level.ERROR, "a month of verification that is not in the future", _check_verified_not_future),
    Rule("V22", Level.ERROR, "verified after the last change of status", _check_verified_after_change),
    Rule("V23", Level.CLOCK, "an open record is verified within 12 months", _check_verified_recently),
    Rule("V24", Level.CLOCK, "not Unknown", _check_unknown),
    Rule("V25", Level.CLOCK, "not soon Unknown", _check_days_to_unknown),
    Rule("V26", Level.WARNING, "actual dates name the day", _check_precision),
    Rule("V27", Level.ERROR, "a last known status if and only if Unknown", _check_last_known),
    Rule("V28", Level.WARNING, "enough time for the primary outcome", _check_enough_time),
)
