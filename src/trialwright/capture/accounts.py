"""People and their accounts: made, changed, signed in. An account is never deleted and its name never given twice.

The ledger says who somebody is; the password stays outside it, with whoever asks for it.
"""

from dataclasses import dataclass

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, refuse
from trialwright.ledger.entries import AccountChanged, AccountCreated, SignedIn, SignInFailed
from trialwright.vocabulary.codelists import READERS, Role
from trialwright.vocabulary.findings import Reason

SITE_ROLES = READERS | {
    Role.INVESTIGATOR, Role.SUB_INVESTIGATOR, Role.COORDINATOR, Role.NURSE, Role.PHARMACIST,
}  # fmt: skip
"""Roles that belong to a site; the others belong to the whole study."""


@dataclass(frozen=True, slots=True)
class CreateAccount:
    """Give a person an account. ``person`` is the id that stands on everything that the person does, for ever."""

    person: str
    name: str
    role: Role
    workplace: str = ""


@dataclass(frozen=True, slots=True)
class ChangeAccount:
    """Change the role, the site or the access of a person, with the reason. ``what`` says what else was done."""

    person: str
    role: Role
    workplace: str
    active: bool
    reason: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class SignIn:
    """The actor has proved who they are."""

    second_factor: bool = False


@dataclass(frozen=True, slots=True)
class FailSignIn:
    """Somebody could not prove who they are; ``person`` is empty where the name is of nobody (it may be a password)."""

    person: str
    why: str


def decide_create_account(moment: Moment, command: CreateAccount) -> Decision:
    """The account as an entry of the study's chain, or why it is not given."""
    reasons = _check_opened(moment) + check_actor(moment, "create_account", "")
    if not command.person.strip() or command.person != command.person.strip().lower():
        reasons.append(Reason("bad-person", "a person's id is written in small letters, without spaces around it"))
    if command.person in moment.study.accounts:
        reasons.append(Reason("person-used", f"{command.person} is somebody's id already; ids are never used again"))
    if not command.name.strip():
        reasons.append(Reason("no-name", "an account needs the person's name"))
    reasons += _check_place(moment, command.role, command.workplace)
    entry = AccountCreated(command.person, command.name, command.role.value, command.workplace)
    return refuse("create_account", reasons) or (Planned("", entry),)


def decide_change_account(moment: Moment, command: ChangeAccount) -> Decision:
    """The change as an entry, or why it cannot be made; the reason is always needed."""
    reasons = _check_opened(moment) + check_actor(moment, "change_account", "")
    if command.person not in moment.study.accounts:
        reasons.append(Reason("unknown-person", f"nobody has the id {command.person}"))
    if command.person == moment.actor.person:
        reasons.append(Reason("own-account", "somebody else changes your account"))
    if not command.reason.strip():
        reasons.append(Reason("no-reason", "a change needs its reason"))
    reasons += _check_place(moment, command.role, command.workplace)
    entry = AccountChanged(
        command.person, command.role.value, command.workplace, "Y" if command.active else "N", command.reason,
        command.what,
    )  # fmt: skip
    return refuse("change_account", reasons) or (Planned("", entry),)


def decide_sign_in(moment: Moment, command: SignIn) -> Decision:
    """The sign-in as an entry, or why this person may not come in."""
    reasons = _check_opened(moment) + check_actor(moment, "sign_in", "")
    account = moment.study.accounts.get(moment.actor.person)
    if account is None or account.active != "Y":
        reasons.append(Reason("no-account", f"{moment.actor.person} has no active account"))
    entry = SignedIn(moment.actor.person, "PASSWORD_AND_CODE" if command.second_factor else "PASSWORD")
    return refuse("sign_in", reasons) or (Planned("", entry),)


def decide_fail_sign_in(moment: Moment, command: FailSignIn) -> Decision:
    """The failure as an entry."""
    reasons = _check_opened(moment) + check_actor(moment, "fail_sign_in", "")
    return refuse("fail_sign_in", reasons) or (Planned("", SignInFailed(command.person, command.why)),)


def _check_opened(moment: Moment) -> list[Reason]:
    return [] if moment.study.opened else [Reason("not-open", "the ledger has not been opened with its purpose")]


def _check_place(moment: Moment, role: Role, site: str) -> list[Reason]:
    if role is Role.SYSTEM:
        return [Reason("bad-role", "SYSTEM is the machine and nobody's role")]
    if role in SITE_ROLES and site not in moment.definition.sites:
        return [Reason("no-site", f"{role.value} works at a site; the study has no site {site or '(none given)'}")]
    if role not in SITE_ROLES and site and site not in moment.definition.sites:
        return [Reason("unknown-site", f"the study has no site {site}")]
    return []
