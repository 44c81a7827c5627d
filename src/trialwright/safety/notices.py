"""Somebody is told: which entries of the ledger raise a notice, who is told of it, and after how long others are.

A notice's key names what it is about for ever (``serious:S-001:2``, ``flag:boundary:3``); acknowledging it is an act.
Whether a mail went out is no record of the trial: that is the outbox's, outside this room.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from trialwright.definition.compiled import Definition
from trialwright.definition.endpoints import NoticeRoute
from trialwright.ledger import entries as e
from trialwright.ledger.entries_review import CodeBroken
from trialwright.ledger.entries_safety import SafetyFlagRaised, SituationAmended, SituationReported
from trialwright.ledger.envelope import render_at
from trialwright.ledger.study import StudyState
from trialwright.ledger.subject import Stamped
from trialwright.safety.clock_overview import RunningClock
from trialwright.safety.clocks import ClockState
from trialwright.safety.subject_events import FORM
from trialwright.vocabulary.codelists import NoticeKind, Role

ACTS = frozenset(
    {
        e.AdverseEventReported.act, e.FormRecorded.act, e.DeviationNoted.act, SituationReported.act,
        SituationAmended.act, SafetyFlagRaised.act, CodeBroken.act, e.SignInFailed.act,
    }
)  # fmt: skip
"""The acts that may raise a notice."""
DOSE_FAULTS = ("DOSE", "LOT", "NO_STOCK")
"""Parts of the codes of deviations about a dose that should not have been."""
_QUIET_FAULTS = ("MISSED_DOSE", "DOSE_OUT_OF_WINDOW")
LOCKED_OUT = "LOCKED_OUT"
"""Why a sign-in failed that locked the account: one failure too many."""
EXPIRY_DAYS = 30
"""So many days before an approval expires somebody is told."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that somebody must be told. ``text`` is for pages, never for a mail; ``position`` the entry behind it."""

    key: str
    kind: NoticeKind
    site: str
    participant: str
    text: str
    position: int
    at: str


def _route(of: NoticeKind, to: tuple[Role, ...], escalate_to: tuple[Role, ...], hours: float) -> NoticeRoute:
    return NoticeRoute(of=of, to=to, escalate_to=escalate_to, hours=hours)


DEFAULT_ROUTES: Mapping[NoticeKind, NoticeRoute] = {
    one.of: one
    for one in (
        _route(
            NoticeKind.SERIOUS, (Role.INVESTIGATOR, Role.MEDICAL_MONITOR, Role.SPONSOR), (Role.SAFETY_BOARD,), 8
        ),
        _route(NoticeKind.SITUATION, (Role.INVESTIGATOR, Role.MEDICAL_MONITOR), (Role.SPONSOR,), 24),
        _route(
            NoticeKind.FLAG, (Role.SAFETY_BOARD, Role.SPONSOR, Role.INVESTIGATOR, Role.PHARMACIST),
            (Role.MEDICAL_MONITOR,), 4,
        ),
        _route(NoticeKind.DOSE, (Role.INVESTIGATOR, Role.PHARMACIST, Role.SPONSOR), (Role.MEDICAL_MONITOR,), 24),
        _route(NoticeKind.CODE_BREAK, (Role.SPONSOR, Role.MEDICAL_MONITOR), (Role.SAFETY_BOARD,), 24),
        _route(NoticeKind.CLOCK, (Role.INVESTIGATOR, Role.MEDICAL_MONITOR, Role.SPONSOR), (Role.SAFETY_BOARD,), 24),
        _route(NoticeKind.APPROVAL, (Role.INVESTIGATOR, Role.SPONSOR), (Role.MONITOR,), 168),
        _route(NoticeKind.LIMIT, (Role.SPONSOR, Role.DATA_MANAGER, Role.MONITOR), (Role.MEDICAL_MONITOR,), 72),
        _route(NoticeKind.MISUSE, (Role.ADMINISTRATOR,), (Role.SPONSOR,), 24),
    )
}  # fmt: skip
"""Who is told where the study does not say."""


def find_route(definition: Definition, kind: NoticeKind) -> NoticeRoute:
    """The study's route for a kind of notice, or the default one."""
    return next((one for one in definition.study.safety.notices if one.of == kind), DEFAULT_ROUTES[kind])


