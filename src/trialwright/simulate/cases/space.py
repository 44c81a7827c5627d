"""What a rule can meet: its columns with the answers to try for each, and which questions are asked when."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trialwright.capture.values import read_clock
from trialwright.definition.compiled import CompiledForm, Definition
from trialwright.definition.scope import name_clock
from trialwright.rules.compile import Rule
from trialwright.rules.evaluate import RuleSet
from trialwright.rules.values import Value
from trialwright.simulate.cases.choices import NO_ANSWER, Choice, find_literals, list_choices, list_plain_numbers

Assignment = Mapping[str, Choice]
"""An answer for each column, by the column's name."""

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}", re.ASCII)
_PLAIN = {"age_years": (0.0, 120.0), "day": (-30.0, 400.0)}


@dataclass(frozen=True, slots=True)
class Guard:
    """A question that is asked only while a rule is true."""

    column: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Space:
    """The columns of a rule, of the conditions of its questions, of their conditions …, each with its choices."""

    choices: Mapping[str, tuple[Choice, ...]]
    guards: tuple[Guard, ...]
    guarding: RuleSet

    def prune(self, assignment: Assignment) -> dict[str, Choice]:
        """The assignment without answers to questions that are not asked then."""
        kept = dict(assignment)
        for _ in self.guards:  # a question that falls away can take others with it
            truths = self.guarding.evaluate(read_assignment(kept))
            hidden = [
                guard.column
                for guard, truth in zip(self.guards, truths, strict=True)
                if truth is not True and kept[guard.column].text
            ]
            if not hidden:
                break
            kept.update(dict.fromkeys(hidden, NO_ANSWER))
        return kept


def read_assignment(assignment: Assignment) -> dict[str, Value]:
    """What rules read of the answers: their values, and beside a moment its minute of the day."""
    values: dict[str, Value] = {name: choice.value for name, choice in assignment.items()}
    return values | {
        name_clock(name): read_clock(one.text) for name, one in assignment.items() if _MOMENT.fullmatch(one.text)
    }


def list_guards(compiled: CompiledForm) -> dict[str, Guard]:
    """The conditional questions of a form with their rules, by column."""
    if compiled.rules is None:
        return {}
    rules = compiled.rules.rules[len(compiled.form.checks) :]
    names = (f"{compiled.form.id}.{item}" for item in compiled.conditional)
    return {name: Guard(name, rule) for name, rule in zip(names, rules, strict=True)}


def make_space(definition: Definition, names: Iterable[str], texts: Iterable[str], beyond: bool = False) -> Space:
    """The space of the columns ``names`` and of whatever decides whether they are asked.

    Parameters
    ----------
    names : iterable of str
        Columns as rules name them: ``form.item``, ``age_years``, ``day``, ``arm``.
    texts : iterable of str
        The rules whose numbers and dates are worth trying.
    beyond : bool
        Also try numbers outside what is possible.
    """
    every: dict[str, Guard] = {}
    for form in definition.forms.values():
        every |= list_guards(form)
    columns: list[str] = []
    clocks = {
        name_clock(f"{one.form.id}.{item.id}") for one in definition.forms.values() for item in one.form.items
    }  # they go with the moment that is chosen
    waiting = [name for name in names if name not in clocks]
    while waiting:
        name = waiting.pop(0)
        if name not in columns:
            columns.append(name)
            waiting += [one for one in every[name].rule.names if one not in clocks] if name in every else []
    guards = tuple(every[name] for name in columns if name in every)
    literals = find_literals([*texts, *(guard.rule.text for guard in guards)])
    choices: dict[str, tuple[Choice, ...]] = {}
    for name in columns:
        form_id, _, item_id = name.partition(".")
        if name in _PLAIN:
            choices[name] = list_plain_numbers(literals, *_PLAIN[name])
        elif name == "arm":
            choices[name] = (*(Choice(arm, arm) for arm in definition.arms), NO_ANSWER)
        else:
            compiled = definition.forms[form_id]
            choices[name] = list_choices(compiled, compiled.items[item_id], literals, beyond)
    return Space(choices, guards, RuleSet([guard.rule for guard in guards]))
