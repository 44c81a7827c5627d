"""The pages about sites."""

from trialwright.web.page import CLINICAL, Page
from trialwright.web.sites import views

PAGES = (
    Page("sites", "sites/", views.list_sites, CLINICAL, menu="menu.sites"),
    Page("site", "sites/<str:site>/", views.show_site, CLINICAL, posts=True),
)
