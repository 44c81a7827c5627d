"""The search for a CTCAE term as one types: only what the study's version has, in Chinese too where it was added."""

import json
from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trialwright.ledger.entries import FormRecorded
from trialwright.store.models import LedgerEntry
from trialwright.web import trial
from trialwright.web.forms.events import load_table
from trialwright.web.forms.wording import find_translations

_MOST = 12
_LOOKED_AT = 500
"""So many reports, the latest, are counted for the terms that the study meets most."""


def search_terms(request: HttpRequest) -> HttpResponse:
    """The terms that match what was typed so far, with the grades that each has."""
    text = (request.GET.get("q") or request.GET.get("v.term") or "")[:100]
    table = load_table()
    translations = find_translations(table.version, "zh")
    hits = [(one, translations.get(one.code, "")) for one in table.search(text, translations, limit=_MOST)]
    usual = [] if text or request.headers.get("HX-Request") else _list_usual(request)
    context = {"hits": hits, "text": text, "version": table.version, "usual": usual}
    name = "forms/terms_part.html" if request.headers.get("HX-Request") else "forms/terms.html"
    return render(request, name, context)


def _list_usual(request: HttpRequest) -> list[str]:
    """The terms reported most often at the sites that the actor may see; one statement."""
    rows = LedgerEntry.objects.filter(act=FormRecorded.act, site__in=trial.list_sites(request))
    told = (
        rows.filter(payload__contains='"form":"adverse_event"').order_by("-position").values_list("payload", flat=True)
    )
    terms = (json.loads(one)["values"].get("term", "") for one in told[:_LOOKED_AT])
    return [term for term, _ in Counter(one for one in terms if one).most_common(_MOST)]
