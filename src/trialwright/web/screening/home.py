"""What of the way into the study waits for a physician."""

from django.http import HttpRequest
from django.urls import reverse

from trialwright.store.models import Participant
from trialwright.web import trial
from trialwright.web.page import DOCTORS
from trialwright.web.task import Task


def list_tasks(request: HttpRequest) -> list[Task]:
    """How many have consented and wait for a physician; one statement, for physicians only."""
    actor = trial.get_actor(request)
    if actor.role not in DOCTORS:
        return []
    waiting = Participant.objects.filter(site__in=trial.list_sites(request), status__in=("CONSENTED", "ENROLLED"))
    count = waiting.count()
    return [Task("screening.task", count, reverse("screening"), "warn" if count else "")]
