"""Sign in, sign out, language, one's own password and second factor, and the administrator's list of people."""

import base64
import secrets
from collections.abc import Callable
from datetime import datetime

import segno
from django import forms
from django.contrib import messages
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters

from trialwright.access.policy import PERMISSIONS
from trialwright.capture.accounts import SITE_ROLES, ChangeAccount, CreateAccount
from trialwright.ledger.entries_exports import DataExported
from trialwright.ledger.envelope import COLUMNS, Envelope
from trialwright.service.perform import compute_stamped
from trialwright.settings import load_settings
from trialwright.store.models import LedgerEntry
from trialwright.vocabulary.codelists import Role
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.accounts.models import Account
from trialwright.web.accounts.passwords import UNUSED, compute_age, is_too_old, is_unused
from trialwright.web.accounts.people import VIRTUAL_PASSWORD, change_account, make_account
from trialwright.web.accounts.session import begin_session, end_session, renew_session
from trialwright.web.accounts.sign_in import check_own_password, try_sign_in
from trialwright.web.accounts.totp import find_counter, render_uri
from trialwright.web.accounts.vault import Unreadable, decrypt, encrypt
from trialwright.web.catalogue import render_text
from trialwright.web.guards import LANGUAGES, mark_seen

MOST_EXPORTS = 500
_YEAR = 365 * 24 * 3600


def find_next(request: HttpRequest) -> str:
    """Where the person wanted to go: a path of this server, or the home page."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    hosts = {request.get_host()}
    return wanted if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, hosts) else "/"


@sensitive_post_parameters("password", "code")
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page."""
    context: dict[str, object] = {"next": find_next(request), "person": request.POST.get("person", ""), "hint": ""}
    if trial.get_running().purpose == "VIRTUAL" and Account.objects.filter(pk="administrator").exists():
        context["hint"] = VIRTUAL_PASSWORD
        context["people"] = Account.objects.filter(is_active=True).order_by("site", "person")
    if request.method != "POST":
        return render(request, "accounts/sign_in.html", context)
    posted = request.POST
    account = try_sign_in(
        posted.get("person", "")[:200], posted.get("password", "")[:1000], posted.get("code", "")[:20],
        trial.read_clock(),
    )  # fmt: skip
    if account is None:
        return render(request, "accounts/sign_in.html", {**context, "failed": True}, status=422)
    begin_session(request, account)
    answer = redirect("account") if account.must_change_password else redirect(find_next(request))
    mark_seen(answer, request.session.session_key or "")
    return answer


def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    if request.method == "POST":
        end_session(request)
    return redirect("sign_in")


def choose_language(request: HttpRequest) -> HttpResponse:
    """Change the language of the pages; for whoever has signed in it is kept with the account."""
    answer = redirect(find_next(request))
    language = request.POST.get("language", "")
    if request.method == "POST" and language in LANGUAGES:
        if request.actor is not None:  # type: ignore[attr-defined]
            Account.objects.filter(pk=trial.get_actor(request).person).update(language=language)
        answer.set_cookie("tw_language", language, max_age=_YEAR, httponly=True, samesite="Lax")
    return answer


@sensitive_post_parameters()
def own_account(request: HttpRequest) -> HttpResponse:
    """One's own account: who the trial thinks one is, a new password, a second factor."""
    account = request.account  # type: ignore[attr-defined]
    assert isinstance(account, Account)
    context: dict[str, object] = {"errors": []}
    if request.method == "POST":
        doing = {"password": _change_password, "begin": _begin_factor, "factor": _finish_factor}
        step = doing.get(request.POST.get("step", ""))
        if step is None:
            raise Http404
        errors = step(request, account)
        if not errors and request.POST["step"] != "begin":
            messages.success(request, render_text("account.saved", account.language))
            return redirect("account")
        context["errors"] = errors
    if secret := _read_offer(request):
        uri = render_uri(secret, account.person, trial.get_definition().id)
        context |= {"offer": secret, "uri": uri, "qr": segno.make(uri, micro=False).svg_data_uri(scale=4)}
    return render(request, "accounts/own.html", context, status=422 if context["errors"] else 200)


def _change_password(request: HttpRequest, account: Account) -> list[str]:
    old, new, again = (request.POST.get(name, "")[:1000] for name in ("old", "new", "again"))
    if not check_own_password(account, old):
        return [render_text("account.wrong_password", account.language)]
    if new != again:
        return [render_text("account.not_the_same", account.language)]
    if new == old:
        return [render_text("account.same_as_before", account.language)]
    try:
        password_validation.validate_password(new, account)
    except ValidationError as error:
        return list(error.messages)
    account.set_password(new)
    account.must_change_password, account.password_set_at = False, trial.read_clock()
    account.save(update_fields=["password", "must_change_password", "password_set_at"])
    renew_session(request, account)
    return []


def _begin_factor(request: HttpRequest, account: Account) -> list[str]:  # noqa: ARG001  (one shape for all steps)
    request.session["totp_offer"] = encrypt(base64.b32encode(secrets.token_bytes(20)).decode())
    return []


