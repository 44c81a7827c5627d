"""The locks of sites and study, and those of one participant with their forms."""

from collections import Counter
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trialwright.capture.lock import LockLevel, SetLock, SetSiteLock, find_lock
from trialwright.ledger.review import WHOLE, Key
from trialwright.ledger.subject import SubjectState
from trialwright.store.models import FormState, Participant
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.forms.places import find_address
from trialwright.web.forms.show import get_language, name_visit
from trialwright.web.queries.bulk import is_visible_form, load_index

LEVELS = {"OPEN": "locks.open", "FROZEN": "locks.frozen", "LOCKED": "locks.locked"}
TONES = {"OPEN": "", "FROZEN": "info", "LOCKED": "good"}
_STUDY = "*"
"""Stands for the whole study among the sites of the form."""


def read_level(request: HttpRequest) -> LockLevel:
    """The level posted; Http404 for none."""
    level = request.POST.get("level", "")
    if level not in LEVELS:
        raise Http404
    return LockLevel(level)


def describe_level(level: str) -> dict[str, str]:
    """A level with its word and its colour."""
    return {"level": level, "text": LEVELS[level], "tone": TONES[level]}


def show_sites(request: HttpRequest) -> HttpResponse:
    """The levels of the study and of every site, and what stands in the way; POST sets one."""
    refusal, posted = None, request.POST
    if request.method == "POST":
        site = posted.get("target", "")[:20]
        command = SetSiteLock(
            read_level(request), posted.get("reason", "")[:2000], "" if site == _STUDY else site or "?"
        )
        done = trial.perform(request, command)
        if not isinstance(done, Refusal):
            return redirect("locks")
        refusal = done
    context = {
        "rows": list_site_rows(request), "refusal": refusal, "levels": LEVELS, "reason": posted.get("reason", ""),
        "target": posted.get("target", ""), "may": not trial.check_may(request, "set_site_lock"), "whole": _STUDY,
    }  # fmt: skip
    return render(request, "locks/sites.html", context, status=422 if refusal else 200)


def list_site_rows(request: HttpRequest) -> list[dict[str, Any]]:
    """The study and its sites, each with its level and how much of it is frozen, locked, queried; two statements."""
    locks, sites = trial.load_study(request).release.locks, trial.list_sites(request)
    place = dict(Participant.objects.filter(site__in=sites).values_list("code", "site"))
    people, held = Counter(place.values()), Counter[tuple[str, str]]()
    for code, review in load_index(request).reviews.items():
        if code in place and review.locks.get(WHOLE, "OPEN") != "OPEN":
            held[place[code], review.locks[WHOLE]] += 1
    own = FormState.objects.filter(
        status="QUERIED", participant__in=Participant.objects.filter(site__in=sites).values("code")
    )
    queried = Counter(place[code] for code in own.values_list("participant", flat=True))
    rows: list[dict[str, Any]] = [
        {
            "target": site, "people": people[site], "frozen": held[site, "FROZEN"], "locked": held[site, "LOCKED"],
            "queried": queried[site], **describe_level(locks.get(site, "OPEN")),
        }
        for site in sites
    ]  # fmt: skip
    total = {name: sum(row[name] for row in rows) for name in ("people", "frozen", "locked", "queried")}
    return [{"target": _STUDY, **total, **describe_level(locks.get("", "OPEN"))}, *rows]


def show_participant(request: HttpRequest, code: str) -> HttpResponse:
    """The levels of a participant and of each form; POST sets one."""
    state, refusal, posted = trial.load_subject(request, code), None, request.POST
    if request.method == "POST":
        encounter, form, repeat = _read_target(request, state)
        done = trial.perform(
            request, SetLock(code, read_level(request), posted.get("reason", "")[:2000], form, encounter, repeat)
        )
        if not isinstance(done, Refusal):
            return redirect("participant_locks", code=code)
        refusal = done
    study, language = trial.load_study(request), get_language(request)
    level, where = find_lock(study, state)
    forms = [
        {
            "target": _render_target(key), "form": key[1], "repeat": key[2], "visit": name_visit(key[0], language),
            "href": find_address(code, *key), **describe_level(state.review.locks.get(key, "OPEN")),
        }
        for key in state.forms
        if is_visible_form(request, key)
    ]  # fmt: skip
    context = {
        "subject": state, "forms": forms, "own": describe_level(state.review.locks.get(WHOLE, "OPEN")),
        "effective": describe_level(level.value), "where": where, "levels": LEVELS, "refusal": refusal,
        "reason": posted.get("reason", ""), "target": posted.get("target", "|0|"),
        "may": not trial.check_may(request, "set_lock", state.site),
    }  # fmt: skip
    return render(request, "locks/participant.html", context, status=422 if refusal else 200)


def _render_target(key: Key) -> str:
    return f"{key[1]}|{key[2]}|{key[0]}"


def _read_target(request: HttpRequest, state: SubjectState) -> Key:
    """The form that was chosen, or the whole participant; Http404 for what is not there for these eyes."""
    chosen = request.POST.get("target", "")
    keys = {_render_target(key): key for key in (WHOLE, *state.forms)}
    key = keys.get(chosen)
    if key is None or (key != WHOLE and not is_visible_form(request, key)):
        raise Http404
    return key
