"""Drafts of whatever is typed on a page: kept while somebody types, shown again, and gone when it is saved.

A form of a page keeps its draft by one word in its template, ``<form method="post"{% draft "judgement" %}>``, and a text
``draft.judgement`` that names it; ``drafts.js`` sends what is typed to the page's own address, where ``keep`` takes it before
the page's view is asked. A draft is never a record, never holds a password, and nobody else sees it. The forms of the
study have checks beside their drafts and so an address of their own (``forms/views.py``); table and script are these.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

from trialwright.store.drafts import PAGE, DraftHeld, DraftKey, delete_draft, read_draft, read_page_drafts, write_draft
from trialwright.web import trial
from trialwright.web.catalogue import load_texts, render_text
from trialwright.web.times import render_local

FIELD, STEP = "draft", "draft_step"
KEEP, DISCARD = "keep", "discard"
_NEVER = frozenset({"csrfmiddlewaretoken", "password", FIELD, STEP})
_NAME = re.compile(r"(?P<part>[a-z_]+)(:.{1,80})?")
_LONGEST, _MOST = 20_000, 200_000
_NEW = "new"
"""Stands in addresses for what is not there yet."""
_SAVED, _REFUSED = (201, 204, 302), 422


def is_draft(request: HttpRequest) -> bool:
    """Whether a POST asks for nothing but that a draft be kept, or thrown away."""
    return FIELD in request.POST and request.POST.get(STEP) in (KEEP, DISCARD)


def keep(request: HttpRequest, parts: Mapping[str, Any]) -> HttpResponse:
    """Keep what was typed so far, or throw it away; the answer says so beside the form. ``parts``: of the page's path."""
    name = request.POST[FIELD]
    key = _make_key(request, parts, name)
    if request.POST[STEP] == DISCARD:
        delete_draft(connection, key)
        if not request.headers.get("HX-Request"):
            return redirect("drafts")
    else:
        _write(key, _read_posted(request))
    text = "forms.kept" if request.POST[STEP] == KEEP else "forms.nothing_new"
    at = render_local(trial.read_clock().isoformat(), _find_site(request))
    return HttpResponse(render_text(text, _language_of(request), at=at), content_type="text/plain; charset=utf-8")


def find_keys(request: HttpRequest, parts: Mapping[str, Any]) -> list[DraftKey]:
    """The drafts that a POST saves; asked before the page's view is, so that what is not for these eyes changes nothing."""
    return [_make_key(request, parts, name) for name in request.POST.getlist(FIELD)]


def settle(request: HttpRequest, keys: Iterable[DraftKey], answer: HttpResponse) -> None:
    """After the page's view: a saved form has no draft any more; what a refused one held is kept."""
    for key in keys:
        if answer.status_code in _SAVED:
            delete_draft(connection, key)
        elif answer.status_code == _REFUSED:
            _write(key, _read_posted(request))


def find_draft(request: HttpRequest, name: str) -> tuple[Mapping[str, str] | None, DraftHeld | None]:
    """What is to be put back into a form, and the draft where it comes from one (not from a POST that was refused)."""
    if request.method == "POST":
        return (_read_posted(request), None) if name in request.POST.getlist(FIELD) else (None, None)
    held = _read_own(request).get(f"{PAGE}{name}")
    return (held.texts, held) if held else (None, None)


def render_attributes(request: HttpRequest, name: str) -> Mapping[str, str]:
    """What the ``{% draft %}`` of a form says to ``drafts.js``: where to send, and what is to be put back."""
    texts, held = find_draft(request, name)
    said = {"data-draft": name, "hx-post": request.get_full_path()}
    if texts is not None:
        said["data-typed"] = json.dumps(dict(texts), ensure_ascii=False)
    if held is not None:
        at = render_local(held.updated_at.isoformat(), _find_site(request))
        said["data-told"] = render_text("forms.draft_back", _language_of(request), at=at)
    return said


def describe_page_draft(key: DraftKey, language: str) -> dict[str, str]:
    """A draft of a page in the list of one's drafts: ``part`` of the page, its name, and what it is ``about``."""
    part = key.form.removeprefix(PAGE)
    try:
        parts = resolve(key.encounter).kwargs
    except Resolver404:
        parts = {}
    about = " · ".join(str(text) for name, text in parts.items() if name != "code" and text != _NEW)
    return {"part": part, "name": render_text(f"draft.{part.partition(':')[0]}", language), "about": about}


def _make_key(request: HttpRequest, parts: Mapping[str, Any], name: str) -> DraftKey:
    """The key of a part of the page; Http404 for a part that no page has, and for what is not for these eyes."""
    known = _NAME.fullmatch(name)
    if known is None or f"draft.{known['part']}" not in load_texts():
        raise Http404
    code, site = str(parts.get("code", "")), str(parts.get("site", ""))
    if code:
        trial.find_participant(request, code)
    if site and not trial.get_sight(request).covers(site):
        raise Http404
    return DraftKey(trial.get_actor(request).person, code, request.path, f"{PAGE}{name}", 0)


def _read_posted(request: HttpRequest) -> dict[str, str]:
    """The fields of a POST; of several ticked boxes with one name, a line each."""
    texts = {name: "\n".join(values)[:_LONGEST] for name, values in request.POST.lists() if name not in _NEVER}
    return texts if sum(map(len, texts.values())) <= _MOST else {}


def _write(key: DraftKey, texts: Mapping[str, str]) -> None:
    """Keep it, unless it is there already: a draft that is only looked at does not grow younger."""
    held = read_draft(connection, key)
    if held is None or dict(held.texts) != dict(texts):
        write_draft(connection, key, texts, trial.read_clock())


def _read_own(request: HttpRequest) -> Mapping[str, DraftHeld]:
    """The person's drafts of this page, read once a request."""
    if not hasattr(request, "_trialwright_drafts"):
        found = read_page_drafts(connection, trial.get_actor(request).person, request.path)
        request._trialwright_drafts = {one.key.form: one for one in found}  # type: ignore[attr-defined]
    own: Mapping[str, DraftHeld] = request._trialwright_drafts  # type: ignore[attr-defined]
    return own


def _find_site(request: HttpRequest) -> str:
    """By whose clock the time is told: the person's own site; UTC for those who have none."""
    return trial.get_actor(request).site


def _language_of(request: HttpRequest) -> str:
    return str(getattr(request, "language", "en"))
