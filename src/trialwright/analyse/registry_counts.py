"""Counts that a public registry asks for beside the report's tables: people by fixed categories, events by table.

The report's safety tables count participants; a registry also wants every occurrence, serious and other events apart,
and for serious ones how many were related and how many people died.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import polars as pl

from trialwright.analyse.adverse_events import select_events
from trialwright.analyse.context import TOTAL, Context, Members, build_context
from trialwright.analyse.rows import Basis, Heading, make_row
from trialwright.definition.analysis import SetKind
from trialwright.definition.compiled import Definition
from trialwright.derive.datasets import Datasets
from trialwright.results import ResultRow

THRESHOLDS = (0, 5)
"""Per cent of an arm that a term must reach; the registry allows 0 to 5."""
UNKNOWN = "UNKNOWN"
_OLDER = 65
_ADULT = 18
_FATAL = 5


def compute_registry_counts(definition: Definition, datasets: Datasets) -> tuple[ResultRow, ...]:
    """Rows of the registry's own counts, in a fixed order.

    ``R.BASELINE`` in the full set by arm and TOTAL: AGE_GROUP, SEX, RACE, ETHNICITY (the last two only where anybody
    was asked) and REGION; who has no value is counted as UNKNOWN. ``R.SERIOUS`` and ``R.OTHER`` in the safety set:
    ``parameter`` is the organ class and ``category`` the term, ``count`` participants and ``events`` occurrences; for
    serious terms ``related_events``, ``deaths`` and ``related_deaths`` too. Parameter TOTAL counts participants with
    any such event; in ``R.OTHER`` its category is the threshold in per cent.
    """
    context = build_context(definition, datasets)
    return (*_list_people(context), *_list_events(context))


def _list_people(context: Context) -> list[ResultRow]:
    members = context.find_set(SetKind.FULL) or context.find_set(SetKind.ENROLLED)
    if members is None:
        return []
    frame = members.frame.join(context.datasets.adam["ADSL"], on="SUBJID", how="left", maintain_order="left")
    countries = {site: one.country_name or one.country for site, one in context.definition.sites.items()}
    traits: Mapping[str, Callable[[Mapping[str, object]], str]] = {
        "AGE_GROUP": lambda one: _group_age(one["AAGE"]),
        "SEX": lambda one: str(one["SEX"] or UNKNOWN),
        "RACE": lambda one: str(one["RACE"] or UNKNOWN),
        "ETHNICITY": lambda one: str(one["ETHNIC"] or UNKNOWN),
        "REGION": lambda one: countries.get(str(one["SITEID"]), UNKNOWN),
    }
    rows: list[ResultRow] = []
    for parameter, tell in traits.items():
        told = {str(one["SUBJID"]): tell(one) for one in frame.iter_rows(named=True)}
        if parameter in ("RACE", "ETHNICITY") and set(told.values()) <= {UNKNOWN}:
            continue
        rows += _count_trait(members, parameter, told)
    return rows


def _group_age(age: object) -> str:
    """The registry's three age groups: up to 18 years, between 18 and 65, from 65."""
    if not isinstance(age, float):
        return UNKNOWN
    return "GE65" if age >= _OLDER else "LE18" if age <= _ADULT else "18TO65"


def _count_trait(members: Members, parameter: str, told: Mapping[str, str]) -> list[ResultRow]:
    fixed = ("LE18", "18TO65", "GE65") if parameter == "AGE_GROUP" else ("F", "M") if parameter == "SEX" else ()
    categories = dict.fromkeys((*fixed, *sorted(set(told.values()) - {UNKNOWN}), *({UNKNOWN} & set(told.values()))))
    rows = []
    for category in categories:
        for group in (*members.arms, TOTAL):
            subjects = members.group(group)
            having = tuple(one for one in subjects if told[one] == category)
            head = Heading("R.BASELINE", "14.1.3", members.id, parameter, group=group, category=category)
            rows.append(make_row(head, "count", len(having), Basis(having, n_used=len(subjects))))
    return rows


def _list_events(context: Context) -> list[ResultRow]:
    members = context.find_set(SetKind.SAFETY)
    if members is None:
        return []
    events = select_events(context, members).with_columns(pl.coalesce("AEDECOD", "AETERM").alias("term"))
    serious = (pl.col("AESER") == "Y").fill_null(False)
    rows = _list_table(members, Heading("R.SERIOUS", "14.3.2.2", members.id, ""), events.filter(serious))
    rows += _count(members, Heading("R.SERIOUS", "14.3.2.2", members.id, TOTAL), events.filter(serious))
    other = events.filter(~serious)
    rows += _list_table(members, Heading("R.OTHER", "14.3.1.2", members.id, ""), other)
    for threshold in THRESHOLDS:
        kept = other.filter(pl.col("term").is_in(_list_frequent(members, other, threshold)))
        rows += _count(members, Heading("R.OTHER", "14.3.1.2", members.id, TOTAL, category=str(threshold)), kept)
    return rows


def _list_frequent(members: Members, events: pl.DataFrame, threshold: int) -> list[str]:
    """Terms that reach the threshold in at least one arm."""
    counts = events.group_by("term", "arm").agg(pl.col("SUBJID").n_unique().alias("n"))
    return sorted(
        {
            str(term)
            for term, arm, count in counts.iter_rows()
            if 100 * count >= threshold * len(members.arms.get(arm, ()))
        }
    )


def _list_table(members: Members, head: Heading, events: pl.DataFrame) -> list[ResultRow]:
    keys = events.select(pl.col("AEBODSYS").fill_null(""), "term").unique().sort("AEBODSYS", "term")
    rows: list[ResultRow] = []
    for soc, term in keys.iter_rows():
        mine = events.filter((pl.col("AEBODSYS").fill_null("") == soc) & (pl.col("term") == term))
        here = replace(head, parameter=soc, category=term)
        rows += _count(members, here, mine)
        rows += _detail(members, here, mine) if head.analysis == "R.SERIOUS" else []
    return rows


def _count(members: Members, head: Heading, events: pl.DataFrame) -> list[ResultRow]:
    """Participants and occurrences by arm."""
    rows = []
    for arm, subjects in members.arms.items():
        mine = events.filter(pl.col("arm") == arm)
        basis = Basis(_subjects(mine), n_used=len(subjects))
        rows.append(make_row(replace(head, group=arm), "count", len(basis.subjects), basis))
        rows.append(make_row(replace(head, group=arm), "events", mine.height, basis))
    return rows


def _detail(members: Members, head: Heading, events: pl.DataFrame) -> list[ResultRow]:
    """What EudraCT asks of a serious term: related occurrences, deaths, related deaths."""
    related, fatal = pl.col("AREL") == "RELATED", (pl.col("ATOXGRN") == _FATAL).fill_null(False)
    rows = []
    for arm, subjects in members.arms.items():
        mine = events.filter(pl.col("arm") == arm)
        here = replace(head, group=arm)
        of_related = mine.filter(related)
        basis = Basis(_subjects(of_related), n_used=len(subjects))
        rows.append(make_row(here, "related_events", of_related.height, basis))
        for name, chosen in (("deaths", fatal), ("related_deaths", fatal & related)):
            died = _subjects(mine.filter(chosen))
            rows.append(make_row(here, name, len(died), Basis(died, n_used=len(subjects))))
    return rows


def _subjects(events: pl.DataFrame) -> tuple[str, ...]:
    found: Iterable[str] = events["SUBJID"].unique().sort()
    return tuple(found)
