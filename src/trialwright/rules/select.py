"""The one SQL statement that evaluates rules, the same for every engine but for where the values come from."""

from collections.abc import Iterable, Sequence

from trialwright.rules.compile import Rule
from trialwright.rules.leaves import quote
from trialwright.rules.types import Column


def render_select(rules: Sequence[Rule], source: str) -> str:
    """The statement that has one column for each rule, named r0, r1, …; ``source`` is what stands after FROM.

    >>> from trialwright.rules.compile import compile_rule
    >>> from trialwright.rules.types import RuleType, Scope
    >>> rule = compile_rule("flag", Scope({"flag": Column("f.flag", RuleType.BOOLEAN)}))
    >>> render_select([rule], "cohort")
    'SELECT ("f.flag") AS "r0" FROM cohort'
    """
    results = ", ".join(f'({rule.sql}) AS "r{number}"' for number, rule in enumerate(rules))
    return f"SELECT {results} FROM {source}"


def render_parameters(columns: Iterable[Column]) -> str:
    """A row of parameters under the columns' names, for SQLite; a constant where there are no columns."""
    row = ", ".join(f"? AS {quote(column.name)}" for column in columns)
    return f"(SELECT {row or 'NULL'})"


def collect_columns(rules: Iterable[Rule]) -> tuple[Column, ...]:
    """The columns that the rules read, each once, in order.

    ValueError where two columns cannot live in one statement: one name with two types, or names that differ in upper
    and lower case only, which SQLite and DuckDB take for one.
    """
    found: dict[str, Column] = {}
    for rule in rules:
        for column in rule.columns:
            other = found.setdefault(column.name.casefold(), column)
            if (other.name, other.type) != (column.name, column.type):
                raise ValueError(f"{other.name} ({other.type}) and {column.name} ({column.type}) in one set of rules")
    return tuple(found.values())
