"""The study's pages: schedule, assumptions under signature, the public record, the audit trail and as-of views."""

import csv
import io
import re
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from tests.web.access_table import OTHER, OWN, find_code
from tests.web.conftest import SignedIn, open_browser
from tests.web.desks.people import DATA_MANAGER, INVESTIGATOR, do
from tests.web.english import find_raw
from tests.web.trials import two_sites
from trialwright.access.policy import Actor
from trialwright.capture.accounts import ChangeAccount
from trialwright.capture.lock import LockLevel, SetSiteLock
from trialwright.capture.situation import AmendSituation, ReportSituation, Situation
from trialwright.simulate.staff import find_staff
from trialwright.vocabulary.codelists import Role
from trialwright.web.accounts.people import VIRTUAL_PASSWORD
from trialwright.web.exports import make_safe
from trialwright.web.study.schedule import compute_matrix


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()


def read_csv(client: Client, query: str = "") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(client.post(f"/audit/export.csv{query}")).decode("utf-8-sig"))))


def test_the_matrix_plans_what_the_definition_plans() -> None:
    definition = two_sites()
    matrix = compute_matrix(definition)
    days = [visit.day for visit in matrix.visits]
    assert days == sorted(days) and len(days) == len(definition.encounters)
    lines = {line.name: line for line in matrix.lines if line.kind == "form"}
    planned = {
        (one.form, visit) for one in definition.study.activities if isinstance(one.at, tuple) for visit in one.at
    }
    drawn = {
        (name, visit.id)
        for name, line in lines.items()
        for visit, cell in zip(matrix.visits, line.cells, strict=True)
        if cell.is_planned and not cell.is_daily
    }
    assert drawn == planned
    dose = next(line for line in matrix.lines if line.kind == "dose")
    given = [visit.id for visit, cell in zip(matrix.visits, dose.cells, strict=True) if cell.is_planned]
    assert given == ["D0", "D3", "D6"] and {cell.arm for cell in dose.cells if cell.is_planned} == {"MSC"}


def test_the_study_page_names_every_criterion_endpoint_and_form(signed_in: SignedIn) -> None:
    page, definition = read(signed_in(Role.MONITOR), "/study/"), two_sites()
    for one in definition.criteria:
        assert f">{one.criterion.id}</th>" in page
    for one in definition.study.endpoints:
        assert f">{one.id}</th>" in page
    assert "sex &lt;&gt; &#x27;M&#x27;" in page, "rules are shown, and escaped"


def test_an_assumption_is_signed_by_the_investigator_with_citation_and_password(signed_in: SignedIn) -> None:
    from trialwright.store.models import LedgerEntry

    client, address = signed_in(Role.INVESTIGATOR), "/study/assumptions/dose_reading"
    wrong = client.post(address, {"citation": "protocol 1.0, 5.2", "password": "no"})
    assert wrong.status_code == 422 and "password is wrong" in wrong.content.decode()
    bare = client.post(address, {"citation": "", "password": VIRTUAL_PASSWORD})
    assert bare.status_code == 422 and "cites no section" in bare.content.decode()
    assert not LedgerEntry.objects.filter(act="assumption_signed").exists()
    done = client.post(address, {"citation": "<i>protocol</i> 1.0", "password": VIRTUAL_PASSWORD})
    assert done.status_code == 302
    page = read(client, "/study/assumptions/")
    row = re.search(r'<tr id="dose_reading">.*?</tr>', page, re.S)
    assert row and "signed" in row[0] and f"{OWN.lower()}-investigator" in row[0] and "takes responsibility" in row[0]
    assert "&lt;i&gt;protocol" in row[0] and "<i>protocol" not in row[0]
    assert client.get("/study/assumptions/nothing").status_code == 404
    assert signed_in(Role.SPONSOR).post(address, {"password": VIRTUAL_PASSWORD}).status_code == 403


TABS = ("details", "table", "results", "disclaimer", "how")


