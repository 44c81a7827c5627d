"""14.1.4 to 14.1.6: medical history, concomitant and rescue treatment, doses and follow-up."""

from dataclasses import replace

import polars as pl

from trialwright.analyse.context import Context, Members
from trialwright.analyse.rows import Basis, Heading, list_count, list_summary
from trialwright.definition.analysis import SetKind
from trialwright.results import ResultRow


def compute_exposure(context: Context) -> list[ResultRow]:
    """Rows of exposure in the safety set: doses given, amount, planned doses missed and why, days of follow-up."""
    members = context.find_set(SetKind.SAFETY)
    if members is None:
        return []
    rows: list[ResultRow] = []
    for name, one in context.definition.interventions.items():
        if one.dose:
            rows += _list_doses(context, members, name, one.dose.unit)
    return rows + _list_follow_up(context, members)


def _list_doses(context: Context, members: Members, name: str, unit: str) -> list[ResultRow]:
    arms = [arm for arm, one in context.definition.arms.items() if name in one.interventions]
    given = context.datasets.sdtm["EX"].filter(pl.col("intervention") == name)
    totals = given.group_by("SUBJID").agg(pl.len().alias("doses"), pl.col("EXDOSE").sum().alias("amount"))
    frame = members.frame.join(totals, on="SUBJID", how="left", maintain_order="left").with_columns(
        pl.col("doses").fill_null(0)
    )
    planned = len(context.definition.interventions[name].at)
    head = Heading("14.1.6", "14.1.6", members.id, "DOSES")
    rows: list[ResultRow] = []
    for arm in arms:
        mine = frame.filter(pl.col("arm") == arm)
        for number in range(planned, -1, -1):
            having = tuple(mine.filter(pl.col("doses") == number)["SUBJID"])
            rows += list_count(replace(head, group=arm, category=str(number)), having, mine.height)
        dosed = mine.filter(pl.col("doses") > 0)
        basis = Basis(tuple(dosed["SUBJID"]), mine.height - dosed.height)
        rows += list_summary(replace(head, parameter="AMOUNT", group=arm, unit=unit), dosed["amount"].to_list(), basis)
        rows += _list_missed(context, members, head, name, arm)
    return rows


def _list_missed(context: Context, members: Members, head: Heading, name: str, arm: str) -> list[ResultRow]:
    missed = context.datasets.missed.filter(pl.col("intervention") == name).rename({"participant": "SUBJID"})
    mine = missed.join(members.frame.filter(pl.col("arm") == arm), on="SUBJID", how="inner")
    rows: list[ResultRow] = []
    for reason in sorted(mine["reason"].unique()):
        having = tuple(mine.filter(pl.col("reason") == reason)["SUBJID"].unique().sort())
        rows += list_count(
            replace(head, parameter="MISSED_DOSE", group=arm, category=reason), having, len(members.arms[arm])
        )
    return rows


def _list_follow_up(context: Context, members: Members) -> list[ResultRow]:
    adsl = context.datasets.adam["ADSL"].select(
        "SUBJID", (pl.col("EOSDT") - pl.col("TRTSDT")).dt.total_days().cast(pl.Float64).alias("days")
    )
    frame = members.frame.join(adsl, on="SUBJID", how="left", maintain_order="left").filter(
        pl.col("days").is_not_null()
    )
    rows: list[ResultRow] = []
    for arm, subjects in members.arms.items():
        mine = frame.filter(pl.col("arm") == arm)
        head = Heading("14.1.6", "14.1.6", members.id, "FOLLOW_UP", group=arm, unit="days")
        rows += list_summary(head, mine["days"].to_list(), Basis(tuple(mine["SUBJID"]), len(subjects) - mine.height))
    return rows


def compute_history(context: Context) -> list[ResultRow]:
    """Rows of the medical history: participants with a condition, by category."""
    return _list_terms(context, "MH", "14.1.4", ("MHCAT", "MHDECOD", "MHTERM"), pl.lit(True), "HISTORY")


def compute_concomitant(context: Context) -> list[ResultRow]:
    """Rows of concomitant treatment by class, and of rescue treatment."""
    rows = _list_terms(context, "CM", "14.1.5", ("CMCLAS", "CMCAT", "CMTRT"), pl.lit(True), "CONCOMITANT")
    if "CMRESCUE" in context.datasets.sdtm["CM"].columns:
        rows += _list_terms(context, "CM", "14.1.5", ("CMCLAS", "CMCAT", "CMTRT"), pl.col("CMRESCUE") == "Y", "RESCUE")
    return rows


def _list_terms(
    context: Context, domain: str, table: str, columns: tuple[str, ...], chosen: pl.Expr, parameter: str
) -> list[ResultRow]:
    members = context.find_set(SetKind.SAFETY)
    frame = context.datasets.sdtm[domain]
    named = [pl.col(name) for name in columns if name in frame.columns]
    if members is None or not named:
        return []
    found = frame.filter(chosen).select("SUBJID", pl.coalesce(named).alias("term")).drop_nulls()
    found = found.join(members.frame, on="SUBJID", how="inner")
    rows: list[ResultRow] = []
    for term in ("", *sorted(found["term"].unique())):
        for arm, subjects in members.arms.items():
            mine = found.filter((pl.col("arm") == arm) & ((pl.col("term") == term) if term else pl.lit(True)))
            having = tuple(mine["SUBJID"].unique().sort())
            rows += list_count(
                Heading(table, table, members.id, parameter, group=arm, category=term), having, len(subjects)
            )
    return rows
