"""ADSL: one row a participant in DM (ADaMIG 1.3, section 3.2)."""

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.snapshot.frames import Snapshot


def derive_adsl(definition: Definition, snapshot: Snapshot, sdtm: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """One row a participant.

    ENRLFL: enrolled. FASFL: allocated, with day 0 (analysed as allocated; each analysis counts apart who has no
    value). SAFFL: day 0 reached and the arm really followed is known (dosed, or in an arm without doses), analysed by
    TRT01A. PPROTFL: in the full analysis set, every planned dose of the arm given, and no important deviation;
    PPROTRS says why not. NOUSEFL: withdrew and wants no further use of the values. LSTALVDT is the last day known
    alive (see ``subjects``). TRTEDT is the last dose, or for arms without doses the last day in the study. AAGE is
    AGE, or the middle of the two ages that a partial birth date leaves open.
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
    frame = dm
    for part in (
        snapshot.subjects.rename({"participant": "SUBJID"}),
        _explain_protocol(definition, snapshot, sdtm["DV"]),
        _find_last_records(snapshot),
        _count_doses(snapshot),
    ):
        frame = frame.join(part, on="SUBJID", how="left", maintain_order="left")
    return (
        frame.with_columns(*_describe_people(), *_flag_sets(), *_describe_death(), *_describe_end())
        .select(*_COLUMNS)
        .sort("SUBJID")
    )


_COLUMNS = (
    "STUDYID", "USUBJID", "SUBJID", "SITEID", "AGE", "AGETXT", "AAGE", "AGEU", "SEX", "RACE", "ETHNIC", "ARMCD",
    "ARM", "ACTARMCD", "ACTARM", "TRT01P", "TRT01A", "TRTSDT", "TRTEDT", "RFICDT", "ENRLFL", "FASFL", "SAFFL",
    "PPROTFL", "PPROTRS", "COMPLFL", "DTHFL", "DTHDT", "DTHDTF", "DTHDAY0", "EOSSTT", "EOSDT", "DCSREAS", "LSTALVDT",
    "DOSES", "STATUS", "NOUSEFL",
)  # fmt: skip
_END = pl.coalesce("death_latest", "completed_on", "left_on", "last_record")


def _describe_people() -> list[pl.Expr]:
    return [
        pl.coalesce(pl.col("AGE").cast(pl.Float64), _middle("AGETXT")).alias("AAGE"),
        pl.col("ARMCD").alias("TRT01P"),
        pl.col("ACTARMCD").alias("TRT01A"),
        pl.col("day0").alias("TRTSDT"),
        pl.coalesce(pl.col("last_dose_at").cast(pl.Date), _END).alias("TRTEDT"),
        pl.col("consent_at").cast(pl.Date).alias("RFICDT"),
        pl.col("doses").fill_null(0).alias("DOSES"),
        pl.col("status").alias("STATUS"),
        _flag(pl.col("data_fate") == "KEEP_NO_FURTHER_USE").alias("NOUSEFL"),
    ]


def _flag_sets() -> list[pl.Expr]:
    full = pl.col("arm").is_not_null() & pl.col("day0").is_not_null()
    return [
        _flag(pl.col("enrolled_on").is_not_null()).alias("ENRLFL"),
        _flag(full).alias("FASFL"),
        _flag(pl.col("day0").is_not_null() & pl.col("ACTARMCD").is_not_null()).alias("SAFFL"),
        _flag(full & pl.col("PPROTRS").is_null()).alias("PPROTFL"),
        _flag(pl.col("completed_on").is_not_null()).alias("COMPLFL"),
    ]


def _describe_death() -> list[pl.Expr]:
    precision = pl.col("death").str.len_chars()
    day = (pl.col("death_latest") - pl.col("day0")).dt.total_days()
    return [
        pl.when(pl.col("death").is_not_null()).then(pl.lit("Y")).alias("DTHFL"),
        pl.col("death_latest").alias("DTHDT"),
        pl.when(precision == len("2020-01"))
        .then(pl.lit("D"))
        .when(precision == len("2020"))
        .then(pl.lit("M"))
        .alias("DTHDTF"),
        day.cast(pl.Int32).alias("DTHDAY0"),
    ]


def _describe_end() -> list[pl.Expr]:
    died, left = pl.col("death").is_not_null(), pl.col("left_kind").is_not_null()
    completed = pl.col("completed_on").is_not_null()
    status = pl.when(died).then(pl.lit("DISCONTINUED")).when(completed).then(pl.lit("COMPLETED"))
    status = status.when(left).then(pl.lit("DISCONTINUED"))
    why = pl.when(~completed).then(pl.col("left_kind").str.replace_all("_", " "))
    reason = pl.when(died).then(pl.lit("DEATH")).otherwise(why)
    return [
        status.otherwise(pl.lit("ONGOING")).alias("EOSSTT"),
        _END.alias("EOSDT"),
        reason.alias("DCSREAS"),
        pl.col("alive_on").alias("LSTALVDT"),
    ]


def _find_last_records(snapshot: Snapshot) -> pl.DataFrame:
    latest = pl.col("occasion").max().cast(pl.Date).alias("last_record")
    return snapshot.forms.group_by(pl.col("participant").alias("SUBJID")).agg(latest)


def _middle(column: str) -> pl.Expr:
    """The middle of a range such as ``69-70``."""
    ends = pl.col(column).str.split("-")
    return (ends.list.first().cast(pl.Float64) + ends.list.last().cast(pl.Float64)) / 2


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
