"""The pages about forms."""

from trialwright.vocabulary.codelists import Role
from trialwright.web.forms import doses, leaving, overview, terms, views
from trialwright.web.page import CLINICAL, EVERYBODY, WARD, Page

_WRITERS = WARD | {Role.PHARMACIST}
_TYPING = EVERYBODY - {Role.INSPECTOR, Role.ETHICS_BOARD}
"""Those of whom some page wants that they type something."""
_FORM = "participants/<str:code>/forms/<str:encounter>/<str:form>/<int:repeat>"

PAGES = (
    Page("forms", "participants/<str:code>/forms/", overview.list_forms, CLINICAL, tab="forms.forms", order=10),
    Page("form", _FORM, views.form, CLINICAL, posts=True),
    Page("form_draft", f"{_FORM}/draft", views.draft, _WRITERS, posts=True),
    Page("form_history", f"{_FORM}/history/<str:item>", views.history, CLINICAL),
    Page("drafts", "drafts/", overview.list_drafts, _TYPING, menu="menu.drafts"),
    Page(
        "doses", "participants/<str:code>/doses/", doses.list_doses, CLINICAL, posts=True, tab="doses.title", order=20
    ),
    Page(
        "leaving", "participants/<str:code>/leaving", leaving.leave, CLINICAL, posts=True, tab="leaving.title", order=60
    ),
    Page("terms", "terms/", terms.search_terms, CLINICAL),
)
