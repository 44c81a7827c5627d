"""The values of a virtual participant's forms: as the simulation file says, else unremarkable ones."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np

from trialwright.capture.values import read_item
from trialwright.definition.compiled import CompiledForm, Definition
from trialwright.definition.forms import Item, ItemType
from trialwright.definition.simulation import Behaviour
from trialwright.rules.evaluate import RuleSet
from trialwright.rules.values import Value
from trialwright.vocabulary.numbers import render_number

_UNREMARKABLE = ("N", "NEGATIVE", "NORMAL", "NONE", "NOT DETECTED", "0")


@dataclass(slots=True)
class Person:
    """What is a virtual participant's own: an effect per item (standard normal), a year of birth, and the illnesses of
    now with what forms show of them (by ``form.item``)."""

    rng: np.random.Generator
    arm: str | None = None
    age: float = 50
    effects: dict[str, float] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)
    illnesses: dict[int, Mapping[str, str]] = field(default_factory=dict)

    def effect(self, item: str) -> float:
        """The person's own deviation in an item, drawn once."""
        if item not in self.effects:
            self.effects[item] = float(self.rng.standard_normal())
        return self.effects[item]

    def deviate(self, one: Behaviour) -> float:
        """The person's own deviation in the item of a behaviour, or in the one that it follows."""
        own = self.effect(one.follows or one.item)
        return -own if one.opposite else own

    def find_shown(self, path: str) -> str | None:
        """What the latest of the illnesses of now shows of an item; None where none shows anything."""
        return next((shown[path] for shown in reversed(self.illnesses.values()) if path in shown), None)


@dataclass(frozen=True)
class Occasion:
    """When a form is filled in: the site's local time, and the day from day 0."""

    at: datetime
    day: float

    @cached_property
    def date_text(self) -> str:
        """The day, as it is typed."""
        return self.at.date().isoformat()

    @cached_property
    def time_text(self) -> str:
        """The day and time, as they are typed."""
        return self.at.isoformat(timespec="minutes")


class ValueMaker:
    """Fills forms. ``behaviours`` come from the simulation file; every other item gets an unremarkable value."""

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._confirmations = {form: RuleSet([rule]) for form, rule in definition.confirmations.items()}
        self._behaviours: dict[str, list[Behaviour]] = {}
        for one in definition.simulation.behaviours:
            self._behaviours.setdefault(one.item, []).append(one)

    def fill(
        self, form: str, person: Person, occasion: Occasion, fixed: Mapping[str, str] | None = None
    ) -> tuple[dict[str, str], dict[str, str]]:
        """The values and the missing items of one form.

        Parameters
        ----------
        fixed : mapping of item to text, optional
            Values that are given.
        """
        compiled = self._definition.forms[form]
        fixed = {**(fixed or {})}
        values: dict[str, str] = {}
        missing: dict[str, str] = {}
        conditional = set(compiled.conditional)
        for item in compiled.form.items:
            if item.id not in conditional:
                self._fill_item(compiled, item, person, occasion, fixed, values, missing)
        for _ in range(2 if conditional else 0):
            for name in self._list_shown(compiled, values, person):
                if name not in values and name not in missing:
                    self._fill_item(compiled, compiled.items[name], person, occasion, fixed, values, missing)
        return values, missing

    def _fill_item(
        self, compiled: CompiledForm, item: Item, person: Person, occasion: Occasion,
        fixed: Mapping[str, str], values: dict[str, str], missing: dict[str, str],
    ) -> None:  # fmt: skip
        if item.id in fixed:
            if fixed[item.id]:
                values[item.id] = fixed[item.id]
            return
        path = f"{compiled.form.id}.{item.id}"
        behaviour = next((one for one in self._behaviours.get(path, ()) if one.is_for(person.age)), None)
        shown = person.find_shown(path)
        if shown is not None:
            _show(item, shown, person, values, missing)
            return
        if behaviour is not None and behaviour.not_done and person.rng.random() < behaviour.not_done:
            missing[item.id] = "NOT_DONE: not measured this time"
            return
        if behaviour is not None:
            values[item.id] = self._behave(behaviour, item, person, occasion)
        else:
            text = _make_plain(compiled, item, person, occasion)
            if text:
                values[item.id] = text

    def _list_shown(self, compiled: CompiledForm, values: Mapping[str, str], person: Person) -> list[str]:
        """The conditional items whose condition is true of the values so far."""
        assert compiled.rules is not None
        read: dict[str, Value] = {"arm": person.arm}
        for name, text in values.items():
            read[f"{compiled.form.id}.{name}"] = read_item(compiled.items[name], compiled, text)
        truths = compiled.rules.evaluate(read)[len(compiled.form.checks) :]
        return [name for name, true in zip(compiled.conditional, truths, strict=True) if true is True]

    def needs_confirmation(self, form: str, values: Mapping[str, str]) -> bool:
        """Whether the study asks for a second sample after these values of a form."""
        compiled = self._definition.forms[form]
        read = {f"{form}.{name}": read_item(compiled.items[name], compiled, text) for name, text in values.items()}
        return form in self._confirmations and self._confirmations[form].evaluate(read)[0] is True

    def _behave(self, one: Behaviour, item: Item, person: Person, occasion: Occasion) -> str:
        match one.kind:
            case "FIXED":
                return one.text
            case "CODES":
                return self._draw_code(one, person)
            case "CLEARS":
                return one.after if self._has_cleared(one, person, occasion.day) else one.before
            case "STEPS":
                pace = self._compute_pace(one, person)
                behind = sum(occasion.day >= median * pace for median, _ in one.steps[1:])
                return one.steps[max(behind, int(_place(person.deviate(one)) < one.absent))][1]
            case "DAYS_AGO":
                assert one.mean is not None
                days = max(round(one.mean + one.sd * float(person.rng.standard_normal())), 0)
                return (occasion.at - timedelta(days=days)).date().isoformat()
            case "NORMAL" | "LOGNORMAL":
                return render_item(item, self._draw_number(one, item, person, occasion.day))

    def _draw_code(self, one: Behaviour, person: Person) -> str:
        """A code by weight; the person's own place in the weights where it is drawn once or shared."""
        codes, weights = list(one.codes), np.asarray(list(one.codes.values()))
        if one.stable < 1 and one.follows is None:
            return codes[int(person.rng.choice(len(codes), p=weights / weights.sum()))]
        place = _place(person.deviate(one))
        return codes[min(int(np.searchsorted(np.cumsum(weights / weights.sum()), place)), len(codes) - 1)]

    def _has_cleared(self, one: Behaviour, person: Person, day: float) -> bool:
        assert one.mean is not None
        if _place(person.deviate(one)) < one.absent or (one.slips and day > 0 and person.rng.random() < one.slips):
            return True
        return day >= one.mean * self._compute_pace(one, person)

    def _compute_pace(self, one: Behaviour, person: Person) -> float:
        """How slowly the person goes through what clears: 1 at the median."""
        return one.arms.get(person.arm or "", 1.0) * math.exp(one.sd * person.deviate(one))

    def _draw_number(self, one: Behaviour, item: Item, person: Person, day: float) -> float:
        centre = compute_course(one, day)
        own = person.deviate(one) * math.sqrt(one.stable)
        noise = float(person.rng.standard_normal()) * math.sqrt(1 - one.stable)
        ramp = min(max(day, 0.0) / 7, 1.0) if day < 1e6 else 0.0
        effect = one.arms.get(person.arm or "")
        if one.kind == "NORMAL":
            value = centre + one.sd * (own + noise) + (effect or 0.0) * ramp
        else:
            value = centre * math.exp(one.sd * (own + noise)) * ((effect if effect is not None else 1.0) ** ramp)
        return clamp(item, value)


