"""What waits for a person about safety: clocks, flags, judgements, proposals."""

from django.http import HttpRequest
from django.urls import reverse

from trialwright.access.policy import PERMISSIONS
from trialwright.vocabulary.codelists import Role
from trialwright.web import trial
from trialwright.web.page import CLINICAL
from trialwright.web.safety.watch import list_clocks, list_proposals, list_serious
from trialwright.web.task import Task

_WATCHING = PERMISSIONS["record_report"].roles | {Role.COORDINATOR, Role.NURSE, Role.SAFETY_BOARD, Role.INSPECTOR}


def list_tasks(request: HttpRequest) -> list[Task]:
    """The numbers for this role, the late ones in red."""
    role, tasks = trial.get_actor(request).role, list[Task]()
    if role not in CLINICAL:
        return tasks
    page = reverse("safety")
    if trial.get_sight(request).arms:
        safety = trial.load_study(request).safety
        waiting = len(safety.flags.keys() - {one.flag for one in safety.decisions})
        if waiting or role is Role.SAFETY_BOARD:
            tasks.append(Task("safety.task_flags", waiting, reverse("board"), "bad" if waiting else ""))
    if role in _WATCHING:
        clocks = [one for one in list_clocks(request) if one.is_due and one.clock.due]
        late = sum(one.clock.state == "LATE" for one in clocks)
        tasks.append(Task("safety.task_late", late, f"{page}#clocks", "bad" if late else ""))
        running = len(clocks) - late
        tasks.append(Task("safety.task_running", running, f"{page}#clocks", "warn" if running else ""))
    if role in PERMISSIONS["judge_event"].roles:
        count = sum(int(event.id) not in one.state.safety.judged for one, event in list_serious(request))
        tasks.append(Task("safety.task_judge", count, f"{page}#serious", "warn" if count else ""))
    if role in PERMISSIONS["review_proposal"].roles:
        count = len(list_proposals(request))
        tasks.append(Task("safety.task_proposals", count, reverse("proposals"), "warn" if count else ""))
    return tasks
