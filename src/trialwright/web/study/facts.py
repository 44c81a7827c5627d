"""What an entry of the ledger holds, as labels and texts that people read: no key, no code, no raw time."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from trialwright.definition.compiled import Definition
from trialwright.web.catalogue import load_texts, render_text
from trialwright.web.forms.fields import render_missing
from trialwright.web.forms.show import name_visit
from trialwright.web.screening.questions import render_value
from trialwright.web.sentences.say import say_field, say_word
from trialwright.web.times import render_local
from trialwright.web.trial import get_definition

_ANSWERS = ("Y", "N")
_LAST = frozenset({"digest", "content", "commitment", "authenticated_at", "meaning", "plan", "snapshot"})
"""What proves an entry and does not tell what was done."""
_NOTHING: tuple[object, ...] = ("", [], {}, None)
REASONS = ("reason", "justification")
"""Why an act was done: told apart from what it says."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(?P<zone>Z|[+-]\d\d:?\d\d)?")
_PLACES = {
    "form": "forms.{}.title",
    "arm": "arms.{}",
    "intervention": "interventions.{}",
    "assumption": "assumptions.{}",
}
"""Fields that name something of the study, with the key of its label."""


def list_facts(said: Mapping[str, Any], site: str, language: str) -> Iterator[tuple[str, str]]:
    """Label and text of everything that an entry says; of a field with several parts, a pair each."""
    form = str(said.get("form", ""))
    for name, value in sorted(said.items(), key=lambda pair: pair[0] in _LAST):
        if value in _NOTHING or name in REASONS:
            continue
        label = say_field(name, language)
        if isinstance(value, Mapping):
            for key, part in value.items():
                yield f"{label}: {_name_part(name, key, language)}", _render_part(name, key, part, site, language)
        elif isinstance(value, list):
            yield label, ", ".join(_render(name, one, form, site, language) for one in value)
        else:
            yield label, _render(name, value, form, site, language)


def render_items(
    definition: Definition, form: str, values: Mapping[str, str], missing: Mapping[str, str], language: str
) -> dict[str, str]:
    """The items of a form in words: the value of each, or why there is none."""
    told = {name: render_value(definition, f"{form}.{name}", text, language) for name, text in values.items()}
    return {**{name: render_missing(why, language) for name, why in missing.items()}, **told}


def is_said(said: Mapping[str, Any], label: str, language: str) -> bool:
    """Whether an entry has a field of this label, be it with nothing in it."""
    return label.partition(": ")[0] in {say_field(name, language) for name in said}


def _name_part(name: str, key: str, language: str) -> str:
    """A key inside a field: an item of a form, a criterion, a word."""
    form, _, item = key.partition(".")
    definition = get_definition()
    if form in definition.forms and item in definition.forms[form].items:
        return definition.label(f"forms.{form}.items.{item}", language)
    told = say_word(name, key, language)
    return told if told != key else say_field(key, language)


def _render_part(name: str, key: str, part: Any, site: str, language: str) -> str:
    form = key.partition(".")[0]
    if form in get_definition().forms and "." in key:
        return render_value(get_definition(), key, str(part), language)
    return _render(name, part, "", site, language)


def _render(name: str, value: Any, form: str, site: str, language: str) -> str:
    text, definition = str(value), get_definition()
    if isinstance(value, bool) or text in _ANSWERS:
        return render_text(f"code.answer.{'Y' if value is True or text == 'Y' else 'N'}", language)
    if isinstance(value, int):
        return text
    if time := _TIME.fullmatch(text):
        return render_local(text, site) if time["zone"] else text[:16].replace("T", " ")
    if name == "level" and (key := f"locks.{text.lower()}") in load_texts():
        return render_text(key, language)
    if name == "encounter":
        return name_visit(text, language)
    if name in _PLACES and (key := _PLACES[name].format(text)) in definition.labels:
        return definition.label(key, language)
    if name in ("item", "items") and form in definition.forms and text in definition.forms[form].items:
        return definition.label(f"forms.{form}.items.{text}", language)
    return say_word(name, text, language)
