"""IE: one row a criterion that a participant failed (SDTMIG 3.4, section 6.3.4)."""

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.derive.common import add_sequence, arrange, compute_unique_id
from trialwright.snapshot.frames import Snapshot

_COLUMNS = (
    "STUDYID",
    "DOMAIN",
    "USUBJID",
    "SUBJID",
    "IESEQ",
    "IETESTCD",
    "IETEST",
    "IECAT",
    "IEORRES",
    "IESTRESC",
    "IEDTC",
)


def derive_ie(definition: Definition, snapshot: Snapshot) -> pl.DataFrame:
    """One row an inclusion criterion not met (IEORRES N) or an exclusion criterion met (Y); unknown is not failed."""
    rows = [(one.criterion.id, one.criterion.text, one.criterion.kind.upper()) for one in definition.criteria]
    criteria = pl.DataFrame(
        rows, schema={"criterion": pl.String, "IETEST": pl.String, "IECAT": pl.String}, orient="row"
    )
    found = (
        snapshot.verdicts.join(criteria, on="criterion", how="inner", maintain_order="left")
        .filter(
            ((pl.col("IECAT") == "INCLUSION") & (pl.col("verdict") == "NOT_MET"))
            | ((pl.col("IECAT") == "EXCLUSION") & (pl.col("verdict") == "MET"))
        )
        .join(
            snapshot.subjects.select("participant", "screened_on"), on="participant", how="left", maintain_order="left"
        )
        .with_columns(
            pl.lit(definition.id).alias("STUDYID"),
            pl.lit("IE").alias("DOMAIN"),
            compute_unique_id(definition),
            pl.when(pl.col("IECAT") == "INCLUSION").then(pl.lit("N")).otherwise(pl.lit("Y")).alias("IEORRES"),
            pl.col("screened_on").dt.strftime("%Y-%m-%d").alias("IEDTC"),
        )
        .with_columns(pl.col("IEORRES").alias("IESTRESC"))
        .rename({"participant": "SUBJID", "criterion": "IETESTCD"})
    )
    return arrange(add_sequence(found, "IE"), _COLUMNS).select(_COLUMNS)
