"""What is to be done: every action with who does it until when, and what became of it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trialwright.capture.actions import ActionStatus, ChangeAction, OpenAction
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms.show import get_language
from trialwright.web.monitoring.views import list_actions, list_reports
from trialwright.web.written import read_day

SPONSOR = "*"
"""Stands for no site: something that the sponsor does."""


def show(request: HttpRequest) -> HttpResponse:
    """The list; POST opens an action or says what became of one."""
    refusal = None
    if request.method == "POST":
        done = _open(request) if request.POST.get("step") == "open" else _change(request)
        if not isinstance(done, Refusal):
            messages.success(request, render_text("monitoring.saved", get_language(request)))
            return redirect("actions")
        refusal = done
    site = trial.get_actor(request).site
    today = trial.compute_today(site).isoformat()
    rows = [(one, one.is_late(today)) for one in list_actions(request)]
    context = {
        "rows": rows, "refusal": refusal, "posted": request.POST, "sites": trial.list_sites(request), "sponsor": SPONSOR,
        "reports": list_reports(request), "report": request.POST.get("report", request.GET.get("report", "")),
        "may": {act: not trial.check_may(request, act, site) for act in ("open_action", "finish_action", "close_action")},
    }  # fmt: skip
    return render(request, "monitoring/actions.html", context, status=422 if refusal else 200)


def _open(request: HttpRequest) -> Any:
    texts = {name: request.POST.get(name, "").strip()[:2000] for name in ("site", "text", "owner", "report")}
    if texts["site"] not in (*trial.list_sites(request), SPONSOR):
        raise Http404
    site = "" if texts["site"] == SPONSOR else texts["site"]
    participant = request.POST.get("participant", "").strip()[:30]
    return trial.perform(
        request,
        OpenAction(site, texts["text"], texts["owner"], read_day(request.POST, "due"), texts["report"], participant),
    )


def _change(request: HttpRequest) -> Any:
    status, name = request.POST.get("step", ""), request.POST.get("action", "")
    if status not in ActionStatus.__members__ or name not in {one.opened.action for one in list_actions(request)}:
        raise Http404
    return trial.perform(request, ChangeAction(name, ActionStatus(status), request.POST.get("text", "").strip()[:2000]))
