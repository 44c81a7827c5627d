"""Journey 10: a trial that is no rehearsal shows no result by arm, on any page, to anybody but those excepted."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection
from django.urls import reverse
from lxml import html
from playwright.sync_api import expect

from tests.web.access_table import ACCESS
from tests.web.conftest import open_browser
from tests.web.journeys.live import PASSWORD, Live
from tests.web.trials import OWN, UNTIL, two_sites
from trialwright.capture import enrol
from trialwright.capture.accounts import SITE_ROLES, CreateAccount
from trialwright.service.dry_run import walk_until
from trialwright.simulate import staff
from trialwright.store import configure, migrate
from trialwright.vocabulary.codelists import Purpose, Role
from trialwright.vocabulary.findings import Refusal

DESIGN = "study"
"""The page of the definition alone: its arms stand beside their planned numbers, which are no result."""
EXCEPTED = frozenset({Role.SAFETY_BOARD, Role.INDEPENDENT_STATISTICIAN})
"""Those who may see results by arm before the opening (principles, 6)."""
_CODE = re.compile(r"[A-Z]{2}\d{3}-\d{3}")
_NUMBER = re.compile(r"\d+([.,]\d+)?\s*(%|\(.*\))?")


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


def list_compared(text: str) -> list[str]:
    """The tables that put numbers of one arm beside those of another; lists of single participants do not."""
    definition = two_sites()
    names = {arm: {arm, *(definition.label(f"arms.{arm}", one) for one in ("en", "zh"))} for arm in definition.arms}
    found = []
    for table in html.fromstring(text).xpath("//main//table[not(ancestor::*[@data-balance])]"):
        said = table.text_content()
        cells = [" ".join(one.text_content().split()) for one in table.xpath(".//td")]
        of_arms = sum(any(name in said for name in each) for each in names.values())
        if of_arms > 1 and any(_NUMBER.fullmatch(cell) for cell in cells) and not _CODE.search(said):
            found.append(said[:200])
    return found


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


def test_the_eye_of_this_test_sees_a_comparison() -> None:
    table = (
        "<main><table><tr><th></th><th>MSC</th><th>CONTROL</th></tr><tr><th>Died</th><td>1</td><td>3</td></tr></table>"
    )
    assert list_compared(f"<html><body>{table}</main></body></html>")


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
