"""What is wrong with what was typed, item by item, in the person's language; decides nothing and saves nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from trialwright.capture.schedule import compute_subject_day0
from trialwright.capture.values import parse_occasion, read_form, read_item
from trialwright.definition.compiled import CompiledForm
from trialwright.definition.forms import CheckLevel, Item, ItemType
from trialwright.definition.timing import compute_study_day
from trialwright.ledger.subject import SubjectState
from trialwright.rules.values import Value
from trialwright.vocabulary.units import render_large, render_unit
from trialwright.vocabulary.written_dates import is_ambiguous
from trialwright.web.catalogue import render_text
from trialwright.web.forms.posted import Typed
from trialwright.web.trial import get_definition

WHOLE = ""
"""The item of messages about the whole form."""


@dataclass(frozen=True, slots=True)
class Message:
    """One thing about an item.

    ``level`` is ``bad`` (cannot be saved so), ``hard`` (only when confirmed), ``soft``, or ``note`` (how it is read).
    """

    level: str
    text: str


@dataclass(slots=True)
class Checked:
    """What is to be said of a form. ``hidden`` items are not asked now, ``impossible`` names want a confirmation."""

    messages: dict[str, list[Message]] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    impossible: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()

    def add(self, item: str, level: str, text: str) -> None:
        """Say something of an item."""
        self.messages.setdefault(item, []).append(Message(level, text))


def check_typed(compiled: CompiledForm, state: SubjectState, typed: Typed, language: str) -> Checked:
    """Everything to be said of what was typed so far. What cannot be read does not silence the checks of the rest."""
    checked, readable = Checked(), {}
    for name, text in typed.values.items():
        try:
            read_item(compiled.items[name], compiled, text)
            readable[name] = text
            if large := render_large(text) if compiled.items[name].type is ItemType.NUMBER else "":
                checked.add(name, "note", f"= {large} {render_unit(compiled.items[name].unit, language)}".strip())
        except ValueError:
            checked.add(name, "bad", explain_unreadable(compiled.items[name], language, text))
        if name in typed.missing:
            checked.add(name, "bad", render_text("forms.contradiction", language))
    missing = {name: why for name, why in typed.missing.items() if name not in typed.values}
    reading = read_form(compiled, readable, missing, compute_extra(compiled, state, readable))
    checked.hidden = list_hidden(compiled, reading.values)
    checked.impossible = tuple(reading.impossible)
    checked.lacking = tuple(
        item.id
        for item in compiled.form.items
        if item.required and item.id not in checked.hidden and item.id not in typed.values and item.id not in missing
    )
    by_id = {one.id: one for one in compiled.form.checks}
    for name in reading.fired:
        kind, _, item = name.partition(":")
        if name in by_id:
            check = by_id[name]
            level = "hard" if check.level is CheckLevel.HARD else "soft"
            checked.add(
                check.item or WHOLE, level, get_definition().label(f"forms.{compiled.form.id}.checks.{name}", language)
            )
        elif kind in ("hard", "soft"):
            checked.add(item, kind, explain_limits(compiled.items[item], kind, language))
        elif kind == "hidden":
            checked.add(item, "soft", render_text("forms.not_asked", language))
    return checked


def add_lacking(checked: Checked, language: str) -> None:
    """Say of every required item without an answer that it is required; only once somebody tries to save."""
    for name in checked.lacking:
        checked.add(name, "bad", render_text("forms.lacking", language))


def list_hidden(compiled: CompiledForm, values: Mapping[str, Value]) -> frozenset[str]:
    """The conditional items whose condition is not true now."""
    if compiled.rules is None or not compiled.conditional:
        return frozenset()
    truths = compiled.rules.evaluate(values)[len(compiled.form.checks) :]
    return frozenset(name for name, shown in zip(compiled.conditional, truths, strict=True) if shown is not True)


def compute_extra(compiled: CompiledForm, state: SubjectState, values: Mapping[str, str]) -> dict[str, Value]:
    """What rules may read beside the form: the arm and the study day."""
    occasion = parse_occasion(values.get(compiled.form.occasion or "", ""))
    day0 = compute_subject_day0(get_definition(), state)
    day = float(compute_study_day(occasion, day0)) if occasion and day0 else None
    return {"arm": state.arm, "day": day}


def explain_unreadable(item: Item, language: str, text: str = "") -> str:
    """What an item wants to be written like."""
    if item.type in (ItemType.DATE, ItemType.DATETIME) and is_ambiguous(text.partition("T")[0]):
        return render_text("date.two_days", language)
    if item.type is ItemType.NUMBER:
        return render_text(
            "forms.want_number" if item.decimals else "forms.want_whole", language, decimals=item.decimals
        )
    kind = "want_partial" if item.type is ItemType.DATE and item.partial else f"want_{item.type.value}"
    return {
        "want_partial": render_text("forms.want_partial", language),
        "want_date": render_text("forms.want_date", language),
        "want_datetime": render_text("forms.want_datetime", language),
        "want_code": render_text("forms.want_code", language),
        "want_text": render_text("forms.want_text", language),
    }[kind]


def explain_limits(item: Item, kind: str, language: str) -> str:
    """Outside which limits a number lies."""
    limits = item.hard if kind == "hard" else item.soft
    key = "forms.outside_hard" if kind == "hard" else "forms.outside_soft"
    return render_text(key, language, span=render_span(limits), unit=render_unit(item.unit, language)).strip()


def render_span(limits: tuple[float | None, float | None] | None) -> str:
    """Limits as people write them: ``35–39.5``, ``≥ 5``, ``≤ 90``.

    >>> render_span((35, 39.5)), render_span((5, None)), render_span((None, 90))
    ('35–39.5', '≥ 5', '≤ 90')
    """
    low, high = (
        None if one is None else render_large(f"{one:.15g}") or f"{one:.10g}" for one in limits or (None, None)
    )
    if low is not None and high is not None:
        return low if low == high else f"{low}–{high}"
    return f"≥ {low}" if low is not None else f"≤ {high}" if high is not None else ""
