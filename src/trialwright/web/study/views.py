"""The definition as a page, and the assumptions with their signatures."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trialwright.capture.moment import check_principal
from trialwright.capture.open_ledger import SignAssumption, Signature
from trialwright.definition.design import Assumption
from trialwright.ledger.entries import AssumptionSigned
from trialwright.store.models import LedgerEntry
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.registry.clock import load_clock
from trialwright.web.signatures.proof import perform_signed
from trialwright.web.study.schedule import compute_matrix


def show_study(request: HttpRequest) -> HttpResponse:
    """Everything that the study is: identity, schedule, arms, doses, eligibility, endpoints."""
    definition = trial.get_definition()
    study = definition.study
    context = {
        "definition": definition,
        "identity": study.study,
        "design": study.design,
        "allocation": study.allocation,
        "matrix": compute_matrix(definition),
        "arms": study.arms,
        "doses": [one for one in study.interventions if one.dose],
        "criteria": [one.criterion for one in definition.criteria],
        "endpoints": [(one, _list_parameters(one.id)) for one in study.endpoints],
        "safety": study.safety,
        "clock": load_clock(request),
        "unsigned": sum(one["is_blocking"] and not one["is_signed"] for one in _list_rows()),
    }
    return render(request, "study/study.html", context)


def _list_parameters(endpoint: str) -> list[dict[str, Any]]:
    """What measures an endpoint, and on which form it is measured."""
    definition = trial.get_definition()
    return [
        {"code": code, "form": one.form, "item": (one.parameter.item or "").partition(".")[2], "of": one.parameter}
        for code, one in definition.parameters.items()
        if one.endpoint.id == endpoint
    ]


def list_assumptions(request: HttpRequest) -> HttpResponse:
    """Everything that is assumed beyond the record: class, statement, signature."""
    is_other = check_principal(trial.compute_moment(request))
    may_sign = not (trial.check_may(request, "sign_assumption") or is_other)
    context = {"rows": _list_rows(), "may_sign": may_sign}
    return render(request, "study/assumptions.html", context)


def sign_assumption(request: HttpRequest, name: str) -> HttpResponse:
    """Sign one assumption, citing the approved protocol, with the password."""
    row = next((one for one in _list_rows() if one["of"].id == name), None)
    if row is None:
        raise Http404
    refusal = None
    if request.method == "POST":
        signature = Signature(name, trial.get_actor(request).person, request.POST.get("citation", "").strip()[:400])
        done = perform_signed(request, "sign_assumption", lambda _: SignAssumption(signature))
        if not isinstance(done, Refusal):
            messages.success(request, render_text("assumptions.signed", request.language))  # type: ignore[attr-defined]
            return redirect("assumptions")
        refusal = done
    context = {"row": row, "refusal": refusal, "citation": request.POST.get("citation", "")}
    return render(request, "study/assumption.html", context, status=422 if refusal else 200)


@trial.see_study()
def _list_rows() -> list[dict[str, Any]]:
    """The assumptions, those that block production first; a signature under another wording no longer holds."""
    entries = LedgerEntry.objects.filter(act=AssumptionSigned.act, participant="").order_by("position")
    signatures = {}
    for payload, actor, at in entries.values_list("payload", "actor", "at"):
        said = json.loads(payload) if payload else {}
        signatures[said.get("assumption", "")] = {**said, "actor": actor, "at": at}
    rows = [_compute_row(one, signatures.get(one.id)) for one in trial.get_definition().study.assumptions]
    return sorted(rows, key=lambda row: not row["is_blocking"])


def _compute_row(one: Assumption, signature: dict[str, Any] | None) -> dict[str, Any]:
    holds = bool(signature and signature.get("statement") == one.assumed)
    return {"of": one, "is_blocking": one.needs_signature, "is_signed": holds, "signature": signature}
