"""One test for each way in that is tried first: injection, scripts, forged requests, other people's objects, bombs."""

import csv
import io
import resource
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadhandler import StopUpload
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.web.access_table import ACCESS, OTHER, OWN, find_code
from tests.web.conftest import SignedIn, open_browser
from trialwright.store.models import Draft, Participant
from trialwright.store.read import read_study
from trialwright.vocabulary.codelists import Role
from trialwright.web.imports.models import Upload

SCRIPT = "<script>alert('x')</script><img src=x onerror=alert(1)>"
INJECTIONS = (
    "' OR '1'='1",
    "'; DROP TABLE draft;--",
    '" OR ""="',
    "1) UNION SELECT password FROM account--",
    "%' OR 1=1--",
)


@pytest.mark.parametrize("text", INJECTIONS)
def test_sql_injection_finds_nothing_and_breaks_nothing(signed_in: SignedIn, text: str) -> None:
    client = signed_in(Role.INVESTIGATOR)
    plain = client.get("/participants/", {"q": "NOBODY"}).content.count(b"<tr")
    assert client.get("/participants/", {"q": text}).content.count(b"<tr") == plain
    for address, name in (("/audit/", "participant"), ("/audit/", "person"), ("/terms/", "q"), ("/queries/", "site")):
        page = client.get(address, {name: text})
        assert page.status_code == 200 and b"scrypt$" not in page.content
    assert Client().post("/sign-in", {"person": text, "password": text}).status_code == 422
    assert Draft.objects.count() == 0 and Participant.objects.exists(), "the tables are there"


def test_a_script_that_was_saved_is_shown_as_text_everywhere(signed_in: SignedIn) -> None:
    """Stored: a nurse types a script into a form; nobody's page runs it."""
    code = find_code(OWN)["code"]
    said = {
        "v.treatment": SCRIPT, "v.treatment_class": "OTHER", "v.indication": SCRIPT, "v.ongoing": "Y",
        "v.start_date": "2020-02-20",
    }  # fmt: skip
    saved = signed_in(Role.NURSE).post(f"/participants/{code}/forms/-/concomitant_treatment/0", said)
    assert saved.status_code == 302 and "receipt=" in saved["Location"]
    form = saved["Location"].split("?")[0]
    shown = 0
    for role in (Role.NURSE, Role.INVESTIGATOR, Role.MONITOR, Role.DATA_MANAGER, Role.INSPECTOR):
        client = open_browser(role)
        for address in (
            form,
            f"{form}/history/treatment",
            f"/participants/{code}/",
            "/audit/",
            f"/participants/{code}/forms/",
        ):
            page = client.get(address).content.decode()
            assert "<script>alert" not in page and "<img src=x" not in page, (role, address)
            shown += "&lt;script&gt;alert" in page
    assert shown >= 5, "the text was shown somewhere"


def test_a_script_in_an_address_is_shown_as_text(signed_in: SignedIn) -> None:
    """Reflected: in every query field of every page, and in what the address names."""
    client = signed_in(Role.INSPECTOR)
    fields = (
        "q",
        "participant",
        "act",
        "person",
        "since",
        "until",
        "site",
        "status",
        "at",
        "day",
        "page",
        "next",
        "tab",
    )
    for name, row in ACCESS.items():
        if row.is_open or Role.INSPECTOR in row.roles:
            answer = client.get(reverse(name, kwargs=row.parts(OWN)), dict.fromkeys(fields, SCRIPT))
            assert b"<script>alert" not in b"".join(answer), name
    assert b"<script>alert" not in client.get("/participants/<script>alert(1)</script>/").content


def test_a_forged_request_is_refused_on_every_page_that_writes(running: Path) -> None:
    """CSRF: a form of another site, sent by a browser that is signed in, comes without the token."""
    from django.conf import settings

    before = read_study(connection)
    for name, row in ACCESS.items():
        role = next((one for one in (Role.INVESTIGATOR, Role.MONITOR, *Role) if one in row.roles), Role.NURSE)
        client = open_browser(role)
        client.handler.enforce_csrf_checks = True
        address = reverse(name, kwargs=row.parts(OWN))
        for extra in ({}, {"HTTP_ORIGIN": "https://evil.example"}):
            assert client.post(address, {"csrfmiddlewaretoken": "x" * 32}, **extra).status_code in (403, 405), name  # type: ignore[arg-type]
    assert read_study(connection) == before
    assert settings.CSRF_COOKIE_HTTPONLY and client.cookies[settings.SESSION_COOKIE_NAME] is not None
    answer = Client().post("/sign-in", {"person": "bj302-nurse", "password": "virtual-people-only"})
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"


@pytest.mark.req("C1")
def test_other_sites_objects_cannot_be_named(signed_in: SignedIn) -> None:
    """IDOR: by every address and by every method, what belongs to another site is not there."""
    for role in (Role.INVESTIGATOR, Role.NURSE, Role.PHARMACIST):
        client = signed_in(role)
        before = read_study(connection)
        for name, row in ACCESS.items():
            if row.of_site and role in row.roles:
                address = reverse(name, kwargs=row.parts(OTHER))
                assert client.get(address).status_code == 404, (role, name)
                assert client.post(address, {"step": "save", "reason": "x"}).status_code in (404, 405), (role, name)
        assert read_study(connection) == before
        other = str(find_code(OTHER)["code"])
        for address in (f"/audit/?participant={other}", f"/participants/?q={other}", "/participants/?site=" + OTHER):
            page = client.get(address).content.decode()
            for echo in (f'value="{other}"', f"participant={other}", f"q={other}"):  # what was asked for, shown again
                page = page.replace(echo, "")
            assert other not in page, (role, address)


