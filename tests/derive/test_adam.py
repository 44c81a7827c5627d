"""ADaM datasets: baseline, windows, readings, events and flags, by hand-made cases."""

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.derive.test_sdtm import derive
from tests.snapshot.build import Ledger, load_small_study
from trialwright.derive.windows import compute_windows
from trialwright.ledger import entries as e


def bds(ledger: Ledger, code: str) -> pl.DataFrame:
    return derive(ledger).adam["ADBDS"].filter(pl.col("PARAMCD") == code)


def tte(ledger: Ledger, code: str) -> dict[str, object]:
    return derive(ledger).adam["ADTTE"].filter(pl.col("PARAMCD") == code).row(0, named=True)


def one(arm: str = "CONTROL", **more: object) -> Ledger:
    ledger = Ledger()
    ledger.enrol("BJ-001", arm, **more)  # type: ignore[arg-type]
    return ledger


# windows


def test_windows_touch_at_midpoints_and_a_tie_is_the_earlier_visits():
    windows = compute_windows(load_small_study(), ["BASELINE", "D3", "D7", "D28"])
    assert [(w.encounter, w.first, w.last) for w in windows] == [("D3", 2, 5), ("D7", 6, 17), ("D28", 18, 38)]


def test_in_a_window_the_nearest_value_is_analysed_and_of_two_equally_near_the_earlier():
    ledger = one()
    for visit, day, value, hour in (
        ("D3", 2, 20, 8),
        ("D3", 4, 21, 8),
        ("D7", 6, 22, 8),
        ("D7", 7, 23, 8),
        ("D7", 7, 24, 15),
    ):
        ledger.alt("BJ-001", visit, day, value, hour=hour)
        ledger.form(
            "BJ-001",
            "chemistry",
            f"UNSCHEDULED_{day}_{hour}",
            {"collected_at": f"2020-02-{3 + day:02d}T{hour:02d}:00", "alt": str(value)},
        )
    used = bds(ledger, "ALT").filter(pl.col("ANL01FL") == "Y")
    assert used.select("AVISIT", "AVAL").rows() == [("D3", 20.0), ("D7", 23.0)]


# baseline


def test_baseline_is_the_last_value_at_or_before_the_first_dose():
    ledger = one("CELLS")
    ledger.alt("BJ-001", "BASELINE", -1, 30)
    ledger.form("BJ-001", "chemistry", "UNSCHEDULED_1", {"collected_at": "2020-02-03T10:00", "alt": "31"})
    ledger.form("BJ-001", "chemistry", "UNSCHEDULED_2", {"collected_at": "2020-02-03T10:01", "alt": "99"})
    ledger.alt("BJ-001", "D3", 3, 62)
    found = bds(ledger, "ALT")
    assert found.filter(pl.col("ABLFL") == "Y")["AVAL"].to_list() == [31.0]
    at_d3 = found.filter(pl.col("AVISIT") == "D3").row(0, named=True)
    assert (at_d3["BASE"], at_d3["CHG"], at_d3["PCHG"], at_d3["R2BASE"]) == (31.0, 31.0, 100.0, 2.0)


def test_a_value_after_the_dose_of_day_0_is_no_baseline_even_where_only_the_form_says_so():
    ledger = one("CELLS")
    values = {"collected_at": "2020-02-03T08:00", "alt": "90", "dose_relation": "AFTER"}
    ledger.form("BJ-001", "chemistry", "BASELINE", values)
    assert bds(ledger, "ALT")["ABLFL"].to_list() == [None]


def test_a_sample_before_the_dose_goes_before_one_after_it():
    ledger = one("CELLS")
    for repeat, (hour, value, relation) in enumerate((("12", "80", "AFTER"), ("18", "40", "BEFORE")), 1):
        ledger.form(
            "BJ-001",
            "chemistry",
            "D3",
            {"collected_at": f"2020-02-06T{hour}:00", "alt": value, "dose_relation": relation},
            repeat=repeat,
        )
    assert bds(ledger, "ALT").filter(pl.col("ANL01FL") == "Y")["AVAL"].to_list() == [40.0]


def test_in_the_control_arm_all_of_day_0_is_baseline():
    ledger = one("CONTROL")
    ledger.alt("BJ-001", "BASELINE", 0, 30, hour=23)
    assert bds(ledger, "ALT")["ABLFL"].to_list() == ["Y"]


# readings, limits, grades


def test_two_readers_are_averaged_and_an_adjudicator_decides():
    ledger = one()
    ledger.lesion("BJ-001", "BASELINE", -1, 40.0, 45.0)
    ledger.lesion("BJ-001", "D7", 7, 20.0, 40.0, 24.0)
    ledger.lesion("BJ-001", "D28", 28, 11.0)
    found = bds(ledger, "LESION")
    assert found.select("AVAL", "DTYPE").rows() == [(42.5, "AVERAGE"), (24.0, None), (11.0, None)]


