"""Accountability of the product: stock balances, wrong lots are not prepared, and what was given can be traced."""

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.capture.trial import InMemory, codes
from trialwright.access.policy import Actor
from trialwright.capture.dose import GiveDose, PrepareDose
from trialwright.capture.product import LotStatus, Move, MoveStock, RegisterLot, SetLotStatus
from trialwright.capture.release_dose import ReleaseDose
from trialwright.ledger.product import (
    DESTROYED,
    MAKER,
    OWNED,
    PREPARED,
    RESERVED,
    STORE,
    THAWED,
    USED,
    LotState,
    trace_lot,
    trace_participant,
)
from trialwright.safety.recall import compute_recall_of_lot
from trialwright.simulate.staff import SPONSOR
from trialwright.vocabulary.codelists import Role
from trialwright.vocabulary.findings import Refusal

CERTIFICATE = {"donor": "D-17", "passage": "5", "cells_per_container": "30000000", "viability_percent": "92"}
TESTS = dict.fromkeys(("sterility", "mycoplasma", "endotoxin", "identity", "viability"), "PASSED")


@pytest.fixture
def trial() -> InMemory:
    return InMemory()


def register(trial: InMemory, lot: str = "L1", containers: int = 10, expires: str = "2020-12-31") -> None:
    trial.must(RegisterLot(lot, "MSC", containers, expires, CERTIFICATE), SPONSOR)


def release(trial: InMemory, lot: str = "L1") -> None:
    trial.must(SetLotStatus(lot, LotStatus.RELEASED, "all tests passed", TESTS), SPONSOR)


def receive(trial: InMemory, containers: int = 4, lot: str = "L1") -> None:
    stored = {"storage": "vapour phase tank 2", "temperature": "-150"}
    trial.must(MoveStock(lot, trial.site, Move.RECEIVE, containers, details=stored), Role.PHARMACIST)


def held(trial: InMemory, lot: str = "L1") -> LotState:
    return trial.ledger.study.product.lots[lot]


def prepare(code: str, lot: str = "L1") -> PrepareDose:
    return PrepareDose(code, "MSC", "D0", lot, "30000000")


def released(trial: InMemory, code: str, lot: str = "L1") -> PrepareDose:
    """The preparation of a dose for which a container was released."""
    trial.must(ReleaseDose(code, "MSC", "D0", lot), Role.PHARMACIST)
    return prepare(code, lot)


def infusion(trial: InMemory, code: str, lot: str = "L1", encounter: str = "D0") -> GiveDose:
    values = trial.fill("infusion", started_at=f"{trial.now:%Y-%m-%dT%H:%M}", lot=lot, actual_amount="30000000")
    return GiveDose(code, "MSC", encounter, values)


@pytest.mark.req("A8")
def test_a_container_on_its_way_from_the_maker_to_the_participant(trial: InMemory) -> None:
    register(trial)
    release(trial)
    receive(trial)
    code = trial.allocated("MSC")
    ready = released(trial, code)
    assert held(trial).held == {(code, "D0"): 1} and held(trial).count(RESERVED, trial.site) == 1
    thaw = MoveStock("L1", trial.site, Move.THAW, 1, details={"thawed_at": "08:10"}, participant=code, encounter="D0")
    trial.must(thaw, Role.PHARMACIST)
    trial.must(ready, Role.PHARMACIST)
    assert held(trial).held == {}
    assert held(trial).count(PREPARED, trial.site) == 1
    assert not codes(trial.must(infusion(trial, code), Role.NURSE))
    lot = held(trial)
    assert (lot.count(MAKER, ""), lot.count(STORE, trial.site), lot.count(USED, trial.site)) == (6, 3, 1)
    assert lot.is_balanced
    assert trace_lot(trial.ledger.study.product, "L1") == (code,)
    assert trace_participant(trial.ledger.study.product, code) == ("L1",)


