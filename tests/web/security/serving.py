"""A real server in processes of its own on a trial, and browsers that are only HTTP: for kills and for measuring."""

import contextlib
import gzip
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings

TOKEN = "t" * 32
"""What stands in the cookie and in the form against forged requests."""


def find_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, and the process that leads its group."""

    port: int
    process: "subprocess.Popen[bytes]"

    def read_cpu_seconds(self) -> float:
        """The processor time that all processes of the server have spent so far."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                if int(fields[2]) == self.process.pid:  # its process group
                    ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """``kill -9`` of every process of the server at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextlib.contextmanager
def start_server(study: Path, out: Path, url: str = "", workers: int = 2, threads: int = 4) -> Iterator[Server]:
    """The server on the ledger of ``out``, or on the database of ``url``; killed when the block ends."""
    port = find_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TRIALWRIGHT", "DATABASE"))}
    clean |= {"TRIALWRIGHT_SECRET_KEY": settings.SECRET_KEY, **({"DATABASE_URL": url} if url else {})}
    command = [
        sys.executable, "-c", "from trialwright.cli import main; main()", "serve", str(study), "--out", str(out),
        "--port", str(port), "--workers", str(workers), "--threads", str(threads),
    ]  # fmt: skip
    log = (out / "server.log").open("ab")
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log, env=clean, start_new_session=True)
    server = Server(port, process)
    try:
        _wait_for(server)
        yield server
    finally:
        server.kill()
        log.close()


def _wait_for(server: Server) -> None:
    for _ in range(600):
        assert server.process.poll() is None, "the server ended"
        with contextlib.suppress(OSError, http.client.HTTPException):
            if Browser(server.port, "").get("/health")[0] == 200:
                return
        time.sleep(0.1)
    raise AssertionError("the server did not come up")


class Browser:
    """One person's connection, kept open as browsers keep it."""

    def __init__(self, port: int, cookies: str, *, packed: bool = False) -> None:
        self._link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Cookie": f"tw_csrf={TOKEN}; {cookies}", "Host": f"localhost:{port}"}
        if packed:
            self._headers["Accept-Encoding"] = "gzip"

    def get(self, path: str) -> tuple[int, str]:
        """Status and page."""
        self._link.request("GET", path, headers=self._headers)
        answer = self._link.getresponse()
        return answer.status, answer.read().decode()

    def weigh(self, path: str) -> tuple[int, str]:
        """How many bytes come over the line for an address, headers included, and the text that they are."""
        self._link.request("GET", path, headers=self._headers)
        answer = self._link.getresponse()
        body = answer.read()
        size = len(body) + sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
        is_packed = answer.headers.get("Content-Encoding") == "gzip"
        return size, (gzip.decompress(body) if is_packed else body).decode()

    def post(self, path: str, said: dict[str, str]) -> tuple[int, str]:
        """Status and where it sends on to."""
        body = urlencode({"csrfmiddlewaretoken": TOKEN, **said})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        self._link.request("POST", path, body, {**self._headers, **kind})
        answer = self._link.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Location", "")


def make_cookies(person: str) -> str:
    """The cookies of somebody who has signed in, made in the connected database."""
    from importlib import import_module

    from django.http import HttpResponse

    from trialwright.web.accounts.models import Account
    from trialwright.web.guards import mark_seen

    account = Account.objects.get(pk=person)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session.update({"person": account.person, "proof": account.get_session_auth_hash()})
    session.save()
    seen = HttpResponse()
    mark_seen(seen, session.session_key)
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; tw_seen={seen.cookies['tw_seen'].value}"


def read_fields(page: str) -> dict[str, str]:
    """The texts that a form on a page holds, as a browser would send them."""
    from lxml import html

    said: dict[str, str] = {}
    for form in html.fromstring(page).forms:
        if any(name.startswith("v.") for name, _ in form.form_values()):
            said |= {name: value or "" for name, value in form.form_values()}
    said.pop("csrfmiddlewaretoken", None)
    return said
