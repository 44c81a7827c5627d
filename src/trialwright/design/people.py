"""Who takes part in simulated trials: until when, who dies, who has which adverse event, where the rule stops them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trialwright.design.model import Model
from trialwright.design.scenario import Scenario
from trialwright.statistics.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class People:
    """The participants of simulated trials; arrays are (trials, n), the treated arm's participants first.

    Parameters
    ----------
    arm : ndarray of int, shape (n,)
        1 for the first arm of the contrast, 0 for the second.
    enrolled : ndarray of bool
        False for those whom the stopping rule kept out.
    death, gone : ndarray
        Days of death and of leaving; infinite for never.
    missed : ndarray of bool, shape (trials, n, visits)
        Visits that did not take place.
    related, toxic : ndarray of bool
        Who had a related adverse event, and one that the stopping rule counts.
    flagged : ndarray of bool, shape (trials,)
        Trials in which the stopping rule raised its flag.
    treated : ndarray of int, shape (trials,)
        How many of the rule's arm were treated.
    """

    arm: IntArray
    enrolled: BoolArray
    death: FloatArray
    gone: FloatArray
    missed: BoolArray
    related: BoolArray
    toxic: BoolArray
    flagged: BoolArray
    treated: IntArray


def list_sizes(model: Model, scenario: Scenario) -> tuple[int, int]:
    """Participants of the two arms in a scenario."""
    one, other = (scenario.participants.get(arm, model.planned[arm]) for arm in model.contrast)
    return one, other


def draw_people(model: Model, scenario: Scenario, rng: np.random.Generator, trials: int) -> People:
    """The participants of ``trials`` trials.

    Every scenario draws the same random numbers in the same order, so that scenarios differ by what they say and not
    by luck. The arms enrol side by side; where the rule stops the treated arm after its k-th participant, the trial
    ends with the first k of each arm.
    """
    sizes = list_sizes(model, scenario)
    arm = np.repeat([1, 0], sizes)
    shape = (trials, arm.size)
    death = _draw_deaths(model, scenario, arm, rng, shape)
    gone = _draw_leaving(model, scenario, rng, shape)
    chance = model.errors["missed_visit"] if scenario.missed_visit is None else scenario.missed_visit
    missed = rng.random((*shape, len(model.visits))) < chance
    missed[:, :, model.visit_days <= 0] = False
    for at, arms in model.dosed.items():
        for name in arms:
            missed[:, arm == _find_side(model, name), at] = False
    luck = rng.random(shape)
    related = luck < _spread(model, scenario.related, model.related, arm)
    toxic = luck < np.minimum(_spread(model, scenario.toxicity, model.toxicity, arm), 1.0)
    related |= toxic
    enrolled, flagged, treated = _stop(model, arm, toxic)
    return People(arm, enrolled, death, gone, missed, related, toxic, flagged, treated)


def _find_side(model: Model, arm: str) -> int:
    return 1 if arm == model.contrast[0] else 0 if arm == model.contrast[1] else -1


def _spread(model: Model, said: Mapping[str, float], else_: Mapping[str, float], arm: IntArray) -> FloatArray:
    """A chance by arm as one number a participant."""
    one, other = (said.get(name, else_.get(name, 0.0)) for name in model.contrast)
    return np.where(arm == 1, one, other)


def _draw_deaths(
    model: Model, scenario: Scenario, arm: IntArray, rng: np.random.Generator, shape: tuple[int, int]
) -> FloatArray:
    dies = rng.random(shape) < _spread(model, scenario.death, model.death, arm)
    day = rng.integers(model.death_days[0], model.death_days[1] + 1, shape)
    return np.where(dies, day, np.inf)


def _draw_leaving(model: Model, scenario: Scenario, rng: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
    """Withdrawal from day 2 on; loss to follow-up from day 30 on, or at the end where the study is shorter."""
    last = model.last_day
    withdrawal = model.errors["withdrawal"] if scenario.withdrawal is None else scenario.withdrawal
    lost = model.errors["lost"] if scenario.lost is None else scenario.lost
    first = rng.random(shape) < withdrawal
    early = rng.integers(2, max(last, 3), shape)
    second = rng.random(shape) < lost
    late = rng.integers(min(30, last), max(last, 31), shape)
    return np.where(first, early, np.where(second, late, np.inf))


def _stop(model: Model, arm: IntArray, toxic: BoolArray) -> tuple[BoolArray, BoolArray, IntArray]:
    """Who is enrolled under the stopping rule, whether it raised its flag, and how many were treated."""
    trials, n = toxic.shape
    enrolled = np.ones((trials, n), dtype=np.bool_)
    if model.stopping is None:
        return enrolled, np.zeros(trials, dtype=np.bool_), np.full(trials, int((arm == 1).sum()))
    watched = arm == model.stopping.side
    size = int(watched.sum())
    boundary = model.stopping.extend(size)
    crossed = np.asarray(toxic[:, watched].cumsum(axis=1) >= boundary)
    flagged = np.asarray(crossed.any(axis=1))
    treated = np.where(flagged, crossed.argmax(axis=1) + 1, size)
    order = np.concatenate([np.arange((arm == side).sum()) for side in (1, 0)])
    enrolled = np.asarray((order[None, :] < treated[:, None]) | ~flagged[:, None])
    return enrolled, flagged, treated
