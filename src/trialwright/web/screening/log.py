"""The screening log: everybody who was screened, counted by criterion and reason; no name, no date of birth, no code."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trialwright.definition.compiled import Definition
from trialwright.ledger.entries import ConsentRefused, Screened
from trialwright.store.models import LedgerEntry, Participant
from trialwright.web import trial
from trialwright.web.screening.verdicts import compute_tone

_WAY = ("SCREENED", "CONSENTED", "ENROLLED")
_MOST = 100


@dataclass(frozen=True, slots=True)
class LogRow:
    """How often a criterion kept somebody out, and how often it was unknown at the latest screening."""

    id: str
    kind: str
    bad: int
    unknown: int


def show_log(request: HttpRequest) -> HttpResponse:
    """Who is on the way in, and the log."""
    sites = trial.list_sites(request)
    entries = _read(sites)
    latest: dict[str, dict[str, Any]] = {}
    refusals: Counter[str] = Counter()
    for code, act, payload in entries:
        if act == Screened.act:
            latest[code] = json.loads(payload).get("verdicts", {}) if payload else {}
        elif payload:
            refusals[json.loads(payload).get("reason", "").strip()] += 1
    context = {
        "on_the_way": _list_on_the_way(sites, latest),
        "rows": count_criteria(trial.get_definition(), list(latest.values())),
        "refusals": refusals.most_common(),
        "counts": _count_people(sites),
        "sites": sites,
        "may_screen": not trial.check_may(request, "screen", trial.get_actor(request).site),
    }
    return render(request, "screening/log.html", context)


def _read(sites: list[str]) -> list[tuple[str, str, str]]:
    entries = LedgerEntry.objects.filter(act__in=(Screened.act, ConsentRefused.act), site__in=sites)
    return list(entries.order_by("position").values_list("participant", "act", "payload"))


def count_criteria(definition: Definition, screenings: list[dict[str, Any]]) -> list[LogRow]:
    """One row a criterion, from the verdicts of the latest screening of each person."""
    rows = []
    for one in definition.criteria:
        criterion = one.criterion
        tones = Counter(compute_tone(criterion.kind, said.get(criterion.id, "UNKNOWN")) for said in screenings)
        rows.append(LogRow(criterion.id, criterion.kind, tones["bad"], tones["warn"]))
    return rows


def _count_people(sites: list[str]) -> dict[str, int]:
    """How many were screened, refused, enrolled; one statement."""
    people = list(Participant.objects.filter(site__in=sites).values_list("status", "allocated_at"))
    statuses = Counter(status for status, _ in people)
    return {
        "screened": len(people),
        "refused": statuses["REFUSED"],
        "allocated": sum(bool(at) for _, at in people),
        "waiting": sum(statuses[one] for one in _WAY),
    }


def _list_on_the_way(sites: list[str], latest: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    kinds = {one.criterion.id: one.criterion.kind for one in trial.get_definition().criteria}
    rows = Participant.objects.filter(site__in=sites, status__in=_WAY).order_by("-position")
    found = []
    for row in rows.values("code", "site", "status", "at")[:_MOST]:
        tones = {
            key: compute_tone(kind, latest.get(row["code"], {}).get(key, "UNKNOWN")) for key, kind in kinds.items()
        }
        row["bad"] = [key for key, tone in tones.items() if tone == "bad"]
        row["unknown"] = [key for key, tone in tones.items() if tone == "warn"]
        found.append(row)
    return found
