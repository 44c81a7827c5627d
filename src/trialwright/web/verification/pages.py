"""The pages of source verification."""

from trialwright.vocabulary.codelists import Role
from trialwright.web.page import CLINICAL, Page
from trialwright.web.verification import views

_OVERVIEW = frozenset({Role.MONITOR, Role.DATA_MANAGER, Role.SPONSOR, Role.INSPECTOR})

PAGES = (
    Page("verification", "verification/", views.show_progress, _OVERVIEW, posts=True, menu="menu.verification"),
    Page(
        "participant_verification", "participants/<str:code>/verification/", views.show_participant, CLINICAL,
        tab="verification.tab", order=20,
    ),
    Page(
        "verify_form", "participants/<str:code>/verification/<str:encounter>/<str:form>/<int:repeat>", views.verify_form,
        CLINICAL, posts=True,
    ),
)  # fmt: skip
