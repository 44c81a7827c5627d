"""Nobody is harmed unnoticed: from an infusion's reaction to the authority's form, from a value to its event, from the
third toxicity to the board's decision, from a death to the hold, from a mail server that is down to red and to others."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.conftest import open_copy, write_trial_file
from tests.web.forms.people import find_participant, load_state
from tests.web.journeys.live import Live
from tests.web.trials import OTHER
from trialwright.capture.adverse_event import ReportAdverseEvent
from trialwright.simulate.staff import find_staff
from trialwright.vocabulary.codelists import Role
from trialwright.web.forms.places import find_address

FOUR_TREATED = datetime(2020, 2, 6, 13, tzinfo=ZoneInfo("Asia/Shanghai"))
"""At this moment of the rehearsal four people have been treated, and the fifth waits for the first infusion."""
REPORTED, OTHERS = "WH001-002", {"WH001-003": "2020-02-03", "WH001-004": "2020-02-05"}
"""Of those treated: whose event is reported on the page, and the days of infusion of two others."""
WAITING = "BJ302-006"
ABOUT = {
    "v.ongoing": "Y",
    "v.causality": "POSSIBLE",
    "v.action": "DRUG WITHDRAWN",
    "v.outcome": "NOT RECOVERED/NOT RESOLVED",
}


@pytest.fixture(scope="module")
def early_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trial at the moment when four have been treated."""
    path = tmp_path_factory.mktemp("early") / "template.sqlite3"
    write_trial_file(path, FOUR_TREATED)
    return path


@pytest.fixture
def early(early_template: Path, running: Path) -> Iterator[Path]:
    """The same in place of the trial of the other tests."""
    folder = running.parent / "early"
    folder.mkdir()
    with open_copy(early_template, folder) as copy:
        yield copy


def fill(page: Page, typed: Mapping[str, str]) -> None:
    """Fill in fields of a form, of whatever kind."""
    for name, text in typed.items():
        field = page.locator(f'#entry [name="{name}"]')
        if field.count() > 1:
            page.locator(f'#entry [name="{name}"][value="{text}"]').check()
        elif field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)


def save(page: Page, button: str) -> None:
    """Save, and see the receipt."""
    page.get_by_role("button", name=button).click()
    expect(page.locator(".receipt")).to_be_visible()


def report(page: Page, code: str, typed: Mapping[str, str]) -> None:
    """Report an adverse event on its form, finding the term as one types."""
    page.goto(f"/participants/{code}/events/")
    page.get_by_role("link", name="Report an adverse event").click()
    term = typed["v.term"]
    page.locator("#f-term").press_sequentially(term[:6])
    page.locator(".hit", has_text=term).first.click()
    expect(page.locator('[name="v.ctcae_code"]')).not_to_have_value("")
    day = load_day()
    fill(page, {**ABOUT, "v.onset_date": day, **{name: text for name, text in typed.items() if name != "v.term"}})
    save(page, "Report the event")


def find_line(page: Page, code: str, term: str) -> Locator:
    """The line of a proposal in the worklist."""
    return page.locator("tbody tr").filter(has_text=code).filter(has_text=term)


def judge(page: Page, code: str, term: str) -> None:
    """Open a proposal of the worklist."""
    find_line(page, code, term).first.get_by_role("link", name="Judge").click()


def load_day() -> str:
    """Today at the own site."""
    from trialwright.web.trial import compute_today

    return compute_today("BJ302").isoformat()


def open_part(card: Locator, name: str) -> None:
    """Open a part of a card; it stands open already where a refused attempt came back as a draft."""
    part = card.locator("details", has=card.page.locator("summary", has_text=name)).first
    if part.get_attribute("open") is None:
        part.locator("summary").click()


def release(page: Page, code: str) -> None:
    """Try to release a container for the first dose."""
    page.goto(f"/participants/{code}/doses/")
    card = page.locator("section.card").first
    open_part(card, "Release a container")
    card.get_by_label("Lot").fill("LOT-D0")
    card.get_by_role("button", name="Release a container").click()


def prepare(page: Page, code: str) -> None:
    """Prepare the first dose, with a second person's check."""
    page.goto(f"/participants/{code}/doses/")
    card = page.locator("section.card").first
    open_part(card, "Prepare")
    card.get_by_label("Lot").fill("LOT-D0")
    card.get_by_label("Second person").fill("second pharmacist")
    card.get_by_role("button", name="Prepare").click()


