"""What the keyboard does beyond the journeys: the way past the navigation, the matrix, refusals, what opens in place."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.forms.people import VITALS, find_participant, vitals_of
from tests.web.journeys.live import Live
from tests.web.journeys.test_at_the_bedside import type_into
from trialwright.vocabulary.codelists import Role


def is_focused(page: Page, selector: str) -> bool:
    return bool(page.evaluate("name => document.activeElement.matches(name)", selector))


@pytest.mark.slow
def test_the_first_stop_leads_past_the_navigation(live: Live) -> None:
    page = live.sign_in(Role.NURSE)
    page.goto("/participants/")
    page.keyboard.press("Tab")
    assert is_focused(page, ".skip")
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert is_focused(page, "main *"), "the next stop is in the page itself"


@pytest.mark.slow
def test_the_matrix_is_one_stop_that_the_arrow_keys_walk_and_a_filter_waits_for_its_button(live: Live) -> None:
    page = live.sign_in(Role.NURSE)
    page.goto("/participants/")
    grid = page.locator("table[data-grid]")
    assert grid.locator("a[tabindex='0']").count() == 1
    grid.locator("a[tabindex='0']").focus()
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("ArrowDown")
    second = page.evaluate("document.activeElement.textContent")
    assert first != second and grid.locator("a[tabindex='0']").count() == 1
    page.keyboard.press("End")
    page.keyboard.press("Home")
    assert page.evaluate("document.activeElement.textContent") == second
    page.keyboard.press("ArrowRight")
    assert is_focused(page, "td.cell a:focus-visible")

    page.locator("#f-status").select_option(label="In the study")
    expect(page).to_have_url(f"{live.address}/participants/")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#f-status")).to_have_value("ALLOCATED")
    page.locator("table[data-grid] a[tabindex='0']").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("BJ302-002")


@pytest.mark.slow
def test_a_refusal_and_a_receipt_take_the_focus_and_what_opens_in_place_keeps_it(live: Live) -> None:
    page = live.sign_in(Role.NURSE)
    page.goto(vitals_of(find_participant()))
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".note-bad:visible")).to_be_visible()
    expect(page.locator(".note-bad:visible")).to_be_focused()

    air = page.locator('[name="v.on_air"][value="N"]')
    air.check()
    page.keyboard.press("Delete")
    expect(air).not_to_be_checked()

    type_into(page, VITALS)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".receipt")).to_be_focused()

    past = page.locator("#history-heart_rate")
    past.locator("summary").press("Enter")
    expect(past).to_contain_text("80")
    expect(past.locator(".past")).to_be_visible()
    assert is_focused(page, "#history-heart_rate > summary"), "what came into the page did not take the focus"
    page.keyboard.press("Space")
    expect(past.locator(".past")).to_be_hidden()


def test_the_keys_of_the_journeys_see_a_focus_that_cannot_be_seen(live: Live) -> None:
    page = live.browse().new_page()
    page.goto("/sign-in")
    page.locator("#password").fill("virtual")
    page.evaluate("document.getElementById('password').style.outline = 'none'")
    with pytest.raises(AssertionError, match="no ring"):
        page.locator("#password").fill("virtual")
    page.evaluate("Object.assign(document.querySelector('.band').style, {position: 'fixed', inset: '0', zIndex: '99'})")
    with pytest.raises(AssertionError, match=r"under <p class=.band"):
        page.locator("#person").fill("nobody")
    with pytest.raises(AssertionError, match="the mouse was put away"):
        page.mouse.click(1, 1)
    page.evaluate("document.activeElement.tabIndex = -1; document.activeElement.blur()")
    with pytest.raises(AssertionError, match="does not reach"):
        page.locator("#person").fill("nobody")