def list_notices(stamped: Stamped) -> tuple[Notice, ...]:
    """The notices that an entry raises; none for most. An event upgraded to serious has the key of one reported so."""
    entry, code = stamped.entry, stamped.participant

    def make(key: str, kind: NoticeKind, text: str) -> tuple[Notice, ...]:
        return (Notice(key, kind, stamped.site, code, text, stamped.position, stamped.at),)

    match entry:
        case e.AdverseEventReported() if entry.serious:
            return make(f"serious:{code}:{entry.repeat}", NoticeKind.SERIOUS, "")
        case e.FormRecorded() if entry.form == FORM and _is_serious(entry.values):
            text = entry.values.get("term") or entry.values.get("verbatim", "")
            return make(f"serious:{code}:{entry.repeat}", NoticeKind.SERIOUS, text)
        case SituationReported():
            return make(f"situation:{code}:{entry.number}", NoticeKind.SITUATION, entry.kind)
        case SituationAmended():
            return make(f"situation:{code}:{stamped.position}:{entry.number}", NoticeKind.SITUATION, entry.kind)
        case SafetyFlagRaised():
            # It holds the infusions of every site, so it is every site's.
            return (Notice(f"flag:{entry.flag}", NoticeKind.FLAG, "", "", entry.text, stamped.position, stamped.at),)
        case e.DeviationNoted() if _is_dose_fault(entry.code):
            return make(f"dose:{code}:{entry.encounter}:{entry.code}", NoticeKind.DOSE, entry.text)
        case CodeBroken():
            return make(f"code-break:{code}:{stamped.position}", NoticeKind.CODE_BREAK, "")
        case e.SignInFailed() if entry.why == LOCKED_OUT:
            # Once a day: whoever goes on guessing gives no reason for more.
            return make(f"misuse:{entry.person}:{stamped.at[:10]}", NoticeKind.MISUSE, entry.person)
        case _:
            return ()


def _is_serious(values: Mapping[str, str]) -> bool:
    return values.get("serious") == "Y" or any(text == "Y" for item, text in values.items() if item.startswith("ser_"))


def _is_dose_fault(code: str) -> bool:
    return code not in _QUIET_FAULTS and any(part in code for part in DOSE_FAULTS)


def list_expiring(study: StudyState, now: datetime) -> tuple[Notice, ...]:
    """The approvals of active sites that expire soon, or have expired; one notice for each approval."""
    found = []
    for site, state in study.sites.items():
        text = state.activation.details.get("ethics_expires", "")
        try:
            expires = date.fromisoformat(text)
        except ValueError:
            continue
        if state.status == "ACTIVE" and expires - timedelta(days=EXPIRY_DAYS) <= now.date():
            key = f"approval:{site}:{text}"
            found.append(Notice(key, NoticeKind.APPROVAL, site, "", text, 0, render_at(now)))
    return tuple(found)


def list_overdue(clocks: Iterable[RunningClock], now: datetime) -> tuple[Notice, ...]:
    """A notice for each report that was due and not sent; a clock that starts anew has another day and another notice."""
    found = []
    for one in clocks:
        due = one.clock.due
        if one.clock.state is not ClockState.LATE or due is None:
            continue
        about = str(one.event) if one.event else f"s{one.situation}"
        key = f"clock:{one.participant}:{one.clock.rule}:{due:%Y%m%dT%H%M}:{about}"
        rule, recipient = one.clock.rule, one.clock.recipient.lower().replace("_", " ")
        text = f"report {rule} to {recipient} was due {due:%Y-%m-%d %H:%M}"
        found.append(Notice(key, NoticeKind.CLOCK, one.site, one.participant, text, 0, render_at(now)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Crossed:
    """A quality tolerance limit that is crossed: at how many percent, and at which it was assessed before ('' never)."""

    limit: str
    percent: str
    assessed_at: str


def list_breaches(crossed: Iterable[Crossed], now: datetime) -> tuple[Notice, ...]:
    """A notice for each limit that is crossed and not assessed; after an assessment a new one where it gets worse."""
    return tuple(
        Notice(f"limit:{one.limit}:{one.assessed_at}", NoticeKind.LIMIT, "", "", one.percent, 0, render_at(now))
        for one in crossed
    )


def must_escalate(route: NoticeRoute, raised: datetime, failing_since: datetime | None, now: datetime) -> bool:
    """Whether others must be told: nobody acknowledged it in time, or it could not be delivered for a quarter of an hour."""
    late = now - raised >= timedelta(hours=route.hours)
    stuck = failing_since is not None and now - failing_since >= timedelta(minutes=15)
    return late or stuck
