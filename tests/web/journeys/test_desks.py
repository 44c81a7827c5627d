"""Journeys 2, 3 and 6: a value that is asked about, a file of the laboratory, and a participant as of a past day."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.forms.people import VITALS, count_entries, find_participant, load_state, read_recorded, vitals_of
from tests.web.imports.test_imports import GOOD, HEADER, list_due, make_csv
from tests.web.journeys.live import Live
from tests.web.journeys.test_at_the_bedside import type_into
from tests.web.trials import OTHER
from trialwright.store.models import LedgerEntry, Participant
from trialwright.vocabulary.codelists import Role


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".receipt")).to_be_visible()


@pytest.mark.slow
def test_a_value_is_asked_about_corrected_verified_and_changed_again(live: Live) -> None:
    code = find_participant()
    nurse = live.sign_in(Role.NURSE)
    nurse.goto(vitals_of(code))
    type_into(nurse, {**VITALS, "v.heart_rate": "108"})
    save(nurse)

    manager = live.sign_in(Role.DATA_MANAGER)
    manager.goto(vitals_of(code))
    item = manager.locator(".record-item").filter(has_text="Heart rate")
    item.get_by_role("link", name=re.compile("^Ask")).click()
    manager.get_by_label("What is asked").fill("The chart says 80. Which is right?")
    manager.get_by_role("button", name="Ask").click()
    expect(manager.locator("main")).to_contain_text("The chart says 80")

    nurse.goto("/")
    expect(nurse.locator(".tile").filter(has_text="query to answer")).to_contain_text("1")
    nurse.locator(".tile a").filter(has_text="query to answer").click()
    nurse.locator("main").get_by_role("link", name=re.compile("The chart says 80")).first.click()
    nurse.get_by_role("link", name="Correct the value").click()
    type_into(nurse, {"v.heart_rate": "80"})
    nurse.get_by_role("button", name="Save").click()
    expect(nurse.locator(".note-bad:visible")).to_contain_text("a change needs its reason")
    nurse.locator("#reason").fill("Answer to a query")
    save(nurse)
    history = nurse.locator("#history-heart_rate")
    history.locator("summary").click()
    expect(history).to_contain_text("108")
    expect(history).to_contain_text("Answer to a query")

    monitor = live.sign_in(Role.MONITOR)
    monitor.goto(vitals_of(code))
    monitor.get_by_role("link", name="Verify with the source").click()
    monitor.get_by_role("button", name="All items agree").click()
    expect(monitor.locator(".note-good")).to_contain_text("The verification is on record")
    verified = load_state(code).review.verified[("UNSCHEDULED_1", "vital_signs", 1)]
    assert {"heart_rate", "temperature"} <= verified

    nurse.goto(vitals_of(code, edit=1))
    type_into(nurse, {"v.heart_rate": "82", "reason": "The source says otherwise"})
    save(nurse)
    monitor.goto(vitals_of(code))
    expect(monitor.locator(".record-item").filter(has_text="Body temperature")).to_contain_text("source verified")
    expect(monitor.locator(".record-item").filter(has_text="Heart rate")).not_to_contain_text("source verified")
    monitor.get_by_role("link", name="Verify with the source").click()
    expect(monitor.locator("tr").filter(has_text="Heart rate")).to_contain_text("changed after verification")
    assert read_recorded(code).revision == 3


def plant_errors() -> list[list[str]]:
    """A file with twelve kinds of mistakes, one or more a line."""
    code, _, day = list_due()[0]
    other = Participant.objects.filter(site=OTHER, status="ALLOCATED").values_list("code", flat=True)[0]
    at = f"{day} 08:30"
    return [
        ["XX-999", at, *GOOD], [other, at, *GOOD], ["", at, *GOOD], [code, "1 March", *GOOD], [code, day, *GOOD],
        [code, "2019-01-01 08:00", *GOOD], [code, at, "<0.5", *GOOD[1:]], [code, at, "6_1", *GOOD[1:]],
        [code, at, "61000", *GOOD[1:]], [code, at, "6.12345", *GOOD[1:]], [code, at, *GOOD], [code, at, *GOOD],
        [code, at, "", *GOOD[1:]],
    ]  # fmt: skip


@pytest.mark.slow
def test_a_laboratory_file_with_twelve_errors_is_refused_and_its_repair_taken(live: Live, tmp_path: Path) -> None:
    bad, good, before = tmp_path / "bad.csv", tmp_path / "good.csv", count_entries()
    bad.write_bytes(make_csv(plant_errors()))
    due = list_due()
    good.write_bytes(make_csv([[code, f"{day} 08:30", *GOOD] for code, _, day in due], HEADER))
    page = live.sign_in(Role.NURSE)
    for file in (bad, good):
        page.goto("/")
        live.open_menu(page, "Participants", "Laboratory files")
        page.locator("#laboratory").fill("Lab A")
        page.locator("#form").select_option("haematology")
        page.locator("#file").set_input_files(file)
        page.locator("main form button").first.click()
        if file is bad:
            rows = page.locator("table").first.locator("tbody tr")
            lines = {int(text) for text in rows.locator("td:first-child").all_inner_texts()}
            assert lines == set(range(2, 15)), "every line is named"
            expect(page.locator('button[value="save"]')).to_have_count(0)
            assert count_entries() == before, "nothing of it is taken"
    page.locator('button[value="save"]').click()
    expect(page.locator("main")).to_contain_text("Just recorded")
    for code, encounter, _ in due:
        assert read_recorded(code, "haematology", encounter).values["wbc"] == "6.1"


@pytest.mark.slow
def test_an_inspector_reads_a_participant_as_of_a_past_day_and_can_change_nothing(live: Live) -> None:
    code = find_participant()
    nurse = live.sign_in(Role.NURSE)
    nurse.goto(vitals_of(code))
    type_into(nurse, VITALS)
    save(nurse)
    before = count_entries()

    page = live.sign_in(Role.INSPECTOR)
    page.goto(f"/participants/{code}/")
    page.goto("/audit/")
    page.goto(f"/participants/{code}/as-of")
    expect(page.locator("main")).to_contain_text("Vital signs")
    day = "2020-02-14"
    page.locator("#at").fill(f"{day}T23:59")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(day)
    text = page.locator("main").inner_text()
    later = LedgerEntry.objects.filter(participant=code, at__gt=f"{day}T23:59:59").order_by("position")
    assert later.exists()
    shown = [one for one in re.findall(r"2020-\d\d-\d\d", text) if one > day]
    assert shown == [], "nothing of what came later"
    for address in (vitals_of(code), f"/participants/{code}/", "/participants/", "/audit/"):
        page.goto(address)
        # A file of the trail is asked for by a POST, because giving data out is noted.
        assert page.locator("main form[method=post]:not([action*=export])").count() == 0, address
    assert count_entries() == before
