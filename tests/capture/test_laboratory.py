"""Laboratories: their ranges are checked when they are registered, and found by site, item, day and sex."""

from datetime import date

import pytest

from tests.capture.trial import InMemory
from trialwright.capture.laboratory import RangeLine, RegisterLaboratory, find_range
from trialwright.vocabulary.codelists import Role


@pytest.fixture
def trial() -> InMemory:
    return InMemory()


def register(trial: InMemory, high: str, valid_from: str, valid_to: str = "", name: str = "central") -> None:
    unit = trial.definition.forms["chemistry"].items["alt"].unit
    lines = (
        RangeLine("chemistry.alt", "", high, unit),
        RangeLine("chemistry.alt", "7", "40", unit, "F"),
        RangeLine("chemistry.crp", "", "8", trial.definition.forms["chemistry"].items["crp"].unit),
    )
    trial.must(RegisterLaboratory(trial.site, name, valid_from, lines, valid_to), Role.COORDINATOR)


def find(trial: InMemory, day: str, sex: str = "", laboratory: str = "") -> str:
    one = find_range(
        trial.ledger.study, trial.site, "chemistry.alt", date.fromisoformat(day), sex=sex, laboratory=laboratory
    )
    return f"{one.low}-{one.high}" if one else "none"


def test_the_range_of_the_day_and_the_sex(trial: InMemory) -> None:
    register(trial, "50", "2020-01-01", "2020-03-31")
    register(trial, "60", "2020-03-01")
    assert find(trial, "2019-12-31") == "none"
    assert find(trial, "2020-01-01") == "-50"
    assert find(trial, "2020-03-31") == "-60", "the list that began last counts"
    assert find(trial, "2021-01-01", "M") == "-60"
    assert find(trial, "2021-01-01", "F") == "7-40"
    assert find_range(trial.ledger.study, "ELSEWHERE", "chemistry.alt", date(2020, 2, 1)) is None
    assert find_range(trial.ledger.study, trial.site, "chemistry.ck", date(2020, 2, 1)) is None


def test_a_corrected_list_replaces_the_one_of_the_same_day(trial: InMemory) -> None:
    register(trial, "50", "2020-01-01")
    register(trial, "55", "2020-01-01")
    assert find(trial, "2020-02-01") == "-55"


def test_two_laboratories_of_one_site(trial: InMemory) -> None:
    register(trial, "50", "2020-01-01", name="ward")
    register(trial, "55", "2020-01-01", name="central")
    assert find(trial, "2020-02-01", laboratory="ward") == "-50"


def test_a_wrong_list_is_told_all_that_is_wrong(trial: InMemory) -> None:
    unit = trial.definition.forms["chemistry"].items["alt"].unit
    lines = (
        RangeLine("chemistry.alt", "7", "40", "mg"),
        RangeLine("chemistry.alt", "40", "7", unit),
        RangeLine("chemistry.alt", "a", "", unit, "X"),
        RangeLine("chemistry.collected_at", "1", "2", ""),
    )
    command = RegisterLaboratory("NOWHERE", " ", "soon", lines, "2020-01-01")
    assert trial.refused(command, Role.COORDINATOR) == {
        "site", "unknown-site", "incomplete", "bad-date", "other-unit", "no-range", "unreadable", "unknown-item",
        "doubled",
    }  # fmt: skip
    assert "role" in trial.refused(RegisterLaboratory(trial.site, "x", "2020-01-01", lines), Role.NURSE)
