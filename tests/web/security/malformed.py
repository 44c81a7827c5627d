"""Requests that no browser of ours sends: every route, every method, paths, queries and bodies of every wrong kind.

Each one is made from a seed, so a failure can be sent again by its number.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

import numpy as np
from django.urls import reverse

from tests.web.access_table import ACCESS
from tests.web.trials import OTHER, OWN
from trialwright.web.pages import PAGES

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "PROPFIND", "get", "X" * 40)
NONSENSE = (
    "", " ", ".", "..", "../../../etc/passwd", "%00", "\x00", "\x7f", "\ud800", "\u202e", "'", '"', "' OR '1'='1",
    "1; DROP TABLE ledger_entry;--", "<script>alert(1)</script>", "{{ 7*7 }}", "${7*7}", "%s%s%n", "-1", "0", "1e309",
    "NaN", "٣", "9" * 19, "9" * 400, "A" * 5000, "é" * 900, "𝕏" * 300, "\r\nSet-Cookie: a=b", "true", "null", "[]", "{}",
    "BJ302-0001", "BJ302-9999", "bj302-001", "SCREENING", "demographics", "2020-02-30", "0000-00-00", "=1+1", "\ufeff",
    "_", "__proto__", "CON", "a/b", "a%2fb", "?", "#", ";", "\\\\host\\share", "://", "//example.org", "１２",
)  # fmt: skip
TYPES = (
    "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16",
    "application/x-www-form-urlencoded; charset=none", "multipart/form-data", "multipart/form-data; boundary=",
    "multipart/form-data; boundary=x", "multipart/form-data; boundary=\xff", "multipart/form-data; boundary=" + "b" * 300,
    "application/json", "text/csv", "text/plain; charset=", "", "x", "application/xml", "application/octet-stream",
)  # fmt: skip
BODIES = (
    b"", b"\x00", b"\xff\xfe\xfa", b"=&=&=", b"a", b"%", b"%zz=%", b"a=%ff%fe", b"a=%00", b"[" * 2000, b"{", b"null",
    b'{"a":' * 500, b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", b"--x\r\n", b"--x--\r\n",
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\na,b\r\n1,2',
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="../../a\x00.csv"\r\n\r\n\xff\xfe\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="\xff"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--\r\n', b"--x\r\nContent-Disposition\r\n\r\n\r\n--x--",
    b"&".join(b"f%d=1" % number for number in range(6000)), b"PK\x03\x04" + b"\x00" * 200,
)  # fmt: skip
FREE = ("text", "reason", "answer", "comment", "note")
BLANK = ("", " ", "\u3000", "\x00", "\r\n", "\t", "\x1b[2J")
"""What these fields hold is malformed only when it is nothing at all: any other text is somebody's words."""
TOKEN = "t" * 32
"""What stands in the cookie and in the form against forged requests: all of these come from the browser itself."""
_FIELD = re.compile(r"""<(?:input|select|textarea|button)\b[^>]*?\sname=["']?([^"'\s>]+)""")
_STEPS = ("", "save", "check", "begin", "factor", "password", "discard", "take", "preview", "throw", "sign", "x")


@dataclass(frozen=True)
class Sent:
    """One request, ready for Django's test client."""

    number: int
    name: str
    method: str
    path: str
    query: str = ""
    body: bytes = b""
    kind: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    dice: int = 0


def find_fields(page: str) -> list[str]:
    """The names of the fields on a page, so that wrong bodies reach past the first glance."""
    return sorted({name for name in _FIELD.findall(page) if name != "csrfmiddlewaretoken"})


def make_requests(count: int, fields: Mapping[str, list[str]], seed: int) -> Iterator[Sent]:
    """So many malformed requests, each route in turn.

    Parameters
    ----------
    fields : mapping of str to list of str
        The names of the fields on each page.
    """
    rng = np.random.default_rng(seed)
    for number in range(count):
        page = PAGES[number % len(PAGES)]
        method = _pick_method(rng, page.posts)
        kind, body = _make_body(rng, fields.get(page.name, []))
        yield Sent(
            number, page.name, method, _make_path(rng, page.name), _make_query(rng, fields.get(page.name, [])),
            body, kind, _make_headers(rng), int(rng.integers(10**6)),
        )  # fmt: skip


