"""The pages of redaction."""

from trialwright.web.page import CLINICAL, Page
from trialwright.web.redaction import views

PAGES = (
    Page("redactions", "redaction/", views.list_all, CLINICAL),
    Page("redact", "redaction/<int:position>", views.show, CLINICAL, posts=True),
)
