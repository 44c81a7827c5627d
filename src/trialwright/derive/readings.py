"""From the records of a parameter's item to one value a participant and occasion: blinded readings are settled here."""

import polars as pl

from trialwright.definition.compiled import CompiledParameter, Definition
from trialwright.definition.forms import ItemType
from trialwright.derive.common import ADJUDICATOR, READER, select_item
from trialwright.snapshot.frames import Snapshot

_AFTER = ("DURING", "AFTER")


def read_records(definition: Definition, snapshot: Snapshot, compiled: CompiledParameter) -> pl.DataFrame:
    """One row a value: participant, encounter, at, AVAL, AVALC, LOW, HIGH, AFTERDOSE, DTYPE, SRCPOS.

    Where the form has readers, the adjudicator's value counts if there is one, and otherwise the mean of the readers'
    (DTYPE AVERAGE when there are two). A value below the limit of quantification counts as half that limit. Codes that
    are numbers (ordinal scales) are read as numbers; other codes have AVALC only, and codes that mean unknown are
    left out. AFTERDOSE is true where the record says that it was made during or after a dose. ``at`` is the form's
    occasion, or, where that is not known, the first day of the visit to which it belongs.
    """
    form, _, name = (compiled.parameter.item or "").partition(".")
    item = definition.forms[form].items[name]
    value = pl.col("number") if item.type is ItemType.NUMBER else pl.col("code").cast(pl.Float64, strict=False)
    visits = snapshot.forms.filter(pl.col("encounter") != "").group_by("participant", "encounter")
    began = visits.agg(pl.col("occasion").min().dt.truncate("1d").alias("began"))
    found = select_item(snapshot, form, name).join(
        began, on=["participant", "encounter"], how="left", maintain_order="left"
    )
    found = found.select(
        "participant",
        "encounter",
        "position",
        pl.coalesce("occasion", "began").alias("at"),
        value.alias("AVAL"),
        _text(item.type).alias("AVALC"),
    ).filter(pl.col("AVALC").is_not_null())
    if item.type is ItemType.NUMBER:
        found = found.filter(pl.col("AVAL").is_not_null())
    if compiled.parameter.lloq is not None:
        limit = compiled.parameter.lloq
        below = pl.col("AVAL") < limit
        found = found.with_columns(pl.when(below).then(limit / 2).otherwise("AVAL").alias("AVAL"))
    if compiled.parameter.divided_by is not None:
        found = _divide(snapshot, found, form, compiled.parameter.divided_by.partition(".")[2])
    found = _attach_attributes(definition, snapshot, found, form, name)
    found = found.with_columns(pl.lit(None, dtype=pl.String).alias("DTYPE"))
    if READER in definition.forms[form].items:
        found = _settle_readings(snapshot, found, form)
    return found.rename({"position": "SRCPOS"})


def _divide(snapshot: Snapshot, found: pl.DataFrame, form: str, name: str) -> pl.DataFrame:
    """The values over those of another item on the same form; without one, or where it is 0, there is no value."""
    below = select_item(snapshot, form, name).select("position", pl.col("number").alias("below"))
    found = found.join(below, on="position", how="inner", maintain_order="left").filter(pl.col("below") > 0)
    ratio = (pl.col("AVAL") / pl.col("below")).round(9)
    return found.with_columns(ratio.alias("AVAL"), ratio.cast(pl.String).alias("AVALC")).drop("below")


def _text(kind: ItemType) -> pl.Expr:
    return pl.col("code") if kind is ItemType.CODE else pl.col("text")


def _attach_attributes(
    definition: Definition, snapshot: Snapshot, found: pl.DataFrame, form: str, name: str
) -> pl.DataFrame:
    """The reference limits of the same test on the same form, and whether the record came after a dose."""
    items = definition.forms[form].items
    code = items[name].sdtm.testcd if items[name].sdtm else None  # type: ignore[union-attr]
    low = high = timing = ""
    for one in items.values():
        variable = (one.sdtm.variable or "") if one.sdtm else ""
        if one.sdtm and one.sdtm.testcd == code and variable.endswith("ORNRLO"):
            low = one.id
        elif one.sdtm and one.sdtm.testcd == code and variable.endswith("ORNRHI"):
            high = one.id
        elif variable.endswith("TPT"):
            timing = one.id
    for column, item in (("LOW", low), ("HIGH", high)):
        limits = (
            select_item(snapshot, form, item).select("position", pl.col("number").alias(column))
            if item
            else _empty(column, pl.Float64)
        )
        found = found.join(limits, on="position", how="left", maintain_order="left")
    codes = (
        select_item(snapshot, form, timing).select("position", pl.col("code").alias("tpt"))
        if timing
        else _empty("tpt", pl.String)
    )
    found = found.join(codes, on="position", how="left", maintain_order="left")
    return found.with_columns(pl.col("tpt").is_in(_AFTER).fill_null(False).alias("AFTERDOSE")).drop("tpt")


def _empty(column: str, kind: type[pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame(schema={"position": pl.Int64, column: kind})


def _mean_of(values: pl.Expr) -> pl.Expr:
    """The mean of readings as a person would write it: without the last binary digits."""
    return values.mean().round(9)


def _settle_readings(snapshot: Snapshot, found: pl.DataFrame, form: str) -> pl.DataFrame:
    readers = select_item(snapshot, form, READER).select("position", pl.col("code").alias("reader"))
    found = found.join(readers, on="position", how="left", maintain_order="left")
    judged = pl.col("reader") == ADJUDICATOR
    settled = found.group_by("participant", "encounter", pl.col("at").cast(pl.Date), maintain_order=True).agg(
        pl.col("position").max(),
        pl.coalesce(
            pl.col("AVAL").filter(judged).last(), _mean_of(pl.col("AVAL").filter(~judged.fill_null(False)))
        ).alias("AVAL"),
        pl.col("LOW").last(),
        pl.col("HIGH").last(),
        pl.col("AFTERDOSE").any(),
        pl.when(judged.fill_null(False).any() | (pl.len() < 2))
        .then(pl.lit(None, dtype=pl.String))
        .otherwise(pl.lit("AVERAGE"))
        .alias("DTYPE"),
    )
    return settled.with_columns(
        pl.col("at").cast(pl.Datetime("us")), pl.col("AVAL").cast(pl.String).alias("AVALC")
    ).select("participant", "encounter", "position", "at", "AVAL", "AVALC", "LOW", "HIGH", "AFTERDOSE", "DTYPE")
