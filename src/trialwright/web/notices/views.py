"""The page of notices: what waits for an acknowledgement, what could not be delivered, and where I am told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from trialwright.access.policy import Actor
from trialwright.capture.notice import AcknowledgeNotice
from trialwright.ledger.envelope import parse_at
from trialwright.safety.notices import find_route
from trialwright.settings import load_settings
from trialwright.vocabulary.codelists import NoticeKind, Role
from trialwright.vocabulary.findings import Reason, Refusal
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms.posted import clean
from trialwright.web.forms.show import get_language
from trialwright.web.health import STALE
from trialwright.web.monitoring.pages import OVERSIGHT
from trialwright.web.notices.models import Address, Delivery, NoticeRow, Outbox
from trialwright.web.notices.outbox import read_new

MOST = 200
_TELLING = (NoticeKind.FLAG, NoticeKind.DOSE)
_OF_ROLES: Mapping[NoticeKind, frozenset[Role]] = {
    NoticeKind.LIMIT: OVERSIGHT,
    NoticeKind.MISUSE: frozenset({Role.ADMINISTRATOR, Role.SPONSOR}),
}
"""What is told to these roles only, and to them whatever else they see."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice for these eyes."""

    row: NoticeRow
    acknowledged: tuple[str, ...]
    deliveries: tuple[Delivery, ...]
    is_mine: bool
    href: str
    participant: str
    text: str

    @property
    def failing(self) -> tuple[Delivery, ...]:
        """The mails that could not be delivered."""
        return tuple(one for one in self.deliveries if one.failure and one.sent_at is None)


def show_notices(request: HttpRequest) -> HttpResponse:
    """The page; POST acknowledges a notice (``step=acknowledge``) or keeps my address (``step=address``)."""
    refusal = None
    if request.method == "POST":
        refusal = _do(request)
        if refusal is None:
            messages.success(request, render_text("notices.done", get_language(request)))
            return redirect("notices")
    shown = _list_shown(request)
    waiting = [one for one in shown if not one.acknowledged]
    person = trial.get_actor(request).person
    context = {
        "refusal": refusal, "waiting": waiting, "done": [one for one in shown if one.acknowledged][:50],
        "is_still": is_still(Outbox.objects.first()), "has_mail": bool(load_settings().mail),
        "address": Address.objects.filter(pk=person).values_list("address", flat=True).first() or "",
        "routes": [find_route(trial.get_definition(), kind) for kind in NoticeKind],
        "may": not trial.check_may(request, "acknowledge_notice"),
    }  # fmt: skip
    return render(request, "notices/notices.html", context, status=422 if refusal else 200)


def is_still(box: Outbox | None) -> bool:
    """Whether the outbox has not run for some time, or never."""
    return box is None or trial.read_clock() - box.ran_at > STALE


def _do(request: HttpRequest) -> Refusal | None:
    match request.POST.get("step"):
        case "acknowledge":
            said = {name: clean(request.POST.get(name, "")).strip() for name in ("notice", "comment")}
            result = trial.perform(request, AcknowledgeNotice(said["notice"][:200], said["comment"]))
            return result if isinstance(result, Refusal) else None
        case "address":
            return _keep_address(request)
        case _:
            raise Http404


def _keep_address(request: HttpRequest) -> Refusal | None:
    text, person = clean(request.POST.get("address", "")).strip(), trial.get_actor(request).person
    if not text:
        Address.objects.filter(pk=person).delete()
        return None
    try:
        validate_email(text)
    except ValidationError:
        return Refusal("address", (Reason("bad-address", render_text("notices.bad_address", get_language(request))),))
    Address.objects.update_or_create(pk=person, defaults={"address": text[:200]})
    return None


def list_open(request: HttpRequest) -> list[NoticeRow]:
    """The notices that nobody has acknowledged, as far as these eyes may see; two statements."""
    sight, acknowledged = trial.get_sight(request), trial.load_study(request).safety.acknowledged
    rows = [one for one in _read_rows(request, is_closed=False) if one.key not in acknowledged]
    return [one for one in rows if sight.covers(one.site) or not one.site]


def is_mine(actor: Actor, row: NoticeRow) -> bool:
    """Whether the notice is for this person: by the route, and by the second one where it was escalated."""
    route = find_route(trial.get_definition(), NoticeKind(row.kind))
    roles = (*route.to, *(route.escalate_to if row.escalated_at else ()))
    return actor.role in roles and actor.site in ("", row.site or actor.site)