def test_the_public_record_tells_the_ledgers_truth_and_no_participant(signed_in: SignedIn) -> None:
    from trialwright.store.models import LedgerEntry, Participant

    client = signed_in(Role.STATISTICIAN)
    enrolled = LedgerEntry.objects.filter(act="enrolled").count()
    assert f"{enrolled} enrolled of 16 planned" in read(client, "/study/public-record")
    codes = Participant.objects.values_list("code", flat=True)
    for tab in TABS:
        page = read(client, f"/study/public-record?tab={tab}")
        assert not [code for code in codes if code in page]
        for name in ("Study Details", "Tabular View", "Disclaimer", "How to Read a Study Record"):
            assert name in page


@pytest.mark.parametrize("purpose", ["PRODUCTION", "TRAINING"])
def test_no_result_by_arm_is_public_while_results_are_sealed(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, purpose: str
) -> None:
    from trialwright.web.study import public

    client = signed_in(Role.SPONSOR)
    assert "Participant Flow" in read(client, "/study/public-record?tab=results"), "VIRTUAL and full: nothing is sealed"
    real = public.list_unsealing_obstacles

    def as_in(study):  # type: ignore[no-untyped-def]
        from dataclasses import replace

        return real(replace(study, opened=replace(study.opened, purpose=purpose)))

    monkeypatch.setattr(public, "list_unsealing_obstacles", as_in)
    page = read(client, "/study/public-record?tab=results&look=1")
    assert "Participant Flow" not in page and "sealed" in page and "MSCs Treatment Group" not in page


@pytest.mark.req("A10")
def test_site_people_see_the_entries_of_their_site_only(signed_in: SignedIn) -> None:
    rows = read_csv(signed_in(Role.INVESTIGATOR))
    assert rows and {row["site"] for row in rows} == {OWN}
    assert {row["site"] for row in read_csv(signed_in(Role.INSPECTOR))} >= {OWN, OTHER}
    other = find_code(OTHER)["code"]
    client = signed_in(Role.INVESTIGATOR)
    assert read_csv(client, f"?participant={other}") == []
    assert "Nothing here" in read(client, f"/audit/?participant={other}")
    assert client.get(f"/participants/{other}/as-of").status_code == 404


@pytest.mark.req("A10")
def test_the_filter_finds_by_participant_act_person_and_day(signed_in: SignedIn) -> None:
    client, code = signed_in(Role.INSPECTOR), find_code(OWN)["code"]
    rows = read_csv(
        client, f"?participant={code}&act=form_recorded&person=bj302-nurse&since=2020-02-05&until=2020-02-12"
    )
    assert rows and {(row["participant"], row["act"], row["actor"]) for row in rows} == {
        (code, "form_recorded", "bj302-nurse")
    }
    assert all(date(2020, 2, 5) <= date.fromisoformat(row["at"][:10]) <= date(2020, 2, 12) for row in rows)
    assert read_csv(client, "?act=died&participant=nobody") == []
    assert client.get("/audit/?since=nonsense&before=x'; DROP TABLE ledger_entry").status_code == 200


@pytest.mark.req("A1", "A10")
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Role: <del>Nurse</del> → <b>Coordinator</b>", "Reason: moved to another ward",
                "Level: <del>frozen</del> → <b>open</b>", "On: <del>2020-02-15</del> → <b>2020-02-16</b>",
                "Details: Amount given, with unit: <del>60000000</del> → <b>90000000</b>", "Kind: <b>Overdose</b>"]),
        ("zh", ["角色: <del>研究护士</del> → <b>研究协调员</b>", "理由: moved to another ward",
                "<del>2020-02-15</del> → <b>2020-02-16</b>", "<del>60000000</del> → <b>90000000</b>"]),
    ],
)  # fmt: skip
def test_the_trail_tells_of_every_act_who_when_what_old_new_and_why(
    signed_in: SignedIn, language: str, said: list[str]
) -> None:
    """Not only of forms: an account, a lock and a situation, each changed once."""
    code, nurse = find_code(OWN)["code"], find_staff(OWN, Role.NURSE)
    do(Actor("administrator", Role.ADMINISTRATOR),
       ChangeAccount(nurse.person, Role.COORDINATOR, OWN, True, "moved to another ward"))  # fmt: skip
    for level in (LockLevel.FROZEN, LockLevel.OPEN):
        do(DATA_MANAGER, SetSiteLock(level, "a reason", OWN))
    told = {"product": "LOT-D6", "amount_given": "60000000"}
    first = ("2020-02-15", "2020-02-15T18:00", "Two bags were given.")
    do(INVESTIGATOR, ReportSituation(code, Situation.OVERDOSE, *first, details=told))
    more = {**told, "amount_given": "90000000"}
    now = ("2020-02-16", "2020-02-15T18:00", "Three bags were given.")
    do(INVESTIGATOR, AmendSituation(code, 1, Situation.OVERDOSE, *now, "the pharmacy counted", details=more))
    page = " ".join(signed_in(Role.INSPECTOR, language=language).get("/audit/").content.decode().split())
    assert [text for text in said if text not in page] == []
    assert find_raw(page) == [], "no key, no code, no time as machines write it"


