"""What waits for a reader."""

from django.http import HttpRequest
from django.urls import reverse

from trialwright.vocabulary.codelists import READERS
from trialwright.web import trial
from trialwright.web.reading.cases import load_cases
from trialwright.web.task import Task


def list_tasks(request: HttpRequest) -> list[Task]:
    """How many images this reader has still to read, and how many they can adjudicate."""
    actor = trial.get_actor(request)
    if actor.role not in READERS:
        return []
    cases = load_cases(trial.list_sites(request))
    own = sum(one.find_turn(actor) in (1, 2) for one in cases)
    third = sum(one.find_turn(actor) == 3 for one in cases)
    address = reverse("reading")
    return [
        Task("reading.task", own, address, "warn" if own else ""),
        Task("reading.task_third", third, address, "warn" if third else ""),
    ]
