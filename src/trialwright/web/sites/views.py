"""Every site at a glance, and the opening of one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trialwright.capture.people import Delegate, Train
from trialwright.capture.sites import NEEDED, ActivateSite, CloseSite, SuspendSite
from trialwright.service.perform import Receipt
from trialwright.vocabulary.codelists import Duty
from trialwright.vocabulary.findings import Reason, Refusal
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.sites.readiness import list_delegations, list_people, list_steps
from trialwright.web.written import read_day

Done = Receipt | Refusal

_READY = "product_ready"
_DATES = frozenset({"ethics_date", "contract_date", "ethics_expires"})
FIELDS = (*(key for key, _ in NEEDED), "ethics_expires")
"""What an activation says; the last may be empty."""


def list_sites(request: HttpRequest) -> HttpResponse:
    """The sites that the actor may see: where each stands."""
    study = trial.load_study(request)
    moment, rows = trial.compute_moment(request), []
    for site in trial.list_sites(request):
        steps = list_steps(moment, site)
        is_ready = all(one.is_done for one in steps)
        rows.append({"id": site, "state": study.sites.get(site), "steps": steps, "is_ready": is_ready})
    return render(request, "sites/sites.html", {"rows": rows})


def show_site(request: HttpRequest, site: str) -> HttpResponse:
    """One site; a post does one of its acts."""
    if site not in trial.list_sites(request):
        raise Http404
    refusal = None
    if request.method == "POST":
        act = _ACTS.get(request.POST.get("what", ""))
        done = act(request, site) if act else Refusal("site", (Reason("unknown-act", "this is no act of a site"),))
        if not isinstance(done, Refusal):
            messages.success(request, render_text("sites.saved", request.language))  # type: ignore[attr-defined]
            return redirect("site", site=site)
        refusal = done
    context = {**_describe(request, site), "refusal": refusal, "posted": request.POST}
    return render(request, "sites/site.html", context, status=422 if refusal else 200)


def _text(request: HttpRequest, name: str, longest: int = 300) -> str:
    return request.POST.get(name, "").strip()[:longest]


def _delegate(request: HttpRequest, site: str) -> Done:
    duty = _text(request, "duty")
    if duty not in Duty.__members__:
        return Refusal("delegate", (Reason("unknown-duty", render_text("sites.no_duty", _language(request))),))
    start, end = (read_day(request.POST, name) for name in ("start", "end"))
    return trial.perform(request, Delegate(_text(request, "person", 60), Duty(duty), site, start, end))


def _train(request: HttpRequest, site: str) -> Done:
    person = _text(request, "person", 60)
    if person not in {one.person for one in list_people(trial.load_study(request), site)}:
        return Refusal("train", (Reason("unknown-person", render_text("sites.not_here", _language(request))),))
    return trial.perform(
        request, Train(person, _text(request, "topic"), read_day(request.POST, "completed"), _text(request, "evidence"))
    )


def _activate(request: HttpRequest, site: str) -> Done:
    texts = {name: read_day(request.POST, name) if name in _DATES else _text(request, name) for name in FIELDS}
    details = {name: text for name, text in texts.items() if text}
    versions = tuple(one for one in map(str.strip, _text(request, "consent_versions").split(",")) if one)
    return trial.perform(request, ActivateSite(site, details, versions))


def _suspend(request: HttpRequest, site: str) -> Done:
    return trial.perform(request, SuspendSite(site, _text(request, "reason")))


def _close(request: HttpRequest, site: str) -> Done:
    return trial.perform(request, CloseSite(site, _text(request, "reason")))


_ACTS: dict[str, Callable[[HttpRequest, str], Done]] = {
    "delegate": _delegate,
    "train": _train,
    "activate": _activate,
    "suspend": _suspend,
    "close": _close,
}


def _language(request: HttpRequest) -> str:
    return str(request.language)  # type: ignore[attr-defined]


def _list_ready(request: HttpRequest) -> list[tuple[str, str]]:
    """What can be said of the product at a site, with its words."""
    return [(code, render_text(f"code.ready.{code}", _language(request))) for code in ("Y", "NOT_APPLICABLE")]


def _describe(request: HttpRequest, site: str) -> dict[str, Any]:
    study, moment = trial.load_study(request), trial.compute_moment(request)
    state, today = study.sites.get(site), trial.compute_today(site)
    details = state.activation.details if state else {}
    return {
        "site": site,
        "place": trial.get_definition().sites[site],
        "state": state,
        "steps": list_steps(moment, site),
        "delegations": list_delegations(study, site, today),
        "people": [(one.person, f"{one.name} ({one.person})") for one in list_people(study, site)],
        "duties": [(one.value, render_text(f"duty.{one}", _language(request))) for one in Duty],
        "fields": [
            {
                "name": name, "value": request.POST.get(name, details.get(name, "")),
                "type": "date" if name in _DATES else "text", "required": name != "ethics_expires",
                "label": render_text(f"code.approval.{name}", _language(request)),
                "options": [("", ""), *_list_ready(request)] if name == _READY else (),
            }
            for name in FIELDS
        ],
        "details": [
            (name, dict(_list_ready(request)).get(details[name], details[name]) if name == _READY else details[name])
            for name in FIELDS
            if details.get(name)
        ],
        "versions": ", ".join(state.consent_versions) if state else "",
        "may": {
            act: not trial.check_may(request, act, site)
            for act in ("delegate", "train", "activate_site", "suspend_site", "close_site")
        },
        "today": today,
    }  # fmt: skip
