"""One form: reading it, writing in it, its draft, and the history of each of its values."""

from dataclasses import replace

from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render

from trialwright.ledger.entries import FormRecorded
from trialwright.service.perform import Receipt, compute_stamped
from trialwright.store.drafts import DraftHeld, delete_draft, read_draft, read_others_drafts, write_draft
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.forms import events
from trialwright.web.forms.fields import list_other_messages, render_missing, render_value
from trialwright.web.forms.history import list_steps, read_revisions
from trialwright.web.forms.places import FormPlace, check_writable, find_address, find_place
from trialwright.web.forms.posted import ABOUT, Typed, read_typed, split_record
from trialwright.web.forms.saving import MEANWHILE, find_same_row, list_own_reasons, meet, save
from trialwright.web.forms.show import Told, check, describe, get_language, show_entry, show_record
from trialwright.web.sentences.say import say

KEPT = "based_on"
"""The field of a draft that tells from which revision it was begun."""


def form(request: HttpRequest, code: str, encounter: str, form: str, repeat: int) -> HttpResponse:
    """A form of a participant: to read, or (``?edit=1``, or where nothing is on record yet) to write in; POST saves."""
    place = find_place(request, code, encounter, form, repeat)
    if request.method == "POST":
        return save_form(request, place)
    reasons = check_writable(request, place)
    draft = None if reasons else read_draft(connection, place.draft_key(trial.get_actor(request).person))
    if reasons or (place.version and "edit" not in request.GET):
        return show_record(request, place, reasons, draft if _differs(place, draft) else None)
    return open_entry(request, place, draft)


def _differs(place: FormPlace, draft: DraftHeld | None) -> bool:
    """Whether a draft holds anything that is not on record."""
    if draft is None:
        return False
    typed = read_typed(place.compiled, draft.texts)
    recorded = place.version.recorded if place.version else None
    return recorded is None or (dict(recorded.values), dict(recorded.missing)) != (
        dict(typed.values),
        dict(typed.missing),
    )


def open_entry(request: HttpRequest, place: FormPlace, draft: DraftHeld | None) -> HttpResponse:
    """The form to write in: with one's draft, or the record, or empty."""
    on_record = _record_texts(place)
    if place.form == events.FORM and request.GET.get("proposal"):
        texts = events.propose_texts(place.state, request.GET["proposal"][:200], on_record, get_language(request))
        return show_entry(request, place, read_typed(place.compiled, {**texts, KEPT: str(place.revision)}), Told())
    if draft is None:
        return show_entry(request, place, read_typed(place.compiled, {**on_record, KEPT: str(place.revision)}), Told())
    typed = read_typed(place.compiled, draft.texts)
    if typed.based_on == place.revision:
        return show_entry(request, place, typed, Told(draft=draft))
    return show_meeting(request, place, typed, Told(draft=draft))


def _record_texts(place: FormPlace) -> dict[str, str]:
    if place.version is None:
        return {}
    return split_record(place.compiled, place.version.recorded.values, place.version.recorded.missing)


def show_meeting(request: HttpRequest, place: FormPlace, typed: Typed, told: Told) -> HttpResponse:
    """The form with what I typed beside what somebody else has saved since I began."""
    revisions = read_revisions(place.code, place.key)
    base = next((one for one in revisions if one.recorded.revision == typed.based_on), None)
    met = meet(place.compiled, base, _record_texts(place), typed)
    merged = read_typed(place.compiled, {**met.texts, KEPT: str(place.revision)})
    extra = {**told.extra, "since": [one for one in revisions if one.recorded.revision > typed.based_on]}
    return show_entry(request, place, merged, replace(told, both=met.both, taken=met.taken, extra=extra))


# --- saving ---------------------------------------------------------------------------------------------------------


def save_form(request: HttpRequest, place: FormPlace) -> HttpResponse:
    """Save what was typed, as one act; where that cannot be, the page again with everything still in it."""
    typed = read_typed(place.compiled, request.POST.dict())
    if place.form == events.FORM:
        typed = events.complete_code(typed)
    person = trial.get_actor(request).person
    if request.POST.get("step") == "check":
        return show_entry(request, place, typed, Told(wants_answers=True, based_on=typed.based_on))
    if place.is_new and (same := find_same_row(place, typed, person)) is not None:
        delete_draft(connection, place.draft_key(person))
        return go(request, find_address(place.code, place.encounter, place.form, same, unchanged=1))
    result = save(request, place, typed)
    if isinstance(result, Receipt):
        delete_draft(connection, place.draft_key(person))
        _confirm(request, place, typed)
        return go(request, _find_receipt(place, result))
    return refuse(request, place, typed, result)


def _confirm(request: HttpRequest, place: FormPlace, typed: Typed) -> None:
    """Where the form was begun from a value that proposed the event: that the event is it, by name."""
    refused = events.confirm_proposal(request, place.state, typed, place.repeat) if place.form == events.FORM else None
    if refused is not None:
        messages.warning(request, " ".join(say(one.text, get_language(request)) for one in refused.reasons))