def test_grades_follow_ctcae_4_03_for_alt():
    """ALT increased: grade 1 to 3 times ULN, grade 2 to 5, grade 3 to 20, grade 4 above (CTCAE 4.03)."""
    ledger = one()
    for visit, day, value in (("BASELINE", 0, 40), ("D3", 3, 41), ("D7", 7, 121), ("D28", 28, 801)):
        ledger.alt("BJ-001", visit, day, value)
    found = bds(ledger, "ALT")
    assert found["ATOXGR"].to_list() == [0, 1, 2, 4]
    assert found["BTOXGR"].to_list() == [0, 0, 0, 0]
    assert found["ANRIND"].to_list() == ["NORMAL", "HIGH", "HIGH", "HIGH"]


# events


def test_clearance_is_the_first_of_two_negatives_in_a_row_24_hours_apart():
    ledger = one()
    for repeat, (day, result) in enumerate(
        ((0, "POSITIVE"), (3, "NEGATIVE"), (5, "POSITIVE"), (7, "NEGATIVE"), (8, "NEGATIVE")), 1
    ):
        ledger.pcr("BJ-001", "BASELINE" if day == 0 else "D3", day, result, repeat=repeat)
    both, first = tte(ledger, "TTNEG"), tte(ledger, "TTFIRST")
    assert (both["DAY0"], both["AVAL"], both["CNSR"], both["LOWDAY0"], both["HIGHDAY0"]) == (7, 8, 0, 5, 7)
    assert (first["DAY0"], first["LOWDAY0"], first["HIGHDAY0"]) == (3, 0, 3)
    assert (both["LOSTDAY0"], first["LOSTDAY0"]) == (None, 5)


def test_who_is_positive_again_after_clearance_has_the_day_of_it():
    ledger = one()
    for repeat, (day, result) in enumerate(
        ((0, "POSITIVE"), (7, "NEGATIVE"), (8, "NEGATIVE"), (20, "INDETERMINATE"), (90, "POSITIVE"), (95, "POSITIVE")),
        1,
    ):
        ledger.pcr("BJ-001", "BASELINE" if day == 0 else "D3", day, result, repeat=repeat)
    found = tte(ledger, "TTNEG")
    assert (found["DAY0"], found["CNSR"], found["LOSTDAY0"]) == (7, 0, 90)


def test_two_negatives_less_than_24_hours_apart_do_not_count_until_a_third_does():
    ledger = one()
    ledger.pcr("BJ-001", "BASELINE", 0, "POSITIVE")
    ledger.pcr("BJ-001", "D3", 3, "NEGATIVE", hour=9)
    ledger.pcr("BJ-001", "D3", 3, "NEGATIVE", hour=20, repeat=2)
    assert tte(ledger, "TTNEG")["CNSR"] == 1
    ledger.pcr("BJ-001", "D3", 4, "NEGATIVE", hour=9, repeat=3)
    assert (tte(ledger, "TTNEG")["CNSR"], tte(ledger, "TTNEG")["DAY0"]) == (0, 3)


def test_an_indeterminate_result_is_not_negative_and_breaks_the_row():
    ledger = one()
    for repeat, (day, result) in enumerate(
        ((0, "POSITIVE"), (3, "NEGATIVE"), (5, "INDETERMINATE"), (7, "NEGATIVE")), 1
    ):
        ledger.pcr("BJ-001", "BASELINE" if day == 0 else "D3", day, result, repeat=repeat)
    found = tte(ledger, "TTNEG")
    assert (found["CNSR"], found["DAY0"]) == (1, 7)


def test_fever_ends_at_the_start_of_72_hours_without_it_and_without_antipyretic():
    ledger = one()
    for day, (heat, drug) in enumerate(
        (
            (38.5, "N"),
            (37.0, "Y"),
            (37.0, "N"),
            (37.1, "N"),
            (37.3, "N"),
            (36.9, "N"),
            (36.8, "N"),
            (36.8, "N"),
            (36.9, "N"),
        )
    ):
        ledger.log("BJ-001", day, heat, drug)
    found = tte(ledger, "TTFEVER")
    assert (found["DAY0"], found["CNSR"], found["LOWDAY0"]) == (5, 0, 4)


def test_a_gap_in_the_log_breaks_a_sustained_stretch():
    ledger = one()
    for day in (0, 1, 4, 5):
        ledger.log("BJ-001", day, 36.8)
    assert tte(ledger, "TTFEVER")["CNSR"] == 1


