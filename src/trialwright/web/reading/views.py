"""The reader's worklist, the form on which a case is read, and the list by which the site labels its images."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trialwright.capture.record_form import RecordForm
from trialwright.definition.forms import ItemType
from trialwright.service import reading as store
from trialwright.vocabulary.codelists import Missing
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms.checking import Checked, add_lacking, check_typed
from trialwright.web.forms.fields import Shown, list_groups, list_other_messages
from trialwright.web.forms.posted import Typed, read_typed, split_record
from trialwright.web.forms.show import get_language
from trialwright.web.reading.cases import CODES, READER, Case, load_cases


def list_cases(request: HttpRequest) -> HttpResponse:
    """What is to be read by this reader, what they can adjudicate, and what they have read; by code, nothing else."""
    actor = trial.get_actor(request)
    cases = load_cases(trial.list_sites(request))
    context = {
        "waiting": [one for one in cases if one.find_turn(actor) in (1, 2)],
        "third": [one for one in cases if one.find_turn(actor) == max(CODES)],
        "done": [one for one in cases if one.find_own(actor)],
    }
    return render(request, "reading/list.html", context)


def read_case(request: HttpRequest, case: str) -> HttpResponse:
    """The form of a case to fill in, or one's own reading to correct with a reason; POST saves."""
    actor = trial.get_actor(request)
    found = next((one for one in load_cases(trial.list_sites(request)) if one.code == case), None)
    turn = (found.find_turn(actor) or found.find_own(actor)) if found else 0
    if found is None or not turn:
        raise Http404
    held = found.readings.get(turn)
    texts = split_record(found.compiled, held.values, held.missing) if held else {}
    posted = request.method == "POST"
    typed = _complete(found, turn, read_typed(found.compiled, request.POST.dict() if posted else texts))
    refusal = _save(request, found, turn, typed) if posted else None
    if posted and refusal is None:
        messages.success(request, render_text("reading.saved", get_language(request), case=case))
        return redirect("reading")
    context = {
        **_describe(request, found, typed, is_tried=posted),
        "is_correction": held is not None,
        "refusal": refusal,
    }
    context["is_third"] = turn == max(CODES)
    return render(request, "reading/read.html", context, status=422 if refusal else 200)


def _complete(case: Case, turn: int, typed: Typed) -> Typed:
    """With what the reader does not write: who reads, and when the image was taken, from the record of the image."""
    texts = {READER: CODES[turn]}
    occasion = case.compiled.form.occasion
    if occasion:
        item = case.compiled.items[occasion]
        texts[occasion] = case.at if item.type is ItemType.DATETIME else case.at[:10]
    missing = {name: why for name, why in typed.missing.items() if name not in texts}
    return Typed(typed.texts, {**typed.values, **texts}, missing, typed.confirmed, typed.based_on)


def _save(request: HttpRequest, case: Case, turn: int, typed: Typed) -> Refusal | None:
    held = case.readings.get(turn)
    command = RecordForm(
        case.participant, case.form, case.encounter, typed.values, turn, typed.missing, typed.reason, typed.confirmed,
        based_on=held.revision if held else 0,
    )  # fmt: skip
    done = trial.perform(request, command)
    return done if isinstance(done, Refusal) else None


def _describe(request: HttpRequest, case: Case, typed: Typed, *, is_tried: bool) -> dict[str, Any]:
    """The form's fields without those that would tell when, and what is wrong with what was typed."""
    definition, language = trial.get_definition(), get_language(request)
    hidden = {READER, case.compiled.form.occasion}
    checked = Checked()
    if is_tried:
        state = store.load_subject(trial.get_running().trial, case.participant)
        checked = check_typed(case.compiled, state, typed, language)
        add_lacking(checked, language)
    groups = list_groups(definition, case.compiled, Shown(typed.texts, checked), language)
    for group in groups:
        group.fields = [one for one in group.fields if one.id not in hidden]
    return {
        "case": case.code, "form": case.compiled.form, "groups": [one for one in groups if one.fields],
        "missings": list(Missing), "reason": typed.reason,
        "others_messages": list_other_messages(case.compiled, checked),
        "bad": [one for group in groups for one in group.fields if one.has_bad],
    }  # fmt: skip


def show_key(request: HttpRequest) -> HttpResponse:
    """Which image carries which code, for those who take the names off the images before they are read."""
    return render(request, "reading/key.html", {"cases": load_cases(trial.list_sites(request))})
