"""True values: what an analysis is after, from a great number of participants of each arm whom nobody missed or lost.

Both arms of every scenario are drawn with the same random numbers. An arm of which two scenarios say the same is
therefore the same, number for number, and is drawn once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from trialwright.design.answers import Memory, Trials, know
from trialwright.design.model import Model
from trialwright.design.people import draw_people
from trialwright.design.scenario import Scenario
from trialwright.design.tally import Key, Truth
from trialwright.design.values import Values, copy_seed, open_streams

PEOPLE = 100_000
"""Participants of each arm from whom true values are computed."""

_TOGETHER = 5

Truths = dict[str, dict[Key, Truth]]


def list_truth_pieces(model: Model, scenarios: Sequence[Scenario]) -> list[tuple[Scenario, ...]]:
    """The scenarios in pieces of work of some scenarios each; those that share an arm stand together."""
    ordered = sorted(scenarios, key=lambda one: [_describe_arm(model, one, side) for side in (0, 1)])
    return [tuple(ordered[start : start + _TOGETHER]) for start in range(0, len(ordered), _TOGETHER)]


def compute_all_truths(
    model: Model, scenarios: Sequence[Scenario], seed: np.random.SeedSequence, people: int = PEOPLE
) -> Truths:
    """The true values of everything that is estimated, by scenario.

    Parameters
    ----------
    model, scenarios
        The study and what might be true of it.
    seed : numpy.random.SeedSequence
        Where randomness starts; the same for every scenario.
    people : int
        Participants of each arm.
    """
    arms: dict[int, _Arm] = {}
    found: Truths = {}
    known: dict[tuple[str, ...], str] = {}
    for scenario in scenarios:
        said = tuple(_describe_arm(model, scenario, side) for side in (1, 0))
        if said in known:
            found[scenario.id] = found[known[said]]
            continue
        known[said] = scenario.id
        for side, words in zip((1, 0), said, strict=True):
            if side not in arms or arms[side].said != words:
                arms.pop(side, None)  # its arrays are given back before the next are drawn
                arms[side] = _Arm(words, _draw_arm(model, scenario, side, people, seed))
        found[scenario.id] = {
            key: truth
            for asked in model.asked
            if not asked.unlike
            for key, truth in know(asked, arms[1].drawn, arms[0].drawn).items()
        }
    return found


def compute_truths(
    model: Model, scenario: Scenario, seed: np.random.SeedSequence, people: int = PEOPLE
) -> dict[Key, Truth]:
    """The true values of one scenario; parameters as ``compute_all_truths``."""
    return compute_all_truths(model, [scenario], seed, people)[scenario.id]


@dataclass(frozen=True, slots=True)
class _Arm:
    """Participants of one arm, and all that their scenario says of it."""

    said: str
    drawn: Trials


def _describe_arm(model: Model, scenario: Scenario, side: int) -> str:
    """What a scenario says of the participants of one arm, as text."""
    arm = model.contrast[1 - side]
    plain = scenario.model_dump()
    own = {
        word: {item: by_arm[arm] for item, by_arm in sorted(plain[word].items()) if arm in by_arm}
        for word in ("effects", "rates")
    }
    chances = {word: plain[word].get(arm) for word in ("death", "related", "toxicity")}
    return repr((own, sorted(plain["spread"].items()), chances))


def _draw_arm(model: Model, scenario: Scenario, side: int, people: int, seed: np.random.SeedSequence) -> Trials:
    """One trial in which everybody is of one arm and nobody is lost."""
    arm, other = model.contrast[1 - side], model.contrast[side]
    whole = scenario.model_copy(
        update={"participants": {arm: people, other: 0}, "withdrawal": 0.0, "lost": 0.0, "missed_visit": 0.0}
    )
    streams = open_streams(model, copy_seed(seed))
    drawn = draw_people(replace(model, stopping=None), whole, streams["people"], 1)
    return Trials(model, Values(model, whole, drawn, streams), Memory())
