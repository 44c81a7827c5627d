"""From a nurse's “this holds a name” to a database in which no byte of the name is left."""

from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse

from tests.web.conftest import SignedIn
from tests.web.desks.people import PASSWORD, find_code, load_state
from trialwright.capture.record_form import RecordForm
from trialwright.service.project import project
from trialwright.store.drafts import DraftKey, read_draft, write_draft
from trialwright.store.models import LedgerEntry
from trialwright.store.projections import check_projections
from trialwright.store.verify import verify_ledger
from trialwright.vocabulary.codelists import Role
from trialwright.web import trial

NAME = "Ouyang Zhenhua 13800138000"
pytestmark = pytest.mark.req("A6")


@pytest.fixture
def code(running: Path) -> str:
    return find_code()


def ask_query(signed_in: SignedIn, code: str) -> int:
    """A query of the data manager's that names somebody; its position."""
    client = signed_in(Role.DATA_MANAGER)
    place = {"code": code, "encounter": "SCREENING", "form": "demographics", "repeat": 1}
    answer = client.post(reverse("raise_query", kwargs=place), {"item": "sex", "text": f"Is this {NAME}?"})
    assert answer.status_code == 302
    return LedgerEntry.objects.filter(act="query_raised").order_by("-position")[0].position


def test_a_name_goes_from_ledger_pages_drafts_and_disk(signed_in: SignedIn, code: str, running: Path) -> None:
    position = ask_query(signed_in, code)
    address = reverse("redact", kwargs={"position": position})
    key = DraftKey("bj302-nurse", code, "SCREENING", "demographics")
    write_draft(connection, key, {"sex": f"{NAME} …"}, trial.read_clock())
    nurse, manager = signed_in(Role.NURSE), signed_in(Role.DATA_MANAGER)
    assert NAME in nurse.get(address).content.decode()
    assert nurse.post(address, {"step": "ask", "holds": "NAME"}).status_code == 302
    assert "entry said to hold a name" in manager.get("/").content.decode()
    assert f'href="{address}"' in manager.get(reverse("redactions")).content.decode()
    page = manager.get(address).content.decode()
    assert "cannot be undone" in page and "Backups" in page and 'type="password"' in page
    posted = {"step": "redact", "path": "text", "justification": "a name was typed", "password": PASSWORD}
    repeating = {**posted, "justification": "the name Ouyang"}
    assert 'data-code="repeats-identity"' in manager.post(address, repeating).content.decode()
    assert 'data-code="wrong-password"' in manager.post(address, {**posted, "password": "x"}).content.decode()
    assert manager.post(address, {**posted, "words": NAME}).status_code == 302
    thread = load_state(code).review.threads["Q1"]
    assert thread.messages[0].text.startswith("redacted by") and thread.status == "OPEN"
    for client in (nurse, manager):
        for name, parts in (
            ("redact", {"position": position}), ("redactions", {}), ("audit", {}), ("queries", {}),
            ("participant_queries", {"code": code}), ("query", {"code": code, "query": "Q1"}), ("home", {}),
            ("as_of", {"code": code}), ("participant", {"code": code}),
        ):  # fmt: skip
            answer = client.get(reverse(name, kwargs=parts))
            assert answer.status_code == 200 and "Ouyang" not in answer.content.decode(), name
    assert "redacted by" in nurse.get(reverse("query", kwargs={"code": code, "query": "Q1"})).content.decode()
    assert "屏蔽" in signed_in(Role.NURSE, language="zh").get(address).content.decode()
    assert read_draft(connection, key) is None
    assert verify_ledger(connection).findings == () and check_projections(connection, project) == []
    for file in running.parent.glob("ledger.sqlite3*"):
        assert b"Ouyang" not in file.read_bytes(), file


def test_a_value_goes_from_every_revision_and_its_history_says_so(signed_in: SignedIn, code: str) -> None:
    actor = trial.Actor("bj302-nurse", Role.NURSE, code[:5])
    values = {"condition": f"gout ({NAME})", "category": "OTHER", "ongoing": "Y"}
    for revision, more in enumerate(({}, {"ongoing": "N"})):
        command = RecordForm(
            code, "medical_history", "", {**values, **more}, repeat=9, based_on=revision, reason="asked" if more else ""
        )
        assert not isinstance(done := trial.perform_as(actor, command), trial.Refusal), str(done)
    first = LedgerEntry.objects.filter(act="form_recorded", payload__contains="Ouyang").order_by("position")
    positions = [one.position for one in first]
    manager, address = signed_in(Role.DATA_MANAGER), reverse("redact", kwargs={"position": positions[0]})
    page = manager.get(address).content.decode()
    assert f'name="also" value="{positions[1]}" checked' in page
    posted = {
        "step": "redact", "path": "values.condition", "also": str(positions[1]), "password": PASSWORD,
        "justification": "a name was typed",
    }  # fmt: skip
    assert manager.post(address, posted).status_code == 302
    assert not LedgerEntry.objects.filter(payload__contains="Ouyang").exists()
    place = {"code": code, "encounter": "-", "form": "medical_history", "repeat": 9}
    record = manager.get(reverse("form", kwargs=place)).content.decode()
    history = manager.get(reverse("form_history", kwargs={**place, "item": "condition"})).content.decode()
    assert "redacted by" in record and "redacted by" in history
    assert verify_ledger(connection).findings == ()


def test_what_another_site_or_a_blinded_reader_sees_not(signed_in: SignedIn, code: str) -> None:
    position = ask_query(signed_in, code)
    from tests.web.trials import OTHER

    address = reverse("redact", kwargs={"position": position})
    assert signed_in(Role.NURSE, OTHER).get(address).status_code == 404
    assert signed_in(Role.NURSE, OTHER).post(address, {"step": "ask", "holds": "NAME"}).status_code == 404
    answer = signed_in(Role.NURSE).post(
        address, {"step": "redact", "path": "text", "justification": "a name was typed"}
    )
    assert answer.status_code == 422 and 'data-code="role"' in answer.content.decode()
