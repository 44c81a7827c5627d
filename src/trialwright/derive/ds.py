"""DS: one row a protocol milestone or a disposition event (SDTMIG 3.4, section 6.2.4)."""

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.derive.common import add_sequence, arrange, compute_day_of, compute_unique_id
from trialwright.snapshot.frames import Snapshot

_KINDS = {
    "LOST_TO_FOLLOW_UP": "LOST TO FOLLOW-UP",
    "WITHDRAW_CONSENT": "WITHDRAWAL BY SUBJECT",
    "PHYSICIAN_DECISION": "PHYSICIAN DECISION",
    "STOP_VISITS": "WITHDRAWAL BY SUBJECT",
}
_COLUMNS = (
    "STUDYID",
    "DOMAIN",
    "USUBJID",
    "SUBJID",
    "DSSEQ",
    "DSTERM",
    "DSDECOD",
    "DSCAT",
    "DSSCAT",
    "DSSTDTC",
    "DSSTDY",
)
_MILESTONE, _EVENT = "PROTOCOL MILESTONE", "DISPOSITION EVENT"


def derive_ds(definition: Definition, snapshot: Snapshot) -> pl.DataFrame:
    """One row a milestone (consent, eligibility, entry) and at most one row for the end of participation and of
    treatment.

    Death comes before completion, completion before leaving. Who is still followed has no row of the end.
    """
    entered = "RANDOMIZED" if definition.study.design.allocation == "RANDOMIZED" else "ENTERED INTO TRIAL"
    subjects = snapshot.subjects.with_columns(pl.col("consent_at").cast(pl.Date).alias("consent_on"))
    left = pl.col("left_kind").replace_strict(_KINDS, default=None)
    parts = [
        _milestone(subjects, "INFORMED CONSENT OBTAINED", "consent_on", 1),
        _milestone(subjects, "ELIGIBILITY CRITERIA MET", "enrolled_on", 2),
        _milestone(subjects, entered, "allocated_on", 3),
        _end(
            subjects.filter(pl.col("treatment_stopped_on").is_not_null()),
            pl.lit("TREATMENT STOPPED"),
            "treatment_stopped_on",
            "STUDY TREATMENT",
            4,
        ),
        _end(subjects.filter(_ended()), _name_end(left), "ended_on", "STUDY PARTICIPATION", 5),
    ]
    found = pl.concat(parts).sort("participant", "order")
    found = found.join(subjects.select("participant", "day0"), on="participant", how="left", maintain_order="left")
    found = found.with_columns(
        pl.lit(definition.id).alias("STUDYID"),
        pl.lit("DS").alias("DOMAIN"),
        compute_unique_id(definition),
        compute_day_of("DSSTDTC", "day0").alias("DSSTDY"),
    )
    return arrange(add_sequence(found.rename({"participant": "SUBJID"}), "DS"), _COLUMNS).select(_COLUMNS)


def _ended() -> pl.Expr:
    failed = pl.col("enrolled_on").is_null() & pl.col("status").is_in(["SCREENED", "CONSENTED", "REFUSED", "LEFT"])
    return (
        pl.col("death").is_not_null()
        | pl.col("left_kind").is_not_null()
        | pl.col("completed_on").is_not_null()
        | failed
    )


def _name_end(left: pl.Expr) -> pl.Expr:
    return (
        pl.when(pl.col("death").is_not_null())
        .then(pl.lit("DEATH"))
        .when(pl.col("completed_on").is_not_null())
        .then(pl.lit("COMPLETED"))
        .when(pl.col("left_kind").is_not_null())
        .then(left)
        .otherwise(pl.lit("SCREEN FAILURE"))
    )


def _milestone(subjects: pl.DataFrame, name: str, on: str, order: int) -> pl.DataFrame:
    return subjects.filter(pl.col(on).is_not_null()).select(
        "participant",
        pl.lit(name).alias("DSTERM"),
        pl.lit(name).alias("DSDECOD"),
        pl.lit(_MILESTONE).alias("DSCAT"),
        pl.lit(None, dtype=pl.String).alias("DSSCAT"),
        pl.col(on).dt.strftime("%Y-%m-%d").alias("DSSTDTC"),
        pl.lit(order).alias("order"),
    )


def _end(subjects: pl.DataFrame, name: pl.Expr, on: str, what: str, order: int) -> pl.DataFrame:
    when = pl.coalesce(
        pl.col("death"), *(pl.col(day).dt.strftime("%Y-%m-%d") for day in ("completed_on", "left_on", "screened_on"))
    )
    text = when if on == "ended_on" else pl.col(on).dt.strftime("%Y-%m-%d")
    reason = (
        pl.when(pl.col("death").is_null() & pl.col("completed_on").is_null()).then(pl.col("left_reason"))
        if on == "ended_on"
        else pl.lit(None, dtype=pl.String)
    )
    return subjects.select(
        "participant",
        pl.coalesce(reason, name).alias("DSTERM"),
        name.alias("DSDECOD"),
        pl.lit(_EVENT).alias("DSCAT"),
        pl.lit(what).alias("DSSCAT"),
        text.alias("DSSTDTC"),
        pl.lit(order).alias("order"),
    )
