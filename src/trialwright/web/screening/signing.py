"""The password once more: who signs proves at that moment who they are (21 CFR 11.200)."""

from django.db.models import F
from django.http import HttpRequest

from trialwright.capture.accounts import FailSignIn
from trialwright.vocabulary.findings import Reason, Refusal
from trialwright.web import trial
from trialwright.web.accounts.models import Account
from trialwright.web.accounts.sign_in import LOCKED_FOR, MOST_FAILURES, check_own_password
from trialwright.web.catalogue import render_text

LONGEST = 1000


def check_signer(request: HttpRequest, act: str) -> Refusal | None:
    """Why the signature cannot be taken; None where the posted ``password`` is the person's own.

    A wrong one is put on record and counts towards the lock-out, as at sign-in.
    """
    account = Account.objects.get(pk=trial.get_actor(request).person)
    now = trial.read_clock()
    if account.is_locked(now):
        return _refuse(request, act, "signing.locked")
    if check_own_password(account, request.POST.get("password", "")[:LONGEST]):
        return None
    trial.perform_as(trial.MACHINE, FailSignIn(account.person, "WRONG_PASSWORD"))
    Account.objects.filter(pk=account.pk).update(failures=F("failures") + 1)
    Account.objects.filter(pk=account.pk, failures__gte=MOST_FAILURES).update(locked_until=now + LOCKED_FOR, failures=0)
    return _refuse(request, act, "signing.wrong")


def _refuse(request: HttpRequest, act: str, key: str) -> Refusal:
    language = request.language  # type: ignore[attr-defined]
    return Refusal(act, (Reason("not-authenticated", render_text(key, language)),))
