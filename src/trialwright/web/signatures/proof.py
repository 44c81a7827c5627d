"""The password asked again: proof, at this moment, of who signs (21 CFR 11.200). Every page that signs asks here."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from trialwright.service.perform import Receipt
from trialwright.vocabulary.findings import Reason, Refusal
from trialwright.web import trial
from trialwright.web.accounts.models import Account
from trialwright.web.accounts.sign_in import prove_again
from trialwright.web.catalogue import render_text
from trialwright.web.forms.show import get_language


def prove(request: HttpRequest, act: str) -> datetime | Refusal:
    """When the person proved who they are: now, by the password posted; a refusal of ``act`` where it was wrong.

    A failure counts towards the lock-out and is on record, as one at sign-in.
    """
    account = request.account  # type: ignore[attr-defined]
    assert isinstance(account, Account)
    if not prove_again(account, request.POST.get("password", "")[:1000], trial.read_clock()):
        text = render_text("signatures.wrong_password", get_language(request))
        return Refusal(act, (Reason("wrong-password", text),))
    return trial.read_clock()


def perform_signed(request: HttpRequest, act: str, make: Callable[[datetime], Any]) -> Receipt | Refusal:
    """Do an act that is a signature: ``make`` gives the command for the moment at which the password was proved."""
    proved = prove(request, act)
    return proved if isinstance(proved, Refusal) else trial.perform(request, make(proved))
