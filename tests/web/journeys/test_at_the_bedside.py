"""Journeys 4, 5 and 9: a form and a tablet, a lost line, two people, and what should not have happened."""

from collections.abc import Callable, Mapping, Sequence

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.web.forms.people import VITALS, count_entries, find_participant, read_recorded, vitals_of
from tests.web.journeys.live import Live
from tests.web.journeys.test_eyes import take_image
from tests.web.trials import OWN
from trialwright.vocabulary.codelists import Role
from trialwright.web.catalogue import render_text

TABLET = (810, 1080)


def type_into(page: Page, typed: Mapping[str, str]) -> None:
    for name, text in typed.items():
        field = page.locator(f'#entry [name="{name}"]')
        if field.count() > 1:
            page.locator(f'#entry [name="{name}"][value="{text}"]').check()
        else:
            field.fill(text)


def wait_for_draft(page: Page) -> None:
    expect(page.locator("#form-state")).to_contain_text("Draft kept")


@pytest.mark.slow
def test_a_closed_browser_takes_nothing_away_and_leaves_nothing_on_the_tablet(live: Live) -> None:
    code, before = find_participant(), count_entries()
    tablet = live.sign_in(Role.NURSE, size=TABLET)
    tablet.goto(vitals_of(code))
    type_into(tablet, {"v.temperature": "38.6", "v.heart_rate": "101"})
    tablet.locator('[name="v.heart_rate"]').press("Tab")
    wait_for_draft(tablet)
    kept = tablet.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])")
    assert "38.6" not in kept and "101" not in kept and "tw_" not in kept, "a shared tablet keeps nothing"
    tablet.context.close()

    desk = live.sign_in(Role.NURSE)
    desk.goto(vitals_of(code))
    expect(desk.locator(".note-draft")).to_contain_text("It is not a record until you save")
    expect(desk.locator('[name="v.temperature"]')).to_have_value("38.6")
    expect(desk.locator('[name="v.heart_rate"]')).to_have_value("101")
    assert count_entries() == before, "a draft is no record"
    coordinator = live.sign_in(Role.COORDINATOR)
    coordinator.goto(vitals_of(code))
    expect(coordinator.locator('[name="v.temperature"]')).to_have_value("")


@pytest.mark.slow
def test_a_lost_connection_takes_nothing_away(live: Live) -> None:
    code, before = find_participant(), count_entries()
    page = live.sign_in(Role.NURSE, size=TABLET)
    page.goto(vitals_of(code))
    type_into(page, {name: text for name, text in VITALS.items() if name != "v.spo2"})
    wait_for_draft(page)
    page.context.set_offline(True)
    type_into(page, {"v.spo2": "93"})
    page.locator('[name="v.spo2"]').press("Tab")
    expect(page.locator("#form-lost")).to_contain_text("Everything you typed is still on this page")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#form-lost")).to_be_visible()
    expect(page.locator('[name="v.spo2"]')).to_have_value("93")
    assert count_entries() == before
    page.context.set_offline(False)
    expect(page.locator("#form-lost")).to_be_hidden()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".receipt")).to_contain_text("Revision 1")
    assert count_entries() == before + 1, "once, though it was tried twice"
    assert read_recorded(code).values["spo2"] == "93"


def find_case() -> str:
    from trialwright.web.reading.cases import load_cases

    take_image()
    return reverse("read_case", kwargs={"case": next(one.code for one in load_cases([OWN]) if not one.readings)})


READING = (('[name="v.quality"][value="GOOD"]', ""), ('[name="v.lesion_percent"]', "30"))
VISIT = (("#on", "2020-02-28"), ("#topic-source", "The freezer log has a gap.\nTwo hours."), ("#people", "Dr Li"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "find", "typed", "button"),
    [
        (Role.READER_1, find_case, READING, "Save"),
        (Role.MONITOR, lambda: reverse("monitoring_report", args=["new"]), VISIT, "Keep the report"),
    ],
    ids=["reader", "monitor"],
)
def test_what_is_typed_on_any_page_outlives_the_browser_and_the_line(
    live: Live, role: Role, find: Callable[[], str], typed: Sequence[tuple[str, str]], button: str
) -> None:
    """The first half in a browser that is closed, the second while the line is cut, also in the middle of saving."""
    address = find()
    before = count_entries()

    def put(page: Page, fields: Sequence[tuple[str, str]]) -> None:
        for selector, text in fields:
            field = page.locator(f"main {selector}")
            field.fill(text) if text else field.check()

    def check(page: Page, fields: Sequence[tuple[str, str]]) -> None:
        for selector, text in fields:
            field = page.locator(f"main {selector}")
            expect(field).to_have_value(text) if text else expect(field).to_be_checked()

    tablet = live.sign_in(role, size=TABLET)
    tablet.goto(address)
    put(tablet, typed[:1])
    tablet.keyboard.press("Tab")
    expect(tablet.locator("form .draft-state").first).to_contain_text("Draft kept")
    stored = tablet.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert not any(text in stored for _, text in typed if text), "a shared tablet keeps nothing"
    tablet.context.close()

    page = live.sign_in(role)
    page.goto(address)
    expect(page.locator(".note-draft")).to_contain_text("It is not a record until you save")
    check(page, typed[:1])
    page.context.set_offline(True)
    put(page, typed[1:])
    page.get_by_role("button", name=button).click()
    expect(page.locator("form .draft-lost").first).to_contain_text("Everything you typed is still on this page")
    check(page, typed)
    assert count_entries() == before, "a draft is no record"
    page.context.set_offline(False)
    expect(page.locator("form .draft-lost").first).to_be_hidden()
    page.get_by_role("button", name=button).click()
    expect(page.locator(".note-good").first).to_be_visible()
    assert count_entries() == before + 1, "once, though it was tried twice"
    page.goto(reverse("drafts"))
    expect(page.locator("main")).to_contain_text("No drafts")


