"""Whether the condition of an activity can be true and can be false at all."""

import re
from collections.abc import Iterator
from itertools import islice, product

from trialwright.rules.compile import Rule
from trialwright.rules.evaluate import RuleSet
from trialwright.rules.types import Column, RuleType
from trialwright.rules.values import Value
from trialwright.vocabulary.findings import Finding, Place, Severity

_MOST = 20_000
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")
_QUOTED = re.compile(r"'[^']*'")
_REACHING = re.compile(r"[-+*/]|\bABS\b|\bCASE\b", re.IGNORECASE)
_REMEDY = "correct the rule, or leave the activity out"


def check_condition(rule: Rule, form: str, place: Place) -> Iterator[Finding]:
    """An error for a condition that is true of nobody, a warning for one that is false of nobody.

    Only where all that matters can be tried: codes, and at most one number beside them (at, above and below each number of
    the rule); of other rules nothing is said.
    """
    answers = _list_answers(rule)
    if not answers:
        return
    truths = {truths[0] for truths in map(RuleSet([rule]).evaluate, answers)}
    if True not in truths:
        yield Finding("never-true", f"{form} applies to nobody: {rule.text} is never true", place, remedy=_REMEDY)
    elif False not in truths:
        what = f"{form} applies to everybody: {rule.text} is never false"
        yield Finding("always-true", what, place, Severity.WARNING, "leave out when: and applies_to:")


def _list_answers(rule: Rule) -> list[dict[str, Value]]:
    """Every combination of answers that can matter; none where they cannot all be tried."""
    numbers = [column for column in rule.columns if column.type is RuleType.NUMBER]
    plain = not _REACHING.search(_QUOTED.sub("", rule.text))
    others = [column for column in rule.columns if column.type is not RuleType.NUMBER]
    if any(column.codes is None for column in others) or len(numbers) > 1 or (numbers and not plain):
        return []
    choices = [_list_values(column, rule.text) for column in rule.columns]
    names = [column.name for column in rule.columns]
    combinations = list(islice(product(*choices), _MOST + 1))
    return [dict(zip(names, values, strict=True)) for values in combinations] if len(combinations) <= _MOST else []


def _list_values(column: Column, text: str) -> tuple[Value, ...]:
    if column.type is RuleType.CODE:
        return (*sorted(column.codes or ()), None)
    near = {float(found) + step for found in _NUMBER.findall(_QUOTED.sub("", text)) for step in (-0.5, 0, 0.5)}
    return (*sorted(near), None)
