"""The CIOMS I form and the E2B(R3) message of a serious event, from the one record."""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from trialwright.report.safety_cioms import render_cioms_pdf
from trialwright.safety.case import SafetyCase, check_case
from trialwright.safety.e2b import Transmission, render_e2b
from trialwright.safety.subject_case import Reporting, compute_case
from trialwright.vocabulary.findings import Severity
from trialwright.web import trial
from trialwright.web.exports import send_file
from trialwright.web.forms.show import get_language
from trialwright.web.safety.events import find_event
from trialwright.web.sentences.say import say

_RECEIVER = "RECEIVER"
"""Stands for the identifier that sender and authority have agreed on."""


def send_cioms(request: HttpRequest, code: str, event: int) -> HttpResponse:
    """The CIOMS I form as PDF, in the language of the person's pages."""
    case = _compute_case(request, code, event)
    if request.method != "POST":
        return redirect("event", code=code, event=event)
    case = replace(case, created=case.created.replace(microsecond=0))  # a PDF is dated to the second
    purpose = trial.get_running().purpose
    content = render_cioms_pdf(case, language=get_language(request), band="" if purpose == "PRODUCTION" else purpose)
    return send_file(request, "cioms", content, f"cioms-{code}-{event}.pdf", "application/pdf")


def send_e2b(request: HttpRequest, code: str, event: int) -> HttpResponse:
    """The E2B(R3) message as XML; what keeps it from being sent is told in place of it."""
    case = _compute_case(request, code, event)
    if request.method != "POST":
        return redirect("event", code=code, event=event)
    errors = [one for one in check_case(case) if one.severity is Severity.ERROR]
    if errors:
        told = [replace(one, message=say(one.message, get_language(request))) for one in errors]
        return HttpResponse("\n".join(map(str, told)), content_type="text/plain; charset=utf-8", status=409)
    now = trial.read_clock()
    batch = f"{trial.get_definition().id}-{code}-{event}-{now:%Y%m%d%H%M%S}"
    message = render_e2b(case, Transmission(batch, case.sender.organisation, _RECEIVER, now))
    return send_file(request, "e2b", message, f"e2b-{code}-{event}.xml", "application/xml")


def _compute_case(request: HttpRequest, code: str, event: int) -> SafetyCase:
    """The case of a serious event; Http404 for another."""
    state = trial.load_subject(request, code)
    found = find_event(state, event)
    if not found.is_serious or not trial.get_sight(request).arms or event not in state.safety.revisions:
        raise Http404
    return compute_case(trial.get_definition(), state, event, Reporting(trial.read_clock()))