def test_a_page_of_the_trail_leads_to_the_older_one(signed_in: SignedIn) -> None:
    client = signed_in(Role.INSPECTOR)
    older = re.search(r'href="\?(before=\d+)"', read(client, "/audit/"))
    assert older
    first = [int(one) for one in re.findall(r'<td class="number muted">(\d+)<', read(client, "/audit/"))]
    second = [int(one) for one in re.findall(r'<td class="number muted">(\d+)<', read(client, f"/audit/?{older[1]}"))]
    assert len(first) == len(second) == 50 and max(second) < min(first)


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2", "@SUM(A1)", "\tx", "\r=1", "  =1", "＝1"])
def test_no_cell_of_the_export_is_a_formula(text: str) -> None:
    assert str(make_safe(text)).startswith("'")


def test_a_formula_that_somebody_typed_is_harmless_in_the_file(signed_in: SignedIn) -> None:
    signed_in(Role.SPONSOR).get("/audit/")
    rows = read_csv(signed_in(Role.INSPECTOR))
    assert not [cell for row in rows for cell in row.values() if cell[:1] in ("=", "+", "@", "\t")]


@pytest.mark.req("A11")
def test_where_the_study_is_masked_the_trail_tells_no_arm(
    running: Path, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from trialwright.definition.design import Masking
    from trialwright.web import trial

    clients = {role: open_browser(role) for role in (Role.INVESTIGATOR, Role.MONITOR, Role.PHARMACIST)}
    definition = trial.get_definition()
    design = definition.study.design.model_copy(update={"masking": Masking.DOUBLE})
    masked = replace(definition, study=definition.study.model_copy(update={"design": design}))
    monkeypatch.setattr(trial, "get_definition", lambda: masked)
    telling = {"allocated", "slot_taken", "dose_given", "dose_prepared", "dose_missed"}
    for role in (Role.INVESTIGATOR, Role.MONITOR):
        rows = read_csv(clients[role])
        assert rows and not telling & {row["act"] for row in rows}
        assert not [row for row in rows if '"encounter":"D0"' in row["payload"] or "MSC" in row["payload"]]
        code = find_code(OWN)["code"]
        for address in (f"/participants/{code}/as-of", f"/participants/{code}/way-in"):
            page = read(clients[role], address)
            assert "Treatment Group" not in page and "Control Group" not in page and "Infusion of" not in page
    assert telling & {row["act"] for row in read_csv(clients[Role.PHARMACIST])}


@pytest.mark.req("A12")
def test_a_participant_is_shown_as_of_a_past_day(signed_in: SignedIn) -> None:
    from trialwright.store.models import LedgerEntry

    client, code = signed_in(Role.INSPECTOR), find_code(OWN)["code"]
    first = LedgerEntry.objects.filter(participant=code).order_by("position").values_list("at", flat=True)[0]
    early = read(client, f"/participants/{code}/as-of?at=2020-01-01T12:00")
    assert "Nothing was on record" in early
    then, now = (read(client, f"/participants/{code}/as-of{query}") for query in (f"?at={first[:10]}T23:59", ""))
    assert 0 < then.count("<details>") < now.count("<details>")
    assert client.get(f"/participants/{code}/as-of?at=yesterday").status_code == 400
