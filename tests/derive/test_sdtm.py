"""SDTM datasets: rules of SDTMIG 3.4 as CDISC's CORE checks them (rule numbers in the tests)."""

from datetime import date

import polars as pl

from tests.snapshot.build import Ledger, load_small_study
from trialwright.derive import Datasets, derive_datasets
from trialwright.ledger import entries as e
from trialwright.snapshot import compute_snapshot


def derive(ledger: Ledger) -> Datasets:
    return derive_datasets(load_small_study(), compute_snapshot(load_small_study(), ledger.entries))


def test_dm_has_everybody_once_with_age_at_consent_and_reference_dates():
    ledger = Ledger()
    ledger.enrol("BJ-001", "CELLS", born="1950-02-04")
    ledger.enrol("BJ-002", "CONTROL", born="1950")
    ledger.add("BJ-003", e.Screened("BJ", {"I1": "NOT_MET", "E1": "NOT_MET"}, {}, {}))
    ledger.add("BJ-001", e.Completed("2020-03-02"))
    dm = derive(ledger).sdtm["DM"]
    assert dm["USUBJID"].to_list() == ["SMALL-1-BJ-001", "SMALL-1-BJ-002", "SMALL-1-BJ-003"]  # CORE-000351
    assert dm["AGE"].to_list() == [69, None, None], "one day before the 70th birthday"
    assert dm["AGETXT"].to_list() == [None, "69-70", None]
    assert dm["RFXSTDTC"].to_list() == ["2020-02-03T10:00", None, None]  # CORE-000239
    assert dm["RFSTDTC"].to_list() == ["2020-02-03", "2020-02-03", None]
    assert dm["RFENDTC"].to_list()[0] == "2020-03-02"
    assert dm["ARMNRS"].to_list() == [None, None, "SCREEN FAILURE"]  # CORE-000045
    assert dm["COUNTRY"].to_list() == ["CHN"] * 3


def test_the_arm_followed_is_the_arm_whose_doses_were_given():
    ledger = Ledger()
    ledger.enrol("BJ-001", "CELLS", doses=0)
    ledger.enrol("BJ-002", "CONTROL")
    ledger.add("BJ-002", e.DoseGiven("CELLS", "", 1, "2020-02-04T10:00", "3.0e7", "cells"))
    dm = derive(ledger).sdtm["DM"]
    assert dm["ACTARMCD"].to_list() == [None, "CELLS"]
    assert dm["ARMNRS"].to_list() == ["ASSIGNED, NOT TREATED", None]


def test_ds_has_milestones_and_one_end_and_the_death_date_is_that_of_dm():
    ledger = Ledger()
    ledger.enrol("BJ-001", "CELLS")
    ledger.add("BJ-001", e.Left("LOST_TO_FOLLOW_UP", "2020-02-12", "moved"))
    ledger.add("BJ-001", e.Died("2020-02"))
    datasets = derive(ledger)
    ds = datasets.sdtm["DS"]
    assert ds["DSDECOD"].to_list() == [
        "INFORMED CONSENT OBTAINED",
        "ELIGIBILITY CRITERIA MET",
        "ENTERED INTO TRIAL",
        "DEATH",
    ]
    assert (
        ds.filter(pl.col("DSDECOD") == "DEATH")["DSSTDTC"].to_list() == datasets.sdtm["DM"]["DTHDTC"].to_list()
    )  # CORE-000034
    assert ds["DSSEQ"].to_list() == [1, 2, 3, 4]


def test_ie_has_failed_criteria_only():
    ledger = Ledger()
    ledger.add("BJ-001", e.Screened("BJ", {"I1": "NOT_MET", "E1": "MET"}, {}, {}))
    ledger.add("BJ-002", e.Screened("BJ", {"I1": "UNKNOWN", "E1": "NOT_MET"}, {}, {}))
    ie = derive(ledger).sdtm["IE"]
    assert ie.select("SUBJID", "IETESTCD", "IEORRES").rows() == [
        ("BJ-001", "I1", "N"),
        ("BJ-001", "E1", "Y"),
    ]  # CORE-000001, 11


def test_study_days_have_no_zero():
    ledger = Ledger()
    ledger.enrol("BJ-001", "CONTROL")
    ledger.alt("BJ-001", "BASELINE", -1, 20)
    ledger.alt("BJ-001", "D3", 0, 21)
    lb = derive(ledger).sdtm["LB"].filter(pl.col("LBTESTCD") == "ALT")
    assert lb["LBDY"].to_list() == [-1, 1]  # SDTMIG 4.4.4


def test_a_finding_has_its_limits_its_unit_and_its_flag_and_a_reason_where_it_is_missing():
    ledger = Ledger()
    ledger.enrol("BJ-001", "CELLS")
    ledger.alt("BJ-001", "BASELINE", 0, 30, hour=9)
    ledger.alt("BJ-001", "D3", 3, 80)
    ledger.form("BJ-001", "chemistry", "D7", {"collected_at": "2020-02-10T08:00"}, missing={"alt": "NOT_DONE"})
    lb = derive(ledger).sdtm["LB"].filter(pl.col("LBTESTCD") == "ALT")
    assert lb["LBORRES"].to_list() == ["30", "80", None]
    assert lb["LBORRESU"].cast(pl.String).to_list() == ["U/L"] * 3
    assert lb["LBORNRHI"].to_list() == [40.0, 40.0, None]
    assert lb["LBLOBXFL"].to_list() == ["Y", None, None]
    assert lb["LBSTAT"].to_list() == [None, None, "NOT DONE"]
    assert lb["LBSEQ"].to_list() == sorted(set(lb["LBSEQ"]))


