"""The pages of paper, and a form that comes from paper."""

import pytest
from django.urls import reverse

from tests.web.conftest import SignedIn
from tests.web.desks.people import correct
from tests.web.forms.people import VITALS, find_participant, read_recorded, vitals_of
from trialwright.store.models import LedgerEntry
from trialwright.vocabulary.codelists import Role


@pytest.fixture
def code(running: object) -> str:
    return find_participant()


def test_the_page_of_blank_forms_leads_to_pdf(signed_in: SignedIn, running: object) -> None:
    client = signed_in(Role.NURSE)
    page = client.get(reverse("paper")).content.decode()
    assert "Vital signs" in page and "visit=D3" in page
    answer = client.get(reverse("paper_forms"), {"visit": "D3", "form": "vital_signs"})
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert answer.content == client.get(reverse("paper_forms"), {"visit": "D3", "form": "vital_signs"}).content
    assert client.get(reverse("paper_forms"), {"form": "no_such_form"}).status_code == 404


def test_the_calendar_and_the_card_come_out_after_an_entry_at_any_fraction_of_a_second(
    signed_in: SignedIn, code: str
) -> None:
    correct(code)
    assert "." in LedgerEntry.objects.filter(participant=code).latest("position").at
    for name in ("participant_calendar", "participant_card"):
        assert signed_in(Role.NURSE).post(reverse(name, args=[code])).content.startswith(b"%PDF-"), name


@pytest.mark.req("D8")
def test_a_participants_sheets_as_on_record_and_to_fill_in(signed_in: SignedIn, code: str) -> None:
    client, address = signed_in(Role.NURSE), reverse("participant_forms", args=[code])
    assert "as on record" in client.get(reverse("participant_paper", args=[code])).content.decode().lower()
    blank = client.get(address, {"visit": "SCREENING"}).content
    filled = client.post(f"{address}?visit=SCREENING&filled=1").content
    assert blank.startswith(b"%PDF-") and filled.startswith(b"%PDF-") and blank != filled
    for name in ("participant_calendar", "participant_card"):
        assert client.post(reverse(name, args=[code])).content.startswith(b"%PDF-")


@pytest.mark.req("A1", "D8")
def test_late_entry_keeps_the_time_on_the_paper(signed_in: SignedIn, code: str) -> None:
    """It stands on the record, in the value's history, in the audit trail and on the printed sheet's page."""
    client = signed_in(Role.NURSE)
    assert "Was it written on paper first?" in client.get(vitals_of(code)).content.decode()
    paper = {"source": "PAPER", "observed_date": "2020-03-01", "observed_time": "08:40"}
    late = client.post(vitals_of(code), {**VITALS, **paper, "observed_date": "2031-01-01", "step": "save"})
    assert late.status_code == 422 and "after now" in late.content.decode()
    answer = client.post(vitals_of(code), {**VITALS, **paper, "step": "save"}, follow=True)
    assert read_recorded(code).observed_at == "2020-03-01T08:40"
    assert "written on paper 2020-03-01 08:40" in answer.content.decode()
    trail = client.get(reverse("audit"), {"participant": code, "act": "form_recorded"}).content.decode()
    assert "2020-03-01 08:40" in trail
    entry = LedgerEntry.objects.filter(participant=code, act="form_recorded").order_by("-position")[0]
    assert entry.at[:16] != "2020-03-01T08:40"
