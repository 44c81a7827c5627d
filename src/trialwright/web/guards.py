"""What stands around every page: who asks, idle sign-out, the language, and the headers that keep others out."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation.trans_real import parse_accept_lang_header

from trialwright.access.policy import Actor
from trialwright.store.site_rows import ALL, NOBODY, show_site
from trialwright.vocabulary.codelists import Role
from trialwright.web.accounts.session import end_session, load_account

Answer = Callable[[HttpRequest], HttpResponse]

LANGUAGES = ("en", "zh")
IDLE = timedelta(minutes=30)
_SEEN = "tw_seen"
_SALT = "trialwright.web.seen"

CSP = "; ".join(
    (
        "default-src 'self'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
        "connect-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
    )
)  # fmt: skip
"""No inline script, no inline style, no eval, nothing from anybody else."""


def protect(get_response: Answer) -> Answer:
    """The security headers on every answer; pages of the trial are never kept by a browser or a proxy."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Content-Security-Policy"] = CSP
        response["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def know_actor(get_response: Answer) -> Answer:
    """``request.account`` and ``request.actor`` (None for nobody), ``request.language``; the idle are signed out.

    When a browser was last seen stands in a signed cookie, so that looking at a page writes nothing.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        account = load_account(request) if settings.SESSION_COOKIE_NAME in request.COOKIES else None
        if account is not None and _is_idle(request):
            end_session(request)
            account = None
        request.account = account  # type: ignore[attr-defined]
        request.actor = Actor(account.person, Role(account.role), account.site) if account else None  # type: ignore[attr-defined]
        request.language = _choose_language(request)  # type: ignore[attr-defined]
        show_site(connection, (account.site or ALL) if account else NOBODY)
        response = get_response(request)
        key = request.session.session_key if request.actor is not None else None  # type: ignore[attr-defined]
        if key and not request.headers.get("X-Quiet"):
            mark_seen(response, key)
        return response

    return middleware


def mark_seen(response: HttpResponse, session: str) -> None:
    """Put down that a browser was here just now."""
    response.set_cookie(
        _SEEN, signing.dumps(_digest(session), salt=_SALT), httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def _is_idle(request: HttpRequest) -> bool:
    try:
        seen = signing.loads(request.COOKIES.get(_SEEN, ""), salt=_SALT, max_age=IDLE)
    except signing.BadSignature:
        return True
    return bool(seen != _digest(request.session.session_key or ""))


def _digest(session: str) -> str:
    return signing.Signer(salt=_SALT).signature(session)[:22]


def _choose_language(request: HttpRequest) -> str:
    """What the person has chosen (before the sign-in: in this browser); else what the browser asks for."""
    account = request.account  # type: ignore[attr-defined]
    chosen = account.language if account else request.COOKIES.get("tw_language", "")
    if chosen in LANGUAGES:
        return str(chosen)
    wanted = (name.partition("-")[0] for name, weight in _list_wanted(request) if weight)
    return next((one for one in wanted if one in LANGUAGES), LANGUAGES[0])


def _list_wanted(request: HttpRequest) -> tuple[tuple[str, float], ...]:
    """The languages of the browser with their weights, the most wanted first: ``zh-cn`` before ``en``."""
    return parse_accept_lang_header(request.headers.get("Accept-Language", ""))
