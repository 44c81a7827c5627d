"""The page of public enquiries."""

from trialwright.vocabulary.codelists import Role
from trialwright.web.enquiries import views
from trialwright.web.page import WARD, Page

_ROLES = WARD | {Role.DATA_MANAGER, Role.SPONSOR, Role.MONITOR, Role.INSPECTOR}

PAGES = (Page("enquiries", "enquiries/", views.show, _ROLES, posts=True, menu="menu.enquiries"),)
