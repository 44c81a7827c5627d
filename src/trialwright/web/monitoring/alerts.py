"""What waits for a person, as tiles that the home page fetches after it is shown: actions, and limits that were crossed."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from trialwright.web import trial
from trialwright.web.monitoring.numbers import count_breaches
from trialwright.web.monitoring.views import list_actions
from trialwright.web.task import Task


def show(request: HttpRequest) -> HttpResponse:
    """The tiles."""
    return render(request, "monitoring/alerts.html", {"tasks": list(list_alerts(request))})


def list_alerts(request: HttpRequest) -> Iterator[Task]:
    """Actions to be done at the site, or to be closed by who oversees it; limits that nobody has assessed."""
    site = trial.get_actor(request).site
    may_close = not trial.check_may(request, "close_action")
    today, wanted = trial.compute_today(site).isoformat(), "DONE" if may_close else "OPEN"
    found = [one for one in list_actions(request) if one.status == wanted]
    late = any(one.is_late(today) for one in found)
    text = "monitoring.task_close" if may_close else "monitoring.task_do"
    yield Task(text, len(found), reverse("actions"), "bad" if late else "warn" if found else "")
    if trial.get_definition().study.quality and not site:
        count = count_breaches(request)
        yield Task("monitoring.task_breach", count, reverse("quality"), "bad" if count else "")
