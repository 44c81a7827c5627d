"""The page of a form, put together: groups of fields, the forms beside it, drafts, receipts, and who else writes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trialwright.capture.applies import find_applying
from trialwright.capture.laboratory import ReferenceRange, find_range
from trialwright.capture.list_queries import list_queries
from trialwright.capture.values import parse_occasion
from trialwright.definition.forms import ItemType
from trialwright.ledger import entries as e
from trialwright.ledger.subject import Stamped
from trialwright.store.drafts import DraftHeld, read_others_drafts
from trialwright.vocabulary.codelists import Missing
from trialwright.vocabulary.findings import Reason, Refusal
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms import events
from trialwright.web.forms.applying import describe_standing
from trialwright.web.forms.checking import Checked, add_lacking, check_typed
from trialwright.web.forms.fields import Shown, list_groups, list_other_messages, render_missing, render_value
from trialwright.web.forms.history import read_act
from trialwright.web.forms.places import ANY_TIME, NEW, FormPlace, compute_site_now, find_address, list_rows
from trialwright.web.forms.posted import Typed, split_record


@dataclass(frozen=True, slots=True)
class Told:
    """What a page says beside the fields."""

    reasons: tuple[Reason, ...] = ()
    wants_answers: bool = False
    draft: DraftHeld | None = None
    both: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    status: int = 200
    based_on: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)


def get_language(request: HttpRequest) -> str:
    """The language of the person's pages."""
    return str(getattr(request, "language", "en"))


def check(request: HttpRequest, place: FormPlace, typed: Typed, *, wants_answers: bool = False) -> Checked:
    """Everything to be said of what was typed."""
    language = get_language(request)
    checked = check_typed(place.compiled, place.state, typed, language)
    if place.form == events.FORM:
        events.add_term_messages(checked, typed, language)
        events.add_event_messages(checked, place, typed, language)
    if place.dosing:
        add_identity_message(checked, typed, language)
    if wants_answers:
        add_lacking(checked, language)
    return checked


def add_redacted(checked: Checked, place: FormPlace) -> None:
    """Say where a value of the revision on record was taken out: by whom, when and why."""
    redacted = place.state.redacted.get(place.version.position) if place.version else None
    for path, sentence in redacted.entry.removed.items() if redacted else ():
        checked.add(path.removeprefix("values."), "note", sentence)


def add_identity_message(checked: Checked, typed: Typed, language: str) -> None:
    """Say where one person is named twice as having checked identity, lot and dose; said and saved all the same."""
    first, second = (typed.values.get(f"identity_check_{number}", "").strip().casefold() for number in (1, 2))
    if first and first == second:
        checked.add("identity_check_2", "soft", render_text("doses.one_person", language))


def show_entry(request: HttpRequest, place: FormPlace, typed: Typed, told: Told) -> HttpResponse:
    """The form with fields to write in."""
    checked = check(request, place, typed, wants_answers=told.wants_answers)
    add_redacted(checked, place)
    shown = Shown(typed.texts, checked, ranges=find_ranges(request, place, typed.values))
    language = get_language(request)
    groups = list_groups(trial.get_definition(), place.compiled, shown, language)
    stumbled = told.wants_answers or told.reasons
    bad = [one for group in groups for one in group.fields if one.has_bad] if stumbled else []
    context = {
        **describe(request, place), "groups": groups, "checked": checked, "told": told, "typed": typed, "bad": bad,
        "others_messages": list_other_messages(place.compiled, checked),
        "both": [_compare(place, name, typed, language) for name in told.both],
        "taken": [trial.get_definition().label(f"forms.{place.form}.items.{name}", language) for name in told.taken],
        "refusal": Refusal(place.act, told.reasons) if told.reasons else None,
        "missings": list(Missing), "based_on": place.revision if told.based_on is None else told.based_on,
        "others": read_others_drafts(connection, place.draft_key(trial.get_actor(request).person)),
        "grades": events.list_grades(typed) if place.form == events.FORM else "", **told.extra,
    }  # fmt: skip
    return render(request, "forms/entry.html", context, status=told.status)


