"""The pages for what went wrong: short, in the person's language, without a trace of the inside."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def _answer(request: HttpRequest, status: int, key: str) -> HttpResponse:
    return render(request, "error.html", {"error": key, "status": status}, status=status)


def answer_400(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001  (Django's signature)
    """The request cannot be understood."""
    return _answer(request, 400, "error.bad_request")


def answer_403(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001  (Django's signature)
    """Not for this role."""
    return _answer(request, 403, "error.not_allowed")


def answer_404(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001  (Django's signature)
    """Not there, or of another site: the two look the same."""
    return _answer(request, 404, "error.not_found")


def answer_415(request: HttpRequest) -> HttpResponse:
    """The body is of a kind that no form of ours has."""
    return _answer(request, 415, "error.bad_request")


def answer_500(request: HttpRequest) -> HttpResponse:
    """A mistake of the program."""
    return _answer(request, 500, "error.broken")


def answer_csrf(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  (Django's signature)
    """The page was too old, or the request came from another site."""
    return _answer(request, 403, "error.stale")
