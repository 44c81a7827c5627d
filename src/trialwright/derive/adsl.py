"""ADSL: one row a participant in DM (ADaMIG 1.3, section 3.2)."""

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.snapshot.frames import Snapshot


def derive_adsl(definition: Definition, snapshot: Snapshot, sdtm: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """One row a participant.

    ENRLFL: enrolled. FASFL: allocated, with day 0 (analysed as allocated; each analysis counts apart who has no value).
    SAFFL: day 0 reached and the arm really followed is known (dosed, or in an arm without doses), analysed by TRT01A.
    PPROTFL: in the full analysis set, every planned dose of the arm given, and no important deviation; PPROTRS says why
    not. LSTALVDT is the last day known alive; who died was alive until then. TRTEDT is the last dose, or for arms without doses the last day in the study.
    """
    dm = sdtm["DM"].select(
        "STUDYID",
        "USUBJID",
        "SUBJID",
        "SITEID",
        "AGE",
        "AGETXT",
        "AGEU",
        "SEX",
        "RACE",
        "ETHNIC",
        "ARMCD",
        "ARM",
        "ACTARMCD",
        "ACTARM",
    )
    subjects = snapshot.subjects.rename({"participant": "SUBJID"})
    frame = dm.join(subjects, on="SUBJID", how="left", maintain_order="left").join(
        _explain_protocol(definition, snapshot, sdtm["DV"]), on="SUBJID", how="left", maintain_order="left"
    )
    last = snapshot.forms.group_by(pl.col("participant").alias("SUBJID")).agg(
        pl.col("occasion").max().cast(pl.Date).alias("last_record")
    )
    frame = frame.join(last, on="SUBJID", how="left", maintain_order="left").join(
        _count_doses(snapshot), on="SUBJID", how="left", maintain_order="left"
    )
    ended = pl.coalesce("death_latest", "left_on", "completed_on", "last_record")
    full = pl.col("arm").is_not_null() & pl.col("day0").is_not_null()
    alive = pl.coalesce("death_earliest", pl.max_horizontal("last_record", "completed_on", "left_on", "day0"))
    return frame.with_columns(
        pl.col("ARMCD").alias("TRT01P"),
        pl.col("ACTARMCD").alias("TRT01A"),
        pl.col("day0").alias("TRTSDT"),
        pl.coalesce(pl.col("last_dose_at").cast(pl.Date), ended).alias("TRTEDT"),
        _flag(pl.col("enrolled_on").is_not_null()).alias("ENRLFL"),
        _flag(full).alias("FASFL"),
        _flag(pl.col("day0").is_not_null() & pl.col("ACTARMCD").is_not_null()).alias("SAFFL"),
        _flag(full & pl.col("PPROTRS").is_null()).alias("PPROTFL"),
        _flag(pl.col("completed_on").is_not_null()).alias("COMPLFL"),
        pl.when(pl.col("death").is_not_null()).then(pl.lit("Y")).alias("DTHFL"),
        pl.col("death_latest").alias("DTHDT"),
        pl.col("death").str.len_chars().replace_strict({10: None, 7: "D", 4: "M"}, default=None, return_dtype=pl.String).alias("DTHDTF"),
        (pl.col("death_latest") - pl.col("day0")).dt.total_days().cast(pl.Int32).alias("DTHDAY0"),
        pl.when(pl.col("death").is_not_null()).then(pl.lit("DISCONTINUED")).when(pl.col("left_kind").is_not_null()).then(pl.lit("DISCONTINUED"))
        .when(pl.col("completed_on").is_not_null()).then(pl.lit("COMPLETED")).otherwise(pl.lit("ONGOING")).alias("EOSSTT"),
        pl.when(pl.col("death").is_not_null()).then(pl.lit("DEATH")).otherwise(pl.col("left_kind").str.replace_all("_", " ")).alias("DCSREAS"),
        ended.alias("EOSDT"),
        alive.alias("LSTALVDT"),
        pl.col("doses").fill_null(0).alias("DOSES"),
        pl.col("status").alias("STATUS"),
        pl.col("consent_at").cast(pl.Date).alias("RFICDT"),
    ).select(*_COLUMNS).sort("SUBJID")  # fmt: skip


_COLUMNS = (
    "STUDYID", "USUBJID", "SUBJID", "SITEID", "AGE", "AGETXT", "AGEU", "SEX", "RACE", "ETHNIC", "ARMCD", "ARM", "ACTARMCD", "ACTARM",
    "TRT01P", "TRT01A", "TRTSDT", "TRTEDT", "RFICDT", "ENRLFL", "FASFL", "SAFFL", "PPROTFL", "PPROTRS", "COMPLFL", "DTHFL", "DTHDT",
    "DTHDTF", "DTHDAY0", "EOSSTT", "EOSDT", "DCSREAS", "LSTALVDT", "DOSES", "STATUS",
)  # fmt: skip


def _flag(condition: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(pl.lit("Y")).otherwise(pl.lit("N"))


def _count_doses(snapshot: Snapshot) -> pl.DataFrame:
    return snapshot.doses.group_by(pl.col("participant").alias("SUBJID")).agg(pl.len().cast(pl.Int32).alias("doses"))


def _explain_protocol(definition: Definition, snapshot: Snapshot, dv: pl.DataFrame) -> pl.DataFrame:
    """SUBJID and why the participant is not in the per-protocol set; absent where nothing speaks against it."""
    planned = [
        (
            name,
            sum(
                len(definition.interventions[one].at) for one in arm.interventions if definition.interventions[one].dose
            ),
        )
        for name, arm in definition.arms.items()
    ]
    plan = pl.DataFrame(planned, schema={"arm": pl.String, "planned": pl.Int64}, orient="row")
    kept_arm = snapshot.subjects.select(pl.col("participant").alias("SUBJID"), "arm").join(plan, on="arm", how="inner")
    short = (
        kept_arm.join(_count_doses(snapshot), on="SUBJID", how="left")
        .with_columns(pl.col("doses").fill_null(0))
        .filter(pl.col("doses") != pl.col("planned"))
        .select("SUBJID", pl.format("{} of {} planned doses", "doses", "planned").alias("why"))
    )
    important = dv.filter(pl.col("DVIMPORT") == "Y").select(
        "SUBJID", pl.coalesce("DVDECOD", "DVCAT", "DVTERM").alias("why")
    )
    both = pl.concat([short, important]).unique(maintain_order=True)
    return both.group_by("SUBJID").agg(pl.col("why").sort().str.join("; ").alias("PPROTRS"))
