"""Signatures on pages: the password each time, meaning, name and time in print, breaks in plain sight."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.conftest import SignedIn
from tests.web.desks.people import PASSWORD, correct, count_entries, find_code, load_state
from tests.web.trials import OTHER
from trialwright.capture.sign import MEANINGS, Scope
from trialwright.store.models import LedgerEntry
from trialwright.vocabulary.codelists import Role
from trialwright.web.signatures.held import find_sign_address


@pytest.fixture
def code(running: object) -> str:
    return find_code()


def print_text(client: Client, address: str) -> str:
    """What a sheet of paper says."""
    pdfium = pytest.importorskip("pypdfium2", reason="a page is read back by PDFium")
    pages = pdfium.PdfDocument(client.post(address).content)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())


def addresses(code: str) -> dict[Scope, str]:
    return {
        Scope.FORM: find_sign_address(code, Scope.FORM, "SCREENING", "demographics"),
        Scope.VISIT: find_sign_address(code, Scope.VISIT, "SCREENING"),
        Scope.CASEBOOK: find_sign_address(code, Scope.CASEBOOK),
    }


@pytest.mark.req("S1")
@pytest.mark.parametrize("scope", list(Scope))
def test_a_signature_prints_name_time_and_meaning(signed_in: SignedIn, code: str, scope: Scope) -> None:
    client, address = signed_in(Role.INVESTIGATOR), addresses(code)[scope]
    page = client.get(address).content.decode()
    assert MEANINGS[scope] in page and 'type="password"' in page
    assert client.post(address, {"password": PASSWORD}).status_code == 302
    held = load_state(code).review.signatures[-1]
    page = client.get(f"/participants/{code}/signatures/").content.decode()
    assert "Virtual Investigator" in page and MEANINGS[scope] in page and "signature holds" in page
    assert held.signed.scope == scope and held.at[:10] in page
    printed = print_text(client, f"/participants/{code}/paper/forms.pdf?visit=SCREENING&form=demographics&filled=1")
    assert "Virtual Investigator (bj302-investigator)" in printed and MEANINGS[scope] in printed and "CST" in printed


@pytest.mark.req("S2")
def test_the_password_is_asked_each_time_and_a_wrong_one_is_on_record(signed_in: SignedIn, code: str) -> None:
    client, address = signed_in(Role.INVESTIGATOR), addresses(code)[Scope.FORM]
    assert client.post(address, {"password": PASSWORD}).status_code == 302
    for wrong in ({}, {"password": "wrong"}):
        answer = client.post(address, wrong)
        assert answer.status_code == 422 and 'data-code="wrong-password"' in answer.content.decode()
    assert len(load_state(code).review.signatures) == 1
    assert LedgerEntry.objects.filter(act="sign_in_failed").count() == 2


@pytest.mark.req("S5")
def test_guessing_locks_the_account(signed_in: SignedIn, code: str) -> None:
    client, address = signed_in(Role.INVESTIGATOR), addresses(code)[Scope.FORM]
    for _ in range(5):
        client.post(address, {"password": "wrong"})
    assert client.post(address, {"password": PASSWORD}).status_code == 422
    assert not load_state(code).review.signatures


@pytest.mark.req("S4")
def test_a_change_breaks_the_signature_and_the_page_says_what_changed(signed_in: SignedIn, code: str) -> None:
    client = signed_in(Role.INVESTIGATOR)
    for address in addresses(code).values():
        client.post(address, {"password": PASSWORD})
    correct(code)
    page = client.get(f"/participants/{code}/signatures/").content.decode()
    assert page.count("signature broken:") == 3 and "Demographics · Screening: a value was changed" in page
    assert "signature broken" in client.get("/signatures/").content.decode()


@pytest.mark.parametrize("role", [Role.NURSE, Role.DATA_MANAGER, Role.MONITOR, Role.SPONSOR, Role.INSPECTOR])
def test_only_doctors_come_to_the_page(signed_in: SignedIn, code: str, role: Role) -> None:
    before, client = count_entries(), signed_in(role)
    assert client.post(addresses(code)[Scope.FORM], {"password": PASSWORD}).status_code == 403
    assert f'href="/participants/{code}/sign/' not in client.get(f"/participants/{code}/signatures/").content.decode()
    assert count_entries() == before


def test_another_site_and_what_is_not_there_are_404(signed_in: SignedIn, code: str) -> None:
    other = signed_in(Role.INVESTIGATOR, OTHER)
    for address in addresses(code).values():
        assert other.get(address).status_code == 404
        assert other.post(address, {"password": PASSWORD}).status_code == 404
    own = signed_in(Role.INVESTIGATOR)
    assert own.get(find_sign_address(code, Scope.VISIT, "NOWHERE")).status_code == 404
    parts = {"code": code, "scope": "everything", "encounter": "-", "form": "-", "repeat": 1}
    assert own.get(reverse("sign", kwargs=parts)).status_code == 404


def test_the_chinese_page_says_what_is_stored(signed_in: SignedIn, code: str) -> None:
    page = signed_in(Role.INVESTIGATOR, language="zh").get(addresses(code)[Scope.FORM]).content.decode()
    assert "本人已审阅此表单" in page and MEANINGS[Scope.FORM] in page
