"""A whole rehearsed study against the rules of SDTMIG 3.4 and ADaMIG 1.3; CORE's rule numbers stand beside the checks."""

from functools import cache

import polars as pl
import pytest

from tests.studies import ROOT, load_definition
from trialwright.definition.compiled import Definition
from trialwright.derive import Datasets, derive_datasets
from trialwright.simulate.memory import walk_in_memory
from trialwright.snapshot import compute_row, compute_snapshot_of_rows

STUDIES = {"nct04252118": 20, "nct03694327": 40}


@cache
def rehearse(study: str) -> tuple[Definition, Datasets]:
    definition = load_definition(ROOT / "studies" / study).scale(STUDIES[study])
    ledger, _ = walk_in_memory(definition, 11)
    snapshot = compute_snapshot_of_rows(definition, map(compute_row, ledger.entries))
    return definition, derive_datasets(definition, snapshot)


@pytest.fixture(params=list(STUDIES))
def datasets(request) -> Datasets:
    return rehearse(request.param)[1]


def days(column: str) -> pl.Expr:
    return pl.col(column).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)


def test_every_subject_is_in_dm_once(datasets):
    dm = datasets.sdtm["DM"]
    assert dm["USUBJID"].is_unique().all()  # CORE-000351
    for frame in datasets.sdtm.values():
        assert set(frame["USUBJID"]) <= set(dm["USUBJID"])
    assert datasets.adam["ADSL"]["USUBJID"].to_list() == dm["USUBJID"].to_list()


def test_exposure_dates_in_dm_are_those_of_ex(datasets):
    ex = datasets.sdtm["EX"].group_by("USUBJID").agg(first=pl.col("EXSTDTC").min(), last=pl.col("EXSTDTC").max())
    joined = datasets.sdtm["DM"].join(ex, on="USUBJID", how="left")
    assert joined.filter(pl.col("RFXSTDTC").ne_missing(pl.col("first"))).is_empty()  # CORE-000239
    assert joined.filter(pl.col("RFXENDTC").ne_missing(pl.col("last"))).is_empty()  # CORE-000238


def test_reference_dates_are_in_order(datasets):
    dm = datasets.sdtm["DM"].filter(pl.col("RFSTDTC").is_not_null())
    assert dm.filter(days("RFICDTC") > days("RFSTDTC")).is_empty()  # CORE-000713
    assert dm.filter(days("RFSTDTC") > days("RFENDTC")).is_empty()  # CORE-000711
    assert dm.filter(pl.col("ARMCD").is_null() & pl.col("ARMNRS").is_null()).is_empty()  # CORE-000045


def test_a_death_is_told_the_same_everywhere(datasets):
    dm = datasets.sdtm["DM"].filter(pl.col("DTHFL") == "Y").select("USUBJID", "DTHDTC").sort("USUBJID")
    ds = datasets.sdtm["DS"].filter(pl.col("DSDECOD") == "DEATH").select("USUBJID", pl.col("DSSTDTC").alias("DTHDTC"))
    assert dm.equals(ds.sort("USUBJID"))  # CORE-000252, 34
    died = datasets.adam["ADSL"].filter(pl.col("DTHFL") == "Y")["USUBJID"]
    assert died.sort().to_list() == dm["USUBJID"].to_list()


def test_nobody_has_two_ends_of_one_thing(datasets):
    ends = datasets.sdtm["DS"].filter(pl.col("DSCAT") == "DISPOSITION EVENT")
    assert not ends.select("USUBJID", "DSSCAT").is_duplicated().any()  # CORE-000213


def test_sequence_numbers_are_unique_and_study_days_follow_their_dates(datasets):
    start = datasets.sdtm["DM"].select("USUBJID", days("RFSTDTC").alias("start"))
    checked = 0
    for name, frame in datasets.sdtm.items():
        if f"{name}SEQ" in frame.columns:
            assert not frame.select("USUBJID", f"{name}SEQ").is_duplicated().any(), name  # CORE-000544
        for kind in ("", "ST", "EN"):
            date, day = f"{name}{kind}DTC", f"{name}{kind}DY"
            if {date, day} <= set(frame.columns):
                gap = (days(date) - pl.col("start")).dt.total_days()
                expected = pl.when(gap >= 0).then(gap + 1).otherwise(gap)
                wrong = frame.join(start, on="USUBJID").filter(expected.ne_missing(pl.col(day).cast(pl.Int64)))
                assert wrong.is_empty(), (name, kind)  # CORE-000529, 552, 553
                checked += 1
    assert checked >= 8


