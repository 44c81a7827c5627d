"""WHO's 24 items (TRDS 1.3.1) of the study's page and of a made record."""

import pytest

from tests.registry.good import OPEN_TRIAL, changed, drop, make
from trialwright.record import Record
from trialwright.registry.audit import compute_primary_key
from trialwright.registry.who import compute_completeness, list_who_items


def test_the_items_of_the_page(page: Record) -> None:
    items = {item.number: item for item in list_who_items(page)}
    assert list(items) == list(range(1, 25))
    assert items[1].text == "ClinicalTrials.gov NCT04252118"
    assert items[3].text == "2020003D"
    assert items[5].text == "Beijing 302 Hospital"
    assert items[7].text.startswith("Lei Shi, MD,PhD, 86-10-66933333")
    assert items[11].text == "China"
    assert items[15].text == "INTERVENTIONAL; NON_RANDOMIZED; PARALLEL; NONE; TREATMENT; PHASE1"
    assert items[16].text == "2020-01-27 ACTUAL"
    assert items[17].text == "20 ESTIMATED"
    assert items[18].text == "Not recruiting"
    assert items[19].text.count("\n") == 8
    assert items[21].text == ""
    assert items[23].text == "none"
    assert items[24].text == "NO"


def test_completeness_counts_what_is_missing() -> None:
    whole = make(OPEN_TRIAL)
    assert compute_completeness(whole) == 1
    less = make(changed(OPEN_TRIAL, drop("protocolSection.conditionsModule")))
    assert compute_completeness(less) == pytest.approx(18 / 19)


def test_the_key_of_primary_outcomes_ignores_order_and_space(page: Record) -> None:
    first = make(OPEN_TRIAL)
    spaced = changed(
        OPEN_TRIAL,
        lambda shape: shape["protocolSection"]["outcomesModule"]["primaryOutcomes"][0].update(
            timeFrame="baseline  and 24 Weeks"
        ),
    )
    assert compute_primary_key(first) == compute_primary_key(make(spaced))
    assert compute_primary_key(page) == ""
