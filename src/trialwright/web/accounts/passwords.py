"""How old a password is, and when it has to be changed (21 CFR 11.300(b): checked, recalled, revised from time to time).

NIST SP 800-63B, section 3.1.1.2, advises against a change for age alone: people then choose weaker passwords; a password
is changed when it may be known to somebody else. So there is no limit unless ``TRIALWRIGHT_PASSWORD_DAYS`` gives one.
What is always there: the list of accounts by age and last use, and the administrator's recall of any password.
"""

from datetime import datetime, timedelta

from trialwright.settings import load_settings
from trialwright.web.accounts.models import Account

UNUSED = timedelta(days=90)
"""An account that nobody used for so long is shown: is it still needed?"""


def compute_age(account: Account, now: datetime) -> timedelta:
    """How long ago the password was set; since the account was made where nobody knows."""
    return max(timedelta(), now - (account.password_set_at or account.created_at))


def is_unused(account: Account, now: datetime) -> bool:
    """Whether an account in use was not signed in to for a long time."""
    return account.is_active and now - (account.last_login or account.created_at) > UNUSED


def is_too_old(account: Account, now: datetime) -> bool:
    """Whether the password is older than this installation allows; never where it names no limit."""
    days = load_settings().password_days
    return days > 0 and compute_age(account, now) > timedelta(days=days)
