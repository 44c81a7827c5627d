"""The participants of a snapshot, completed with what forms alone tell: a death, and the last day known alive."""

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.derive.common import find_variable, list_places, read_day, select_item
from trialwright.snapshot.frames import Snapshot

_ALIVE = "ALIVE"
_SILENT_DOMAINS = ("DS", "DV", "DD")
"""Forms that are dated when something became known or was decided, not when the participant was seen."""


def derive_subjects(definition: Definition, snapshot: Snapshot) -> pl.DataFrame:
    """``snapshot.subjects`` with ``alive_on``, and with the death of a death form where no act tells of one.

    ``alive_on`` is the last day on which the participant is known to have been alive: the day of
    the last visit, sample or event, of a vital status that says alive, of completion, or of leaving with a contact.
    The day on which somebody was given up as lost proves nothing, nor does a vital status that is not known. Who died
    was alive until the earliest day that the death can have.
    """
    subjects = _add_deaths(definition, snapshot)
    seen = _find_last_seen(definition, snapshot)
    left = pl.when(pl.col("left_kind") != "LOST_TO_FOLLOW_UP").then("left_on")
    known = pl.max_horizontal("seen_on", "completed_on", left, "day0")
    joined = subjects.join(seen, on="participant", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("death_earliest", known).alias("alive_on")).drop("seen_on")


def _add_deaths(definition: Definition, snapshot: Snapshot) -> pl.DataFrame:
    place = find_variable(definition, "DM", "DTHDTC")
    if place is None:
        return snapshot.subjects
    told = select_item(snapshot, place.form, place.item.id).filter(pl.col("text").is_not_null()).sort("position")
    told = told.unique("participant", keep="last", maintain_order=True).select(
        "participant", pl.col("text").alias("told")
    )
    joined = snapshot.subjects.join(told, on="participant", how="left", maintain_order="left")
    death = pl.coalesce("death", "told")
    return joined.with_columns(
        death.alias("death"),
        pl.coalesce("death_earliest", read_day("told", latest=False)).alias("death_earliest"),
        pl.coalesce("death_latest", read_day("told", latest=True)).alias("death_latest"),
    ).drop("told")


def _find_last_seen(definition: Definition, snapshot: Snapshot) -> pl.DataFrame:
    """The day of the last record that only a living participant can give."""
    silent = [name for name, one in definition.forms.items() if one.form.domain in _SILENT_DOMAINS]
    status = [one for one in list_places(definition, "SS") if one.sdtm.testcd == "SURVSTAT"]
    records = snapshot.forms.filter(~pl.col("form").is_in(silent))
    for place in status:
        alive = select_item(snapshot, place.form, place.item.id).filter(pl.col("code") == _ALIVE)
        records = records.filter((pl.col("form") != place.form) | pl.col("position").is_in(alive["position"].implode()))
    return records.group_by("participant").agg(pl.col("occasion").max().cast(pl.Date).alias("seen_on"))
