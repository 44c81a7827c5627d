"""A real browser before the real application: the trial of the pages' tests, served to headless Chromium.

``live`` serves a fresh copy of the trial. ``live.sign_in(Role.NURSE)`` gives a page of a browser of its own, in which
the nurse of the own site has signed in; ``live.browse(...)`` gives its context, for those who need more than one page.
A request that would leave the server, and a word of the browser about the content security policy, fail the test.
"""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.web.conftest import open_browser
from tests.web.trials import OWN
from trialwright.vocabulary.codelists import Role

DESKTOP, PHONE = (1280, 900), (360, 740)
PASSWORD = "virtual-people-only"
"""Everybody's in a VIRTUAL ledger: for signing, and for the sign-in page."""
_PATIENCE = 8000
"""Milliseconds after which something that should be on a page is missing."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def address_string(self) -> str:
        return "browser"


@pytest.fixture(scope="session")
def server_address() -> Iterator[str]:
    """The application behind an address of this machine, each request in a thread of its own."""
    from django.core.handlers.wsgi import WSGIHandler

    with _Server(("127.0.0.1", 0), _Quiet) as server:
        server.set_app(WSGIHandler())
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Headless Chromium, one a worker; skipped with the reason where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no chromium on this machine")
    # Playwright keeps an event loop in this thread, and Django would refuse to read the database beside one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    offline = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", offline])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Live:
    """The trial as browsers see it. ``outside``: requests to anybody else; ``said``: errors that the browser told."""

    def __init__(self, browser: Browser, address: str, database: Path) -> None:
        self.browser, self.address, self.database = browser, address, database
        self.outside: list[str] = []
        self.said: list[str] = []
        self._open: list[BrowserContext] = []

    def browse(self, size: tuple[int, int] = DESKTOP, **options: Any) -> BrowserContext:
        """A browser in which nobody has signed in."""
        context = self.browser.new_context(
            base_url=self.address, viewport={"width": size[0], "height": size[1]}, **options
        )
        context.set_default_timeout(_PATIENCE)
        context.on("request", lambda request: self._watch(request.url))
        context.on("console", lambda message: self._listen(message.type, message.text))
        context.on("weberror", lambda error: self.said.append(str(error.error)))
        self._open.append(context)
        return context

    def enter(
        self, role: Role, site: str = OWN, language: str = "en", size: tuple[int, int] = DESKTOP, **options: Any
    ) -> BrowserContext:
        """A browser in which the one person with a role (at a site) has signed in."""
        context = self.browse(size, **options)
        cookies = open_browser(role, site, language).cookies
        context.add_cookies([{"name": one.key, "value": one.value, "url": self.address} for one in cookies.values()])
        return context

    def sign_in(self, role: Role, site: str = OWN, language: str = "en", size: tuple[int, int] = DESKTOP) -> Page:
        """A page of such a browser; nothing is opened on it yet."""
        return self.enter(role, site, language, size).new_page()

    def _watch(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.outside.append(url)

    def _listen(self, kind: str, text: str) -> None:
        # What the server refused, and a connection that a journey cut, are no errors of the page.
        if kind == "error" and not text.startswith("Failed to load resource"):
            self.said.append(text)

    def close(self) -> None:
        """Close every browser that was opened."""
        for context in self._open:
            with suppress(Exception):
                context.close()


@pytest.fixture
def live(chromium: Browser, server_address: str, running: Path) -> Iterator[Live]:
    """The trial, fresh, in a browser."""
    now = Live(chromium, server_address, running)
    yield now
    now.close()
    assert now.outside == [], "the browser was sent to somebody else"
    assert now.said == [], "the browser complained"