def test_vital_signs_around_a_dose_have_their_own_times():
    ledger = Ledger()
    ledger.enrol("BJ-001", "CELLS")
    values = {
        "started_at": "2020-02-03T10:00", "actual_amount": "3e7", "measured_before_at": "2020-02-03T09:30",
        "temperature_before": "36.5", "measured_after_at": "2020-02-03T12:40", "temperature_after": "38.1",
    }  # fmt: skip
    ledger.form("BJ-001", "infusion", "D0", values)
    vs = derive(ledger).sdtm["VS"].filter(pl.col("VSTESTCD") == "TEMP")
    assert vs.select("VSDTC", "VSORRES", "VSLOBXFL").rows() == [
        ("2020-02-03T09:30", "36.5", "Y"),
        ("2020-02-03T12:40", "38.1", None),
    ]


def test_sv_says_which_planned_visits_did_not_happen():
    ledger = Ledger()
    ledger.enrol("BJ-001", "CONTROL")
    ledger.alt("BJ-001", "D3", 3, 30)
    ledger.alt("BJ-001", "D28", 29, 30)
    ledger.add("BJ-001", e.Completed("2020-03-10"))
    sv = derive(ledger).sdtm["SV"]
    assert sv.select("VISIT", "SVOCCUR").rows() == [("Baseline", "Y"), ("Day 3", "Y"), ("Day 7", "N"), ("Day 28", "Y")]


def test_a_dose_keeps_amount_time_and_visit_and_the_end_of_its_form():
    ledger = Ledger()
    ledger.enrol("BJ-001", "CELLS")
    ledger.form("BJ-001", "infusion", "D0", {"started_at": "2020-02-03T10:00", "stopped_at": "2020-02-03T11:00"})
    ex = derive(ledger).sdtm["EX"]
    assert ex.select("EXDOSE", "EXSTDTC", "EXENDTC", "EXSTDY", "VISIT", "EXROUTE").rows() == [
        (3e7, "2020-02-03T10:00", "2020-02-03T11:00", 1, "Day 0", "INTRAVENOUS"),
        (3e7, "2020-02-06T10:00", None, 4, "Day 3", "INTRAVENOUS"),
    ]


def test_an_event_gets_its_class_from_ctcae_and_an_unknown_term_stays_visible():
    ledger = Ledger()
    ledger.enrol("BJ-001", "CELLS")
    ledger.event("BJ-001", 1, 1, term="nausea")
    ledger.event("BJ-001", 2, 2, term="Green ears")
    ae = derive(ledger).sdtm["AE"]
    assert ae.select("AEDECOD", "AEBODSYS").rows() == [
        ("Nausea", "Gastrointestinal disorders"),
        ("Green ears", "UNCODED"),
    ]


def test_deviations_of_the_machine_and_of_people_stand_together():
    ledger = Ledger()
    ledger.enrol("BJ-001", "CELLS")
    ledger.add("BJ-001", e.DeviationNoted("VISIT_OUT_OF_WINDOW", "late", "D3"))
    ledger.add("BJ-001", e.DeviationNoted("MISSED_DOSE", "not given", "D3"))
    ledger.form(
        "BJ-001",
        "protocol_deviation",
        "",
        {"date": "2020-02-05", "category": "DOSING", "description": "half", "important": "U"},
    )
    dv = derive(ledger).sdtm["DV"]
    assert dv.select("DVTERM", "DVIMPORT").rows() == [("late", "N"), ("not given", "Y"), ("half", None)]
    assert dv["DVSEQ"].to_list() == [1, 2, 3]


def test_the_reference_start_is_a_day():
    ledger = Ledger()
    ledger.enrol("BJ-001", "CELLS")
    assert derive(ledger).adam["ADSL"]["TRTSDT"].item() == date(2020, 2, 3)


def test_a_symptom_asked_for_is_an_event_that_occurred_or_not():
    ledger = Ledger()
    ledger.enrol("BJ-001", "CONTROL")
    values = {"date": "2020-02-04", "temperature_max": "37.0", "cough": "0", "dyspnoea": "2", "oxygen_support": "MASK"}
    ledger.form("BJ-001", "daily_log", "", values)
    ledger.form(
        "BJ-001",
        "daily_log",
        "",
        {"date": "2020-02-05", "oxygen_support": "NONE"},
        repeat=2,
        missing={"cough": "NOT_DONE"},
    )
    sdtm = derive(ledger).sdtm
    assert sdtm["CE"].select("CETERM", "CEPRESP", "CEOCCUR", "CESEV", "CESTAT").rows() == [
        ("Cough", "Y", "N", "0", None),
        ("Cough", "Y", None, None, "NOT DONE"),
        ("Shortness of breath", "Y", "Y", "2", None),
    ]
    assert sdtm["PR"].select("PRTRT", "PRSTDTC", "PRSTDY", "PRSEQ").rows() == [("MASK", "2020-02-04", 2, 1)]


def test_every_domain_has_its_keys_and_no_participant_without_dm():
    ledger = Ledger()
    ledger.enrol("BJ-001", "CELLS")
    ledger.alt("BJ-001", "BASELINE", 0, 30)
    ledger.event("BJ-001", 1, 1)
    sdtm = derive(ledger).sdtm
    for name, frame in sdtm.items():
        assert {"STUDYID", "DOMAIN", "USUBJID"} <= set(frame.columns), name
        assert set(frame["DOMAIN"]) <= {name}
        assert set(frame["USUBJID"]) <= set(sdtm["DM"]["USUBJID"])
        if f"{name}SEQ" in frame.columns:
            assert not frame.select("USUBJID", f"{name}SEQ").is_duplicated().any()  # CORE-000544
