"""Every page before every role that may open it: usable with a screen reader, on a telephone, and enlarged.

All pages are rendered for all roles; of those that are built of the same kinds of elements, one goes into the browser.
There axe-core looks for what keeps people out, the page is measured at 360 px and at 200 % zoom of a desktop (which is a
window of half its width), and everything that the Tab key stops at is given the focus, which must be seen.
The pages of a busy day (``tests/web/busy.py``) are among them.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page

from tests.web.busy import write_busy_day
from tests.web.conftest import open_browser
from tests.web.journeys.live import DESKTOP, PHONE, Live
from tests.web.scenes import Scene, is_page_text, list_scenes
from trialwright.vocabulary.codelists import Role

ZOOMED = (DESKTOP[0] // 2, DESKTOP[1] // 2)
AXE = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}

SHORTEN = """() => document.querySelectorAll('tbody, ul, ol').forEach(list => [...list.children].slice(8).forEach(
  row => { if (!row.id && !row.contains(document.activeElement)) row.remove(); }))"""

# What sticks out of the window and cannot be scrolled to, what is cut off, what scrolls and not by keyboard.
OUTSIDE = """() => {
  const wide = document.scrollingElement.scrollWidth - window.innerWidth;
  const scrolls = one => /auto|scroll/.test(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth;
  const kept = '.hidden, .skip, .top-title, .arm-name, input, select, textarea, progress, svg *';
  const cut = [], still = [];
  for (const one of document.querySelectorAll('body *')) {
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    if (!box.width || !box.height || one.closest('.hidden, .skip')) continue;
    if (/hidden|clip/.test(style.overflowX) && one.scrollWidth > one.clientWidth + 1 && !one.matches(kept)) cut.push(one);
    const says = [...one.childNodes].some(part => part.nodeType === 3 && part.data.trim());
    if (says && (box.right > window.innerWidth + 1 || box.left < -1)) {
      let at = one.parentElement;
      while (at && !scrolls(at)) at = at.parentElement;
      if (!at && !one.matches(kept)) cut.push(one);
    }
    if (scrolls(one) && one.tabIndex < 0 && !one.querySelector('a[href], button, input, select, textarea, summary')) {
      still.push(one);
    }
  }
  const name = (what, one) => `${what}: ${one.outerHTML.slice(0, 110)}`;
  const out = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')].filter(one => {
    const box = one.getBoundingClientRect();
    if (!box.width || !box.height || one.closest('.hidden, .skip')) return false;
    if (box.left >= -1 && box.right <= window.innerWidth + 1) return false;
    for (let at = one.parentElement; at; at = at.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(at).overflowX) && at.scrollWidth > at.clientWidth) return false;
    }
    return true;
  });
  return [wide > 1 ? `the page is ${wide} px wider than the window` : '', ...out.map(one => name('outside', one)),
    ...cut.map(one => name('cut off', one)), ...still.map(one => name('not to be scrolled by keyboard', one))]
    .filter(Boolean);
}"""

# What gets the focus (after a key was pressed, as by a person who tabs) and does not show it; and a stop out of order.
RINGS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')].filter(one => {
  if (one.tabIndex < 0 || one.disabled || !one.checkVisibility({visibilityProperty: true})) return false;
  if (one.tabIndex > 0) return true;
  one.focus({preventScroll: true});
  if (document.activeElement !== one) return false;
  const near = [one, one.nextElementSibling, one.closest('label')].filter(Boolean);
  return !near.some(part => {
    const style = getComputedStyle(part);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  });
}).map(one => `no ring: ${one.outerHTML.slice(0, 110)}`)"""


def list_kinds(html: str) -> frozenset[tuple[str, ...]]:
    """The kinds of elements that a page is built of: tag, classes, role, type, and which aria attributes."""
    main = html[html.find("<main") :]
    return frozenset(
        (tag, *sorted(re.findall(r'class="[^"]*"|role="[^"]*"|type="[^"]*"|aria-[a-z]+|hidden|tabindex', rest)))
        for tag, rest in re.findall(r"<([a-z0-9]+)([^>]*)>", main)
    )


def choose_scenes() -> Iterator[Scene]:
    """Of all pages before all roles, each once, and again where it is built of something new for another role."""
    clients: dict[Role | None, Client] = {None: Client(headers={"accept-encoding": "identity"})}
    seen: defaultdict[str, set[object]] = defaultdict(set)
    for scene in list_scenes(every_role=True, is_busy=True):
        if scene.role not in clients and scene.role is not None:
            clients[scene.role] = open_browser(scene.role)
        answer = clients[scene.role].get(scene.address)
        text = "" if answer.streaming else answer.content.decode("utf-8", "replace")
        if not is_page_text(answer.headers.get("content-type", ""), text):
            continue
        kinds = list_kinds(text)
        if not kinds <= seen[scene.name]:
            seen[scene.name] |= kinds
            yield scene


@pytest.mark.slow
def test_every_page_can_be_used_by_everybody(live: Live) -> None:
    axe, wrong, role = Axe(), list[str](), None
    write_busy_day()
    scenes = list(choose_scenes())
    page = live.browse(PHONE).new_page()
    for scene in sorted(scenes, key=lambda one: str(one.role or "")):
        if scene.role is not None and scene.role is not role:
            live.admit(page.context, scene.role)
        role = scene.role
        page.goto(scene.address, wait_until="domcontentloaded")
        said = (
            *measure(page),
            *list_unseen(page),
            *find_violations(axe, page, whole=scene.name in ("home", "sign_in")),
        )
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


def list_unseen(page: Page) -> list[str]:
    """What the focus goes to without being seen."""
    page.keyboard.press("Tab")
    return list(page.evaluate(RINGS))


def test_the_eye_of_this_test_sees_what_does_not_fit_and_what_shows_no_focus(live: Live) -> None:
    page = live.browse(PHONE).new_page()
    page.goto("/sign-in")
    assert measure(page) == [] and list_unseen(page) == []
    page.evaluate(PLANTED)
    found = " ".join(measure(page))
    for name in (
        "wider than the window",
        'cut off: <p id="far"',
        'cut off: <div id="box"',
        'by keyboard: <div id="still"',
    ):
        assert name in found, (name, found)
    assert 'no ring: <button id="bare"' in " ".join(list_unseen(page))


# Set by script: a style attribute would not pass the policy.
PLANTED = """() => {
  const put = (tag, id, css, inside) => {
    const one = document.createElement(tag);
    one.id = id;
    one.innerHTML = inside;
    Object.assign(one.style, css);
    document.querySelector('main').append(one);
    return one;
  };
  put('p', 'far', {width: '60rem', whiteSpace: 'nowrap'}, 'a line that goes far beyond the window '.repeat(4));
  put('div', 'box', {overflow: 'hidden', width: '9rem'}, '<b>a_word_that_is_longer_than_its_box_and_cut_off_there</b>');
  const still = put('div', 'still', {overflowX: 'auto', width: '9rem'}, '<b>a_word_that_is_longer_than_its_box_and_scrolls</b>');
  put('button', 'bare', {outline: 'none'}, 'no ring');
}"""


def find_violations(axe: Axe, page: Page, *, whole: bool) -> list[str]:
    """What axe-core calls serious or critical; of a long list its first rows, and head and menu where asked for."""
    page.evaluate(SHORTEN)
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]} ({len(one['nodes'])}×)"
        for one in axe.run(page, None if whole else "main", AXE).response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
