"""Typing mistakes as they happen: a slipped decimal point, a letter in a number, a code that is none."""

import numpy as np

from trialwright.capture.values import is_outside
from trialwright.definition.compiled import CompiledForm
from trialwright.definition.forms import ItemType

Mistake = tuple[str, str, str]
"""The item, the wrong text, and how it is caught: ``impossible`` or ``unreadable`` (refused), or ``soft:`` (queried)."""


def make_typing_mistake(compiled: CompiledForm, values: dict[str, str], rng: np.random.Generator) -> Mistake | None:
    """A mistake that a form can be expected to catch; None where it has no item of which that is true."""
    candidates = [mistake for item in values if (mistake := _mistype(compiled, item, values[item])) is not None]
    return candidates[int(rng.integers(len(candidates)))] if candidates else None


def _mistype(compiled: CompiledForm, name: str, text: str) -> Mistake | None:
    item = compiled.items[name]
    if item.type is ItemType.CODE:
        return None if compiled.form.never_blocks else (name, "?", "unreadable")
    if item.type is not ItemType.NUMBER or float(text) == 0:
        return None
    wrong = f"{float(text) * 10:.{item.decimals}f}"
    if is_outside(float(wrong), item.hard):
        return name, wrong, f"hard:{name}" if compiled.form.never_blocks else "impossible"
    if is_outside(float(wrong), item.soft):
        return name, wrong, f"soft:{name}"
    return None
