"""The findings domains (LB, VS, CP, MB, RE …): one row a test result, projected from the items that name a test."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.definition.forms import Form
from trialwright.derive.common import UNSCHEDULED_VISIT, arrange, build_visits, compute_sdtm_day, split_forms
from trialwright.derive.zero import derive_zero
from trialwright.snapshot.frames import Snapshot

_RESULTS = ("ORRES", "OCCUR", "SEV")
_KEYS = ("STUDYID", "DOMAIN", "USUBJID", "SUBJID")
_NAMES = (
    "SEQ",
    "TESTCD",
    "TEST",
    "CAT",
    "ORRES",
    "ORRESU",
    "STRESC",
    "STRESN",
    "STRESU",
    "ORNRLO",
    "ORNRHI",
    "STAT",
    "REASND",
    "SPEC",
    "LOC",
    "METHOD",
    "LOBXFL",
)
_TIMES = ("VISITNUM", "VISIT", "VISITDY", "EPOCH")


@dataclass(frozen=True, slots=True)
class Test:
    """An item that is a test: where it stands, and which items hold its limits and its date ('' for none)."""

    form: str
    item: str
    domain: str
    code: str
    label: str
    unit: str
    category: str
    specimen: str
    location: str
    method: str
    low: str
    high: str
    dated_by: str


def list_tests(definition: Definition) -> list[Test]:
    """The items that are tests, in the order of the forms.

    A test names a test code and either no variable or one that holds a result; an item with a test code and another
    variable is an attribute of the test on the same form (its reference limits). Its date is the nearest date of the
    domain above it on the form, or else the form's occasion.
    """
    return [test for name, one in definition.forms.items() for test in _list_form(name, one.form)]


def _list_form(name: str, form: Form) -> list[Test]:
    tests, dated_by = [], ""
    limits: dict[tuple[str, str], str] = {}
    for item in form.items:
        if item.sdtm and item.sdtm.testcd and (item.sdtm.variable or "").endswith(("ORNRLO", "ORNRHI")):
            limits[item.sdtm.testcd, (item.sdtm.variable or "")[-2:]] = item.id
    for item in form.items:
        if item.sdtm is None:
            continue
        if item.sdtm.variable == f"{item.sdtm.domain}DTC" and not item.sdtm.testcd:
            dated_by = "" if item.id == form.occasion else item.id
        if item.sdtm.testcd and (not item.sdtm.variable or item.sdtm.variable[2:] in _RESULTS):
            sdtm = item.sdtm
            tests.append(
                Test(
                    name,
                    item.id,
                    sdtm.domain,
                    item.sdtm.testcd,
                    item.label,
                    item.unit,
                    sdtm.category,
                    sdtm.spec,
                    sdtm.location,
                    sdtm.method,
                    limits.get((item.sdtm.testcd, "LO"), ""),
                    limits.get((item.sdtm.testcd, "HI"), ""),
                    dated_by,
                )
            )
    return tests


def derive_findings(definition: Definition, snapshot: Snapshot) -> dict[str, pl.DataFrame]:
    """The findings domains by name, each with one row a test result or reason why there is none.

    Ordered by participant, test, time and ledger position. --STRESC is the result as entered (numbers in the unit of
    the definition, which is the standard unit); --LOBXFL marks the last result at or before time zero.
    """
    tests = list_tests(definition)
    if not tests:
        return {}
    forms, parts = _build_occasions(definition, snapshot), split_forms(snapshot)
    nothing = replace(snapshot, values=snapshot.values.clear())
    return {
        domain: _derive_domain(
            definition, forms, [(one, parts.get(one.form, nothing)) for one in tests if one.domain == domain]
        )
        for domain in sorted({one.domain for one in tests})
    }


def _build_occasions(definition: Definition, snapshot: Snapshot) -> pl.DataFrame:
    """One row a form that stands: when it happened, at which visit, and whether by time zero."""
    zero = derive_zero(definition, snapshot)
    date = pl.col("occasion").dt.strftime("%Y-%m-%d")
    return (
        snapshot.forms.join(build_visits(definition), on="encounter", how="left", maintain_order="left")
        .join(zero.select("participant", "zero", "day0"), on="participant", how="left", maintain_order="left")
        .select(
            "position",
            pl.col("occasion").alias("at"),
            "zero",
            "day0",
            pl.when("occasion_has_time")
            .then(pl.col("occasion").dt.strftime("%Y-%m-%dT%H:%M"))
            .otherwise(date)
            .alias("DTC"),
            pl.col("VISITNUM").fill_null(UNSCHEDULED_VISIT),
            pl.col("VISIT").fill_null(pl.col("encounter")),
            "VISITDY",
            "EPOCH",
        )
    )


def _derive_domain(definition: Definition, forms: pl.DataFrame, tests: list[tuple[Test, Snapshot]]) -> pl.DataFrame:
    """The rows of a domain's tests, each with the snapshot of its form."""
    domain = tests[0][0].domain
    cells = pl.concat(_select_test(snapshot, test) for test, snapshot in tests)
    found = cells.join(forms, on="position", how="left", maintain_order="left")
    found = _date_apart(found)
    by_zero = (pl.col("at") <= pl.col("zero")) & pl.col("ORRES").is_not_null()
    found = found.sort("participant", "TESTCD", "at", "position", "item", nulls_last=True)
    group = ["participant", "TESTCD", "CAT", "LOC"]
    found = found.with_row_index("order").with_columns(pl.when(by_zero).then("order").alias("order"))
    is_last = (pl.col("order") == pl.col("order").max().over(group)).fill_null(False)
    found = found.with_columns(pl.when(is_last).then(pl.lit("Y")).alias("LOBXFL")).drop("order")
    day = (pl.col("at").cast(pl.Date) - pl.col("day0")).dt.total_days()
    found = found.with_columns(
        pl.lit(definition.id).alias("STUDYID"),
        pl.lit(domain).alias("DOMAIN"),
        pl.concat_str(pl.lit(f"{definition.id}-"), pl.col("participant").cast(pl.String)).alias("USUBJID"),
        pl.col("participant").cast(pl.String).alias("SUBJID"),
        pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("participant").alias("SEQ"),
        pl.col("ORRES").alias("STRESC"),
        pl.col("ORRESU").alias("STRESU"),
        compute_sdtm_day(day).alias("DY"),
    )
    found = found.rename({name: f"{domain}{name}" for name in (*_NAMES, "DTC", "DY")})
    columns = [*_KEYS, *(f"{domain}{name}" for name in _NAMES), *_TIMES, f"{domain}DTC", f"{domain}DY"]
    return arrange(found.rename({"position": "SRCPOS"}), columns).select(*columns, "SRCPOS")


