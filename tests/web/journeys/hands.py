"""Two ways to work a page: with a mouse or a finger, and by keyboard alone. A journey is written once for both."""

from typing import Protocol

from playwright.sync_api import Locator, Page

_MOST_TABS = 260
"""So many times the Tab key is pressed at most before what is looked for counts as out of a keyboard's reach."""


class Hand(Protocol):
    """What a person does on a page."""

    page: Page

    def press(self, what: Locator) -> None:
        """Press a button or follow a link."""

    def write(self, where: Locator, text: str) -> None:
        """Write into a field."""

    def tick(self, what: Locator) -> None:
        """Choose a radio button or tick a box."""

    def pick(self, where: Locator, label: str) -> None:
        """Pick an entry of a drop-down list by its text."""


class Mouse:
    """By pointing."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, what: Locator) -> None:
        """Click."""
        what.click()

    def write(self, where: Locator, text: str) -> None:
        """Click into the field and type."""
        where.fill(text)

    def tick(self, what: Locator) -> None:
        """Click the label, which is what a finger hits."""
        what.locator("xpath=ancestor::label").click()

    def pick(self, where: Locator, label: str) -> None:
        """Choose."""
        where.select_option(label=label)


class Keys:
    """By keyboard alone: Tab to get there, then what the element answers to. The mouse is never touched."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, what: Locator) -> None:
        """Tab to it and press Enter; a link, and a button that sends, lead to another page."""
        self._go(what)
        if what.evaluate("one => one.matches('summary, button[type=button]')"):
            self.page.keyboard.press("Enter")
            return
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, where: Locator, text: str) -> None:
        """Tab to it and type; what stood there is overwritten."""
        self._go(where)
        kind = where.get_attribute("type")
        if kind in ("date", "time", "datetime-local"):
            self._type_time(text)
            return
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def _type_time(self, text: str) -> None:
        """``2020-03-01T11:30`` the way an American browser asks for it."""
        day, _, clock = text.rpartition("T") if "T" in text or ":" in text else (text, "", "")
        if day:
            year, month, number = day.split("-")
            self.page.keyboard.type(f"{month}{number}{year}")
        if day and clock:
            self.page.keyboard.press("ArrowRight")
        if clock:
            hour, minute = (int(one) for one in clock.split(":"))
            self.page.keyboard.type(f"{hour % 12 or 12:02}{minute:02}{'PM' if hour >= 12 else 'AM'}")

    def tick(self, what: Locator) -> None:
        """Tab to the group, then walk to the button by the arrow keys; a box is ticked by Space."""
        if what.get_attribute("type") == "checkbox":
            self._go(what)
            self.page.keyboard.press("Space")
            return
        name = what.get_attribute("name")
        group = self.page.locator(f'input[type=radio][name="{name}"]')
        self._go(group)
        self.page.keyboard.press("Space")
        for _ in range(group.count()):
            if what.is_checked():
                return
            self.page.keyboard.press("ArrowRight")
        assert what.is_checked(), f"the arrow keys do not reach {name}"

    def pick(self, where: Locator, label: str) -> None:
        """Tab to the list and type the entry's first letters."""
        self._go(where)
        self.page.keyboard.type(label[:12])
        chosen = where.evaluate("one => one.selectedOptions[0].text")
        assert chosen == label, f"typing {label[:12]!r} chose {chosen!r}"

    def _go(self, target: Locator) -> None:
        """Press Tab until the target, or one of them, has the focus; from the top of the page again at its end."""
        target.first.wait_for(state="attached")
        is_there = "them => them.includes(document.activeElement)"
        for _ in range(_MOST_TABS):
            if target.evaluate_all(is_there):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the Tab key does not reach {target}")
