"""Journeys 1 and 7: somebody is screened, consents, is allocated, gets the first infusion, and the form is signed.

Walked in English on a desktop and in Chinese on a tablet's screen, both by keyboard alone and step by step the same.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import open_copy, write_trial_file
from tests.web.journeys.hands import Keys
from tests.web.journeys.live import DESKTOP, PASSWORD, Live
from tests.web.test_screening import ELIGIBLE
from tests.web.trials import OWN, UNTIL
from trialwright.vocabulary.codelists import Role
from trialwright.web.catalogue import render_text

EARLY = UNTIL - timedelta(days=25)
"""When the first few are in the study and there are places left."""
TABLET = (810, 1080)
DOSE = {
    "lot": "LOT-D0", "bag": "B-17", "identity_check_1": "nurse 1", "identity_check_2": "nurse 2",
    "planned_amount": "30000000", "actual_amount": "30000000", "viability": "92.5",
}  # fmt: skip


@pytest.fixture(scope="module")
def early_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trial in its second week."""
    path = tmp_path_factory.mktemp("early") / "template.sqlite3"
    write_trial_file(path, EARLY)
    return path


@pytest.fixture
def running(early_template: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of it, in the place of the trial of the other journeys."""
    with open_copy(early_template, tmp_path) as copy:
        yield copy


def read_wall() -> str:
    """The clock on the wall of the site."""
    from trialwright.web.forms.places import compute_site_now

    return compute_site_now(OWN)


class Way:
    """The way through the pages of the trial, in a language, by keyboard."""

    def __init__(self, live: Live, language: str) -> None:
        self.live, self.language = live, language
        self.code = ""

    def say(self, key: str, **values: object) -> str:
        return render_text(key, self.language, **values)

    def open(self, role: Role) -> Keys:
        page = self.live.sign_in(role, language=self.language, size=DESKTOP if self.language == "en" else TABLET)
        page.goto("/")
        return Keys(page)

    def button(self, page: Page, key: str):  # type: ignore[no-untyped-def]
        return page.locator("main").get_by_role("button", name=self.say(key), exact=True)

    def link(self, page: Page, key: str):  # type: ignore[no-untyped-def]
        return page.get_by_role("link", name=self.say(key), exact=True)

    def screen(self, doctor: Keys) -> None:
        page = doctor.page
        doctor.press(page.locator(".menu-groups").get_by_role("link", name=self.say("menu.participants"), exact=True))
        doctor.press(page.locator(".menu-pages").get_by_role("link", name=self.say("menu.screening"), exact=True))
        doctor.press(self.link(page, "screening.new"))
        expect(page.locator("#summary")).to_contain_text(self.say("screening.open", count=8))
        for name, answer in ELIGIBLE.items():
            field = page.locator(f'[name="{name}"]')
            if field.count() > 1:
                doctor.tick(page.locator(f'[name="{name}"][value="{answer}"]'))
            else:
                doctor.write(field, answer)
        expect(page.locator("#summary")).to_contain_text(self.say("screening.eligible"))
        doctor.press(self.button(page, "screening.save"))
        expect(page.locator(".note-good")).to_be_visible()
        self.code = str(re.search(r"BJ302-\d+", page.url)[0])  # type: ignore[index]

    def consent(self, doctor: Keys) -> None:
        page = doctor.page
        card = page.locator("#consent")
        doctor.write(page.locator("#given_at"), read_wall())
        doctor.pick(page.locator("#explained_by"), "Virtual Investigator (bj302-investigator)")
        doctor.pick(page.locator("#copy_given"), self.say("code.answer.Y"))
        doctor.press(card.get_by_role("button", name=self.say("way.consent_save")))
        expect(page.locator("#enrol")).to_be_visible()

    def enrol(self, doctor: Keys) -> None:
        page = doctor.page
        doctor.write(page.locator("#f-password"), "not the password")
        doctor.press(self.button(page, "way.enrol_save"))
        expect(page.locator(".note-bad:visible")).to_contain_text(self.say("signatures.wrong_password"))
        doctor.write(page.locator("#f-password"), PASSWORD)
        doctor.press(self.button(page, "way.enrol_save"))
        expect(page.locator("#allocation")).to_be_visible()

    def allocate(self, doctor: Keys) -> None:
        page = doctor.page
        expect(page.locator("[data-balance]")).to_have_count(0)
        doctor.write(page.locator("#rationale"), "the family asks for the cells")
        doctor.tick(page.locator('[name="arm"][value="MSC"]'))
        doctor.press(self.button(page, "way.allocate_save"))
        expect(page.locator("strong.arm")).to_be_visible()

    def prepare(self, pharmacist: Keys) -> None:
        page = pharmacist.page
        self.find(pharmacist)
        pharmacist.press(page.locator(".tabs").get_by_role("link", name=self.say("doses.title")))
        waits = page.locator("section.card").filter(has=page.locator("#release-D0"))
        pharmacist.press(waits.locator("summary").filter(has_text=self.say("doses.release")))
        pharmacist.write(page.locator("#release-D0"), DOSE["lot"])
        pharmacist.press(waits.get_by_role("button", name=self.say("doses.release"), exact=True))
        first = page.locator("section.card").filter(has=page.locator("#lot-D0"))
        pharmacist.press(first.locator("summary").filter(has_text=self.say("doses.prepare")))
        pharmacist.write(page.locator("#lot-D0"), DOSE["lot"])
        pharmacist.write(page.locator("#checked-D0"), "second pharmacist")
        pharmacist.press(first.get_by_role("button", name=self.say("doses.prepare"), exact=True))
        expect(page.locator(".tag-info").filter(has_text=self.say("doses.prepared"))).to_be_visible()

    def find(self, hand: Keys) -> None:
        hand.write(hand.page.locator("#q"), self.code)
        hand.press(hand.page.locator(".top-search button"))
        expect(hand.page.get_by_role("heading", level=1)).to_contain_text(self.code)

    def give(self, nurse: Keys) -> None:
        page = nurse.page
        self.find(nurse)
        nurse.press(page.locator(".tabs").get_by_role("link", name=self.say("doses.title")))
        nurse.press(self.link(page, "doses.record").first)
        for item, text in DOSE.items():
            nurse.write(page.locator(f'[name="v.{item}"]'), text)
        for item in ("started_at", "stopped_at"):
            nurse.press(page.locator(f"#item-{item} button.now"))
        for item, answer in (("interrupted", "N"), ("reaction", "N")):
            nurse.tick(page.locator(f'[name="v.{item}"][value="{answer}"]'))
        nurse.press(self.button(page, "forms.save_dose"))
        receipt = page.locator(".receipt")
        expect(receipt).to_contain_text(self.say("doses.counted", number=1))
        expect(page.locator(".note-warn").filter(has_text=self.say("forms.deviations"))).to_have_count(0)

    def sign(self, doctor: Keys) -> None:
        page = doctor.page
        self.find(doctor)
        doctor.press(page.locator(".tabs").get_by_role("link", name=self.say("signatures.tab")))
        doctor.press(page.locator("main a[href$='/sign/form/D0/infusion/1']"))
        expect(page.locator("main")).to_contain_text(self.say("signatures.meaning_form"))
        doctor.write(page.locator("#f-password"), PASSWORD)
        doctor.press(self.button(page, "signatures.sign"))
        expect(page.locator("article.note-good")).to_contain_text(self.say("signatures.holds"))


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_from_screening_to_the_signed_infusion(live: Live, language: str) -> None:
    from trialwright.store.models import LedgerEntry

    way = Way(live, language)
    doctor = way.open(Role.INVESTIGATOR)
    way.screen(doctor)
    way.consent(doctor)
    way.enrol(doctor)
    way.allocate(doctor)
    way.prepare(way.open(Role.PHARMACIST))
    way.give(way.open(Role.NURSE))
    way.sign(doctor)
    acts = list(LedgerEntry.objects.filter(participant=way.code).order_by("position").values_list("act", flat=True))
    order = ["screened", "consent_given", "enrolled", "allocated", "dose_prepared", "dose_given", "signed"]
    assert [act for act in acts if act in order] == order
