"""An entry in the study's words: what was recorded, and for a correction what it was and what it is."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trialwright.definition.compiled import Definition
from trialwright.ledger.entries import FormRecorded
from trialwright.ledger.envelope import REDACTION
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.study.facts import REASONS, is_said, list_facts, render_items

_LONGEST = 300
_ELSEWHERE = ("carried", "removed")
"""What a redaction leaves is shown at the entry that it is of."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that an entry says; ``old`` is what stood there before, '' for nothing."""

    label: str
    new: str
    old: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """An entry in words: a title where it has one, its facts, the reason for it, whether texts were taken out of it."""

    title: str
    facts: tuple[Fact, ...]
    reason: str = ""
    is_blank: bool = False
    is_redacted: bool = False


def describe_entry(act: str, payload: str, before: str, site: str, language: str) -> Said:
    """What an entry says. ``before`` is the payload of what it changes, '' for nothing; ``site`` whose clock tells."""
    if not payload:
        return Said("", (), is_blank=True)
    said, old = json.loads(payload), json.loads(before) if before else {}
    if act == REDACTION:
        said = {name: value for name, value in said.items() if name not in _ELSEWHERE}
    if act == FormRecorded.act:
        return _describe_form(trial.get_definition(), said, old, language)
    new, was = (dict(list_facts(one, site, language)) for one in (said, old))
    told = {label: old_text for label, old_text in was.items() if label in new and new[label] != old_text}
    # What a change does not say is as it was; what it says is nothing any more, was taken away.
    emptied = [(label, text) for label, text in was.items() if label not in new and is_said(said, label, language)]
    facts = [Fact(label, text[:_LONGEST], told.get(label, "")[:_LONGEST]) for label, text in new.items()]
    reason = next((said[name] for name in REASONS if said.get(name)), "")
    facts += [Fact(label, "", text[:_LONGEST]) for label, text in emptied]
    return Said("", tuple(sorted(facts, key=lambda one: not one.old)), reason)  # what was changed stands first


def _describe_form(definition: Definition, said: dict[str, Any], before: Mapping[str, Any], language: str) -> Said:
    form = said["form"]
    parts = [definition.label(f"forms.{form}.title", language)]
    if said.get("encounter"):
        parts.append(definition.label(f"encounters.{said['encounter']}", language))
    if said.get("repeat", 1) > 1:
        parts.append(f"#{said['repeat']}")
    old, new = (
        render_items(definition, form, part.get("values", {}), part.get("missing", {}), language)
        for part in (before, said)
    )
    names = [*old, *(name for name in new if name not in old)]
    facts = tuple(
        Fact(
            definition.label(f"forms.{form}.items.{name}", language),
            new.get(name, "")[:_LONGEST],
            old.get(name, "")[:_LONGEST],
        )
        for name in names
        if old.get(name) != new.get(name)
    )
    if said.get("observed_at"):
        written = Fact(render_text("paper.written", language), said["observed_at"].replace("T", " "))
        facts = (*facts, written)
    return Said(" · ".join(parts), facts, said.get("reason", ""))
