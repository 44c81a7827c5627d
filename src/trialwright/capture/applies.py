"""Which activities apply to a participant, by the conditions of the study and what is on record now.

Nothing is stored: when a value changes, the answer follows. A form that was recorded while it applied stays where it is; once
it does not apply any more, a query stands on it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trialwright.capture.values import read_item
from trialwright.definition.compiled import Definition
from trialwright.definition.schedule import Activity
from trialwright.ledger.review import Key
from trialwright.ledger.subject import SubjectState
from trialwright.rules.values import Value

CHECK = "not-applicable"
"""The check whose query stands on a form that was recorded and does not apply."""
Place = tuple[str, str]
"""Encounter and form; the encounter is '' for what is planned at any time or daily."""


@dataclass(frozen=True, slots=True)
class Applying:
    """What does not apply to a participant, and what nobody knows yet. Everything else that is planned applies."""

    not_applicable: frozenset[Place] = frozenset()
    undecided: frozenset[Place] = frozenset()

    def may_wait(self, place: Place) -> bool:
        """Whether nobody is to be asked for a form: it does not apply, or it is not known whether it does."""
        return place in self.not_applicable or place in self.undecided


ALL_APPLY = Applying()


def find_read(definition: Definition) -> frozenset[str]:
    """The forms that conditions of activities read."""
    return frozenset(name.partition(".")[0] for rule in definition.applying.values() for name in rule.names)


def read_latest(definition: Definition, state: SubjectState, forms: Iterable[str] | None = None) -> dict[str, Value]:
    """Every item of the latest record of each form (or of some), as rules read it."""
    asked = None if forms is None else frozenset(forms)
    texts: dict[str, Mapping[str, str]] = {}
    for (_, form, _), version in sorted(state.forms.items(), key=lambda one: one[1].position):
        if asked is None or form in asked:
            texts[form] = version.recorded.values
    return read_texts(definition, texts)


def read_texts(definition: Definition, texts: Mapping[str, Mapping[str, str]]) -> dict[str, Value]:
    """Items as rules read them, from the texts of one record of each form; unreadable ones are unknown."""
    read: dict[str, Value] = {}
    for form, values in texts.items():
        compiled = definition.forms.get(form)
        for name, item in compiled.items.items() if compiled else ():
            text = values.get(name)
            try:
                read[f"{form}.{name}"] = read_item(item, compiled, text) if text and compiled else None
            except ValueError:
                read[f"{form}.{name}"] = None
    return read


def find_applying(definition: Definition, state: SubjectState) -> Applying:
    """What applies to a participant now."""
    if not definition.applying:
        return ALL_APPLY
    return compute_applying(definition, state.arm, read_latest(definition, state, find_read(definition)))


def compute_applying(definition: Definition, arm: str | None, read: Mapping[str, Value]) -> Applying:
    """What applies by the values read; of two activities that plan one form, one that applies is enough.

    Parameters
    ----------
    arm : str or None
        None (or '') before allocation: then what only one arm has is not looked at.
    read : mapping of str to Value
        By ``form.item``; what is absent is unknown.
    """
    if definition.conditions is None:
        return ALL_APPLY
    truths = dict(zip(definition.applying, definition.conditions.evaluate(read), strict=True))
    conditional = {one.form for one in list_conditional(definition)}
    found: dict[Place, list[Value]] = {}
    for index, one in enumerate(definition.study.activities):
        if one.form in conditional and (one.only is None or one.only == arm):
            for encounter in one.at if isinstance(one.at, tuple) else ("",):
                found.setdefault((encounter, one.form), []).append(truths.get(index, True))
    return Applying(
        frozenset(place for place, said in found.items() if all(one is False for one in said)),
        frozenset(place for place, said in found.items() if True not in said and None in said),
    )


def find_contrary(definition: Definition, state: SubjectState) -> list[Key]:
    """The recorded forms that do not apply, by what is on record now."""
    applying = find_applying(definition, state)
    if not applying.not_applicable:
        return []
    return [
        key
        for key, version in state.forms.items()
        if (key[0], key[1]) in applying.not_applicable and (version.recorded.values or version.recorded.missing)
    ]


def find_words(definition: Definition, form: str, language: str = "en") -> str:
    """To whom a form applies, in words; '' where it applies to everybody."""
    key = f"applies_to.{form}"
    return definition.label(key, language) if key in definition.labels else ""


def list_conditional(definition: Definition) -> tuple[Activity, ...]:
    """The activities that have a condition."""
    return tuple(definition.study.activities[index] for index in definition.applying)
