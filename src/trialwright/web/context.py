"""What every template knows: study, purpose, actor, language, navigation."""

from typing import Any

from django.http import HttpRequest

from trialwright.web.guards import LANGUAGES
from trialwright.web.pages import list_menu, list_tabs
from trialwright.web.trial import get_running, get_sight


def describe_page(request: HttpRequest) -> dict[str, Any]:
    """The context of the base template."""
    running, actor = get_running(), getattr(request, "actor", None)
    page = getattr(request, "page", None)
    return {
        "study": running.definition.study.study,
        "purpose": running.purpose,
        "is_clock_ahead": running.is_ahead,
        "now": running.clock(),
        "actor": actor,
        "account": getattr(request, "account", None),
        "sight": get_sight(request) if actor else None,
        "language": getattr(request, "language", LANGUAGES[0]),
        "languages": LANGUAGES,
        "path": request.path,
        "page": page,
        "menu": list_menu(actor.role) if actor else [],
        "tabs": list_tabs(actor.role) if actor else [],
    }
