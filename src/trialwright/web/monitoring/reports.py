"""The report of a monitoring visit: prepared by the monitor, signed, reviewed and signed by the sponsor; printable."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from trialwright.capture.monitoring import MEANINGS, TOPICS, ReportMonitoring, SignMonitoring, VisitKind
from trialwright.ledger.oversight import Report
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms.show import get_language
from trialwright.web.monitoring.views import list_actions, list_reports
from trialwright.web.signatures.proof import perform_signed
from trialwright.web.written import read_day

NEW = "new"
"""Stands in the address for a report that is not there yet."""


@sensitive_post_parameters("password")
def show(request: HttpRequest, report: str) -> HttpResponse:
    """One report; POST prepares or signs it."""
    held = next((one for one in list_reports(request) if one.reported.report == report), None)
    may_report = not trial.check_may(request, "report_monitoring")
    if held is None and not (report == NEW and may_report):
        raise Http404
    refusal = None
    if request.method == "POST":
        done = _sign(request, held) if request.POST.get("step") == "sign" and held else _prepare(request, held)
        if not isinstance(done, Refusal):
            messages.success(request, render_text("monitoring.saved", get_language(request)))
            name = report if held else f"M{len(trial.load_study(request).oversight.reports) + 1}"
            return redirect("monitoring_report", report=name)
        refusal = done
    context = {**_describe(request, held), "refusal": refusal, "may_report": may_report}
    return render(request, "monitoring/report.html", context, status=422 if refusal else 200)


def _prepare(request: HttpRequest, held: Report | None) -> Any:
    posted = request.POST
    if posted.get("kind") not in VisitKind.__members__:
        raise Http404
    findings = {topic: posted.get(f"topic.{topic}", "").strip()[:4000] for topic in TOPICS}
    people = tuple(one for one in posted.get("participants", "").replace(",", " ").split() if len(one) < 30)
    command = ReportMonitoring(
        posted.get("site", "")[:20], VisitKind(posted["kind"]), read_day(posted, "on"),
        {topic: text for topic, text in findings.items() if text}, people[:500], posted.get("people", "").strip()[:400],
        held.reported.report if held else "",
    )  # fmt: skip
    return trial.perform(request, command)


def _sign(request: HttpRequest, held: Report) -> Any:
    content = request.POST.get("content", "")[:64]
    return perform_signed(
        request, "sign_monitoring", lambda proved: SignMonitoring(held.reported.report, content, proved)
    )


def _describe(request: HttpRequest, held: Report | None) -> dict[str, Any]:
    actor, posted, told = trial.get_actor(request), request.POST, held.reported if held else None
    signed = {one.role for one in held.valid} if held else set()
    is_author = bool(held) and held.by == actor.person if held else True
    return {
        "report": held, "sites": trial.list_sites(request), "kinds": list(VisitKind),
        "topics": [
            (topic, posted.get(f"topic.{topic}", told.findings.get(topic, "") if told else "")) for topic in TOPICS
        ],
        "site": posted.get("site", told.site if told else request.GET.get("site", "")),
        "kind": posted.get("kind", told.kind if told else "ON_SITE"),
        "on": posted.get("on", told.on if told else trial.compute_today("").isoformat()),
        "people": posted.get("people", told.people if told else ""),
        "participants": posted.get("participants", ", ".join(told.participants) if told else ""),
        "can_edit": is_author and not signed and not trial.check_may(request, "report_monitoring"),
        "can_sign": bool(held) and not trial.check_may(request, "sign_monitoring") and actor.role.value not in signed
        and (is_author if actor.role.value == "MONITOR" else "MONITOR" in signed),
        "meaning": MEANINGS.get(actor.role, ""),
        "actions": [one for one in list_actions(request) if held and one.opened.report == held.reported.report],
    }  # fmt: skip
