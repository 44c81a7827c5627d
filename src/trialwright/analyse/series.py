"""What the figures are drawn from: individual courses, curves by arm, and one line of life a participant."""

from collections.abc import Mapping

import polars as pl

from trialwright.analyse.context import Context
from trialwright.analyse.curves import ROUNDING, estimate_curve, read_bounded
from trialwright.analyse.survival import Times, select_times, take_times
from trialwright.definition.analysis import SetKind
from trialwright.definition.compiled import CompiledParameter
from trialwright.statistics.outcomes import Curve
from trialwright.vocabulary.methods import Method

_TIMELINE: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "participant": pl.String, "arm": pl.String, "kind": pl.String, "start_day": pl.Int32, "end_day": pl.Int32,
    "label": pl.String,
}  # fmt: skip
_CURVE: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "arm": pl.String, "day": pl.Float64, "estimate": pl.Float64, "ci_low": pl.Float64, "ci_high": pl.Float64,
    "at_risk": pl.Float64,
}  # fmt: skip


def compute_profiles(context: Context) -> dict[str, pl.DataFrame]:
    """By parameter: participant, arm, visit, day, value; the analysed values, planned day 0 being the baseline."""
    course = context.datasets.adam["ADBDS"].filter((pl.col("ANL01FL") == "Y") & pl.col("AVAL").is_not_null())
    course = course.sort("SUBJID", "AVISITN")
    parts = {str(code): frame for (code,), frame in course.partition_by("PARAMCD", as_dict=True).items()}
    return {
        code: parts[code].select(
            pl.col("SUBJID").alias("participant"), pl.col("TRTP").alias("arm"), pl.col("AVISIT").alias("visit"),
            pl.col("DAY0").alias("day"), pl.col("AVAL").alias("value"),
            ) for code in context.definition.parameters if code in parts
    }  # fmt: skip


def compute_curves(context: Context) -> dict[str, pl.DataFrame]:
    """By parameter that is an event: the steps of each arm, from day 0 on, in the full analysis set.

    Survival for death; for other events the cumulative incidence with death competing where the definition says so.
    """
    members = context.find_set(SetKind.FULL)
    if members is None:
        return {}
    curves = {}
    for code, compiled in context.definition.parameters.items():
        if compiled.parameter.event is None:
            continue
        method = Method.KAPLAN_MEIER if compiled.parameter.event.kind == "DEATH" else Method.AALEN_JOHANSEN
        times = select_times(context, code, members)
        frames = [pl.DataFrame(schema=_CURVE)]
        for arm in context.definition.arms:
            of_arm = take_times(times, members, arm)
            if of_arm.subjects:
                frames.append(_draw(context, compiled, arm, of_arm, estimate_curve(of_arm, context.level, method)))
        curves[code] = pl.concat(frames)
    return curves


def _draw(context: Context, compiled: CompiledParameter, arm: str, times: Times, curve: Curve) -> pl.DataFrame:
    """The steps of an arm, and between them a point on each planned day for the number then at risk.

    Where the curve has come to its end, its variance is 0: the band is the exact interval that the tables print there.
    """
    horizon = float(compiled.parameter.horizon_day or times.days.max())
    jumps = zip(curve.times, curve.estimate, curve.ci_low, curve.ci_high, curve.at_risk, strict=True)
    steps = {float(step[0]): tuple(map(float, step)) for step in jumps}
    planned = [float(one.day) for one in context.definition.encounters.values() if 0 < one.day < horizon]
    for day in (0.0, *planned, horizon):
        if day not in steps:
            before = max((one for one in steps if one < day), default=None)
            shown = (curve.start,) * 3 if before is None else steps[before][1:4]
            steps[day] = (day, *shown, float((times.days >= day).sum()))
    end = 1 - curve.start
    for day in (one for one, step in steps.items() if abs(step[1] - end) < ROUNDING):
        exact = read_bounded(times, curve, day, context.level)
        if exact.ci_low is not None and exact.ci_high is not None:
            steps[day] = (day, end, exact.ci_low, exact.ci_high, steps[day][-1])
    return pl.DataFrame([(arm, *steps[day]) for day in sorted(steps)], schema=_CURVE, orient="row")


