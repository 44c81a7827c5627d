"""The pages of paper."""

from trialwright.vocabulary.codelists import READERS
from trialwright.web.page import CLINICAL, EVERYBODY, Page
from trialwright.web.paper import views

_ALL = EVERYBODY - READERS
"""Blank forms are nobody's data; readers get theirs to read."""
_OF = "participants/<str:code>/paper/"

PAGES = (
    Page("paper", "paper/", views.show_blank, _ALL, menu="menu.paper"),
    Page("paper_forms", "paper/forms.pdf", views.send_blank, _ALL),
    Page("participant_paper", _OF, views.show_participant, CLINICAL, tab="paper.tab", order=35),
    Page("participant_forms", f"{_OF}forms.pdf", views.send_forms, CLINICAL, posts=True),
    Page("participant_calendar", f"{_OF}calendar.pdf", views.send_calendar, CLINICAL, posts=True),
    Page("participant_card", f"{_OF}card.pdf", views.send_card, CLINICAL, posts=True),
)