@pytest.mark.slow
def test_from_an_infusion_with_a_reaction_to_the_authoritys_form(live: Live) -> None:
    code = find_participant()
    nurse = live.sign_in(Role.NURSE)
    nurse.goto(f"/participants/{code}/doses/")
    nurse.get_by_text("A dose outside the plan was given").click()
    nurse.locator("details.card-after a").first.click()
    day = load_day()
    fill(
        nurse,
        {
            "v.lot": "LOT-D6", "v.identity_check_1": "nurse 1", "v.identity_check_2": "nurse 2",
            "v.planned_amount": "30000000", "v.actual_amount": "30000000", "v.viability": "92", "v.interrupted": "N",
            "v.started_at": day, "t.started_at": "08:00", "v.stopped_at": day, "t.stopped_at": "08:40",
            "v.measured_after_at": day, "t.measured_after_at": "10:40", "v.temperature_before": "36.8",
            "v.temperature_after": "39.6", "v.reaction": "Y",
        },
    )  # fmt: skip
    save(nurse, "Record the dose")

    doctor = live.sign_in(Role.INVESTIGATOR)
    doctor.goto("/")
    doctor.get_by_role("link", name=re.compile("values? proposes? an event")).click()
    doctor.goto("/safety/proposals/?grade=2")
    judge(doctor, code, "Fever")
    expect(doctor.locator(".proposal-line")).to_contain_text("39.6")
    doctor.get_by_role("link", name="Report it as a new event").click()
    expect(doctor.locator("#f-term")).to_have_value("Fever")
    expect(doctor.locator('[name="v.grade"][value="2"]')).to_be_checked()
    fill(doctor, {**ABOUT, "v.serious": "Y", "v.ser_hospitalisation": "Y"})
    save(doctor, "Report the event")
    number = max(load_state(code).events)
    assert load_state(code).safety.reviews[-1].entry.event == number, "confirmed by the one who reported it"

    monitor = live.sign_in(Role.MEDICAL_MONITOR)
    monitor.goto("/")
    monitor.get_by_role("link", name=re.compile("serious events? waits? for the sponsor")).click()
    monitor.locator("#serious").get_by_role("link", name=f"{code} · {number}").click()
    clocks = monitor.locator("#clocks")
    expect(clocks.locator(".tag-warn").first).to_have_text("running")
    expect(clocks).to_contain_text("not judged yet: read as the worse")
    sponsor = monitor.locator("#sponsor")
    sponsor.locator('[name="causality"][value="POSSIBLE"]').check()
    sponsor.locator('[name="expectedness"][value="UNEXPECTED"]').check()
    sponsor.get_by_label("Reference safety information").fill("brochure 1.0")
    sponsor.get_by_role("button", name="Judge").click()
    expect(sponsor).to_contain_text("unexpected (brochure 1.0)")
    expect(clocks).to_contain_text("Authority")
    expect(clocks).not_to_contain_text("not judged yet")
    with monitor.expect_download() as file:
        monitor.get_by_role("button", name="CIOMS I").click()
    assert Path(file.value.path()).read_bytes()[:5] == b"%PDF-"
    with monitor.expect_download() as file:
        monitor.get_by_role("button", name="E2B").click()
    assert b"MCCI_IN200100UV01" in Path(file.value.path()).read_bytes()
    reports = monitor.locator("#reports")
    reports.get_by_label("To whom").fill("the sponsor's desk")
    reports.get_by_role("button", name="Record").click()
    expect(clocks.locator(".tag-good").first).to_have_text("sent in time")


@pytest.mark.slow
def test_alt_at_six_times_its_limit_is_grade_3_when_somebody_confirms_it(live: Live) -> None:
    code = find_participant()
    nurse = live.sign_in(Role.NURSE)
    nurse.goto(find_address(code, "UNSCHEDULED_1", "chemistry", 1, edit=1))
    fill(
        nurse,
        {
            "v.collected_at": load_day(),
            "t.collected_at": "08:00",
            "v.alt": "300",
            "v.alt_uln": "50",
            "v.ck": "90",
            "v.ck_uln": "200",
            "v.crp": "12",
        },
    )
    save(nurse, "Save")
    before = len(load_state(code).events)

    doctor = live.sign_in(Role.INVESTIGATOR)
    doctor.goto("/safety/proposals/?grade=3")
    judge(doctor, code, "Alanine aminotransferase increased")
    expect(doctor.locator(".proposal-line")).to_contain_text("grade 3")
    doctor.get_by_role("link", name="Report it as a new event").click()
    expect(doctor.locator('[name="v.grade"][value="3"]')).to_be_checked()
    fill(doctor, {**ABOUT, "v.serious": "N"})
    save(doctor, "Report the event")
    state = load_state(code)
    version = state.find_form("", "adverse_event", max(state.events))
    assert len(state.events) == before + 1 and version is not None
    assert (version.recorded.values["term"], version.recorded.values["grade"]) == (
        "Alanine aminotransferase increased",
        "3",
    )
    doctor.goto(f"/participants/{code}/events/{max(state.events)}/")
    expect(doctor.locator("main")).to_contain_text("Values that raised it")
    doctor.goto("/safety/proposals/?grade=3")
    expect(find_line(doctor, code, "Alanine aminotransferase increased")).to_have_count(0)


TOXIC = {
    "verbatim": "dyspnoea", "term": "Dyspnea", "ctcae_code": "10013963", "onset_date": "2020-02-04", "ongoing": "Y",
    "grade": "3", "serious": "N", "causality": "PROBABLE", "action": "DOSE NOT CHANGED",
    "outcome": "NOT RECOVERED/NOT RESOLVED",
}  # fmt: skip


