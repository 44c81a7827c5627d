"""The queries that wait for a person."""

from django.http import HttpRequest
from django.urls import reverse

from trialwright.web import trial
from trialwright.web.queries.lists import count_waiting, find_turn
from trialwright.web.queries.pages import READ
from trialwright.web.task import Task


def list_tasks(request: HttpRequest) -> list[Task]:
    """The number of questions whose turn it is, with the way to them."""
    role = trial.get_actor(request).role
    turn = find_turn(role)
    if role not in READ or not turn:
        return []
    count = count_waiting(request)
    text = "queries.task_answer" if turn == "OPEN" else "queries.task_settle"
    return [Task(text, count, f"{reverse('queries')}?status=waiting&kind=person", "warn" if count else "")]
