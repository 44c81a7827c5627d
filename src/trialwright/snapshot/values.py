"""The values of the forms that stand, as rules and analyses read them."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.definition.forms import ItemType
from trialwright.snapshot.frames import FORMS, VALUES

_NAMES = ("participant", "encounter", "form")
_PLACE = [*_NAMES, "repeat"]
_DATE_LENGTH = len("2020-01-27")
_EVENTS = "adverse_event"
_TIMES = (ItemType.DATE, ItemType.DATETIME)
_KEPT_DOMAINS = ("AE", "EX", "DD", "DM")


def build_values(
    definition: Definition, gathered: tuple[pl.DataFrame, pl.DataFrame], subjects: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The values of the latest revision of each form, and those forms with their occasion and study day."""
    revisions, values = gathered
    standing = list_standing(revisions)
    stands = np.zeros(revisions.height, dtype=np.bool_)
    stands[standing["row"].to_numpy()] = True
    values = values.filter(pl.Series(stands[values["row"].to_numpy()]))
    kinds = _list_kinds(definition, standing, values)
    values = _type_values(definition, values, standing, kinds)
    forms = _place_in_time(standing, values, subjects)
    placed = forms.select(
        "row", "occasion", "study_day", "position", "repeat", *(pl.col(name).cast(kinds[name]) for name in _NAMES)
    )
    values = values.drop("form").join(placed, on="row", how="left", maintain_order="left").sort("position", "item")
    return values.select(*VALUES), forms.select(*FORMS).sort("position")


def list_standing(revisions: pl.DataFrame) -> pl.DataFrame:
    """The latest revision of each form."""
    return (
        revisions.sort("position", "row")
        .unique("position", keep="last", maintain_order=True)
        .unique(_PLACE, keep="last", maintain_order=True)
    )


def list_begun(revisions: pl.DataFrame) -> pl.DataFrame:
    """The latest revision of each form, in the order in which the forms were begun."""
    begun = revisions.group_by(_PLACE).agg(pl.col("position").min().alias("begun"))
    return (
        list_standing(revisions).join(begun, on=_PLACE, how="left", maintain_order="left").sort("begun").drop("begun")
    )


