"""Whose session it is: begun at sign-in, bound to the password, over at once when the account is closed."""

from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils.crypto import constant_time_compare

from trialwright.web.accounts.models import Account

_PERSON, _PROOF = "person", "proof"


def begin_session(request: HttpRequest, account: Account) -> None:
    """A new session for a person who has just proved who they are; nothing of the one before is kept."""
    request.session.flush()
    request.session[_PERSON], request.session[_PROOF] = account.person, account.get_session_auth_hash()
    request.session.save()
    rotate_token(request)
    request.account = account  # type: ignore[attr-defined]


def renew_session(request: HttpRequest, account: Account) -> None:
    """Go on after a change of the password; the person's other sessions end."""
    request.session.cycle_key()
    request.session[_PROOF] = account.get_session_auth_hash()


def end_session(request: HttpRequest) -> None:
    """Sign out."""
    request.session.flush()


def load_account(request: HttpRequest) -> Account | None:
    """The account of this session; None for nobody, a closed account, and a password that was changed since."""
    person = request.session.get(_PERSON, "")
    account = Account.objects.filter(pk=person, is_active=True).first() if person else None
    if account is None or not constant_time_compare(request.session.get(_PROOF, ""), account.get_session_auth_hash()):
        return None
    return account