def find_ranges(request: HttpRequest, place: FormPlace, values: Mapping[str, str]) -> dict[str, ReferenceRange]:
    """The reference ranges of the site's laboratory for this form, on its day (today where it has none yet)."""
    study = trial.load_study(request)
    if not study.laboratories:
        return {}
    on = parse_occasion(values.get(place.compiled.form.occasion or "", "")) or trial.compute_today(place.state.site)
    person = next((one for (_, form, _), one in place.state.forms.items() if form == "demographics"), None)
    sex = person.recorded.values.get("sex", "") if person else ""
    laboratory = values.get("laboratory_name", "")
    names = {one.laboratory for one in study.laboratories if one.site == place.state.site}
    found = {
        item.id: find_range(
            study, place.state.site, f"{place.form}.{item.id}", on, sex, laboratory if laboratory in names else ""
        )
        for item in place.compiled.form.items
        if item.type is ItemType.NUMBER and not item.id.endswith(("_lln", "_uln"))
    }
    return {item: one for item, one in found.items() if one is not None}


def _compare(place: FormPlace, name: str, typed: Typed, language: str) -> dict[str, str]:
    definition, compiled = trial.get_definition(), place.compiled
    item, now = compiled.items[name], place.version
    recorded = now.recorded if now else None
    theirs = render_value(definition, compiled, item, recorded.values.get(name, "") if recorded else "", language)
    why = render_missing(recorded.missing.get(name, "") if recorded else "", language)
    mine = render_value(definition, compiled, item, typed.values.get(name, ""), language)
    return {
        "label": definition.label(f"forms.{place.form}.items.{name}", language), "item": name,
        "theirs": theirs or why, "mine": mine or render_missing(typed.missing.get(name, ""), language),
    }  # fmt: skip


def show_record(request: HttpRequest, place: FormPlace, reasons: list[Reason], draft: DraftHeld | None) -> HttpResponse:
    """The form as it is on record, to be read, with the receipt of the act that wrote it where one is asked for."""
    version, language = place.version, get_language(request)
    recorded = version.recorded if version else None
    texts = split_record(place.compiled, recorded.values, recorded.missing) if recorded else {}
    typed = Typed(texts, dict(recorded.values), dict(recorded.missing), {}) if recorded else Typed({}, {}, {}, {})
    checked = check(request, place, typed) if recorded else Checked()
    checked.messages = {name: [one for one in said if one.level != "note"] for name, said in checked.messages.items()}
    add_redacted(checked, place)
    queries: dict[str, int] = {}
    for one in list_queries(trial.get_definition(), place.state):
        if one.thread.key == place.key and one.is_open:
            queries[one.thread.item] = queries.get(one.thread.item, 0) + 1
    shown = Shown(
        texts, checked, {}, recorded.values if recorded else {}, recorded.missing if recorded else {},
        place.state.review.verified.get(place.key, frozenset()), queries, find_ranges(request, place, typed.values),
    )  # fmt: skip
    context = {
        **describe(request, place), "groups": list_groups(trial.get_definition(), place.compiled, shown, language),
        "version": version, "reasons": reasons, "draft": draft, "form_queries": queries.get("", 0),
        "others_messages": list_other_messages(place.compiled, checked), "receipt": read_receipt(request, place, checked),
        "is_unchanged": "unchanged" in request.GET,
    }  # fmt: skip
    return render(request, "forms/record.html", context)


def read_receipt(request: HttpRequest, place: FormPlace, checked: Checked) -> dict[str, Any] | None:
    """What an act wrote, for the one who did it just now; None where the address names no such act."""
    asked = request.GET.get("receipt", "")
    if not asked.isdecimal() or len(asked) > 12 or not place.version:
        return None
    written = [one for one in read_act(place.code, int(asked)) if isinstance(one, Stamped)]
    mine = [one for one in written if one.actor == trial.get_actor(request).person]
    forms = [one for one in mine if isinstance(one.entry, e.FormRecorded)]
    if not any(_key(one.entry) == place.key for one in forms):
        return None
    saved = forms[0]
    return {
        "at": saved.at, "actor": saved.actor, "position": saved.position, "recorded": saved.entry,
        "deviations": [one.entry for one in mine if isinstance(one.entry, e.DeviationNoted)],
        "queries": [one for said in checked.messages.values() for one in said if one.level != "note"],
        "still": [
            trial.get_definition().label(f"forms.{place.form}.items.{name}", get_language(request))
            for name in checked.lacking
        ],
        "event": next((one.entry for one in mine if isinstance(one.entry, e.AdverseEventReported)), None),
        "dose": next((one.entry for one in mine if isinstance(one.entry, e.DoseGiven)), None),
    }  # fmt: skip


