"""The registry's clock on every page that shows it, and the signature under results, in the browser and by command."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client

from tests.studies import STUDY, load_definition
from tests.web.conftest import SignedIn, open_browser
from trialwright.cli import main
from trialwright.registry.obligations import load_duties
from trialwright.registry.regimes import REGIME_NAMES, Bind
from trialwright.run import read_signatures
from trialwright.service.dry_run import run_dry
from trialwright.store import configure, migrate
from trialwright.store.models import LedgerEntry
from trialwright.vocabulary.codelists import Role
from trialwright.web.accounts.people import VIRTUAL_PASSWORD
from trialwright.web.catalogue import load_texts

RESULTS = "/registry/results/"
ANSWERS = {"contact_title": "Head of study", "contact_organization": "A hospital", "contact_email": "a@hospital.example",
           "employee": "no", "restrictive": "no", "threshold": "5", "look": "1"}  # fmt: skip


def read(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


@pytest.mark.parametrize("address", ["/", "/study/", "/registry/"])
def test_the_next_duty_stands_with_its_day_its_rule_set_and_the_verdict(signed_in: SignedIn, address: str) -> None:
    """On 1 March 2020 the page's record was verified for April 2020: twelve months on is the next day that binds."""
    page = read(signed_in(Role.SPONSOR), address)
    card = page[page.index('id="registry"') :].partition("</section>")[0]
    assert "verify an open record" in card
    assert "2021-04-30" in card
    assert "ClinicalTrials.gov: applies" in card


def test_the_next_duty_is_told_in_chinese_and_not_to_those_who_update_no_record(signed_in: SignedIn) -> None:
    assert "公开登记：下一项应办事项" in read(signed_in(Role.COORDINATOR, language="zh"), "/")
    assert 'id="registry"' not in read(signed_in(Role.NURSE), "/")


def test_the_clock_tells_the_drift_and_why_42_cfr_11_does_not_bind(signed_in: SignedIn) -> None:
    page = read(signed_in(Role.DATA_MANAGER), "/registry/")
    assert "UNKNOWN (last known RECRUITING)" in page
    assert "Recruiting</strong>" in page, "in words"
    assert "voluntary</strong>: the phase is PHASE1" in page
    calendar = signed_in(Role.DATA_MANAGER).get("/registry/calendar.ics")
    assert calendar["Content-Type"].startswith("text/calendar")
    assert b"BEGIN:VEVENT" in calendar.content


def test_every_duty_and_rule_set_has_its_words() -> None:
    texts = load_texts()
    for duty in load_duties():
        assert texts[f"kind.registry_duty.{duty.id}"][0] == duty.duty
    for regime, name in REGIME_NAMES.items():
        assert texts[f"kind.registry_regime.{regime}"][0] == name
    assert all(f"kind.registry_bind.{one.value}" in texts for one in Bind)


def test_results_of_a_trial_at_work_break_rules_and_cannot_be_signed(signed_in: SignedIn) -> None:
    client = signed_in(Role.SPONSOR)
    page = read(client, f"{RESULTS}?look=1")
    assert "<strong>V95</strong>" in page
    assert 'name="password"' not in page
    assert client.post(RESULTS, {"digest": "a" * 64, "password": VIRTUAL_PASSWORD}).status_code == 422
    assert not LedgerEntry.objects.filter(act="results_qc_signed").exists()