def test_a_finding_has_an_answer_or_a_reason_and_one_baseline_flag(datasets):
    for name, frame in datasets.sdtm.items():
        if {f"{name}TESTCD", f"{name}STAT"} <= set(frame.columns):
            answered = pl.col(f"{name}ORRES").is_not_null() | pl.col(f"{name}STAT").is_not_null()
            assert frame.filter(~answered).is_empty(), name
            flagged = frame.filter(pl.col(f"{name}LOBXFL") == "Y")
            keys = ["USUBJID", f"{name}TESTCD", f"{name}CAT", f"{name}LOC"]
            assert not flagged.select(keys).is_duplicated().any(), name


def test_adverse_events_are_whole(datasets):
    ae = datasets.adam["ADAE"]
    assert ae.filter(~pl.col("AESER").is_in(["Y", "N"])).is_empty()  # CORE-000087
    assert ae.filter(pl.col("ASTDT") > pl.col("AENDT")).is_empty()  # CORE-000718
    assert ae["AEDECOD"].null_count() == 0
    assert set(ae["TRTEMFL"]) <= {"Y", "N"}
    for flag, keys in (("AOCCFL", ["USUBJID"]), ("AOCCPFL", ["USUBJID", "AEDECOD"])):
        assert not ae.filter(pl.col(flag) == "Y").select(keys).is_duplicated().any()


def test_the_basic_data_structure_obeys_adam(datasets):
    bds = datasets.adam["ADBDS"]
    assert not bds.select("PARAMCD", "PARAM").unique()["PARAMCD"].is_duplicated().any()
    per_person = bds.group_by("USUBJID", "PARAMCD")
    assert per_person.agg(pl.col("BASE").n_unique().alias("n"))["n"].to_list().count(1) == per_person.len().height
    assert (per_person.agg((pl.col("ABLFL") == "Y").sum().alias("n"))["n"] <= 1).all()
    analysed = bds.filter(pl.col("ANL01FL") == "Y").select("USUBJID", "PARAMCD", "AVISIT")
    assert not analysed.is_duplicated().any()
    gap = (pl.col("CHG") - (pl.col("AVAL") - pl.col("BASE"))).abs()
    assert bds.filter(gap > 1e-9).is_empty()
    assert bds.filter((pl.col("ABLFL") == "Y") & (pl.col("CHG") != 0)).is_empty()
    assert bds.filter(pl.col("ADY") == 0).is_empty()


def test_times_to_events_obey_adam(datasets):
    tte = datasets.adam["ADTTE"]
    assert tte["CNSR"].null_count() == 0
    assert set(tte["CNSR"]) <= {0, 1, 2}
    assert tte.filter(pl.col("AVAL") != (pl.col("ADT") - pl.col("STARTDT")).dt.total_days() + 1).is_empty()
    assert tte.filter(pl.col("AVAL") < 1).is_empty()
    assert tte.filter((pl.col("CNSR") == 1) == pl.col("CNSDTDSC").is_null()).is_empty()
    assert not tte.select("USUBJID", "PARAMCD").is_duplicated().any()
    assert tte.filter(pl.col("LOWDAY0") > pl.col("HIGHDAY0")).is_empty()


def test_flags_are_yes_or_no_and_sets_hold_each_other(datasets):
    adsl = datasets.adam["ADSL"]
    for flag in ("ENRLFL", "FASFL", "SAFFL", "PPROTFL", "COMPLFL", "NOUSEFL"):
        assert set(adsl[flag]) <= {"Y", "N"}, flag
    assert adsl.filter((pl.col("PPROTFL") == "Y") & (pl.col("FASFL") == "N")).is_empty()
    assert adsl.filter((pl.col("FASFL") == "Y") & (pl.col("ENRLFL") == "N")).is_empty()
    assert adsl.filter((pl.col("PPROTFL") == "N") & (pl.col("FASFL") == "Y") & pl.col("PPROTRS").is_null()).is_empty()
