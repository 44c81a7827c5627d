"""Recall: from a lot to everybody who was given something of it, and from a participant to every lot."""

from datetime import timedelta

import pytest

from tests.capture.test_product import infusion, receive, register, release, released
from tests.capture.trial import InMemory
from trialwright.capture.product import LotStatus, SetLotStatus
from trialwright.safety.recall import compute_recall_of_lot, compute_recall_of_participant
from trialwright.simulate.staff import SPONSOR
from trialwright.vocabulary.codelists import Role


@pytest.fixture
def trial() -> InMemory:
    trial = InMemory()
    for lot in ("L1", "L2"):
        register(trial, lot)
        release(trial, lot)
        receive(trial, 4, lot)
    return trial


def test_both_ways(trial: InMemory) -> None:
    first, second, third = (trial.allocated("MSC") for _ in range(3))
    for code, lot in ((first, "L1"), (second, "L2")):
        trial.must(released(trial, code, lot), Role.PHARMACIST)
        trial.must(infusion(trial, code, lot), Role.NURSE)
        trial.now += timedelta(hours=25)  # the first participants are sentinels
    trial.must(released(trial, third, "L1"), Role.PHARMACIST)
    trial.must(infusion(trial, first, "L-of-nobody", "D3"), Role.NURSE)
    trial.must(SetLotStatus("L1", LotStatus.RECALLED, "contamination"), SPONSOR)
    product, states = trial.ledger.study.product, trial.ledger.subjects.values()
    found = compute_recall_of_lot(product, states, "L1")
    assert found.participants == (first,) and found.lots == (("L1", "RECALLED"),)
    assert found.waiting == ((third, "D0", "L1"),), "prepared and not given: to be stopped"
    assert {(one.place, one.containers) for one in found.stock} == {("MAKER", 6), ("STORE", 2), ("PREPARED", 1)}
    back = compute_recall_of_participant(product, states, first)
    assert back.lots == (("L-of-nobody", ""), ("L1", "RECALLED"))
    assert [(one.encounter, one.lot) for one in back.given] == [("D0", "L1"), ("D3", "L-of-nobody")]
    assert compute_recall_of_lot(product, states, "L-of-nobody").participants == (first,)
    assert compute_recall_of_lot(product, states, "L9").given == ()
