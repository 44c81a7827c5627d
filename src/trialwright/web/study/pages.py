"""The pages about the study as a whole."""

from trialwright.vocabulary.codelists import READERS, Role
from trialwright.web.page import CLINICAL, EVERYBODY, Page
from trialwright.web.study import as_of, audit, public, views

_ALL = EVERYBODY - READERS
"""Readers see neither arms nor infusions, and a definition is made of them."""

PAGES = (
    Page("study", "study/", views.show_study, _ALL, menu="menu.study"),
    Page("assumptions", "study/assumptions/", views.list_assumptions, _ALL),
    Page(
        "assumption", "study/assumptions/<str:name>", views.sign_assumption, frozenset({Role.INVESTIGATOR}), posts=True
    ),
    Page("public_record", "study/public-record", public.show_record, _ALL),
    Page("audit", "audit/", audit.show_trail, CLINICAL, menu="menu.audit"),
    Page("audit_export", "audit/export.csv", audit.export, CLINICAL, posts=True),
    Page("as_of", "participants/<str:code>/as-of", as_of.show_as_of, CLINICAL),
)
