"""Every file that a page gives out is noted in the ledger with its hash before it is sent; what is not noted tells of nobody."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.urls import reverse

import trialwright.web
from tests.web.access_table import ACCESS, find_code
from tests.web.conftest import SignedIn, open_browser
from tests.web.postbox import report_grave
from tests.web.trials import OWN
from trialwright.store.models import LedgerEntry
from trialwright.vocabulary.codelists import Role
from trialwright.web.pages import PAGES

FILES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "audit_export": ("", {}),
    "safety_lines": ("", {}),
    "lot_log": ("", {}),
    "board_report": ("", {"part": "open"}),
    "participant_forms": ("?all=1&filled=1", {}),
    "participant_calendar": ("", {}),
    "participant_card": ("", {}),
    "event_cioms": ("", {}),
    "event_e2b": ("", {}),
    "site_copy": ("", {}),
}
"""Each URL that gives out a file about the trial: its query, and what is posted."""
ELSEWHERE = {"registry_file": "tests/web/test_registry.py, for only a finished trial has results"}
NOBODYS = {
    "static": "the program's own files",
    "ready": "numbers about the server",
    "health": "a word about the server",
    "paper_forms": "blank sheets of the study",
    "registry_calendar": "the duties of the public record, which is public",
    "participant_forms": "blank sheets with a code that stands on the page already",
}
"""Each URL whose GET answers with something else than a page, and why no entry is written of it."""


def is_file(answer: HttpResponse) -> bool:
    return answer.has_header("Content-Disposition") or not answer["Content-Type"].startswith("text/html")


def read_exports() -> list[dict[str, object]]:
    rows = LedgerEntry.objects.filter(act="data_exported").order_by("position")
    return [{**json.loads(row.payload), "by": row.actor} for row in rows]


def find_address(name: str) -> tuple[str, dict[str, str]]:
    """The URL with what is needed for a file, and what is posted."""
    query, posted = FILES[name]
    parts = dict(ACCESS[name].parts(OWN))
    if name in ("event_cioms", "event_e2b"):
        code = report_grave(OWN)
        payloads = LedgerEntry.objects.filter(participant=code, act="adverse_event_reported").order_by("-position")
        parts = {"code": code, "event": json.loads(payloads[0].payload)["repeat"]}
    return reverse(name, kwargs=parts) + query, dict(posted)


@pytest.mark.req("A8")
@pytest.mark.parametrize("name", FILES)
def test_a_file_is_noted_with_its_hash_for_everybody_who_may_have_it(
    running: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if (
        name == "event_e2b"
    ):  # the message lacks a code of MedDRA, which the tests have not, and is asked for all the same
        monkeypatch.setattr("trialwright.web.safety.case_files.check_case", lambda _: [])
    address, posted = find_address(name)
    for role in sorted(ACCESS[name].roles):
        client, before = open_browser(role), len(read_exports())
        assert client.get(address).status_code in (200, 302, 404), "GET gives no file"
        assert len(read_exports()) == before, "GET writes nothing"
        answer = client.post(address, posted)
        content = b"".join(answer)
        if answer.status_code != 200:
            assert answer.status_code in (403, 404, 409, 422) and len(read_exports()) == before, (role, content)
            continue
        assert is_file(answer), role
        noted = read_exports()[before:]
        assert [one["digest"] for one in noted] == [hashlib.sha256(content).hexdigest()], role
        assert noted[0]["by"] and answer["Cache-Control"] == "no-store"
    assert len(read_exports()) > 0, "nobody was given the file"


def test_no_other_page_gives_a_file(running: Path) -> None:
    """A URL that answers GET with a file says here why nobody notes it."""
    for page in PAGES:
        row = ACCESS[page.name]
        role = next(iter(sorted(row.roles)), Role.INSPECTOR)
        if page.name == "static" or row.answer != 200:
            continue
        answer = open_browser(role).get(reverse(page.name, kwargs=row.parts(OWN)))
        assert not is_file(answer) or page.name in NOBODYS, page.name


def test_files_are_made_in_one_place() -> None:
    """Whoever writes a header of a file by hand is found: ``web/exports.py`` does it, and those that tell of nobody."""
    assert set(_find_senders()) == {"exports.py", "paper/views.py", "registry/clock.py", "static_files.py"}
    assert {*FILES, *ELSEWHERE, *NOBODYS} <= {page.name for page in PAGES}


def _find_senders() -> Iterator[str]:
    web = Path(trialwright.web.__file__).parent
    for path in web.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"Content-Disposition|FileResponse|StreamingHttpResponse|HttpResponse\([^)]*content_type=", text):
            name = path.relative_to(web).as_posix()
            if name != "health.py":
                yield name


def test_blank_sheets_are_not_noted(signed_in: SignedIn, running: Path) -> None:
    address = reverse("participant_forms", kwargs=dict(find_code(OWN)))
    answer = signed_in(Role.NURSE).get(address, {"all": "1"})
    assert answer.content.startswith(b"%PDF-") and not read_exports()
