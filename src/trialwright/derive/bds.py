"""ADBDS: one row a value of a parameter (ADaMIG 1.3, section 4; the basic data structure)."""

import polars as pl

from trialwright.definition.compiled import CompiledParameter, Definition
from trialwright.derive.common import compute_sdtm_day
from trialwright.derive.readings import read_records
from trialwright.derive.windows import compute_windows
from trialwright.derive.zero import derive_zero
from trialwright.safety.grading import grade_values
from trialwright.snapshot.frames import Snapshot

_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "STUDYID": pl.String, "USUBJID": pl.String, "SUBJID": pl.String, "TRTP": pl.String, "PARAMCD": pl.String,
    "PARAM": pl.String, "AVISIT": pl.String, "AVISITN": pl.Float64, "ADTM": pl.Datetime("us"), "ADT": pl.Date,
    "ADY": pl.Int32, "DAY0": pl.Int32, "AVAL": pl.Float64, "AVALC": pl.String, "BASE": pl.Float64, "CHG": pl.Float64,
    "PCHG": pl.Float64, "R2BASE": pl.Float64, "ABLFL": pl.String, "ANL01FL": pl.String, "DTYPE": pl.String,
    "ANRLO": pl.Float64, "ANRHI": pl.Float64, "ANRIND": pl.String, "BNRIND": pl.String, "ATOXGR": pl.Int8,
    "BTOXGR": pl.Int8, "VISIT": pl.String, "SRCVAR": pl.String, "SRCPOS": pl.Int64,
}  # fmt: skip


def derive_bds(definition: Definition, snapshot: Snapshot) -> pl.DataFrame:
    """One row a value of a parameter that an item measures, by parameter, participant and time.

    ABLFL marks the baseline: the last value at or before time zero, not made during or after a dose. AVISIT is the
    analysis window (midpoints between planned visits, see ``windows``); of several values in a window ANL01FL marks
    the one analysed: made before a dose rather than after it, then nearest the planned day, then the earlier. The
    baseline has its own visit and ANL01FL. DAY0 counts from day 0 as the protocol does; ADY as CDISC does.
    R2BASE = AVAL / BASE. ATOXGR is the CTCAE grade that the value proposes, for parameters that name a term.
    """
    zero = derive_zero(definition, snapshot)
    frames = [
        _derive_parameter(definition, snapshot, one, zero)
        for one in definition.parameters.values()
        if one.parameter.item
    ]
    found = pl.concat([pl.DataFrame(schema=_SCHEMA), *frames])
    return found


def _derive_parameter(
    definition: Definition, snapshot: Snapshot, compiled: CompiledParameter, zero: pl.DataFrame
) -> pl.DataFrame:
    found = (
        read_records(definition, snapshot, compiled)
        .join(zero, on="participant", how="inner")
        .sort("participant", "at", "SRCPOS")
    )
    found = found.with_columns(
        (pl.col("at").cast(pl.Date) - pl.col("day0")).dt.total_days().cast(pl.Int32).alias("DAY0")
    )
    found = _mark_baseline(found)
    found = _assign_visits(definition, compiled, found)
    found = _mark_analysed(found)
    found = _compare_limits(found)
    found = _grade(definition, compiled, found)
    return found.with_columns(
        pl.lit(definition.id).alias("STUDYID"),
        pl.concat_str(pl.lit(f"{definition.id}-"), "participant").alias("USUBJID"),
        pl.col("participant").alias("SUBJID"),
        pl.col("arm").alias("TRTP"),
        pl.lit(compiled.parameter.code).alias("PARAMCD"),
        pl.lit(compiled.parameter.label).alias("PARAM"),
        pl.col("at").alias("ADTM"),
        pl.col("at").cast(pl.Date).alias("ADT"),
        compute_sdtm_day(pl.col("DAY0")).alias("ADY"),
        pl.col("encounter").alias("VISIT"),
        pl.lit(compiled.parameter.item).alias("SRCVAR"),
        (pl.col("AVAL") - pl.col("BASE")).alias("CHG"),
        pl.when(pl.col("BASE") != 0).then((pl.col("AVAL") / pl.col("BASE") - 1) * 100).alias("PCHG"),
        pl.when(pl.col("BASE") > 0).then(pl.col("AVAL") / pl.col("BASE")).alias("R2BASE"),
    ).select(pl.col(name).cast(kind) for name, kind in _SCHEMA.items())