def _key(entry: Any) -> tuple[str, str, int]:
    return entry.encounter, entry.form, entry.repeat


def describe(request: HttpRequest, place: FormPlace) -> dict[str, Any]:
    """What both kinds of page show of the form's place: participant, visit, the forms and rows beside it."""
    return {
        "place": place, "subject": place.state, "form": place.compiled.form,
        "siblings": list_siblings(request, place), "rows": list_row_links(place, get_language(request)),
        "visit": name_visit(place.encounter, get_language(request)),
        "standing": describe_standing(
            trial.get_definition(), find_applying(trial.get_definition(), place.state), (place.encounter, place.form),
            get_language(request), is_recorded=(place.encounter, place.form, 1) in place.state.forms,
        ),
        "site_now": compute_site_now(place.state.site), "draft_address": place.address("form_draft"),
        "encounter_part": place.encounter or ANY_TIME,
        "new_address": find_address(place.code, place.encounter, place.form, NEW),
    }  # fmt: skip


_UNSCHEDULED = "UNSCHEDULED_"


def name_visit(encounter: str, language: str) -> str:
    """The visit as people call it; '' for forms kept at any time."""
    definition = trial.get_definition()
    if encounter in definition.encounters:
        return definition.label(f"encounters.{encounter}", language)
    if encounter.startswith(_UNSCHEDULED):
        return render_text("forms.unscheduled_visit", language, number=encounter.removeprefix(_UNSCHEDULED))
    return encounter.replace("_", " ").capitalize() if encounter else ""


def list_siblings(request: HttpRequest, place: FormPlace) -> list[dict[str, Any]]:
    """The forms of the same visit: where they are, whether they are on record, and which is the next to fill in."""
    definition, state = trial.get_definition(), place.state
    if place.encounter not in definition.encounters:
        return []
    arm = state.arm if trial.get_sight(request).arms else None
    names = dict.fromkeys(one.form for one in definition.list_activities(place.encounter, arm))
    optional = {one.form for one in definition.list_activities(place.encounter, arm) if one.optional}
    applying = find_applying(definition, state)
    return [
        {
            "form": name, "address": find_address(state.participant, place.encounter, name),
            "is_recorded": (place.encounter, name, 1) in state.forms, "is_here": name == place.form,
            "is_due": (place.encounter, name, 1) not in state.forms and name not in optional
            and not applying.may_wait((place.encounter, name))
            and not definition.forms[name].form.blinded,
        }
        for name in names
    ]  # fmt: skip


def list_row_links(place: FormPlace, language: str) -> list[dict[str, Any]]:
    """The rows of a log, newest first, each with its first answers."""
    if not place.is_rows and len(list_rows(place.state, place.form, place.encounter)) < 2:
        return []
    return [
        {
            "repeat": repeat, "is_here": repeat == place.repeat and not place.is_new,
            "address": find_address(place.code, place.encounter, place.form, repeat),
            "text": _tell_row(place, repeat, language),
        }
        for repeat in reversed(list_rows(place.state, place.form, place.encounter))
    ]  # fmt: skip


def _tell_row(place: FormPlace, repeat: int, language: str) -> str:
    """A row by its first answers, the items that name it before the others."""
    values = place.state.forms[(place.encounter, place.form, repeat)].recorded.values
    items = sorted(place.compiled.form.items, key=lambda one: not one.key)
    told = [
        render_value(trial.get_definition(), place.compiled, item, values[item.id], language)
        for item in items
        if values.get(item.id)
    ]
    return " · ".join(text[:40] for text in told[:2])
