"""One participant as the record stood at a moment of the past."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trialwright.capture.values import parse_moment
from trialwright.capture.visits import list_telling_forms
from trialwright.ledger.envelope import render_at
from trialwright.ledger.subject import SubjectState
from trialwright.store.models import LedgerEntry
from trialwright.web import trial
from trialwright.web.study.facts import render_items
from trialwright.web.written import read_local


def show_as_of(request: HttpRequest, code: str) -> HttpResponse:
    """The participant as of ``at`` (the site's own time); as of now where none is given."""
    row = trial.find_participant(request, code)
    zone = ZoneInfo(trial.get_definition().sites[row.site].time_zone)
    moment, wrong = _read_moment(read_local(request.GET, "at"), zone)
    # One statement; a search over all positions would take more the longer the ledger is.
    found = LedgerEntry.objects.filter(participant=code, at__lte=render_at(moment)).aggregate(last=Max("position"))
    state = trial.load_subject(request, code, found["last"] or 0) if found["last"] else SubjectState(code)
    context = {
        "subject": state, "code": code, "site": row.site, "wrong": wrong, "at": f"{moment.astimezone(zone):%Y-%m-%d %H:%M}",
        "forms": _list_forms(request, state), "sees_arm": trial.get_sight(request).arms, "position": found["last"] or 0,
    }  # fmt: skip
    return render(request, "study/as_of.html", context, status=400 if wrong else 200)


def _read_moment(text: str, zone: ZoneInfo) -> tuple[datetime, bool]:
    if not text:
        return trial.read_clock(), False
    try:
        return parse_moment(text).replace(tzinfo=zone), False
    except ValueError:
        return trial.read_clock(), True


def _list_forms(request: HttpRequest, state: SubjectState) -> list[dict[str, Any]]:
    """The forms as they stood, in the study's words; dosing forms and visits of one arm only for those who see arms."""
    definition, sight = trial.get_definition(), trial.get_sight(request)
    language = request.language  # type: ignore[attr-defined]
    hidden = set() if sight.arms else {one.id for one in definition.encounters.values() if one.only}
    telling = frozenset() if sight.arms else list_telling_forms(definition)
    rows = []
    for (encounter, form, repeat), version in state.forms.items():
        if encounter in hidden or form in telling:
            continue
        recorded = version.recorded
        told = render_items(definition, form, recorded.values, recorded.missing, language)
        rows.append(
            {
                "encounter": encounter, "form": form, "repeat": repeat, "at": version.at, "actor": version.actor,
                "revision": recorded.revision,
                "values": [
                    (definition.label(f"forms.{form}.items.{name}", language), text) for name, text in told.items()
                ],
            }
        )  # fmt: skip
    order = {name: number for number, name in enumerate(definition.encounters)}
    return sorted(rows, key=lambda row: order.get(row["encounter"], len(order)))
