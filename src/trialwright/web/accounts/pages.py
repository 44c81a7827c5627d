"""The pages about people and their accounts."""

from trialwright.vocabulary.codelists import Role
from trialwright.web.accounts import views
from trialwright.web.page import EVERYBODY, Page

_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
_LOOK = _ADMINISTRATOR | {Role.SPONSOR, Role.INSPECTOR, Role.MONITOR, Role.DATA_MANAGER}

PAGES = (
    Page("sign_in", "sign-in", views.sign_in, is_open=True, posts=True),
    Page("sign_out", "sign-out", views.sign_out, EVERYBODY, posts=True),
    Page("language", "language", views.choose_language, is_open=True, posts=True),
    Page("account", "account", views.own_account, EVERYBODY, posts=True),
    Page("people", "people/", views.list_people, _LOOK, menu="menu.people"),
    Page("new_person", "people/new", views.new_person, _ADMINISTRATOR, posts=True),
    Page("access_matrix", "people/matrix", views.show_matrix, _LOOK),
    Page("exports", "people/exports", views.list_exports, _LOOK),
    Page("person", "people/<str:person>", views.change_person, _ADMINISTRATOR, posts=True),
)
