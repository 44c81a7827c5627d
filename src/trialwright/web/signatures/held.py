"""The signatures of a participant as a page prints them, and what is there to be signed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse

from trialwright.capture.sign import Scope, SignatureCheck, check_signatures
from trialwright.ledger.envelope import parse_at
from trialwright.ledger.subject import SubjectState
from trialwright.paper import PaperSignature, Signatures
from trialwright.web import trial
from trialwright.web.accounts.models import Account
from trialwright.web.catalogue import render_text
from trialwright.web.forms.places import ANY_TIME
from trialwright.web.forms.show import get_language, name_visit
from trialwright.web.queries.bulk import is_visible_form
from trialwright.web.sentences.say import say

CHANGES = {"changed": "signatures.form_changed", "recorded": "signatures.form_recorded"}
SCOPES = {"FORM": "signatures.form", "VISIT": "signatures.visit", "CASEBOOK": "signatures.casebook"}


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """A signature as it is printed: who by name, when, what it covers and means, and whether it still holds."""

    check: SignatureCheck
    name: str
    scope: str
    visit: str
    href: str
    changed: tuple[str, ...]

    @property
    def signed(self) -> Any:
        """The entry."""
        return self.check.held.signed


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit (or the forms kept at any time) with its forms and the signature over it, where there is one."""

    visit: str
    encounter: str
    href: str
    forms: tuple[dict[str, Any], ...]
    held: SignatureCheck | None


def load_names(people: Iterable[str]) -> dict[str, str]:
    """The printed names of people; one statement."""
    return dict(Account.objects.filter(pk__in=set(people)).values_list("person", "name"))


def find_sign_address(code: str, scope: Scope, encounter: str = "", form: str = "", repeat: int = 1) -> str:
    """Where something is signed."""
    parts = {
        "code": code, "scope": scope.value.lower(), "encounter": encounter or ANY_TIME, "form": form or "-",
        "repeat": repeat,
    }  # fmt: skip
    return reverse("sign", kwargs=parts)


def list_signatures(request: HttpRequest, state: SubjectState) -> list[SignatureLine]:
    """The latest signature under each scope, the newest first; one statement."""
    checks = sorted(check_signatures(state), key=lambda one: -one.held.position)
    names = load_names(one.held.by for one in checks)
    language = get_language(request)
    return [
        SignatureLine(
            one, names.get(one.held.by, one.held.by), SCOPES[one.held.signed.scope],
            name_visit(one.held.signed.encounter, language), _find_address(state, one),
            _list_changes(request, state, one),
        )
        for one in checks
        if one.held.signed.scope == "CASEBOOK" or _is_shown(request, state, one)
    ]  # fmt: skip


def list_paper_signatures(request: HttpRequest, state: SubjectState) -> Signatures:
    """The signatures over each form on record, as its sheet prints them: its own, its visit's, the casebook's."""
    lines, found = list_signatures(request, state), dict[tuple[str, str, int], tuple[PaperSignature, ...]]()
    site, language = trial.get_definition().sites.get(state.site), get_language(request)
    zone = ZoneInfo(site.time_zone if site else "UTC")
    for key in state.forms:
        scopes = {("FORM", *key), ("VISIT", key[0], "", 0), ("CASEBOOK", "", "", 0)}
        over = [
            one
            for one in lines
            if (one.signed.scope, one.signed.encounter, one.signed.form, one.signed.repeat) in scopes
        ]
        found[key] = tuple(
            PaperSignature(
                one.name, one.check.held.by, f"{parse_at(one.check.held.at).astimezone(zone):%Y-%m-%d %H:%M %Z}",
                say(one.signed.meaning, language), one.check.is_valid,
            )
            for one in over
        )  # fmt: skip
    return found


def _list_changes(request: HttpRequest, state: SubjectState, check: SignatureCheck) -> tuple[str, ...]:
    """What changed after a signature, in the language of the page, without forms that these eyes may not see."""
    language, told = get_language(request), []
    names = {f"{key[1]} {key[0]}".strip(): key for key in state.forms}
    for text in check.changed:
        name, _, what = text.rpartition(" was ")
        key = names.get(name)
        if key is None:
            told.append(render_text("signatures.redacted", language))
        elif is_visible_form(request, key):
            form = trial.get_definition().label(f"forms.{key[1]}.title", language)
            where = f"{form} · {name_visit(key[0], language)}" if key[0] else form
            told.append(render_text(CHANGES[what], language, form=where))
    return tuple(dict.fromkeys(told))


def _is_shown(request: HttpRequest, state: SubjectState, check: SignatureCheck) -> bool:
    signed = check.held.signed
    if signed.scope == "FORM":
        return is_visible_form(request, (signed.encounter, signed.form, signed.repeat))
    return any(is_visible_form(request, key) for key in state.forms if key[0] == signed.encounter)


def _find_address(state: SubjectState, check: SignatureCheck) -> str:
    one = check.held.signed
    return find_sign_address(state.participant, Scope(one.scope), one.encounter, one.form, one.repeat or 1)


def list_visits(request: HttpRequest, state: SubjectState) -> list[VisitLine]:
    """What is on record, by visit, each with the signature over the visit and over each form."""
    held = {
        (one.held.signed.scope, one.held.signed.encounter, one.held.signed.form, one.held.signed.repeat): one
        for one in check_signatures(state)
    }
    forms: dict[str, list[dict[str, Any]]] = {}
    for key in state.forms:
        if is_visible_form(request, key):
            encounter, form, repeat = key
            forms.setdefault(encounter, []).append(
                {
                    "form": form, "repeat": repeat, "held": held.get(("FORM", *key)),
                    "href": find_sign_address(state.participant, Scope.FORM, encounter, form, repeat),
                }
            )  # fmt: skip
    return [
        VisitLine(
            name_visit(encounter, get_language(request)), encounter,
            find_sign_address(state.participant, Scope.VISIT, encounter), tuple(rows), held.get(("VISIT", encounter, "", 0)),
        )
        for encounter, rows in forms.items()
    ]  # fmt: skip