def _pick(rng: np.random.Generator, among: tuple[str, ...] | list[str]) -> str:
    return among[int(rng.integers(len(among)))]


def _pick_method(rng: np.random.Generator, posts: bool) -> str:
    dice = rng.random()
    return "POST" if posts and dice < 0.6 else "GET" if dice < 0.85 else _pick(rng, METHODS)


def _make_path(rng: np.random.Generator, name: str) -> str:
    """The path with parts of the own site, of another's, or with one that is nonsense."""
    parts = dict(ACCESS[name].parts(OWN if rng.random() < 0.7 else OTHER))
    marks = {
        part: f"TWPART{place}" if isinstance(value, str) else 900001 + place
        for place, (part, value) in enumerate(parts.items())
    }
    path = reverse(name, kwargs=marks)
    wrong = _pick(rng, list(parts)) if parts and rng.random() < 0.4 else ""
    for part, mark in marks.items():
        text = _pick(rng, NONSENSE) if part == wrong else str(parts[part])
        path = path.replace(
            str(mark), quote(text.encode("utf-8", "surrogatepass"), safe="/." if rng.random() < 0.2 else "")
        )
    if rng.random() < 0.05:
        path += _pick(rng, ("/", "//", "%00", "%ff", ".php", ";a=b", "/../"))
    return path


def _make_query(rng: np.random.Generator, fields: list[str]) -> str:
    if rng.random() < 0.5:
        return ""
    if rng.random() < 0.2:
        return _pick(rng, ("%", "%ff=%ff", "=&&=", "a=%00", "&" * 500, "page=%F0%9D%9F%99", "before=" + "9" * 15))
    names = [*fields, "q", "page", "with", "status", "next", "before", "since", "until", "edit", "day", "at", "receipt"]
    return urlencode({_pick(rng, names): _pick(rng, NONSENSE).encode("utf-8", "surrogatepass") for _ in range(2)})


def _make_body(rng: np.random.Generator, fields: list[str]) -> tuple[str, bytes]:
    """A body that is broken, or whose every field holds nonsense."""
    if not fields or rng.random() < 0.35:
        return _pick(rng, TYPES), BODIES[int(rng.integers(len(BODIES)))]
    said = {name: _pick(rng, BLANK if name in FREE else NONSENSE) for name in fields if rng.random() < 0.8}
    said |= {"step": _pick(rng, _STEPS)} if rng.random() < 0.5 else {}
    said |= {_pick(rng, NONSENSE)[:50]: "x"}
    if rng.random() < 0.3:
        return "multipart/form-data; boundary=x", b"".join(_make_part(rng, *one) for one in said.items()) + b"--x--\r\n"
    plain = {name: text.encode("utf-8", "surrogatepass") for name, text in said.items()}
    return _pick(rng, TYPES[:2]), urlencode(
        {name.encode("utf-8", "surrogatepass"): text for name, text in plain.items()}
    ).encode()


def _make_part(rng: np.random.Generator, name: str, text: str) -> bytes:
    file = '; filename="a.csv"' if rng.random() < 0.3 else ""
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n{text}\r\n'
    return head.encode("utf-8", "surrogatepass")


def _make_headers(rng: np.random.Generator) -> dict[str, str]:
    """Headers that a proxy or an attacker may add, as WSGI names them."""
    some = (
        {}, {}, {}, {"HX_REQUEST": "true"}, {"HX_REQUEST": "true", "HX_TARGET": "\xff"}, {"RANGE": "bytes=9-1"},
        {"ACCEPT_ENCODING": "\xff, gzip;q=x"}, {"X_FORWARDED_PROTO": "ftp"}, {"REFERER": "\x00"}, {"X_QUIET": "1"},
        {"ACCEPT_LANGUAGE": "x" * 3000}, {"IF_NONE_MATCH": '"'}, {"CONTENT_LENGTH": "-1"},
        {"CONTENT_LENGTH": "99999999999"}, {"HOST": "exa mple.org"}, {"HOST": "testserver:99999"}, {"X_CSRFTOKEN": "\xff"},
    )  # fmt: skip
    return {"X_CSRFTOKEN": TOKEN, **some[int(rng.integers(len(some)))]}
