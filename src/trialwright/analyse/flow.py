"""14.1.1, 14.1.2: who was screened, entered, was treated, left and finished; who is in which set, and why not."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from trialwright.analyse.context import TOTAL, Context
from trialwright.analyse.rows import Basis, Heading, list_count, make_row
from trialwright.results import ResultRow


def compute_flow(context: Context) -> list[ResultRow]:
    """Rows of the participant flow (CONSORT): first all together, then by allocated arm and in all."""
    adsl = context.datasets.adam["ADSL"].sort("SUBJID")
    head = Heading("14.1.1", "14.1.1", "SCREENED", "", group=TOTAL)
    rows = _list_trunk(context, adsl, head)
    entered = adsl.filter(pl.col("ENRLFL") == "Y")
    rows += _one(head, "ENROLLED", _subjects(entered))
    arms = list(context.definition.arms)
    for arm in arms:
        of_arm = entered.filter(pl.col("ARMCD") == arm)
        rows += _list_arm(of_arm, replace(head, group=arm, analysis_set="ENROLLED"), _is_dosed(context, arm))
    if len(arms) > 1:
        everybody = entered.filter(pl.col("ARMCD").is_in(arms))
        dosed = any(_is_dosed(context, arm) for arm in arms)
        rows += _list_arm(everybody, replace(head, analysis_set="ENROLLED"), dosed)
    return rows


def _is_dosed(context: Context, arm: str) -> bool:
    return any(context.definition.interventions[one].dose for one in context.definition.arms[arm].interventions)


def _list_trunk(context: Context, adsl: pl.DataFrame, head: Heading) -> list[ResultRow]:
    screened = adsl.filter(pl.col("STATUS") != "NEW")
    out = screened.filter(pl.col("ENRLFL") == "N")
    rows = _one(head, "SCREENED", _subjects(screened)) + _one(head, "NOT_ELIGIBLE", _subjects(out))
    failed = context.datasets.sdtm["IE"]
    reasons = failed.filter(pl.col("SUBJID").is_in(out["SUBJID"].implode()))
    for one in context.definition.criteria:
        having = tuple(reasons.filter(pl.col("IETESTCD") == one.criterion.id)["SUBJID"].unique().sort())
        if having:
            rows += _one(replace(head, category=one.criterion.id), "NOT_ELIGIBLE", having)
    rest = out.filter(~pl.col("SUBJID").is_in(failed["SUBJID"].unique().implode()))
    for category, chosen in (
        ("CONSENT_REFUSED", pl.col("STATUS") == "REFUSED"),
        ("OTHER", pl.col("STATUS") != "REFUSED"),
    ):
        having = _subjects(rest.filter(chosen))
        rows += _one(replace(head, category=category), "NOT_ELIGIBLE", having) if having else []
    return rows


def _list_arm(mine: pl.DataFrame, head: Heading, dosed: bool) -> list[ResultRow]:
    rows = _one(head, "ALLOCATED", _subjects(mine))
    if dosed:
        rows += _one(head, "TREATED", _subjects(mine.filter(pl.col("DOSES") > 0)))
    left = mine.filter(pl.col("EOSSTT") == "DISCONTINUED")
    rows += _one(head, "DISCONTINUED", _subjects(left))
    for reason in sorted(left["DCSREAS"].drop_nulls().unique()):
        having = _subjects(left.filter(pl.col("DCSREAS") == reason))
        rows += _one(replace(head, category=reason.replace(" ", "_")), "DISCONTINUED", having)
    ongoing = mine.filter(pl.col("EOSSTT") == "ONGOING")
    rows += _one(head, "ONGOING", _subjects(ongoing)) if ongoing.height else []
    return rows + _one(head, "COMPLETED", _subjects(mine.filter(pl.col("EOSSTT") == "COMPLETED")))


def compute_sets(context: Context) -> list[ResultRow]:
    """Rows of the analysis sets: size by arm and in all, of the enrolled; then why participants are not in the set."""
    adsl = context.datasets.adam["ADSL"].filter(pl.col("ENRLFL") == "Y").sort("SUBJID")
    rows: list[ResultRow] = []
    for name, members in context.sets.items():
        for group in (*context.definition.arms, TOTAL):
            of_group = adsl if group == TOTAL else adsl.filter(pl.col("ARMCD") == group)
            head = Heading("14.1.2", "14.1.2", name, name, group=group)
            rows += list_count(head, members.group(group), of_group.height)
            out = of_group.filter(~pl.col("SUBJID").is_in(list(members.everybody)))
            for reason in sorted(out["PPROTRS"].drop_nulls().unique()) if name in _protocol_sets(context) else ():
                having = _subjects(out.filter(pl.col("PPROTRS") == reason))
                rows.append(
                    make_row(
                        replace(head, category=reason), "count", len(having), Basis(having, n_used=of_group.height)
                    )
                )
    return rows


def _protocol_sets(context: Context) -> list[str]:
    return [one.id for one in context.definition.plan.sets if one.kind == "PER_PROTOCOL"]


def _subjects(frame: pl.DataFrame) -> tuple[str, ...]:
    return tuple(frame["SUBJID"])


def _one(head: Heading, parameter: str, subjects: Sequence[str]) -> list[ResultRow]:
    return [make_row(replace(head, parameter=parameter), "count", len(subjects), Basis(tuple(subjects)))]
