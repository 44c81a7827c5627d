"""The pages of locks and of the opening of the results."""

from trialwright.vocabulary.codelists import Role
from trialwright.web.locks import release, views
from trialwright.web.page import CLINICAL, Page

_OVERVIEW = frozenset({Role.DATA_MANAGER, Role.MONITOR, Role.SPONSOR, Role.STATISTICIAN, Role.INSPECTOR})
_RELEASE = _OVERVIEW | {Role.INVESTIGATOR, Role.INDEPENDENT_STATISTICIAN}

PAGES = (
    Page("locks", "locks/", views.show_sites, _OVERVIEW, posts=True, menu="menu.locks"),
    Page(
        "participant_locks",
        "participants/<str:code>/locks/",
        views.show_participant,
        CLINICAL,
        posts=True,
        tab="locks.tab",
        order=40,
    ),
    Page("release", "release/", release.show_release, _RELEASE, posts=True, menu="menu.release"),
)
