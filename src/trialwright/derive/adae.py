"""ADAE: one row an adverse event, with what analyses ask of it (OCCDS 1.1)."""

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.derive.common import read_day

CAUSALITY = ("NOT_RELATED", "UNLIKELY", "POSSIBLE", "PROBABLE", "DEFINITE")
_KEPT = ("STUDYID", "USUBJID", "SUBJID", "TRT01P", "TRT01A", "SAFFL", "TRTSDT", "TRTEDT")


def derive_adae(definition: Definition, adsl: pl.DataFrame, ae: pl.DataFrame) -> pl.DataFrame:
    """One row an event of AE, by participant and AESEQ.

    TRTEMFL: begins between time zero's day and ``emergent_days`` after the last dose, or after day 0 in arms without
    doses. A start known to the month or year counts unless it cannot lie in that time. ARELN is the stronger of the
    investigator's and the sponsor's causality; AREL is RELATED from ``related_from`` on, and where nobody has judged
    (the cautious reading). ATOXGRN: a fatal event is grade 5 whatever was written. AOCCFL, AOCCSFL and AOCCPFL mark
    one treatment-emergent event of the worst grade for each participant, class and term.
    """
    safety = definition.study.safety
    frame = ae.drop("STUDYID", "USUBJID", "DOMAIN").join(
        adsl.select(_KEPT), on="SUBJID", how="left", maintain_order="left"
    )
    dosed = [
        name
        for name, arm in definition.arms.items()
        if any(definition.interventions[one].dose for one in arm.interventions)
    ]
    ends = pl.when(pl.col("TRT01A").is_in(dosed)).then("TRTEDT").otherwise("TRTSDT") + pl.duration(
        days=safety.emergent_days
    )
    fatal = (pl.col("AEOUT") == "FATAL") | (pl.col("AESDTH") == "Y")
    threshold = CAUSALITY.index(safety.related_from)
    frame = frame.with_columns(
        read_day("AESTDTC", latest=False).alias("ASTDT"),
        read_day("AESTDTC", latest=True).alias("last_start"),
        read_day("AEENDTC", latest=True).alias("AENDT"),
        pl.max_horizontal(_rank("AEREL"), _rank("AERELSPN")).alias("ARELN"),
        pl.when(fatal.fill_null(False))
        .then(5)
        .otherwise(pl.col("AETOXGR").cast(pl.Int8, strict=False))
        .alias("ATOXGRN"),
    )
    emergent = (pl.col("last_start") >= pl.col("TRTSDT")) & (pl.col("ASTDT") <= ends)
    frame = frame.with_columns(
        pl.when(emergent.fill_null(False)).then(pl.lit("Y")).otherwise(pl.lit("N")).alias("TRTEMFL"),
        pl.when(pl.col("ARELN").fill_null(threshold) >= threshold)
        .then(pl.lit("RELATED"))
        .otherwise(pl.lit("NOT RELATED"))
        .alias("AREL"),
        pl.col("ATOXGRN").cast(pl.String).alias("ATOXGR"),
        (pl.col("ASTDT") - pl.col("TRTSDT")).dt.total_days().cast(pl.Int32).alias("DAY0"),
        ((pl.col("AENDT") - pl.col("ASTDT")).dt.total_days() + 1).cast(pl.Int32).alias("ADURN"),
    ).drop("last_start")
    for name, keys in (
        ("AOCCFL", ["SUBJID"]),
        ("AOCCSFL", ["SUBJID", "AEBODSYS"]),
        ("AOCCPFL", ["SUBJID", "AEBODSYS", "AEDECOD"]),
    ):
        frame = _mark_worst(frame, name, keys)
    return frame.sort("SUBJID", "AESEQ")


def _rank(column: str) -> pl.Expr:
    return pl.col(column).replace_strict(
        {word: at for at, word in enumerate(CAUSALITY)}, default=None, return_dtype=pl.Int8
    )


def _mark_worst(frame: pl.DataFrame, name: str, keys: list[str]) -> pl.DataFrame:
    ranked = frame.filter(pl.col("TRTEMFL") == "Y").sort(
        "SUBJID", "ATOXGRN", "ASTDT", "AESEQ", descending=[False, True, False, False], nulls_last=True
    )
    worst = ranked.unique(keys, keep="first", maintain_order=True).select("SUBJID", "AESEQ", pl.lit("Y").alias(name))
    return frame.join(worst, on=["SUBJID", "AESEQ"], how="left", maintain_order="left")
