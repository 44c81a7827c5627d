"""The search for a CTCAE term as one types: only what the study's version has."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trialwright.web.forms.events import load_table

_MOST = 12


def search_terms(request: HttpRequest) -> HttpResponse:
    """The terms that match what was typed so far, with the grades that each has."""
    text = (request.GET.get("q") or request.GET.get("v.term") or "")[:100]
    table = load_table()
    context = {"hits": table.search(text, limit=_MOST), "text": text, "version": table.version}
    name = "forms/terms_part.html" if request.headers.get("HX-Request") else "forms/terms.html"
    return render(request, name, context)
