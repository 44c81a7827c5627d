"""Participants × visits, and one participant."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trialwright.store.models import Participant
from trialwright.web import trial
from trialwright.web.links import find_participant_address
from trialwright.web.page import WARD
from trialwright.web.participants.matrix import LEGEND, STATUSES, Filter, load_matrix
from trialwright.web.participants.one import describe_person

WAY_STEPS = {"SCREENED": "person.step_consent", "CONSENTED": "person.step_enrol", "ENROLLED": "person.step_allocate"}
"""What comes next for those who are not in the study yet."""


def show_matrix(request: HttpRequest) -> HttpResponse:
    """A window of the matrix; a whole code leads straight to its participant."""
    chosen = Filter.read(request)
    if "-" in chosen.code and Participant.objects.filter(code=chosen.code, site__in=trial.list_sites(request)).exists():
        return redirect(find_participant_address(chosen.code))
    context = {
        "matrix": load_matrix(request, chosen),
        "chosen": chosen,
        "legend": LEGEND,
        "statuses": STATUSES,
        "sites": trial.list_sites(request),
        "arms": list(trial.get_definition().arms),
    }
    return render(request, "participants/matrix.html", context)


def show_participant(request: HttpRequest, code: str) -> HttpResponse:
    """One participant."""
    state = trial.load_subject(request, code)
    context = {
        "subject": state, "person": describe_person(request, state),
        "may_write": trial.get_actor(request).role in WARD, "way_step": WAY_STEPS.get(state.status, ""),
    }  # fmt: skip
    return render(request, "participants/participant.html", context)
