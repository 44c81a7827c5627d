"""Values that an exercise needs, found in the study: one that holds a dose back, one that proposes a grave event."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from trialwright.capture.values import read_item
from trialwright.definition.compiled import CompiledForm, Definition
from trialwright.definition.forms import Item, ItemType
from trialwright.rules.evaluate import RuleSet
from trialwright.safety.grading import grade_values
from trialwright.simulate.values import render_item

_TIMES = 6
"""A laboratory value is raised to so many times its upper limit: grade 3 of ALT begins above five times."""
_FIRST = "ALT"
Planted = dict[tuple[str, str], dict[str, str]]
"""By form and encounter: the texts of items."""


@dataclass(frozen=True, slots=True)
class Rise:
    """A laboratory value that proposes an event of grade 3 or more: where it is planted, and its place in the record."""

    form: str
    encounter: str
    values: dict[str, str]
    path: str


def find_hold_value(definition: Definition) -> Planted:
    """Where a value that holds the second planned dose (or the only one) back is recorded; empty where nothing can."""
    for intervention in definition.interventions.values():
        if not intervention.dose or not intervention.hold:
            continue
        encounter = intervention.at[min(1, len(intervention.at) - 1)]
        for one in intervention.hold:
            rules = RuleSet([definition.holds[intervention.id, one.id]])
            for name in definition.holds[intervention.id, one.id].names:
                form, _, item = name.partition(".")
                if not any(activity.form == form for activity in definition.list_activities(encounter, None)):
                    continue
                for text in _list_odd(definition.forms[form], item):
                    value = read_item(definition.forms[form].items[item], definition.forms[form], text)
                    if rules.evaluate({name: value})[0] is True:
                        return {(form, encounter): {item: text}}
    return {}


def _list_odd(compiled: CompiledForm, name: str) -> Iterator[str]:
    """Values of an item from the usual outwards, as far as they are possible; every code of a code."""
    item = compiled.items[name]
    if item.type is ItemType.CODE:
        yield from compiled.codes[name]
    low, high = item.soft or item.hard or (None, None)
    for share in (0.0, 0.1, 0.25, 0.5, 1.0) if item.type is ItemType.NUMBER else ():
        for usual, end in zip((high, low), _ends(item), strict=True):
            if usual is not None:
                yield render_item(item, usual + share * (end - usual))


def _ends(item: Item) -> tuple[float, float]:
    """The highest and the lowest possible value; somewhat beyond the usual ones where nothing says so."""
    (low, high), (usual_low, usual_high) = item.hard or (None, None), item.soft or (0.0, 100.0)
    top = high if high is not None else 2 * (usual_high or 100.0)
    return top, low if low is not None else 0.5 * (usual_low or 0.0)


def find_rise(definition: Definition) -> Rise | None:
    """The first value after day 0 that can be raised; ALT's where the study measures it."""
    found = list(_list_rises(definition))
    return next((one for one in found if one[0] == _FIRST), found[0] if found else ("", None))[1]


def _list_rises(definition: Definition) -> Iterator[tuple[str, Rise]]:
    encounters = sorted(definition.encounters.values(), key=lambda one: (one.day < 7, one.day))
    for encounter in encounters:
        if encounter.day <= 0 or encounter.only is not None:
            continue
        for activity in definition.list_activities(encounter.id, None):
            compiled = definition.forms[activity.form]
            for item in compiled.form.items if activity.only is None and not activity.optional else ():
                rise = _raise(definition, compiled, item, encounter.id)
                if rise is not None and item.sdtm is not None:
                    yield item.sdtm.testcd or "", rise


def _raise(definition: Definition, compiled: CompiledForm, item: Item, encounter: str) -> Rise | None:
    sdtm = item.sdtm
    if item.type is not ItemType.NUMBER or sdtm is None or sdtm.domain != "LB" or not sdtm.testcd or sdtm.variable:
        return None
    limit = next((one for one in compiled.form.items if _is_limit(one, sdtm.testcd)), None)
    if limit is None:
        return None
    uln = _find_limit(definition, compiled, limit)
    text = render_item(item, _TIMES * float(uln))
    if item.hard and item.hard[1] is not None and float(text) > item.hard[1]:
        return None
    row = {"parameter": sdtm.testcd, "value": float(text), "unit": item.unit, "uln": float(uln)}
    grade = grade_values(pl.DataFrame([row]), version=definition.study.safety.ctcae)["grade"][0]
    if grade is None or grade < 3:
        return None
    form = compiled.form.id
    return Rise(form, encounter, {item.id: text, limit.id: uln}, f"{encounter}.{form}.{item.id}")


def _find_limit(definition: Definition, compiled: CompiledForm, limit: Item) -> str:
    """The upper limit that the simulation file gives the laboratory, or the middle of what is usual."""
    path = f"{compiled.form.id}.{limit.id}"
    told = next((one.text for one in definition.simulation.behaviours if one.item == path and one.text), "")
    low, high = limit.soft or limit.hard or (1.0, 100.0)
    return told or render_item(limit, ((low or 0.0) + (high or 100.0)) / 2)


def _is_limit(item: Item, testcd: str) -> bool:
    return item.sdtm is not None and item.sdtm.testcd == testcd and (item.sdtm.variable or "").endswith("ORNRHI")