def test_somebody_elses_file_draft_and_account_cannot_be_named(signed_in: SignedIn) -> None:
    owner = signed_in(Role.NURSE)
    kept = owner.post("/imports/", {"laboratory": "L", "form": "chemistry", "file": io.BytesIO(b"a,b\n1,2\n")})
    assert kept.status_code == 302
    assert owner.get(kept["Location"]).status_code == 200
    assert open_browser(Role.COORDINATOR).get(kept["Location"]).status_code == 404
    assert owner.post("/people/administrator", {"role": "NURSE"}).status_code == 403


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
     "http:evil.example", "/%0d%0aLocation: //evil.example", "/\t/evil.example"],
)  # fmt: skip
def test_no_redirect_leads_away_from_the_server(running: Path, wanted: str) -> None:
    said = {"person": "bj302-nurse", "password": "virtual-people-only", "next": wanted, "language": "zh"}
    for answer in (Client().post("/sign-in", said), Client().post("/language", said), Client().get("/" + wanted)):
        place = answer.headers.get("Location", "/")
        assert place.startswith("/") and not place.startswith(("//", "/\\", "/\t")), place


# --- files ------------------------------------------------------------------------------------------------------------


def send_file(client: Client, content: bytes, name: str = "results.csv") -> int:
    file = io.BytesIO(content)
    file.name = name
    return int(client.post("/imports/", {"laboratory": "L", "form": "chemistry", "file": file}).status_code)


def test_a_zip_bomb_is_not_opened(signed_in: SignedIn) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("results.csv", b"0" * 200 * 2**20)
    assert len(bomb.getvalue()) < 2**20
    client = signed_in(Role.NURSE)
    tracemalloc.start()
    for name in ("results.csv", "results.zip", "results.xlsx"):
        assert send_file(client, bomb.getvalue(), name) == 422
    assert tracemalloc.get_traced_memory()[1] < 50 * 2**20
    tracemalloc.stop()
    packed = client.post(
        "/imports/",
        bomb.getvalue(),
        content_type="application/x-www-form-urlencoded",
        headers={"content-encoding": "gzip"},
    )
    assert packed.status_code in (400, 422)
    assert Upload.objects.count() == 0


class Endless(io.RawIOBase):
    """A file of any length that is never held: the head of a form, then rows of a table."""

    def __init__(self, head: bytes, length: int) -> None:
        self._head, self._left = head, length
        self.given = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """The next piece; the whole is never asked for by an honest reader."""
        wanted = min(size if size > 0 else 2**16, self._left)
        piece, self._head = self._head[:wanted], self._head[wanted:]
        piece += b"1,2\n" * ((wanted - len(piece)) // 4)
        self._left -= len(piece)
        self.given += len(piece)
        return piece


@pytest.mark.parametrize("says_so", [True, False])
def test_a_csv_of_a_gigabyte_is_refused_by_its_size_without_being_read(running: Path, says_so: bool) -> None:
    """Whether the request tells its length or lies about it; neither memory nor disk is filled."""
    from django.core.handlers.wsgi import WSGIHandler

    cookies = open_browser(Role.NURSE).cookies
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n'
    length = 2**30
    body = Endless(head, length)
    environment = {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/imports/", "QUERY_STRING": "", "SERVER_NAME": "testserver",
        "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.errors": io.StringIO(),
        "CONTENT_TYPE": "multipart/form-data; boundary=x", "wsgi.input": body,
        "HTTP_COOKIE": "; ".join(f"{name}={one.value}" for name, one in cookies.items()) + "; tw_csrf=" + "t" * 32,
        "HTTP_X_CSRFTOKEN": "t" * 32, "CONTENT_LENGTH": str(length if says_so else 2**21),
    }  # fmt: skip
    told: list[str] = []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        list(WSGIHandler()(environment, lambda status, headers: told.append(status)))
    except StopUpload:
        told.append("400")
    assert told[0].startswith(("400", "413", "422")), told
    assert body.given <= 4 * 2**20, "it was read on after it was known to be too long"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60 * 2**10
    assert Upload.objects.count() == 0


FORMULAS = ("=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "＝1", " =cmd|'/C calc'!A0")


def test_no_export_holds_a_cell_that_a_spreadsheet_would_run(signed_in: SignedIn) -> None:
    code = find_code(OWN)["code"]
    client = signed_in(Role.NURSE)
    for text in FORMULAS:
        said = {
            "v.treatment": text, "v.treatment_class": "OTHER", "v.indication": "x", "v.ongoing": "Y",
            "v.start_date": "2020-02-20",
        }  # fmt: skip
        client.post(f"/participants/{code}/forms/-/concomitant_treatment/0", said)
    for address in ("/audit/export.csv", "/safety/serious-events.csv"):
        for answer in (client.post(address), client.get(address)):
            if not answer.headers.get("Content-Type", "").startswith("text/csv"):
                continue
            rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
            assert len(rows) >= 1
            cells = [cell for row in rows for cell in row]
            assert [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "＝"))] == [], address


@pytest.mark.req("A8", "D1")
def test_a_file_that_was_given_out_is_on_record_with_its_hash(signed_in: SignedIn) -> None:
    import hashlib

    content = b"".join(signed_in(Role.MONITOR).post("/audit/export.csv?act=allocated"))
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    for role in (Role.INSPECTOR, Role.ADMINISTRATOR):
        page = open_browser(role).get("/people/exports").content.decode()
        assert hashlib.sha256(content).hexdigest() in page and f"<td>{len(rows) - 1}</td>" in page
        assert "act=allocated" in page and "monitor" in page
    assert signed_in(Role.NURSE).get("/people/exports").status_code == 403
