"""The requests that wait for the data manager."""

from django.http import HttpRequest
from django.urls import reverse

from trialwright.access.policy import PERMISSIONS
from trialwright.web import trial
from trialwright.web.task import Task


def list_tasks(request: HttpRequest) -> list[Task]:
    """How many entries are said to hold a name."""
    if trial.get_actor(request).role not in PERMISSIONS["redact"].roles:
        return []
    count = len(trial.load_study(request).asked)
    return [Task("redaction.task", count, reverse("redactions"), "bad" if count else "")]
