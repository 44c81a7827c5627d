"""The outbox: reads on in the ledger, raises notices, mails them, tries again, escalates. It writes its own tables only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Min

from trialwright.ledger.envelope import parse_at
from trialwright.ledger.study import StudyState
from trialwright.safety.clock_overview import compute_clock_overview
from trialwright.safety.notices import (
    ACTS,
    Notice,
    find_route,
    list_breaches,
    list_expiring,
    list_notices,
    list_overdue,
    must_escalate,
)
from trialwright.service import reading
from trialwright.service.perform import compute_stamped
from trialwright.service.reading_many import MOST, load_subjects
from trialwright.store.read import read_entries, read_study
from trialwright.vocabulary.codelists import NoticeKind, Role
from trialwright.web import trial
from trialwright.web.accounts.models import Account
from trialwright.web.monitoring.numbers import list_crossed
from trialwright.web.notices.mail import MailServer, Told, render_mail, send_mail
from trialwright.web.notices.models import Address, Delivery, NoticeRow, Outbox

_LEASE = timedelta(minutes=2)
"""For so long a delivery belongs to the process that took it."""
_LONGEST_WAIT = timedelta(hours=1)
_AT_ONCE = 50
_LOOK_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run did: notices raised, mails sent, deliveries that failed, notices escalated."""

    raised: int
    sent: int
    failed: int
    escalated: int


def run_outbox(server: MailServer | None, address: str = "") -> Ran:
    """Read on, raise, plan, escalate, send; once. Without a server notices stand on the page alone."""
    now, study = trial.read_clock(), reading.load_study(trial.get_running().trial)
    crossed = _look_at_limits(study, now)
    raised = _raise_notices(study, now, crossed)
    raised += sum(map(_keep, _list_overdue(now))) if crossed is not None else 0
    acknowledged = study.safety.acknowledged
    NoticeRow.objects.filter(closed=False, key__in=list(acknowledged)).update(closed=True)
    escalated = _plan(now, study, has_mail=server is not None)
    sent, failed = _send_due(server, address, now) if server else (0, 0)
    return Ran(raised, sent, failed, escalated)


def _look_at_limits(study: StudyState, now: datetime) -> tuple[Notice, ...] | None:
    """The limits that were crossed; None where they were counted a short while ago, for it reads everybody."""
    box = Outbox.objects.first()
    if box and box.looked_at and timedelta() <= now - box.looked_at < _LOOK_EVERY:
        return None
    return list_breaches(list_crossed(study), now)


def _list_overdue(now: datetime) -> tuple[Notice, ...]:
    """The reports that are late, of everybody of whom something was ever told that starts a clock."""
    told = NoticeRow.objects.filter(kind__in=(NoticeKind.SERIOUS.value, NoticeKind.SITUATION.value))
    codes = sorted(set(told.values_list("participant", flat=True)))
    found: list[Notice] = []
    for first in range(0, len(codes), MOST):
        states = load_subjects(trial.get_running().trial, codes[first : first + MOST])
        found += list_overdue(compute_clock_overview(trial.get_definition(), states.values(), now), now)
    return tuple(found)


def _raise_notices(study: StudyState, now: datetime, crossed: tuple[Notice, ...] | None) -> int:
    """New notices as rows, and how far the ledger was read, in one transaction."""
    head = read_study(connection)
    upto = head.position if head else 0
    with transaction.atomic():
        box, _ = Outbox.objects.get_or_create(pk=1, defaults={"ran_at": now})
        found = (*read_new(box.position, upto), *list_expiring(study, now), *(crossed or ()))
        count = sum(map(_keep, found))
        looked = box.looked_at if crossed is None else now
        Outbox.objects.filter(pk=1).update(position=upto, ran_at=now, looked_at=looked)
    return count


def read_new(after: int, upto: int | None = None) -> Iterable[Notice]:
    """The notices that the entries behind a position raise."""
    for envelope in read_entries(connection, after, upto, ACTS):
        if envelope.payload:
            yield from list_notices(compute_stamped(envelope))


def _keep(one: Notice) -> bool:
    values = {
        "kind": one.kind.value, "site": one.site, "participant": one.participant, "text": one.text,
        "position": one.position, "raised_at": parse_at(one.at),
    }  # fmt: skip
    row, is_new = NoticeRow.objects.get_or_create(key=one.key, defaults=values)
    if not is_new and one.text and not row.text:
        NoticeRow.objects.filter(pk=row.pk).update(text=one.text)
    return is_new


def find_recipients(kind: str, site: str, accounts: Iterable[Account], level: int) -> list[Account]:
    """The people of the route's roles, of that site or of none; ``level`` 2: those who are told where it escalates."""
    route = find_route(trial.get_definition(), NoticeKind(kind))
    roles: Mapping[int, tuple[Role, ...]] = {1: route.to, 2: route.escalate_to}
    return [one for one in accounts if one.role in roles[level] and one.site in ("", site or one.site)]


def _plan(now: datetime, study: StudyState, *, has_mail: bool) -> int:
    """Deliveries for everybody who must be told by now; how many notices were escalated."""
    accounts, escalated = list(Account.objects.filter(is_active=True)), 0
    failing = dict(Delivery.objects.filter(sent_at=None).values_list("notice").annotate(Min("failing_since")))
    for row in NoticeRow.objects.filter(closed=False):
        if row.key in study.safety.acknowledged:
            continue
        route = find_route(trial.get_definition(), NoticeKind(row.kind))
        if row.escalated_at is None and must_escalate(route, row.raised_at, failing.get(row.pk), now):
            NoticeRow.objects.filter(pk=row.pk).update(escalated_at=now)
            row.escalated_at, escalated = now, escalated + 1
        levels = (1, 2) if row.escalated_at else (1,)
        wanted = [
            (one.person, level) for level in levels for one in find_recipients(row.kind, row.site, accounts, level)
        ]
        if has_mail:
            made = [Delivery(notice=row, person=person, level=level, next_try_at=now) for person, level in wanted]
            Delivery.objects.bulk_create(made, ignore_conflicts=True)
    return escalated


def _send_due(server: MailServer, address: str, now: datetime) -> tuple[int, int]:
    sent = failed = 0
    addresses = dict(Address.objects.values_list("person", "address"))
    for one in _take(now):
        to = addresses.get(one.person, "")
        failure = send_mail(server, to, *_render(one, address)) if to else "no mail address"
        if failure:
            failed += 1
            wait = min(timedelta(minutes=2**one.tries), _LONGEST_WAIT)
            since = one.failing_since or now
            Delivery.objects.filter(pk=one.pk).update(
                tries=one.tries + 1, failure=failure, failing_since=since, next_try_at=now + wait
            )
        else:
            sent += 1
            Delivery.objects.filter(pk=one.pk).update(tries=one.tries + 1, failure="", failing_since=None, sent_at=now)
    return sent, failed


def _take(now: datetime) -> list[Delivery]:
    """The deliveries that are due, taken for this process: two outboxes do not send one mail twice."""
    with transaction.atomic():
        due = Delivery.objects.filter(sent_at=None, next_try_at__lte=now, notice__closed=False)
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        taken = list(due.select_related("notice").order_by("next_try_at")[:_AT_ONCE])
        Delivery.objects.filter(pk__in=[one.pk for one in taken]).update(next_try_at=now + _LEASE)
    return taken


def _render(one: Delivery, address: str) -> tuple[str, str]:
    row, running = one.notice, trial.get_running()
    at = f"{row.raised_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return render_mail(
        Told(running.definition.id, running.purpose, row.kind, row.site, at, row.pk, address, one.level == 2)
    )
