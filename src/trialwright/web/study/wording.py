"""An entry in the study's words: what was recorded, and for a correction what it was and what it is."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trialwright.definition.compiled import Definition
from trialwright.ledger.entries import FormRecorded
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.screening.questions import render_value
from trialwright.web.sentences.say import say_field, say_word

_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that an entry says; ``old`` is what stood there before, '' for nothing."""

    label: str
    new: str
    old: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """An entry in words: a title where it has one, its facts, the reason for it, whether it was blanked."""

    title: str
    facts: tuple[Fact, ...]
    reason: str = ""
    is_redacted: bool = False


def describe_entry(act: str, payload: str, earlier: Mapping[int, Mapping[str, Any]], language: str) -> Said:
    """What an entry says. ``earlier`` holds the payloads of replaced revisions by position."""
    if not payload:
        return Said("", (), is_redacted=True)
    said = json.loads(payload)
    if act == FormRecorded.act:
        return _describe_form(trial.get_definition(), said, earlier.get(said.get("replaces", 0), {}), language)
    facts = tuple(
        Fact(say_field(name, language), _render(name, value, language))
        for name, value in said.items()
        if value not in ("", [], {}, None)
    )
    return Said("", facts)


def _describe_form(definition: Definition, said: dict[str, Any], before: Mapping[str, Any], language: str) -> Said:
    form = said["form"]
    parts = [definition.label(f"forms.{form}.title", language)]
    if said.get("encounter"):
        parts.append(definition.label(f"encounters.{said['encounter']}", language))
    if said.get("repeat", 1) > 1:
        parts.append(f"#{said['repeat']}")
    old, new = ({**part.get("missing", {}), **part.get("values", {})} for part in (before, said))
    names = [*old, *(name for name in new if name not in old)]
    facts = tuple(
        Fact(
            definition.label(f"forms.{form}.items.{name}", language),
            render_value(definition, f"{form}.{name}", new.get(name, ""), language)[:_LONGEST],
            render_value(definition, f"{form}.{name}", old.get(name, ""), language)[:_LONGEST],
        )
        for name in names
        if old.get(name) != new.get(name)
    )
    if said.get("observed_at"):
        written = Fact(render_text("paper.written", language), said["observed_at"].replace("T", " "))
        facts = (*facts, written)
    return Said(" · ".join(parts), facts, said.get("reason", ""))


def _render(name: str, value: Any, language: str) -> str:
    if isinstance(value, dict):
        told = (
            f"{say_word(name, key, language)}: {say_word(name, str(text), language)}" for key, text in value.items()
        )
        return "; ".join(told)[:_LONGEST]
    if isinstance(value, list):
        return ", ".join(say_word(name, str(one), language) for one in value)[:_LONGEST]
    return say_word(name, str(value), language)[:_LONGEST]
