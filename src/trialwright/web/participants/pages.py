"""The pages about participants."""

from trialwright.web.page import CLINICAL, Page
from trialwright.web.participants import views

PAGES = (
    Page("participants", "participants/", views.show_matrix, CLINICAL, menu="menu.participants"),
    Page("participant", "participants/<str:code>/", views.show_participant, CLINICAL, tab="participants.tab", order=0),
)
