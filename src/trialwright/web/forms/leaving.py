"""The ways out: leaving in one of its kinds, death, the end of follow-up."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trialwright.capture.leave import Complete, Die, Leave
from trialwright.vocabulary.codelists import DataFate, LeavingKind
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms.places import compute_site_now, find_address
from trialwright.web.forms.posted import clean
from trialwright.web.forms.show import get_language
from trialwright.web.written import read_day


def leave(request: HttpRequest, code: str) -> HttpResponse:
    """What is known of the way out, and the forms of the three acts: ``step`` leave, die or complete."""
    state = trial.load_subject(request, code)
    refusal = None
    if request.method == "POST":
        result = trial.perform(request, make_command(request, code))
        if not isinstance(result, Refusal):
            messages.success(request, render_text("leaving.done", get_language(request)))
            return redirect("leaving", code=code)
        refusal = result
    context = {
        "subject": state, "refusal": refusal, "posted": request.POST, "step": request.POST.get("step", ""),
        "kinds": list(LeavingKind), "data_fates": [DataFate.KEEP, DataFate.KEEP_NO_FURTHER_USE],
        "samples_fates": list(DataFate), "today": compute_site_now(state.site)[:10],
        "may_leave": not trial.check_may(request, "leave", state.site),
        "may_die": not trial.check_may(request, "die", state.site),
        "may_complete": not trial.check_may(request, "complete", state.site),
        "death_form": find_address(code, "", "death") if "death" in trial.get_definition().forms else "",
        "disposition_form": find_address(code, "", "disposition", 0) if "disposition" in trial.get_definition().forms else "",
    }  # fmt: skip
    return render(request, "forms/leaving.html", context, status=422 if refusal else 200)


def make_command(request: HttpRequest, code: str) -> Leave | Die | Complete:
    """The act that was asked for; Http404 for any other."""
    names = ("kind", "reason", "data_fate", "samples_fate", "cause", "source")
    said = {name: clean(request.POST.get(name, "")).strip() for name in names}
    match request.POST.get("step"):
        case "leave" if said["kind"] in LeavingKind.__members__:
            data, samples = (
                DataFate(said[one] if said[one] in DataFate.__members__ else "KEEP")
                for one in ("data_fate", "samples_fate")
            )
            return Leave(code, LeavingKind(said["kind"]), read_day(request.POST, "on"), said["reason"], data, samples)
        case "die":
            return Die(code, read_day(request.POST, "died_on"), said["cause"], said["source"])
        case "complete":
            return Complete(code, read_day(request.POST, "on"))
        case _:
            raise Http404
