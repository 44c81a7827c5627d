"""The pages from screening to allocation."""

from trialwright.web.page import CLINICAL, WARD, Page
from trialwright.web.screening import log, views, way_in

PAGES = (
    Page("screening", "screening/", log.show_log, CLINICAL, menu="menu.screening"),
    Page("screen", "screening/new", views.screen, WARD, posts=True),
    Page("screen_check", "screening/check", views.check, WARD, posts=True),
    Page("worksheet", "screening/worksheet", views.show_worksheet, CLINICAL),
    Page("screen_again", "participants/<str:code>/screening", views.screen_again, WARD, posts=True),
    Page("way_in", "participants/<str:code>/way-in", way_in.show, CLINICAL, posts=True),
)
