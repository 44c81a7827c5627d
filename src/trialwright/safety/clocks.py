"""Reporting clocks: what must be reported to whom by when, from what was known when.

Day 0 is the local calendar day on which the party knew; days are calendar days and end at midnight of the recipient's
zone, without a pause for holidays (ICH E2A, III.B). An upgrade starts a new day 0 for the clock that it triggers and
leaves the running ones alone. What nobody has judged yet counts as related and unexpected, and the clock says so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from trialwright.safety.events import AdverseEvent, Causality, Expectedness, is_related
from trialwright.safety.regimes import Party, Regime, Rule, Trigger


class ClockState(StrEnum):
    """Where a clock stands."""

    RUNNING = "RUNNING"
    LATE = "LATE"
    SENT = "SENT"
    SENT_LATE = "SENT_LATE"
    OPEN = "OPEN"
    EXEMPT = "EXEMPT"
    NOT_REQUIRED = "NOT_REQUIRED"


@dataclass(frozen=True, slots=True)
class Awareness:
    """From ``at`` on a party knew the event as ``event``.

    ``at`` is a time with its zone. ``minimum`` says whether the four minimum items were there by then (patient,
    reporter, product, event); the sponsor's clocks do not start before. A corrected time of awareness replaces the row.
    """

    at: datetime
    party: Party
    event: AdverseEvent
    minimum: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """A report that was sent under a rule."""

    rule: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """What was known when, and what was reported when; ``exempt``: the protocol exempts this study endpoint."""

    known: tuple[Awareness, ...]
    reports: tuple[Report, ...] = ()
    exempt: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock.

    ``start`` is day 0, ``due`` the last second in time (None where the text names no number), both with zone.
    ``provisional``: causality or expectedness is still open and was read as the worse. ``reason`` explains EXEMPT
    and NOT_REQUIRED. ``confirmed`` is false where nobody has read the text behind the term: the study confirms it.
    """

    rule: str
    trigger: Trigger
    reporter: str
    recipient: str
    start: datetime
    due: datetime | None
    state: ClockState
    sent: datetime | None = None
    provisional: bool = False
    reason: str = ""
    source: str = ""
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class ClockSetting:
    """The moment of asking, the zone whose midnight ends a day, and from which causality on an event is related."""

    now: datetime
    zone: str
    related_from: Causality = Causality.POSSIBLE


def compute_clocks(case: CaseHistory, regime: Regime, setting: ClockSetting) -> list[Clock]:
    """Every clock that the case has started under a regime, in the order of the regime's rules.

    Raises
    ------
    ValueError
        When a time has no zone.
    """
    for moment in (setting.now, *(one.at for one in case.known), *(one.at for one in case.reports)):
        if moment.tzinfo is None:
            raise ValueError(f"{moment.isoformat()} has no time zone")
    # In UTC, for Python compares and adds times of one zone by the wall clock, which repeats an hour in autumn.
    case = replace(
        case,
        known=tuple(replace(one, at=one.at.astimezone(UTC)) for one in case.known),
        reports=tuple(replace(one, at=one.at.astimezone(UTC)) for one in case.reports),
    )
    setting = replace(setting, now=setting.now.astimezone(UTC))
    found = (_clock(case, rule, regime, setting) for rule in regime.rules)
    return [clock for clock in found if clock is not None]


def compute_due(start: datetime, length: int, unit: str, zone: str) -> datetime:
    """The last second in time: hours are counted by the clock, days by the calendar of ``zone``.

    >>> compute_due(datetime(2020, 2, 22, 17, 0, tzinfo=UTC), 7, "d", "Asia/Shanghai").isoformat()
    '2020-03-01T23:59:59+08:00'
    """
    local = ZoneInfo(zone)
    if unit == "h":
        return (start.astimezone(UTC) + timedelta(hours=length)).astimezone(local)
    last: date = start.astimezone(local).date() + timedelta(days=length)
    return datetime.combine(last, time(23, 59, 59), tzinfo=local)


_Predicate = Callable[[Awareness], bool]


def _clock(case: CaseHistory, rule: Rule, regime: Regime, setting: ClockSetting) -> Clock | None:
    if rule.trigger is Trigger.NEW_INFORMATION:
        return _new_information(case, rule, regime, setting)
    source = regime.rule(rule.after) if rule.trigger is Trigger.COMPLETION else rule
    start = _start(case, source, setting)
    if start is None:
        return None
    length = rule.length if source is rule or rule.length is None else (source.length or 0) + rule.length
    return _state(case, rule, setting, start, _due(start, length, rule, setting))


def _due(start: Awareness, length: int | None, rule: Rule, setting: ClockSetting) -> datetime | None:
    return None if length is None else compute_due(start.at, length, rule.unit, setting.zone)


