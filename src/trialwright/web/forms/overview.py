"""All forms of one participant by visit, and one's drafts: the ways into a form."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trialwright.capture.applies import find_applying
from trialwright.capture.schedule import compute_end, list_visits
from trialwright.definition.compiled import Definition
from trialwright.ledger.subject import SubjectState
from trialwright.store.drafts import DraftHeld, read_old_drafts
from trialwright.web import drafts, trial
from trialwright.web.forms.applying import describe_standing
from trialwright.web.forms.places import ADVERSE_EVENT, NEW, UNSCHEDULED, find_address, list_rows
from trialwright.web.forms.show import get_language, name_visit

OLD = timedelta(days=3)
"""A draft as old as this is shown in warning colours: somebody has forgotten it."""


def list_forms(request: HttpRequest, code: str) -> HttpResponse:
    """Every form of a participant: by visit, logs, unscheduled visits."""
    state, language = trial.load_subject(request, code), get_language(request)
    definition, sees_arm = trial.get_definition(), trial.get_sight(request).arms
    begun = {
        (one.key.encounter, one.key.form, one.key.repeat)
        for one in read_old_drafts(connection, trial.read_clock(), trial.get_actor(request).person)
        if one.key.participant == code
    }
    context = {
        "subject": state, "visits": list(_list_visits(definition, state, begun, language, sees_arm=sees_arm)),
        "logs": list(_list_logs(definition, state, begun)), "unscheduled": _list_unscheduled(state, language),
        "next_unscheduled": name_next(state), "end": compute_end(state),
        "forms": [(name, one.form) for name, one in definition.forms.items()
                  if not one.form.blinded and not one.form.log and (sees_arm or not definition.find_dosing(name))],
        "today": trial.compute_today(state.site), "has_doses": sees_arm,
        "may_write": not trial.check_may(request, "record_form", state.site),
        "may_report": not trial.check_may(request, "report_adverse_event", state.site), "adverse_event": ADVERSE_EVENT,
    }  # fmt: skip
    return render(request, "forms/forms.html", context)


def _list_visits(
    definition: Definition, state: SubjectState, begun: set[tuple[str, str, int]], language: str, *, sees_arm: bool
) -> Any:
    planned = {one.encounter: one for one in list_visits(definition, state)}
    arm = state.arm if sees_arm else None
    applying = find_applying(definition, state)
    for encounter in definition.list_encounters(arm):
        if encounter.only and not sees_arm:
            continue
        names = {one.form: one.optional for one in definition.list_activities(encounter.id, arm)}
        rows = [
            {
                "form": name, "address": find_address(state.participant, encounter.id, name), "is_optional": optional,
                "is_recorded": (encounter.id, name, 1) in state.forms, "is_draft": (encounter.id, name, 1) in begun,
                "is_blinded": definition.forms[name].form.blinded,
                "standing": describe_standing(
                    definition, applying, (encounter.id, name), language, is_recorded=(encounter.id, name, 1) in state.forms
                ),
                "more": [
                    (number, find_address(state.participant, encounter.id, name, number))
                    for number in list_rows(state, name, encounter.id)
                    if number > 1
                ],
            }
            for name, optional in names.items()
        ]  # fmt: skip
        yield {
            "id": encounter.id,
            "title": name_visit(encounter.id, language),
            "planned": planned.get(encounter.id),
            "rows": rows,
        }


def _list_logs(definition: Definition, state: SubjectState, begun: set[tuple[str, str, int]]) -> Any:
    for activity in definition.study.activities:
        if isinstance(activity.at, tuple):
            continue
        compiled = definition.forms[activity.form]
        rows = list_rows(state, activity.form)
        is_log = compiled.form.log or activity.at == "DAILY"
        yield {
            "form": activity.form, "count": len(rows), "is_log": is_log, "is_draft": ("", activity.form, NEW) in begun,
            "new": find_address(state.participant, "", activity.form, NEW if is_log else 1) if is_log or not rows else "",
            "last": find_address(state.participant, "", activity.form, rows[-1]) if rows else "",
        }  # fmt: skip


def _list_unscheduled(state: SubjectState, language: str) -> list[dict[str, Any]]:
    return [
        {
            "visit": name_visit(encounter, language), "form": form,
            "address": find_address(state.participant, encounter, form, repeat),
        }
        for encounter, form, repeat in state.forms
        if encounter.startswith(UNSCHEDULED)
    ]  # fmt: skip


def name_next(state: SubjectState) -> str:
    """The name of an unscheduled visit that nobody has used."""
    taken = {encounter for encounter, _, _ in state.forms} | set(state.scheduled)
    return next(name for number in range(1, 1000) if (name := f"{UNSCHEDULED}_{number}") not in taken)


def list_drafts(request: HttpRequest) -> HttpResponse:
    """One's own drafts, the oldest first: what was typed and is not yet a record."""
    now, language = trial.read_clock(), get_language(request)
    held = read_old_drafts(connection, now + timedelta(seconds=1), trial.get_actor(request).person)
    rows = [_describe(one, now, language) for one in held]
    return render(request, "forms/drafts.html", {"rows": rows})


def _describe(draft: DraftHeld, now: Any, language: str) -> dict[str, Any]:
    key, age = draft.key, draft.compute_age(now)
    told = {
        "key": key, "updated_at": draft.updated_at.isoformat(), "days": age.days, "hours": age.seconds // 3600,
        "is_old": age >= OLD,
    }  # fmt: skip
    if key.is_of_page:
        return {**told, **drafts.describe_page_draft(key, language), "address": key.encounter, "discard": key.encounter}
    place = key.participant, key.encounter, key.form, key.repeat
    name = trial.get_definition().label(f"forms.{key.form}.title", language)
    return {
        **told, "name": name, "visit": name_visit(key.encounter, language),
        "address": find_address(*place, edit=1), "discard": find_address(*place, "form_draft"),
    }  # fmt: skip
