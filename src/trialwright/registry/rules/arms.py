"""V56–V63: arms and interventions."""

import re
from collections.abc import Iterator

from trialwright.record.doses import has_amount
from trialwright.record.words import INTERVENTION_TYPES
from trialwright.registry.case import ARMS, Case
from trialwright.registry.rule import Level, Rule, Trouble
from trialwright.registry.rules.identification import check_length

# Capitals and digits with at most three small letters: MSCs, rhIL-2; not QuitGuide.
_ABBREVIATION = re.compile(r"(?=.{2,12}$)(?=(?:.*[A-Z]){2})(?!(?:.*[a-z]){4})[A-Za-z0-9+-]+")
_CODE = re.compile(r"[A-Za-z]{1,6}[- ]?\d{2,}.*")
_GIVEN = frozenset({"DRUG", "BIOLOGICAL", "GENETIC", "DIETARY_SUPPLEMENT", "COMBINATION_PRODUCT", "RADIATION"})


def _shown(kind: str) -> str:
    """The registry's displayed word for a type: "DIETARY_SUPPLEMENT" is shown as "Dietary Supplement"."""
    return kind.replace("_", " ").title()


def _check_labels(case: Case) -> Iterator[Trouble]:
    seen: set[str] = set()
    for number, arm in enumerate(case.protocol.arms.arm_groups):
        path = f"{ARMS}.armGroups.{number}.label"
        if not arm.label.strip():
            yield Trouble(path, "an arm has no title", "1 to 100 characters")
        elif arm.label in seen:
            yield Trouble(path, f"two arms are called {arm.label!r}", "a title of its own")
        seen.add(arm.label)
        yield from check_length(path, arm.label, 100, "arm title")
        yield from check_length(f"{ARMS}.armGroups.{number}.description", arm.description, 999, "arm description")


def _check_arm_types(case: Case) -> Iterator[Trouble]:
    if not case.is_interventional:
        return
    for number, arm in enumerate(case.protocol.arms.arm_groups):
        if not arm.type:
            yield Trouble(f"{ARMS}.armGroups.{number}.type", f"the arm {arm.label!r} has no type", "", missing=True)


def _check_no_intervention(case: Case) -> Iterator[Trouble]:
    if not case.is_interventional:
        return
    for number, arm in enumerate(case.protocol.arms.arm_groups):
        path = f"{ARMS}.armGroups.{number}.interventionNames"
        if arm.type == "NO_INTERVENTION" and arm.intervention_names:
            wrong = (
                f"the arm {arm.label!r} has no intervention by its type, and {len(arm.intervention_names)} by its links"
            )
            yield Trouble(path, wrong, "no link, or another type")
        elif arm.type and arm.type != "NO_INTERVENTION" and not arm.intervention_names:
            yield Trouble(path, f"the arm {arm.label!r} has no intervention", "link one, or use NO_INTERVENTION")


def _check_links(case: Case) -> Iterator[Trouble]:
    labels = {arm.label for arm in case.protocol.arms.arm_groups}
    for number, intervention in enumerate(case.protocol.arms.interventions):
        path = f"{ARMS}.interventions.{number}.armGroupLabels"
        for at, label in enumerate(intervention.arm_group_labels):
            if label not in labels:
                yield Trouble(f"{path}.{at}", f"{label!r} is no arm", f"one of {', '.join(sorted(labels))}")
        if labels and not intervention.arm_group_labels:
            wrong = f"no arm receives {intervention.name!r}"
            yield Trouble(path, wrong, "link it to an arm", missing=True, level=Level.WARNING)


def _check_names(case: Case) -> Iterator[Trouble]:
    """Each arm names the interventions that name it, as "Type: Name"."""
    linked: dict[str, set[str]] = {arm.label: set() for arm in case.protocol.arms.arm_groups}
    for intervention in case.protocol.arms.interventions:
        for label in intervention.arm_group_labels:
            linked.get(label, set()).add(f"{_shown(intervention.type)}: {intervention.name}")
    for number, arm in enumerate(case.protocol.arms.arm_groups):
        if set(arm.intervention_names) != linked[arm.label]:
            only = sorted(set(arm.intervention_names) ^ linked[arm.label])
            wrong = f"the arm {arm.label!r} and its interventions disagree about {', '.join(only)}"
            yield Trouble(f"{ARMS}.armGroups.{number}.interventionNames", wrong, "the same on both sides")


def _check_intervention_name(case: Case) -> Iterator[Trouble]:
    for number, intervention in enumerate(case.protocol.arms.interventions):
        path = f"{ARMS}.interventions.{number}"
        if not intervention.name.strip():
            yield Trouble(f"{path}.name", "an intervention has no name", "1 to 200 characters")
        yield from check_length(f"{path}.name", intervention.name, 200, "intervention name")
        yield from check_length(f"{path}.description", intervention.description, 1_000, "intervention description")
        for at, other in enumerate(intervention.other_names):
            yield from check_length(f"{path}.otherNames.{at}", other, 200, "other name")
        if intervention.type and intervention.type not in INTERVENTION_TYPES:
            yield Trouble(f"{path}.type", f"{intervention.type!r} is no type of intervention", "")
        if intervention.type in _GIVEN and has_amount(intervention.name):
            wrong = f"the name {intervention.name!r} holds a dose"
            yield Trouble(f"{path}.name", wrong, "the dose belongs into the description", level=Level.WARNING)


def _check_description(case: Case) -> Iterator[Trouble]:
    for number, intervention in enumerate(case.protocol.arms.interventions):
        if intervention.type not in ("DRUG", "BIOLOGICAL"):
            continue
        arms = [arm for arm in case.protocol.arms.arm_groups if arm.label in intervention.arm_group_labels]
        texts = " ".join((intervention.description, *(arm.description for arm in arms)))
        placebo = re.search(r"placebo|saline|vehicle", intervention.name, re.IGNORECASE)
        if not has_amount(texts) and not placebo:
            path = f"{ARMS}.interventions.{number}.description"
            wrong = f"no text says the dose of {intervention.name!r}"
            yield Trouble(path, wrong, "dose, form, frequency and duration", missing=not intervention.description)


def _check_abbreviation(case: Case) -> Iterator[Trouble]:
    for number, intervention in enumerate(case.protocol.arms.interventions):
        short = _ABBREVIATION.fullmatch(intervention.name) and not _CODE.fullmatch(intervention.name)
        if short and not intervention.other_names:
            wrong = f"{intervention.name!r} is an abbreviation and the only name"
            yield Trouble(f"{ARMS}.interventions.{number}.name", wrong, "the full name, with the short one beside it")


RULES = (
    Rule("V56", Level.ERROR, "arm titles are unique and at most 100 characters", _check_labels),
    Rule("V57", Level.ERROR, "every arm has a type", _check_arm_types),
    Rule("V58", Level.ERROR, "NO_INTERVENTION if and only if no intervention is linked", _check_no_intervention),
    Rule("V59", Level.ERROR, "every intervention is linked to arms that exist", _check_links),
    Rule("V60", Level.WARNING, "arms and interventions name each other", _check_names),
    Rule("V61", Level.ERROR, "intervention names of at most 200 characters, without a dose", _check_intervention_name),
    Rule("V62", Level.WARNING, "the dose of a drug or biologic is described", _check_description),
    Rule("V63", Level.WARNING, "an abbreviation is not the only name", _check_abbreviation),
)
