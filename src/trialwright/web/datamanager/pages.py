"""The data manager's page and the code break."""

from trialwright.vocabulary.codelists import Role
from trialwright.web.datamanager import code_break, views
from trialwright.web.page import Page

_OVERVIEW = frozenset({Role.DATA_MANAGER, Role.MONITOR, Role.SPONSOR, Role.STATISTICIAN, Role.INSPECTOR})

PAGES = (
    Page("data", "data/", views.show_data, _OVERVIEW, menu="menu.data"),
    Page(
        "code_break",
        "participants/<str:code>/code-break",
        code_break.break_code,
        frozenset({Role.INVESTIGATOR}),
        posts=True,
        tab="break.tab",
        order=90,
        is_of_masked=True,
    ),
)
