"""DV: one row a departure from the protocol, by the machine or by a person (SDTMIG 3.4, section 6.2.5)."""

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.derive.common import add_sequence, arrange, compute_unique_id
from trialwright.derive.occurrences import derive_occurrences
from trialwright.snapshot.frames import Snapshot

_IMPORTANT = "CONSENT|ELIGIB|DOSE|ALLOCAT|LOT|SPACING"
_COLUMNS = (
    "STUDYID", "DOMAIN", "USUBJID", "SUBJID", "DVSEQ", "DVTERM", "DVDECOD", "DVCAT", "DVIMPORT", "DVFOUND", "DVSTDTC",
    "DVSTDY",
)  # fmt: skip


def derive_dv(definition: Definition, snapshot: Snapshot) -> pl.DataFrame:
    """One row a deviation; DVIMPORT says whether it is important (Y, N, null where nobody has judged).

    What a person wrote carries that person's judgement. What the machine noted is important when its code is about
    consent, eligibility, allocation or dosing: rights, safety, or the meaning of the main results (ICH E3 10.2,
    E6(R3) 3.9.2). Late and missed visits are not.
    """
    noted = snapshot.deviations.select(
        pl.col("participant").alias("SUBJID"),
        pl.col("text").alias("DVTERM"),
        pl.col("code").alias("DVDECOD"),
        pl.lit("SYSTEM").alias("DVCAT"),
        pl.when(pl.col("code").str.contains(_IMPORTANT)).then(pl.lit("Y")).otherwise(pl.lit("N")).alias("DVIMPORT"),
        pl.col("found_by").alias("DVFOUND"),
        pl.col("number").cast(pl.Int64).alias("SRCPOS"),
    ).with_columns(pl.lit(definition.id).alias("STUDYID"), pl.lit("DV").alias("DOMAIN"))
    noted = noted.with_columns(compute_unique_id(definition, "SUBJID"))
    written = derive_occurrences(definition, snapshot, "DV")
    if "DVIMPORT" in written.columns:
        written = written.with_columns(pl.when(pl.col("DVIMPORT").is_in(["Y", "N"])).then("DVIMPORT").alias("DVIMPORT"))
    found = pl.concat([noted, written.drop("repeat")], how="diagonal").sort("SUBJID", maintain_order=True)
    return arrange(add_sequence(_complete(found), "DV"), _COLUMNS)


def _complete(found: pl.DataFrame) -> pl.DataFrame:
    missing = [name for name in _COLUMNS if name not in (*found.columns, "DVSEQ")]
    return found.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in missing)
