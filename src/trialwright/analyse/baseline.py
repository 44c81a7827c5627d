"""14.1.3: who the participants are, by arm, with standardised differences in place of tests."""

from dataclasses import replace

import numpy as np
import polars as pl

from trialwright.analyse.context import TOTAL, Context, Members
from trialwright.analyse.rows import Basis, Heading, list_count, list_estimate, list_summary
from trialwright.definition.analysis import SetKind
from trialwright.results import ResultRow
from trialwright.statistics import standardised_difference

AGE = "age_years"


def compute_baseline(context: Context) -> list[ResultRow]:
    """Rows by variable of the plan: a summary or counts by arm and in all, then the standardised difference.

    In the full analysis set as allocated. No tests of baseline: with few participants the standard error of a
    standardised difference is large, so it comes with its interval.
    """
    members = context.find_set(SetKind.FULL) or context.find_set(SetKind.ENROLLED)
    if members is None:
        return []
    rows: list[ResultRow] = []
    for one in context.definition.plan.baseline:
        values, codes, unit = _select(context, members, one.item)
        head = Heading("14.1.3", "14.1.3", members.id, one.item, unit=unit)
        rows += (
            _list_codes(context, members, head, values, codes)
            if codes
            else _list_numbers(context, members, head, values)
        )
    return rows


def _select(context: Context, members: Members, item: str) -> tuple[pl.DataFrame, list[str], str]:
    """SUBJID, arm, value, code of the set; the codes of the item (none for a number), its unit."""
    if item == AGE:
        ages = context.datasets.adam["ADSL"].select("SUBJID", pl.col("AAGE").alias("AVAL"))
        frame = ages.with_columns(pl.lit(None, dtype=pl.String).alias("AVALC"))
        return _join(members, frame), [], "years"
    form, _, name = item.partition(".")
    compiled = context.definition.forms[form]
    frame = context.datasets.adam["ADBASE"].filter(pl.col("ITEM") == item).drop("ITEM")
    codes = [code.code for code in compiled.codes.get(name, {}).values() if not code.unknown]
    return _join(members, frame), codes, compiled.items[name].unit


def _join(members: Members, frame: pl.DataFrame) -> pl.DataFrame:
    return members.frame.join(frame, on="SUBJID", how="left", maintain_order="left")


def _pick(values: pl.DataFrame, group: str) -> pl.DataFrame:
    return values if group == TOTAL else values.filter(pl.col("arm") == group)


def _say_partial(context: Context, head: Heading, subjects: tuple[str, ...]) -> tuple[str, ...]:
    """For ages: how many come from a partial birth date."""
    if head.parameter != AGE:
        return ()
    partial = (
        context.datasets.adam["ADSL"].filter(pl.col("AGETXT").is_not_null() & pl.col("SUBJID").is_in(subjects)).height
    )
    return (f"partial birth dates, the middle of the two possible ages taken: {partial}",) if partial else ()


def _list_numbers(context: Context, members: Members, head: Heading, values: pl.DataFrame) -> list[ResultRow]:
    rows: list[ResultRow] = []
    known = values.filter(pl.col("AVAL").is_not_null())
    for group in (*members.arms, TOTAL):
        mine = _pick(known, group)
        subjects = tuple(mine["SUBJID"])
        basis = Basis(subjects, len(members.group(group)) - mine.height, _say_partial(context, head, subjects))
        rows += list_summary(replace(head, group=group), mine["AVAL"].to_list(), basis)
    if context.contrast is None:
        return rows
    samples = [_pick(known, arm)["AVAL"].to_numpy() for arm in context.contrast]
    answer = standardised_difference.estimate(samples[0], samples[1], context.level)
    return rows + list_estimate(_contrast(context, head), answer, _both(context, members, known))


def _list_codes(
    context: Context, members: Members, head: Heading, values: pl.DataFrame, codes: list[str]
) -> list[ResultRow]:
    rows: list[ResultRow] = []
    known = values.filter(pl.col("AVALC").is_not_null())
    for code in codes:
        for group in (*members.arms, TOTAL):
            mine = _pick(known, group)
            having = tuple(mine.filter(pl.col("AVALC") == code)["SUBJID"])
            basis = Basis(having, len(members.group(group)) - mine.height, n_used=mine.height)
            rows += list_count(replace(head, group=group, category=code), having, mine.height, basis)
    if context.contrast is None:
        return rows
    counts = [
        np.array([_pick(known, arm).filter(pl.col("AVALC") == code).height for code in codes], dtype=np.float64)
        for arm in context.contrast
    ]
    answer = standardised_difference.estimate_categorical(counts[0], counts[1], context.level)
    return rows + list_estimate(_contrast(context, head), answer, _both(context, members, known))


def _contrast(context: Context, head: Heading) -> Heading:
    return replace(head, group=context.contrast_name, unit="")


def _both(context: Context, members: Members, known: pl.DataFrame) -> Basis:
    assert context.contrast
    subjects = tuple(known.filter(pl.col("arm").is_in(context.contrast))["SUBJID"])
    return Basis(subjects, sum(len(members.arms[arm]) for arm in context.contrast) - len(subjects))
