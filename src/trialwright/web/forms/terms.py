"""The search for a CTCAE term as one types: only what the study's version has, in Chinese too where it was added."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trialwright.web.forms.events import load_table
from trialwright.web.forms.wording import find_translations

_MOST = 12


def search_terms(request: HttpRequest) -> HttpResponse:
    """The terms that match what was typed so far, with the grades that each has."""
    text = (request.GET.get("q") or request.GET.get("v.term") or "")[:100]
    table = load_table()
    translations = find_translations(table.version, "zh")
    hits = [(one, translations.get(one.code, "")) for one in table.search(text, translations, limit=_MOST)]
    context = {"hits": hits, "text": text, "version": table.version}
    name = "forms/terms_part.html" if request.headers.get("HX-Request") else "forms/terms.html"
    return render(request, name, context)
