"""The pages of links, and the PDF that they lead to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from trialwright.capture.visits import list_telling_forms
from trialwright.definition.design import Masking
from trialwright.ledger.envelope import parse_at
from trialwright.ledger.subject import SubjectState
from trialwright.paper import Place, list_places, render_calendar_pdf, render_card_pdf, render_forms_pdf
from trialwright.paper.pieces import Setting
from trialwright.paper.places import find_planned
from trialwright.store.read import read_entry
from trialwright.web import trial
from trialwright.web.exports import send_file
from trialwright.web.forms.show import get_language, name_visit
from trialwright.web.signatures.held import list_paper_signatures

_WANTED = {"all", "visit", "form"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One line of the page: a form, where its paper is, and its revision on record (0: none)."""

    form: str
    repeat: int
    blank: str
    filled: str
    revision: int


@dataclass(frozen=True, slots=True)
class Block:
    """The sheets of a visit ('' for those kept at any time)."""

    encounter: str
    name: str
    blank: str
    filled: str
    sheets: tuple[Sheet, ...]


# --- the study's blank forms ----------------------------------------------------------------------------------------


def show_blank(request: HttpRequest) -> HttpResponse:
    """Every blank form by visit."""
    places = list_places(trial.get_definition())
    return render(
        request,
        "paper/blank.html",
        {"blocks": _list_blocks(request, places, None), "all": reverse("paper_forms") + "?all=1"},
    )


def send_blank(request: HttpRequest) -> HttpResponse:
    """Blank forms of nobody in particular: of a visit, one form, or (``all=1``) all of them."""
    if not _WANTED & request.GET.keys():
        return redirect("paper")
    places = _choose(request, list_places(trial.get_definition()))
    entry = read_entry(connection, 1)
    setting = _make_setting(request, entry.at if entry else "")
    return _send_blank(render_forms_pdf(setting, places), "forms")


# --- those of one participant ---------------------------------------------------------------------------------------


def show_participant(request: HttpRequest, code: str) -> HttpResponse:
    """The participant's sheets by visit, with calendar and card."""
    state = trial.load_subject(request, code)
    blocks = _list_blocks(request, list_visible(request, state), state)
    return render(request, "paper/participant.html", {"subject": state, "blocks": blocks})


def send_forms(request: HttpRequest, code: str) -> HttpResponse:
    """The participant's sheets: blank with the code, or (``filled=1``, a POST) as on record."""
    state, filled = trial.load_subject(request, code), request.GET.get("filled") == "1"
    if not _WANTED & request.GET.keys() or filled != (request.method == "POST"):
        return redirect("participant_paper", code=code)
    places = _choose(request, list_visible(request, state))
    if filled:
        places = [one for one in places if (one.encounter, one.form, one.repeat) in state.forms]
    else:
        places = [one for one in places if one.repeat <= 1 or request.GET.get("repeat")]
    if not places:
        raise Http404
    setting = _make_setting(request, state.last_at)
    signatures = list_paper_signatures(request, state) if filled else {}
    pdf = render_forms_pdf(setting, places, state, filled=filled, signatures=signatures)
    return _send_noted(request, "sheets", pdf, code) if filled else _send_blank(pdf, code)


def send_calendar(request: HttpRequest, code: str) -> HttpResponse:
    """The calendar of the participant's visits, by POST."""
    state = trial.load_subject(request, code)
    if request.method != "POST":
        return redirect("participant_paper", code=code)
    today, sees = trial.compute_today(state.site), trial.get_sight(request).arms
    pdf = render_calendar_pdf(_make_setting(request, state.last_at), state, today, sees_arm=sees)
    return _send_noted(request, "calendar", pdf, f"{code}-calendar")


