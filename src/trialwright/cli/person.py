"""Who sits at the command line: an account, proved by its password as a signature is."""

from datetime import datetime

import click

from trialwright.access.policy import Actor
from trialwright.cli.output import fail
from trialwright.vocabulary.codelists import Role


def prove_person(person: str, roles: frozenset[Role]) -> tuple[Actor, datetime]:
    """The person and when they proved who they are; the end for a role that may not, or a wrong password."""
    # The models can be read only after Django knows its database.
    from trialwright.web import trial  # noqa: PLC0415
    from trialwright.web.accounts.models import Account  # noqa: PLC0415
    from trialwright.web.accounts.sign_in import try_sign_in  # noqa: PLC0415

    known = Account.objects.filter(pk=person.strip().lower()).first()
    if known is not None and known.role not in roles:
        fail(f"{known.role} may not do this; it is for {', '.join(sorted(role.value for role in roles))}")
    password = click.prompt("password", hide_input=True)
    code = click.prompt("code of the second factor") if known is not None and known.totp_secret else ""
    now: datetime = trial.read_clock()
    account = try_sign_in(person, password, code, now)
    if account is None:
        fail("name, password or code is wrong, or the account is locked; the attempt is on record")
    if account.must_change_password:
        fail(f"{account.person} must change the first password in the browser before signing")
    return Actor(account.person, Role(account.role), account.site), now
