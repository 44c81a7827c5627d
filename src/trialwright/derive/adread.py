"""ADREAD: one row a reading of a parameter that several people read blinded, before the readings are settled."""

import polars as pl

from trialwright.definition.compiled import CompiledParameter, Definition
from trialwright.derive.common import ADJUDICATOR, READER, select_item
from trialwright.derive.zero import derive_zero
from trialwright.snapshot.frames import Snapshot

_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "SUBJID": pl.String, "PARAMCD": pl.String, "ADT": pl.Date, "READER": pl.String, "ADJUDFL": pl.String,
    "AVAL": pl.Float64,
}  # fmt: skip


def derive_readings(definition: Definition, snapshot: Snapshot) -> pl.DataFrame:
    """The readings of participants with a day 0, by parameter, participant, day and reader; ADJUDFL marks those of the
    adjudicator. Empty where no parameter's form has readers."""
    people = derive_zero(definition, snapshot).select("participant")
    read = [one for one in definition.parameters.values() if _has_readers(definition, one)]
    frames = [_derive_parameter(snapshot, one, people) for one in read]
    return pl.concat([pl.DataFrame(schema=_SCHEMA), *frames])


def _has_readers(definition: Definition, compiled: CompiledParameter) -> bool:
    form = (compiled.parameter.item or "").partition(".")[0]
    return bool(form) and READER in definition.forms[form].items


def _derive_parameter(snapshot: Snapshot, compiled: CompiledParameter, people: pl.DataFrame) -> pl.DataFrame:
    form, _, name = (compiled.parameter.item or "").partition(".")
    readers = select_item(snapshot, form, READER).select("position", pl.col("code").alias("READER"))
    found = select_item(snapshot, form, name).filter(pl.col("number").is_not_null())
    found = found.join(people, on="participant", how="semi").join(readers, on="position", how="inner")
    judged = pl.when(pl.col("READER") == ADJUDICATOR).then(pl.lit("Y")).otherwise(pl.lit("N"))
    found = found.filter(pl.col("READER").is_not_null()).select(
        pl.col("participant").alias("SUBJID"),
        pl.lit(compiled.parameter.code).alias("PARAMCD"),
        pl.col("occasion").cast(pl.Date).alias("ADT"),
        "READER",
        judged.alias("ADJUDFL"),
        pl.col("number").alias("AVAL"),
        "position",
    )
    keys = ["SUBJID", "ADT", "READER"]
    return found.sort(*keys, "position").unique(keys, keep="last", maintain_order=True).select(list(_SCHEMA))
