"""Every URL of the web application, in one table; ``urls.py`` and the test of access read it."""

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


def list_menu(role: Role) -> list[Page]:
    """The pages of the navigation for a role, in order."""
    return sorted((page for page in PAGES if page.menu and role in page.roles), key=lambda page: page.order)


def list_tabs(role: Role) -> list[Page]:
    """The pages about one participant for a role, in order."""
    return sorted((page for page in PAGES if page.tab and role in page.roles), key=lambda page: page.order)


__all__ = ["EVERYBODY", "PAGES", "list_menu", "list_tabs"]
