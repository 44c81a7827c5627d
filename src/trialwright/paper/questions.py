"""The questions of a form as they stand on paper: labels, choices, conditions in words, and what is on record."""

import re
from dataclasses import dataclass

from trialwright.definition.compiled import CompiledForm, Definition
from trialwright.definition.forms import Item, ItemType
from trialwright.ledger.entries import FormRecorded
from trialwright.paper.words import MISSING, render_word
from trialwright.vocabulary.units import render_large, render_unit

_WORD = re.compile(r"'([^']*)'|IS NOT NULL|IS NULL|[A-Za-z_][A-Za-z_.0-9]*")
_JOINTS = {"AND": "and", "OR": "or", "NOT": "not", "IS NULL": "null", "IS NOT NULL": "not_null"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One box to tick."""

    label: str
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One item on paper. ``value`` is what is on record, ``missing`` why there is nothing; '' on a blank sheet.

    ``whole`` is the number of boxes before the decimal point (0: a line to write on).
    """

    label: str
    kind: ItemType
    is_required: bool
    help: str = ""
    condition: str = ""
    unit: str = ""
    whole: int = 0
    decimals: int = 0
    is_partial: bool = False
    choices: tuple[Choice, ...] = ()
    value: str = ""
    missing: str = ""
    remark: str = ""


def list_questions(
    definition: Definition, compiled: CompiledForm, recorded: FormRecorded | None, language: str
) -> tuple[Question, ...]:
    """Every question of a form, with what is on record where a revision is given."""
    return tuple(_make(definition, compiled, item, recorded, language) for item in compiled.form.items)


def _make(
    definition: Definition, compiled: CompiledForm, item: Item, recorded: FormRecorded | None, language: str
) -> Question:
    text = recorded.values.get(item.id, "") if recorded else ""
    why = recorded.missing.get(item.id, "") if recorded else ""
    confirmed = recorded.confirmed.get(item.id, "") if recorded else ""
    prefix = f"forms.{compiled.form.id}"
    return Question(
        label=definition.label(f"{prefix}.items.{item.id}", language),
        kind=item.type,
        is_required=item.required,
        help=definition.label(f"{prefix}.help.{item.id}", language) if item.help else "",
        condition=render_condition(definition, compiled, item.when, language) if item.when else "",
        unit=render_unit(item.unit, language),
        whole=count_digits(item),
        decimals=item.decimals,
        is_partial=item.partial,
        choices=tuple(
            Choice(definition.label(f"codelists.{item.codelist}.{code}", language), code == text)
            for code in compiled.codes.get(item.id, ())
        ),
        value=_render_value(item, text),
        missing=_render_missing(why, language),
        remark=render_word("confirmed", language, why=confirmed) if confirmed else "",
    )


def _render_value(item: Item, text: str) -> str:
    large = render_large(text) if item.type is ItemType.NUMBER else ""
    shown = text.replace("T", " ") if item.type is ItemType.DATETIME else text
    return f"{shown} (= {large})" if large and large != text else shown


def _render_missing(why: str, language: str) -> str:
    word, _, remark = why.partition(":")
    shown = render_word(word, language) if word in MISSING else word
    return f"{shown}: {remark.strip()}" if remark.strip() else shown


def count_digits(item: Item) -> int:
    """How many boxes a number needs before its decimal point; 0 where no upper limit tells.

    >>> count_digits(Item(id="pulse", label="Pulse", type=ItemType.NUMBER, hard=(20, 260)))
    3
    """
    if item.type is not ItemType.NUMBER or item.hard is None or item.hard[1] is None:
        return 0
    low, high = item.hard[0], item.hard[1]
    digits = len(str(int(abs(high))))
    is_plain = digits <= 5 and low is not None and low >= 0
    return digits if is_plain else 0


def render_condition(definition: Definition, compiled: CompiledForm, rule: str, language: str) -> str:
    """A rule over a form in the words of the form: items by their labels, codes by theirs."""
    last = ""

    def name(found: re.Match[str]) -> str:
        nonlocal last
        token = found[0]
        if found[1] is not None:
            item = compiled.items.get(last)
            return definition.label(f"codelists.{item.codelist}.{found[1]}", language) if item else found[1]
        if token.upper() in _JOINTS:
            return render_word(_JOINTS[token.upper()], language)
        bare = token.removeprefix(f"{compiled.form.id}.")
        if bare in compiled.items:
            last = bare
            return f"“{definition.label(f'forms.{compiled.form.id}.items.{bare}', language)}”"
        return token

    return render_word("when", language, rule=_WORD.sub(name, rule))