def _find_receipt(place: FormPlace, receipt: Receipt) -> str:
    if not receipt.entries:
        return place.address(unchanged=1)
    recorded = next(entry for one in receipt.entries if isinstance(entry := compute_stamped(one).entry, FormRecorded))
    first = receipt.entries[0].position
    return find_address(place.code, recorded.encounter, recorded.form, recorded.repeat, receipt=first)


def refuse(request: HttpRequest, place: FormPlace, typed: Typed, refusal: Refusal) -> HttpResponse:
    """The page again: what is wrong beside each item, the other reasons above, and nothing lost."""
    may_write = not check_writable(request, place)
    if may_write and not typed.is_empty:
        _keep(request, place, typed)
    own = list_own_reasons(refusal)
    now = find_place(request, place.code, place.encounter or "-", place.form, 0 if place.is_new else place.repeat)
    if any(one.code in MEANWHILE for one in refusal.reasons) and now.version:
        return show_meeting(request, now, typed, Told(reasons=own, status=422))
    checked = check(request, now, typed, wants_answers=True)
    explained = any(one.level in ("bad", "hard") for said in checked.messages.values() for one in said)
    told = Told(own if explained or own else refusal.reasons, True, status=422, based_on=typed.based_on)
    return show_entry(request, now, typed, told)


def go(request: HttpRequest, address: str) -> HttpResponse:
    """On to an address: htmx is told to leave the page."""
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = address
        return answer
    return redirect(address)


# --- drafts ---------------------------------------------------------------------------------------------------------


def draft(request: HttpRequest, code: str, encounter: str, form: str, repeat: int) -> HttpResponse:
    """Keep what was typed so far and say what is wrong with it (or throw it away: ``step=discard``). Never a record."""
    place = find_place(request, code, encounter, form, repeat)
    if request.method != "POST":
        return redirect(place.address())
    person = trial.get_actor(request).person
    if request.POST.get("step") == "discard":
        delete_draft(connection, place.draft_key(person))
        return go(request, place.address())
    reasons = check_writable(request, place)
    if reasons:
        return render(request, "forms/state.html", {"refusal": Refusal(place.act, tuple(reasons))}, status=422)
    typed = read_typed(place.compiled, request.POST.dict())
    kept = _keep(request, place, typed)
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(place.address(edit=1))
    return show_state(request, place, typed, kept=kept)


def _keep(request: HttpRequest, place: FormPlace, typed: Typed) -> bool:
    """Keep a draft where it holds anything that is not on record; whether one is kept now."""
    person, on_record = trial.get_actor(request).person, _record_texts(place)
    key = place.draft_key(person)
    about_items = {name: text for name, text in typed.texts.items() if name not in ABOUT}
    # A draft that comes in after its own form was saved (a slow line) must not stand up again.
    if about_items == on_record or (place.is_new and find_same_row(place, typed, person) is not None):
        delete_draft(connection, key)
        return False
    write_draft(connection, key, {**typed.texts, KEPT: str(typed.based_on)}, trial.read_clock())
    return True


def show_state(request: HttpRequest, place: FormPlace, typed: Typed, *, kept: bool) -> HttpResponse:
    """What is to be said of each item now, as pieces that htmx puts in their places."""
    checked = check(request, place, typed)
    filled = {item.id for item in place.compiled.form.items if item.id in typed.values or item.id in typed.missing}
    context = {
        "place": place, "checked": checked, "kept": kept, "now": trial.read_clock(), "form": place.compiled.form,
        "messages_of": [(item.id, checked.messages.get(item.id, [])) for item in place.compiled.form.items],
        "hidden": " ".join(sorted(checked.hidden - filled)), "impossible": " ".join(checked.impossible),
        "others_messages": list_other_messages(place.compiled, checked),
        "grades": events.list_grades(typed) if place.form == events.FORM else "",
        "is_behind": typed.based_on != place.revision and not place.is_new, "version": place.version,
        "others": read_others_drafts(connection, place.draft_key(trial.get_actor(request).person)),
    }  # fmt: skip
    return render(request, "forms/state.html", context)


# --- history --------------------------------------------------------------------------------------------------------


def history(request: HttpRequest, code: str, encounter: str, form: str, repeat: int, item: str) -> HttpResponse:
    """How one value became what it is: who, when, old, new, why."""
    place, language = find_place(request, code, encounter, form, repeat), get_language(request)
    known = place.compiled.items.get(item)
    if known is None or place.version is None:
        raise Http404
    definition = trial.get_definition()

    def show(text: str, why: str) -> str:
        return render_value(definition, place.compiled, known, text, language) or render_missing(why, language)

    steps = [
        {"revision": one.revision, "old": show(one.old, one.old_missing), "new": show(one.new, one.new_missing),
         "confirmed": one.confirmed, "gone": one.gone}
        for one in list_steps(read_revisions(place.code, place.key), item)
    ]  # fmt: skip
    context = {**describe(request, place), "item": item, "steps": steps}
    name = "forms/history_part.html" if request.headers.get("HX-Request") else "forms/history.html"
    return render(request, name, context)
