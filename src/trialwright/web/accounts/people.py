"""Accounts made and changed: the act in the ledger first, then the row beside it."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from trialwright.access.policy import Actor
from trialwright.capture.accounts import SITE_ROLES, ChangeAccount, CreateAccount
from trialwright.capture.people import Delegate, Train
from trialwright.service import reading
from trialwright.simulate.staff import SPONSOR, STATISTICIAN, find_staff
from trialwright.vocabulary.codelists import Duty, Role
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.accounts.models import Account


@dataclass(frozen=True, slots=True)
class Given:
    """An account and the first password, shown once."""

    account: Account
    password: str


def make_account(actor: Actor, command: CreateAccount, password: str = "", language: str = "en") -> Given | Refusal:
    """Give a person an account with a first password (a random one when none is given), to be changed at once."""
    done = trial.perform_as(actor, command)
    if isinstance(done, Refusal):
        return done
    chosen = password or secrets.token_urlsafe(12)
    account = Account(
        person=command.person, name=command.name, role=command.role.value, site=command.workplace, language=language,
        must_change_password=not password, created_at=trial.read_clock(), password_set_at=trial.read_clock(),
    )  # fmt: skip
    account.set_password(chosen)
    account.save(force_insert=True)
    return Given(account, chosen)


def change_account(actor: Actor, command: ChangeAccount) -> Given | Refusal:
    """Change role, site or activity. ``what``: UNLOCK, NEW_PASSWORD for a new first password, or RECALL: the present one
    must be changed before the person goes on."""
    done = trial.perform_as(actor, command)
    if isinstance(done, Refusal):
        return done
    account = Account.objects.get(pk=command.person)
    account.role, account.site, account.is_active = command.role.value, command.workplace, command.active
    password = ""
    if command.what == "UNLOCK":
        account.failures, account.locked_until = 0, None
    elif command.what == "NEW_PASSWORD":
        password, account.must_change_password = secrets.token_urlsafe(12), True
        account.totp_secret = ""
        account.set_password(password)
        account.password_set_at = trial.read_clock()
    elif command.what == "RECALL":
        account.must_change_password = True
    account.save()
    return Given(account, password)


VIRTUAL_PASSWORD = "virtual-people-only"
"""The password of everybody in a VIRTUAL ledger, where there is no real person to protect."""


def make_virtual_people() -> list[Account]:
    """One account per role for the site people of the first site and everybody else, in a VIRTUAL ledger; made once."""
    if trial.get_running().purpose != "VIRTUAL":
        raise ValueError("only a VIRTUAL ledger has virtual people")
    for actor in _list_virtual_actors():
        if not Account.objects.filter(pk=actor.person).exists():
            name = actor.role.value.replace("_", " ").capitalize()
            given = make_account(
                trial.MACHINE, CreateAccount(actor.person, f"Virtual {name}", actor.role, actor.site), VIRTUAL_PASSWORD
            )
            if isinstance(given, Refusal):
                raise ValueError(str(given))
    _delegate_adjudicators()
    return list(Account.objects.order_by("site", "person"))


def _delegate_adjudicators() -> None:
    """The duties of those who adjudicate, whom the rehearsal does without; once."""
    known = {one.person for one in reading.load_study(trial.get_running().trial).duties}
    sites = list(trial.get_definition().sites)[:2]
    for site in sites:
        person, day = find_staff(site, Role.ADJUDICATOR).person, trial.compute_today(site).isoformat()
        if person not in known:
            trial.perform_as(SPONSOR, Train(person, "GCP and protocol", day, "virtual certificate"))
            for duty in (Duty.READ_IMAGES, Duty.ENTER_DATA):
                trial.perform_as(SPONSOR, Delegate(person, duty, site, day))


def _list_virtual_actors() -> Iterator[Actor]:
    """The actors of the rehearsal, where it has them, and somebody for every other role."""
    known = {one.role: one for one in (SPONSOR, STATISTICIAN)}
    sites = list(trial.get_definition().sites)[:2]
    for role in Role:
        if role is Role.SYSTEM:
            continue
        if role in SITE_ROLES:
            yield from (find_staff(site, role) for site in sites)
        else:
            yield known.get(role) or Actor(role.value.lower().replace("_", "-"), role)
