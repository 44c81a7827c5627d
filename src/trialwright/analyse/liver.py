"""14.3.4.10: peaks of transaminase and bilirubin by participant, in multiples of their limits: potential Hy's law cases."""

from dataclasses import replace

import polars as pl

from trialwright.analyse.compare import list_share
from trialwright.analyse.context import Context, Members
from trialwright.analyse.laboratory import ALT, AST, BILIRUBIN, list_gradables, select_values
from trialwright.analyse.rows import Basis, Heading
from trialwright.definition.analysis import SetKind
from trialwright.results import ResultRow

LIVER = "14.3.4.10"
TRANSAMINASE_LIMIT, BILIRUBIN_LIMIT = 3.0, 2.0
QUADRANTS = ("NORMAL", "CHOLESTASIS", "TEMPLE", "HYS_LAW")
_PEAKS = {
    "participant": pl.String, "arm": pl.String, "transaminase": pl.Float64, "bilirubin": pl.Float64, "quadrant": pl.String,
}  # fmt: skip


def compute_peaks(context: Context) -> pl.DataFrame:
    """One row a participant of the safety set: arm, the peaks after baseline in multiples of the upper limit, quadrant.

    Each value counts by its own laboratory's limit; the peak of transaminase is the greater one of ALT and AST, and the
    two peaks need not be of one day. Empty where the study does not measure both.

    Notes
    -----
    A transaminase of 3 times its limit or more with bilirubin above 2 times: FDA, Guidance for industry, Drug-induced
    liver injury: premarketing clinical evaluation (July 2009). Quadrants: Watkins et al., Drug Safety 2011,
    34:243 (eDISH). Alkaline phosphatase is not looked at, so a case is a potential one.
    """
    members = context.find_set(SetKind.SAFETY)
    codes = {one.term: one.code for one in list_gradables(context)}
    cells = [codes[term] for term in (ALT, AST) if term in codes]
    if members is None or not cells or BILIRUBIN not in codes:
        return pl.DataFrame(schema=_PEAKS)
    after = select_values(context).filter(pl.col("is_after") & (pl.col("high") > 0))
    times = after.with_columns((pl.col("value") / pl.col("high")).alias("times"))
    liver = _find_peak(times, cells, "transaminase").join(
        _find_peak(times, [codes[BILIRUBIN]], "bilirubin"), on="SUBJID", how="inner"
    )
    high, yellow = pl.col("transaminase") >= TRANSAMINASE_LIMIT, pl.col("bilirubin") > BILIRUBIN_LIMIT
    quadrant = (
        pl.when(high & yellow)
        .then(pl.lit("HYS_LAW"))
        .when(high)
        .then(pl.lit("TEMPLE"))
        .when(yellow)
        .then(pl.lit("CHOLESTASIS"))
        .otherwise(pl.lit("NORMAL"))
    )
    found = liver.join(members.frame, on="SUBJID", how="inner").sort("SUBJID")
    return found.rename({"SUBJID": "participant"}).with_columns(quadrant.alias("quadrant")).select(list(_PEAKS))


def _find_peak(times: pl.DataFrame, codes: list[str], name: str) -> pl.DataFrame:
    mine = times.filter(pl.col("code").is_in(codes))
    return mine.group_by("SUBJID").agg(pl.col("times").max().alias(name))


def compute_liver(context: Context) -> list[ResultRow]:
    """Participants in each quadrant by arm as treated, with exact intervals; who lacks either peak is missing."""
    members = context.find_set(SetKind.SAFETY)
    peaks = compute_peaks(context)
    if members is None or peaks.is_empty():
        return []
    return [row for quadrant in QUADRANTS for row in _list_quadrant(context, members, peaks, quadrant)]


def _list_quadrant(context: Context, members: Members, peaks: pl.DataFrame, quadrant: str) -> list[ResultRow]:
    head = Heading(LIVER, LIVER, members.id, "LIVER_PEAKS", category=quadrant)
    rows: list[ResultRow] = []
    for arm, everybody in members.arms.items():
        mine = peaks.filter(pl.col("arm") == arm)
        having = tuple(mine.filter(pl.col("quadrant") == quadrant)["participant"])
        basis = Basis(having, len(everybody) - mine.height, n_used=mine.height)
        rows += list_share(replace(head, group=arm), mine.height, context.level, basis)
    return rows