def _mark_baseline(found: pl.DataFrame) -> pl.DataFrame:
    usable = (pl.col("at") <= pl.col("zero")) & ~pl.col("AFTERDOSE")
    found = found.with_row_index("order").with_columns(pl.when(usable).then("order").alias("order"))
    is_base = (pl.col("order") == pl.col("order").max().over("participant")).fill_null(False)
    found = found.with_columns(pl.when(is_base).then(pl.lit("Y")).alias("ABLFL")).drop("order")
    base = found.filter(pl.col("ABLFL") == "Y").select(
        "participant", pl.col("AVAL").alias("BASE"), pl.col("HIGH").alias("base_high")
    )
    return found.join(base, on="participant", how="left", maintain_order="left")


def _assign_visits(definition: Definition, compiled: CompiledParameter, found: pl.DataFrame) -> pl.DataFrame:
    """AVISIT, AVISITN and the distance from the planned day; null outside every window."""
    windows = compute_windows(definition, compiled.endpoint.at)
    order = {name: float(number) for number, name in enumerate(definition.encounters, 1)}
    first = next((name for name in compiled.endpoint.at if definition.encounters[name].day <= 0), next(iter(order)))
    visit, number, away = pl.lit(None, dtype=pl.String), pl.lit(None, dtype=pl.Float64), pl.lit(None, dtype=pl.Int32)
    after = pl.col("at") > pl.col("zero")
    for one in windows:
        inside = after & pl.col("DAY0").is_between(one.first, one.last)
        visit = pl.when(inside).then(pl.lit(one.encounter)).otherwise(visit)
        number = pl.when(inside).then(pl.lit(one.number)).otherwise(number)
        away = pl.when(inside).then((pl.col("DAY0") - one.day).abs()).otherwise(away)
    is_base = pl.col("ABLFL") == "Y"
    return found.with_columns(
        pl.when(is_base).then(pl.lit(first)).otherwise(visit).alias("AVISIT"),
        pl.when(is_base).then(pl.lit(order[first])).otherwise(number).alias("AVISITN"),
        pl.when(is_base).then(0).otherwise(away).alias("away"),
    )


def _mark_analysed(found: pl.DataFrame) -> pl.DataFrame:
    ranked = found.sort("participant", "AVISITN", "AFTERDOSE", "away", "at", "SRCPOS", nulls_last=True)
    first = pl.int_range(pl.len()).over("participant", "AVISIT") == 0
    ranked = ranked.with_columns(pl.when(first & pl.col("AVISIT").is_not_null()).then(pl.lit("Y")).alias("ANL01FL"))
    return ranked.sort("participant", "at", "SRCPOS")


def _compare_limits(found: pl.DataFrame) -> pl.DataFrame:
    low, high = pl.col("AVAL") < pl.col("LOW"), pl.col("AVAL") > pl.col("HIGH")
    known = pl.col("LOW").is_not_null() | pl.col("HIGH").is_not_null()
    state = pl.when(low).then(pl.lit("LOW")).when(high).then(pl.lit("HIGH")).when(known).then(pl.lit("NORMAL"))
    found = found.with_columns(pl.col("LOW").alias("ANRLO"), pl.col("HIGH").alias("ANRHI"), state.alias("ANRIND"))
    return found.with_columns(
        pl.col("ANRIND").filter(pl.col("ABLFL") == "Y").first().over("participant").alias("BNRIND")
    )


def _grade(definition: Definition, compiled: CompiledParameter, found: pl.DataFrame) -> pl.DataFrame:
    """CTCAE grades; null where the value cannot be graded (a limit is missing)."""
    if not compiled.parameter.ctcae:
        return found.with_columns(
            pl.lit(None, dtype=pl.Int8).alias("ATOXGR"), pl.lit(None, dtype=pl.Int8).alias("BTOXGR")
        )
    form, _, name = (compiled.parameter.item or "").partition(".")
    asked = found.select(
        pl.col("AVAL").alias("value"),
        pl.lit(definition.forms[form].items[name].unit).alias("unit"),
        pl.lit(compiled.parameter.ctcae).alias("term"),
        pl.col("LOW").alias("lln"),
        pl.col("HIGH").alias("uln"),
        pl.col("BASE").alias("baseline"),
        pl.col("base_high").alias("baseline_uln"),
        (pl.col("at") <= pl.col("zero")).alias("at_baseline"),
    )
    graded = grade_values(asked, definition.study.safety.ctcae)
    found = found.with_columns(graded["grade"].cast(pl.Int8).alias("ATOXGR"))
    return found.with_columns(
        pl.col("ATOXGR").filter(pl.col("ABLFL") == "Y").first().over("participant").alias("BTOXGR")
    )
