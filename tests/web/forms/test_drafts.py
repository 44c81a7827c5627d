"""Drafts: on the server, per person, never a record, and gone when the form is saved."""

import pytest
from django.db import connection

from tests.web.conftest import SignedIn
from tests.web.forms.people import VITALS, count_entries, find_participant, read_recorded, vitals_of
from trialwright.store.models import Draft
from trialwright.vocabulary.codelists import Role

HTMX = {"HX-Request": "true"}


@pytest.fixture
def code(running: object) -> str:
    return find_participant()


def keep(client: object, code: str, **typed: str) -> str:
    answer = client.post(vitals_of(code) + "/draft", typed or {"v.temperature": "38"}, headers=HTMX)  # type: ignore[attr-defined]
    return str(answer.content.decode())


def test_a_draft_is_no_record_and_survives_a_closed_browser(signed_in: SignedIn, code: str) -> None:
    before = count_entries()
    said = keep(
        signed_in(Role.NURSE), code, **{"v.temperature": "38.5", "v.measured_at": "2020-03-01", "t.nothing": "1"}
    )
    assert "Draft kept" in said and "required still empty" in said
    assert count_entries() == before and read_recorded(code) is None
    connection.close()
    page = signed_in(Role.NURSE).get(vitals_of(code)).content.decode()
    assert 'value="38.5"' in page and 'value="2020-03-01"' in page, "a date without its time is kept too"
    assert "Your draft of" in page


def test_a_draft_is_its_persons_own(signed_in: SignedIn, code: str) -> None:
    keep(signed_in(Role.NURSE), code)
    page = signed_in(Role.INVESTIGATOR).get(vitals_of(code)).content.decode()
    assert 'value="38"' not in page and "bj302-nurse is also writing" in page
    assert "vital" not in signed_in(Role.INVESTIGATOR).get("/drafts/").content.decode().lower().split("<table")[1]
    assert "Vital signs" in signed_in(Role.NURSE).get("/drafts/").content.decode()


def test_saving_ends_the_draft_and_a_late_draft_does_not_bring_it_back(signed_in: SignedIn, code: str) -> None:
    client = signed_in(Role.NURSE)
    keep(client, code, **VITALS)
    assert Draft.objects.count() == 1
    client.post(vitals_of(code), dict(VITALS))
    assert Draft.objects.count() == 0
    keep(client, code, **VITALS)
    assert Draft.objects.count() == 0


def test_a_refused_saving_keeps_the_draft(signed_in: SignedIn, code: str) -> None:
    client = signed_in(Role.NURSE)
    client.post(vitals_of(code), {**VITALS, "v.spo2": "abc"})
    assert 'value="abc"' in client.get(vitals_of(code)).content.decode()


def test_a_draft_is_thrown_away_by_its_person(signed_in: SignedIn, code: str) -> None:
    client = signed_in(Role.NURSE)
    keep(client, code)
    assert client.post(vitals_of(code) + "/draft", {"step": "discard"}).status_code == 302
    assert Draft.objects.count() == 0


def test_without_scripts_the_check_button_says_what_is_wrong_and_saves_nothing(signed_in: SignedIn, code: str) -> None:
    before = count_entries()
    page = signed_in(Role.NURSE).post(vitals_of(code), {**VITALS, "v.spo2": "40.5", "step": "check"}).content.decode()
    assert "Write a whole number" in page and count_entries() == before


def test_a_draft_of_an_older_revision_meets_the_newer_one(signed_in: SignedIn, code: str) -> None:
    nurse, doctor = signed_in(Role.NURSE), signed_in(Role.INVESTIGATOR)
    nurse.post(vitals_of(code), dict(VITALS))
    keep(nurse, code, **{**VITALS, "v.temperature": "39.0", "based_on": "1"})
    doctor.post(vitals_of(code), {**VITALS, "v.temperature": "38.1", "based_on": "1", "reason": "source"})
    said = keep(nurse, code, **{**VITALS, "v.temperature": "39.0", "based_on": "1"})
    assert "bj302-investigator saved this form" in said
    page = nurse.get(vitals_of(code, edit=1)).content.decode()
    assert "Both of you changed" in page and "38.1 °C" in page and 'value="39.0"' in page


def test_who_may_not_write_keeps_no_draft(signed_in: SignedIn, code: str) -> None:
    assert signed_in(Role.PHARMACIST).get(vitals_of(code)).status_code == 200
    assert signed_in(Role.DATA_MANAGER).post(vitals_of(code) + "/draft", dict(VITALS)).status_code == 403
    assert Draft.objects.count() == 0
