"""The pages of signatures."""

from trialwright.web.page import CLINICAL, DOCTORS, Page
from trialwright.web.signatures import views

PAGES = (
    Page("signatures", "signatures/", views.show_list, CLINICAL, menu="menu.signatures"),
    Page(
        "participant_signatures", "participants/<str:code>/signatures/", views.show_participant, CLINICAL,
        tab="signatures.tab", order=30,
    ),
    Page(
        "sign", "participants/<str:code>/sign/<str:scope>/<str:encounter>/<str:form>/<int:repeat>", views.sign, DOCTORS,
        posts=True,
    ),
)  # fmt: skip
