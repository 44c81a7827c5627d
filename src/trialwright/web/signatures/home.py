"""The signatures that wait for a doctor."""

from django.http import HttpRequest
from django.urls import reverse

from trialwright.web import trial
from trialwright.web.page import DOCTORS
from trialwright.web.signatures.waiting import count_waiting
from trialwright.web.task import Task


def list_tasks(request: HttpRequest) -> list[Task]:
    """The number of casebooks to sign."""
    if trial.get_actor(request).role not in DOCTORS:
        return []
    count = count_waiting(request)
    return [Task("signatures.task", count, reverse("signatures"), "warn" if count else "")]
