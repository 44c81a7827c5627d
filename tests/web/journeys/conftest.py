"""A real browser before the real application: the trial of the pages' tests, served to headless Chromium.

``live`` serves a fresh copy of the trial. ``live.sign_in(Role.NURSE)`` gives a page of a browser of its own, in which
the nurse of the own site has signed in; ``live.enter(...)`` gives its context, for those who need more than one page.
The mouse is put away (``hands.py``): every journey is walked by keyboard alone. A request that would leave the server,
and a word of the browser about the content security policy, fail the test.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.web.journeys.hands import put_the_mouse_away
from tests.web.journeys.live import DESKTOP, PASSWORD, PHONE, Live, find_chromium, serve, start_chromium

__all__ = ["DESKTOP", "PASSWORD", "PHONE", "Live"]


@pytest.fixture(scope="session")
def server_address() -> Iterator[str]:
    """The application, served once a worker; each test puts its own database under it."""
    with serve() as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Headless Chromium, one a worker; skipped with the reason where there is none."""
    path = find_chromium()
    if path is None:
        pytest.skip("no chromium on this machine")
    with start_chromium(path) as browser:
        yield browser


@pytest.fixture
def live(chromium: Browser, server_address: str, running: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """The trial, fresh, in a browser, without a mouse."""
    put_the_mouse_away(monkeypatch)
    now = Live(chromium, server_address, running)
    yield now
    now.close()
    assert now.outside == [], "the browser was sent to somebody else"
    assert now.said == [], "the browser complained"
