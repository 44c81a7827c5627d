"""Lots: from a lot to everybody who was given something of it and back, stock that balances, files that are noted."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.web.conftest import SignedIn
from tests.web.forms.people import find_participant, load_state
from tests.web.trials import OTHER, OWN
from trialwright.capture.dose import GiveDose
from trialwright.ledger.product import ProductState
from trialwright.simulate.staff import find_staff
from trialwright.store.models import LedgerEntry
from trialwright.vocabulary.codelists import Role


def test_recall_goes_both_ways_in_one_click_and_stays_at_ones_site(running: Path, signed_in: SignedIn) -> None:
    code, other = find_participant(OWN), find_participant(OTHER)
    page = signed_in(Role.PHARMACIST).get("/product/LOT-D0/").content.decode()
    people = page[page.index('id="people"') : page.index("</section>")]
    assert f'href="/participants/{code}/doses/"' in people and other not in page
    assert other in signed_in(Role.SPONSOR).get("/product/LOT-D0/").content.decode()
    back = signed_in(Role.PHARMACIST).get(f"/participants/{code}/doses/").content.decode()
    assert 'href="/product/LOT-D0/"' in back


def test_a_lot_that_nobody_registered_is_found_from_both_sides(
    running: Path, signed_in: SignedIn, count_statements: Callable[[], int]
) -> None:
    """The page, the participant's page and ``safety recall`` say the same; a lot of nobody has no page."""
    from trialwright.safety.recall import compute_recall_of_lot
    from trialwright.web.trial import perform_as

    code = find_participant(arm="CONTROL")
    values = {"started_at": "2020-03-01T09:00", "lot": "L-nobody", "actual_amount": "30000000"}
    given = perform_as(find_staff(OWN, Role.NURSE), GiveDose(code, "MSC", "D3", values))
    assert hasattr(given, "entries")
    pharmacist = signed_in(Role.PHARMACIST)
    count_statements()
    page = pharmacist.get("/product/L-nobody/").content.decode()
    assert count_statements() <= 15
    assert f'href="/participants/{code}/doses/"' in page and "not registered" in page
    assert 'href="/product/L-nobody/"' in pharmacist.get(f"/participants/{code}/doses/").content.decode()
    assert compute_recall_of_lot(ProductState(), (load_state(code),), "L-nobody").participants == (code,)
    assert pharmacist.get("/product/L-of-nobody/").status_code == 404
    assert pharmacist.post("/product/L-nobody/", {"step": "move"}).status_code == 404
    assert signed_in(Role.PHARMACIST, OTHER).get("/product/L-nobody/").status_code == 404, "another site's is not told"


def test_a_lot_is_registered_released_and_its_stock_moved(running: Path, signed_in: SignedIn) -> None:
    client = signed_in(Role.PHARMACIST)
    made = {"lot": "L-9", "intervention": "MSC", "containers": "4", "expires": "2021-01-31", "d.donor": "7",
            "d.passage": "5", "d.cells_per_container": "3e7", "d.viability_percent": "93"}  # fmt: skip
    assert client.post("/product/", {**made, "d.donor": ""}).status_code == 422, "a certificate without its donor"
    assert client.post("/product/", made).status_code == 302
    receive = {"step": "move", "move": "RECEIVE", "containers": "3", "site": OWN}
    assert client.post("/product/L-9/", receive).status_code == 302
    assert client.post("/product/L-9/", receive).status_code == 422, "only one is left at the maker's"
    tests = {f"t.{name}": "PASSED" for name in ("sterility", "mycoplasma", "endotoxin", "identity", "viability")}
    release = {"step": "status", "status": "RELEASED", "reason": "certificate 9", **tests}
    assert client.post("/product/L-9/", {**release, "t.sterility": "PENDING"}).status_code == 422
    assert client.post("/product/L-9/", release).status_code == 302
    page = client.get("/product/L-9/").content.decode()
    assert "released" in page and "✓ balanced" in page and "certificate 9" in page


def test_who_took_the_log_is_on_record(running: Path, signed_in: SignedIn) -> None:
    answer = signed_in(Role.MONITOR).post("/product/LOT-D3/log.csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.count("stock_moved") > 4 and "PREPARE" in text
    noted = LedgerEntry.objects.filter(act="data_exported").order_by("-position")[0]
    assert json.loads(noted.payload)["what"] == "accountability" and noted.actor == "monitor"


def test_a_second_person_checks_a_preparation(running: Path, signed_in: SignedIn) -> None:
    code = find_participant(arm="CONTROL")
    said = {"step": "prepare", "intervention": "MSC", "encounter": "D0", "lot": "LOT-D0", "amount": "30000000"}
    client = signed_in(Role.PHARMACIST)
    answer = client.post(f"/participants/{code}/doses/", {**said, "checked_by": "bj302-pharmacist"})
    assert answer.status_code == 422 and "cannot be the second person" in answer.content.decode()
    assert not load_state(code).prepared


def test_the_boards_report_is_closed_for_the_board_and_open_for_the_sponsor(running: Path, signed_in: SignedIn) -> None:
    for role, part in ((Role.SAFETY_BOARD, "closed"), (Role.SPONSOR, "open")):
        answer = signed_in(role).post("/safety/board/report.pdf")
        assert answer.content[:5] == b"%PDF-" and f"safety-board-{part}" in answer["Content-Disposition"]
    assert signed_in(Role.INVESTIGATOR).post("/safety/board/report.pdf").status_code == 403


@pytest.mark.req("A11")
def test_where_the_study_is_masked_the_page_of_doses_tells_nobody_s_arm(
    running: Path, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Masked eyes see the same page for both arms, no lot and no dose, and can do nothing there; the pharmacist sees all."""
    from dataclasses import replace

    from trialwright.definition.design import Masking
    from trialwright.web import trial

    masked, open_eyes = signed_in(Role.INVESTIGATOR), signed_in(Role.PHARMACIST)
    definition = trial.get_definition()
    design = definition.study.design.model_copy(update={"masking": Masking.DOUBLE})
    hidden = replace(definition, study=definition.study.model_copy(update={"design": design}))
    monkeypatch.setattr(trial, "get_definition", lambda: hidden)
    pages = []
    for arm in ("MSC", "CONTROL"):
        code = find_participant(arm=arm)
        address = f"/participants/{code}/doses/"
        page = masked.get(address).content.decode()
        main = page[page.index("<main") : page.index("</main>")]
        assert "the safety board and the independent statistician only" in main
        for telling in ("LOT-", "30\u202f000\u202f000", "Treatment Group", "Control Group"):
            assert telling not in main
        pages.append(main[main.index('<p class="note">') :])
        said = {"step": "release", "intervention": "MSC", "encounter": "D6", "lot": "LOT-D6"}
        assert masked.post(address, said).status_code == 404
        assert masked.get("/product/LOT-D0/").content.decode().count('href="/participants/BJ302') == 0
    assert "LOT-D0" in open_eyes.get(f"/participants/{find_participant()}/doses/").content.decode()
    assert pages[0] == pages[1], "both arms see the same"
