"""What stands on every answer, and what stands in no page."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.access_table import ACCESS, OWN
from tests.web.conftest import SignedIn, open_browser
from trialwright.vocabulary.codelists import Role
from trialwright.web.config import make_settings


@pytest.mark.parametrize("name", ACCESS)
def test_headers_and_no_inline_script_or_style(running: Path, name: str) -> None:
    row = ACCESS[name]
    role = Role.INVESTIGATOR if row.is_open or Role.INVESTIGATOR in row.roles else sorted(row.roles)[0]
    answer = open_browser(role).get(reverse(name, kwargs=row.parts(OWN)))
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy and "http" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    if not answer["Content-Type"].startswith("text/html"):
        return
    assert answer["Cache-Control"] == "no-store"
    page = answer.content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|hx-on|javascript:", page), "something inline"
    assert not re.search(r"<script(?![^>]*\ssrc=)", page), "a script inside the page"
    assert not re.search(r"(?:src|href|action)=[\"'](?:https?:)?//", page), "an address of somebody else"


def test_the_first_page_of_a_cold_browser_is_small(running: Path) -> None:
    client = Client(headers={"accept-encoding": "gzip"})
    page = client.get(reverse("sign_in"))
    whole = len(page.content)
    for address in re.findall(r"(?:href|src)=\"(/static/[^\"]+)\"", Client().get(reverse("sign_in")).content.decode()):
        answer = client.get(address.replace("&amp;", "&"))
        assert answer.status_code == 200 and "immutable" in answer["Cache-Control"]
        whole += len(answer.content)
    assert whole <= 300_000
    css = Client(headers={"accept-encoding": "identity"}).get("/static/app.css")
    assert len(css.content) < 30_000


def test_a_post_without_its_token_is_refused(running: Path) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(reverse("sign_in"), {"person": "sponsor", "password": "x"}).status_code == 403


@pytest.mark.parametrize("wanted", ["https://example.org/", "//example.org", "javascript:alert(1)", "/\\example.org"])
def test_no_redirect_leads_away(running: Path, wanted: str) -> None:
    answer = Client().post(reverse("language"), {"language": "zh", "next": wanted})
    assert answer["Location"] == "/"


def test_what_a_person_types_is_never_markup(signed_in: SignedIn) -> None:
    page = signed_in(Role.INVESTIGATOR).get("/participants/", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page


def test_production_settings_pass_the_deployment_check() -> None:
    """Run in a process of its own, because Django's settings are set once."""
    import os
    import subprocess
    import sys

    # A browser of the journeys in the same process has set this for itself.
    around = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    program = (
        "from trialwright.store.connect import configure\n"
        "from trialwright.web.config import make_settings\n"
        "configure('sqlite:///:memory:', make_settings('k7'*30 + 'abcdefghij', ('trial.hospital.example',)))\n"
        "from django.core.management import call_command\n"
        "call_command('check', deploy=True, fail_level='WARNING')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, env=around)
    assert done.returncode == 0, done.stderr


def test_plain_settings_are_for_this_machine_only() -> None:
    assert "*" not in make_settings("x" * 50, is_plain=True)["ALLOWED_HOSTS"]
    assert make_settings("x" * 50)["SESSION_COOKIE_SECURE"]
