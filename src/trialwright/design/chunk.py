"""Some simulated trials under every scenario: the unit of work, the same wherever and with how many others it runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trialwright.design.answers import Memory, Trials, answer
from trialwright.design.model import Model
from trialwright.design.people import draw_people
from trialwright.design.scenario import Scenario
from trialwright.design.tally import Key, Sums, Truth, add_up
from trialwright.design.values import Values, copy_seed, open_streams

TRIALS = 250
"""Trials of a chunk; a fixed number, so that the answer does not depend on how many workers share the chunks."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """The sums of some trials: by scenario the sums by key, and trials, flags, treated and treated squared."""

    sums: Mapping[str, Mapping[Key, Sums]]
    stopped: Mapping[str, tuple[float, ...]]


def list_chunks(trials: int, seed: np.random.SeedSequence) -> list[tuple[int, np.random.SeedSequence]]:
    """The chunks that make up ``trials``: how many each holds, and its own seed."""
    sizes = [TRIALS] * (trials // TRIALS) + ([trials % TRIALS] if trials % TRIALS else [])
    return list(zip(sizes, seed.spawn(len(sizes)), strict=True))


def compute_chunk(
    model: Model,
    scenarios: Sequence[Scenario],
    truths: Mapping[str, Mapping[Key, Truth]],
    trials: int,
    seed: np.random.SeedSequence,
) -> Chunk:
    """The sums of ``trials`` trials under every scenario.

    All scenarios share the chunk's random numbers: what differs between them is not luck.

    Parameters
    ----------
    model, scenarios
        The study and what might be true of it.
    truths : mapping
        By scenario the true values, from ``compute_truths``.
    trials : int
        How many.
    seed : numpy.random.SeedSequence
        The chunk's own, from ``list_chunks``.
    """
    memory = Memory()
    sums: dict[str, dict[Key, Sums]] = {}
    stopped: dict[str, tuple[float, ...]] = {}
    for scenario in scenarios:
        streams = open_streams(model, copy_seed(seed))
        people = draw_people(model, scenario, streams["people"], trials)
        simulated = Trials(model, Values(model, scenario, people, streams), memory)
        sums[scenario.id] = {
            key: add_up(found, truths[scenario.id][key], 1 - model.level)
            for asked in model.asked
            if not asked.unlike
            for key, found in answer(asked, simulated)
        }
        treated = people.treated.astype(np.float64)
        stopped[scenario.id] = float(trials), float(people.flagged.sum()), treated.sum(), (treated**2).sum()
    return Chunk(sums, stopped)
