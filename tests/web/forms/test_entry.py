"""Entering and correcting a form: one act, one receipt, nothing lost, nothing believed that was typed."""

import re

import pytest

from tests.web.conftest import SignedIn
from tests.web.forms.people import VITALS, count_entries, find_participant, read_recorded, vitals_of
from tests.web.trials import OTHER, OWN
from trialwright.vocabulary.codelists import Role
from trialwright.web.forms.places import find_address

XSS = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


@pytest.fixture
def code(running: object) -> str:
    return find_participant()


def test_an_empty_form_shows_units_ranges_required_marks_and_choices(signed_in: SignedIn, code: str) -> None:
    page = signed_in(Role.NURSE).get(vitals_of(code)).content.decode()
    assert '<span class="unit">°C</span>' in page and "35–39.5" in page
    assert 'type="radio" name="v.position"' in page and 'inputmode="decimal"' in page
    assert page.count('class="needed"') == 8
    assert 'id="item-fio2" data-item="fio2" hidden' in page, "asked only when not on room air"


def test_long_code_lists_are_selects_and_birth_dates_may_be_partial(signed_in: SignedIn, code: str) -> None:
    page = signed_in(Role.NURSE).get(find_address(code, "SCREENING", "demographics", edit=1)).content.decode()
    assert '<select id="f-race"' in page
    assert re.search(r'name="v.birth_date"[^>]*data-date="partial"', page)


def test_chinese_labels(signed_in: SignedIn, code: str) -> None:
    page = signed_in(Role.NURSE, language="zh").get(vitals_of(code)).content.decode()
    assert "生命体征" in page and "次/分" in page and "保存" in page


@pytest.mark.req("A1")
def test_saving_is_one_entry_with_a_receipt(signed_in: SignedIn, code: str) -> None:
    client, before = signed_in(Role.NURSE), count_entries()
    answer = client.post(vitals_of(code), {**VITALS, "based_on": "0", "step": "save"}, follow=True)
    assert count_entries() == before + 1
    recorded = read_recorded(code)
    assert dict(recorded.values)["temperature"] == "37.2"
    assert recorded.values["measured_at"] == "2020-03-01T08:30"
    page = answer.content.decode()
    assert "Saved" in page and "Revision 1" in page and f"entry {before + 1}" in page


def test_an_htmx_save_is_told_to_leave_the_page(signed_in: SignedIn, code: str) -> None:
    answer = signed_in(Role.NURSE).post(vitals_of(code), dict(VITALS), headers={"HX-Request": "true"})
    assert answer.status_code == 204 and "receipt=" in answer["HX-Redirect"]


def test_what_cannot_be_is_said_beside_its_item_and_nothing_is_lost(signed_in: SignedIn, code: str) -> None:
    before = count_entries()
    typed = {**VITALS, "v.heart_rate": "abc", "v.spo2": ""}
    answer = signed_in(Role.NURSE).post(vitals_of(code), typed)
    page = answer.content.decode()
    assert answer.status_code == 422 and count_entries() == before
    assert 'value="abc"' in page and "Write a whole number" in page
    assert "Give a value, or say why there is none." in page
    assert 'value="37.2"' in page


def test_an_impossible_value_is_saved_when_it_is_confirmed(signed_in: SignedIn, code: str) -> None:
    client = signed_in(Role.NURSE)
    answer = client.post(vitals_of(code), {**VITALS, "v.temperature": "28"})
    assert answer.status_code == 422 and "Outside what is possible, 30–44" in answer.content.decode()
    assert read_recorded(code) is None
    client.post(vitals_of(code), {**VITALS, "v.temperature": "28", "c.temperature": "after an ice bath"})
    assert read_recorded(code).confirmed["temperature"] == "after an ice bath"


def test_no_value_with_its_reason(signed_in: SignedIn, code: str) -> None:
    typed = {**VITALS, "v.spo2": "", "n.spo2": "NOT_DONE", "r.spo2": "device broken"}
    signed_in(Role.NURSE).post(vitals_of(code), typed)
    assert read_recorded(code).missing["spo2"] == "NOT_DONE: device broken"


def test_value_and_reason_for_none_contradict(signed_in: SignedIn, code: str) -> None:
    answer = signed_in(Role.NURSE).post(vitals_of(code), {**VITALS, "n.spo2": "NOT_DONE"})
    assert answer.status_code == 422 and "take one away" in answer.content.decode()


