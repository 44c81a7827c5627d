"""One reportable situation: what happened, its clocks, the reports about it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trialwright.capture.situation_details import DETAILS
from trialwright.safety.clock_overview import list_clocks
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms.places import compute_site_now
from trialwright.web.forms.show import get_language
from trialwright.web.safety.events import list_rules
from trialwright.web.safety.posted import make_report


def show_situation(request: HttpRequest, code: str, situation: int) -> HttpResponse:
    """The situation with its clocks; POST records a report that was sent about it."""
    state, refusal = trial.load_subject(request, code), None
    found = next((one for one in state.safety.situations if one.number == situation), None)
    if found is None:
        raise Http404
    if request.method == "POST":
        result = trial.perform(request, make_report(request, code, state.site, 0, situation))
        if not isinstance(result, Refusal):
            messages.success(request, render_text("safety.saved", get_language(request)))
            return redirect("situation", code=code, situation=situation)
        refusal = result
    clocks = list_clocks(trial.get_definition(), state, trial.read_clock())
    mine = [one for one in clocks if one.situation == situation]
    context = {
        "subject": state, "situation": found, "refusal": refusal, "posted": request.POST,
        "clocks": mine,
        "details": [
            (one, found.details[one.id]) for one in DETAILS.get(found.kind, ()) if one.id in found.details
        ],
        "reports": [one for one in state.safety.reports if one.situation == situation], "rules": list_rules(mine),
        "site_now": compute_site_now(state.site),
        "may_report": not trial.check_may(request, "record_report", state.site),
    }  # fmt: skip
    return render(request, "safety/situation.html", context, status=422 if refusal else 200)
