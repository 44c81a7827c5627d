"""The notices that wait for a person, and in red those that could not be delivered."""

from django.http import HttpRequest
from django.urls import reverse

from trialwright.settings import load_settings
from trialwright.web import trial
from trialwright.web.notices.models import Delivery
from trialwright.web.notices.pages import WHO
from trialwright.web.notices.views import is_mine, list_open
from trialwright.web.task import Task


def list_tasks(request: HttpRequest) -> list[Task]:
    """Mine, and everybody's that failed."""
    actor, page = trial.get_actor(request), reverse("notices")
    if actor.role not in WHO:
        return []
    rows = list_open(request)
    mine = sum(is_mine(actor, row) for row in rows)
    tasks = [Task("notices.task_mine", mine, page, "warn" if mine else "")]
    if rows and load_settings().mail:
        failing = Delivery.objects.filter(notice__in=[row.pk for row in rows], sent_at=None).exclude(failure="")
        count = failing.values("notice").distinct().count()
        if count:
            tasks.insert(0, Task("notices.task_failed", count, page, "bad"))
    late = sum(row.escalated_at is not None for row in rows)
    if late:
        tasks.insert(0, Task("notices.task_late", late, page, "bad"))
    return tasks
