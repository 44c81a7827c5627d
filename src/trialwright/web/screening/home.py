"""What of the way into the study waits for a physician."""

from django.http import HttpRequest
from django.urls import reverse

from trialwright.web import trial
from trialwright.web.page import DOCTORS
from trialwright.web.people import list_people
from trialwright.web.task import Task


def list_tasks(request: HttpRequest) -> list[Task]:
    """How many have consented and wait for a physician, for physicians only."""
    actor = trial.get_actor(request)
    if actor.role not in DOCTORS:
        return []
    count = sum(one.status in ("CONSENTED", "ENROLLED") for one in list_people(request))
    return [Task("screening.task", count, reverse("screening"), "warn" if count else "")]
