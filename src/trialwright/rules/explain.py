"""Why a BOOLEAN rule is true, false or unknown: its conditions one by one, with the values they read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trialwright.rules.compile import Rule
from trialwright.rules.evaluate import RuleSet
from trialwright.rules.term import Condition, Join, Leaf
from trialwright.rules.types import RuleType
from trialwright.rules.values import Value

Truth = bool | None
"""True, false, or None for unknown."""


@dataclass(frozen=True, slots=True)
class Explained:
    """One condition of a rule for one participant.

    Parameters
    ----------
    text : str
        The condition, in the names that the rule uses.
    truth : bool or None
        What it is for these values.
    values : tuple of (str, value)
        Canonical name and value of each column it reads; None where unknown.
    decides : bool
        Whether it is one of the conditions that make the whole what it is: the false parts of an AND that is false,
        the unknown parts of one that is unknown, and so on.
    """

    text: str
    truth: Truth
    values: tuple[tuple[str, Value], ...]
    decides: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a rule is for one participant, and its conditions in the order of the text."""

    truth: Truth
    conditions: tuple[Explained, ...]

    @property
    def deciding(self) -> tuple[Explained, ...]:
        """The conditions that make the rule what it is."""
        return tuple(condition for condition in self.conditions if condition.decides)


def explain(rule: Rule, values: Mapping[str, Value]) -> Explanation:
    """What a BOOLEAN rule is for these values, and why.

    Parameters
    ----------
    rule : Rule
        A rule of type BOOLEAN; ValueError for another.
    values : mapping of str to value
        As for ``RuleSet.evaluate``.

    Examples
    --------
    >>> from trialwright.rules.compile import compile_rule
    >>> from trialwright.rules.types import Column, Scope
    >>> names = {name: Column(f"f.{name}", RuleType.CODE, frozenset("YN")) for name in ("pregnant", "lactating")}
    >>> rule = compile_rule("pregnant = 'Y' OR lactating = 'Y'", Scope(names))
    >>> explanation = explain(rule, {"f.pregnant": "N"})
    >>> explanation.truth is None, [(each.text, each.values) for each in explanation.deciding]
    (True, [("lactating = 'Y'", (('f.lactating', None),))])
    """
    if rule.condition is None:
        raise ValueError(f"{rule.text!r} is a {rule.type.value}, not a condition")
    leaves = list(list_leaves(rule.condition))
    truths = _evaluate(rule, leaves, values)
    deciding = set(_deciding(rule.condition, truths))
    conditions = tuple(
        Explained(leaf.text, truths[leaf], tuple((name, values.get(name)) for name in leaf.names), leaf in deciding)
        for leaf in dict.fromkeys(leaves)
    )
    return Explanation(fold_truth(rule.condition, truths), conditions)


def _evaluate(rule: Rule, leaves: list[Leaf], values: Mapping[str, Value]) -> dict[Leaf, Truth]:
    """What each condition is, each a rule of its own for the engine."""
    columns = {column.name: column for column in rule.columns}
    parts = [
        Rule(leaf.text, RuleType.BOOLEAN, leaf.sql, tuple(columns[name] for name in leaf.names)) for leaf in leaves
    ]
    truths = RuleSet(parts).evaluate(values)
    return {leaf: None if truth is None else bool(truth) for leaf, truth in zip(leaves, truths, strict=True)}


def list_leaves(condition: Condition) -> Iterator[Leaf]:
    """The leaves of a condition, in the order of the text."""
    if isinstance(condition, Leaf):
        yield condition
        return
    for part in condition.parts:
        yield from list_leaves(part)


def fold_truth(condition: Condition, truths: Mapping[Leaf, Truth]) -> Truth:
    """The truth of conditions joined by SQL's three-valued AND, OR and NOT (ISO/IEC 9075-2, 6.39)."""
    if isinstance(condition, Leaf):
        return truths[condition]
    parts = [fold_truth(part, truths) for part in condition.parts]
    if condition.join is Join.NOT:
        return None if parts[0] is None else not parts[0]
    strong = condition.join is Join.OR
    if strong in parts:
        return strong
    return None if None in parts else not strong


def _deciding(condition: Condition, truths: Mapping[Leaf, Truth]) -> Iterator[Leaf]:
    """The leaves that make a condition what it is: of a junction, those of the parts that are like the whole."""
    if isinstance(condition, Leaf):
        yield condition
        return
    whole = fold_truth(condition, truths)
    for part in condition.parts:
        if condition.join is Join.NOT or fold_truth(part, truths) is whole:
            yield from _deciding(part, truths)