def _place(deviation: float) -> float:
    """The share of people with a smaller deviation."""
    return 0.5 * (1 + math.erf(deviation / math.sqrt(2)))


def _show(item: Item, shown: str, person: Person, values: dict[str, str], missing: dict[str, str]) -> None:
    """What an illness shows: numbers vary by a twentieth; '' is what cannot be measured in it."""
    if not shown:
        missing[item.id] = "NOT_DONE: not possible in this condition"
    elif item.type is ItemType.NUMBER:
        values[item.id] = render_item(item, clamp(item, float(shown) * (1 + 0.05 * float(person.rng.uniform(-1, 1)))))
    else:
        values[item.id] = shown


def compute_course(one: Behaviour, day: float) -> float:
    """The mean of a behaviour on a day: straight lines between the points of its course, level outside them."""
    if one.course:
        return _interpolate(one.course, day)
    assert one.mean is not None
    return one.mean


def _interpolate(course: tuple[tuple[float, float], ...], day: float) -> float:
    before = course[0]
    for after in course:
        if day <= after[0]:
            span = after[0] - before[0]
            return after[1] if span == 0 else before[1] + (after[1] - before[1]) * max(day - before[0], 0) / span
        before = after
    return before[1]


def clamp(item: Item, value: float) -> float:
    """The value, kept inside what is possible for the item."""
    low, high = item.hard or (None, None)
    if low is not None:
        value = max(value, low)
    return min(value, high) if high is not None else value


def render_item(item: Item, value: float) -> str:
    """A number as somebody would type it: with the decimals of the item."""
    return render_number(value, item.decimals)


def _make_plain(compiled: CompiledForm, item: Item, person: Person, occasion: Occasion) -> str:
    """An unremarkable value; optional texts stay empty."""
    match item.type:
        case ItemType.NUMBER:
            return render_item(item, _draw_plain(item, person)) if item.required or person.rng.random() < 0.9 else ""
        case ItemType.CODE:
            assert item.codelist is not None
            return find_unremarkable(tuple(compiled.codes[item.id]))
        case ItemType.DATE:
            return occasion.date_text
        case ItemType.DATETIME:
            return occasion.time_text
        case ItemType.TEXT:
            return f"virtual {item.id.replace('_', ' ')}" if item.required else ""


def find_unremarkable(codes: tuple[str, ...]) -> str:
    """The code that says that nothing is the matter, where a list has one of the usual ones; else its first."""
    return next((code for code in _UNREMARKABLE if code in codes), codes[0])


def _draw_plain(item: Item, person: Person) -> float:
    """A number near the middle of what is usual, or of what is possible."""
    low, high = item.soft or item.hard or (0.0, 100.0)
    low, high = (0.0 if low is None else low), (100.0 if high is None else high)
    if high > 20 * max(low, 1e-9) and high > 100:
        return clamp(item, high * 0.1 * math.exp(0.2 * float(person.rng.standard_normal())))
    middle, spread = (low + high) / 2, (high - low) / 12
    return clamp(item, middle + spread * float(person.rng.standard_normal()))


def add_days(moment: datetime, days: float) -> datetime:
    """A moment some days later, to the minute."""
    return (moment + timedelta(days=days)).replace(second=0, microsecond=0)
