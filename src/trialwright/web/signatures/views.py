"""Casebooks that wait for a signature, the signatures of a participant, and signing."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from trialwright.capture.list_queries import list_queries
from trialwright.capture.sign import MEANINGS, Scope, Sign, list_signed_forms
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms.places import ANY_TIME, find_address
from trialwright.web.forms.show import get_language, name_visit
from trialwright.web.queries.bulk import is_visible_form
from trialwright.web.signatures.held import SCOPES, find_sign_address, list_signatures, list_visits
from trialwright.web.signatures.proof import perform_signed
from trialwright.web.signatures.waiting import list_casebooks

MEANING_TEXTS = {
    Scope.FORM: "signatures.meaning_form",
    Scope.VISIT: "signatures.meaning_visit",
    Scope.CASEBOOK: "signatures.meaning_casebook",
}


def show_list(request: HttpRequest) -> HttpResponse:
    """Everybody whose casebook is signed, or should be; what waits first."""
    rows, is_cut = list_casebooks(request)
    return render(request, "signatures/list.html", {"rows": rows, "is_cut": is_cut})


def show_participant(request: HttpRequest, code: str) -> HttpResponse:
    """The signatures of a participant, and what can be signed."""
    state = trial.load_subject(request, code)
    context = {
        "subject": state, "lines": list_signatures(request, state), "visits": list_visits(request, state),
        "may": not trial.check_may(request, "sign", state.site),
        "casebook_address": find_sign_address(code, Scope.CASEBOOK),
    }  # fmt: skip
    return render(request, "signatures/participant.html", context)


@sensitive_post_parameters("password")
def sign(request: HttpRequest, code: str, scope: str, encounter: str, form: str, repeat: int) -> HttpResponse:
    """What is about to be signed, its meaning in print, and the password; POST signs."""
    state = trial.load_subject(request, code)
    if scope not in (one.lower() for one in Scope):
        raise Http404
    covered = Scope(scope.upper())
    key = ("" if encounter == ANY_TIME else encounter, "" if form == "-" else form, repeat)
    forms = list_signed_forms(state, covered, key)
    if not forms or not all(is_visible_form(request, one) for one in forms if covered is not Scope.CASEBOOK):
        raise Http404
    refusal = None
    if request.method == "POST":
        refusal = _sign(request, Sign(code, covered, trial.read_clock(), key[0], key[1], repeat))
        if refusal is None:
            messages.success(request, render_text("signatures.done", get_language(request)))
            return redirect("participant_signatures", code=code)
    waiting = {one.thread.key for one in list_queries(trial.get_definition(), state) if one.is_open}
    context: dict[str, Any] = {
        "subject": state, "scope": SCOPES[covered], "covered": covered, "key": key,
        "visit": name_visit(key[0], get_language(request)), "refusal": refusal,
        "meaning": MEANINGS[covered], "meaning_text": MEANING_TEXTS[covered],
        "reasons": trial.check_may(request, "sign", state.site),
        "broken": [
            one for one in list_signatures(request, state) if not one.check.is_valid and one.href == request.path
        ],
        "forms": [
            {"form": one[1], "repeat": one[2], "visit": name_visit(one[0], get_language(request)),
             "revision": version.recorded.revision, "is_queried": one in waiting,
             "href": find_address(code, one[0], one[1], one[2])}
            for one, version in forms.items()
            if is_visible_form(request, one)
        ],
    }  # fmt: skip
    return render(request, "signatures/sign.html", context, status=422 if refusal else 200)


def _sign(request: HttpRequest, unproved: Sign) -> Refusal | None:
    done = perform_signed(request, "sign", lambda proved: replace(unproved, authenticated_at=proved))
    return done if isinstance(done, Refusal) else None
