"""Lots: from a lot to everybody who was given something of it and back, stock that balances, files that are noted."""

import json
from pathlib import Path

from tests.web.conftest import SignedIn
from tests.web.forms.people import find_participant, load_state
from tests.web.trials import OTHER, OWN
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
