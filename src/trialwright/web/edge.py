"""What is refused before any page is asked: requests that no browser of ours sends.

Texts with control characters or with bytes that are no UTF-8, and bodies of a kind that no form has. The database
never meets them (PostgreSQL takes no NUL), and a body that cannot be read is never taken for an empty form.
"""

import re
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, HttpResponse

from trialwright.web.errors import answer_400, answer_415

Answer = Callable[[HttpRequest], HttpResponse]

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FORM = "application/x-www-form-urlencoded"
_KINDS = (_FORM, "multipart/form-data")


def refuse_malformed(get_response: Answer) -> Answer:
    """400 for texts that cannot be kept, 415 for a body that is no form."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if _CONTROL.search(request.path) or not is_text(
            request.META.get("QUERY_STRING", "").encode("latin-1", "replace")
        ):
            return answer_400(request)
        if request.method == "POST":
            if (
                request.content_type not in _KINDS
                or (request.content_params or {}).get("charset", "utf-8").lower() != "utf-8"
            ):
                return answer_415(request)
            if request.content_type == _FORM and not is_text(request.body.replace(b"+", b" ")):
                return answer_400(request)
            if request.content_type != _FORM and any(map(_is_bad_field, request.POST.lists())):
                return answer_400(request)
        return get_response(request)

    return middleware


def is_text(encoded: bytes) -> bool:
    """Whether a percent-encoded text is UTF-8 without control characters.

    >>> is_text(b"a=%C3%A9"), is_text(b"a=%ff"), is_text(b"a=%00")
    (True, False, False)
    """
    plain = unquote_to_bytes(encoded)
    try:
        plain.decode()
    except UnicodeDecodeError:
        return False
    return not _CONTROL_BYTES.search(plain)


def _is_bad_field(named: tuple[str, list[str]]) -> bool:
    name, values = named
    return any(_CONTROL.search(text) for text in (name, *values))
