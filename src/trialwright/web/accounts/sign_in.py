"""Who may come in: password, second factor, lock-out; every attempt, good or failed, becomes an entry of the ledger."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F

from trialwright.access.policy import Actor
from trialwright.capture.accounts import FailSignIn, SignIn
from trialwright.safety.notices import LOCKED_OUT
from trialwright.vocabulary.codelists import Role
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.accounts.models import Account
from trialwright.web.accounts.passwords import is_too_old
from trialwright.web.accounts.totp import find_counter
from trialwright.web.accounts.vault import Unreadable, decrypt

MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
_NOBODY = ""


def try_sign_in(person: str, password: str, code: str, now: datetime) -> Account | None:
    """The account of who proved who they are; None otherwise, without a word about what was wrong."""
    account = Account.objects.filter(pk=person.strip().lower()).first()
    if account is None:
        make_password(password)  # takes as long as checking one, so that time tells nobody which names exist
        _fail(_NOBODY, "UNKNOWN_PERSON")
        return None
    why, counter = _find_fault(account, password, code, now)
    if why:
        _fail(account.person, LOCKED_OUT if _count_failure(account, now) else why)
        return None
    actor = Actor(account.person, Role(account.role), account.site)
    if isinstance(trial.perform_as(actor, SignIn(second_factor=bool(account.totp_secret))), Refusal):
        return None
    Account.objects.filter(pk=account.pk).update(
        failures=0, locked_until=None, last_login=now, totp_last=counter or F("totp_last")
    )
    if is_too_old(account, now):
        account.must_change_password = True
        account.save(update_fields=["must_change_password"])
    return account


def check_own_password(account: Account, password: str) -> bool:
    """Whether this is the person's password: for signatures, which ask for it each time."""
    return check_password(password, account.password)


def prove_again(account: Account, password: str, now: datetime) -> bool:
    """Whether who has signed in is who they say they are: for signatures. A failure counts and is logged as at sign-in."""
    why = "LOCKED" if account.is_locked(now) else "" if check_own_password(account, password) else "WRONG_PASSWORD"
    if why:
        _fail(account.person, LOCKED_OUT if _count_failure(account, now) else why)
    return not why


def _find_fault(account: Account, password: str, code: str, now: datetime) -> tuple[str, int | None]:
    if not check_password(password, account.password):
        return "WRONG_PASSWORD", None
    if account.is_locked(now):
        return "LOCKED", None
    if not account.is_active:
        return "INACTIVE", None
    if not account.totp_secret:
        return "", None
    try:
        secret = decrypt(account.totp_secret)
    except Unreadable:
        return "UNREADABLE_FACTOR", None
    counter = find_counter(secret, code, now.timestamp(), account.totp_last)
    return ("", counter) if counter is not None else ("WRONG_CODE", None)


def _count_failure(account: Account, now: datetime) -> bool:
    """Whether this failure was one too many, so that the account is locked from now on."""
    Account.objects.filter(pk=account.pk).update(failures=F("failures") + 1)
    enough = Account.objects.filter(pk=account.pk, failures__gte=MOST_FAILURES)
    return bool(enough.update(locked_until=now + LOCKED_FOR, failures=0))


def _fail(person: str, why: str) -> None:
    trial.perform_as(trial.MACHINE, FailSignIn(person, why))
