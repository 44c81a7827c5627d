"""Every URL of the web application, in one table; ``urls.py`` and the test of access read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from trialwright.vocabulary.codelists import Role
from trialwright.web import health, static_files
from trialwright.web.folders import FOLDERS
from trialwright.web.page import EVERYBODY, Page

_OWN = (
    Page("static", "static/<path:name>", static_files.serve, is_open=True),
    Page("health", "health", health.tell_health, is_open=True),
    Page("ready", "health/ready", health.tell_readiness, is_open=True),
)

PAGES: tuple[Page, ...] = (
    *_OWN,
    *(page for folder in FOLDERS for page in import_module(f"trialwright.web.{folder}.pages").PAGES),
)


GROUPS: Mapping[str, tuple[str, ...]] = {
    "menu.home": ("home", "reading", "notices", "drafts"),
    "menu.participants": ("participants", "screening", "imports", "reading_key", "enquiries"),
    "safety.menu": ("safety", "product"),
    "menu.data": ("data", "queries", "verification", "signatures", "locks", "monitoring", "release"),
    "menu.study": ("study", "paper", "sites", "registry_clock", "people", "audit"),
}
"""The first row of the navigation: the text of each group and the pages of its second row. The rest stand in the last."""


@dataclass(frozen=True, slots=True)
class Group:
    """One entry of the navigation's first row: its text, the pages below it, and the one of them that is open."""

    text: str
    pages: tuple[Page, ...]
    current: Page | None = None


def list_menu(role: Role, here: Page | None = None) -> list[Group]:
    """The navigation for a role, as seen from a page: the groups of which the role may open something."""
    pages = [page for page in PAGES if page.menu and role in page.roles]
    named = {name: text for text, names in GROUPS.items() for name in names}
    last = [*GROUPS][-1]
    found = []
    for text, names in GROUPS.items():
        own = [page for page in pages if named.get(page.name, last) == text]
        own.sort(key=lambda page: names.index(page.name) if page.name in names else len(names))
        if own:
            found.append(Group(text, tuple(own), next((page for page in own if _is_under(page, here)), None)))
    return found


def _is_under(page: Page, here: Page | None) -> bool:
    """Whether a page is the one of the navigation, or stands below it: participants/<code>/ below participants/."""
    if here is None:
        return False
    return here.name == page.name or (bool(page.path) and here.path.startswith(page.path.rstrip("/") + "/"))


def list_tabs(role: Role) -> list[Page]:
    """The pages about one participant for a role, in order."""
    return sorted((page for page in PAGES if page.tab and role in page.roles), key=lambda page: page.order)


__all__ = ["EVERYBODY", "GROUPS", "PAGES", "Group", "list_menu", "list_tabs"]
