"""Whether the server is alive, and whether it can do its work; for whoever watches over it, without signing in."""

import shutil
from pathlib import Path

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from trialwright.ledger.seal import Seal
from trialwright.store.guards import check_guards
from trialwright.store.read import read_study

_LEAST_FREE = 0.05
_LEAST_BYTES = 500 * 2**20


def tell_health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  (a view)
    """200 and ``ok`` while the ledger can be read; nothing about the trial."""
    return HttpResponse("ok" if read_study(connection) else "no ledger", content_type="text/plain")


def tell_readiness(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  (a view)
    """200 where all is well, 503 where something is not, as JSON: database, guards, disk, and the ledger's last seal.

    The seal is there so that a watcher keeps it outside the database, time after time (principles of conduct, 13).
    """
    checks = {"database": _check_database(), "guards": _check_guards(), "disk": _check_disk()}
    told: dict[str, object] = {"ready": all(one == "ok" for one in checks.values()), **checks}
    if checks["database"] == "ok" and (study := read_study(connection)):
        told |= {"seal": str(Seal(study.position, study.seal)), "last_entry_at": study.at}
    return JsonResponse(told, status=200 if told["ready"] else 503)


def _check_database() -> str:
    try:
        return "ok" if read_study(connection) else "no ledger"
    except DatabaseError as error:
        return type(error).__name__


def _check_guards() -> str:
    try:
        missing = check_guards(connection)
    except DatabaseError as error:
        return type(error).__name__
    return "ok" if not missing else ", ".join(one.code for one in missing)


def _check_disk() -> str:
    """Room on the disk of the ledger; of a PostgreSQL elsewhere nothing is known, its own watcher looks."""
    if connection.vendor != "sqlite":
        return "ok"
    usage = shutil.disk_usage(Path(str(connection.settings_dict["NAME"])).resolve().parent)
    return "ok" if usage.free >= min(_LEAST_BYTES, _LEAST_FREE * usage.total) else f"{usage.free // 2**20} MB left"
