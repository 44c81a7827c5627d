"""The pages about readings."""

from trialwright.vocabulary.codelists import READERS
from trialwright.web.page import WARD, Page
from trialwright.web.reading import views

PAGES = (
    Page("reading", "reading/", views.list_cases, READERS, menu="menu.reading"),
    Page("read_case", "reading/<str:case>/", views.read_case, READERS, posts=True),
    Page("reading_key", "reading-key/", views.show_key, WARD, menu="menu.reading_key"),
)
