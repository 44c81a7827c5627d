"""Rules over a whole frame: DuckDB evaluates the same text that SQLite evaluates for one participant."""

from collections.abc import Mapping
from typing import Protocol

import duckdb
import polars as pl

from trialwright.rules.compile import Rule
from trialwright.rules.leaves import quote
from trialwright.rules.select import collect_columns, render_select
from trialwright.rules.types import Column, RuleType
from trialwright.rules.values import FIRST_DAY, LARGEST, LAST_DAY, SMALLEST
from trialwright.vocabulary.findings import Finding, Place

_INSIDE = {RuleType.NUMBER: pl.Float64, RuleType.CODE: pl.String, RuleType.DATE: pl.Int32, RuleType.BOOLEAN: pl.Boolean}
_OUTSIDE = {**_INSIDE, RuleType.DATE: pl.Date}
_CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
"""DuckDB may neither fetch nor load anything."""


def check_frame(frame: pl.DataFrame, rules: Mapping[str, Rule]) -> list[Finding]:
    """The findings that keep a frame from being evaluated: columns of another type, numbers that no rule can use.

    A NUMBER is any numeric column, a CODE a text or categorical one, a DATE a polars Date or whole day numbers (days
    since 1970-01-01), a BOOLEAN a Boolean. NaN, infinity and numbers outside the range of rules are findings; a null
    is unknown and fine, and so is a column that is absent (all unknown).
    """
    columns = [column for column in collect_columns(rules.values()) if column.name in frame.columns]
    return [finding for column in columns if (finding := _check_column(frame[column.name], column)) is not None]


def evaluate_frame(frame: pl.DataFrame, rules: Mapping[str, Rule]) -> pl.DataFrame:
    """A frame with one column for each rule, under its key, and one row for each row of ``frame``, in its order.

    Parameters
    ----------
    frame : polars.DataFrame
        Columns by canonical name, as ``check_frame`` says; a column that a rule reads and the frame lacks is unknown.
    rules : mapping of str to Rule
        At least one rule.

    Returns
    -------
    polars.DataFrame
        Boolean, Float64, String or Date columns; null is unknown.

    Raises
    ------
    ValueError
        Where ``check_frame`` has findings, or there is no rule.

    Examples
    --------
    >>> from trialwright.rules.compile import compile_rule
    >>> from trialwright.rules.types import Scope
    >>> rule = compile_rule("age >= 18", Scope({"age": Column("age", RuleType.NUMBER)}))
    >>> evaluate_frame(pl.DataFrame({"age": [17, 18, None]}), {"adult": rule})["adult"].to_list()
    [False, True, None]
    """
    findings = check_frame(frame, rules)
    if findings or not rules:
        raise ValueError("; ".join(str(finding) for finding in findings) or "no rules to evaluate")
    source = frame.select(_prepare(frame, column) for column in collect_columns(rules.values()))
    if source.width == 0:
        source = pl.DataFrame({"row": pl.repeat(None, frame.height, dtype=pl.Boolean, eager=True)})
    with duckdb.connect(":memory:", config=_CLOSED) as connection:
        connection.register("participants", _Stream(source))
        result = pl.DataFrame(_Stream(connection.sql(render_select(list(rules.values()), quote("participants")))))
    return result.select(
        pl.col(f"r{number}").cast(_OUTSIDE[rule.type]).alias(key) for number, (key, rule) in enumerate(rules.items())
    )


class _Table(Protocol):
    """What has an Arrow stream: a polars frame, a DuckDB relation."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


class _Stream:
    """A table that shows its Arrow stream and nothing else.

    DuckDB then needs no further library to read a polars frame, and polars keeps no hold on a type of DuckDB's, for
    which DuckDB 2.0 would complain on standard error when the program ends.
    """

    def __init__(self, table: _Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)


def _prepare(frame: pl.DataFrame, column: Column) -> pl.Expr:
    """The expression that makes a column of the frame what the SQL expects; all unknown where it is absent."""
    kind = _INSIDE[column.type]
    expression = pl.col(column.name) if column.name in frame.columns else pl.lit(None)
    return expression.cast(kind).alias(column.name)


def _check_column(series: pl.Series, column: Column) -> Finding | None:
    place = Place(path=column.name)
    if not _fits(series.dtype, column.type):
        return Finding("wrong-type", f"a {column.type.value} cannot be read from {series.dtype}", place)
    if series.dtype == pl.Null:
        return None
    if column.type is RuleType.NUMBER:
        sizes = series.cast(pl.Float64).abs()
        bad = ~((sizes == 0) | sizes.is_between(SMALLEST, LARGEST))
    elif column.type is RuleType.DATE:
        bad = ~series.to_physical().is_between(FIRST_DAY, LAST_DAY)
    else:
        return None
    rows = bad.arg_true()
    if rows.is_empty():
        return None
    where = f"{len(rows)} values are not finite or out of range, the first in row {rows[0] + 1}"
    return Finding("bad-value", where, place, remedy="make them null")


def _fits(kind: pl.DataType, wanted: RuleType) -> bool:
    if kind == pl.Null:
        return True
    if wanted is RuleType.NUMBER:
        return kind.is_numeric()
    if wanted is RuleType.DATE:
        return kind == pl.Date or kind.is_integer()
    if wanted is RuleType.CODE:
        return kind in (pl.String, pl.Categorical, pl.Enum)
    return kind == pl.Boolean
