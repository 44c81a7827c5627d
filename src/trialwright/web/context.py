"""What every template knows: study, purpose, actor, language, navigation."""

from typing import Any

from django.http import HttpRequest

from trialwright.definition.design import Masking
from trialwright.vocabulary.codelists import READERS
from trialwright.web.guards import LANGUAGES
from trialwright.web.pages import list_menu, list_tabs
from trialwright.web.trial import get_running, get_sight


def describe_page(request: HttpRequest) -> dict[str, Any]:
    """The context of the base template."""
    running, actor = get_running(), getattr(request, "actor", None)
    page = getattr(request, "page", None)
    tabs = list_tabs(actor.role) if actor else []
    is_masked = running.definition.study.design.masking is not Masking.NONE
    return {
        "study": running.definition.study.study,
        "purpose": running.purpose,
        "is_clock_ahead": running.is_ahead,
        "now": running.clock(),
        "actor": actor,
        "account": getattr(request, "account", None),
        "sight": get_sight(request) if actor else None,
        "writes_dates": actor is not None and actor.role not in READERS,  # readers are told no date at all
        "language": getattr(request, "language", LANGUAGES[0]),
        "languages": LANGUAGES,
        "path": request.path,
        "request": request,
        "page": page,
        "menu": list_menu(actor.role, page) if actor else [],
        "tabs": [one for one in tabs if is_masked or not one.is_of_masked],
    }
