"""The study's rules over arrays: each condition is asked once for every value that an item can have.

The conditions themselves are evaluated by the rules room, so the answer is the one that the trial's database gives;
here they are only looked up and joined. Truth is 0 for false, 1 for unknown, 2 for true, so AND is the least, OR the
greatest, and NOT is two minus.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trialwright.rules.compile import Rule
from trialwright.rules.frame import evaluate_frame
from trialwright.rules.term import Condition, Join, Junction
from trialwright.rules.types import Column, RuleType

FALSE, UNKNOWN, TRUE = 0, 1, 2
Truth = NDArray[np.int8]
Index = NDArray[np.int32]
Level = str | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """A condition on one column: its truth for each level, and last for missing."""

    column: str
    truth: Truth


@dataclass(frozen=True, slots=True)
class Joined:
    """Conditions joined by AND or OR, or one under NOT."""

    join: Join
    parts: tuple["Tree", ...]


Tree = Table | Joined


def list_columns(tree: Tree) -> tuple[str, ...]:
    """The columns that a tree reads, each once, in order."""
    if isinstance(tree, Table):
        return (tree.column,) if tree.column else ()
    return tuple(dict.fromkeys(name for part in tree.parts for name in list_columns(part)))


def build_tree(rule: Rule, levels: Callable[[Column], Sequence[Level]]) -> Tree:
    """The tree of a BOOLEAN rule.

    Parameters
    ----------
    rule : Rule
        From the definition.
    levels : callable
        The values that a column can have, in the order of their indices; None for one that is unknown in rules.

    Raises
    ------
    ValueError
        For a condition that reads two columns at once; KeyError comes from ``levels`` for one that is not simulated.
    """
    if rule.condition is None:
        raise ValueError(f"{rule.text} is not a condition")
    return _build(rule.condition, {column.name: column for column in rule.columns}, levels)


def _build(condition: Condition, columns: dict[str, Column], levels: Callable[[Column], Sequence[Level]]) -> Tree:
    if isinstance(condition, Junction):
        return Joined(condition.join, tuple(_build(part, columns, levels) for part in condition.parts))
    if len(condition.names) > 1:
        raise ValueError(f"the condition {condition.text} reads several items at once")
    leaf = Rule(condition.text, RuleType.BOOLEAN, condition.sql, tuple(columns[name] for name in condition.names))
    if not condition.names:
        frame = pl.DataFrame({"row": [0]})
        return Table("", _encode(evaluate_frame(frame, {"truth": leaf})["truth"]))
    column = columns[condition.names[0]]
    kind = pl.Float64 if column.type is RuleType.NUMBER else pl.String
    frame = pl.DataFrame({column.name: pl.Series([*levels(column), None], dtype=kind)})
    return Table(column.name, _encode(evaluate_frame(frame, {"truth": leaf})["truth"]))


def _encode(truth: pl.Series) -> Truth:
    return np.array([UNKNOWN if one is None else TRUE if one else FALSE for one in truth], dtype=np.int8)


def evaluate_tree(tree: Tree, read: Callable[[str], Index]) -> Truth:
    """The truth of a tree.

    Parameters
    ----------
    tree : Table or Joined
        From ``build_tree``.
    read : callable
        The indices of a column's values, any shape; -1 for missing.
    """
    if isinstance(tree, Table):
        return np.asarray(tree.truth[read(tree.column)] if tree.column else tree.truth[:1])
    parts = [evaluate_tree(part, read) for part in tree.parts]
    result = parts[0] if tree.join is not Join.NOT else np.asarray(TRUE - parts[0], dtype=np.int8)
    for part in parts[1:]:
        result = np.minimum(result, part) if tree.join is Join.AND else np.maximum(result, part)
    return result
