"""A participant's adverse events and reportable situations; one event with the sponsor's part on the same record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trialwright.capture.merge_events import MergeEvents
from trialwright.capture.situation import Situation
from trialwright.capture.situation_details import DETAILS
from trialwright.ledger.subject import SubjectState
from trialwright.safety.clock_overview import RunningClock
from trialwright.safety.clock_overview import list_clocks as list_subject_clocks
from trialwright.safety.emergence import compute_emergence
from trialwright.safety.event_checks import check_adverse_event
from trialwright.safety.events import AdverseEvent, Causality, Expectedness
from trialwright.safety.regimes import load_regimes
from trialwright.safety.subject_events import FORM, compute_context, compute_subject_events
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms.checking import Checked
from trialwright.web.forms.events import compute_proposals_of
from trialwright.web.forms.fields import Group, Shown, list_groups, render_value
from trialwright.web.forms.history import read_revisions
from trialwright.web.forms.places import NEW, compute_site_now, find_address
from trialwright.web.forms.show import get_language, name_visit
from trialwright.web.forms.wording import find_wording
from trialwright.web.safety.posted import (
    check_times,
    make_judgement,
    make_merging,
    make_report,
    make_separation,
    make_situation,
)
from trialwright.web.safety.watch import may_see

_TELLING = frozenset({"infusion_number", "hours_after_infusion"})
"""Items of an event that tell who was given the product."""


def list_events(request: HttpRequest, code: str) -> HttpResponse:
    """The events and situations of a participant; POST reports a situation."""
    state, refusal = trial.load_subject(request, code), None
    if request.method == "POST":
        result = check_times(request) or trial.perform(request, make_situation(request, code))
        if not isinstance(result, Refusal):
            messages.success(request, render_text("safety.saved", get_language(request)))
            return redirect("participant_events", code=code)
        refusal = result
    definition, now = trial.get_definition(), trial.read_clock()
    clocks = tuple(list_subject_clocks(definition, state, now))
    events = compute_subject_events(definition, state)
    watched = _count_waiting(request, state)
    context = {
        "subject": state, "refusal": refusal, "posted": request.POST, "kinds": list(Situation),
        "parts": list_parts(request.POST), "all_events": events,
        "events": [_make_row(state, one, clocks) for one in reversed(events)],
        "situations": [
            {"situation": one, "clocks": [clock for clock in clocks if clock.situation == one.number]}
            for one in reversed(state.safety.situations)
        ],
        "proposals": watched, "site_now": compute_site_now(state.site),
        "may_report": not trial.check_may(request, "report_adverse_event", state.site),
        "may_situation": not trial.check_may(request, "report_situation", state.site),
        "new": find_address(code, "", FORM, NEW),
    }  # fmt: skip
    return render(request, "safety/events.html", context, status=422 if refusal else 200)


def list_parts(said: Mapping[str, str]) -> list[dict[str, Any]]:
    """What is asked of each kind of situation, with what is said of it (``KIND.detail``)."""
    return [
        {"kind": kind, "fields": [(one, said.get(f"{kind}.{one.id}", "")) for one in asked]}
        for kind, asked in DETAILS.items()
    ]


def _count_waiting(request: HttpRequest, state: SubjectState) -> int:
    return sum(may_see(request, one) for one in compute_proposals_of(state))


@dataclass(frozen=True, slots=True)
class Row:
    """An event in the list. ``next``: the clock that is due first."""

    event: AdverseEvent
    number: int
    aware_at: str
    next: RunningClock | None
    is_judged: bool


def _make_row(state: SubjectState, event: AdverseEvent, clocks: tuple[RunningClock, ...]) -> Row:
    number = int(event.id)
    reported = state.events.get(number)
    waiting = [one for one in clocks if one.event == number and one.is_due and one.clock.due]
    first = min(waiting, key=lambda one: one.clock.due or one.clock.start, default=None)
    return Row(event, number, reported.aware_at if reported else "", first, number in state.safety.judged)


def show_event(request: HttpRequest, code: str, event: int) -> HttpResponse:
    """One event with its whole record; POST is the sponsor's judgement (``step=judge``), a report that was
    sent, that it is the same as another event (``merge``), or that one merged into it is not (``separate``)."""
    state, refusal = trial.load_subject(request, code), None
    if (kept := state.safety.find_kept(event)) != event:
        return redirect("event", code=code, event=kept)
    found = find_event(state, event)
    if request.method == "POST":
        command: Any
        match request.POST.get("step"):
            case "judge":
                command = make_judgement(request, code, state.site, event)
            case "report":
                command = make_report(request, code, state.site, event)
            case "merge":
                command = make_merging(request, code, event)
            case "separate":
                command = make_separation(request, code)
            case _:
                raise Http404
        result = check_times(request) or trial.perform(request, command)
        if not isinstance(result, Refusal):
            messages.success(request, render_text("safety.saved", get_language(request)))
            return redirect("event", code=code, event=command.kept if isinstance(command, MergeEvents) else event)
        refusal = result
    context = {"refusal": refusal, "posted": request.POST, **_describe(request, state, found)}
    return render(request, "safety/event.html", context, status=422 if refusal else 200)


def find_event(state: SubjectState, event: int) -> AdverseEvent:
    """The event as it stands; Http404 where there is none."""
    events = compute_subject_events(trial.get_definition(), state)
    found = next((one for one in events if one.id == str(event)), None)
    if found is None:
        raise Http404
    return found


def _describe(request: HttpRequest, state: SubjectState, event: AdverseEvent) -> dict[str, Any]:
    definition, number, arms = trial.get_definition(), int(event.id), trial.get_sight(request).arms
    now, language = trial.read_clock(), get_language(request)
    events = compute_subject_events(definition, state)
    context = compute_context(definition, state, trial.compute_today(state.site))
    clocks = [one for one in list_subject_clocks(definition, state, now) if one.event == number]
    judged = state.safety.judged.get(number, ())
    wording = find_wording(definition.study.safety.ctcae)
    return {
        "subject": state, "event": event, "number": number, "groups": _list_groups(state, number, language, arms=arms),
        "address": find_address(state.participant, "", FORM, number), "reported": state.events.get(number),
        "findings": check_adverse_event(event, events, context), "judged": judged,
        "emergence": compute_emergence(event, context) if arms else None,
        "grade_steps": list(_list_grade_steps(state, number)),
        "raised_by": [_tell_value(one.entry, one.by, language) for one in state.safety.reviews if one.entry.event == number],
        "grade_text": wording.text(event.term, event.worst_grade or 0) if wording else "",
        "clocks": clocks, "is_report_due": any(one.is_due for one in clocks),
        "reports": [one for one in state.safety.reports if one.event == number],
        "rules": list_rules(clocks), "causalities": list(Causality), "expectedness": list(Expectedness),
        "reference": judged[-1].entry.reference if judged else "", "site_now": compute_site_now(state.site),
        "may_judge": not trial.check_may(request, "judge_event", state.site),
        "may_report": not trial.check_may(request, "record_report", state.site),
        "has_files": event.is_serious and number in state.safety.revisions,
        "may_write": not trial.check_may(request, "record_form", state.site),
        "may_merge": not trial.check_may(request, "merge_events", state.site),
        "may_separate": not trial.check_may(request, "separate_events", state.site),
        "others": [one for one in events if one.id != event.id],
        "merged": [
            {"number": one, "address": find_address(state.participant, "", FORM, one)}
            for one in state.safety.merged
            if state.safety.merged[one] == number
        ],
    }  # fmt: skip


def list_rules(clocks: Sequence[RunningClock] = ()) -> list[dict[str, str]]:
    """The rules under which a report may be recorded, with their recipients; those whose clock runs come first."""
    due = [one.clock.rule for one in clocks if one.is_due]
    regimes = trial.get_definition().study.study.regimes or load_regimes()
    rules = [
        {"id": rule.id, "recipient": rule.recipient, "trigger": rule.trigger.value}
        for regime in regimes
        for rule in load_regimes()[regime].rules
    ]
    return sorted(rules, key=lambda rule: rule["id"] not in due)


def _list_groups(state: SubjectState, number: int, language: str, *, arms: bool) -> list[Group]:
    compiled, version = trial.get_definition().forms[FORM], state.forms[("", FORM, number)]
    shown = Shown({}, Checked(), values=version.recorded.values, missing=version.recorded.missing)
    groups = list_groups(trial.get_definition(), compiled, shown, language)
    for group in groups:
        group.fields = [one for one in group.fields if one.shown and (arms or one.id not in _TELLING)]
    return [group for group in groups if group.fields]


def _list_grade_steps(state: SubjectState, number: int) -> Any:
    """Each saving that changed the grade, as recorded: the first, and every rise or fall with its reason."""
    before = ""
    for one in read_revisions(state.participant, ("", FORM, number)):
        grade = one.recorded.values.get("grade", "")
        if grade != before:
            yield {"grade": grade, "revision": one}
        before = grade


def _tell_value(entry: Any, by: str, language: str) -> dict[str, str]:
    """A value that raised the event, as people read it."""
    return {**tell_path(entry.path, entry.value, language), "by": by, "reason": entry.reason}


def tell_path(path: str, value: str, language: str) -> dict[str, str]:
    """The place of a value (``D3.chemistry.alt``) and the value with its unit, in words."""
    definition, (place, _, item) = trial.get_definition(), path.rpartition(".")
    parts = [part for part in place.split(".") if part]
    form = next((part for part in parts if part in definition.forms), "")
    visit = parts[0] if parts and parts[0] != form else ""
    compiled = definition.forms.get(form)
    known = compiled.items.get(item) if compiled else None
    shown = render_value(definition, compiled, known, value, language) if compiled and known else value
    return {
        "label": definition.label(f"forms.{form}.items.{item}", language) if form else item, "shown": shown,
        "form": definition.label(f"forms.{form}.title", language) if form else "", "visit": name_visit(visit, language),
    }  # fmt: skip
