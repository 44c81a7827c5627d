"""What the forms of simulated participants would say: numbers, codes and who has a record at all.

The same behaviours as the dry run's virtual participants (``simulate/values.py``), drawn for many trials at once. Numbers
are not rounded, except where a rule reads them as they are typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import special

from trialwright.definition.simulation import Behaviour
from trialwright.design.model import Draw, Measured, Model, Occasions
from trialwright.design.people import People
from trialwright.design.scenario import Scenario
from trialwright.design.truth_table import TRUE, Index, Tree, Truth, evaluate_tree
from trialwright.statistics.arrays import BoolArray, FloatArray

RAMP_DAYS = 7
"""An effect on a number is complete after so many days, as in the dry run."""


def compute_ramp(days: FloatArray) -> FloatArray:
    """The share of an arm's effect that is there on a day."""
    return np.clip(np.floor(days) / RAMP_DAYS, 0.0, 1.0)


def list_streams(model: Model) -> tuple[str, ...]:
    """The names of the streams of random numbers, in a fixed order: adding a scenario or a worker changes none."""
    own = {one.behaviour.follows or path for path, one in model.draws.items()}
    return (
        "people",
        *(f"own {name}" for name in sorted(own)),
        *(f"noise {name}" for name in sorted(model.draws)),
        *(f"done {name}" for name in sorted(model.draws)),
        *(f"time {name}" for name in sorted(model.forms)),
    )


def open_streams(model: Model, seed: np.random.SeedSequence) -> dict[str, np.random.Generator]:
    """One generator a stream, from one seed."""
    names = list_streams(model)
    return {
        name: np.random.Generator(np.random.PCG64(one)) for name, one in zip(names, seed.spawn(len(names)), strict=True)
    }


def copy_seed(seed: np.random.SeedSequence) -> np.random.SeedSequence:
    """The same seed, from which nothing has been spawned yet."""
    return np.random.SeedSequence(seed.entropy, spawn_key=seed.spawn_key, pool_size=seed.pool_size)


