"""The server's log: one JSON object a line, made for machines, without a word about any participant.

Addresses of pages hold participants' codes, and messages of errors may hold values: so a line names the route (its pattern),
never the address; of an error its kind and where it was, never its text. Nothing that was sent is
logged. The network address of the browser is: somebody who guesses passwords must be found.
"""

import json
import logging
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]
_HERE = ("127.0.0.1", "::1", "")
_log = logging.getLogger("trialwright.requests")


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line: time, level, logger, then what the record brings."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname, "logger": record.name,
        }  # fmt: skip
        if record.name.startswith("trialwright"):
            line |= {"said": record.getMessage(), **getattr(record, "facts", {})}
        else:  # whatever others say may quote an address or a value
            line |= describe_request(getattr(record, "request", None))
        if status := getattr(record, "status_code", None):
            line["status"] = status
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = [
                f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])[-8:]
            ]
        return json.dumps(line, ensure_ascii=False)


def log_requests(get_response: Answer) -> Answer:
    """One line for each request: who, which route, which answer, how long."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = get_response(request)
        took = round((time.perf_counter() - began) * 1e3, 1)
        facts = {**describe_request(request), "from": find_sender(request), "status": response.status_code, "ms": took}
        _log.info("request", extra={"facts": facts})
        return response

    return middleware


def find_sender(request: HttpRequest) -> str:
    """The network address of the browser. The server in front of this one adds it to what was said before, at the end.

    Only a server on this machine is believed.
    """
    here = str(request.META.get("REMOTE_ADDR", ""))
    said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        return str(ip_address(said)) if said and here in _HERE else here
    except ValueError:
        return here


def describe_request(request: Any) -> dict[str, str]:
    """Who asked, in which role, by which method, for which route."""
    if not isinstance(request, HttpRequest):
        return {}
    actor, match = getattr(request, "actor", None), request.resolver_match
    who = {"person": actor.person, "role": actor.role.value, "site": actor.site} if actor else {}
    known = request.method if request.method in ("GET", "HEAD", "POST") else "OTHER"
    return {"method": str(known), "route": match.route if match else "(none)", **who}