@pytest.mark.slow
def test_a_slow_line_does_not_let_a_draft_overtake_the_saving(live: Live) -> None:
    code, before = find_participant(), count_entries()
    page = live.sign_in(Role.NURSE, size=TABLET)
    page.goto(vitals_of(code))
    slow = page.context.new_cdp_session(page)
    slow.send("Network.enable")
    line = {"offline": False, "latency": 400, "downloadThroughput": -1, "uploadThroughput": -1}
    slow.send("Network.emulateNetworkConditions", line)
    type_into(page, VITALS)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".receipt")).to_contain_text("Revision 1")
    assert count_entries() == before + 1


@pytest.mark.slow
def test_two_people_on_one_form_are_told_and_lose_nothing(live: Live) -> None:
    code = find_participant()
    nurse, coordinator = (live.sign_in(role) for role in (Role.NURSE, Role.COORDINATOR))
    nurse.goto(vitals_of(code))
    type_into(nurse, VITALS)
    nurse.get_by_role("button", name="Save").click()
    expect(nurse.locator(".receipt")).to_be_visible()

    for page, typed in (
        (nurse, {"v.heart_rate": "84", "v.temperature": "37.4"}),
        (coordinator, {"v.systolic": "131", "v.temperature": "37.9"}),
    ):
        page.goto(vitals_of(code, edit=1))
        type_into(page, {**typed, "reason": "read again from the chart"})
        page.locator("#reason").press("Tab")
        wait_for_draft(page)
    expect(coordinator.locator("main")).to_contain_text("bj302-nurse is also writing in this form")
    nurse.get_by_role("button", name="Save").click()
    expect(nurse.locator(".receipt")).to_contain_text("Revision 2")

    coordinator.get_by_role("button", name="Save").click()
    told = coordinator.locator(".note-warn[role=alert]")
    expect(told).to_contain_text("Somebody saved this form while you were writing. Nothing is lost.")
    expect(told.locator("tbody tr")).to_have_count(1)
    expect(told.locator("tbody tr")).to_contain_text("37.4")
    expect(told.locator("tbody tr")).to_contain_text("37.9")
    expect(coordinator.locator('[name="v.heart_rate"]')).to_have_value("84")
    expect(coordinator.locator('[name="v.systolic"]')).to_have_value("131")
    coordinator.get_by_role("button", name="Save").click()
    expect(coordinator.locator(".receipt")).to_contain_text("Revision 3")
    values = read_recorded(code).values
    assert (values["heart_rate"], values["systolic"], values["temperature"]) == ("84", "131", "37.9")


@pytest.mark.slow
def test_a_dose_that_should_not_have_happened_is_recorded_flagged_and_told(live: Live) -> None:
    from trialwright.store.models import DoseState

    code = find_participant(arm="CONTROL")
    nurse = live.sign_in(Role.NURSE, size=TABLET)
    nurse.goto(f"/participants/{code}/doses/")
    nurse.get_by_text("A dose outside the plan was given").click()
    nurse.locator("details.card-after a").first.click()
    type_into(
        nurse,
        {
            "v.lot": "LOT-RECALLED-MSC", "v.identity_check_1": "nurse 1", "v.identity_check_2": "nurse 2",
            "v.planned_amount": "30000000", "v.actual_amount": "300000000", "v.viability": "70",
            "v.interrupted": "N", "v.reaction": "N",
        },
    )  # fmt: skip
    for item in ("started_at", "stopped_at"):
        nurse.locator(f"#item-{item} button.now").click()
    nurse.get_by_role("button", name="Record the dose").click()
    expect(nurse.locator(".receipt")).to_be_visible()
    assert DoseState.objects.filter(participant=code).count() == 1

    expect(nurse.locator("main")).to_contain_text("five or more times the planned dose")
    told = nurse.locator(".note-warn").filter(has_text="Deviations")
    for text in ("DOSE_IN_OTHER_ARM", "DOSE_NOT_PREPARED", "WRONG_DOSE", "RECALLED_LOT"):
        expect(told).to_contain_text(render_text(f"deviation.{text}", "en"))
    for role in (Role.INVESTIGATOR, Role.SPONSOR):
        page = live.sign_in(role)
        page.goto("/")
        expect(page.locator("main")).to_contain_text(code)
        page.goto(f"/participants/{code}/")
        expect(page.locator("main").get_by_role("heading", name="Deviations", exact=True)).to_be_visible()
        expect(page.locator("main")).to_contain_text("300000000")
