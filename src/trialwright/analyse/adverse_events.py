"""ADVERSE_EVENTS: participants with events, and events per time, by arm as treated."""

from dataclasses import replace

import polars as pl

from trialwright.analyse.compare import list_counts, list_share
from trialwright.analyse.context import Context, Members
from trialwright.analyse.rows import Basis, Heading, list_estimate, make_row
from trialwright.definition.analysis import Analysis
from trialwright.results import ResultRow
from trialwright.statistics import poisson_rate
from trialwright.vocabulary.methods import Method

EMERGENT = pl.col("TRTEMFL") == "Y"
KINDS: dict[str, pl.Expr] = {
    "TEAE": pl.lit(True),
    "RELATED": pl.col("AREL") == "RELATED",
    "SEVERE": pl.col("ATOXGRN") >= 3,
    "SERIOUS": pl.col("AESER") == "Y",
    "SERIOUS_RELATED": (pl.col("AESER") == "Y") & (pl.col("AREL") == "RELATED"),
    "STOPPED": pl.col("AEACN") == "DRUG WITHDRAWN",
    "FATAL": pl.col("ATOXGRN") == 5,
}
"""What the overview counts, among treatment-emergent events."""

_RATES = ("TEAE", "RELATED", "SERIOUS")
_PER = 100.0


def compute_adverse_events(context: Context, analysis: Analysis) -> list[ResultRow]:
    """Rows by kind and arm. A main analysis counts participants with a related event and compares the arms; a
    descriptive one counts every kind; with the exact Poisson method come rates per 100 participant-days."""
    members = context.sets[analysis.analysis_set]
    arms = context.list_arms(analysis)
    rows: list[ResultRow] = []
    if Method.POISSON_EXACT in analysis.methods:
        rows += list_rates(context, context.head(analysis, ""), members, arms)
    if Method.POISSON_RATIO in analysis.methods and context.contrast:
        rows += list_rate_ratios(context, context.head(analysis, ""), members)
    if set(analysis.methods) - {Method.POISSON_EXACT, Method.POISSON_RATIO} or not analysis.methods:
        kinds = ["RELATED"] if analysis.role == "main" else list(KINDS)
        rows += list_kinds(context, context.head(analysis, ""), members, kinds, analysis.methods)
    return rows


def select_events(context: Context, members: Members) -> pl.DataFrame:
    """The treatment-emergent events of a set, with ``arm``."""
    events = context.datasets.adam["ADAE"].filter(EMERGENT)
    return events.join(members.frame, on="SUBJID", how="inner").sort("SUBJID", "AESEQ")


def list_kinds(
    context: Context,
    head: Heading,
    members: Members,
    kinds: list[str],
    methods: tuple[Method, ...] = (),
) -> list[ResultRow]:
    """For each kind: participants with at least one such event by arm, the number of events, then the comparison."""
    events = select_events(context, members)
    rows: list[ResultRow] = []
    for kind in kinds:
        mine = events.filter(KINDS[kind])
        counts: dict[str, tuple[int, int]] = {}
        for arm, subjects in members.arms.items():
            of_arm = mine.filter(pl.col("arm") == arm)
            having = tuple(of_arm["SUBJID"].unique().sort())
            counts[arm] = len(having), len(subjects)
            here = replace(head, parameter=kind, group=arm)
            basis = Basis(having, n_used=len(subjects))
            rows += list_share(here, len(subjects), context.level, basis, methods)
            rows.append(make_row(here, "events", of_arm.height, Basis(having, n_used=len(subjects))))
        if context.contrast:
            numbers = (*counts[context.contrast[0]], *counts[context.contrast[1]])
            basis = Basis(tuple(sorted(one for arm in context.contrast for one in members.arms[arm])))
            here = replace(head, parameter=kind, group=context.contrast_name)
            rows += list_counts(here, methods, numbers, context.level, basis)
    return rows


def list_rates(context: Context, head: Heading, members: Members, arms: list[str]) -> list[ResultRow]:
    """Events per 100 participant-days with exact interval, by kind and arm.

    A participant is at risk from day 0 to the end of participation or of the time in which events count, whichever is
    first; every event counts, so repeated events of one person are taken as independent.
    """
    days = compute_days_at_risk(context, members)
    events = select_events(context, members)
    rows: list[ResultRow] = []
    for kind in _RATES:
        for arm in arms:
            mine = events.filter(KINDS[kind] & (pl.col("arm") == arm))
            exposure = float(days.filter(pl.col("arm") == arm)["days"].sum() or 0)
            answer = poisson_rate.estimate_exact(mine.height, exposure / _PER, context.level)
            here = replace(head, parameter=kind, group=arm, unit="events per 100 participant-days")
            basis = Basis(tuple(mine["SUBJID"].unique().sort()), n_used=len(members.arms[arm]))
            rows.append(make_row(replace(here, unit=""), "events", mine.height, basis, answer.method))
            rows.append(make_row(replace(here, unit="days"), "person_days", exposure, basis, answer.method))
            rows += list_estimate(here, answer, basis)
    return rows


def list_rate_ratios(context: Context, head: Heading, members: Members) -> list[ResultRow]:
    """The ratio of the two arms' rates with its exact interval, by kind."""
    assert context.contrast
    days = compute_days_at_risk(context, members)
    events = select_events(context, members)
    subjects = tuple(sorted(one for arm in context.contrast for one in members.arms[arm]))
    rows: list[ResultRow] = []
    for kind in _RATES:
        numbers: list[tuple[int, float]] = []
        for arm in context.contrast:
            mine = events.filter(KINDS[kind] & (pl.col("arm") == arm))
            numbers.append((mine.height, float(days.filter(pl.col("arm") == arm)["days"].sum() or 0)))
        answer = poisson_rate.estimate_ratio(*numbers[0], *numbers[1], context.level)
        here = replace(head, parameter=kind, group=context.contrast_name, unit="ratio")
        rows += list_estimate(here, answer, Basis(subjects))
    return rows


def compute_days_at_risk(context: Context, members: Members) -> pl.DataFrame:
    """SUBJID, arm and the days at risk for adverse events (day 0 counts as one)."""
    emergent = context.definition.study.safety.emergent_days
    adsl = context.datasets.adam["ADSL"].select("SUBJID", "TRTSDT", "TRTEDT", "EOSDT", "DOSES")
    start = pl.when(pl.col("DOSES") > 0).then("TRTEDT").otherwise("TRTSDT")
    end = pl.min_horizontal(pl.col("EOSDT"), start + pl.duration(days=emergent))
    days = (end - pl.col("TRTSDT")).dt.total_days() + 1
    return members.frame.join(adsl, on="SUBJID", how="left", maintain_order="left").select(
        "SUBJID", "arm", days.clip(lower_bound=1).alias("days")
    )
