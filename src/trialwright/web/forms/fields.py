"""The items of a form as a page shows them: in calm groups, each with its label, unit, usual range and texts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from trialwright.capture.laboratory import ReferenceRange
from trialwright.definition.compiled import CompiledForm, Definition
from trialwright.definition.forms import Item, ItemType
from trialwright.vocabulary.codelists import Missing
from trialwright.vocabulary.units import render_large, render_unit
from trialwright.web.catalogue import render_text
from trialwright.web.forms.checking import WHOLE, Checked, Message, render_span

MOST_RADIOS = 6
"""Codelists with more codes are drop-down lists."""
_ENOUGH = 3
"""So many numbers after a date make a group of their own."""
_STARTS = {
    "adverse_event": {"verbatim": "what", "onset_date": "when", "grade": "grade", "serious": "serious", "causality": "cause",
                      "outcome": "outcome"},
}  # fmt: skip
"""Items before which a new group begins in forms where that cannot be told from the items."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One code of a list."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One item on the page. ``value``, ``time`` and the rest are texts as they were typed."""

    item: Item
    label: str
    help: str
    unit: str
    usual: str
    kind: str
    choices: tuple[Choice, ...]
    value: str
    time: str
    missing: str
    remark: str
    confirmation: str
    messages: tuple[Message, ...]
    is_hidden: bool
    is_impossible: bool
    theirs: str = ""
    shown: str = ""
    is_verified: bool = False
    queries: int = 0
    normal: str = ""
    laboratory: str = ""

    @property
    def id(self) -> str:
        """The item's id."""
        return self.item.id

    @property
    def has_bad(self) -> bool:
        """Whether it cannot be saved as it is."""
        return any(one.level in ("bad", "hard") for one in self.messages)


@dataclass(slots=True)
class Group:
    """Fields that belong together."""

    title: str
    fields: list[Field] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the fields are made from: texts as typed, what was found, and what somebody else saved meanwhile."""

    texts: Mapping[str, str]
    checked: Checked = field(default_factory=Checked)
    theirs: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    verified: frozenset[str] = frozenset()
    queries: Mapping[str, int] = field(default_factory=dict)
    ranges: Mapping[str, ReferenceRange] = field(default_factory=dict)


def list_groups(definition: Definition, compiled: CompiledForm, shown: Shown, language: str) -> list[Group]:
    """The form's fields, grouped."""
    groups = [Group("")]
    starts = find_starts(compiled, definition, language)
    for item in compiled.form.items:
        is_over = (
            bool(groups[-1].title) and compiled.form.id not in _STARTS and _is_other(groups[-1].fields[0].item, item)
        )
        if item.id in starts or is_over:
            if groups[-1].fields:
                groups.append(Group(starts.get(item.id, "")))
            else:
                groups[-1].title = starts[item.id]
        groups[-1].fields.append(make_field(definition, compiled, item, shown, language))
    return groups


def _is_other(first: Item, item: Item) -> bool:
    """Whether an item is of another domain than the first of its group."""
    return first.sdtm is not None and item.sdtm is not None and first.sdtm.domain[-2:] != item.sdtm.domain[-2:]


def find_starts(compiled: CompiledForm, definition: Definition, language: str) -> dict[str, str]:
    """The items before which a group begins, with its title: dates that several numbers follow."""
    known = _STARTS.get(compiled.form.id)
    if known:
        return {item: render_text(f"state.group_{key}", language) for item, key in known.items()}
    items, starts = compiled.form.items, {}
    for index, item in enumerate(items[1:], start=1):
        following = items[index + 1 : index + 1 + _ENOUGH]
        timed = item.type in (ItemType.DATE, ItemType.DATETIME)
        if timed and len(following) == _ENOUGH and all(one.type is ItemType.NUMBER for one in following):
            label = definition.label(f"forms.{compiled.form.id}.items.{item.id}", language)
            starts[item.id] = label.split(", when")[0].removesuffix("测量时间")
    return starts


def make_field(definition: Definition, compiled: CompiledForm, item: Item, shown: Shown, language: str) -> Field:
    """One item with everything that a page shows of it."""
    texts, found = shown.texts, shown.checked
    choices = list_choices(definition, compiled, item, language)
    filled = any(texts.get(f"{kind}.{item.id}") for kind in "vtn")
    return Field(
        item=item,
        label=definition.label(f"forms.{compiled.form.id}.items.{item.id}", language),
        help=definition.label(f"forms.{compiled.form.id}.help.{item.id}", language) if item.help else "",
        unit=render_unit(item.unit, language),
        usual=render_span(item.soft),
        kind=_find_kind(item, choices),
        choices=choices,
        value=texts.get(f"v.{item.id}", ""),
        time=texts.get(f"t.{item.id}", ""),
        missing=texts.get(f"n.{item.id}", ""),
        remark=texts.get(f"r.{item.id}", ""),
        confirmation=texts.get(f"c.{item.id}", ""),
        messages=tuple(found.messages.get(item.id, ())),
        is_hidden=item.id in found.hidden and not filled,
        is_impossible=item.id in found.impossible,
        theirs=render_value(definition, compiled, item, shown.theirs.get(item.id, ""), language),
        shown=render_value(definition, compiled, item, shown.values.get(item.id, ""), language)
        or render_missing(shown.missing.get(item.id, ""), language),
        is_verified=item.id in shown.verified,
        queries=shown.queries.get(item.id, 0),
        normal=render_range(shown.ranges.get(item.id)),
        laboratory=shown.ranges[item.id].laboratory if item.id in shown.ranges else "",
    )  # fmt: skip


def render_range(found: ReferenceRange | None) -> str:
    """A laboratory's range as people write it; '' for none."""
    if found is None:
        return ""
    if found.low and found.high:
        return f"{found.low}–{found.high}"
    return f"≥ {found.low}" if found.low else f"≤ {found.high}"


def _find_kind(item: Item, choices: tuple[Choice, ...]) -> str:
    if item.type is ItemType.CODE:
        return "radios" if len(choices) <= MOST_RADIOS else "select"
    if item.type is ItemType.DATE and item.partial:
        return "partial"
    return item.type.value


def list_choices(definition: Definition, compiled: CompiledForm, item: Item, language: str) -> tuple[Choice, ...]:
    """The codes of an item with their labels."""
    return tuple(
        Choice(code, definition.label(f"codelists.{item.codelist}.{code}", language))
        for code in compiled.codes.get(item.id, ())
    )


def render_value(definition: Definition, compiled: CompiledForm, item: Item, text: str, language: str) -> str:
    """A value on record as a person reads it."""
    if not text:
        return ""
    if item.type is ItemType.CODE and text in compiled.codes.get(item.id, {}):
        return definition.label(f"codelists.{item.codelist}.{text}", language)
    if item.type is ItemType.DATETIME:
        return text.replace("T", " ")
    large = render_large(text) if item.type is ItemType.NUMBER else ""
    shown = text if not large or not text.isdecimal() else large
    return f"{shown}{f' (= {large})' if large and shown == text else ''} {render_unit(item.unit, language)}".strip()


def render_missing(text: str, language: str) -> str:
    """Why there is no value, as a person reads it."""
    if not text:
        return ""
    word, _, remark = text.partition(":")
    shown = render_text(f"code.missing_{word}", language) if word in Missing.__members__ else word
    return f"{shown}: {remark.strip()}" if remark.strip() else shown


def list_other_messages(compiled: CompiledForm, checked: Checked) -> list[Message]:
    """What is to be said of the form as a whole."""
    return [
        one for name, said in checked.messages.items() if name == WHOLE or name not in compiled.items for one in said
    ]