@dataclass(slots=True)
class Values:
    """Values of simulated trials, drawn when they are first asked for; arrays are (trials, n, records of the form)."""

    model: Model
    scenario: Scenario
    people: People
    streams: Mapping[str, np.random.Generator]
    _kept: dict[str, Any] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int]:
        """Trials and participants."""
        return self.people.death.shape[0], self.people.death.shape[1]

    def occasions(self, form: str) -> Occasions:
        """When the form is filled in."""
        return self.model.forms[form]

    def present(self, form: str) -> BoolArray:
        """Who has which record of the form: enrolled, alive, not gone, visit not missed, second sample asked for."""
        key = f"present {form}"
        if key not in self._kept:
            self._kept[key] = self._find_present(form)
        return np.asarray(self._kept[key])

    def _find_present(self, form: str) -> BoolArray:
        when, people = self.occasions(form), self.people
        days = np.floor(when.days)
        found = people.enrolled[:, :, None] & (days < people.death[:, :, None])
        at_visit = when.visit >= 0
        found &= np.where(at_visit, days <= people.gone[:, :, None], days < people.gone[:, :, None])
        found &= (when.side[None, :] == -1) | (when.side[None, :] == people.arm[:, None])
        found &= ~(people.missed[:, :, np.maximum(when.visit, 0)] & at_visit)
        second = np.flatnonzero(when.confirms > 0)
        if second.size:
            self._kept[f"present {form}"] = found
            asked = np.zeros_like(found) if when.confirm is None else self.truth(when.confirm) == TRUE
            found[:, :, second] &= (asked & found)[:, :, second - 1]
            del self._kept[f"present {form}"]
        return np.asarray(found)

    def time(self, form: str) -> FloatArray:
        """The moment of each record in days; daily records are made in the evening."""
        key = f"time {form}"
        if key not in self._kept:
            when = self.occasions(form)
            evening = (20 + self.streams[key].random((*self.shape, when.days.size))) / 24
            self._kept[key] = np.where(when.visit >= 0, when.days, when.days + evening)
        return np.asarray(self._kept[key])

    def number(self, path: str) -> FloatArray:
        """The numbers of an item, inside what is possible for it; NaN where it was not done or there is no record."""
        key = f"number {path}"
        if key not in self._kept:
            self._kept[key] = self._draw_number(path)
        return np.asarray(self._kept[key])

    def index(self, path: str) -> Index:
        """The place of each value among those that the item can have; -1 where missing."""
        key = f"index {path}"
        if key not in self._kept:
            self._kept[key] = self._draw_index(path)
        return np.asarray(self._kept[key])

    def truth(self, tree: Tree) -> Truth:
        """The truth of a rule over the records of one form."""
        return evaluate_tree(tree, self.index)

    def at_baseline(self, measured: Measured) -> BoolArray:
        """Who is at risk: of whom the population's rule is true, shape (trials, n)."""
        if measured.population is None:
            return self.people.enrolled
        truth = evaluate_tree(measured.population, self._read_visit)
        return np.asarray((truth == TRUE) & self.people.enrolled)

    def _read_visit(self, column: str) -> Index:
        visit, form, item = column.split(".")
        places = np.flatnonzero(self.occasions(form).visit == self.model.visits.index(visit))
        return self.index(f"{form}.{item}")[:, :, places[0]]

    def _own(self, behaviour: Behaviour) -> FloatArray:
        """The person's own deviation, shape (trials, n)."""
        name = f"own {behaviour.follows or behaviour.item}"
        if name not in self._kept:
            self._kept[name] = self.streams[name].standard_normal(self.shape)
        own = np.asarray(self._kept[name])
        return -own if behaviour.opposite else own

    def effect(self, behaviour: Behaviour, arm: int) -> float:
        """What an arm (1 or 0) does to an item: a factor, or for NORMAL a shift."""
        none = 0.0 if behaviour.kind == "NORMAL" else 1.0
        return self.scenario.effects.get(behaviour.item, {}).get(self.model.contrast[1 - arm], none)

    def _by_arm(self, behaviour: Behaviour) -> FloatArray:
        return np.where(self.people.arm == 1, self.effect(behaviour, 1), self.effect(behaviour, 0))

    def _draw_number(self, path: str) -> FloatArray:
        draw = self.model.draws[path]
        if draw.levels:
            index = self.index(path)
            numbers = np.array([*map(float, draw.levels), np.nan])
            return np.asarray(numbers[index])
        days = np.floor(self.occasions(path.partition(".")[0]).days)
        value = self._spread(draw, path, days)
        return np.where(self._is_missing(path, draw), np.nan, np.clip(value, draw.low, draw.high))

    def _spread(self, draw: Draw, path: str, days: FloatArray) -> FloatArray:
        one = draw.behaviour
        centre = np.array([compute_centre(one, day) for day in days])
        sd = self.scenario.spread.get(one.item, one.sd)
        noise = self.streams[f"noise {path}"].standard_normal((*self.shape, days.size))
        deviation = sd * (np.sqrt(one.stable) * self._own(one)[:, :, None] + np.sqrt(1 - one.stable) * noise)
        effect, ramp = self._by_arm(one)[:, None], compute_ramp(days)
        if one.kind == "NORMAL":
            return np.asarray(centre + deviation + effect * ramp)
        return np.asarray(centre * np.exp(deviation) * effect**ramp)

    def _is_missing(self, path: str, draw: Draw) -> BoolArray:
        form = path.partition(".")[0]
        missing = ~self.present(form)
        if draw.behaviour.not_done:
            missing |= self.streams[f"done {path}"].random(missing.shape) < draw.behaviour.not_done
        if draw.when is not None:
            missing |= self.truth(draw.when) != TRUE
        return np.asarray(missing)

    def _draw_index(self, path: str) -> Index:
        draw = self.model.draws[path]
        if not draw.levels:
            value = self.number(path)
            typed = np.rint((np.nan_to_num(value, nan=draw.low) - draw.low) / draw.step).astype(np.int32)
            return np.asarray(np.where(np.isnan(value), -1, np.clip(typed, 0, draw.size - 1)), dtype=np.int32)
        one = draw.behaviour
        size = self.occasions(path.partition(".")[0]).days.size
        if one.kind == "CODES":
            index = self._draw_codes(path, one, size)
        elif one.kind in ("CLEARS", "STEPS"):
            index = self._draw_clearing(path, one)
        else:
            index = np.zeros((*self.shape, size), dtype=np.int32)
        return np.asarray(np.where(self._is_missing(path, draw), -1, index), dtype=np.int32)

    def _draw_clearing(self, path: str, one: Behaviour) -> Index:
        """How many of the steps of a behaviour lie behind: one for what clears."""
        medians = [median for median, _ in one.steps[1:]] if one.steps else [one.mean or 0.0]
        own = self._own(one)
        pace = self._by_arm(one) * np.exp(self.scenario.spread.get(one.item, one.sd) * own)
        days = np.floor(self.occasions(path.partition(".")[0]).days)
        behind = np.stack([days >= (median * pace)[:, :, None] for median in medians]).sum(axis=0)
        if one.absent:
            behind = np.maximum(behind, (special.ndtr(own) < one.absent)[:, :, None])
        if one.slips:
            slips = self.streams[f"noise {path}"].random(behind.shape) < one.slips
            behind = np.maximum(behind, (days > 0) & slips)
        return np.asarray(behind, dtype=np.int32)

    def _draw_codes(self, path: str, one: Behaviour, size: int) -> Index:
        """Codes by weight: the person's own place in the weights where it is drawn once or shared."""
        if one.stable < 1 and one.follows is None:
            place = self.streams[f"noise {path}"].random((*self.shape, size))
        else:
            place = np.repeat(special.ndtr(self._own(one))[:, :, None], size, axis=2)
        index = np.zeros(place.shape, dtype=np.int32)
        for side in (1, 0):
            said = self.scenario.rates.get(one.item, {}).get(self.model.contrast[1 - side], one.codes)
            weights = np.array([said.get(code, 0.0) for code in one.codes])
            ends = np.cumsum(weights / weights.sum())[:-1]
            mine = self.people.arm == side
            index[:, mine] = np.searchsorted(ends, place[:, mine], side="right")
        return index


def compute_centre(one: Behaviour, day: float) -> float:
    """The mean of a behaviour on a day: straight lines between the points of its course, level outside them."""
    if not one.course:
        return one.mean or 0.0
    days, values = zip(*one.course, strict=True)
    return float(np.interp(day, days, values))
