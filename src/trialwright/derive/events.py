"""How an event is recognised in the records of a form: once, in a row, or sustained."""

import polars as pl

from trialwright.definition.compiled import CompiledParameter, Definition
from trialwright.definition.endpoints import EventRule
from trialwright.derive.common import spread_form
from trialwright.rules.frame import evaluate_frame
from trialwright.snapshot.frames import Snapshot

_HOUR = 3_600_000_000


def find_events(
    definition: Definition, snapshot: Snapshot, compiled: CompiledParameter, zero: pl.DataFrame
) -> pl.DataFrame:
    """One row a participant with day 0: participant, event_at, last_negative, last_seen, undone_at, SRCPOS.

    Parameters
    ----------
    definition, snapshot, compiled
        The parameter with its event rule.
    zero : DataFrame
        From ``derive_zero``.

    Returns
    -------
    DataFrame
        ``event_at`` is the moment of the first record of the event, from day 0 on; ``last_negative`` the last record
        before it (or, without an event, before the end) that was not true; ``last_seen`` the last record whose truth
        is known; ``undone_at`` the first record after the event that is not true again. Null: there is none.

    Notes
    -----
    A record whose truth is unknown (an indeterminate result) is no event and ends a row of them. Records whose moment is
    not known are left out: they cannot be put in order.
    """
    assert compiled.parameter.event is not None
    records = _judge_records(definition, snapshot, compiled, zero)
    later = records.filter(pl.col("at") >= pl.col("day0").cast(pl.Datetime("us")))
    found = _find_start(later, compiled.parameter.event)
    joined = records.join(found.select("participant", "event_at"), on="participant", how="left")
    before = pl.col("event_at").is_null() | (pl.col("at") < pl.col("event_at"))
    negatives = (
        joined.filter(before & ~pl.col("truth").fill_null(True))
        .group_by("participant")
        .agg(pl.col("at").max().alias("last_negative"))
    )
    seen = (
        later.filter(pl.col("truth").is_not_null()).group_by("participant").agg(pl.col("at").max().alias("last_seen"))
    )
    undone = (
        joined.filter((pl.col("at") > pl.col("event_at")) & ~pl.col("truth").fill_null(True))
        .group_by("participant")
        .agg(pl.col("at").min().alias("undone_at"))
    )
    frame = zero.select("participant")
    for part in (found, negatives, seen, undone):
        frame = frame.join(part, on="participant", how="left", maintain_order="left")
    return frame


def _judge_records(
    definition: Definition, snapshot: Snapshot, compiled: CompiledParameter, zero: pl.DataFrame
) -> pl.DataFrame:
    """The records of the form in order of time, with the truth of ``when``."""
    assert compiled.when is not None
    prefix = f"{compiled.form}."
    items = [name.removeprefix(prefix) for name in compiled.when.names if name.startswith(prefix)]
    wide = spread_form(definition, snapshot, compiled.form, items, raw=False)
    wide = wide.join(zero, on="participant", how="inner").filter(pl.col("occasion").is_not_null())
    wide = wide.sort("participant", "occasion", "repeat", "position")
    asked = wide.select(
        *(pl.col(name).alias(prefix + name) for name in items),
        pl.col("arm"),
        pl.col("study_day").cast(pl.Float64).alias("day"),
    )
    truth = evaluate_frame(asked, {"truth": compiled.when})["truth"]
    return wide.select("participant", "day0", pl.col("occasion").alias("at"), "position").with_columns(truth)


def _find_start(records: pl.DataFrame, event: EventRule) -> pl.DataFrame:
    """The first start of the event for each participant who has it."""
    true = pl.col("truth").fill_null(False)
    breaks = ~true | (pl.col("participant") != pl.col("participant").shift()).fill_null(True)
    if event.kind == "SUSTAINED":
        gap = (pl.col("at") - pl.col("at").shift()).dt.total_microseconds()
        breaks |= (gap > event.max_gap_hours * _HOUR).fill_null(True)
    starts = true & (breaks.cast(pl.Boolean) | ~true.shift().fill_null(False))
    runs = records.with_columns(starts.cum_sum().alias("run")).filter(true)
    spans = runs.group_by("participant", "run", maintain_order=True).agg(
        pl.col("at").first().alias("event_at"),
        pl.col("position").first().alias("SRCPOS"),
        pl.len().alias("count"),
        (pl.col("at").last() - pl.col("at").first()).dt.total_microseconds().alias("length"),
    )
    enough = {
        "ONCE": pl.lit(True),
        "CONSECUTIVE": (pl.col("count") >= event.count) & (pl.col("length") >= event.apart_hours * _HOUR),
        "SUSTAINED": pl.col("length") >= event.hours * _HOUR,
    }[event.kind]
    first = (
        spans.filter(enough).sort("participant", "event_at").unique("participant", keep="first", maintain_order=True)
    )
    return first.select("participant", "event_at", "SRCPOS")
