"""Progress and plan, the forms of a participant, one form to compare with the source."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trialwright.capture.verify_source import (
    PlanVerification,
    VerifySource,
    compute_verification,
    find_verification_plan,
    is_to_verify,
)
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms.fields import render_missing, render_value
from trialwright.web.forms.places import FormPlace, find_place
from trialwright.web.forms.show import get_language, name_visit
from trialwright.web.verification.progress import count_progress, list_lines


def show_progress(request: HttpRequest) -> HttpResponse:
    """The progress by site and the plan; POST sets another plan."""
    context: dict[str, Any] = {}
    if request.method == "POST":
        share = request.POST.get("share", "").strip()
        always = tuple(one for one in request.POST.getlist("always") if one in trial.get_definition().forms)
        done = trial.perform(request, PlanVerification(share, always))
        if not isinstance(done, Refusal):
            return redirect("verification")
        context = {"refusal": done, "share": share, "always": always}
    plan = trial.load_study(request).release.verification
    lines, people = count_progress(request)
    context = {
        "lines": lines, "people": people, "plan": plan, "forms": list(trial.get_definition().forms),
        "may_plan": not trial.check_may(request, "plan_verification"),
        "share": plan.share if plan else "1", "always": plan.always if plan else (), **context,
    }  # fmt: skip
    return render(request, "verification/progress.html", context, status=422 if "refusal" in context else 200)


def show_participant(request: HttpRequest, code: str) -> HttpResponse:
    """The forms of a participant with how far each has been verified; those that the plan asks for first."""
    state = trial.load_subject(request, code)
    lines = list_lines(request, state)
    wanted = [one for one in lines if one.is_planned]
    context = {
        "subject": state, "wanted": wanted, "others": [one for one in lines if not one.is_planned],
        "done": sum(one.state == "DONE" for one in wanted), "plan": find_verification_plan(trial.load_study(request), state.site),
    }  # fmt: skip
    return render(request, "verification/participant.html", context)


def verify_form(request: HttpRequest, code: str, encounter: str, form: str, repeat: int) -> HttpResponse:
    """Compare a form with the source: its values with a box each; POST says which agree."""
    place = find_place(request, code, encounter, form, repeat)
    if place.version is None:
        raise Http404
    refusal = None
    if request.method == "POST":
        refusal = _verify(request, place)
        if refusal is None:
            messages.success(request, render_text("verification.saved", get_language(request)))
            return redirect("participant_verification", code=code)
    context = {
        "subject": place.state, "place": place, "version": place.version, "items": list_items(request, place),
        "visit": name_visit(place.encounter, get_language(request)), "refusal": refusal,
        "may": not trial.check_may(request, "verify_source", place.state.site),
        "is_planned": is_to_verify(
            find_verification_plan(trial.load_study(request), place.state.site), code, place.key
        ),
    }  # fmt: skip
    return render(request, "verification/form.html", context, status=422 if refusal else 200)


def _verify(request: HttpRequest, place: FormPlace) -> Refusal | None:
    posted = request.POST
    revision = posted.get("revision", "")
    items = () if posted.get("step") == "all" else tuple(posted.getlist("item"))
    if posted.get("step") != "all" and not items:
        items = ("",)  # nothing was chosen: refused as an item that is not there, never taken for all of them
    seen = int(revision) if revision.isdecimal() and len(revision) < 10 else -1
    done = trial.perform(request, VerifySource(place.code, place.form, place.encounter, seen, items, place.repeat))
    return done if isinstance(done, Refusal) else None


def list_items(request: HttpRequest, place: FormPlace) -> list[dict[str, Any]]:
    """The items on record with their values and whether each is verified, or was before it changed."""
    assert place.version is not None
    recorded, found = place.version.recorded, compute_verification(place.state, place.key)
    definition, language = trial.get_definition(), get_language(request)
    return [
        {
            "item": item.id, "label": definition.label(f"forms.{place.form}.items.{item.id}", language),
            "value": render_value(definition, place.compiled, item, recorded.values.get(item.id, ""), language)
            or render_missing(recorded.missing.get(item.id, ""), language),
            "is_verified": item.id in found.verified, "is_fallen": item.id in found.fallen - found.verified,
        }
        for item in place.compiled.form.items
        if item.id in recorded.values or item.id in recorded.missing
    ]  # fmt: skip
