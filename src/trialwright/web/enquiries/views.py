"""The log of enquiries: the latest first, those to be answered on top; a form for one more; printable."""

import json
from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trialwright.capture.enquiry import Caller, Channel, LogEnquiry, Topic
from trialwright.ledger.entries_oversight import EnquiryLogged
from trialwright.store.models import LedgerEntry
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms.show import get_language
from trialwright.web.written import read_day

MOST = 200


def show(request: HttpRequest) -> HttpResponse:
    """The log; POST writes an enquiry, or what became of one."""
    refusal = None
    if request.method == "POST":
        done = _log(request)
        if not isinstance(done, Refusal):
            messages.success(request, render_text("enquiries.saved", get_language(request)))
            return redirect("enquiries")
        refusal = done
    site = trial.get_actor(request).site
    rows = list_enquiries(request)
    context = {
        "rows": rows, "refusal": refusal, "posted": request.POST, "today": trial.compute_today(site),
        "may": not trial.check_may(request, "log_enquiry", site), "sites": trial.list_sites(request),
        "channels": list(Channel), "callers": list(Caller), "topics": list(Topic),
        "counts": Counter(row["subject"] for row in rows).most_common(),
        "waiting": sum(row.get("is_settled") == "N" for row in rows),
    }  # fmt: skip
    return render(request, "enquiries/enquiries.html", context, status=422 if refusal else 200)


def list_enquiries(request: HttpRequest) -> list[dict[str, Any]]:
    """Each enquiry as it stands, those that wait for an answer first, then the latest; one statement."""
    found: dict[int, dict[str, Any]] = {}
    entries = LedgerEntry.objects.filter(act=EnquiryLogged.act, participant="").order_by("position")
    own = trial.get_actor(request).site
    for payload, actor, at in entries.values_list("payload", "actor", "at"):
        said = json.loads(payload) if payload else {}
        if said and (not own or said.get("site", "") == own):
            found[said["number"]] = {"is_settled": "Y", **said, "actor": actor, "at": at}
    order = sorted(found.values(), key=lambda row: (row["is_settled"] == "Y", -row["number"]))
    return order[:MOST]


def _log(request: HttpRequest) -> Any:
    posted = request.POST
    number = posted.get("number", "")
    codes = (posted.get("channel"), posted.get("caller"), posted.get("topic"))
    if any(code not in kind.__members__ for code, kind in zip(codes, (Channel, Caller, Topic), strict=True)):
        raise Http404
    if number and number not in {str(row["number"]) for row in list_enquiries(request)}:
        raise Http404
    return trial.perform(
        request,
        LogEnquiry(
            read_day(posted, "on"), Channel(posted["channel"]), Caller(posted["caller"]), Topic(posted["topic"]),
            posted.get("question", "").strip()[:2000], posted.get("answer", "").strip()[:2000],
            "waiting" not in posted, int(number or 0),
        ),
    )  # fmt: skip