@pytest.mark.req("C5")
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("unknown", "unknown-lot"),
        ("quarantined", "lot"),
        ("recalled", "lot"),
        ("expired", "lot"),
        ("empty", "no-stock"),
    ],
)
def test_a_wrong_lot_is_not_prepared_and_a_dose_of_it_is_recorded_and_flagged(
    trial: InMemory, fault: str, code: str
) -> None:
    register(trial, expires="2020-01-26" if fault == "expired" else "2020-12-31")
    if fault != "quarantined":
        release(trial)
    if fault != "empty":
        receive(trial)
    if fault == "recalled":
        trial.must(SetLotStatus("L1", LotStatus.RECALLED, "a contaminated sister lot"), SPONSOR)
    participant = trial.allocated("MSC")
    name = "L2" if fault == "unknown" else "L1"
    assert trial.refused(ReleaseDose(participant, "MSC", "D0", name), Role.PHARMACIST) == {code}
    assert trial.refused(prepare(participant, name), Role.PHARMACIST) == {"not-released" if fault == "empty" else code}
    found = codes(trial.must(infusion(trial, participant, name), Role.NURSE))
    expected = "NO_STOCK" if fault == "empty" else f"{fault.upper()}_LOT"
    assert expected in found
    assert len(trial.state(participant).doses) == 1
    assert all(lot.is_balanced for lot in trial.ledger.study.product.lots.values())
    if name == "L1":
        assert trace_lot(trial.ledger.study.product, "L1") == (participant,), "a recall finds it all the same"


def test_a_study_without_lots_asks_nothing_of_them(trial: InMemory) -> None:
    code = trial.allocated("MSC")
    trial.must(prepare(code, "ANY"), Role.PHARMACIST)
    assert not codes(trial.must(infusion(trial, code, "ANY"), Role.NURSE))


def test_a_recall_finds_whom_it_concerns(trial: InMemory) -> None:
    given_to = {}
    for lot in ("L1", "L2"):
        register(trial, lot)
        release(trial, lot)
        receive(trial, 2, lot)
    for lot in ("L1", "L2", "L1"):
        code = trial.allocated("MSC")
        trial.must(released(trial, code, lot), Role.PHARMACIST)
        trial.must(infusion(trial, code, lot), Role.NURSE)
        given_to[code] = lot
        trial.now += timedelta(hours=25)  # the first participants are sentinels
    product = trial.ledger.study.product
    assert trace_lot(product, "L1") == tuple(code for code, lot in given_to.items() if lot == "L1")
    assert [trace_participant(product, code) for code in given_to] == [("L1",), ("L2",), ("L1",)]
    assert trace_lot(product, "L3") == ()


def test_what_a_lot_needs(trial: InMemory) -> None:
    assert trial.refused(RegisterLot("", "ICE", 0, "soon", {}), SPONSOR) == {
        "bad-lot", "unknown-intervention", "no-containers", "bad-date", "incomplete",
    }  # fmt: skip
    register(trial)
    failed = {**TESTS, "endotoxin": "FAILED"}
    assert trial.refused(SetLotStatus("L1", LotStatus.RELEASED, "in a hurry", failed), SPONSOR) == {"not-passed"}
    assert trial.refused(SetLotStatus("L9", LotStatus.RECALLED, " "), SPONSOR) == {"unknown-lot", "no-reason"}
    assert trial.refused(RegisterLot("L1", "MSC", 5, "2020-12-31", CERTIFICATE), SPONSOR) == {"bad-lot"}
    assert trial.refused(MoveStock("L1", trial.site, Move.DESTROY, 1), Role.PHARMACIST) == {"no-reason"}
    assert trial.refused(MoveStock("L1", trial.site, Move.USE, 1, "x"), Role.PHARMACIST) == {"by-dosing"}
    assert trial.refused(MoveStock("L1", trial.site, Move.RECEIVE, 11), Role.PHARMACIST) == {"no-stock"}
    receive(trial)
    assert trial.refused(MoveStock("L1", trial.site, Move.THAW, 1), Role.PHARMACIST) == {"lot", "no-stock"}
    stranger = Actor("new", Role.PHARMACIST, trial.site)
    assert "delegation" in trial.refused(MoveStock("L1", trial.site, Move.RECEIVE, 1), stranger)


