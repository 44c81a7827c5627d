"""One reportable situation: what happened, what was told of it before, its clocks, the reports about it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trialwright.capture.situation import AmendSituation, Situation
from trialwright.capture.situation_details import DETAILS, Detail
from trialwright.capture.sponsors_part import RecordReport
from trialwright.ledger.entries_safety import SituationAmended, SituationReported
from trialwright.ledger.subject import SubjectState
from trialwright.safety.clock_overview import list_clocks
from trialwright.safety.subject_events import compute_subject_events
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms.places import compute_site_now
from trialwright.web.forms.show import get_language
from trialwright.web.safety.events import list_parts, list_rules
from trialwright.web.safety.posted import check_times, make_amendment, make_report

_TELLING = frozenset({"product", "amount_planned", "amount_given", "exposure"})
"""Details that may tell who was given what."""


def show_situation(request: HttpRequest, code: str, situation: int) -> HttpResponse:
    """The situation with its clocks; POST amends it (``step=amend``) or records a report that was sent about it."""
    state, refusal = trial.load_subject(request, code), None
    if situation not in state.safety.told:
        raise Http404
    if request.method == "POST":
        result = check_times(request) or trial.perform(request, _make_command(request, state, situation))
        if not isinstance(result, Refusal):
            messages.success(request, render_text("safety.saved", get_language(request)))
            return redirect("situation", code=code, situation=situation)
        refusal = result
    context = {"refusal": refusal, "posted": request.POST, **_describe(request, state, situation)}
    return render(request, "safety/situation.html", context, status=422 if refusal else 200)


def _make_command(request: HttpRequest, state: SubjectState, situation: int) -> AmendSituation | RecordReport:
    if request.POST.get("step") == "amend":
        return make_amendment(request, state.participant, situation)
    return make_report(request, state.participant, state.site, 0, situation)


def _describe(request: HttpRequest, state: SubjectState, situation: int) -> dict[str, Any]:
    definition = trial.get_definition()
    found = next(one for one in state.safety.situations if one.number == situation)
    clocks = [one for one in list_clocks(definition, state, trial.read_clock()) if one.situation == situation]
    said = {name: request.POST.get(name, "") for name in request.POST}
    shown = said if said.get("step") == "amend" else _write(found)
    told = state.safety.told[situation]
    return {
        "subject": state, "situation": found, "details": _list_details(request, found), "clocks": clocks,
        "history": [
            {"at": one.at, "by": one.by, "entry": one.entry, "told": _list_details(request, one.entry)} for one in told
        ],
        "shown": shown, "kinds": list(Situation), "parts": list_parts(shown),
        "all_events": compute_subject_events(definition, state),
        "reports": [one for one in state.safety.reports if one.situation == situation], "rules": list_rules(clocks),
        "is_report_due": any(one.is_due for one in clocks),
        "site_now": compute_site_now(state.site),
        "may_report": not trial.check_may(request, "record_report", state.site),
        "may_amend": trial.get_sight(request).arms and not trial.check_may(request, "amend_situation", state.site),
    }  # fmt: skip


def _list_details(request: HttpRequest, told: SituationReported | SituationAmended) -> list[tuple[Detail, str]]:
    arms = trial.get_sight(request).arms
    asked = [one for one in DETAILS.get(told.kind, ()) if one.id in told.details]
    return [(one, told.details[one.id]) for one in asked if arms or one.id not in _TELLING]


def _write(told: SituationReported) -> dict[str, str]:
    """A situation as the fields of its form."""
    return {
        "kind": told.kind, "on": told.on, "aware_date": told.aware_at[:10],
        "aware_time": told.aware_at[11:16], "text": told.text, "event": str(told.event),
        **{f"{told.kind}.{name}": text for name, text in told.details.items()},
    }  # fmt: skip