def _read_offer(request: HttpRequest) -> str:
    """The secret that was offered in this session and not yet taken; '' for none."""
    kept = request.session.get("totp_offer", "")
    try:
        return decrypt(kept) if kept else ""
    except Unreadable:
        return ""


def _finish_factor(request: HttpRequest, account: Account) -> list[str]:
    secret = _read_offer(request)
    counter = secret and find_counter(secret, request.POST.get("code", "")[:20], trial.read_clock().timestamp(), 0)
    if not counter:
        return [render_text("account.wrong_code", account.language)]
    account.totp_secret, account.totp_last = encrypt(secret), counter
    account.save(update_fields=["totp_secret", "totp_last"])
    del request.session["totp_offer"]
    return []


_ORDERS: dict[str, Callable[[Account], datetime]] = {
    "password": lambda one: one.password_set_at or one.created_at,
    "last": lambda one: one.last_login or one.created_at,
}


class PersonForm(forms.Form):
    """What the administrator says of a person."""

    person = forms.RegexField(r"^[a-z0-9][a-z0-9._-]{1,58}$", required=False)
    name = forms.CharField(max_length=120, required=False)
    role = forms.ChoiceField(choices=[(role.value, role.value) for role in Role if role is not Role.SYSTEM])
    workplace = forms.CharField(max_length=8, required=False)
    active = forms.BooleanField(required=False)
    reason = forms.CharField(max_length=400, required=False)
    what = forms.ChoiceField(choices=[("", ""), ("UNLOCK", ""), ("NEW_PASSWORD", ""), ("RECALL", "")], required=False)


def list_people(request: HttpRequest) -> HttpResponse:
    """Everybody who has, or had, an account: the access list that is looked through from time to time. ``by`` puts those
    in use whose password is the oldest, or who were not here for the longest time, first."""
    now, by = trial.read_clock(), request.GET.get("by", "")
    accounts = list(Account.objects.order_by("-is_active", "site", "role", "person"))
    if by in _ORDERS:
        accounts.sort(key=lambda one: (not one.is_active, _ORDERS[by](one)))
    context = {
        "rows": [
            {
                "of": one,
                "days": compute_age(one, now).days,
                "is_old": one.is_active and is_too_old(one, now),
                "is_unused": is_unused(one, now),
            }
            for one in accounts
        ],
        "by": by,
        "unused_days": UNUSED.days,
        "limit": load_settings().password_days,
        "may_change": trial.get_actor(request).role is Role.ADMINISTRATOR,
        **_choices(),
    }
    return render(request, "accounts/people.html", context)


def new_person(request: HttpRequest) -> HttpResponse:
    """Give somebody an account."""
    form = PersonForm(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {"form": form, **_choices()}
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        command = CreateAccount(said["person"], said["name"], Role(said["role"]), said["workplace"])
        given = make_account(trial.get_actor(request), command, language=request.language)  # type: ignore[attr-defined]
        if not isinstance(given, Refusal):
            return render(request, "accounts/given.html", {"given": given}, status=201)
        context["refusal"] = given
    return render(request, "accounts/person.html", context, status=422 if request.method == "POST" else 200)


def change_person(request: HttpRequest, person: str) -> HttpResponse:
    """Change role, site or access of somebody, or give a new password."""
    account = Account.objects.filter(pk=person).first()
    if account is None:
        raise Http404
    begin = {"role": account.role, "workplace": account.site, "active": account.is_active}
    form = PersonForm(request.POST if request.method == "POST" else None, initial=begin)
    context: dict[str, object] = {"form": form, "person": account, "now": trial.read_clock(), **_choices()}
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        command = ChangeAccount(
            person, Role(said["role"]), said["workplace"], said["active"], said["reason"], said["what"]
        )
        given = change_account(trial.get_actor(request), command)
        if isinstance(given, Refusal):
            context["refusal"] = given
        elif given.password:
            return render(request, "accounts/given.html", {"given": given})
        else:
            return redirect("people")
    return render(request, "accounts/person.html", context, status=422 if request.method == "POST" else 200)


def show_matrix(request: HttpRequest) -> HttpResponse:
    """Role by act, with the duty that an act needs: what a printed access plan shows."""
    roles = [role for role in Role if role is not Role.SYSTEM]
    rows = [
        {"act": act, "duty": permission.duty, "cells": [role in permission.roles for role in roles]}
        for act, permission in sorted(PERMISSIONS.items())
    ]
    return render(request, "accounts/matrix.html", {"roles": roles, "rows": rows})


def list_exports(request: HttpRequest) -> HttpResponse:
    """Which files of data were given out: who, when, what, by which filter, how many rows, which hash."""
    with trial.see_study():
        found = LedgerEntry.objects.filter(act=DataExported.act).order_by("-position")[:MOST_EXPORTS]
        rows = [{"entry": one, "said": compute_stamped(Envelope(*(getattr(one, name) for name in COLUMNS))).entry}
                for one in found if one.payload]  # fmt: skip
    return render(request, "accounts/exports.html", {"rows": rows, "most": MOST_EXPORTS})


def _choices() -> dict[str, object]:
    return {
        "roles": [role for role in Role if role is not Role.SYSTEM],
        "sites": list(trial.get_definition().sites),
        "site_roles": SITE_ROLES,
    }
