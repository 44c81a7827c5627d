"""Rules over several visits, evaluated for everybody: who is at risk for an event."""

from collections.abc import Mapping

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.definition.forms import ItemType
from trialwright.rules.compile import Rule
from trialwright.rules.frame import evaluate_frame
from trialwright.snapshot.frames import Snapshot


def derive_populations(definition: Definition, snapshot: Snapshot, adsl: pl.DataFrame) -> pl.DataFrame:
    """One row a participant of ADSL; for each parameter with a population rule a Boolean column (null: unknown)."""
    rules = {name: one.population for name, one in definition.parameters.items() if one.population}
    if not rules:
        return adsl.select("SUBJID")
    frame = build_visit_frame(definition, snapshot, adsl, rules)
    return pl.concat([frame.select("SUBJID"), evaluate_frame(frame, rules)], how="horizontal")


def build_visit_frame(
    definition: Definition, snapshot: Snapshot, adsl: pl.DataFrame, rules: Mapping[str, Rule]
) -> pl.DataFrame:
    """One row a participant with the columns that the rules read: ``encounter.form.item``, ``arm``, ``age_years``.

    The first row of a form counts where it has several. A form that is kept daily or at any time belongs to the
    encounter whose window holds its day, the nearest day first.
    """
    frame = adsl.select("SUBJID", pl.col("ARMCD").alias("arm"), pl.col("AGE").cast(pl.Float64).alias("age_years"))
    names = dict.fromkeys(name for rule in rules.values() for name in rule.names)
    for name in names:
        parts = name.split(".")
        if len(parts) == 3:
            column = _select_column(definition, snapshot, *parts).rename({"participant": "SUBJID", "value": name})
            frame = frame.join(column, on="SUBJID", how="left", maintain_order="left")
    return frame


def _select_column(definition: Definition, snapshot: Snapshot, encounter: str, form: str, item: str) -> pl.DataFrame:
    kind = definition.forms[form].items[item].type
    value = {ItemType.NUMBER: pl.col("number"), ItemType.CODE: pl.col("code")}.get(kind, pl.col("moment").cast(pl.Date))
    cells = snapshot.values.filter((pl.col("form") == form) & (pl.col("item") == item))
    planned = definition.encounters[encounter]
    at_visit = pl.col("encounter").cast(pl.String) == encounter
    loose = (pl.col("encounter").cast(pl.String) == "") & pl.col("study_day").is_between(
        planned.first_day, planned.last_day
    )
    return (
        cells.filter(at_visit | loose)
        .with_columns(
            pl.col("participant").cast(pl.String), (pl.col("study_day") - planned.day).abs().fill_null(0).alias("away")
        )
        .sort("participant", "away", "study_day", "repeat", "position")
        .unique("participant", keep="first", maintain_order=True)
        .select("participant", value.alias("value"))
    )
