"""What waits for an investigator whose site was locked: to take the sealed copy of its data."""

from django.http import HttpRequest
from django.urls import reverse

from trialwright.ledger.entries_review import SiteLockChanged
from trialwright.store.models import LedgerEntry
from trialwright.vocabulary.codelists import Role
from trialwright.web import trial
from trialwright.web.sites.copy import list_copies
from trialwright.web.task import Task


def list_tasks(request: HttpRequest) -> list[Task]:
    """One where the site, or the study, was locked after the last copy was taken."""
    actor, locks = trial.get_actor(request), trial.load_study(request).release.locks
    if actor.role is not Role.INVESTIGATOR or "LOCKED" not in (locks.get(actor.site), locks.get("")):
        return []
    copies = list_copies(actor.site)
    last = copies[0]["position"] if copies else 0
    with trial.see_study():
        count = int(LedgerEntry.objects.filter(act=SiteLockChanged.act, position__gt=last).exists())
    return [Task("sites.task_copy", count, reverse("site_copy", args=[actor.site]), "warn" if count else "")]
