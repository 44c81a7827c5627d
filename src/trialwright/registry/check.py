"""A record against all rules."""

from collections.abc import Sequence
from datetime import date

from trialwright.record.model import Record
from trialwright.registry.case import NOTHING_ELSE, Background, Case
from trialwright.registry.rule import Breach, Level, Rule
from trialwright.registry.rules.table import RULES
from trialwright.registry.tells import is_told


def check_record(
    record: Record, on: date, background: Background = NOTHING_ELSE, rules: Sequence[Rule] = RULES
) -> list[Breach]:
    """Every rule that a record breaks on a day, in the order of the rules.

    Parameters
    ----------
    record : Record
        From any reader. What its source never tells is not asked for.
    on : date
        The day to judge by: deadlines, and dates in the past or future.
    background : Background, optional
        What is known beside the public record; rules that need it are silent without it.
    rules : sequence of Rule, optional
        All of V01 to V144 by default.
    """
    case = Case(record, on, background)
    source = record.reading.format
    return [
        Breach(rule.number, trouble.level or rule.level, trouble.path, trouble.wrong, trouble.right)
        for rule in rules
        for trouble in rule.check(case)
        if not trouble.missing or is_told(source, trouble.path)
    ]


def compute_counts(breaches: Sequence[Breach]) -> dict[Level, int]:
    """How many breaches of each level."""
    return {level: sum(breach.level is level for breach in breaches) for level in Level}
