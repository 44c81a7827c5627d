"""The overview: each site's plan, when it was visited and when it is due, what is open; reports and limits at a glance."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trialwright.capture.monitoring import PlanMonitoring, Risk
from trialwright.ledger.entries_oversight import MonitoringPlanned
from trialwright.ledger.oversight import Action, OversightState, Report
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms.show import get_language


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A site: its plan, the last visit, the next one, and what is open there."""

    site: str
    plan: MonitoringPlanned | None
    last: str
    due: str
    is_due: bool
    open: int
    late: int
    unassessed: int


def show(request: HttpRequest) -> HttpResponse:
    """The page; POST plans the monitoring of a site."""
    refusal, posted = None, request.POST
    if request.method == "POST":
        done = _plan(request)
        if not isinstance(done, Refusal):
            messages.success(request, render_text("monitoring.saved", get_language(request)))
            return redirect("monitoring")
        refusal = done
    study, sites = trial.load_study(request), trial.list_sites(request)
    site = posted.get("site", request.GET.get("site", ""))
    plan = study.oversight.plans.get(site)
    context: dict[str, Any] = {
        "lines": [_make_line(request, site, trial.compute_today(site)) for site in sites],
        "reports": list_reports(request), "refusal": refusal, "posted": posted, "plan": plan, "planned_site": site,
        "may_plan": not trial.check_may(request, "plan_monitoring"), "risks": list(Risk),
        "may_report": not trial.check_may(request, "report_monitoring"), "sites": sites,
        "sees_numbers": not trial.get_actor(request).site, "forms": list(trial.get_definition().forms),
    }  # fmt: skip
    return render(request, "monitoring/overview.html", context, status=422 if refusal else 200)


def _plan(request: HttpRequest) -> Any:
    posted = request.POST
    if posted.get("risk") not in Risk.__members__ or posted.get("site") not in trial.list_sites(request):
        raise Http404
    every = posted.get("every_days", "")
    always = tuple(one for one in posted.getlist("always") if one in trial.get_definition().forms)
    return trial.perform(
        request,
        PlanMonitoring(
            posted["site"], Risk(posted["risk"]), int(every) if every.isdecimal() and len(every) < 5 else 0,
            posted.get("share", "").strip()[:10], posted.get("rationale", "").strip()[:2000], always,
        ),
    )  # fmt: skip


def list_reports(request: HttpRequest) -> list[Report]:
    """The reports that the actor may see, the latest first: a site's people see their own, once it is signed."""
    sites, is_site = trial.list_sites(request), bool(trial.get_actor(request).site)
    found = trial.load_study(request).oversight.reports.values()
    seen = [one for one in found if one.reported.site in sites and (one.valid or not is_site)]
    return sorted(seen, key=lambda one: (one.reported.on, one.at), reverse=True)


def list_actions(request: HttpRequest) -> list[Action]:
    """The actions that the actor may see, the open ones by day first."""
    sites, is_site = trial.list_sites(request), bool(trial.get_actor(request).site)
    found = trial.load_study(request).oversight.actions.values()
    seen = [one for one in found if one.opened.site in sites or not (one.opened.site or is_site)]
    order = {"OPEN": 0, "DONE": 1, "CLOSED": 2}
    return sorted(seen, key=lambda one: (order[one.status], one.opened.due, one.opened.action))


def _make_line(request: HttpRequest, site: str, today: date) -> SiteLine:
    oversight = trial.load_study(request).oversight
    plan, last = oversight.plans.get(site), _find_last(oversight, site)
    due = (date.fromisoformat(last) + timedelta(days=plan.every_days)).isoformat() if plan and last else ""
    own = [one for one in oversight.actions.values() if one.opened.site == site]
    return SiteLine(
        site, plan, last, due, bool(plan) and (not last or due < today.isoformat()),
        sum(one.status == "OPEN" for one in own), sum(one.is_late(today.isoformat()) for one in own),
        sum(one.status == "DONE" for one in own),
    )  # fmt: skip


def _find_last(oversight: OversightState, site: str) -> str:
    return max((one.reported.on for one in oversight.reports.values() if one.reported.site == site), default="")
