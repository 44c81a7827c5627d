"""Dates as people write them: the page and the server read the same, and nothing that can be two days is a day."""

import pytest
from playwright.sync_api import expect

from tests.web.forms.people import count_entries, find_participant, vitals_of
from tests.web.journeys.live import Live
from trialwright.vocabulary.codelists import Role
from trialwright.vocabulary.written_dates import find_written_date, is_ambiguous, tidy_date, tidy_moment, tidy_time

ONE_DAY = (
    "2020-03-04", "2020/3/4", "2020.3.4", "20200304", "4 Mar 2020", "4 March 2020", "March 4, 2020", "4th Mar 2020",
    "04-MAR-2020", "4mar2020", "2020 Mar 4", "2020年3月4日", "２０２０－０３－０４", " 2020-03-04 ",
)  # fmt: skip
"""Ways of writing the fourth of March 2020."""
OTHERS = (
    "2020", "2020-03", "2020-3", "Mar 2020", "2020年3月", "3/2020", "25/03/2020", "03/25/2020", "04/04/2020", "29 Feb 2020",
    "03/04/2020", "3.4.2020", "4 Mar", "4 Ma 2020", "4-3-20", "20-3-4", "29 Feb 2019", "31/02/2020", "2020-13-01", "202003",
    "0000-01-01", "4 Mar 2020 Apr", "4 5 Mar 2020", "2020-03-04T08:30", "yesterday", "", "-", "1e9", "2020-03-04-05", "12345",
)  # fmt: skip
TIMES = (
    "14:30",
    "1430",
    "9:05",
    "9.05",
    "2:30 pm",
    "12:00am",
    "12:15 PM",
    "13:00 pm",
    "24:00",
    "7",
    "23:60",
    "０８：３０",
    "",
)
MOMENTS = (
    "2020-03-04 14:30",
    "2020-03-04T14:30",
    "202003041430",
    "4 Mar 2020 2:30 pm",
    "4 Mar 2020",
    "3/4/2020 14:30",
    "noon",
)


def test_only_what_names_one_day_is_read() -> None:
    assert {str(find_written_date(one)) for one in ONE_DAY} == {"2020-03-04"}
    assert [one for one in OTHERS if is_ambiguous(one)] == ["03/04/2020", "3.4.2020"]
    read = [str(found) for one in OTHERS if (found := find_written_date(one))]
    assert read == ["2020", "2020-03", "2020-03", "2020-03", "2020-03", "2020-03", "2020-03-25", "2020-03-25", "2020-04-04",
                    "2020-02-29"]  # fmt: skip


@pytest.mark.slow
def test_the_page_reads_what_the_server_reads_and_says_the_weekday(live: Live) -> None:
    code, before = find_participant(), count_entries()
    page = live.sign_in(Role.NURSE)
    page.goto(vitals_of(code) + "?edit=1")
    assert page.evaluate("texts => texts.map(twDates.readDate)", [*ONE_DAY, *OTHERS]) == [
        str(find_written_date(one) or "") for one in (*ONE_DAY, *OTHERS)
    ]
    assert page.evaluate("texts => texts.map(one => twDates.listDates(one).length > 1)", [*OTHERS]) == [
        is_ambiguous(one) for one in OTHERS
    ]
    assert page.evaluate("texts => texts.map(twDates.readTime)", [*TIMES]) == [
        text if (text := tidy_time(one)) != one or one == "14:30" else "" for one in TIMES
    ]
    assert page.evaluate("texts => texts.map(twDates.readMoment)", [*MOMENTS]) == [
        text.replace("T", " ") if len(text := tidy_moment(one)) == 16 else "" for one in MOMENTS
    ]

    field, said = page.locator('[name="v.measured_at"]'), page.locator("#item-measured_at .date-said")
    field.fill("4 mar 2020")
    expect(said).to_contain_text("Wednesday 4 March 2020")
    field.press("Tab")
    expect(field).to_have_value("2020-03-04")
    field.fill("03/04/2020")
    field.press("Tab")
    expect(page.locator("#said-measured_at")).to_contain_text("This can be two days")
    expect(field).to_have_value("03/04/2020")
    assert count_entries() == before and tidy_date("03/04/2020") == "03/04/2020"


@pytest.mark.slow
def test_a_page_in_chinese_says_the_day_in_chinese_and_knows_today(live: Live) -> None:
    page = live.sign_in(Role.NURSE, language="zh")
    page.goto(f"/participants/{find_participant()}/leaving")
    field = page.locator("#leave-on")
    field.fill("20200304")
    expect(page.locator("form", has=field).locator(".date-said").first).to_contain_text("2020年3月4日星期三")
    field.fill("3/4/2020")
    field.press("Tab")
    expect(page.locator("form", has=field).locator(".date-bad")).to_contain_text("该写法可指两个日期")
    page.locator("form", has=field).get_by_role("button", name="今天").press("Enter")
    expect(field).to_have_value(page.evaluate("document.body.dataset.now").split(" ")[0])
