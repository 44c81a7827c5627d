"""ADTTE: one row a participant with day 0 and parameter that is an event (ADaM for time-to-event analyses 1.0)."""

import polars as pl

from trialwright.definition.compiled import CompiledParameter, Definition
from trialwright.derive.events import find_events
from trialwright.derive.zero import derive_zero
from trialwright.snapshot.frames import Snapshot

EVENT, CENSORED, COMPETING = 0, 1, 2
_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "STUDYID": pl.String, "USUBJID": pl.String, "SUBJID": pl.String, "TRTP": pl.String, "PARAMCD": pl.String,
    "PARAM": pl.String, "STARTDT": pl.Date, "ADT": pl.Date, "AVAL": pl.Float64, "DAY0": pl.Float64, "CNSR": pl.Int8,
    "EVNTDESC": pl.String, "CNSDTDSC": pl.String, "LOWDAY0": pl.Float64, "HIGHDAY0": pl.Float64, "LOSTDAY0": pl.Float64,
    "POPFL": pl.String, "SRCVAR": pl.String, "SRCPOS": pl.Int64,
}  # fmt: skip


def derive_adtte(definition: Definition, snapshot: Snapshot, adsl: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """One row a participant with day 0 and event parameter, by parameter and participant.

    CNSR is 0 for the event, 1 for censored, 2 for a competing death. AVAL = ADT - STARTDT + 1 as ADaM counts; DAY0 =
    ADT - STARTDT as the protocol counts, and as curves are drawn. What happens after the horizon is censored at the
    horizon. Without the event, follow-up ends at the last record of the form that can be judged; for death at the
    last day known alive. The event lies in (LOWDAY0, HIGHDAY0]: the last negative record and the first positive;
    HIGHDAY0 is null for the censored, LOWDAY0 where no negative record came before. LOSTDAY0 is the day of the first
    record after the event, also beyond the horizon, by which it is undone: positive again, fever again. POPFL says whether the
    participant is at risk (the parameter's population, as ``people`` of ``derive_populations`` say): N for no,
    null for unknown. A death with a partial date
    counts on its latest day; where that is after the horizon and its earliest day is not, the participant is censored
    at the earliest.
    """
    zero = derive_zero(definition, snapshot)
    facts = adsl.select("SUBJID", "DTHDT", "LSTALVDT", "DTHFL").rename({"SUBJID": "participant"})
    base = zero.join(facts, on="participant", how="left", maintain_order="left")
    frames = [
        _derive_parameter(definition, snapshot, one, base, people)
        for one in definition.parameters.values()
        if one.parameter.event
    ]
    return pl.concat([pl.DataFrame(schema=_SCHEMA), *frames])


def _derive_parameter(
    definition: Definition, snapshot: Snapshot, compiled: CompiledParameter, base: pl.DataFrame, people: pl.DataFrame
) -> pl.DataFrame:
    parameter = compiled.parameter
    event = parameter.event
    assert event is not None
    found = _find_deaths(base) if event.kind == "DEATH" else _find_others(definition, snapshot, compiled, base)
    found = _end_follow_up(found, parameter.horizon_day or 0, competing=parameter.competing == "DEATH")
    population = people.select(pl.col("SUBJID").alias("participant"), _flag(parameter.code, people).alias("POPFL"))
    return (
        found.join(population, on="participant", how="left", maintain_order="left")
        .with_columns(
            pl.lit(definition.id).alias("STUDYID"),
            pl.concat_str(pl.lit(f"{definition.id}-"), "participant").alias("USUBJID"),
            pl.col("participant").alias("SUBJID"),
            pl.col("arm").alias("TRTP"),
            pl.lit(parameter.code).alias("PARAMCD"),
            pl.lit(parameter.label).alias("PARAM"),
            pl.col("day0").alias("STARTDT"),
            (pl.col("day0") + pl.duration(days=pl.col("DAY0"))).alias("ADT"),
            (pl.col("DAY0") + 1).alias("AVAL"),
            pl.when(pl.col("CNSR") == EVENT)
            .then(pl.lit(parameter.label))
            .when(pl.col("CNSR") == COMPETING)
            .then(pl.lit("DEATH"))
            .alias("EVNTDESC"),
            pl.lit("DEATH" if event.kind == "DEATH" else compiled.form).alias("SRCVAR"),
        )
        .sort("participant")
        .select(pl.col(name).cast(kind) for name, kind in _SCHEMA.items())
    )


def _flag(code: str, people: pl.DataFrame) -> pl.Expr:
    if code not in people.columns:
        return pl.lit("Y")
    return pl.when(pl.col(code)).then(pl.lit("Y")).when(~pl.col(code)).then(pl.lit("N"))


def _days(moment: str) -> pl.Expr:
    return (pl.col(moment).cast(pl.Date) - pl.col("day0")).dt.total_days()


def _find_deaths(base: pl.DataFrame) -> pl.DataFrame:
    return base.with_columns(
        _days("DTHDT").alias("event"),
        _days("LSTALVDT").alias("seen"),
        (_days("LSTALVDT") - pl.col("DTHDT").is_not_null().cast(pl.Int64)).alias("LOWDAY0"),
        pl.lit(None, dtype=pl.Int64).alias("death"),
        pl.lit(None, dtype=pl.Int64).alias("LOSTDAY0"),
        pl.lit(None, dtype=pl.Int64).alias("SRCPOS"),
    )


def _find_others(
    definition: Definition, snapshot: Snapshot, compiled: CompiledParameter, base: pl.DataFrame
) -> pl.DataFrame:
    events = find_events(definition, snapshot, compiled, base)
    return base.join(events, on="participant", how="left", maintain_order="left").with_columns(
        _days("event_at").alias("event"),
        pl.max_horizontal(_days("last_seen"), pl.lit(0)).alias("seen"),
        _days("last_negative").clip(lower_bound=0).alias("LOWDAY0"),
        _days("DTHDT").alias("death"),
        _days("undone_at").alias("LOSTDAY0"),
    )


def _end_follow_up(found: pl.DataFrame, horizon: int, *, competing: bool) -> pl.DataFrame:
    """The day and kind of the end of each participant's time: the first of event, competing death, censoring."""
    event = pl.col("event").is_not_null() & (pl.col("event") <= horizon)
    died = pl.col("death").is_not_null() & (pl.col("death") <= horizon) & pl.lit(competing) & ~event
    open_end = ~event & ~died
    end = pl.min_horizontal("seen", pl.lit(horizon))
    why = pl.when(pl.col("seen") >= horizon).then(pl.lit("END OF THE HORIZON")).otherwise(pl.lit("LAST KNOWN STATUS"))
    low = pl.col("LOWDAY0")
    return found.with_columns(
        pl.when(event).then("event").when(died).then("death").otherwise(end).alias("DAY0"),
        pl.when(event).then(EVENT).when(died).then(COMPETING).otherwise(CENSORED).alias("CNSR"),
        pl.when(open_end).then(why).alias("CNSDTDSC"),
        pl.when(event).then("event").alias("HIGHDAY0"),
        pl.when(event | (low <= horizon)).then(low).when(low > horizon).then(horizon).alias("LOWDAY0"),
        pl.when(event).then("LOSTDAY0").alias("LOSTDAY0"),
        pl.when(event).then("SRCPOS").alias("SRCPOS"),
    )