def send_card(request: HttpRequest, code: str) -> HttpResponse:
    """The card that the participant carries, by POST. In a masked study it tells no arm, whoever prints it."""
    state = trial.load_subject(request, code)
    if request.method != "POST":
        return redirect("participant_paper", code=code)
    is_open = trial.get_definition().study.design.masking is Masking.NONE
    sees = is_open and trial.get_sight(request).arms
    pdf = render_card_pdf(_make_setting(request, state.last_at), state, trial.compute_today(state.site), sees_arm=sees)
    return _send_noted(request, "card", pdf, f"{code}-card")


def list_visible(request: HttpRequest, state: SubjectState) -> tuple[Place, ...]:
    """The sheets of a participant without those that would tell the arm to these eyes."""
    definition = trial.get_definition()
    places = list_places(definition, state)
    if trial.get_sight(request).arms:
        return places
    telling = list_telling_forms(definition)
    return tuple(one for one in places if one.form not in telling and not _is_of_one_arm(one))


def _is_of_one_arm(place: Place) -> bool:
    definition = trial.get_definition()
    encounter, planned = definition.encounters.get(place.encounter), find_planned(definition, place)
    return bool((encounter and encounter.only) or (planned and planned.only))


# --- shared ---------------------------------------------------------------------------------------------------------


def _make_setting(request: HttpRequest, at: str) -> Setting:
    """The setting of a document that is dated with an entry of the ledger: the same record gives the same bytes."""
    moment = parse_at(at) if at else datetime.fromisoformat("2000-01-01T00:00:00+00:00")
    return Setting(trial.get_definition(), trial.get_running().purpose, get_language(request), moment)


def _choose(request: HttpRequest, places: Iterable[Place]) -> list[Place]:
    """The sheets that the address asks for; Http404 for none."""
    wanted = {name: request.GET.get(name) for name in ("visit", "form", "repeat")}
    found = [
        one
        for one in places
        if wanted["visit"] in (None, one.encounter)
        and wanted["form"] in (None, one.form)
        and wanted["repeat"] in (None, str(one.repeat))
    ]
    if not found:
        raise Http404
    return found


def _list_blocks(request: HttpRequest, places: Iterable[Place], state: SubjectState | None) -> list[Block]:
    language, blocks = get_language(request), dict[str, list[Place]]()
    for place in places:
        blocks.setdefault(place.encounter, []).append(place)
    return [
        Block(
            encounter, name_visit(encounter, language), _address(state, {"visit": encounter}),
            _address(state, {"visit": encounter, "filled": 1}) if any(_find_revision(state, one) for one in found) else "",
            tuple(_make_sheet(state, one) for one in found),
        )
        for encounter, found in blocks.items()
    ]  # fmt: skip


def _make_sheet(state: SubjectState | None, place: Place) -> Sheet:
    asked: dict[str, Any] = {"visit": place.encounter, "form": place.form, "repeat": place.repeat}
    revision = _find_revision(state, place)
    filled = _address(state, {**asked, "filled": 1}) if revision else ""
    return Sheet(place.form, place.repeat, _address(state, asked), filled, revision)


def _find_revision(state: SubjectState | None, place: Place) -> int:
    version = state.forms.get((place.encounter, place.form, place.repeat)) if state else None
    return version.recorded.revision if version else 0


def _address(state: SubjectState | None, asked: dict[str, Any]) -> str:
    base = reverse("participant_forms", args=[state.participant]) if state else reverse("paper_forms")
    return f"{base}?{urlencode(asked)}"


def _send_noted(request: HttpRequest, what: str, pdf: bytes, name: str) -> HttpResponse:
    """Sheets that tell of a participant: who took them is noted in the ledger, like any file of data."""
    full = f"{trial.get_definition().id}-{name}.pdf"
    return send_file(request, what, pdf, full, "application/pdf", is_inline=True)


def _send_blank(pdf: bytes, name: str) -> HttpResponse:
    """Sheets that hold nothing yet, but perhaps a code."""
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{trial.get_definition().id}-{name}.pdf"'
    return answer
