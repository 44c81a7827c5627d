"""PR: one row a procedure, such as a scan or a support of breathing (SDTMIG 3.4, section 6.1.6)."""

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.derive.common import (
    UNSCHEDULED_VISIT,
    add_sequence,
    build_visits,
    compute_day_of,
    compute_unique_id,
    list_places,
    render_moment,
    select_item,
)
from trialwright.snapshot.frames import Snapshot

_NOTHING = "NONE"
_COLUMNS = (
    "STUDYID", "DOMAIN", "USUBJID", "SUBJID", "PRSEQ", "PRTRT", "PRCAT", "VISITNUM", "VISIT", "VISITDY", "EPOCH",
    "PRSTDTC", "PRSTDY", "SRCPOS",
)  # fmt: skip


def derive_pr(definition: Definition, snapshot: Snapshot) -> pl.DataFrame:
    """One row a procedure that was done, by participant and time; an answer NONE is none.

    PRTRT is the answer of each item that names a procedure (modality, kind of oxygen support), PRCAT the question.
    """
    schema = {"participant": pl.String, "position": pl.Int64, "PRTRT": pl.String, "PRCAT": pl.String}
    frames = [pl.DataFrame(schema=schema)]
    for place in list_places(definition, "PR"):
        if place.sdtm.variable == "PRTRT":
            values = select_item(snapshot, place.form, place.item.id)
            done = values.filter(pl.col("code").is_not_null() & (pl.col("code") != _NOTHING))
            label = pl.lit(place.item.label).alias("PRCAT")
            frames.append(done.select("participant", "position", pl.col("code").alias("PRTRT"), label))
    found = (
        pl.concat(frames)
        .join(snapshot.forms.drop("participant", "form"), on="position", how="left")
        .join(build_visits(definition), on="encounter", how="left")
        .join(snapshot.subjects.select("participant", "day0"), on="participant", how="left")
        .sort("participant", "occasion", "position", "PRCAT", nulls_last=True)
        .with_columns(
            pl.lit(definition.id).alias("STUDYID"),
            pl.lit("PR").alias("DOMAIN"),
            compute_unique_id(definition),
            pl.col("VISITNUM").fill_null(UNSCHEDULED_VISIT),
            pl.col("VISIT").fill_null(pl.col("encounter")),
            render_moment("occasion", pl.col("occasion_has_time")).alias("PRSTDTC"),
        )
        .with_columns(compute_day_of("PRSTDTC", "day0").alias("PRSTDY"))
        .rename({"participant": "SUBJID", "position": "SRCPOS"})
    )
    return add_sequence(found, "PR").select(_COLUMNS)
