"""What an intercurrent event does to the data of an analysis, as its strategy says (ICH E9(R1), A.3.2).

The kinds of event and the strategies are those of ``definition.estimand``; each has one meaning here and no other.
"""

from collections.abc import Mapping
from functools import reduce

import polars as pl

from trialwright.analyse.context import Context, Question
from trialwright.definition.estimand import EventKind, Family, Strategy

_STOPS = (Strategy.WHILE_ALIVE, Strategy.HYPOTHETICAL)
_EVENT, _CENSORED, _COMPETING = 0, 1, 2


def find_days(context: Context, kind: EventKind) -> dict[str, float]:
    """The day from day 0 of each participant's first event of a kind; who had none is not in it."""
    adsl = context.datasets.adam["ADSL"].filter(pl.col("TRTSDT").is_not_null())
    match kind:
        case EventKind.DEATH:
            found = adsl.select("SUBJID", pl.col("DTHDAY0").alias("day"))
        case EventKind.RESCUE:
            cm = context.datasets.sdtm["CM"]
            if "CMRESCUE" not in cm.columns:
                return {}
            found = _date(adsl, cm.filter(pl.col("CMRESCUE") == "Y"), "CMSTDTC")
        case EventKind.DOSE_MISSED:
            days = {name: one.day for name, one in context.definition.encounters.items()}
            missed = context.datasets.missed.filter(pl.col("encounter").is_in(list(days)))
            day = pl.col("encounter").replace_strict(days, return_dtype=pl.Float64)
            found = missed.select(pl.col("participant").alias("SUBJID"), day.alias("day"))
        case EventKind.CROSSOVER:
            found = _date(adsl, context.datasets.sdtm["EX"].filter(_is_foreign(context, adsl)), "EXSTDTC")
        case EventKind.OTHER:
            return {}
    known = found.filter(pl.col("day").is_not_null()).group_by("SUBJID").agg(pl.col("day").min().cast(pl.Float64))
    return dict(known.sort("SUBJID").iter_rows())


def _date(adsl: pl.DataFrame, events: pl.DataFrame, column: str) -> pl.DataFrame:
    """The day of a date as SDTM writes it; an unknown one counts as day 0, so that nothing after it is overlooked."""
    on = pl.col(column).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    joined = events.select("SUBJID", on.alias("on")).join(adsl.select("SUBJID", "TRTSDT"), on="SUBJID", how="inner")
    return joined.select("SUBJID", (pl.col("on") - pl.col("TRTSDT")).dt.total_days().fill_null(0).alias("day"))


def _is_foreign(context: Context, adsl: pl.DataFrame) -> pl.Expr:
    """Whether a dose is of an intervention that the participant's own arm does not have."""
    own: list[pl.Expr] = []
    for name, arm in context.definition.arms.items():
        people = adsl.filter(pl.col("ARMCD") == name)["SUBJID"].to_list()
        own.append(pl.col("SUBJID").is_in(people) & ~pl.col("intervention").is_in(list(arm.interventions)))
    return reduce(lambda one, other: one | other, own, pl.lit(False))


def _list_days(question: Question, wanted: tuple[Strategy, ...]) -> list[tuple[EventKind, Mapping[str, float]]]:
    chosen = [kind for kind, strategy in question.strategies.items() if strategy in wanted]
    return [(kind, find_days(question.context, kind)) for kind in chosen]


def cut_course(question: Question, course: pl.DataFrame) -> pl.DataFrame:
    """The values of a course that the strategies use: none from after an event that ends it."""
    for _, days in _list_days(question, _STOPS):
        if days:
            last = pl.col("SUBJID").replace_strict(days, default=None, return_dtype=pl.Float64)
            course = course.filter(last.is_null() | (pl.col("DAY0") <= last))
    return course


def find_worst(question: Question, day: float) -> tuple[frozenset[str], frozenset[str]]:
    """Who has the worst outcome by a day because of an event: of death, and of any other kind.

    Nobody where the parameter has no direction of benefit. A value stands against death (it was measured before), but
    not against another event.
    """
    if not question.compiled.parameter.better:
        return frozenset(), frozenset()
    died: set[str] = set()
    others: set[str] = set()
    for kind, days in _list_days(question, (Strategy.COMPOSITE,)):
        (died if kind is EventKind.DEATH else others).update(one for one, on in days.items() if on <= day)
    return frozenset(died), frozenset(others)


def end_times(question: Question, times: pl.DataFrame) -> pl.DataFrame:
    """Times to an event (DAY0, CNSR) as the strategies want them: never, failed, or censored, from another event's day.

    A composite makes the worst of it: a good event never comes, a bad one (death, or what the parameter calls bad)
    has come. Death is the definition's own competing event already, so only the other kinds are handled here.
    """
    worst = _EVENT if _is_harm(question) else _COMPETING
    steps = (((Strategy.COMPOSITE,), worst), ((Strategy.COMPETING,), _COMPETING), (_STOPS, _CENSORED))
    for wanted, code in steps:
        for kind, days in _list_days(question, wanted):
            if kind is EventKind.DEATH or not days:
                continue
            on = pl.col("SUBJID").replace_strict(days, default=None, return_dtype=pl.Float64)
            ended = (on < pl.col("DAY0")).fill_null(False)
            times = times.with_columns(
                pl.when(ended).then(pl.lit(code)).otherwise("CNSR").cast(times["CNSR"].dtype).alias("CNSR"),
                pl.when(ended).then(on.clip(lower_bound=0)).otherwise("DAY0").alias("DAY0"),
            )
    return times


def _is_harm(question: Question) -> bool:
    """Whether the event of a parameter is bad: death is; of others a share that should be low, a time that should be
    long."""
    parameter = question.compiled.parameter
    if parameter.event is not None and parameter.event.kind == "DEATH":
        return True
    return parameter.better == ("lower" if question.analysis.family is Family.SHARE else "higher")
