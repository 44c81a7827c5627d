"""Journey 10: a trial that is no rehearsal shows no result by arm, on any page or file, to anybody but those excepted.

Every page and every file that a role can get is read: tables, figures, lists and prose of pages, rows of CSV files, text
of XML and calendar files, and what every PDF is set from. What puts numbers of one arm beside those of another is found.
"""

import csv
import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection
from django.urls import reverse
from lxml import html
from playwright.sync_api import expect

from tests.web.access_table import ACCESS
from tests.web.busy import GRAVE
from tests.web.conftest import open_browser
from tests.web.desks.people import do, load_state
from tests.web.desks.test_locks import lock_everybody
from tests.web.journeys.live import PASSWORD, Live
from tests.web.trials import OTHER, OWN, UNTIL, two_sites
from trialwright.access.policy import Actor
from trialwright.capture import enrol
from trialwright.capture.accounts import SITE_ROLES, CreateAccount
from trialwright.capture.adverse_event import ReportAdverseEvent
from trialwright.capture.lock import LockLevel, SetSiteLock
from trialwright.capture.sign import SignPlan, SignUnsealing, compute_plan_digest
from trialwright.service.dry_run import walk_until
from trialwright.simulate import staff
from trialwright.store import configure, migrate
from trialwright.vocabulary.codelists import READERS, Purpose, Role
from trialwright.vocabulary.findings import Refusal
from trialwright.web.pages import PAGES

DESIGN = "study"
"""The page of the definition alone: its arms stand beside their planned numbers, which are no result."""
EXCEPTED = frozenset({Role.SAFETY_BOARD, Role.INDEPENDENT_STATISTICIAN})
"""Those who may see results by arm before the opening (principles, 6)."""
_CODE = re.compile(r"[A-Z]{2}\d{3}-\d{3}")
_NUMBER = re.compile(r"\d+([.,]\d+)?\s*(%|\(.*\))?")
_NEAR = 60
"""So many characters around an arm's name are its numbers' place in prose."""
_FILES = (".csv", ".pdf", ".xml", ".ics")


@pytest.fixture(scope="module")
def sealed_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same trial under the purpose TRAINING, in which results are sealed as in the real one."""
    from trialwright.web.accounts.people import make_account
    from trialwright.web.trial import MACHINE, start

    path = tmp_path_factory.mktemp("sealed") / "template.sqlite3"
    configure(f"sqlite:///{path}")
    migrate()
    with pytest.MonkeyPatch.context() as patch:
        # Virtual people have no passwords to prove themselves with, which enrolment asks of all but the virtual.
        for where in (staff, enrol):
            patch.setattr(where, "Purpose", SimpleNamespace(VIRTUAL=Purpose.TRAINING))
        walk_until(two_sites(), 5, UNTIL)
    assert start(two_sites()).purpose == "TRAINING"
    for role in (one for one in Role if one is not Role.SYSTEM):
        site = OWN if role in SITE_ROLES else ""
        person = staff.find_staff(OWN, role).person if site else role.value.lower().replace("_", "-")
        given = make_account(MACHINE, CreateAccount(person, role.value, role, site), PASSWORD)
        assert not isinstance(given, Refusal), given
    connection.close()
    return path


@pytest.fixture
def running(sealed_template: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of it, in the place of the rehearsal."""
    from trialwright.web.accounts.models import Account
    from trialwright.web.trial import start

    copy = tmp_path / "ledger.sqlite3"
    shutil.copyfile(sealed_template, copy)
    configure(f"sqlite:///{copy}")
    start(two_sites())
    Account.objects.update(must_change_password=False)
    yield copy
    connection.close()


@cache
def name_arms() -> tuple[frozenset[str], ...]:
    """Of every arm the words that it goes by."""
    definition = two_sites()
    labels = {arm: {definition.label(f"arms.{arm}", one) for one in ("en", "zh")} for arm in definition.arms}
    return tuple(frozenset({arm, *names}) for arm, names in labels.items())


def count_arms(text: str) -> int:
    """How many arms a text names."""
    return sum(any(name in text for name in names) for names in name_arms())


def is_prose_compared(text: str) -> bool:
    """Whether numbers stand near the names of two arms; where a participant is named, it is about one of them."""
    if _CODE.search(text):
        return False
    near = [
        [
            text[max(0, one.start() - _NEAR) : one.end() + _NEAR]
            for name in names
            for one in re.finditer(re.escape(name), text)
        ]
        for names in name_arms()
    ]
    return sum(any(re.search(r"(?<![\w.-])\d+(?![\w-])", part) for part in parts) for parts in near) > 1


