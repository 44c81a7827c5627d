"""The registry's own counts on ledgers whose outcome is known, counted by hand."""

from tests.analyse.rows import complete, make_trial
from tests.snapshot.build import Ledger, load_small_study
from trialwright.analyse.registry_counts import compute_registry_counts
from trialwright.derive import derive_datasets
from trialwright.results import ResultRow
from trialwright.snapshot import compute_snapshot

Key = tuple[str, ...]


def _key(row: ResultRow) -> Key:
    return (row.analysis, row.parameter, row.category, row.group, row.statistic)


def count(ledger: Ledger) -> dict[Key, float | None]:
    """The rows by analysis, parameter, category, group and statistic."""
    study = load_small_study()
    rows = compute_registry_counts(study, derive_datasets(study, compute_snapshot(study, ledger.entries)))
    assert len({_key(row) for row in rows}) == len(rows)
    return {_key(row): row.value for row in rows}


def tell(ledger: Ledger, participant: str, arm: str, number: int) -> None:
    """Of CELLS: two twice nauseous, one of them with a serious lung infection. Of CONTROL: one with a headache."""
    gut = {"term": "Nausea", "soc": "Gastrointestinal disorders"}
    if arm == "CELLS" and number < 2:
        ledger.event(participant, 1, 2, **gut)
        ledger.event(participant, 2, 5, **gut)
    if arm == "CELLS" and number == 0:
        lung = {"term": "Lung infection", "soc": "Infections and infestations"}
        ledger.event(participant, 3, 6, serious="Y", grade="3", causality="POSSIBLE", **lung)
    if arm == "CONTROL" and number == 3:
        ledger.event(participant, 1, 3, term="Headache", soc="Nervous system disorders")
    complete(ledger, participant)


def test_people_are_counted_by_age_sex_and_country() -> None:
    found = count(make_trial(4, tell))
    # Born on 1 June 1950 to 1953: on 2020-02-03 they are 69, 68, 67 and 66; every second one is a woman.
    assert found["R.BASELINE", "AGE_GROUP", "GE65", "CELLS", "count"] == 4
    assert found["R.BASELINE", "AGE_GROUP", "18TO65", "TOTAL", "count"] == 0
    assert found["R.BASELINE", "SEX", "F", "TOTAL", "count"] == 4
    assert found["R.BASELINE", "SEX", "M", "CONTROL", "count"] == 2
    assert found["R.BASELINE", "REGION", "CHN", "TOTAL", "count"] == 8
    assert not [key for key in found if key[1] in ("RACE", "ETHNICITY")]


def test_events_are_counted_apart_from_participants() -> None:
    found = count(make_trial(4, tell))
    nausea = ("R.OTHER", "Gastrointestinal disorders", "Nausea")
    assert (found[*nausea, "CELLS", "count"], found[*nausea, "CELLS", "events"]) == (2, 4)
    assert (found[*nausea, "CONTROL", "count"], found[*nausea, "CONTROL", "events"]) == (0, 0)
    lung = ("R.SERIOUS", "Infections and infestations", "Lung infection", "CELLS")
    assert [found[*lung, one] for one in ("count", "events", "related_events", "deaths", "related_deaths")] == [
        1,
        1,
        1,
        0,
        0,
    ]
    assert found["R.SERIOUS", "TOTAL", "", "CELLS", "count"] == 1
    assert found["R.SERIOUS", "TOTAL", "", "CONTROL", "count"] == 0
    assert found["R.OTHER", "TOTAL", "0", "CELLS", "count"] == 2
    assert found["R.OTHER", "TOTAL", "0", "CONTROL", "count"] == 1
    assert not [key for key in found if key[0] == "R.OTHER" and key[2] == "Lung infection"]


def test_the_threshold_leaves_rare_terms_out_of_the_total() -> None:
    """Of 21 a group one has a headache: 4.8 %, below 5; of 20 it is 5 % and counts."""
    rare, just = count(make_trial(21, tell)), count(make_trial(20, tell))
    assert rare["R.OTHER", "TOTAL", "0", "CONTROL", "count"] == 1
    assert rare["R.OTHER", "TOTAL", "5", "CONTROL", "count"] == 0
    assert rare["R.OTHER", "TOTAL", "5", "CELLS", "count"] == 2
    assert just["R.OTHER", "TOTAL", "5", "CONTROL", "count"] == 1


def test_a_study_without_events_has_totals_of_zero() -> None:
    found = count(make_trial(2, lambda ledger, participant, _arm, _number: complete(ledger, participant)))
    assert {key for key in found if key[0] == "R.SERIOUS"} == {
        ("R.SERIOUS", "TOTAL", "", arm, name) for arm in ("CELLS", "CONTROL") for name in ("count", "events")
    }
    assert all(value == 0 for key, value in found.items() if key[1] == "TOTAL")