@pytest.mark.req("A2")
def test_a_change_asks_for_its_reason_and_keeps_the_old_value(signed_in: SignedIn, code: str) -> None:
    client = signed_in(Role.NURSE)
    client.post(vitals_of(code), dict(VITALS))
    changed = {**VITALS, "v.temperature": "38.4", "based_on": "1"}
    answer = client.post(vitals_of(code), changed)
    assert answer.status_code == 422 and "a change needs its reason" in answer.content.decode()
    assert 'value="38.4"' in answer.content.decode()
    client.post(vitals_of(code), {**changed, "reason": "misread"})
    assert (read_recorded(code).revision, read_recorded(code).values["temperature"]) == (2, "38.4")
    past = client.get(vitals_of(code) + "/history/temperature", headers={"HX-Request": "true"}).content.decode()
    assert "37.2 °C" in past and "38.4 °C" in past and "misread" in past and "<html" not in past


def test_saving_what_is_on_record_writes_nothing(signed_in: SignedIn, code: str) -> None:
    client = signed_in(Role.NURSE)
    client.post(vitals_of(code), dict(VITALS))
    before = count_entries()
    answer = client.post(vitals_of(code), {**VITALS, "based_on": "1", "reason": "none"}, follow=True)
    assert count_entries() == before and "nothing was written" in answer.content.decode()


@pytest.mark.req("A3")
def test_two_people_on_one_form_see_both_values(signed_in: SignedIn, code: str) -> None:
    nurse, doctor = signed_in(Role.NURSE), signed_in(Role.INVESTIGATOR)
    nurse.post(vitals_of(code), dict(VITALS))
    changed = {**VITALS, "v.temperature": "38.1", "v.weight": "70", "based_on": "1", "reason": "source"}
    doctor.post(vitals_of(code), changed)
    answer = nurse.post(vitals_of(code), {**VITALS, "v.temperature": "39.0", "based_on": "1", "reason": "misread"})
    page = answer.content.decode()
    assert answer.status_code == 422 and read_recorded(code).revision == 2
    assert "bj302-investigator saved revision 2" in page
    assert "38.1 °C" in page and 'value="39.0"' in page, "theirs beside mine"
    assert 'value="70"' in page, "what only they changed is taken over"
    assert 'name="based_on" value="2"' in page
    nurse.post(vitals_of(code), {**changed, "v.temperature": "39.0", "based_on": "2", "reason": "misread"})
    assert read_recorded(code).revision == 3 and read_recorded(code).values["weight"] == "70"


def test_two_first_savings_meet_as_well(signed_in: SignedIn, code: str) -> None:
    signed_in(Role.INVESTIGATOR).post(vitals_of(code), {**VITALS, "v.temperature": "36.6"})
    page = signed_in(Role.NURSE).post(vitals_of(code), dict(VITALS)).content.decode()
    assert "Both of you changed" in page and "36.6 °C" in page and 'value="37.2"' in page


def test_a_conditional_item_comes_and_goes_with_the_servers_answer(signed_in: SignedIn, code: str) -> None:
    client = signed_in(Role.NURSE)
    ask = vitals_of(code) + "/draft"
    on_air = client.post(ask, dict(VITALS), headers={"HX-Request": "true"}).content.decode()
    assert 'data-hidden="fio2"' in on_air
    oxygen = client.post(ask, {**VITALS, "v.on_air": "N"}, headers={"HX-Request": "true"}).content.decode()
    assert 'data-hidden=""' in oxygen and "Measured under oxygen" in oxygen


def test_values_are_never_code(signed_in: SignedIn, code: str) -> None:
    client = signed_in(Role.NURSE)
    address = find_address(code, "", "concomitant_treatment", 0)
    typed = {
        "v.treatment": XSS, "v.treatment_class": "ANTIVIRAL", "v.indication": XSS, "v.start_date": "2020", "v.ongoing": "Y",
    }  # fmt: skip
    drafted = client.post(address + "/draft", typed, headers={"HX-Request": "true"}).content.decode()
    opened = client.get(address).content.decode()
    saved = client.post(address, typed, follow=True).content.decode()
    refused = client.post(address, {**typed, "v.start_date": XSS}).content.decode()
    for page in (drafted, opened, saved, refused, client.get("/drafts/").content.decode()):
        assert "<script>alert" not in page and "<img src=x" not in page
    assert "&lt;script&gt;" in opened


@pytest.mark.req("C1")
def test_who_may_not_write_is_told_why_and_writes_nothing(signed_in: SignedIn, code: str) -> None:
    before = count_entries()
    for role in (Role.DATA_MANAGER, Role.MONITOR, Role.INSPECTOR, Role.STATISTICIAN):
        client = signed_in(role)
        assert client.post(vitals_of(code), dict(VITALS)).status_code == 422
        assert "may not record form" in client.get(vitals_of(code)).content.decode()
    assert count_entries() == before


