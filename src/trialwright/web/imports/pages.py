"""The pages of laboratory files."""

from trialwright.web.imports import views
from trialwright.web.page import WARD, Page

PAGES = (
    Page("imports", "imports/", views.new_import, WARD, posts=True, menu="menu.imports"),
    Page("import", "imports/<int:number>", views.one_import, WARD, posts=True),
)
