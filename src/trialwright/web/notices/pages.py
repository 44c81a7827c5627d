"""The page of notices."""

from trialwright.vocabulary.codelists import Role
from trialwright.web.notices import views
from trialwright.web.page import CLINICAL, Page

WHO = CLINICAL | {Role.ADMINISTRATOR}
"""Those whom routes name, and who looks after the mail server."""

PAGES = (Page("notices", "notices/", views.show_notices, WHO, posts=True, menu="notices.menu"),)
