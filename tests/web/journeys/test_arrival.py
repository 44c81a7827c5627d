"""A person comes to the trial: the sign-in page, by keyboard, and what a cold browser has to fetch."""

from playwright.sync_api import expect

from tests.web.journeys.conftest import PASSWORD, Live

FIRST_PAGE = 300_000
"""Bytes that a browser with an empty cache may have to fetch for a page."""


def test_a_nurse_signs_in_by_keyboard_and_sees_her_work(live: Live) -> None:
    page = live.browse().new_page()
    page.goto("/participants/")
    page.get_by_label("Name of your account").focus()
    page.keyboard.type("bj302-nurse")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live.address}/participants/")
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("My work today")


def test_the_first_page_of_a_cold_browser_is_small(live: Live) -> None:
    page = live.browse().new_page()
    sizes: list[float] = []
    wire = page.context.new_cdp_session(page)
    wire.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    wire.send("Network.enable")
    page.goto("/", wait_until="networkidle")
    assert 5_000 < sum(sizes) <= FIRST_PAGE, sizes