@pytest.mark.slow
def test_the_third_toxicity_of_four_holds_the_next_preparation_until_the_board_decides(early: Path, live: Live) -> None:
    from trialwright.web.trial import perform_as

    for code, day in OTHERS.items():
        doctor, texts = find_staff(OTHER, Role.INVESTIGATOR), {**TOXIC, "onset_date": day}
        assert hasattr(perform_as(doctor, ReportAdverseEvent(code, texts, "2020-02-06T11:00")), "entries")
    page = live.sign_in(Role.INVESTIGATOR, OTHER)
    grave = {"v.verbatim": "short of breath", "v.term": "Dyspnea", "v.grade": "3", "v.serious": "N"}
    report(page, REPORTED, grave)

    pharmacist = live.sign_in(Role.PHARMACIST)
    release(pharmacist, WAITING)
    expect(pharmacist.locator(".note-bad:visible")).to_contain_text("stopping boundary reached: 3 of")
    assert not load_state(WAITING).prepared

    board = live.sign_in(Role.SAFETY_BOARD)
    board.goto("/")
    expect(board.locator(".tile-bad", has_text="safety flag waits")).to_be_visible()
    board.get_by_role("link", name="safety flag waits").click()
    flag = board.locator(".flag-open")
    flag.locator('[value="CONTINUE"]').check()
    flag.get_by_label("Grounds of the decision").fill("all three recovered; slower infusion from now on")
    flag.get_by_role("button", name="Decide").click()
    expect(board.locator(".flag-open")).to_have_count(0)

    release(pharmacist, WAITING)
    expect(pharmacist.locator(".tag-info").filter(has_text="released")).to_be_visible()
    prepare(pharmacist, WAITING)
    expect(pharmacist.locator(".tag-info").filter(has_text="prepared")).to_be_visible()
    prepared = next(iter(load_state(WAITING).prepared.values()))
    assert prepared.checked_by == "second pharmacist"


@pytest.mark.slow
def test_one_related_death_holds_everything_at_once_until_the_board_stops(early: Path, live: Live) -> None:
    page = live.sign_in(Role.INVESTIGATOR, OTHER)
    death = {
        "v.verbatim": "died of respiratory failure", "v.term": "Respiratory failure", "v.grade": "5", "v.serious": "Y",
        "v.ser_death": "Y", "v.outcome": "FATAL",
    }  # fmt: skip
    report(page, REPORTED, death)
    page.goto("/safety/")
    expect(page.locator(".note-bad:visible")).to_contain_text("fatal event that may be related")

    pharmacist = live.sign_in(Role.PHARMACIST)
    release(pharmacist, WAITING)
    expect(pharmacist.locator(".note-bad:visible")).to_contain_text("the safety board has not decided yet")
    board = live.sign_in(Role.SAFETY_BOARD)
    board.goto("/safety/board/")
    board.locator('.flag-open [value="STOP"]').check()
    board.locator(".flag-open").get_by_label("Grounds of the decision").fill("the product is suspect")
    board.locator(".flag-open").get_by_role("button", name="Decide").click()
    expect(board.locator(".note-bad:visible")).to_contain_text("has stopped the infusions")
    release(pharmacist, WAITING)
    expect(pharmacist.locator(".note-bad:visible")).to_contain_text("the safety board has stopped the infusions")
    assert not load_state(WAITING).prepared


@pytest.mark.slow
def test_a_mail_server_that_is_down_is_red_and_others_are_told(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.web.postbox import DEAF, GRAVE, give_addresses, run
    from trialwright.web import trial

    monkeypatch.setenv("TRIALWRIGHT_MAIL", DEAF)
    code = find_participant()
    trial.perform_as(find_staff("BJ302", Role.INVESTIGATOR), ReportAdverseEvent(code, GRAVE, "2020-02-29T08:00"))
    give_addresses()
    assert run(DEAF).failed
    nurse = live.sign_in(Role.NURSE)
    nurse.goto("/")
    expect(nurse.locator(".tile-bad", has_text="could not be delivered")).to_be_visible()
    ahead, read = timedelta(minutes=20), trial.read_clock
    monkeypatch.setattr(trial, "read_clock", lambda: read() + ahead)
    assert run(DEAF).escalated
    board = live.sign_in(Role.SAFETY_BOARD)
    board.goto("/")
    board.get_by_role("link", name=re.compile("notices? waits? for you")).click()
    about = board.locator("article.flag-open").filter(has_text=code)
    notice = about.filter(has_text="Serious adverse event")
    expect(about.filter(has_text="overdue")).to_have_count(2)  # to the sponsor and to the institution
    expect(notice).to_contain_text("escalated")
    expect(notice).to_contain_text("not delivered")
    notice.get_by_role("button", name="I have seen it").click()
    expect(board.locator("article").filter(has_text=code).filter(has_text="Serious adverse event")).to_have_count(0)
