"""Search for assignments with which a rule is true, false and unknown, and with which each part of it decides."""

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TypeVar

import numpy as np

from trialwright.rules.compile import Rule
from trialwright.rules.evaluate import RuleSet
from trialwright.rules.explain import fold_truth, list_leaves
from trialwright.rules.term import Leaf
from trialwright.rules.types import RuleType
from trialwright.simulate.cases.choices import Choice
from trialwright.simulate.cases.space import Assignment, Space, read_assignment

Truth = bool | None
Rank = tuple[int, int, float]
"""How far apart two cases are: answers changed, odd answers in both, distance of the values."""
T = TypeVar("T")

_EVERYTHING = 3_000
_TRIES = 6_000
_AT_LEAST = 300
_KEPT = 24
_NO_ANSWER_IS_FAR = 1e9


@dataclass(frozen=True, slots=True)
class Pair:
    """An assignment with which a rule is true beside the nearest found with which it is false."""

    true: Assignment
    false: Assignment


@dataclass(slots=True)
class Found:
    """What a search has seen: two dozen assignments for each truth; for each part the two in which it decides."""

    by_truth: dict[Truth, list[Assignment]] = field(default_factory=lambda: {True: [], False: [], None: []})
    parts: dict[tuple[Leaf, bool], Assignment] = field(default_factory=dict)


def make_rng(name: str) -> np.random.Generator:
    """The generator that belongs to a name: the same in every run and on every machine."""
    return np.random.Generator(np.random.PCG64(list(hashlib.sha256(name.encode()).digest())))


class Search:
    """The search for one rule in its space; the same rule is always searched in the same order."""

    def __init__(self, rule: Rule, space: Space) -> None:
        columns = {column.name: column for column in rule.columns}
        self.leaves = tuple(dict.fromkeys(list_leaves(rule.condition))) if rule.condition else ()
        leaves = [
            Rule(leaf.text, RuleType.BOOLEAN, leaf.sql, tuple(columns[name] for name in leaf.names))
            for leaf in self.leaves
        ]
        self._rule, self._space = rule, space
        self._truths = RuleSet([rule, *leaves])

    def run(self, *, asked_only: bool = True) -> Found:
        """What can be found within the budget.

        Parameters
        ----------
        asked_only : bool
            Drop answers to questions that are not asked with the other answers.
        """
        found = Found()
        for number, assignment in enumerate(self._list_assignments(found), start=1):
            kept = self._space.prune(assignment) if asked_only else assignment
            truth, *leaves = self.evaluate(kept)
            _keep(found.by_truth[truth], kept)
            self._note_parts(found, kept, dict(zip(self.leaves, leaves, strict=True)))
            if number >= _AT_LEAST and self._is_complete(found):
                break
        return found

    def evaluate(self, assignment: Assignment) -> list[Truth]:
        """The truth of the rule, then of each of its parts."""
        raw = self._truths.evaluate(read_assignment(assignment))
        return [None if one is None else bool(one) for one in raw]

    def find_pairs(self, found: Found) -> list[Pair]:
        """Pairs that differ in one answer (and in what that answer hides), nearest first; else in any number.

        Of two that are as near, the one with fewer odd answers comes first: people read these cases.
        """
        pairs = []
        for true in found.by_truth[True]:
            near = self._find_nearest(true)
            if near is not None:
                pairs.append(near)
        pairs.sort(key=lambda one: one[0])
        if pairs or not found.by_truth[False]:
            return [pair for _, pair in pairs]
        cases, others = (sorted(found.by_truth[truth], key=compute_oddness) for truth in (True, False))
        return [Pair(one, other) for one, other in zip(cases, others, strict=False)]

    def _find_nearest(self, true: Assignment) -> tuple[Rank, Pair] | None:
        best: tuple[Rank, Pair] | None = None
        for name, choices in self._space.choices.items():
            for choice in choices:
                if choice == true[name]:
                    continue
                other = self._space.prune({**true, name: choice})
                changed = sum(other[key] != true[key] for key in other)
                rank = changed, compute_oddness(true) + compute_oddness(other), _distance(true[name], choice)
                if (best is None or rank < best[0]) and self.evaluate(other)[0] is False:
                    best = rank, Pair(true, other)
        return best

    def _note_parts(self, found: Found, assignment: Assignment, truths: Mapping[Leaf, Truth]) -> None:
        if len(self.leaves) < 2 or self._rule.condition is None:
            return
        for leaf, truth in truths.items():
            if truth is not None and (leaf, truth) not in found.parts:
                either = [fold_truth(self._rule.condition, {**truths, leaf: value}) for value in (True, False)]
                if either[0] is not either[1]:
                    found.parts[leaf, truth] = assignment

    def _is_complete(self, found: Found) -> bool:
        if not (found.by_truth[True] and found.by_truth[False]):
            return False
        return len(self.leaves) < 2 or len(found.parts) == 2 * len(self.leaves)

    def _list_assignments(self, found: Found) -> Iterator[dict[str, Choice]]:
        """All of them where they are few; else draws: anew, all alike, or a small change of what was seen before."""
        rng = make_rng(self._rule.text)
        names, choices = list(self._space.choices), list(self._space.choices.values())
        if math.prod(map(len, choices)) <= _EVERYTHING:
            every = [dict(zip(names, row, strict=True)) for row in product(*choices)]
            yield from (every[index] for index in rng.permutation(len(every)))
            return
        for turn in range(_TRIES):
            seen = [bucket for bucket in found.by_truth.values() if bucket]
            if turn % 3 == 0 or not seen:
                yield {name: _pick(rng, options) for name, options in zip(names, choices, strict=True)}
            elif turn % 3 == 1:
                yield _draw_alike(rng, names, choices)
            else:
                bucket = min(seen, key=len) if turn % 2 else seen[0]
                drawn = dict(_pick(rng, bucket))
                for _ in range(1 + int(rng.integers(2))):
                    index = int(rng.integers(len(names)))
                    drawn[names[index]] = _pick(rng, choices[index])
                yield drawn


def compute_oddness(assignment: Assignment) -> int:
    """How much a reader would wonder about an assignment: findings and open answers beside what it is about."""
    return sum(choice.oddness for choice in assignment.values())


def _keep(bucket: list[Assignment], assignment: Assignment) -> None:
    """Keep the assignment, at the cost of the oddest where there are enough."""
    if assignment in bucket:
        return
    if len(bucket) < _KEPT:
        bucket.append(assignment)
        return
    oddest = max(range(len(bucket)), key=lambda index: compute_oddness(bucket[index]))
    if compute_oddness(assignment) < compute_oddness(bucket[oddest]):
        bucket[oddest] = assignment


def _pick(rng: np.random.Generator, options: Sequence[T]) -> T:
    return options[int(rng.integers(len(options)))]


def _draw_alike(
    rng: np.random.Generator, names: Sequence[str], choices: Sequence[tuple[Choice, ...]]
) -> dict[str, Choice]:
    """The same place in the list of choices for every column, but for one: all answers negative, all but one …"""
    place = int(rng.integers(max(map(len, choices))))
    drawn = {name: options[place % len(options)] for name, options in zip(names, choices, strict=True)}
    index = int(rng.integers(len(names)))
    drawn[names[index]] = _pick(rng, choices[index])
    return drawn


def _distance(one: Choice, other: Choice) -> float:
    if isinstance(one.value, (int, float)) and isinstance(other.value, (int, float)):
        return abs(one.value - other.value)
    return 1.0 if one.text and other.text else _NO_ANSWER_IS_FAR
