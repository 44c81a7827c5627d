"""Rules for one participant: one prepared SQLite statement, in memory, a few microseconds a call."""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain

from trialwright.rules.compile import Rule
from trialwright.rules.select import collect_columns, render_parameters, render_select
from trialwright.rules.types import Column, RuleType
from trialwright.rules.values import FIRST_DAY, LARGEST, LAST_DAY, SMALLEST, Value, bounded

_PER_STATEMENT = 500
"""Rules in one statement. SQLite allows 2,000 columns, 32,766 parameters and a text of a million bytes."""
_MOST_CHARACTERS = 400_000
_KEPT_STATEMENTS = 1_024
_MOST_COLUMNS = 1_000
_TRUTH: dict[Value, Value] = {1: True, 0: False, None: None}
_truth_of = _TRUTH.__getitem__


class _Database(threading.local):
    """An empty database in memory for each thread; it holds prepared statements and never a row."""

    def __init__(self) -> None:
        connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=_KEPT_STATEMENTS)
        self.execute = connection.execute


_DATABASE = _Database()


class RuleSet:
    """Rules that are evaluated together, for one participant at a time.

    A set may be used by several threads at once: each thread has an empty database of its own, in memory.

    Parameters
    ----------
    rules : sequence of Rule
        Any number of rules, of any types.

    Raises
    ------
    ValueError
        Where two of them cannot live in one statement (see ``collect_columns``).

    Examples
    --------
    >>> from trialwright.rules.compile import compile_rule
    >>> from trialwright.rules.types import Scope
    >>> age = Column("age_years", RuleType.NUMBER)
    >>> adult = compile_rule("age_years >= 18", Scope({"age_years": age}))
    >>> RuleSet([adult]).evaluate({"age_years": 17.0}), RuleSet([adult]).evaluate({})
    ((False,), (None,))
    """

    __slots__ = ("_batches", "columns", "rules")

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self.columns = collect_columns(self.rules)
        self._batches = [_Batch(batch) for batch in _split(self.rules)]

    def evaluate(self, values: Mapping[str, Value]) -> tuple[Value, ...]:
        """The value of each rule, in order: bool, float, str or int (day number); None where it is unknown.

        Parameters
        ----------
        values : mapping of str to value
            By canonical name: float for a NUMBER (whole numbers may be int), str for a CODE, int (days since
            1970-01-01) for a DATE, bool for a BOOLEAN. A name that is absent is unknown; further names are ignored.

        Raises
        ------
        TypeError, ValueError
            Where a value is not of its column's type, or is NaN, infinite or out of range: capture refuses these.
        """
        execute = _DATABASE.execute
        if len(self._batches) == 1:
            return self._batches[0].evaluate(execute, values)
        return tuple(chain.from_iterable(batch.evaluate(execute, values) for batch in self._batches))


class _Batch:
    """As many rules as one statement takes."""

    __slots__ = ("_codes", "_decoders", "_is_boolean", "_numbers", "_others", "_sql")

    def __init__(self, rules: Sequence[Rule]) -> None:
        columns = collect_columns(rules)
        self._numbers = [(column.name, column) for column in columns if column.type is RuleType.NUMBER]
        self._codes = [(column.name, column) for column in columns if column.type is RuleType.CODE]
        self._others = [(column.name, column) for column in columns if column.type in (RuleType.DATE, RuleType.BOOLEAN)]
        ordered = [column for _, column in (*self._numbers, *self._codes, *self._others)]
        self._sql = render_select(rules, render_parameters(ordered))
        self._decoders = [_TRUTH if rule.type is RuleType.BOOLEAN else None for rule in rules]
        self._is_boolean = None not in self._decoders

    def evaluate(self, execute: Callable[..., sqlite3.Cursor], values: Mapping[str, Value]) -> tuple[Value, ...]:
        # What is usual is judged in line, since a call for each value would cost more than the statement itself.
        get = values.get
        row: list[Value] = [
            value
            if (value := get(name)) is None or (type(value) is float and SMALLEST <= value <= LARGEST)
            else _bind(value, column)
            for name, column in self._numbers
        ]
        row += [
            value if (value := get(name)) is None or type(value) is str else _bind(value, column)
            for name, column in self._codes
        ]
        row += [None if (value := get(name)) is None else _bind(value, column) for name, column in self._others]
        result = execute(self._sql, row).fetchone()
        if self._is_boolean:
            return tuple(map(_truth_of, result))
        return tuple([raw if truth is None else truth[raw] for raw, truth in zip(result, self._decoders, strict=True)])


def _split(rules: Sequence[Rule]) -> Iterator[list[Rule]]:
    """The rules in order, in groups that keep within SQLite's limits; one empty group where there are none."""
    batch: list[Rule] = []
    names: set[str] = set()
    size = 0
    for rule in rules:
        names |= set(rule.names)
        size += len(rule.sql)
        if batch and (len(batch) == _PER_STATEMENT or len(names) > _MOST_COLUMNS or size > _MOST_CHARACTERS):
            yield batch
            batch, names, size = [], set(rule.names), len(rule.sql)
        batch.append(rule)
    if batch:
        yield batch


def _bind(value: float | str | int | bool, column: Column) -> float | str | int:
    """The value as SQLite is given it; TypeError or ValueError where it is none of the column's."""
    kind = column.type
    if kind is RuleType.NUMBER and isinstance(value, (int, float)) and not isinstance(value, bool):
        return bounded(float(value))
    if kind is RuleType.DATE and isinstance(value, int) and not isinstance(value, bool):
        if not FIRST_DAY <= value <= LAST_DAY:
            raise ValueError(f"{column.name}: {value} is not the number of a day in the years 1 to 9999")
        return value
    if kind is RuleType.BOOLEAN and value in (True, False) and not isinstance(value, float):
        return int(value)
    if kind is RuleType.CODE and isinstance(value, str):
        return str(value)
    raise TypeError(f"{column.name} is a {kind.value}; {value!r} is not")