@pytest.fixture(scope="module")
def finished_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a rehearsal of four participants from beginning to end, with accounts."""
    from trialwright.web.accounts.people import make_virtual_people
    from trialwright.web.trial import compute_clock_ahead, start

    folder = tmp_path_factory.mktemp("finished")
    path, definition = folder / "ledger.sqlite3", load_definition().scale(4)
    configure(f"sqlite:///{path}")
    migrate()
    run_dry(definition, 3)
    start(definition, compute_clock_ahead())
    make_virtual_people()
    connection.close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder


@pytest.fixture
def finished(finished_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    from trialwright.web.trial import compute_clock_ahead, start

    monkeypatch.delenv("DATABASE_URL", raising=False)
    shutil.copyfile(finished_template / "ledger.sqlite3", tmp_path / "ledger.sqlite3")
    configure(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")
    start(load_definition().scale(4), compute_clock_ahead())
    yield tmp_path
    connection.close()


def fill(page: str) -> dict[str, str]:
    """The signature's form as a person fills it: every point decided, the password given."""
    form = page[page.index('<form method="post" action="/registry/results/"') :].partition("</form>")[0]
    hidden = dict(re.findall(r'<input type="hidden" name="(digest|answers)" value="([^"]*)"', form))
    points = re.findall(r'name="(decision-[a-z-]+)"', form)
    assert len(points) > 8
    answers = hidden["answers"].replace("&quot;", '"')
    return {**hidden, "answers": answers, **dict.fromkeys(points, "agreed"), "password": VIRTUAL_PASSWORD}


@pytest.mark.usefixtures("finished")
def test_the_results_tab_of_the_public_record_shows_all_that_would_be_published() -> None:
    page = read(open_browser(Role.STATISTICIAN), "/study/public-record?tab=results&look=1")
    for text in (
        "Primary outcome: Size of lesion area by chest radiograph or CT",
        "Number analysed (participants)",
        "Baseline characteristics",
        "Deaths of any cause",
        "Limitations and caveats",
    ):
        assert text in page, text
    assert page.count("Participant flow") == 1, "as published, and not once more from the ledger"
    codes = connection.cursor().execute("SELECT code FROM participant").fetchall()
    assert codes and not [code for (code,) in codes if code in page]


@pytest.mark.usefixtures("finished")
def test_the_results_are_looked_at_decided_and_signed() -> None:
    client = open_browser(Role.SPONSOR)
    page = client.get(RESULTS, ANSWERS).content.decode()
    assert "Head of study, A hospital" in page
    posted = fill(page)
    some = next(name for name in posted if name.startswith("decision-"))
    for change, code in (
        ({"password": "wrong"}, "wrong-password"), ({some: " "}, "undecided"), ({"digest": "b" * 64}, "changed"),
    ):  # fmt: skip
        refused = client.post(RESULTS, {**posted, **change})
        assert refused.status_code == 422
        assert f'data-code="{code}"' in refused.content.decode()
        assert refused.content.decode().count(">agreed</textarea>") >= len(posted) - 4, "what was written is kept"
    assert read_signatures() == []
    assert client.post(RESULTS, posted).status_code == 302
    (signed,) = read_signatures()
    assert (signed.person, signed.digest) == ("sponsor", posted["digest"])
    assert "Head of study" in signed.answers
    # Whoever looks now sees the results with the answers that were signed, and whose signature they carry.
    again = open_browser(Role.STATISTICIAN).get(RESULTS, {**ANSWERS}).content.decode()
    assert "under these results" in again
    sheet = client.post("/registry/results/files/quality.md", {"answers": posted["answers"]})
    assert sheet["Content-Disposition"] == 'attachment; filename="REHEARSAL.quality.md"'
    assert "sponsor (SPONSOR)" in sheet.content.decode()
    assert 'name="password"' not in read(open_browser(Role.INSPECTOR), f"{RESULTS}?look=1")


def test_the_command_signs_with_the_password_and_shows_the_signature(finished: Path) -> None:
    def call(*words: object, given: str = "") -> tuple[int, str]:
        result = CliRunner().invoke(main, [str(word) for word in words], input=given)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.output

    sign = ("registry", "sign", STUDY, "--out", finished, "--person")
    decided = "agreed\n" * 11
    code, told = call(*sign, "sponsor", given=f"{decided}not it\n")
    assert code == 1 and "the attempt is on record" in told
    code, told = call(*sign, "bj302-nurse", given=f"{decided}{VIRTUAL_PASSWORD}\n")
    assert code == 1 and "NURSE may not sign results" in told
    code, told = call(*sign, "sponsor", given=f"{decided}{VIRTUAL_PASSWORD}\n")
    assert code == 0, told
    assert [one.person for one in read_signatures()] == ["sponsor"]
