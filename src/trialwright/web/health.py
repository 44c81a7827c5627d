"""Whether the server is alive, and whether it can do its work; for whoever watches over it, without signing in."""

import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from trialwright.ledger.seal import Seal
from trialwright.settings import load_settings
from trialwright.store.guards import check_guards
from trialwright.store.read import read_study
from trialwright.store.site_rows import ALL, show_site
from trialwright.vocabulary.codelists import Purpose
from trialwright.web import trial

STALE = timedelta(minutes=10)
"""So long after its last run the outbox is said to stand still."""
_MINUTE = timedelta(minutes=1)
_BACKUP_AGE = timedelta(hours=26)
_LEAST_FREE = 0.05
_LEAST_BYTES = 500 * 2**20


def tell_health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  (a view)
    """200 and ``ok`` while the ledger can be read; nothing about the trial."""
    return HttpResponse("ok" if read_study(connection) else "no ledger", content_type="text/plain")


def tell_readiness(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  (a view)
    """200 where all is well, 503 where something is not, as JSON; with the ledger's last seal and nobody's code.

    The seal is there so that a watcher keeps it outside the database, time after time (principles of conduct, 13).
    """
    show_site(connection, ALL)  # who asks has not signed in; only numbers go out
    checks = {"database": _check_database()}
    if checks["database"] == "ok":
        checks |= {"guards": _ask(_check_guards), "outbox": _ask(_check_outbox), "notices": _ask(_check_notices)}
    checks |= {"disk": _check_disk(), "backup": _check_backup()}
    told: dict[str, object] = {"ready": all(one == "ok" for one in checks.values()), **checks}
    if checks["database"] == "ok" and (study := read_study(connection)):
        told |= {"seal": str(Seal(study.position, study.seal)), "last_entry_at": study.at}
        told["notices_late"] = _count_late()
    return JsonResponse(told, status=200 if told["ready"] else 503)


def _ask(check: Callable[[], str]) -> str:
    try:
        return check()
    except DatabaseError as error:
        return type(error).__name__


def _check_database() -> str:
    try:
        return "ok" if read_study(connection) else "no ledger"
    except DatabaseError as error:
        return type(error).__name__


def _check_guards() -> str:
    return ", ".join(one.code for one in check_guards(connection)) or "ok"


def _check_outbox() -> str:
    """Whether the process that tells people runs; how long ago it did where it does not."""
    # The models can be read only after Django knows its applications.
    from trialwright.web.notices.models import Outbox  # noqa: PLC0415

    box = Outbox.objects.first()
    if box is None:
        return "has never run"
    since = trial.read_clock() - box.ran_at
    return "ok" if since <= STALE else f"has not run for {since // _MINUTE} minutes"


def _check_notices() -> str:
    """How many notices somebody could not be told of; and that nobody is told by mail where no server is named."""
    from trialwright.web.notices.models import Delivery  # noqa: PLC0415

    if not load_settings().mail:
        return "no mail server is named" if trial.get_running().purpose == Purpose.PRODUCTION else "ok"
    failing = Delivery.objects.filter(notice__closed=False, sent_at=None).exclude(failure="")
    count = failing.values("notice").distinct().count()
    return f"{count} not delivered" if count else "ok"


def _count_late() -> int:
    """How many notices nobody has acknowledged in time: people are asked, nothing is wrong with the server."""
    from trialwright.web.notices.models import NoticeRow  # noqa: PLC0415

    return NoticeRow.objects.filter(closed=False).exclude(escalated_at=None).count()


def _check_disk() -> str:
    """Room on the disk of the ledger; of a PostgreSQL elsewhere nothing is known, its own watcher looks."""
    if connection.vendor != "sqlite":
        return "ok"
    usage = shutil.disk_usage(Path(str(connection.settings_dict["NAME"])).resolve().parent)
    return "ok" if usage.free >= min(_LEAST_BYTES, _LEAST_FREE * usage.total) else f"{usage.free // 2**20} MB left"


def _check_backup() -> str:
    """How old the latest backup is, where the settings say in which folder they are kept."""
    folder = load_settings().backups
    if not folder:
        return "ok"
    latest = max((one.stat().st_mtime for one in Path(folder).glob("*.zip")), default=0.0)
    age = timedelta(seconds=time.time() - latest)
    return "ok" if age <= _BACKUP_AGE else f"{age // timedelta(hours=1)} hours old" if latest else "there is none"
