"""The password asked again: proof, at this moment, of who signs."""

from datetime import datetime

from django.http import HttpRequest

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
