"""ADBASE: one row a participant and baseline item: the last value at or before time zero."""

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.definition.forms import ItemType
from trialwright.derive.common import select_item
from trialwright.derive.zero import derive_zero
from trialwright.snapshot.frames import Snapshot

_SCHEMA = {"SUBJID": pl.String, "ITEM": pl.String, "AVAL": pl.Float64, "AVALC": pl.String}


def derive_baseline(definition: Definition, snapshot: Snapshot) -> pl.DataFrame:
    """One row a participant with day 0 and item of the baseline table or covariate of an analysis.

    AVAL is the number, AVALC the code (null where it means unknown). A form without an occasion counts as baseline.
    A participant without a value has no row.
    """
    plan = definition.plan
    items = [one.item for one in plan.baseline] + [item for one in plan.analyses for item in one.covariates]
    zero = derive_zero(definition, snapshot)
    paths = [path for path in dict.fromkeys(items) if "." in path]
    return pl.concat(
        [pl.DataFrame(schema=_SCHEMA), *(_derive_item(definition, snapshot, zero, path) for path in paths)]
    )


def _derive_item(definition: Definition, snapshot: Snapshot, zero: pl.DataFrame, path: str) -> pl.DataFrame:
    form, _, name = path.partition(".")
    kind = definition.forms[form].items[name].type
    value = pl.col("number") if kind is ItemType.NUMBER else pl.lit(None, dtype=pl.Float64)
    text = pl.col("code") if kind is ItemType.CODE else pl.lit(None, dtype=pl.String)
    found = select_item(snapshot, form, name).join(zero, on="participant", how="inner")
    found = found.filter(pl.col("occasion").is_null() | (pl.col("occasion") <= pl.col("zero")))
    found = found.filter(pl.col("number").is_not_null() | pl.col("code").is_not_null())
    found = found.sort("participant", "occasion", "position", nulls_last=False).unique(
        "participant", keep="last", maintain_order=True
    )
    return found.select(
        pl.col("participant").alias("SUBJID"), pl.lit(path).alias("ITEM"), value.alias("AVAL"), text.alias("AVALC")
    )
