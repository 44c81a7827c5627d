"""Deviations: all of them by site with what was made of each, and those of one participant to be assessed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trialwright.capture.assess import AssessDeviation
from trialwright.ledger.entries import DeviationNoted
from trialwright.ledger.oversight import Assessed, compute_deviation_name
from trialwright.ledger.subject import SubjectState
from trialwright.store.models import Participant
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms.show import get_language
from trialwright.web.home.work import find_deviations
from trialwright.web.participants.one import describe_person
from trialwright.web.written import read_day

MOST = 300
_TEXTS = ("cause", "corrective", "preventive", "owner")


@dataclass(frozen=True, slots=True)
class Row:
    """A deviation with its name and its assessment."""

    participant: str
    site: str
    name: str
    code: str
    encounter: str
    text: str
    assessed: Assessed | None


def show_all(request: HttpRequest) -> HttpResponse:
    """Every deviation that the actor may see: those to be assessed first, or (``important=1``) the important ones."""
    rows = list(_list_rows(request))
    wanted = request.GET.get("show", "")
    shown = [one for one in rows if _is_shown(one, wanted)]
    context = {
        "rows": shown[:MOST], "count": len(shown), "is_cut": len(shown) > MOST, "wanted": wanted,
        "open": sum(one.assessed is None for one in rows),
        "important": sum(bool(one.assessed and one.assessed.entry.important == "Y") for one in rows),
    }  # fmt: skip
    return render(request, "monitoring/deviations.html", context)


def _is_shown(row: Row, wanted: str) -> bool:
    if wanted == "important":
        return bool(row.assessed and row.assessed.entry.important == "Y")
    return row.assessed is None or wanted == "all"


def _list_rows(request: HttpRequest) -> Iterator[Row]:
    assessed = trial.load_study(request).oversight.deviations
    place = dict(Participant.objects.filter(site__in=trial.list_sites(request)).values_list("code", "site"))
    rows = find_deviations(request).order_by("-position")
    for one in rows:
        if one.participant in place:
            name = compute_deviation_name(one.code, one.encounter, one.form)
            yield Row(
                one.participant, place[one.participant], name, one.code, one.encounter, "",
                assessed.get((one.participant, name)),
            )  # fmt: skip


def show_participant(request: HttpRequest, code: str) -> HttpResponse:
    """The deviations of a participant, each with its assessment and the way to make one."""
    state = trial.load_subject(request, code)
    shown: tuple[DeviationNoted, ...] = describe_person(request, state).deviations
    names = {compute_deviation_name(one.code, one.encounter, one.form): one for one in shown}
    refusal, posted = None, request.POST
    if request.method == "POST":
        done = _assess(request, state, set(names))
        if not isinstance(done, Refusal):
            messages.success(request, render_text("monitoring.saved", get_language(request)))
            return redirect("participant_deviations", code=code)
        refusal = done
    assessed = trial.load_study(request).oversight.deviations
    context = {
        "subject": state, "refusal": refusal, "posted": posted,
        "rows": [
            Row(code, state.site, name, one.code, one.encounter, one.text, assessed.get((code, name)))
            for name, one in names.items()
        ],
        "may": not trial.check_may(request, "assess_deviation", state.site),
    }  # fmt: skip
    return render(request, "monitoring/participant.html", context, status=422 if refusal else 200)


def _assess(request: HttpRequest, state: SubjectState, names: set[str]) -> Any:
    posted = request.POST
    name = posted.get("deviation", "")
    if name not in names or posted.get("important") not in ("Y", "N"):
        raise Http404
    texts = {key: posted.get(key, "").strip()[:2000] for key in _TEXTS}
    return trial.perform(
        request,
        AssessDeviation(
            state.participant, name, posted["important"] == "Y", texts["cause"], texts["corrective"],
            texts["preventive"], texts["owner"], read_day(posted, "due"),
        ),
    )  # fmt: skip
