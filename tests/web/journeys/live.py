"""The real application behind an address, and real browsers before it: what the journeys and the screenshots share."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

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


@contextmanager
def serve() -> Iterator[str]:
    """The application behind an address of this machine, each request in a thread of its own."""
    from django.core.handlers.wsgi import WSGIHandler

    with _Server(("127.0.0.1", 0), _Quiet) as server:
        server.set_app(WSGIHandler())
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def find_chromium() -> str | None:
    """Where Chromium is on this machine; None for nowhere."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def start_chromium(path: str) -> Iterator[Browser]:
    """Headless Chromium that can reach this machine only."""
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
        self.admit(context, role, site, language)
        return context

    def admit(self, context: BrowserContext, role: Role, site: str = OWN, language: str = "en") -> None:
        """Let the person with a role be who has signed in in a browser, whoever it was before."""
        cookies = open_browser(role, site, language).cookies
        context.clear_cookies()
        context.add_cookies(
            [{"name": one.key, "value": one.value, "url": self.address, "httpOnly": True} for one in cookies.values()]
        )

    def sign_in(self, role: Role, site: str = OWN, language: str = "en", size: tuple[int, int] = DESKTOP) -> Page:
        """A page of such a browser; nothing is opened on it yet."""
        return self.enter(role, site, language, size).new_page()

    def open_menu(self, page: Page, group: str, name: str) -> None:
        """Go to a page by the navigation: the group in its first row, then the page in its second."""
        page.locator(".menu-groups").get_by_role("link", name=group, exact=True).click()
        page.locator(".menu-pages").get_by_role("link", name=name, exact=True).click()

    def _watch(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.outside.append(url)

    def _listen(self, kind: str, text: str) -> None:
        # What the server refused, a connection that a journey cut, and a draft that a newer one overtook, are no errors.
        if kind == "error" and not text.startswith(("Failed to load resource", "htmx:")):
            self.said.append(text)

    def close(self) -> None:
        """Close every browser that was opened."""
        for context in self._open:
            with suppress(Exception):
                context.close()