def test_another_sites_participant_is_not_there(signed_in: SignedIn, running: object) -> None:
    other, before, client = find_participant(OTHER), count_entries(), signed_in(Role.NURSE)
    for address in (vitals_of(other), vitals_of(other) + "/draft"):
        assert client.post(address, dict(VITALS)).status_code == 404
    assert client.get(vitals_of(other)).status_code == 404
    for page in ("doses/", "leaving", "forms/"):
        assert client.get(f"/participants/{other}/{page}").status_code == 404
        assert client.post(f"/participants/{other}/{page}").status_code in (404, 405)
    assert count_entries() == before


def test_a_post_needs_its_token(signed_in: SignedIn, code: str) -> None:
    client = signed_in(Role.NURSE)
    client.handler.enforce_csrf_checks = True
    assert client.post(vitals_of(code), dict(VITALS)).status_code == 403
    assert client.post(vitals_of(code) + "/draft", dict(VITALS)).status_code == 403


@pytest.mark.parametrize(
    "parts",
    [
        ("D99", "vital_signs", 1), ("D3", "no_form", 1), ("D3", "vital_signs", 9), ("D180", "daily_log", 1),
        ("UNSCHEDULED_1", "vital_signs", 3), ("UNSCHEDULED_<b>", "vital_signs", 1), ("UNSCHEDULED_1" * 50, "vital_signs", 1),
    ],
)  # fmt: skip
def test_forms_that_are_not_there(signed_in: SignedIn, code: str, parts: tuple[str, str, int]) -> None:
    assert signed_in(Role.NURSE).get(find_address(code, *parts)).status_code == 404


def test_rows_of_a_log_are_numbered_one_after_the_other(signed_in: SignedIn, code: str) -> None:
    client, before = signed_in(Role.NURSE), read_recorded(code, "concomitant_treatment", "", 1)
    typed = {
        "v.treatment": "A",
        "v.treatment_class": "ANTIVIRAL",
        "v.indication": "x",
        "v.start_date": "2020",
        "v.ongoing": "Y",
    }
    address = find_address(code, "", "concomitant_treatment", 0)
    first = client.post(address, typed)["Location"]
    second = client.post(address, {**typed, "v.treatment": "B"})["Location"]
    numbers = [int(one.split("?")[0].rsplit("/", 1)[1]) for one in (first, second)]
    assert numbers[1] == numbers[0] + 1 and (before is None or numbers[0] > 1)
    count = count_entries()
    again = client.post(address, {**typed, "v.treatment": "B"})["Location"]
    assert count_entries() == count and "unchanged" in again, "a second click writes no second row"


def test_no_page_of_a_form_asks_more_than_15_statements(signed_in: SignedIn, code: str, count_statements) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(Role.NURSE)
    client.post(vitals_of(code), dict(VITALS))
    pages = [
        vitals_of(code), vitals_of(code, edit=1), find_address(code, "D3", "chemistry", edit=1),
        find_address(code, "", "adverse_event", 0),
        vitals_of(code) + "/history/temperature", f"/participants/{code}/forms/", "/drafts/",
    ]  # fmt: skip
    found = {}
    for page in pages:
        count_statements()
        assert client.get(page).status_code == 200, page
        found[page] = count_statements()
    count_statements()
    client.post(vitals_of(code) + "/draft", {**VITALS, "v.spo2": "95", "based_on": "1"}, headers={"HX-Request": "true"})
    found["draft"] = count_statements()
    assert {page: number for page, number in found.items() if number > 15} == {}


def test_the_laboratorys_reference_range_stands_beside_the_number(signed_in: SignedIn, code: str) -> None:
    from trialwright.access.policy import Actor
    from trialwright.capture.laboratory import RangeLine, RegisterLaboratory
    from trialwright.service.perform import Receipt
    from trialwright.web.trial import get_running

    lines = (RangeLine("haematology.wbc", "3.5", "9.5", "10^9/L"),)
    command = RegisterLaboratory(OWN, "Central <lab>", "2020-02-28", lines)
    result = get_running().trial.perform(command, Actor("bj302-investigator", Role.INVESTIGATOR, OWN))
    assert isinstance(result, Receipt), result
    page = signed_in(Role.NURSE).get(find_address(code, "UNSCHEDULED_1", "haematology")).content.decode()
    assert "ref. 3.5–9.5" in page and "Central &lt;lab&gt;" in page
