"""Before anything is collected: Django's settings, which doctest collection and module-level connections need."""

import pytest

from trialwright.store.connect import configure
from trialwright.web.config import make_settings

configure(
    "sqlite:///:memory:", make_settings("only for tests, fifty characters long, and never for anything", is_plain=True)
)

collect_ignore_glob = ["src/trialwright/store/migrations/*", "src/trialwright/web/*/migrations/*"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first, so that no process is left alone with one of them at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
