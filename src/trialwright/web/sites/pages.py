"""The pages about sites."""

from trialwright.vocabulary.codelists import Role
from trialwright.web.page import CLINICAL, Page
from trialwright.web.sites import copy, views

PAGES = (
    Page("sites", "sites/", views.list_sites, CLINICAL, menu="menu.sites"),
    Page("site", "sites/<str:site>/", views.show_site, CLINICAL, posts=True),
    Page("site_copy", "sites/<str:site>/copy", copy.show, frozenset({Role.INVESTIGATOR}), posts=True),
)