def _start(case: CaseHistory, rule: Rule, setting: ClockSetting) -> Awareness | None:
    """The moment from which the rule's predicate has held; the last one if it ceased to hold and held again."""
    known = _known(case, rule.start)
    holds = _predicate(rule.trigger, setting.related_from)
    starts = _rises(known, holds)
    if not starts:
        return None
    if rule.trigger is Trigger.SUSAR_OTHER:
        fatal = _rises(known, _predicate(Trigger.SUSAR_FATAL, setting.related_from))
        if fatal and fatal[-1].at <= starts[-1].at and _predicate(Trigger.SUSAR_FATAL, setting.related_from)(known[-1]):
            return None
    return starts[-1]


def _known(case: CaseHistory, party: Party) -> list[Awareness]:
    return sorted((one for one in case.known if one.party is party), key=lambda one: one.at)


def _rises(known: Sequence[Awareness], holds: _Predicate) -> list[Awareness]:
    first = [known[0]] if known and holds(known[0]) else []
    return first + [later for earlier, later in pairwise(known) if holds(later) and not holds(earlier)]


def _predicate(trigger: Trigger, related_from: Causality) -> _Predicate:
    def serious(one: Awareness) -> bool:
        return one.event.is_serious

    def death(one: Awareness) -> bool:
        return one.event.is_fatal

    def special(one: Awareness) -> bool:
        return bool(one.event.special_interest)

    def susar(one: Awareness) -> bool:
        suspected = is_related(one.event, related_from) is not False
        return one.minimum and serious(one) and suspected and one.event.expectedness is not Expectedness.EXPECTED

    def fatal_susar(one: Awareness) -> bool:
        return susar(one) and (one.event.is_fatal or one.event.is_life_threatening)

    return {
        Trigger.SERIOUS: serious,
        Trigger.DEATH: death,
        Trigger.SPECIAL_SITUATION: special,
        Trigger.SUSAR_FATAL: fatal_susar,
        Trigger.SUSAR_OTHER: susar,
    }[trigger]


def _state(case: CaseHistory, rule: Rule, setting: ClockSetting, start: Awareness, due: datetime | None) -> Clock:
    sent = min((one.at for one in case.reports if one.rule == rule.id and one.at >= start.at), default=None)
    state, reason = _judge(case, rule, setting, due, sent)
    return Clock(
        rule=rule.id,
        trigger=rule.trigger,
        reporter=rule.reporter,
        recipient=rule.recipient,
        start=start.at.astimezone(ZoneInfo(setting.zone)),
        due=due,
        state=state,
        sent=sent,
        provisional=_provisional(case, rule),
        reason=reason,
        source=rule.source,
        confirmed=rule.is_confirmed,
    )


def _judge(
    case: CaseHistory, rule: Rule, setting: ClockSetting, due: datetime | None, sent: datetime | None
) -> tuple[ClockState, str]:
    if sent is not None:
        return (ClockState.SENT if due is None or sent <= due else ClockState.SENT_LATE), ""
    if case.exempt and rule.exemptable:
        return ClockState.EXEMPT, "the protocol exempts this study endpoint"
    if not _still_required(case, rule, setting):
        return ClockState.NOT_REQUIRED, "downgraded before anything was sent"
    if due is None:
        return ClockState.OPEN, ""
    return (ClockState.LATE if setting.now > due else ClockState.RUNNING), ""


def _still_required(case: CaseHistory, rule: Rule, setting: ClockSetting) -> bool:
    """Whether the predicate holds by the latest knowledge; a report once begun is completed whatever came later."""
    if rule.trigger is Trigger.NEW_INFORMATION or (rule.after and any(one.rule == rule.after for one in case.reports)):
        return True
    trigger = Trigger.SUSAR_FATAL if rule.trigger is Trigger.COMPLETION else rule.trigger
    known = _known(case, rule.start)
    return _predicate(trigger, setting.related_from)(known[-1])


def _provisional(case: CaseHistory, rule: Rule) -> bool:
    if rule.trigger in (Trigger.SERIOUS, Trigger.DEATH, Trigger.SPECIAL_SITUATION):
        return False
    event = _known(case, rule.start)[-1].event
    return is_related(event) is None or event.expectedness is None


def _new_information(case: CaseHistory, rule: Rule, regime: Regime, setting: ClockSetting) -> Clock | None:
    """The clock of the first change that no report has carried yet, or of the last one that a report did carry."""
    initial = {one.id for one in regime.rules if one.recipient == rule.recipient and one.trigger is not rule.trigger}
    first_sent = min((one.at for one in case.reports if one.rule in initial), default=None)
    if first_sent is None:
        return None
    known = _known(case, rule.start)
    changes = [later for earlier, later in pairwise(known) if later.event != earlier.event and later.at > first_sent]
    carried = sorted(one.at for one in case.reports if one.rule == rule.id or one.rule in initial)
    pending = [change for change in changes if not any(at >= change.at for at in carried)]
    start = pending[0] if pending else (changes[-1] if changes else None)
    if start is None:
        return None
    due = _due(start, rule.length, rule, setting)
    reports = tuple(Report(rule.id, at) for at in carried)
    return _state(CaseHistory(case.known, reports, case.exempt), rule, setting, start, due)