def test_death_competes_and_is_the_event_of_its_own_parameter():
    ledger = one()
    ledger.pcr("BJ-001", "BASELINE", 0, "POSITIVE")
    ledger.pcr("BJ-001", "D3", 3, "POSITIVE")
    ledger.add("BJ-001", e.Died("2020-02-13"))
    clearance, death = tte(ledger, "TTNEG"), tte(ledger, "DEATH28")
    assert (clearance["CNSR"], clearance["DAY0"], clearance["EVNTDESC"]) == (2, 10, "DEATH")
    assert (death["CNSR"], death["DAY0"]) == (0, 10)


def test_death_after_the_horizon_is_alive_at_the_horizon():
    ledger = one()
    ledger.add("BJ-001", e.Died("2020-03-15"))
    found = tte(ledger, "DEATH28")
    assert (found["CNSR"], found["DAY0"], found["CNSDTDSC"]) == (1, 28, "END OF THE HORIZON")


def test_a_death_of_which_only_the_month_is_known_may_lie_on_either_side_of_the_horizon():
    ledger = one()
    ledger.add("BJ-001", e.Died("2020-03"))
    found = tte(ledger, "DEATH28")
    assert (found["CNSR"], found["DAY0"], found["CNSDTDSC"]) == (1, 27, "LAST KNOWN STATUS"), (
        "1 March is day 27, day 28 is 2 March"
    )


def test_who_is_lost_is_censored_at_the_last_day_known():
    ledger = one()
    ledger.alt("BJ-001", "D7", 7, 30)
    found = tte(ledger, "DEATH28")
    assert (found["CNSR"], found["DAY0"], found["CNSDTDSC"]) == (1, 7, "LAST KNOWN STATUS")


@pytest.mark.parametrize(("result", "flag"), [("POSITIVE", "Y"), ("NEGATIVE", "N"), ("INDETERMINATE", None)])
def test_the_population_is_a_rule_and_unknown_is_not_at_risk(result, flag):
    ledger = one()
    ledger.pcr("BJ-001", "BASELINE", 0, result)
    assert tte(ledger, "TTNEG")["POPFL"] == flag


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 28), st.sampled_from(["POSITIVE", "NEGATIVE", "INDETERMINATE"])),
        max_size=8,
        unique_by=lambda x: x[0],
    )
)
def test_the_interval_of_an_event_is_in_order_and_its_definitions_nest(results):
    """Two negatives in a row cannot come before the first negative; the event is in its interval."""
    ledger = one()
    for repeat, (day, result) in enumerate(results, 1):
        ledger.pcr("BJ-001", "D3", day, result, repeat=repeat)
    rows = {row["PARAMCD"]: row for row in derive(ledger).adam["ADTTE"].iter_rows(named=True)}
    both, first = rows["TTNEG"], rows["TTFIRST"]
    for found in (both, first):
        if found["CNSR"] == 0:
            assert found["HIGHDAY0"] == found["DAY0"]
            assert found["LOWDAY0"] is None or found["LOWDAY0"] < found["HIGHDAY0"] or found["LOWDAY0"] == 0
    if both["CNSR"] == 0:
        assert first["CNSR"] == 0
        assert first["DAY0"] <= both["DAY0"]


# adverse events and sets


def test_emergent_related_and_worst():
    ledger = one("CELLS")
    ledger.event("BJ-001", 1, -2)
    ledger.event("BJ-001", 2, 1, grade="2", causality="POSSIBLE")
    ledger.event("BJ-001", 3, 5, grade="3", causality="UNLIKELY", causality_sponsor="PROBABLE")
    ledger.event("BJ-001", 4, 31)
    ledger.event("BJ-001", 5, 32)
    ledger.event("BJ-001", 6, 6, grade="4", outcome="FATAL", causality="NOT_RELATED")
    adae = derive(ledger).adam["ADAE"].sort("ASTDT")
    assert adae["TRTEMFL"].to_list() == ["N", "Y", "Y", "Y", "Y", "N"], "28 days after the last dose on day 3 is day 31"
    assert adae["AREL"].to_list() == ["NOT RELATED", "RELATED", "RELATED", "NOT RELATED", "NOT RELATED", "NOT RELATED"]
    assert adae.filter(pl.col("AOCCFL") == "Y")["ATOXGRN"].to_list() == [5]
    assert adae["AOCCPFL"].drop_nulls().len() == 1


def test_an_event_of_which_only_the_month_is_known_counts_if_it_can():
    ledger = one("CELLS")
    ledger.event("BJ-001", 1, 0, onset_date="2020-02")
    ledger.event("BJ-001", 2, 0, onset_date="2020-01")
    assert derive(ledger).adam["ADAE"].sort("ASTDT")["TRTEMFL"].to_list() == ["N", "Y"]