def _read_rows(request: HttpRequest, *, is_closed: bool) -> Sequence[NoticeRow]:
    rows = NoticeRow.objects.filter(closed=is_closed).order_by("-raised_at")
    if not trial.get_sight(request).arms:
        rows = rows.exclude(kind=NoticeKind.DOSE.value)
    return list(rows[:MOST])


def _list_shown(request: HttpRequest) -> list[Shown]:
    sight, actor = trial.get_sight(request), trial.get_actor(request)
    acknowledged = trial.load_study(request).safety.acknowledged
    rows = [*_read_unraised(request), *_read_rows(request, is_closed=False), *_read_rows(request, is_closed=True)[:50]]
    rows = [one for one in rows if sight.covers(one.site) or not one.site]
    deliveries: dict[int, list[Delivery]] = {}
    for one in Delivery.objects.filter(notice__in=[row.pk for row in rows if row.pk]).select_related("notice"):
        deliveries.setdefault(one.notice.pk, []).append(one)
    return [_show(request, actor, row, acknowledged.get(row.key, ()), deliveries.get(row.pk, [])) for row in rows]


def _read_unraised(request: HttpRequest) -> list[NoticeRow]:
    """What the outbox has not read yet: shown all the same, so that nothing hangs on it."""
    box = Outbox.objects.first()
    known = set(NoticeRow.objects.values_list("key", flat=True)) if box else set()
    found: dict[str, NoticeRow] = {}
    for one in read_new(box.position if box else 0):
        if one.key not in known and (trial.get_sight(request).arms or one.kind is not NoticeKind.DOSE):
            text = one.text or (found[one.key].text if one.key in found else "")
            found[one.key] = NoticeRow(
                key=one.key, kind=one.kind.value, site=one.site, participant=one.participant, text=text,
                position=one.position, raised_at=parse_at(one.at),
            )  # fmt: skip
    return sorted(found.values(), key=lambda row: row.raised_at, reverse=True)[:MOST]


def _show(request: HttpRequest, actor: Actor, row: NoticeRow, by: tuple[str, ...], sent: list[Delivery]) -> Shown:
    sight = trial.get_sight(request)
    told = sight.participants and (sight.arms or row.kind not in _TELLING)
    told = actor.role in _OF_ROLES.get(NoticeKind(row.kind), frozenset()) if row.kind in _OF_ROLES else told
    if row.kind == NoticeKind.FLAG and sight.site and f"{sight.site}-" not in row.text and "(" in row.text:
        told = False  # another site's participant
    return Shown(
        row, by, tuple(sent), is_mine(actor, row), _find_address(row) if told else "", row.participant if told else "",
        _render_text(row, get_language(request)) if told else "",
    )  # fmt: skip


def _render_text(row: NoticeRow, language: str) -> str:
    if row.kind == NoticeKind.LIMIT:
        label = trial.get_definition().label(f"quality.{row.key.split(':')[1]}", language)
        return render_text("notices.crossed", language, limit=label, percent=row.text)
    return row.text


def _find_address(row: NoticeRow) -> str:
    parts: dict[str, Any] = {"code": row.participant}
    match NoticeKind(row.kind), row.key.rpartition(":")[2]:
        case NoticeKind.SERIOUS, number:
            return reverse("event", kwargs={**parts, "event": int(number)})
        case NoticeKind.CLOCK, about if about.startswith("s"):
            return reverse("situation", kwargs={**parts, "situation": int(about[1:])})
        case NoticeKind.CLOCK, number:
            return reverse("event", kwargs={**parts, "event": int(number)})
        case NoticeKind.SITUATION, number:
            return reverse("situation", kwargs={**parts, "situation": int(number)})
        case NoticeKind.FLAG, _:
            return reverse("board")
        case NoticeKind.APPROVAL, _:
            return reverse("site", kwargs={"site": row.site})
        case NoticeKind.DOSE, _:
            return reverse("doses", kwargs=parts)
        case NoticeKind.LIMIT, _:
            return reverse("quality")
        case NoticeKind.MISUSE, _:
            return reverse("people")
        case _:
            return reverse("participant", kwargs=parts)
