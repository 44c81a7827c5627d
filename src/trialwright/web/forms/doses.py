"""The doses of a participant: release, prepare, give, or say why one was not given."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trialwright.capture.dose import MissDose, PrepareDose
from trialwright.capture.product import Move, find_source
from trialwright.capture.release_dose import ReleaseDose
from trialwright.capture.schedule import list_visits
from trialwright.definition.design import Intervention
from trialwright.ledger.product import ProductState
from trialwright.ledger.subject import SubjectState
from trialwright.safety.recall import compute_recall_of_participant
from trialwright.vocabulary.findings import Refusal
from trialwright.vocabulary.units import render_large, render_unit
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms.overview import name_next
from trialwright.web.forms.places import find_address
from trialwright.web.forms.posted import clean
from trialwright.web.forms.show import get_language, name_visit


def list_doses(request: HttpRequest, code: str) -> HttpResponse:
    """Every planned dose with what became of it; POST releases a container for one (``step=release``),
    prepares it (``prepare``) or says that it was missed (``miss``)."""
    state, arms = trial.load_subject(request, code), trial.get_sight(request).arms
    refusal = None
    if request.method == "POST" and not arms:
        raise Http404
    if request.method == "POST":
        result = trial.perform(request, _make_command(request, code))
        if not isinstance(result, Refusal):
            messages.success(request, render_text("doses.done", get_language(request)))
            return redirect("doses", code=code)
        refusal, state = result, trial.load_subject(request, code)
    definition = trial.get_definition()
    interventions = [one for one in definition.interventions.values() if one.dose]
    if not arms:
        return render(request, "forms/doses_masked.html", {"subject": state, "visits": _list_dosing_visits()})
    mine = definition.arms[state.arm].interventions if state.arm else ()
    product = trial.load_study(request).product
    context = {
        "subject": state, "refusal": refusal, "posted": request.POST,
        "treatments": [
            _describe(one, state, product, get_language(request))
            for one in interventions
            if one.id in mine or _is_given(one, state)
        ],
        "all": [(one, find_address(code, name_next(state), one.form)) for one in interventions],
        "may_prepare": not trial.check_may(request, "prepare_dose", state.site),
        "may_give": not trial.check_may(request, "give_dose", state.site),
        "may_miss": not trial.check_may(request, "miss_dose", state.site),
        "deviations": [one for one in state.deviations if "DOSE" in one.code or "LOT" in one.code],
        "lots": [name for name, _ in compute_recall_of_participant(product, (state,), code).lots],
        "actor_person": trial.get_actor(request).person,
        "has_lots": bool(product.lots),
        "may_release": bool(product.lots) and not trial.check_may(request, "release_dose", state.site),
        "stock": [
            name for name, lot in product.lots.items()
            if find_source(lot, Move.RESERVE, state.site, 1) and not lot.find_faults(trial.compute_today(state.site))
        ],
    }  # fmt: skip
    return render(request, "forms/doses.html", context, status=422 if refusal else 200)


def _list_dosing_visits() -> list[str]:
    """The visits at which something is given in every arm: to say so tells nobody's arm."""
    definition = trial.get_definition()
    given = [set(arm.interventions) for arm in definition.arms.values()]
    common = set.intersection(*given) if given else set()
    return [at for one in definition.interventions.values() if one.dose and one.id in common for at in one.at]


def _make_command(request: HttpRequest, code: str) -> ReleaseDose | PrepareDose | MissDose:
    said = {
        name: clean(request.POST.get(name, "")).strip()
        for name in ("intervention", "encounter", "lot", "amount", "reason", "checked_by")
    }
    match request.POST.get("step"):
        case "release":
            return ReleaseDose(code, said["intervention"], said["encounter"], said["lot"])
        case "prepare":
            dose = (code, said["intervention"], said["encounter"], said["lot"], said["amount"])
            return PrepareDose(*dose, checked_by=said["checked_by"])
        case "miss":
            return MissDose(code, said["intervention"], said["encounter"], said["reason"])
        case _:
            raise Http404


def _is_given(intervention: Intervention, state: SubjectState) -> bool:
    return any(one.intervention == intervention.id for one in state.doses)


def _describe(intervention: Intervention, state: SubjectState, product: ProductState, language: str) -> dict[str, Any]:
    assert intervention.dose is not None
    windows = {one.encounter: one for one in list_visits(trial.get_definition(), state)}
    rows = []
    for encounter in intervention.at:
        prepared = state.prepared.get((intervention.id, encounter))
        given = next(
            (one for one in state.doses if (one.intervention, one.encounter) == (intervention.id, encounter)), None
        )
        rows.append(
            {
                "encounter": encounter, "visit": name_visit(encounter, language), "window": windows.get(encounter),
                "given": given, "prepared": prepared,
                "released": [name for name, lot in product.lots.items() if lot.held.get((state.participant, encounter))],
                "prepared_amount": _show(prepared.amount) if prepared else "",
                "given_amount": _show(given.amount) if given else "",
                "missed": state.missed.get((intervention.id, encounter), ""),
                "address": find_address(state.participant, encounter, intervention.form),
            }
        )  # fmt: skip
    others = [one for one in state.doses if one.intervention == intervention.id and not one.encounter]
    return {
        "intervention": intervention,
        "rows": rows,
        "others": others,
        "amount": f"{intervention.dose.amount:.15g}",
        "amount_shown": _show(f"{intervention.dose.amount:.15g}"),
        "unit": render_unit(intervention.dose.unit, language),
    }


def _show(amount: str) -> str:
    return render_large(amount) or amount
