"""Every page before every role that may open it: usable with a screen reader, on a telephone, and enlarged.

All pages are rendered for all roles; of those that are built of the same kinds of elements, one goes into the browser.
There axe-core looks for what keeps people out, and the page is measured at 360 px and at 200 % zoom of a desktop
(which is a window of half its width).
"""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page

from tests.web.conftest import open_browser
from tests.web.journeys.live import DESKTOP, PHONE, Live
from tests.web.scenes import Scene, is_page_text, list_scenes
from trialwright.vocabulary.codelists import Role

ZOOMED = (DESKTOP[0] // 2, DESKTOP[1] // 2)
AXE = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}

SHORTEN = """() => document.querySelectorAll('tbody, ul, ol').forEach(list => [...list.children].slice(8).forEach(
  row => { if (!row.id && !row.contains(document.activeElement)) row.remove(); }))"""

# What sticks out of the window and cannot be scrolled to, or is too small for a finger.
OUTSIDE = """() => {
  const wide = document.scrollingElement.scrollWidth - window.innerWidth;
  const out = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')].filter(one => {
    const box = one.getBoundingClientRect();
    if (!box.width || !box.height || one.closest('.hidden, .skip')) return false;
    if (box.left >= -1 && box.right <= window.innerWidth + 1) return false;
    for (let at = one.parentElement; at; at = at.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(at).overflowX) && at.scrollWidth > at.clientWidth) return false;
    }
    return true;
  });
  return [wide > 1 ? `the page is ${wide} px wider than the window` : '', ...out.map(one => one.outerHTML.slice(0, 90))]
    .filter(Boolean);
}"""


def list_kinds(html: str) -> frozenset[tuple[str, ...]]:
    """The kinds of elements that a page is built of: tag, classes, role, type, and which aria attributes."""
    main = html[html.find("<main") :]
    return frozenset(
        (tag, *sorted(re.findall(r'class="[^"]*"|role="[^"]*"|type="[^"]*"|aria-[a-z]+|hidden|tabindex', rest)))
        for tag, rest in re.findall(r"<([a-z0-9]+)([^>]*)>", main)
    )


def choose_scenes() -> Iterator[Scene]:
    """Of all pages before all roles, one of each that is built differently."""
    clients: dict[Role | None, Client] = {None: Client(headers={"accept-encoding": "identity"})}
    seen: set[object] = set()
    for scene in list_scenes(every_role=True):
        if scene.role not in clients and scene.role is not None:
            clients[scene.role] = open_browser(scene.role)
        answer = clients[scene.role].get(scene.address)
        text = "" if answer.streaming else answer.content.decode("utf-8", "replace")
        if not is_page_text(answer.headers.get("content-type", ""), text):
            continue
        key = (scene.name, list_kinds(text))
        if key not in seen:
            seen.add(key)
            yield scene


@pytest.mark.slow
def test_every_page_can_be_used_by_everybody(live: Live) -> None:
    axe, wrong, role = Axe(), list[str](), None
    scenes = list(choose_scenes())
    page = live.browse(PHONE).new_page()
    for scene in sorted(scenes, key=lambda one: str(one.role or "")):
        if scene.role is not None and scene.role is not role:
            live.admit(page.context, scene.role)
        role = scene.role
        page.goto(scene.address, wait_until="domcontentloaded")
        said = (*measure(page), *find_violations(axe, page, whole=scene.name in ("home", "sign_in")))
        wrong += [f"{scene.name} as {scene.role}: {one}" for one in said]
    assert len(scenes) > 60
    assert not wrong, "\n".join(wrong)


def measure(page: Page) -> list[str]:
    """What does not fit a telephone, or a desktop at 200 %."""
    found = []
    for name, (width, height) in (("telephone", PHONE), ("zoomed", ZOOMED)):
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{name}: {one}" for one in page.evaluate(OUTSIDE)]
    return found


def find_violations(axe: Axe, page: Page, *, whole: bool) -> list[str]:
    """What axe-core calls serious or critical; of a long list its first rows, and head and menu where asked for."""
    page.evaluate(SHORTEN)
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]} ({len(one['nodes'])}×)"
        for one in axe.run(page, None if whole else "main", AXE).response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
