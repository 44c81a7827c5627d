"""The list of queries, the thread of one, and asking by hand."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trialwright.capture.list_queries import find_query
from trialwright.capture.query import AnswerQuery, CloseQuery, RaiseQuery, ReopenQuery
from trialwright.ledger.subject import SubjectState
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.forms.fields import render_missing, render_value
from trialwright.web.forms.history import list_steps, read_revisions
from trialwright.web.forms.places import ANY_TIME, FormPlace, find_place
from trialwright.web.forms.show import get_language, name_visit
from trialwright.web.links import find_form_address
from trialwright.web.queries.bulk import is_visible_form
from trialwright.web.queries.lists import (
    KINDS,
    STATUSES,
    Filter,
    find_query_address,
    find_turn,
    list_rows,
    load_list,
    make_row,
)

MESSAGES = {
    "RAISED": "queries.said_raised",
    "ANSWERED": "queries.said_answered",
    "CORRECTED": "queries.said_corrected",
    "CLOSED": "queries.said_closed",
    "REOPENED": "queries.said_reopened",
}
_LONGEST = 4000


def show_list(request: HttpRequest) -> HttpResponse:
    """The queries of everybody whom the person may see, narrowed."""
    chosen = Filter.read(request)
    definition = trial.get_definition()
    turn = find_turn(trial.get_actor(request).role)
    context = {
        "chosen": chosen, "list": load_list(request, chosen), "sites": trial.list_sites(request), "kinds": KINDS,
        "statuses": {key: text for key, text in STATUSES.items() if key != "waiting" or turn},
        "forms": list(definition.forms),
    }  # fmt: skip
    return render(request, "queries/list.html", context)


def show_participant(request: HttpRequest, code: str) -> HttpResponse:
    """The queries of one participant, the unsettled ones first, and the forms about which one may ask."""
    state = trial.load_subject(request, code)
    rows = sorted(list_rows(request, state), key=lambda row: (not row.query.is_open, bool(row.thread.check)))
    may_ask = not trial.check_may(request, "raise_query", state.site)
    forms = [
        {"encounter": key[0] or ANY_TIME, "form": key[1], "repeat": key[2], "visit": name_visit(key[0], get_language(request))}
        for key in state.forms
        if may_ask and is_visible_form(request, key)
    ]  # fmt: skip
    return render(request, "queries/participant.html", {"subject": state, "rows": rows, "forms": forms})


def thread(request: HttpRequest, code: str, query: str) -> HttpResponse:
    """One query: what is asked about which value, all that was said, and what this person can say now."""
    state = trial.load_subject(request, code)
    found = find_query(trial.get_definition(), state, query)
    if found is None or not is_visible_form(request, found.thread.key):
        raise Http404
    context: dict[str, Any] = {}
    if request.method == "POST":
        refusal = _say(request, code, query)
        if refusal is None:
            return redirect(find_query_address(code, query))
        context = {"refusal": refusal, "text": request.POST.get("text", "")}
    encounter, form, repeat = found.thread.key
    place = find_place(request, code, encounter or ANY_TIME, form, repeat)
    context |= {
        "subject": state, "row": make_row(state, found, get_language(request)), "query": found, "messages_said": MESSAGES,
        "may": _list_doable(request, state, is_open=found.is_open),
        "form_address": find_form_address(code, encounter, form, repeat), **describe_item(request, place, found.thread.item),
    }  # fmt: skip
    return render(request, "queries/thread.html", context, status=422 if "refusal" in context else 200)


def _say(request: HttpRequest, code: str, query: str) -> Refusal | None:
    text = request.POST.get("text", "")[:_LONGEST]
    command: AnswerQuery | CloseQuery | ReopenQuery
    match request.POST.get("step"):
        case "answer":
            command = AnswerQuery(code, query, text)
        case "close":
            command = CloseQuery(code, query, text)
        case "reopen":
            command = ReopenQuery(code, query, text)
        case _:
            raise Http404
    done = trial.perform(request, command)
    return done if isinstance(done, Refusal) else None


def _list_doable(request: HttpRequest, state: SubjectState, *, is_open: bool) -> list[str]:
    acts = ("answer_query", "close_query") if is_open else ("reopen_query",)
    return [act.removesuffix("_query") for act in acts if not trial.check_may(request, act, state.site)]


def ask(request: HttpRequest, code: str, encounter: str, form: str, repeat: int) -> HttpResponse:
    """Ask about an item of a form that is on record, or about the whole form."""
    place = find_place(request, code, encounter, form, repeat)
    if place.version is None:
        raise Http404
    item = (request.POST if request.method == "POST" else request.GET).get("item", "")
    if item not in ("", *place.compiled.items):
        raise Http404
    context: dict[str, Any] = {}
    if request.method == "POST":
        text = request.POST.get("text", "")[:_LONGEST]
        done = trial.perform(request, RaiseQuery(code, form, place.encounter, text, item, repeat))
        if not isinstance(done, Refusal):
            return redirect("participant_queries", code=code)
        context = {"refusal": done, "text": text}
    context |= {
        "subject": place.state, "items": list(place.compiled.items), "form_address": place.address(),
        **describe_item(request, place, item),
    }  # fmt: skip
    return render(request, "queries/ask.html", context, status=422 if "refusal" in context else 200)


def describe_item(request: HttpRequest, place: FormPlace, item: str) -> dict[str, Any]:
    """The value that a query is about, and how it became what it is; '' and nothing for a whole form."""
    language, definition = get_language(request), trial.get_definition()
    known = place.compiled.items.get(item)
    own = {
        "form": place.form,
        "item": item if known else "",
        "visit": name_visit(place.encounter, language),
        "place": place,
    }
    if known is None or place.version is None:
        return {**own, "value": "", "steps": []}
    recorded = place.version.recorded

    def show(text: str, why: str) -> str:
        return render_value(definition, place.compiled, known, text, language) or render_missing(why, language)

    steps = [
        {"revision": one.revision, "old": show(one.old, one.old_missing), "new": show(one.new, one.new_missing),
         "confirmed": one.confirmed, "gone": one.gone}
        for one in list_steps(read_revisions(place.code, place.key), item)
    ]  # fmt: skip
    return {**own, "value": show(recorded.values.get(item, ""), recorded.missing.get(item, "")), "steps": steps}