def _select_test(snapshot: Snapshot, test: Test) -> pl.DataFrame:
    """The values of one test with its attributes, which are the same in every row."""
    values = snapshot.values.filter((pl.col("form") == test.form) & (pl.col("item") == test.item))
    found = values.select(
        "participant",
        "position",
        pl.col("item").cast(pl.String).cast(pl.Categorical),
        pl.col("text").alias("ORRES"),
        pl.col("number").alias("STRESN"),
        pl.when(pl.col("missing").is_not_null()).then(pl.lit("NOT DONE")).alias("STAT"),
        pl.col("missing").alias("REASND"),
        *_constants({"TESTCD": test.code, "TEST": test.label, "CAT": test.category, "ORRESU": test.unit}),
        *_constants({"SPEC": test.specimen, "LOC": test.location, "METHOD": test.method}),
    )
    for name, item in (("ORNRLO", test.low), ("ORNRHI", test.high)):
        found = _attach(found, snapshot, test.form, item, pl.col("number").alias(name), name, pl.Float64)
    return _attach(found, snapshot, test.form, test.dated_by, pl.col("moment").alias("own"), "own", pl.Datetime("us"))


def _constants(texts: Mapping[str, str]) -> list[pl.Expr]:
    return [pl.lit(text or None, dtype=pl.String).cast(pl.Categorical).alias(name) for name, text in texts.items()]


def _attach(
    found: pl.DataFrame,
    snapshot: Snapshot,
    form: str,
    item: str,
    value: pl.Expr,
    name: str,
    kind: pl.DataType | type[pl.DataType],
) -> pl.DataFrame:
    if not item:
        return found.with_columns(pl.lit(None, dtype=kind).alias(name))
    other = snapshot.values.filter((pl.col("form") == form) & (pl.col("item") == item)).select("position", value)
    return found.join(other, on="position", how="left", maintain_order="left")


def _date_apart(found: pl.DataFrame) -> pl.DataFrame:
    """Results with a date of their own (vital signs before, during and after a dose) take it."""
    if found["own"].null_count() == found.height:
        return found.drop("own")
    return found.with_columns(
        pl.coalesce("own", "at").alias("at"),
        pl.when(pl.col("own").is_not_null())
        .then(pl.col("own").dt.strftime("%Y-%m-%dT%H:%M"))
        .otherwise("DTC")
        .alias("DTC"),
    ).drop("own")
