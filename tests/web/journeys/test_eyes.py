"""Journeys 8 and 10: what readers see tells no arm, day or infusion; a sealed trial shows no result by arm."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from tests.web.access_table import ACCESS, READERS
from tests.web.conftest import open_browser
from tests.web.desks.people import do
from tests.web.journeys.live import Live
from tests.web.trials import OTHER, OWN, two_sites
from trialwright.capture.record_form import RecordForm
from trialwright.simulate.staff import find_staff
from trialwright.store.models import Participant
from trialwright.vocabulary.codelists import Role
from trialwright.vocabulary.findings import Refusal

TAKEN = "2020-03-01T09:15"


def take_image() -> str:
    """Record that a CT was taken at a visit that is due; the participant."""
    from tests.web.forms.people import load_state
    from trialwright.capture.schedule import list_visits

    for code in (
        Participant.objects.filter(site=OWN, status="ALLOCATED").order_by("code").values_list("code", flat=True)
    ):
        for visit in list_visits(two_sites(), load_state(code)):
            if "chest_imaging" in visit.due and visit.earliest.isoformat() <= TAKEN[:10] <= visit.latest.isoformat():
                values = {"done_at": TAKEN, "modality": "CT SCAN", "pneumonia": "Y"}
                do(find_staff(OWN, Role.NURSE), RecordForm(code, "chest_imaging", visit.encounter, values))
                return str(code)
    raise AssertionError("nobody is due for an image")


def list_telling_words() -> list[str]:
    """Every word that would tell a reader whose an image is, when it was taken, or what was given."""
    definition = two_sites()
    words = [*definition.arms, *definition.interventions, *Participant.objects.values_list("code", flat=True)]
    for language in ("en", "zh"):
        words += [definition.label(f"arms.{one}", language) for one in definition.arms]
        words += [definition.label(f"interventions.{one}", language) for one in definition.interventions]
        words += [definition.label(f"encounters.{one}", language) for one in definition.encounters]
    return [*words, "SCREENING", "BASELINE", "infusion", "LOT-", TAKEN[:10], "09:15"]


def check_source(text: str) -> list[str]:
    """The telling words in the source of a page, apart from the head of every page and dates of today's clock."""
    main = text[text.index("<main") :]
    found = [word for word in list_telling_words() if re.search(rf"(?<![\w]){re.escape(word)}(?![\w])", main)]
    return found + re.findall(r"20\d\d-\d\d-\d\d", main)


@pytest.mark.slow
def test_two_readers_and_an_adjudicator_read_without_learning_anything(live: Live) -> None:
    from trialwright.web.reading.cases import load_cases

    participant = take_image()
    shown: dict[Role, str] = {}
    for role, percent in ((Role.READER_1, "30"), (Role.READER_2, "45")):
        page = live.sign_in(role)
        page.goto("/")
        assert check_source(page.content()) == []
        page.get_by_role("link", name="Images to read").click()
        expect(page.locator(".row .button")).to_have_count(1)
        assert check_source(page.content()) == []
        page.locator(".row .button").click()
        shown[role] = page.url.rsplit("/", 2)[1]
        assert check_source(page.content()) == [] and participant not in page.url
        page.locator('[name="v.lesion_percent"]').fill(percent)
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".note-bad:visible")).to_contain_text("Nothing was written")
        assert check_source(page.content()) == [], "a refusal tells nothing either"
        page.locator('[name="v.quality"][value="GOOD"]').check()
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".note-good")).to_contain_text(shown[role])
        assert check_source(page.content()) == []
    assert shown[Role.READER_1] == shown[Role.READER_2]

    case = next(one for one in load_cases([OWN]) if one.code == shown[Role.READER_1])
    assert case.differs and {turn: one.values["reader"] for turn, one in case.readings.items()} == {
        1: "READER_1", 2: "READER_2",
    }  # fmt: skip
    assert case.readings[1].values["scanned_at"] == TAKEN[:10], "taken from the record of the image"
    assert live_client(Role.READER_1, OTHER).get(reverse("read_case", kwargs={"case": case.code})).status_code == 404

    page = live.sign_in(Role.ADJUDICATOR)
    page.goto("/")
    page.get_by_role("link", name="Images to read").click()
    waiting = page.locator("section").filter(has_text="Two readings differ")
    waiting.locator(".button").click()
    assert check_source(page.content()) == []
    assert (
        "45" not in page.locator("main").inner_text() and page.locator('[name="v.lesion_percent"]').input_value() == ""
    )
    page.locator('[name="v.lesion_percent"]').fill("38")
    page.locator('[name="v.quality"][value="GOOD"]').check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".note-good")).to_contain_text(case.code)
    judged = next(one for one in load_cases([OWN]) if one.code == case.code)
    assert judged.readings[3].values["reader"] == "ADJUDICATOR"


def live_client(role: Role, site: str = OWN, language: str = "en") -> Client:
    return open_browser(role, site, language)


@pytest.mark.parametrize("role", sorted(READERS))
def test_no_page_that_a_reader_can_open_tells_anything_in_its_source(running: Path, role: Role) -> None:
    take_image()
    opened = 0
    for language in ("en", "zh"):
        client = live_client(role, language=language)
        for name, row in ACCESS.items():
            answer = client.get(reverse(name, kwargs=row.parts(OWN)))
            text = "" if answer.streaming else answer.content.decode("utf-8", "replace")
            if answer.status_code == 200 and "<main" in text and name != "sign_in":
                opened += 1
                assert check_source(text) == [], name
    assert opened >= 4


def test_readers_record_blinded_forms_only_and_nobody_else_does(running: Path) -> None:
    from trialwright.web.trial import perform_as

    code = str(Participant.objects.filter(site=OWN, status="ALLOCATED").values_list("code", flat=True)[0])
    for role, form in ((Role.READER_1, "vital_signs"), (Role.NURSE, "ct_read")):
        refused = perform_as(find_staff(OWN, role), RecordForm(code, form, "UNSCHEDULED_1", {"x": "1"}))
        assert isinstance(refused, Refusal) and refused.has("blinded")