def list_compared(text: str) -> list[str]:
    """The tables, figures, lists and sentences of a page that put numbers of one arm beside those of another."""
    found = []
    main = html.fromstring(text).xpath("//main")[0]
    for one in main.xpath(".//table[not(ancestor::*[@data-balance])]"):
        said = one.text_content()
        cells = [" ".join(cell.text_content().split()) for cell in one.xpath(".//td")]
        if count_arms(said) > 1 and any(_NUMBER.fullmatch(cell) for cell in cells) and not _CODE.search(said):
            found.append(said[:200])
    for one in main.xpath(".//svg | .//*[local-name()='svg']"):
        if count_arms(one.text_content()) > 1:
            found.append(f"figure: {one.text_content()[:200]}")
    for one in main.xpath(
        ".//*[self::p or self::ul or self::ol or self::dl or self::figcaption or self::h2 or self::h3]"
    ):
        said = " ".join(one.text_content().split())
        if not one.xpath("ancestor::*[@data-balance]") and is_prose_compared(said):
            found.append(said[:200])
    return found


def list_compared_rows(content: str) -> list[str]:
    """The rows of a CSV file that compare arms: two in a row, or rows of counts by arm."""
    header, *rows = csv.reader(io.StringIO(content))
    counts = [row for row in rows if count_arms(" ".join(row)) and any(map(_NUMBER.fullmatch, row))]
    both = [row for row in counts if count_arms(" ".join(row)) > 1 and not _CODE.search(" ".join(row))]
    is_of_single_things = {"participant", "act"} & set(header)
    by_arm = [] if is_of_single_things or count_arms(" ".join(map(" ".join, counts))) < 2 else counts
    return [",".join(row)[:200] for row in (*both, *by_arm)]


def list_compared_sheet(sheet: str) -> list[str]:
    """The tables and the lines of what a PDF is set from (or a figure of it) that compare arms."""
    tables = [one for one in re.split(r"(?=\btable\()", sheet) if one.startswith("table(")]
    by_arm = [
        one for one in tables if count_arms(one) > 1 and re.search(r"\[[^\]\[]*\d", one) and not _CODE.search(one)
    ]
    lines = [one for one in sheet.splitlines() if not one.lstrip().startswith(("table", "["))]
    figure = [sheet] if sheet.lstrip().startswith("<svg") and is_prose_compared(sheet) else []
    return [one[:300] for one in (*by_arm, *figure, *filter(is_prose_compared, lines))]


def list_addresses(role: Role) -> Iterator[str]:
    """Every page of a role, and every tab of the public record."""
    for name, row in ACCESS.items():
        if (row.is_open or role in row.roles) and row.answer == 200 and name != DESIGN:
            yield reverse(name, kwargs=row.parts(OWN))
    if role in ACCESS["public_record"].roles:
        yield reverse("public_record") + "?tab=results"


def test_no_page_of_a_sealed_trial_compares_arms(running: Path) -> None:
    found, opened = [], 0
    for role in (one for one in Role if one is not Role.SYSTEM and one not in EXCEPTED):
        client = open_browser(role)
        for address in list_addresses(role):
            answer = client.get(address)
            text = "" if answer.streaming else answer.content.decode("utf-8", "replace")
            if answer.status_code == 200 and "<main" in text:
                opened += 1
                found += [f"{address} to {role}: {one}" for one in list_compared(text)]
    assert opened > 200
    assert not found, "\n".join(found)


class Press:
    """In the place of typst: what every PDF would be set from, text and figures, and nothing set."""

    def __init__(self) -> None:
        self.sheets: list[str] = []
        self.Fonts = lambda **_: None
        self.Compiler = self._take

    def _take(self, files: dict[str, bytes], **_: object) -> "SimpleNamespace":
        self.sheets += [content.decode() for content in files.values()]
        return SimpleNamespace(compile_with_warnings=lambda **_: (b"%PDF-", []))


def list_files(role: Role) -> Iterator[tuple[str, str]]:
    """Every file that a role can ask for: address and method."""
    for page in PAGES:
        row = ACCESS[page.name]
        if page.path.endswith(_FILES) and role in row.roles:
            address = reverse(page.name, kwargs=row.parts(OWN)) + "?visit=D3"
            yield address, "GET"
            if page.posts:
                yield address, "POST"


