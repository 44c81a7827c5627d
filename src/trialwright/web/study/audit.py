"""The audit trail: every entry that the actor may see, filtered, with what it changed; and the same as a CSV file."""

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trialwright.capture.telling import TELLING, TELLING_DEVIATION, list_marks
from trialwright.definition.compiled import CompiledForm
from trialwright.definition.forms import ItemType
from trialwright.ledger import entries as e
from trialwright.ledger.envelope import REDACTION
from trialwright.ledger.free_text import list_free_texts
from trialwright.store.models import LedgerEntry
from trialwright.web import trial
from trialwright.web.exports import send_csv
from trialwright.web.study.changes import read_before
from trialwright.web.study.wording import describe_entry
from trialwright.web.written import read_day

MOST = 50
_FIELDS = ("participant", "act", "person", "since", "until")
_COLUMNS = ("position", "at", "participant", "act", "actor", "role", "site", "version", "payload")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filter, as typed; days that cannot be read are left out."""

    participant: str
    act: str
    person: str
    since: str
    until: str

    def render_query(self, **more: object) -> str:
        """The filter as a query string."""
        said = {name: getattr(self, name) for name in _FIELDS if getattr(self, name)}
        return urlencode({**said, **more})


def show_trail(request: HttpRequest) -> HttpResponse:
    """The latest entries of the filter, 50 at a time."""
    wanted = read_wanted(request)
    before = request.GET.get("before", "")
    found = find_entries(request, wanted)
    if before.isdecimal() and len(before) < 16:
        found = found.filter(position__lt=int(before))
    rows: list[dict[str, Any]] = list(found.order_by("-position").values(*_COLUMNS, "salt")[: MOST + 1])
    shown = rows[:MOST]
    before_them = read_before(shown, find_entries(request, Wanted("", "", "", "", "")))
    language = request.language  # type: ignore[attr-defined]
    for row in shown:
        old, payload = before_them.get(row["position"], ""), row.pop("payload")
        row["has_text"] = _has_typed(row["act"], payload)
        told = describe_entry(row["act"], payload, old, row["site"], language)
        row["said"] = replace(told, is_redacted=not row.pop("salt"))
    context = {
        "rows": shown,
        "wanted": wanted,
        "acts": _list_acts(request),
        "older": wanted.render_query(before=shown[-1]["position"]) if len(rows) > MOST else "",
        "newest": wanted.render_query() if before else "",
        "query": wanted.render_query(),
        "is_filtered": bool(wanted.render_query()),
        "may_redact": not trial.check_may(request, "redact"),
        "may_ask": not trial.check_may(request, "ask_redaction"),
    }
    return render(request, "study/audit.html", context)


def export(request: HttpRequest) -> HttpResponse:
    """Every entry of the filter as CSV, oldest first; a POST, because who took the file is noted in the ledger."""
    if request.method != "POST":
        return redirect("audit")
    wanted = read_wanted(request)
    rows = find_entries(request, wanted).order_by("position").values_list(*_COLUMNS)
    return send_csv(request, "audit", _COLUMNS, rows.iterator(chunk_size=2000), wanted.render_query())


def read_wanted(request: HttpRequest) -> Wanted:
    """The filter of a request."""
    texts = {name: request.GET.get(name, "").strip()[:80] for name in _FIELDS}
    for name in ("since", "until"):
        texts[name] = read_day(texts, name)
        try:
            date.fromisoformat(texts[name])
        except ValueError:
            texts[name] = ""
    return Wanted(**texts)


def find_entries(request: HttpRequest, wanted: Wanted) -> QuerySet[LedgerEntry, LedgerEntry]:
    """The entries that the actor may see and wants: a site's people see what happened at their site, and no arm where
    they are masked."""
    sight = trial.get_sight(request)
    found = LedgerEntry.objects.filter(site=sight.site) if sight.site else LedgerEntry.objects.all()
    if not sight.arms:
        found = found.exclude(_find_telling())
    for name, column in (("participant", "participant"), ("act", "act"), ("person", "actor")):
        if text := getattr(wanted, name):
            found = found.filter(**{column: text})
    if wanted.since:
        found = found.filter(at__gte=wanted.since)
    if wanted.until:
        found = found.filter(at__lt=(date.fromisoformat(wanted.until) + timedelta(days=1)).isoformat())
    return found


def _find_telling() -> Q:
    """The entries that tell an arm: by their act, by a dosing form, by a visit that one arm alone has."""
    deviation, word = TELLING_DEVIATION
    telling = Q(act__in=TELLING) | Q(act=deviation, payload__contains=word)
    telling |= Q(act=REDACTION, payload__contains=f'"of":"{deviation}"') & Q(payload__contains=word)
    for mark in list_marks(trial.get_definition()):
        telling |= Q(payload__contains=mark)
    return telling


def _has_typed(act: str, payload: str) -> bool:
    """Whether a person typed words into an entry: codes and numbers of a form, in which no name can stand, do not count."""
    said = json.loads(payload) if payload else {}
    form = trial.get_definition().forms.get(said.get("form", "")) if act == e.FormRecorded.act else None
    for path in list_free_texts(act, said):
        name, _, item = path.partition(".")
        if form is None or name != "values" or is_typed(form, item):
            return bool(said)
    return False


def is_typed(form: CompiledForm, item: str) -> bool:
    """Whether an item of a form is a text that a person types."""
    return item not in form.items or form.items[item].type is ItemType.TEXT


def _list_acts(request: HttpRequest) -> list[str]:
    hidden = frozenset() if trial.get_sight(request).arms else TELLING
    return sorted(act for act in e.KINDS if act not in hidden)
