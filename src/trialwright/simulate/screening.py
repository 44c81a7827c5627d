"""Answers to the screening questions: of somebody eligible, of somebody who fails one criterion, or of whom one is unknown."""

import math
from dataclasses import dataclass

import numpy as np

from trialwright.capture.applies import compute_applying, read_texts
from trialwright.capture.screen import AGE, Screen, compute_verdicts, read_screening
from trialwright.definition.compiled import CompiledCriterion, Definition
from trialwright.definition.forms import ItemType
from trialwright.simulate.values import Occasion, Person, ValueMaker, find_unremarkable
from trialwright.vocabulary.codelists import Verdict

_TRIES = 200


class NoEligiblePerson(Exception):
    """The simulation file describes nobody who meets the criteria."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What is answered at screening: values by ``form.item``, and judgements by criterion."""

    values: dict[str, str]
    judgements: dict[str, str]

    def compute_command(self, site: str, participant: str = "") -> Screen:
        """The screening with these answers."""
        return Screen(site, self.values, self.judgements, participant)


def make_eligible(definition: Definition, maker: ValueMaker, person: Person, occasion: Occasion) -> Answers:
    """The answers of somebody eligible: drawn from the simulation file until every criterion is as it should be.

    Criteria that the draws do not satisfy are repaired by drawing the items they read anew.
    """
    judgements = {
        one.criterion.id: "Y" if one.criterion.kind == "inclusion" else "N"
        for one in definition.criteria
        if one.rule is None
    }
    answers = Answers(_draw_values(definition, maker, person, occasion), judgements)
    for _ in range(_TRIES):
        verdicts = _compute_verdicts(definition, answers)
        bad = [one for one in definition.criteria if verdicts[one.criterion.id] is not _wanted(one)]
        if not bad:
            return _drop_inapplicable(definition, answers)
        for one in bad:
            _redraw(definition, answers, one, person.rng)
    names = ", ".join(one.criterion.id for one in bad)
    raise NoEligiblePerson(
        f"in {_TRIES} tries no virtual participant met {names}; describe its items in simulation.yaml"
    )


def _drop_inapplicable(definition: Definition, answers: Answers) -> Answers:
    """The answers without those of forms that do not apply to this person: nobody asks a man about his last period."""
    texts: dict[str, dict[str, str]] = {}
    for name, text in answers.values.items():
        form, _, item = name.partition(".")
        texts.setdefault(form, {})[item] = text
    apart = {form for _, form in compute_applying(definition, None, read_texts(definition, texts)).not_applicable}
    kept = {name: text for name, text in answers.values.items() if name.partition(".")[0] not in apart}
    return Answers(kept, answers.judgements)


def make_ineligible(definition: Definition, answers: Answers, rng: np.random.Generator) -> tuple[Answers, str] | None:
    """Answers that fail exactly the criterion named beside them; None where no criterion can be made to fail."""
    order = rng.permutation(len(definition.criteria))
    for index in order:
        one = definition.criteria[int(index)]
        for _ in range(_TRIES):
            changed = Answers(dict(answers.values), dict(answers.judgements))
            _redraw(definition, changed, one, rng, wrong=True)
            if _compute_verdicts(definition, changed)[one.criterion.id] not in (_wanted(one), Verdict.UNKNOWN):
                return changed, one.criterion.id
    return None


def make_unknown(definition: Definition, answers: Answers, rng: np.random.Generator) -> tuple[Answers, str] | None:
    """Answers of which one criterion is unknown: its items, or its judgement, are left out."""
    order = rng.permutation(len(definition.criteria))
    for index in order:
        one = definition.criteria[int(index)]
        changed = Answers(dict(answers.values), dict(answers.judgements))
        for name in one.rule.names if one.rule else ():
            changed.values.pop(name, None)
        changed.judgements.pop(one.criterion.id, None)
        if _compute_verdicts(definition, changed)[one.criterion.id] is Verdict.UNKNOWN:
            return changed, one.criterion.id
    return None


def _draw_values(definition: Definition, maker: ValueMaker, person: Person, occasion: Occasion) -> dict[str, str]:
    age = _draw_age(definition, person.rng)
    person.age = age
    values = {AGE: str(age)}
    for form in definition.screening_forms:
        filled, _ = maker.fill(form, person, occasion, person.fixed if form == "demographics" else None)
        values.update({f"{form}.{item}": text for item, text in filled.items()})
    return values


def _draw_age(definition: Definition, rng: np.random.Generator) -> int:
    if definition.simulation.age is None:
        return int(rng.integers(18, 80))
    mean, sd = definition.simulation.age
    return int(min(max(rng.normal(mean, sd), 0), 110))


def _wanted(one: CompiledCriterion) -> Verdict:
    return Verdict.MET if one.criterion.kind == "inclusion" else Verdict.NOT_MET


def _compute_verdicts(definition: Definition, answers: Answers) -> dict[str, Verdict]:
    read, _ = read_screening(definition, answers.compute_command(""))
    return compute_verdicts(definition, read, answers.judgements)


def _redraw(
    definition: Definition, answers: Answers, one: CompiledCriterion, rng: np.random.Generator, *, wrong: bool = False
) -> None:
    """Draw the items of a criterion anew, over everything that they can be."""
    if one.rule is None:
        right = "Y" if one.criterion.kind == "inclusion" else "N"
        answers.judgements[one.criterion.id] = ("N" if right == "Y" else "Y") if wrong else right
        return
    for name in one.rule.names:
        if name == AGE:
            answers.values[AGE] = str(int(rng.integers(0, 100)) if wrong else _draw_age(definition, rng))
            continue
        form, _, item_id = name.partition(".")
        item = definition.forms[form].items[item_id]
        if item.type is ItemType.CODE:
            codes = tuple(definition.forms[form].codes[item_id])
            plain = not wrong and rng.random() < 0.7
            answers.values[name] = find_unremarkable(codes) if plain else codes[int(rng.integers(len(codes)))]
        elif item.type is ItemType.NUMBER:
            low, high = item.hard or item.soft or (0.0, 1000.0)
            low, high = (0.0 if low is None else low), (1000.0 if high is None else high)
            answers.values[name] = (
                f"{math.floor((low + (high - low) * rng.random()) * 10**item.decimals) / 10**item.decimals:.{item.decimals}f}"
            )
