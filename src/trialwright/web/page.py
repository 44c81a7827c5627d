"""What a page is: a path, a view, the roles that may open it, and its place in the navigation."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect

from trialwright.vocabulary.codelists import READERS, Role
from trialwright.web import drafts

View = Callable[..., HttpResponse]

EVERYBODY = frozenset(Role) - {Role.SYSTEM}
"""Whoever has signed in."""
NOBODY: frozenset[Role] = frozenset()
DOCTORS = frozenset({Role.INVESTIGATOR, Role.SUB_INVESTIGATOR})
WARD = DOCTORS | {Role.COORDINATOR, Role.NURSE}
SITE_PEOPLE = WARD | READERS | {Role.PHARMACIST}
CLINICAL = EVERYBODY - READERS - {Role.ADMINISTRATOR, Role.ETHICS_BOARD}
"""Those who may see participants: neither administrator, ethics board (reads what it is sent) nor readers."""

_BEFORE_PASSWORD = ("account", "sign_out")
"""What a person with a first password can open until it is changed."""


@dataclass(frozen=True, slots=True)
class Page:
    """One URL.

    Parameters
    ----------
    name : str
        The name for ``{% url %}``; the same as the name of its row in the table test.
    path : str
        The path without its leading slash, with Django's converters: ``participants/<str:code>/``.
    view : callable
        ``view(request, **parts)``.
    roles : frozenset of Role
        Who may open it; others get 403. Whether an object is of the actor's site is the view's to ask, by
        ``trial.find_participant`` and its like, which answer 404.
    posts : bool
        Whether the page takes POST. GET never changes anything.
    is_open : bool
        Whether it needs no sign-in.
    menu : str
        The key of its text in the navigation; '' for pages that are not there. ``pages.GROUPS`` says where it stands.
    tab : str
        The key of its text among the tabs of a participant, for pages whose path has ``<str:code>`` and nothing else.
    order : int
        Its place among the tabs.
    is_of_masked : bool
        Whether it is among the tabs of a masked study only.
    """

    name: str
    path: str
    view: View
    roles: frozenset[Role] = NOBODY
    posts: bool = False
    is_open: bool = False
    menu: str = ""
    tab: str = ""
    order: int = 50
    is_of_masked: bool = False


def guard(page: Page) -> View:
    """The page's view behind its guards: method, sign-in, role, in this order."""
    methods = ["GET", "HEAD", *(["POST"] if page.posts else [])]

    @wraps(page.view)
    def guarded(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponse:
        if request.method not in methods:
            return HttpResponseNotAllowed(methods)
        request.page = page  # type: ignore[attr-defined]
        if page.is_open:
            return page.view(request, *args, **parts)
        if request.actor is None:  # type: ignore[attr-defined]
            return ask_to_sign_in(request)
        if request.actor.role not in page.roles:  # type: ignore[attr-defined]
            raise PermissionDenied
        if request.account.must_change_password and page.name not in _BEFORE_PASSWORD:  # type: ignore[attr-defined]
            return redirect("account")
        if drafts.is_draft(request):
            return drafts.keep(request, parts)
        saved = drafts.find_keys(request, parts)
        answer = page.view(request, *args, **parts)
        drafts.settle(request, saved, answer)
        return answer

    return guarded


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in page and back; htmx is told to leave the page, not to put the sign-in form into it."""
    target = redirect("sign_in")
    if request.method == "GET" and request.path != "/":
        target["Location"] += f"?next={quote(request.path)}"
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = target["Location"]
        return answer
    return target
