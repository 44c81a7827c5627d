"""14.3: adverse events by term and grade, deaths and serious events; the displays that every study has."""

from dataclasses import replace

import polars as pl

from trialwright.analyse.adverse_events import KINDS, list_kinds, list_rates, select_events
from trialwright.analyse.compare import list_share
from trialwright.analyse.context import Context, Members
from trialwright.analyse.rows import Basis, Heading, list_estimate
from trialwright.definition.analysis import SetKind
from trialwright.results import ResultRow
from trialwright.statistics import risk_difference

_EMERGENT_TERMS = "14.3.1.2"
_GRADES = range(1, 6)
_HOURS = (2, 24)


def compute_safety(context: Context) -> list[ResultRow]:
    """Rows of the standing safety tables in the safety set, as treated, with exact intervals.

    14.3.1.1 and .6 stand here only where the plan has no analysis for them.
    """
    members = context.find_set(SetKind.SAFETY)
    if members is None:
        return []
    planned = {one.table for one in context.definition.plan.analyses}
    rows: list[ResultRow] = []
    if "14.3.1.1" not in planned:
        rows += list_kinds(context, _head("14.3.1.1", members), members, list(KINDS))
    rows += _list_terms(context, members, _EMERGENT_TERMS, pl.lit(True))
    rows += _list_grades(context, members)
    rows += _list_terms(context, members, "14.3.1.4", KINDS["RELATED"])
    rows += _list_after_dose(context, members)
    if "14.3.1.6" not in planned:
        rows += list_rates(context, _head("14.3.1.6", members), members, list(members.arms))
    return rows + _list_deaths(context, members) + _list_terms(context, members, "14.3.2.2", KINDS["SERIOUS"])


def _head(table: str, members: Members, parameter: str = "") -> Heading:
    return Heading(table, table, members.id, parameter)


def _list_terms(context: Context, members: Members, table: str, chosen: pl.Expr) -> list[ResultRow]:
    """Participants with each class and, in it, each term: the most frequent first, then by name."""
    events = select_events(context, members).filter(chosen)
    rows: list[ResultRow] = []
    for soc in _rank(events, "AEBODSYS"):
        of_soc = events.filter(pl.col("AEBODSYS") == soc)
        rows += _list_having(context, members, _head(table, members, soc), of_soc)
        for term in _rank(of_soc, "AEDECOD"):
            head = replace(_head(table, members, soc), category=term)
            of_term = of_soc.filter(pl.col("AEDECOD") == term)
            rows += _list_having(context, members, head, of_term)
            rows += _list_difference(context, members, head, of_term) if table == _EMERGENT_TERMS else []
    return rows


def _rank(events: pl.DataFrame, column: str) -> list[str]:
    counts = events.group_by(column).agg(pl.col("SUBJID").n_unique().alias("n"))
    return list(counts.sort(["n", column], descending=[True, False])[column])


def _list_having(context: Context, members: Members, head: Heading, events: pl.DataFrame) -> list[ResultRow]:
    rows: list[ResultRow] = []
    by_arm = {str(arm): frame for (arm,), frame in events.partition_by("arm", as_dict=True).items()}
    for arm, subjects in members.arms.items():
        having = tuple(by_arm[arm]["SUBJID"].unique().sort()) if arm in by_arm else ()
        basis = Basis(having, n_used=len(subjects))
        rows += list_share(replace(head, group=arm), len(subjects), context.level, basis)
    return rows


def _list_difference(context: Context, members: Members, head: Heading, events: pl.DataFrame) -> list[ResultRow]:
    """The difference of the two arms with Miettinen & Nurminen's interval, for context: harms are not tested."""
    if context.contrast is None:
        return []
    counts: list[int] = []
    for arm in context.contrast:
        counts += [events.filter(pl.col("arm") == arm)["SUBJID"].n_unique(), len(members.arms[arm])]
    one, of_one, other, of_other = counts
    answer = risk_difference.estimate_miettinen_nurminen(one, of_one, other, of_other, level=context.level)
    basis = Basis(tuple(sorted(events["SUBJID"].unique())), n_used=of_one + of_other)
    return list_estimate(replace(head, group=context.contrast_name), answer, basis, with_p=False)


def _list_grades(context: Context, members: Members) -> list[ResultRow]:
    """Each participant once, by the worst grade of any event; then by term."""
    events = select_events(context, members)
    worst = events.filter(pl.col("AOCCFL") == "Y")
    rows: list[ResultRow] = []
    for grade in _GRADES:
        head = replace(_head("14.3.1.3", members, "WORST_GRADE"), category=f"GRADE{grade}")
        rows += _list_having(context, members, head, worst.filter(pl.col("ATOXGRN") == grade))
    by_term = events.filter(pl.col("AOCCPFL") == "Y")
    for term in _rank(by_term, "AEDECOD"):
        of_term = by_term.filter(pl.col("AEDECOD") == term)
        for grade in sorted(of_term["ATOXGRN"].drop_nulls().unique()):
            head = replace(_head("14.3.1.3", members, term), category=f"GRADE{grade}")
            rows += _list_having(context, members, head, of_term.filter(pl.col("ATOXGRN") == grade))
    return rows


def _list_after_dose(context: Context, members: Members) -> list[ResultRow]:
    """Participants with an event within 2 and 24 hours of a dose, where the hours were recorded."""
    events = select_events(context, members)
    if "AEHOURS" not in events.columns:
        return []
    dosed = [
        name
        for name, arm in context.definition.arms.items()
        if any(context.definition.interventions[one].dose for one in arm.interventions)
    ]
    hours = pl.col("AEHOURS").cast(pl.Float64, strict=False)
    rows: list[ResultRow] = []
    for limit in _HOURS:
        head = _head("14.3.1.5", members, f"WITHIN_{limit}_HOURS")
        some = _list_having(context, members, head, events.filter(hours.is_between(0, limit)))
        rows += [row for row in some if row.group in dosed]
    return rows


def _list_deaths(context: Context, members: Members) -> list[ResultRow]:
    adsl = context.datasets.adam["ADSL"].filter(pl.col("DTHFL") == "Y")
    died = members.frame.join(adsl.select("SUBJID"), on="SUBJID", how="semi")
    return _list_having(context, members, _head("14.3.2.1", members, "DEATH"), died)