def test_no_file_of_a_sealed_trial_compares_arms(running: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from trialwright.report import pdf
    from trialwright.web.trial import perform_as

    person = staff.find_staff(OWN, Role.INVESTIGATOR)
    code = str(ACCESS["event_cioms"].parts(OWN)["code"])
    assert hasattr(perform_as(person, ReportAdverseEvent(code, GRAVE, "2020-02-29T20:15")), "entries")
    grave = {"code": code, "event": max(load_state(code).events)}
    monkeypatch.setitem(ACCESS, "event_cioms", replace(ACCESS["event_cioms"], parts=lambda _: grave))  # type: ignore[arg-type]
    monkeypatch.setitem(ACCESS, "event_e2b", replace(ACCESS["event_e2b"], parts=lambda _: grave))  # type: ignore[arg-type]
    found, got = {role: list[str]() for role in Role}, set[str]()
    for role in (one for one in Role if one is not Role.SYSTEM):
        client = open_browser(role)
        for address, method in list_files(role):
            press = Press()
            monkeypatch.setattr(pdf, "typst", press)
            answer = client.get(address) if method == "GET" else client.post(address)
            content = b"".join(answer) if answer.streaming else answer.content
            if answer.status_code != 200 or "html" in answer["Content-Type"]:
                continue
            got.add(address.partition("?")[0].rsplit("/", 1)[1])
            text = content.decode("utf-8-sig", "replace")
            told = (
                list_compared_rows(text) if ".csv" in address else [part for part in [text] if is_prose_compared(part)]
            )
            told += [one for sheet in press.sheets for one in list_compared_sheet(sheet)]
            found[role] += [f"{address} to {role}: {one}" for one in told]
    assert got >= {"export.csv", "serious-events.csv", "log.csv", "report.pdf", "cioms.pdf", "e2b.xml", "calendar.ics"}
    assert all(found[role] for role in EXCEPTED), "the eye sees the closed part of the board's report"
    assert not any(found[role] for role in Role if role not in EXCEPTED), found


def open_results(role: Role) -> tuple[int, str]:
    """The results tab of the public record before a role: the answer, and what its page says."""
    answer = open_browser(role).get(reverse("public_record") + "?tab=results")
    return answer.status_code, answer.content.decode()


@pytest.mark.req("D5")
def test_the_sealing_ends_with_the_second_signature_for_everybody_at_once(running: Path) -> None:
    """The principal investigator, who signs first, sees no more than others until the sponsor has signed (principles, 6)."""
    from trialwright.web.trial import get_running, perform_as

    definition, now = two_sites(), get_running().clock()
    lead, sponsor, others = (
        staff.find_staff(OWN, Role.INVESTIGATOR), Actor("sponsor", Role.SPONSOR), staff.find_staff(OTHER, Role.INVESTIGATOR)
    )  # fmt: skip
    by_role = [Role.INVESTIGATOR, Role.SPONSOR, Role.STATISTICIAN, Role.DATA_MANAGER, Role.MONITOR, Role.INSPECTOR]

    def check_sealed() -> None:
        for role in by_role:
            status, page = open_results(role)
            assert status == 200 and "Results by arm are sealed" in page and not list_compared(page), role
            assert open_browser(role).get(reverse("registry_file", args=["page.html"])).status_code in (403, 404)

    check_sealed()
    do(Actor("statistician", Role.STATISTICIAN), SignPlan(compute_plan_digest(definition), now))
    lock_everybody()
    do(Actor("data-manager", Role.DATA_MANAGER), SetSiteLock(LockLevel.LOCKED, "all data are clean"))
    refused = perform_as(others, SignUnsealing(now))
    assert isinstance(refused, Refusal) and refused.has("not-principal")
    do(lead, SignUnsealing(now))
    check_sealed()
    do(sponsor, SignUnsealing(now))
    for role in by_role:
        status, page = open_results(role)
        assert status == 200 and list_compared(page), f"{role} sees the flow by arm, though places were left"
        assert not _CODE.search(page.split("<main")[1]), "and nobody's code"
    assert {open_results(role)[0] for role in READERS} == {403}
    do(Actor("data-manager", Role.DATA_MANAGER), SetSiteLock(LockLevel.OPEN, "a late laboratory report"))
    check_sealed()


TABLE = "<table><tr><th></th><th>MSC</th><th>CONTROL</th></tr><tr><th>Died</th><td>1</td><td>3</td></tr></table>"


@pytest.mark.parametrize(
    "telling",
    [
        TABLE,
        "<p>Of the MSC arm 1 of 8 died, of the CONTROL arm 3 of 8.</p>",
        "<ul><li>MSC: 12 %</li><li>CONTROL: 40 %</li></ul>",
        "<svg><text>MSC</text><text>CONTROL</text><path d='M0 0'/></svg>",
    ],
)
def test_the_eye_of_this_test_sees_a_comparison(telling: str) -> None:
    assert list_compared(f"<html><body><main>{telling}</main></body></html>")


def test_the_eye_of_this_test_sees_a_comparison_in_a_file() -> None:
    assert list_compared_rows("arm,died\nMSC,1\nCONTROL,3\n") and list_compared_rows("what,value\nMSC 1 CONTROL 3,2\n")
    assert not list_compared_rows("participant,arm,age\nBJ302-001,MSC,40\nBJ302-002,CONTROL,50\n")


@pytest.mark.slow
def test_the_results_tab_says_why_it_is_sealed(live: Live) -> None:
    page = live.sign_in(Role.INVESTIGATOR)
    page.goto("/study/")
    page.goto(reverse("public_record") + "?tab=results")
    expect(page.locator("main")).to_contain_text("Results by arm are sealed")
    expect(page.locator("main")).to_contain_text("the database is not locked")
    page.get_by_role("link", name="Opening of results").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".band")).to_contain_text("TRAINING")
