"""14.1.7: departures from the protocol, by arm and kind."""

import polars as pl

from trialwright.analyse.context import Context
from trialwright.analyse.rows import Basis, Heading, list_count, make_row
from trialwright.definition.analysis import SetKind
from trialwright.results import ResultRow


def compute_deviations(context: Context) -> list[ResultRow]:
    """Rows by arm: participants with any deviation, with an important one, and with each kind; and how many there
    were."""
    members = context.find_set(SetKind.FULL) or context.find_set(SetKind.ENROLLED)
    if members is None:
        return []
    dv = context.datasets.sdtm["DV"].join(members.frame, on="SUBJID", how="inner")
    dv = dv.with_columns(pl.coalesce("DVDECOD", "DVCAT", pl.lit("OTHER")).alias("kind"))
    kinds = [
        ("", pl.lit(True)),
        ("MAJOR", pl.col("DVIMPORT") == "Y"),
        ("MINOR", pl.col("DVIMPORT").fill_null("N") == "N"),
    ]
    kinds += [(kind, pl.col("kind") == kind) for kind in sorted(dv["kind"].unique())]
    rows: list[ResultRow] = []
    for category, chosen in kinds:
        for arm, subjects in members.arms.items():
            mine = dv.filter(chosen & (pl.col("arm") == arm))
            having = tuple(mine["SUBJID"].unique().sort())
            head = Heading("14.1.7", "14.1.7", members.id, "DEVIATION", group=arm, category=category)
            rows += list_count(head, having, len(subjects))
            rows.append(make_row(head, "events", mine.height, Basis(having, n_used=len(subjects))))
    return rows
