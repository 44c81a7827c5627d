"""The criteria as questions: which items a screening asks, under which criterion, with unit and codes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trialwright.capture.screen import AGE
from trialwright.definition.compiled import CompiledCriterion, Definition
from trialwright.definition.forms import ItemType
from trialwright.vocabulary.units import render_unit
from trialwright.vocabulary.written_dates import tidy_date
from trialwright.web.catalogue import render_text

VALUE, JUDGEMENT = "v:", "j:"
"""Prefixes of the fields of the page: ``v:rt_pcr.result``, ``j:E4``."""
_FEW = 6


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``name`` is the field of the page; ``kind`` one of code, number, date, text."""

    name: str
    label: str
    kind: str
    value: str = ""
    unit: str = ""
    codes: tuple[tuple[str, str], ...] = ()
    help: str = ""
    is_kept: bool = True

    @property
    def id(self) -> str:
        """Its id in the page."""
        return self.name.replace(":", "-").replace(".", "-")

    @property
    def has_few(self) -> bool:
        """Whether its codes are few enough to stand side by side."""
        return len(self.codes) <= _FEW


@dataclass(frozen=True, slots=True)
class Asked:
    """A criterion with the questions that decide it; a question that an earlier criterion asked is not asked again."""

    id: str
    kind: str
    questions: tuple[Question, ...]
    is_judged: bool
    again: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """What was typed: values by ``form.item`` and judgements by criterion; nothing empty, nothing that is not asked."""

    values: Mapping[str, str]
    judgements: Mapping[str, str]


def list_names(definition: Definition) -> list[str]:
    """What a screening asks: whatever a criterion or a factor of the allocation reads."""
    read = [column.name for one in definition.criteria if one.rule for column in one.rule.columns]
    return list(dict.fromkeys([*read, *list_factor_names(definition)]))


def list_factor_names(definition: Definition) -> list[str]:
    """The items of screening that stratify an allocation, or are balanced by it."""
    allocation = definition.study.allocation
    return [
        name
        for name in dict.fromkeys((*allocation.strata, *allocation.balance))
        if name.partition(".")[0] in definition.screening_forms
    ]


def read_answers(definition: Definition, posted: Mapping[str, str]) -> Answers:
    """The answers of a page; fields that no question has are not read."""
    judged = [one.criterion.id for one in definition.criteria if one.rule is None]
    values = {
        name: tidy_date(text) if _is_date(definition, name) else text
        for name in list_names(definition)
        if (text := posted.get(VALUE + name, "").strip()[:200])
    }
    judgements = {name: posted.get(JUDGEMENT + name, "")[:5] for name in judged}
    return Answers(values, {name: text for name, text in judgements.items() if text})


def _is_date(definition: Definition, name: str) -> bool:
    form, _, item = name.partition(".")
    return name != AGE and definition.forms[form].items[item].type is ItemType.DATE


def list_asked(definition: Definition, answers: Answers, language: str) -> list[Asked]:
    """Every criterion with its questions, in the order of the study."""
    seen: set[str] = set()
    return [_ask(definition, one, answers, language, seen) for one in definition.criteria]


def list_more(definition: Definition, answers: Answers, language: str) -> list[Question]:
    """What is asked for the allocation and decides no criterion."""
    used = {column.name for one in definition.criteria if one.rule for column in one.rule.columns}
    return [
        compute_question(definition, name, answers.values.get(name, ""), language)
        for name in list_factor_names(definition)
        if name not in used
    ]


def _ask(definition: Definition, one: CompiledCriterion, answers: Answers, language: str, seen: set[str]) -> Asked:
    criterion = one.criterion
    if one.rule is None:
        label = definition.label(f"judgements.{criterion.id}", language)
        codes = tuple((code, render_text(f"code.answer.{code}", language)) for code in "YNU")
        asked = Question(JUDGEMENT + criterion.id, label, "code", answers.judgements.get(criterion.id, ""), codes=codes)
        return Asked(criterion.id, criterion.kind, (asked,), True)
    names = [column.name for column in one.rule.columns]
    fresh = [name for name in names if name not in seen]
    again = tuple(find_label(definition, name, language) for name in names if name in seen)
    seen.update(names)
    questions = tuple(compute_question(definition, name, answers.values.get(name, ""), language) for name in fresh)
    return Asked(criterion.id, criterion.kind, questions, False, again)


def compute_question(definition: Definition, name: str, value: str, language: str) -> Question:
    """The question for ``form.item``, or for the age."""
    label = find_label(definition, name, language)
    if name == AGE:
        unit, helped = (render_text(key, language) for key in ("screening.years", "screening.age_help"))
        return Question(VALUE + name, label, "number", value, unit, help=helped)
    form, _, item_id = name.partition(".")
    item = definition.forms[form].items[item_id]
    kind = {ItemType.CODE: "code", ItemType.NUMBER: "number", ItemType.DATE: "date"}.get(item.type, "text")
    kind = "partial" if kind == "date" and item.partial else kind
    codes = tuple(_list_codes(definition, form, item_id, language)) if kind == "code" else ()
    return Question(
        VALUE + name, label, kind, value, render_unit(item.unit, language), codes, is_kept=not item.identifying
    )


def _list_codes(definition: Definition, form: str, item: str, language: str) -> Iterator[tuple[str, str]]:
    compiled = definition.forms[form]
    for code in compiled.codes[item]:
        yield code, definition.label(f"codelists.{compiled.items[item].codelist}.{code}", language)


def find_label(definition: Definition, name: str, language: str) -> str:
    """The words of an item, or of the age."""
    if name == AGE:
        return render_text("screening.age", language)
    form, _, item = name.partition(".")
    return definition.label(f"forms.{form}.items.{item}", language)


def render_value(definition: Definition, name: str, text: str, language: str) -> str:
    """A text as it was typed, in the study's words."""
    form, _, item_id = name.partition(".")
    item = definition.forms[form].items.get(item_id) if form in definition.forms else None
    if item is None or not text:
        return text
    if item.type is ItemType.CODE:
        return definition.label(f"codelists.{item.codelist}.{text}", language)
    shown = text.replace("T", " ") if item.type is ItemType.DATETIME else text
    return f"{shown} {render_unit(item.unit, language)}".strip()
