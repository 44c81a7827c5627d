"""14.3.4: every laboratory value of the study that CTCAE grades: worst shifts, and the shift tables that no plan names."""

from dataclasses import dataclass, replace

import polars as pl

from trialwright.analyse.compare import list_share
from trialwright.analyse.context import Context, Members
from trialwright.analyse.rows import Basis, Heading
from trialwright.analyse.shift import GRADES, list_pairs
from trialwright.definition.analysis import Recipe, SetKind
from trialwright.derive.findings import list_tests
from trialwright.results import ResultRow
from trialwright.safety.criteria import resolve_criteria
from trialwright.safety.grading import grade_values

SHIFTS, WORST = "14.3.4.11", "14.3.4.12"
ALT, AST, BILIRUBIN = (
    "Alanine aminotransferase increased",
    "Aspartate aminotransferase increased",
    "Blood bilirubin increased",
)
_FULL = (ALT, AST, BILIRUBIN, "CPK increased", "Creatinine increased")
_RISE = 2
_NOBODY = "nobody has a grade both at baseline and after it"


@dataclass(frozen=True, slots=True)
class Gradable:
    """A laboratory test that CTCAE grades in a direction (H or L): its code, its item (``form.item``), the term."""

    code: str
    item: str
    unit: str
    direction: str
    term: str


def list_gradables(context: Context) -> list[Gradable]:
    """The laboratory tests of the definition that have a criterion in its version of CTCAE, in the order of the forms."""
    version = context.definition.study.safety.ctcae
    found: dict[tuple[str, str], Gradable] = {}
    for test in list_tests(context.definition):
        for direction in ("H", "L") if test.domain == "LB" else ():
            resolved = resolve_criteria(version, "", test.code, direction, test.unit)
            criterion = resolved.high or resolved.low
            if criterion is not None:
                one = Gradable(test.code, f"{test.form}.{test.item}", test.unit, direction, criterion.term)
                found.setdefault((test.code, direction), one)
    return list(found.values())


def select_values(context: Context) -> pl.DataFrame:
    """The numbers of LB: SUBJID, code, value, limits, base and its limit, is_base (the last one up to time zero), is_after.

    After is after the baseline value; of somebody without one, after the day of time zero.
    """
    lb = context.datasets.sdtm.get("LB")
    if lb is None:
        return pl.DataFrame(schema=_VALUES)
    values = lb.filter(pl.col("LBSTRESN").is_not_null() & pl.col("LBDTC").is_not_null()).select(
        "SUBJID",
        pl.col("LBTESTCD").cast(pl.String).alias("code"),
        pl.col("LBSTRESN").alias("value"),
        pl.col("LBORNRLO").alias("low"),
        pl.col("LBORNRHI").alias("high"),
        pl.col("LBDTC").alias("at"),
        pl.col("LBDY").alias("day"),
        (pl.col("LBLOBXFL") == "Y").fill_null(False).alias("is_base"),
    )
    bases = values.filter("is_base").sort("at").unique(["SUBJID", "code"], keep="last", maintain_order=True)
    bases = bases.select(
        "SUBJID",
        "code",
        pl.col("value").alias("base"),
        pl.col("high").alias("base_high"),
        pl.col("at").alias("base_at"),
    )
    values = values.join(bases, on=["SUBJID", "code"], how="left", maintain_order="left")
    later = pl.coalesce(pl.col("at") > pl.col("base_at"), pl.col("day") > 1).fill_null(False)
    return values.with_columns(later.alias("is_after")).select(list(_VALUES))


_VALUES = {
    "SUBJID": pl.String, "code": pl.String, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64,
    "base": pl.Float64, "base_high": pl.Float64, "is_base": pl.Boolean, "is_after": pl.Boolean,
}  # fmt: skip


def compute_laboratory(context: Context) -> list[ResultRow]:
    """Rows of both tables, in the safety set as treated.

    ``SHIFTS`` has ALT, AST, bilirubin, CK and creatinine where no analysis of the plan has their shift. ``WORST`` has
    every gradable test: participants whose worst grade after the baseline is at least two above that at baseline. Who
    lacks a grade at either end is missing.
    """
    members = context.find_set(SetKind.SAFETY)
    gradables = list_gradables(context)
    values = select_values(context)
    if members is None or not gradables or values.is_empty():
        return []
    pairs = {one: _find_pairs(context, values, one) for one in gradables}
    planned = _list_planned(context)
    rows: list[ResultRow] = []
    for one, found in pairs.items():
        if one.term in _FULL and one.item not in planned:
            found = found.join(members.frame, on="SUBJID", how="inner").sort("SUBJID")
            rows += list_pairs(Heading(SHIFTS, SHIFTS, members.id, one.item), members, found, GRADES)
    both = {one.item for one in gradables if one.direction == "L"} & {
        one.item for one in gradables if one.direction == "H"
    }
    for one, found in pairs.items():
        head = Heading(
            WORST, WORST, members.id, one.item, category=f"CTCAE_{one.direction}" if one.item in both else ""
        )
        rows += _list_worst(context, members, head, found)
    return rows


def _list_planned(context: Context) -> set[str]:
    """The items that an analysis of the plan has a shift table of."""
    shifts = [one for one in context.definition.plan.analyses if one.recipe is Recipe.SHIFT]
    return {each.parameter.item or "" for one in shifts for each in context.list_parameters(one)}


def _find_pairs(context: Context, values: pl.DataFrame, one: Gradable) -> pl.DataFrame:
    """SUBJID with the grade at baseline and the worst grade after it, as texts, of those who have both."""
    mine = values.filter((pl.col("code") == one.code) & (pl.col("is_base") | pl.col("is_after")))
    asked = mine.select(
        "SUBJID",
        "is_base",
        "is_after",
        "value",
        pl.lit(one.unit).alias("unit"),
        pl.lit(one.code).alias("parameter"),
        pl.lit(one.direction).alias("direction"),
        pl.col("low").alias("lln"),
        pl.col("high").alias("uln"),
        pl.col("base").alias("baseline"),
        pl.col("base_high").alias("baseline_uln"),
        (~pl.col("is_after")).alias("at_baseline"),
    )
    graded = grade_values(asked, context.definition.study.safety.ctcae)
    grade = pl.col("grade").max().cast(pl.String)
    before = graded.filter("is_base").group_by("SUBJID").agg(grade.alias("before"))
    after = graded.filter("is_after").group_by("SUBJID").agg(grade.alias("after"))
    return before.join(after, on="SUBJID", how="inner").drop_nulls()


def _list_worst(context: Context, members: Members, head: Heading, pairs: pl.DataFrame) -> list[ResultRow]:
    risen = pl.col("after").cast(pl.Int8) - pl.col("before").cast(pl.Int8) >= _RISE
    found = pairs.with_columns(risen.alias("risen")).join(members.frame, on="SUBJID", how="inner").sort("SUBJID")
    rows: list[ResultRow] = []
    for arm, everybody in members.arms.items():
        mine = found.filter(pl.col("arm") == arm)
        basis = Basis(tuple(mine.filter("risen")["SUBJID"]), len(everybody) - mine.height, n_used=mine.height)
        found_rows = list_share(replace(head, group=arm), mine.height, context.level, basis)
        rows += [replace(row, warnings=(_NOBODY,)) if mine.is_empty() and row.warnings else row for row in found_rows]
    return rows
