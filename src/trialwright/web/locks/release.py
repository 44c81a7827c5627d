"""The way to the opening of the results, as a checklist: database lock, signed plan, two signatures of two people."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from trialwright.capture.moment import check_principal
from trialwright.capture.sign import SignPlan, SignUnsealing, compute_plan_digest
from trialwright.ledger.release import SIGNERS, ReleaseState, list_obstacles_of_release
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms.show import get_language
from trialwright.web.locks.views import list_site_rows
from trialwright.web.signatures.held import load_names
from trialwright.web.signatures.proof import perform_signed


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the checklist: the key of its text, whether it is done, and what is to be added."""

    text: str
    is_done: bool
    told: str = ""


@sensitive_post_parameters("password")
def show_release(request: HttpRequest) -> HttpResponse:
    """The checklist; POST signs the plan or the opening, with the password."""
    refusal = None
    if request.method == "POST":
        refusal = _sign(request)
        if refusal is None:
            messages.success(request, render_text("signatures.done", get_language(request)))
            return redirect("release")
    release, digest = trial.load_study(request).release, compute_plan_digest(trial.get_definition())
    purpose, person = trial.get_running().purpose, trial.get_actor(request).person
    is_other = bool(check_principal(trial.compute_moment(request)))  # another site's investigator
    may_open = (
        not (trial.check_may(request, "sign_unsealing") or is_other) and person not in release.unsealed_by.values()
    )
    context: dict[str, Any] = {
        "points": list_points(release, digest), "digest": digest, "refusal": refusal,
        "sites": list_site_rows(request) if not trial.get_actor(request).site else [],
        "may_plan": not trial.check_may(request, "sign_plan") and digest not in release.plans[-1:],
        "may_open": may_open and release.is_locked and digest in release.plans[-1:],
        "waits_to_open": may_open, "plans": release.plans,
        "is_open": not list_obstacles_of_release(release, purpose), "purpose": purpose,
    }  # fmt: skip
    return render(request, "locks/release.html", context, status=422 if refusal else 200)


def list_points(release: ReleaseState, digest: str) -> list[Point]:
    """The checklist in its order; one statement, for the signers' names."""
    names = load_names(release.unsealed_by.values())
    plan = Point("release.plan", digest in release.plans[-1:], digest[:16] if digest in release.plans[-1:] else "")
    signed = {role: release.unsealed_by.get(role, "") for role, _ in SIGNERS}
    told = {role: f"{names.get(person, person)} ({person})" if person else "" for role, person in signed.items()}
    return [
        Point("release.locked", release.is_locked),
        plan,
        Point("release.by_investigator", bool(signed["INVESTIGATOR"]), told["INVESTIGATOR"]),
        Point("release.by_sponsor", bool(signed["SPONSOR"]), told["SPONSOR"]),
    ]


def _sign(request: HttpRequest) -> Refusal | None:
    step = request.POST.get("step")
    if step not in ("plan", "open"):
        raise Http404
    if step == "plan":
        done = perform_signed(
            request, "sign_plan", lambda proved: SignPlan(request.POST.get("digest", "")[:64], proved)
        )
    else:
        done = perform_signed(request, "sign_unsealing", SignUnsealing)
    return done if isinstance(done, Refusal) else None
