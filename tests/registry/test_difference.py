"""Differences between versions: exactly the true changes, in words, and nothing else."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.registry.good import OPEN_TRIAL, TRIAL, Shape, both, changed, make, put
from trialwright.record import Record, read_record
from trialwright.registry import Weight, compare_records
from trialwright.registry.difference_words import match_texts

P = "protocolSection"
VIEWS = ("2020-03-18.xml", "2020-04-07.json", "2020-04-15.json", "2020-07-07.json")


def load(shared: Path, name: str) -> Record:
    record = read_record((shared / f"nct04252118/NCT04252118_ictrp_{name}").read_bytes(), name)
    assert isinstance(record, Record)
    return record


def test_the_four_dated_views_give_exactly_the_true_changes(shared: Path) -> None:
    """Read by eye: between March and mid April 2020 nothing; then the name of the disease in four places."""
    views = [load(shared, name) for name in VIEWS]
    assert compare_records(views[0], views[1]) == []
    assert compare_records(views[1], views[2]) == []
    assert [(one.weight, one.words) for one in compare_records(views[2], views[3])] == [
        (
            Weight.MODERATE,
            "the inclusion criterion I2 was reworded: "
            "'Laboratory confirmation of 2019-nCoV infection' became 'Confirmed COVID-19'",
        ),
        (Weight.MINOR, "the brief title was reworded: '2019 Novel Coronavirus' became 'COVID-19'"),
        (Weight.MINOR, "the official title was reworded: '2019 Novel Coronavirus' became 'COVID-19'"),
        (Weight.MINOR, "the condition '2019 Novel Coronavirus Pneumonia' became 'COVID-19'"),
    ]


def test_the_last_view_and_the_page_agree_but_for_the_status(shared: Path, page: Record) -> None:
    """The page tells nine outcomes of unsaid level and the export two primary ones: no outcome was added."""
    for one, other in ((load(shared, VIEWS[3]), page), (page, load(shared, VIEWS[3]))):
        assert [change.path for change in compare_records(one, other)] == [f"{P}.statusModule.overallStatus"]


@pytest.mark.parametrize("shape", [TRIAL, OPEN_TRIAL])
def test_a_record_does_not_differ_from_itself(shape: Shape) -> None:
    assert compare_records(make(shape), make(shape)) == []


@pytest.mark.parametrize(
    ("path", "value", "weight", "words", "switch"),
    [
        (
            f"{P}.designModule.enrollmentInfo.count",
            60,
            "major",
            "the number of subjects fell from 80 to 60 (-25 %)",
            True,
        ),
        (
            f"{P}.eligibilityModule.maximumAge",
            "65 Years",
            "major",
            "the maximum age changed from 70 Years to 65 Years",
            True,
        ),
        (f"{P}.designModule.phases", ["PHASE3"], "major", "the phase changed from PHASE2 to PHASE3", True),
        (
            f"{P}.designModule.designInfo.maskingInfo.masking",
            "NONE",
            "major",
            "the masking changed from DOUBLE to NONE",
            True,
        ),
        (
            f"{P}.statusModule.primaryCompletionDateStruct.date",
            "2024-06",
            "moderate",
            "the primary completion date moved from 2023-12 to 2024-06 (183 days later)",
            False,
        ),
        (
            f"{P}.outcomesModule.primaryOutcomes.0.timeFrame",
            "Baseline and 12 weeks",
            "major",
            "the time frame of the primary outcome 'Change From Baseline in Forced Expiratory Volume' changed from "
            "'Baseline and 24 weeks' to 'Baseline and 12 weeks'",
            True,
        ),
        (
            f"{P}.armsInterventionsModule.armGroups.0.type",
            "OTHER",
            "major",
            "the arm 'Amblimab' changed its type from EXPERIMENTAL to OTHER",
            True,
        ),
        (f"{P}.conditionsModule.keywords", ["antibody", "asthma"], "minor", "the keyword 'asthma' was added", False),
        (
            f"{P}.contactsLocationsModule.locations.1.status",
            "COMPLETED",
            "minor",
            "the site 'Second Clinic, Berlin, Germany' changed from RECRUITING to COMPLETED",
            False,
        ),
    ],
)
def test_single_changes_in_words(path: str, value: object, weight: str, words: str, switch: bool) -> None:
    (found,) = compare_records(make(OPEN_TRIAL), make(changed(OPEN_TRIAL, put(path, value))))
    assert (found.weight.value, found.words, found.is_switch) == (weight, words, switch)


def test_outcome_switching() -> None:
    def switch(shape: Shape) -> None:
        outcomes = shape[P]["outcomesModule"]
        outcomes["primaryOutcomes"], outcomes["secondaryOutcomes"] = (
            outcomes["secondaryOutcomes"],
            [{"measure": "Number of hospital days", "timeFrame": "1 year"}],
        )

    found = compare_records(make(OPEN_TRIAL), make(changed(OPEN_TRIAL, switch)))
    assert [(one.weight.value, one.words) for one in found] == [
        (
            "major",
            "the primary outcome 'Change From Baseline in Forced Expiratory Volume' (Baseline and 24 weeks) "
            "was removed",
        ),
        ("major", "the secondary outcome 'Number of participants with an exacerbation' became primary"),
        ("moderate", "the secondary outcome 'Number of hospital days' (1 year) was added"),
    ]
    assert all(one.is_switch for one in found)


def test_criteria_added_removed_and_moved() -> None:
    text = "Inclusion Criteria:\n\n* Pregnancy\n\nExclusion Criteria:\n\n* Heart failure of any cause"
    found = compare_records(
        make(OPEN_TRIAL), make(changed(OPEN_TRIAL, put(f"{P}.eligibilityModule.eligibilityCriteria", text)))
    )
    assert [one.words for one in found] == [
        "the inclusion criterion I1 was removed: 'Adults aged 18 to 70 years'",
        "the exclusion criterion E1 was added: 'Heart failure of any cause'",
        "the exclusion criterion 'Pregnancy' became an inclusion criterion",
    ]


@given(st.integers(0, 2**32 - 1))
def test_order_is_no_change(seed: int) -> None:
    rng = np.random.default_rng(seed)

    def shuffle(shape: Shape) -> None:
        rng.shuffle(shape[P]["armsInterventionsModule"]["armGroups"])
        rng.shuffle(shape[P]["contactsLocationsModule"]["locations"])

    assert compare_records(make(OPEN_TRIAL), make(changed(OPEN_TRIAL, shuffle))) == []


@given(st.lists(st.text(min_size=1, max_size=8), max_size=6), st.lists(st.text(min_size=1, max_size=8), max_size=6))
def test_every_text_is_matched_once_or_left_alone(before: list[str], after: list[str]) -> None:
    pairs, gone, come = match_texts(before, after)
    assert sorted([*pairs, *gone]) == list(range(len(before)))
    assert sorted([*pairs.values(), *come]) == list(range(len(after)))


def test_posted_results_are_told() -> None:
    found = compare_records(
        make(changed(TRIAL, both(lambda shape: shape.pop("resultsSection"), put("hasResults", False)))), make(TRIAL)
    )
    assert [one.words for one in found] == ["results were posted"]
