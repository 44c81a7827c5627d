"""SV: one row a visit that happened or was planned and did not (SDTMIG 3.4, section 6.2.8)."""

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.derive.common import UNSCHEDULED_VISIT, arrange, build_visits, compute_day_of, compute_unique_id
from trialwright.snapshot.frames import Snapshot

_COLUMNS = (
    "STUDYID", "DOMAIN", "USUBJID", "SUBJID", "VISITNUM", "VISIT", "VISITDY", "EPOCH", "SVPRESP", "SVOCCUR",
    "SVSTDTC", "SVENDTC", "SVSTDY", "SVENDY",
)  # fmt: skip


def derive_sv(definition: Definition, snapshot: Snapshot) -> pl.DataFrame:
    """One row a participant and visit: from the first to the last occasion of its forms.

    A planned visit of the participant's arm without any form is there with SVOCCUR N, once day 0 is known and the study
    has got past its day for this participant. VISITNUM counts the planned visits; an unscheduled one has 900.
    """
    happened = (
        snapshot.forms.filter(pl.col("encounter") != "")
        .group_by("participant", "encounter")
        .agg(pl.col("occasion").min().alias("start"), pl.col("occasion").max().alias("end"))
        .with_columns(pl.lit("Y").alias("SVOCCUR"))
    )
    found = pl.concat([happened, _find_missed(definition, snapshot, happened)], how="diagonal")
    found = found.join(build_visits(definition), on="encounter", how="left")
    found = found.join(snapshot.subjects.select("participant", "day0"), on="participant", how="left")
    found = found.with_columns(
        pl.lit(definition.id).alias("STUDYID"),
        pl.lit("SV").alias("DOMAIN"),
        compute_unique_id(definition),
        pl.when(pl.col("VISITNUM").is_not_null()).then(pl.lit("Y")).alias("SVPRESP"),
        pl.col("VISITNUM").fill_null(UNSCHEDULED_VISIT),
        pl.col("VISIT").fill_null(pl.col("encounter")),
        pl.col("start").dt.strftime("%Y-%m-%d").alias("SVSTDTC"),
        pl.col("end").dt.strftime("%Y-%m-%d").alias("SVENDTC"),
    ).with_columns(compute_day_of("SVSTDTC", "day0").alias("SVSTDY"), compute_day_of("SVENDTC", "day0").alias("SVENDY"))
    return arrange(found.rename({"participant": "SUBJID"}).sort("SUBJID", "VISITNUM", "encounter"), _COLUMNS).drop(
        "start", "end", "day0"
    )


def _find_missed(definition: Definition, snapshot: Snapshot, happened: pl.DataFrame) -> pl.DataFrame:
    """The planned visits without a form, of participants who were seen or followed after the visit's window."""
    plans = [(arm, one.id, one.last_day) for arm in definition.arms for one in definition.list_encounters(arm)]
    planned = pl.DataFrame(plans, schema={"arm": pl.String, "encounter": pl.String, "last_day": pl.Int32}, orient="row")
    last = snapshot.forms.group_by("participant").agg(pl.col("study_day").max().alias("seen"))
    followed = (
        snapshot.subjects.filter(pl.col("day0").is_not_null())
        .join(last, on="participant", how="left")
        .with_columns((pl.col("completed_on") - pl.col("day0")).dt.total_days().alias("completed"))
    )
    return (
        followed.join(planned, on="arm")
        .filter(pl.max_horizontal("seen", "completed") > pl.col("last_day"))
        .join(happened, on=["participant", "encounter"], how="anti")
        .select("participant", "encounter", pl.lit("N").alias("SVOCCUR"))
    )
