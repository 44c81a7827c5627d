"""The pages about queries."""

from trialwright.vocabulary.codelists import Role
from trialwright.web.page import CLINICAL, Page
from trialwright.web.queries import views

READ = CLINICAL
_RAISE = frozenset({Role.DATA_MANAGER, Role.MONITOR})

PAGES = (
    Page("queries", "queries/", views.show_list, READ, menu="menu.queries"),
    Page(
        "participant_queries",
        "participants/<str:code>/queries/",
        views.show_participant,
        READ,
        tab="queries.tab",
        order=10,
    ),
    Page("query", "participants/<str:code>/queries/<str:query>", views.thread, READ, posts=True),
    Page(
        "raise_query",
        "participants/<str:code>/ask/<str:encounter>/<str:form>/<int:repeat>",
        views.ask,
        _RAISE,
        posts=True,
    ),
)
