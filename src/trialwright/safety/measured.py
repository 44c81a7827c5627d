"""Laboratory values and vital signs as a frame: those of a whole study at once, and each with its baseline and grade.

A row is a value: ``participant``, ``path`` (``D3.chemistry.alt``), ``at`` (day or time at the site), ``parameter`` (test
code), ``value``, ``unit_``, ``lln`` and ``uln`` (its laboratory's own limits), ``fasting``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from trialwright.definition.compiled import CompiledForm, Definition
from trialwright.definition.forms import Item, ItemType
from trialwright.ledger.subject import SubjectState
from trialwright.safety.grading import grade_values
from trialwright.safety.subject_events import compute_context

_DOMAINS = ("LB", "VS")
_MINUTES = len("2020-01-27T08:30")
_NUMBER = r"^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$"
"""What ``vocabulary.numbers.parse_number`` reads."""
MEASURED: dict[str, type[pl.DataType]] = {
    "participant": pl.String,
    "path": pl.String,
    "at": pl.String,
    "parameter": pl.String,
    "value": pl.Float64,
    "unit_": pl.String,
    "lln": pl.Float64,
    "uln": pl.Float64,
    "fasting": pl.Boolean,
}


@dataclass(frozen=True, slots=True)
class Test:
    """An item that is a value with a criterion, and the items of its form that hold its limits ('' for none)."""

    item: str
    code: str
    unit: str
    low: str
    high: str


def list_tests(definition: Definition) -> Mapping[str, tuple[Test, ...]]:
    """The tests of each form that has any."""
    found = {name: tuple(_list_form_tests(compiled)) for name, compiled in definition.forms.items()}
    return {name: tests for name, tests in found.items() if tests}


def _list_form_tests(compiled: CompiledForm) -> Iterator[Test]:
    for item in compiled.items.values():
        code = item.sdtm.testcd if item.sdtm and item.sdtm.domain in _DOMAINS and not item.sdtm.variable else None
        if code is not None and item.type is ItemType.NUMBER:
            low, high = (_find_limit(compiled, item, ending) for ending in ("ORNRLO", "ORNRHI"))
            yield Test(item.id, code, item.unit, low, high)


def _find_limit(compiled: CompiledForm, of: Item, ending: str) -> str:
    for item in compiled.items.values():
        if item.sdtm and of.sdtm and item.sdtm.testcd == of.sdtm.testcd and (item.sdtm.variable or "").endswith(ending):
            return item.id
    return ""


def is_one_of_many(compiled: CompiledForm, encounter: str, repeat: int) -> bool:
    """Whether the place of a form needs its number."""
    return compiled.form.log or not encounter or repeat > 1


def build_measured(definition: Definition, forms: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """Every value of many participants, from the columns of forms as they stand.

    Parameters
    ----------
    definition : Definition
    forms : DataFrame
        ``row``, ``participant``, ``encounter``, ``form``, ``repeat``; in the order in which they were first recorded.
    values : DataFrame
        ``row`` (of the form), ``item``, ``text`` (null where there is no value).
    """
    tests = _frame_tests(definition)
    placed = _place(definition, forms.join(tests.select("form").unique(), on="form", how="semi", maintain_order="left"))
    asked = (tests["item"], tests["low"], tests["high"], placed["occasion"].unique(), pl.Series(["fasting", "on_air"]))
    told = values.filter(pl.col("text").is_not_null() & pl.col("item").is_in(pl.concat(asked).unique().to_list()))
    told = told.join(placed.select("row"), on="row", how="semi").select("row", "item", "text")
    days = pl.col("at").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    placed = (
        placed.join(told.rename({"item": "occasion", "text": "at"}), on=["row", "occasion"], maintain_order="left")
        .filter(days.is_not_null())
        .join(_pick(told, "fasting"), on="row", how="left", maintain_order="left")
        .join(_pick(told, "on_air"), on="row", how="left", maintain_order="left")
        .with_row_index("order")
    )
    number = pl.when(pl.col("text").str.contains(_NUMBER)).then(pl.col("text")).cast(pl.Float64, strict=False)
    numbers = told.select("row", "item", number.alias("value")).filter(pl.col("value").is_not_null())
    limits = numbers.rename({"value": "limit"})
    found = (
        placed.join(tests, on="form")
        .join(numbers, on=["row", "item"])
        .filter(~((pl.col("parameter") == "OXYSAT") & (pl.col("on_air") == "N")).fill_null(False))
        .join(limits.rename({"item": "low", "limit": "lln"}), on=["row", "low"], how="left")
        .join(limits.rename({"item": "high", "limit": "uln"}), on=["row", "high"], how="left")
        .sort("order", "test")
    )
    fasting = pl.col("fasting").replace_strict(["Y", "N"], [True, False], default=None, return_dtype=pl.Boolean)
    return found.with_columns(pl.concat_str("place", "item", separator=".").alias("path"), fasting).select(*MEASURED)


def _frame_tests(definition: Definition) -> pl.DataFrame:
    rows = [
        (form, test.item, test.code, test.unit, test.low, test.high)
        for form, tests in list_tests(definition).items()
        for test in tests
    ]
    schema = dict.fromkeys(("form", "item", "parameter", "unit_", "low", "high"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row").with_row_index("test")


def _place(definition: Definition, forms: pl.DataFrame) -> pl.DataFrame:
    """The forms with their place (``D3.chemistry``) and the item that says when."""
    known = [(name, one.form.occasion or "", one.form.log) for name, one in definition.forms.items()]
    schema = {"form": pl.String, "occasion": pl.String, "log": pl.Boolean}
    encounter, repeat = pl.col("encounter"), pl.col("repeat")
    numbered = pl.col("log") | (encounter == "") | (repeat > 1)
    parts = (
        pl.when(encounter != "").then(encounter),
        pl.col("form"),
        pl.when(numbered).then(repeat.cast(pl.String)),
    )
    return forms.join(
        pl.DataFrame(known, schema=schema, orient="row"), on="form", how="left", maintain_order="left"
    ).select(
        "row", "participant", "form", "occasion", pl.concat_str(*parts, separator=".", ignore_nulls=True).alias("place")
    )


def _pick(told: pl.DataFrame, item: str) -> pl.DataFrame:
    return told.filter(pl.col("item") == item).select("row", pl.col("text").alias(item))


def grade_measured(definition: Definition, measured: pl.DataFrame, states: Iterable[SubjectState]) -> pl.DataFrame:
    """The values in the order of their times, each with the last value of its test before treatment, and its grade.

    Values up to the first treatment are baseline themselves (``at_baseline``): on the day of the first dose only with a
    time of day that is not later. ``states`` are those whose values they are.
    """
    ordered = measured.sort("participant", "at", maintain_order=True)
    ordered = ordered.join(_list_starts(definition, states), on="participant", how="left", maintain_order="left")
    at, first, dose = pl.col("at"), pl.col("first_day"), pl.col("first_dose")
    by_day = at.str.slice(0, 10) <= first
    by_time = (at.str.len_chars() >= _MINUTES) & (at.str.slice(0, _MINUTES) <= dose.str.slice(0, _MINUTES))
    that_day = (at.str.slice(0, 10) == first) & (dose != "")
    ordered = ordered.with_columns(
        pl.when(first.is_null()).then(True).when(that_day).then(by_time).otherwise(by_day).alias("at_baseline")
    )
    names = ("participant", "parameter")
    last = (
        ordered.filter("at_baseline")
        .group_by(names, maintain_order=True)
        .agg(pl.col("value", "unit_", "uln").last().name.prefix("last_"))
    )
    same = pl.col("unit_") == pl.col("last_unit_")
    frame = ordered.join(last, on=names, how="left", maintain_order="left").with_columns(
        pl.when(same).then("last_value").alias("baseline"), pl.when(same).then("last_uln").alias("baseline_uln")
    )
    wanted = frame.select(*MEASURED, "at_baseline", "baseline", "baseline_uln").rename({"unit_": "unit"})
    return grade_values(wanted, version=definition.study.safety.ctcae)


def keep_worse(graded: pl.DataFrame) -> pl.DataFrame:
    """Of graded values those after the start of treatment with a higher grade than any before: they alone propose."""
    names = ("participant", "graded_term")
    before = graded.filter("at_baseline").group_by(names).agg(pl.col("grade").max().alias("before"))
    later = graded.filter(~pl.col("at_baseline") & (pl.col("grade") > 0))
    joined = later.join(before, on=names, how="left", maintain_order="left")
    return joined.filter(pl.col("grade") > pl.col("before").fill_null(0)).drop("before")


def _list_starts(definition: Definition, states: Iterable[SubjectState]) -> pl.DataFrame:
    """Everybody's first day of treatment, and the local time of the first dose ('' in an arm that counts from allocation)."""
    rows = []
    for state in states:
        first = compute_context(definition, state).first_treatment
        dose = min((one.started_at for one in state.doses), default="")
        rows.append((state.participant, first.isoformat() if first else None, dose))
    schema = {"participant": pl.String, "first_day": pl.String, "first_dose": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")
