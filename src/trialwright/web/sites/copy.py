"""The sealed copy of a site for its investigator: what it is, which were taken, and the file itself."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from trialwright.ledger.canonical import parse_canonical
from trialwright.ledger.entries_exports import DataExported
from trialwright.service.site_copy import WHAT, take_site_copy
from trialwright.store.models import LedgerEntry
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.exports import answer_with_file
from trialwright.web.forms.show import get_language

MOST = 50


def show(request: HttpRequest, site: str) -> HttpResponse:
    """The page; POST takes a copy, which is noted in the ledger and then sent."""
    if site not in trial.get_definition().sites or not trial.get_sight(request).covers(site):
        raise Http404
    refusal = None
    if request.method == "POST":
        done = take_site_copy(
            trial.get_running().trial, site, trial.get_actor(request), trial.read_clock(), get_language(request)
        )
        if not isinstance(done, Refusal):
            return answer_with_file(done[0], f"{trial.get_definition().id}-{site}-copy.zip", "application/zip")
        refusal = done
    context = {
        "site": site, "rows": list_copies(site), "refusal": refusal, "head": trial.read_head(request),
        "level": trial.load_study(request).release.locks.get(site, "OPEN"),
    }  # fmt: skip
    return render(request, "sites/copy.html", context, status=403 if refusal else 200)


@trial.see_study()
def list_copies(site: str) -> list[dict[str, Any]]:
    """The copies of a site that were taken, the latest first; one statement."""
    found = LedgerEntry.objects.filter(act=DataExported.act, payload__contains=f'"what":"{WHAT}"')
    found = found.filter(payload__contains=f'"filter":"{site} ').order_by("-position")[:MOST]
    return [
        {"at": one.at, "actor": one.actor, "position": one.position, "said": parse_canonical(one.payload)}
        for one in found
    ]
