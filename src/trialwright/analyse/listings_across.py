"""Values by visit on one line: a listing of every measurement that people can read, one line a participant and test."""

from collections.abc import Sequence

import polars as pl

from trialwright.analyse.context import Context
from trialwright.derive.findings import list_tests

SAMPLED = "SAMPLED"
"""The parameter of the line with the days on which a participant was measured."""
_OTHER = "UNSCHEDULED"
_LONG = 8
"""Letters from which a value was computed, a ratio for instance, and is printed with three decimals."""
_LINE = ("participant", "arm", "parameter", "unit", "limits")


def list_courses(context: Context) -> pl.DataFrame:
    """The values of the endpoints: one line a participant and parameter, one column a visit, the days above them."""
    bds = context.datasets.adam["ADBDS"].filter(pl.col("ANL01FL") == "Y")
    codes = {code: place for place, code in enumerate(context.definition.parameters)}
    found = bds.select(
        pl.col("SUBJID").alias("participant"),
        pl.col("TRTP").alias("arm"),
        pl.col("PARAMCD").alias("parameter"),
        pl.lit(None, dtype=pl.String).alias("unit"),
        pl.lit(None, dtype=pl.String).alias("limits"),
        pl.col("PARAMCD")
        .cast(pl.String)
        .replace_strict(codes, default=len(codes), return_dtype=pl.Int64)
        .alias("place"),
        pl.col("AVISIT").alias("visit"),
        pl.when(pl.col("AVALC").str.len_chars() > _LONG)
        .then(pl.col("AVAL").round(3).cast(pl.String))
        .otherwise("AVALC")
        .alias("value"),
        pl.col("ADT").cast(pl.String).alias("date"),
    )
    return _arrange(context, found).drop("unit", "limits")


def list_laboratory(context: Context) -> pl.DataFrame:
    """The laboratory's values: one line a participant and test, one column a visit; H and L beside what lies outside."""
    domains = [one for one in ("LB", "CP") if one in context.datasets.sdtm]
    if not domains:
        return pl.DataFrame(schema={"participant": pl.String})
    tests = list_tests(context.definition)
    items = {(one.domain, one.label): (f"{one.form}.{one.item}", place) for place, one in enumerate(tests)}
    parts = [_read_domain(context, domain, items) for domain in domains]
    arms = context.datasets.adam["ADSL"].select(pl.col("SUBJID").alias("participant"), pl.col("ARMCD").alias("arm"))
    return _arrange(context, pl.concat(parts).join(arms, on="participant", how="left", maintain_order="left"))


def _read_domain(context: Context, domain: str, items: dict[tuple[str, str], tuple[str, int]]) -> pl.DataFrame:
    names = {label: item for (where, label), (item, _) in items.items() if where == domain}
    places = {label: place for (where, label), (_, place) in items.items() if where == domain}
    visits = {one.title: one.id for one in context.definition.encounters.values()}
    frame = context.datasets.sdtm[domain].filter(pl.col(f"{domain}ORRES").is_not_null())
    test, result = pl.col(f"{domain}TEST").cast(pl.String), pl.col(f"{domain}ORRES")
    number, low, high = (pl.col(f"{domain}{one}") for one in ("STRESN", "ORNRLO", "ORNRHI"))
    outside = pl.when(number > high).then(pl.lit(" H")).when(number < low).then(pl.lit(" L")).otherwise(pl.lit(""))
    return frame.select(
        pl.col("SUBJID").alias("participant"),
        test.replace(names).alias("parameter"),
        pl.col(f"{domain}ORRESU").cast(pl.String).alias("unit"),
        _say_limits(low, high).alias("limits"),
        test.replace_strict(places, default=len(places), return_dtype=pl.Int64).alias("place"),
        pl.col("VISIT").replace_strict(visits, default=_OTHER, return_dtype=pl.String).alias("visit"),
        (result + outside).alias("value"),
        pl.col(f"{domain}DTC").str.slice(0, 10).alias("date"),
    )


def _say_limits(low: pl.Expr, high: pl.Expr) -> pl.Expr:
    """The laboratory's limits as one text; null where it gave none."""
    least, most = (one.round(4).cast(pl.String).str.strip_suffix(".0") for one in (low, high))
    one_sided = pl.coalesce(pl.lit("≥ ") + least, pl.lit("≤ ") + most)
    return pl.when(low.is_not_null() & high.is_not_null()).then(least + "–" + most).otherwise(one_sided)


def _arrange(context: Context, found: pl.DataFrame) -> pl.DataFrame:
    """One line a participant and parameter; a value of another day than the visit's usual one names its day."""
    usual = (
        found.group_by("participant", "arm", "visit")
        .agg(pl.col("date").drop_nulls().mode().sort().first().alias("usual"))
    )  # fmt: skip
    dated = found.join(usual, on=("participant", "arm", "visit"), how="left", nulls_equal=True)
    other = pl.when(pl.col("date") != pl.col("usual")).then(" [" + pl.col("date") + "]").otherwise(pl.lit(""))
    limits = pl.col("limits").drop_nulls().unique(maintain_order=True).str.join("; ")
    cells = dated.with_columns((pl.col("value") + other).alias("value"))
    line = ["participant", "arm", "parameter", "unit", "place"]
    ranges = found.group_by(line).agg(limits)
    cells = cells.group_by([*line, "visit"], maintain_order=True).agg(pl.col("value").str.join("; "))
    days = usual.select(
        "participant", "arm", pl.lit(SAMPLED).alias("parameter"), pl.lit(None, dtype=pl.String).alias("unit"),
        pl.lit(-1, dtype=pl.Int64).alias("place"), "visit", pl.col("usual").alias("value"),
    )  # fmt: skip
    wide = pl.concat([days, cells.select(days.columns)]).pivot(on="visit", index=line, values="value")
    wide = wide.join(ranges, on=line, how="left", nulls_equal=True).sort("participant", "place", maintain_order=True)
    return wide.select(*_LINE, *_list_visits(context, wide.columns))


def _list_visits(context: Context, columns: Sequence[str]) -> list[str]:
    """The visits that have a value, in the order of the study; what was done at none of them comes last."""
    return [one for one in (*context.definition.encounters, _OTHER) if one in columns]