@settings(max_examples=5, deadline=None, database=None)
@given(st.integers(0, 2**32))
def test_stock_balances_after_a_thousand_random_acts(seed: int) -> None:
    """Whatever is tried, in whatever order, refused or not: no container appears, vanishes or is in two places."""
    trial = InMemory()
    pick: Any = random.Random(seed).choice
    participants = [trial.allocated("MSC") for _ in range(3)]
    lots = ["L1", "L2", "L3"]
    made: dict[str, int] = {}
    for _ in range(1000):
        lot, count = pick(lots), pick([1, 1, 2, 5])
        act = pick(["register", "status", "move", "move", "move", "release", "release", "prepare", "prepare", "give"])
        dose = (pick(participants), pick(["D0", "D3", "D6"]))
        if act == "register":
            trial.do(RegisterLot(lot, "MSC", count * 10, pick(["2020-01-20", "2020-12-31"]), CERTIFICATE), SPONSOR)
            made.setdefault(lot, count * 10)
        elif act == "status":
            trial.do(SetLotStatus(lot, pick(list(LotStatus)), "a reason", TESTS), SPONSOR)
        elif act == "move":
            whose = dose if pick([True, False]) else ("", "")
            move = MoveStock(lot, trial.site, pick(list(Move)), count, "a reason", {}, "", *whose)
            trial.do(move, Role.PHARMACIST)
        elif act == "release":
            trial.do(ReleaseDose(dose[0], "MSC", dose[1], lot, count), Role.PHARMACIST)
        elif act == "prepare":
            known = trial.ledger.study.product.lots
            owned = known[lot].held.get(dose, 0) if lot in known else not known
            done = trial.do(PrepareDose(dose[0], "MSC", dose[1], lot, "30000000"), Role.PHARMACIST)
            assert isinstance(done, Refusal) or owned > 0, "a dose is prepared only of what was released for it"
        else:
            trial.do(infusion(trial, pick(participants), lot, pick(["D0", "D3", "D6", ""])), Role.NURSE)
    product = trial.ledger.study.product
    assert set(product.lots) == set(made)
    for lot, state in product.lots.items():
        assert state.is_balanced
        assert sum(state.stock.values()) == made[lot]
        assert min(state.held.values(), default=1) > 0
        assert sum(state.held.values()) >= sum(state.count(place, trial.site) for place in OWNED)
        left = [move for move in state.moves if move.target == DESTROYED]
        assert sum(one.containers for one in left) == state.count(DESTROYED, trial.site)
    for code in participants:
        given = {dose.lot for dose in trial.state(code).doses} & set(made)
        assert set(trace_participant(product, code)) <= given


def test_the_last_day_of_use_is_a_day_of_use(trial: InMemory) -> None:
    register(trial, expires="2020-01-27")
    release(trial)
    assert held(trial).find_faults(date(2020, 1, 27)) == ()
    assert held(trial).find_faults(date(2020, 1, 28)) == ("EXPIRED_LOT",)


@pytest.mark.req("C5")
def test_a_released_container_belongs_to_one_participant_and_one_dose_before_it_is_prepared(trial: InMemory) -> None:
    """Nobody else's is thawed or prepared of it; it can be taken back with a reason, and a recall knows that it waits."""
    register(trial)
    release(trial)
    receive(trial)
    mine, other = trial.allocated("MSC"), trial.allocated("MSC")
    assert trial.refused(MoveStock("L1", trial.site, Move.THAW, 1), Role.PHARMACIST) == {"no-stock"}
    assert trial.refused(prepare(mine), Role.PHARMACIST) == {"not-released"}
    assert trial.refused(ReleaseDose(trial.allocated("CONTROL"), "MSC", "D0", "L1"), Role.PHARMACIST) == {"other-arm"}
    assert trial.refused(ReleaseDose(mine, "MSC", "D5", "L1"), Role.PHARMACIST) >= {"not-planned"}
    assert trial.refused(ReleaseDose(mine, "MSC", "D0", "L1", 0), Role.PHARMACIST) == {"no-containers"}
    released(trial, mine)
    assert trial.refused(ReleaseDose(mine, "MSC", "D0", "L1"), Role.PHARMACIST) == {"already-released"}
    assert trial.refused(prepare(other), Role.PHARMACIST) == {"not-released"}
    thaw = MoveStock("L1", trial.site, Move.THAW, 1, participant=other, encounter="D0")
    assert trial.refused(thaw, Role.PHARMACIST) == {"no-stock"}
    waiting = compute_recall_of_lot(trial.ledger.study.product, trial.ledger.subjects.values(), "L1").waiting
    assert waiting == ((mine, "D0", "L1"),)
    back = MoveStock("L1", trial.site, Move.TAKE_BACK, 1, participant=mine, encounter="D0")
    assert trial.refused(back, Role.PHARMACIST) == {"no-reason"}
    trial.must(replace(back, reason="fever this morning"), Role.PHARMACIST)
    assert held(trial).count(STORE, trial.site) == 4 and held(trial).count(THAWED, trial.site) == 0
    trial.must(SetLotStatus("L1", LotStatus.RECALLED, "a contaminated sister lot"), SPONSOR)
    assert trial.refused(ReleaseDose(mine, "MSC", "D0", "L1"), Role.PHARMACIST) == {"lot"}