def withhold(
    definition: Definition, values: pl.DataFrame, forms: pl.DataFrame, participants: Sequence[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Values and forms without those of participants who withdrew and want no further use of them.

    What safety and accountability need stays: adverse events, exposure, death, and demographics for the tables of
    who left. The ledger keeps everything.
    """
    if not participants:
        return values, forms
    kept = [name for name, one in definition.forms.items() if one.form.domain in _KEPT_DOMAINS]

    stays = ~pl.col("participant").cast(pl.String).is_in(participants) | pl.col("form").cast(pl.String).is_in(kept)
    return values.filter(stays), forms.filter(stays)


def drop_merged(
    values: pl.DataFrame, forms: pl.DataFrame, merged: Sequence[tuple[str, int]]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Values and forms without the rows of adverse events that were merged into others: participant and row of each."""
    if not merged:
        return values, forms
    gone = pl.lit(False)
    for participant, repeat in merged:
        gone |= (pl.col("participant").cast(pl.String) == participant) & (pl.col("repeat") == repeat)
    stays = ~(gone & (pl.col("form").cast(pl.String) == _EVENTS))
    return values.filter(stays), forms.filter(stays)


def _list_kinds(definition: Definition, standing: pl.DataFrame, values: pl.DataFrame) -> dict[str, pl.Enum]:
    """The closed lists of names: what the definition has, and what an earlier version of it may have had."""
    items = {item.id for one in definition.forms.values() for item in one.form.items}
    return {
        "participant": pl.Enum(sorted(standing["participant"].unique())),
        "encounter": pl.Enum(sorted({*definition.encounters, *standing["encounter"].unique()})),
        "form": pl.Enum(sorted({*definition.forms, *standing["form"].unique()})),
        "item": pl.Enum(sorted({*items, *values["item"].unique()})),
    }


def _type_values(
    definition: Definition, values: pl.DataFrame, standing: pl.DataFrame, kinds: dict[str, pl.Enum]
) -> pl.DataFrame:
    """The values with their form, and what rules read of each text."""
    codes = _list_unknown_codes(definition).with_columns(
        pl.col("form").cast(kinds["form"]), pl.col("item").cast(kinds["item"])
    )
    items = _list_items(definition).with_columns(pl.col("form").cast(kinds["form"]), pl.col("item").cast(kinds["item"]))
    typed = (
        values.with_columns(pl.col("item").cast(kinds["item"]))
        .join(standing.select("row", pl.col("form").cast(kinds["form"])), on="row", how="left", maintain_order="left")
        .join(items, on=["form", "item"], how="left", maintain_order="left")
    )
    is_code = pl.col("type") == ItemType.CODE.value
    unknown = typed.select("row", "form", "item", "text").filter(typed["type"] == ItemType.CODE.value)
    unknown = unknown.join(codes, on=["form", "item", "text"], how="semi").select(
        "row", "item", pl.lit(True).alias("unknown")
    )
    number = pl.when(pl.col("type") == ItemType.NUMBER.value).then(pl.col("text")).cast(pl.Float64, strict=False)
    return (
        typed.join(unknown, on=["row", "item"], how="left", maintain_order="left")
        .join(_find_moments(typed), on=["row", "item"], how="left", maintain_order="left")
        .with_columns(
            pl.col("unknown").fill_null(False),
            pl.when(number.is_finite()).then(number).alias("number"),
            pl.when(is_code & pl.col("unknown").is_null()).then("text").alias("code"),
        )
        .drop("type")
    )


def _find_moments(typed: pl.DataFrame) -> pl.DataFrame:
    """The moment of each complete date, by row and item."""
    dated = typed.select("row", "item", "text").filter(typed["type"].is_in([one.value for one in _TIMES]))
    return dated.select(
        "row",
        "item",
        pl.coalesce(
            pl.col("text").str.to_datetime("%Y-%m-%dT%H:%M", strict=False, time_unit="us"),
            pl.col("text").str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us"),
            pl.col("text").str.to_datetime("%Y-%m-%d %H:%M", strict=False, time_unit="us"),
            pl.col("text").str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("us")),
        ).alias("moment"),
    )


def _place_in_time(standing: pl.DataFrame, values: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    """The forms with the moment of their occasion and its study day."""
    occasions = values.filter(pl.col("is_occasion")).select(
        "row",
        pl.col("moment").alias("occasion"),
        (pl.col("text").str.len_chars() > _DATE_LENGTH).alias("occasion_has_time"),
    )
    day0 = subjects.select("participant", "day0")
    return (
        standing.join(occasions, on="row", how="left", maintain_order="left")
        .join(day0, on="participant", how="left", maintain_order="left")
        .with_columns(
            pl.col("occasion_has_time").fill_null(False),
            (pl.col("occasion").cast(pl.Date) - pl.col("day0")).dt.total_days().cast(pl.Int32).alias("study_day"),
        )
    )


def _list_items(definition: Definition) -> pl.DataFrame:
    """Form, item, type, and whether the item is the form's occasion."""
    rows = [
        (form, item.id, item.type.value, one.form.occasion == item.id)
        for form, one in definition.forms.items()
        for item in one.form.items
    ]
    schema = {"form": pl.String, "item": pl.String, "type": pl.String, "is_occasion": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _list_unknown_codes(definition: Definition) -> pl.DataFrame:
    rows = [
        (form, item, code.code)
        for form, one in definition.forms.items()
        for item, codes in one.codes.items()
        for code in codes.values()
        if code.unknown
    ]
    return pl.DataFrame(rows, schema={"form": pl.String, "item": pl.String, "text": pl.String}, orient="row")