def test_sets_and_why_somebody_is_not_per_protocol():
    ledger = Ledger()
    ledger.enrol("BJ-001", "CELLS")
    ledger.enrol("BJ-002", "CELLS", doses=1)
    ledger.enrol("BJ-003", "CONTROL")
    ledger.add("BJ-003", e.DeviationNoted("PROCEDURE_BEFORE_CONSENT", "early"))
    ledger.enrol("BJ-004", "CELLS", doses=0)
    adsl = derive(ledger).adam["ADSL"]
    assert adsl["FASFL"].to_list() == ["Y"] * 4
    assert adsl["SAFFL"].to_list() == ["Y", "Y", "Y", "N"]
    assert adsl["PPROTFL"].to_list() == ["Y", "N", "N", "N"]
    assert adsl["PPROTRS"].to_list() == [
        None,
        "1 of 2 planned doses",
        "PROCEDURE_BEFORE_CONSENT",
        "0 of 2 planned doses",
    ]


def test_who_moves_to_another_site_and_completes_has_completed():
    ledger = one()
    ledger.add("BJ-001", e.Left("SITE_TRANSFER", "2020-02-10", "moved"))
    ledger.add("BJ-001", e.Left("STOP_VISITS", "2020-02-12", "tired"))
    ledger.add("BJ-001", e.Completed("2020-03-02"))
    datasets = derive(ledger)
    adsl = datasets.adam["ADSL"].row(0, named=True)
    assert (adsl["EOSSTT"], adsl["DCSREAS"], str(adsl["EOSDT"])) == ("COMPLETED", None, "2020-03-02")
    assert datasets.sdtm["DS"]["DSDECOD"].to_list()[-1] == "COMPLETED"


@settings(max_examples=50)
@given(st.sets(st.sampled_from(["BASELINE", "D0", "D3", "D7", "D28"]), min_size=1))
def test_windows_touch_and_do_not_overlap_and_hold_their_day(encounters):
    windows = compute_windows(load_small_study(), sorted(encounters))
    assert [w.encounter for w in windows] == [name for name in ("D3", "D7", "D28") if name in encounters]
    for window in windows:
        assert window.first <= window.day <= window.last
    for earlier, later in pairwise(windows):
        assert later.first == earlier.last + 1


@pytest.mark.req("A12")
def test_the_same_ledger_gives_the_same_datasets():
    ledger = one("CELLS")
    ledger.lesion("BJ-001", "BASELINE", -1, 40.0, 44.0)
    ledger.event("BJ-001", 1, 1)
    one_, other = derive(ledger), derive(ledger)
    for name, frame in {**one_.sdtm, **one_.adam}.items():
        assert frame.equals({**other.sdtm, **other.adam}[name]), name


# who is known alive


@pytest.mark.parametrize(("status", "day"), [("ALIVE", 28), ("UNKNOWN", 7), ("DEAD", 7)])
def test_only_a_vital_status_that_says_alive_proves_it(status, day):
    ledger = one()
    ledger.alt("BJ-001", "D7", 7, 30)
    ledger.form("BJ-001", "vital_status", "D28", {"known_on": "2020-03-02", "status": status, "method": "TELEPHONE"})
    assert tte(ledger, "DEATH28")["DAY0"] == day


def test_the_day_somebody_is_given_up_as_lost_proves_nothing():
    ledger = one()
    ledger.alt("BJ-001", "D7", 7, 30)
    ledger.add("BJ-001", e.Left("LOST_TO_FOLLOW_UP", "2020-03-20", "no answer"))
    ledger.form(
        "BJ-001",
        "disposition",
        "",
        {"scope": "STUDY PARTICIPATION", "status": "LOST TO FOLLOW-UP", "date": "2020-03-20"},
    )
    found = tte(ledger, "DEATH28")
    assert (found["CNSR"], found["DAY0"]) == (1, 7)


def test_a_death_that_only_its_form_tells_counts():
    ledger = one()
    ledger.form(
        "BJ-001", "death", "", {"death_date": "2020-02-13", "cause": "ARDS", "cause_category": "DISEASE_UNDER_STUDY"}
    )
    datasets = derive(ledger)
    assert (tte(ledger, "DEATH28")["CNSR"], tte(ledger, "DEATH28")["DAY0"]) == (0, 10)
    assert datasets.sdtm["DM"]["DTHDTC"].item() == "2020-02-13"
    assert datasets.sdtm["DS"]["DSDECOD"].to_list()[-1] == "DEATH"


def test_a_value_whose_moment_is_not_known_belongs_to_the_day_of_its_visit():
    ledger = one()
    ledger.form("BJ-001", "chemistry", "D7", {"alt": "55"}, missing={"collected_at": "UNKNOWN"})
    ledger.pcr("BJ-001", "D7", 8, "NEGATIVE")
    assert bds(ledger, "ALT").select("AVISIT", "DAY0", "AVAL").rows() == [("D7", 8, 55.0)]