def compute_timelines(context: Context) -> pl.DataFrame:
    """One row a thing in a participant's life in the study, in days from day 0, by participant and start.

    Kinds: FOLLOW_UP, DOSE, AE and SAE (treatment-emergent), EVENT (an endpoint reached), DEATH, LEFT, COMPLETED.
    """
    adsl = context.datasets.adam["ADSL"].filter(pl.col("FASFL") == "Y").sort("SUBJID")
    last = (pl.col("EOSDT") - pl.col("TRTSDT")).dt.total_days()
    people = adsl.select(
        pl.col("SUBJID").alias("participant"),
        pl.col("ARMCD").alias("arm"),
        last.alias("last"),
        "TRTSDT",
        "EOSSTT",
        "DTHDAY0",
        "DCSREAS",
    )
    known = people.filter(pl.col("last").is_not_null())
    left = known.filter((pl.col("EOSSTT") == "DISCONTINUED") & pl.col("DTHDAY0").is_null())
    parts = [
        _mark(known, "FOLLOW_UP", pl.lit(0), pl.col("last"), pl.lit("")),
        _mark(
            people.filter(pl.col("DTHDAY0").is_not_null()),
            "DEATH",
            pl.col("DTHDAY0"),
            pl.col("DTHDAY0"),
            pl.lit("Death"),
        ),
        _mark(left, "LEFT", pl.col("last"), pl.col("last"), pl.col("DCSREAS")),
        _mark(known.filter(pl.col("EOSSTT") == "COMPLETED"), "COMPLETED", pl.col("last"), pl.col("last"), pl.lit("")),
        _mark_doses(context, people),
        _mark_events(context, people),
        _mark_endpoints(context, people),
    ]
    return pl.concat(parts).sort("participant", "start_day", "kind", "label", maintain_order=True)


def _mark(frame: pl.DataFrame, kind: str, start: pl.Expr, end: pl.Expr, label: pl.Expr) -> pl.DataFrame:
    marked = frame.select(
        "participant",
        "arm",
        pl.lit(kind).alias("kind"),
        start.alias("start_day"),
        end.alias("end_day"),
        label.alias("label"),
    )
    return marked.select(pl.col(name).cast(kind) for name, kind in _TIMELINE.items())


def _mark_doses(context: Context, people: pl.DataFrame) -> pl.DataFrame:
    ex = (
        context.datasets.sdtm["EX"]
        .rename({"SUBJID": "participant"})
        .join(people, on="participant", how="inner", maintain_order="left")
    )
    day = (pl.col("EXSTDTC").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False) - pl.col("TRTSDT")).dt.total_days()
    label = pl.format("{} {}", pl.col("EXDOSE").cast(pl.String), pl.col("EXDOSU"))
    return _mark(
        ex.with_columns(day.alias("day")).filter(pl.col("day").is_not_null()),
        "DOSE",
        pl.col("day"),
        pl.col("day"),
        label,
    )


def _mark_events(context: Context, people: pl.DataFrame) -> pl.DataFrame:
    ae = (
        context.datasets.adam["ADAE"]
        .filter((pl.col("TRTEMFL") == "Y") & pl.col("DAY0").is_not_null())
        .rename({"SUBJID": "participant"})
    )
    ae = ae.join(people.select("participant", "arm", "last"), on="participant", how="inner", maintain_order="left")
    end = pl.coalesce((pl.col("AENDT") - pl.col("TRTSDT")).dt.total_days(), pl.col("last"), pl.col("DAY0"))
    label = pl.format("{}, grade {}", "AEDECOD", pl.col("ATOXGR").fill_null("?"))
    serious = pl.col("AESER") == "Y"
    return pl.concat([
        _mark(ae.filter(serious.fill_null(False)), "SAE", pl.col("DAY0"), end, label),
        _mark(ae.filter(~serious.fill_null(False)), "AE", pl.col("DAY0"), end, label),
    ])  # fmt: skip


def _mark_endpoints(context: Context, people: pl.DataFrame) -> pl.DataFrame:
    deaths = [
        code
        for code, one in context.definition.parameters.items()
        if one.parameter.event and one.parameter.event.kind == "DEATH"
    ]
    tte = context.datasets.adam["ADTTE"].filter(
        (pl.col("CNSR") == 0) & (pl.col("POPFL") == "Y") & ~pl.col("PARAMCD").is_in(deaths)
    )
    tte = tte.rename({"SUBJID": "participant"}).join(
        people.select("participant", "arm"), on="participant", how="inner", maintain_order="left"
    )
    return _mark(tte, "EVENT", pl.col("DAY0"), pl.col("DAY0"), pl.col("PARAM"))
