"""How a page is worked by keyboard alone, which is how the journeys are walked.

``put_the_mouse_away`` replaces what Playwright does with a mouse (``click``, ``fill``, ``check``, ``select_option`` …)
by what a person without one does: Tab to the element, see that it has the focus, and press the keys that it answers to.
So a journey is written once, in Playwright's own words, and fails where the keyboard does not lead.
"""

from typing import Any

import pytest
from playwright.sync_api import FileChooser, Locator, Mouse, Page

_MOST_TABS = 260
"""So many times the Tab key is pressed at most before what is looked for counts as out of a keyboard's reach."""
_BY_MOUSE = ("dblclick", "tap", "hover", "drag_to", "dispatch_event", "set_checked", "uncheck")

# How many more times Tab has to be pressed from where the focus is; a group of radio buttons is one stop.
_STEPS = """them => {
  const can = one => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({visibilityProperty: true});
  const stops = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')].filter(can)
    .filter((one, _, all) => one.type !== 'radio' || one.checked || one === document.activeElement
      || !all.some(other => other.type === 'radio' && other.name === one.name && other.form === one.form
        && (other.checked || (other.compareDocumentPosition(one) & 4))));
  const at = stops.indexOf(document.activeElement), to = stops.findIndex(one => them.includes(one));
  return to > at ? to - at : 1;
}"""

# What is wrong with the focus of somebody who looks at the page: no ring, out of the window, or under something else.
_UNSEEN = """one => {
  const near = [one, one.nextElementSibling, one.closest('label'), one.querySelector('text, rect')].filter(Boolean);
  const ring = near.some(part => {
    const style = getComputedStyle(part);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  });
  if (!ring) return 'no ring';
  const shown = one.closest('label') || one, box = shown.getBoundingClientRect();
  if (box.bottom <= 0 || box.top >= innerHeight) return 'outside the window';
  const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1);
  const y = Math.min(Math.max(box.top + Math.min(box.height, innerHeight) / 2, 1), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  return !top || shown.contains(top) || top.contains(shown) ? '' : `under ${top.outerHTML.slice(0, 80)}`;
}"""


class Keys:
    """By keyboard alone: Tab to get there, then what the element answers to."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, what: Locator) -> None:
        """Go there and press Enter, or Space for what is ticked; where that leads to another page, be there."""
        if what.get_attribute("type") in ("radio", "checkbox"):
            self.tick(what)
            return
        self.go(what)
        if not what.evaluate("one => one.matches('a[href], button:not([type=button], [hx-post], [hx-get])')"):
            self.page.keyboard.press("Enter")
            return
        self._leave()

    def _leave(self) -> None:
        """Press Enter and wait until another page, or a file, has come; a second at most."""
        gone = []

        def note(_: object) -> None:
            gone.append(1)

        for event in ("framenavigated", "download"):
            self.page.on(event, note)  # type: ignore[call-overload]
        self.page.keyboard.press("Enter")
        for _ in range(100):
            if gone:
                break
            self.page.wait_for_timeout(10)
        for event in ("framenavigated", "download"):
            self.page.remove_listener(event, note)

    def write(self, where: Locator, text: str) -> None:
        """Go there and type; what stood there is overwritten."""
        self.go(where)
        self.page.keyboard.press("Control+a")
        if text:
            self.page.keyboard.type(text)
        else:
            self.page.keyboard.press("Delete")

    def tick(self, what: Locator) -> None:
        """Go to the group, then walk to the button by the arrow keys; a box is ticked by Space."""
        if what.get_attribute("type") == "checkbox":
            self.go(what)
            self.page.keyboard.press("Space")
            return
        name = what.get_attribute("name")
        group = what.locator(f'xpath=ancestor::form//input[@type="radio"][@name="{name}"]')
        self.go(group)
        self.page.keyboard.press("Space")
        for _ in range(group.count()):
            if what.is_checked():
                return
            self.page.keyboard.press("ArrowRight")
        assert what.is_checked(), f"the arrow keys do not reach {name}"

    def pick(self, where: Locator, label: str) -> None:
        """Go to the list and walk to the entry by the arrow keys."""
        self.go(where)
        steps = where.evaluate(
            "(one, label) => [...one.options].findIndex(o => o.text.trim() === label) - one.selectedIndex", label
        )
        for _ in range(abs(steps)):
            self.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
        chosen = where.evaluate("one => one.selectedOptions[0].text.trim()")
        assert chosen == label, f"the arrow keys chose {chosen!r}, not {label!r}"

    def go(self, target: Locator) -> None:
        """Press Tab until the target, or one of them, has the focus; from the top of the page again at its end."""
        target.first.wait_for(state="attached")
        pressed = 0
        while not target.evaluate_all("them => them.includes(document.activeElement)"):
            steps = target.evaluate_all(_STEPS)
            pressed += steps
            assert pressed <= _MOST_TABS, f"the Tab key does not reach {target}"
            for _ in range(steps):
                self.page.keyboard.press("Tab")
        wrong = self.page.evaluate(f"({_UNSEEN})(document.activeElement)")
        assert not wrong, f"the focus on {target} cannot be seen: {wrong}"


def put_the_mouse_away(patch: pytest.MonkeyPatch) -> None:
    """Let Playwright's own words do by keyboard what they say, and refuse what only a mouse can do."""

    def select(one: Locator, value: str | None = None, *, label: str | None = None) -> None:
        by_value = "(one, value) => [...one.options].find(o => o.value === value || o.text === value).text.trim()"
        Keys(one.page).pick(one, label if label is not None else one.evaluate(by_value, value))

    def choose_file(one: Locator, file: Any) -> None:
        page, asked = one.page, list[FileChooser]()

        def note(chooser: FileChooser) -> None:
            asked.append(chooser)

        page.on("filechooser", note)
        Keys(page).go(one)
        page.keyboard.press("Space")
        for _ in range(100):
            if asked:
                break
            page.wait_for_timeout(10)
        asked[0].set_files(file)
        page.remove_listener("filechooser", note)

    def press(one: Locator, key: str) -> None:
        Keys(one.page).go(one)
        one.page.keyboard.press(key)

    def type_on(one: Locator, text: str) -> None:
        Keys(one.page).go(one)
        one.page.keyboard.type(text)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the mouse was put away")

    by_keys = {
        "click": lambda one: Keys(one.page).press(one),
        "fill": lambda one, text: Keys(one.page).write(one, text),
        "check": lambda one: Keys(one.page).tick(one),
        "focus": lambda one: Keys(one.page).go(one),
        "select_option": select,
        "set_input_files": choose_file,
        "press": press,
        "press_sequentially": type_on,
    }
    for name, do in by_keys.items():
        patch.setattr(Locator, name, do)
    for name in _BY_MOUSE:
        patch.setattr(Locator, name, refuse)
    for name in ("click", "dblclick", "down", "up", "move", "wheel"):
        patch.setattr(Mouse, name, refuse)
