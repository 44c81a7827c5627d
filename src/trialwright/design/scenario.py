"""Scenarios as data: what might be true, in the words of the simulation file; checked against the study."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from trialwright.definition.base import CodeId, ItemPath, Part
from trialwright.definition.compiled import Definition
from trialwright.definition.load import validate_part
from trialwright.definition.simulation import Behaviour, Chance
from trialwright.definition.source import Path, Source, read_yaml
from trialwright.vocabulary.findings import Finding

FILE = "scenarios.yaml"
Weights = dict[str, Annotated[float, Field(ge=0)]]


class Scenario(Part):
    """One thing that might be true.

    ``effects`` is what an arm does to an item, as ``arms`` of the simulation file: it multiplies (LOGNORMAL, CLEARS) or
    adds (NORMAL). An item that is not named has no effect: the effects of the simulation file do not count here.
    ``spread`` replaces an item's standard deviation, ``rates`` the weights of its codes by arm. ``death``, ``related``
    (at least one related adverse event) and ``toxicity`` (what the stopping rule counts) are chances of a participant
    by arm. What is left out is as the simulation file says.
    """

    id: CodeId
    title: str
    why: str
    participants: dict[CodeId, Annotated[int, Field(ge=1, le=5000)]] = Field(default_factory=dict)
    effects: dict[ItemPath, dict[CodeId, float]] = Field(default_factory=dict)
    spread: dict[ItemPath, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    rates: dict[ItemPath, dict[CodeId, Weights]] = Field(default_factory=dict)
    death: dict[CodeId, Chance] = Field(default_factory=dict)
    related: dict[CodeId, Chance] = Field(default_factory=dict)
    toxicity: dict[CodeId, Chance] = Field(default_factory=dict)
    withdrawal: Chance | None = None
    lost: Chance | None = None
    missed_visit: Chance | None = None


class ScenarioFile(Part):
    """The scenarios of a study; ``show`` names the visit of an endpoint that a short table prints."""

    show: dict[str, CodeId] = Field(default_factory=dict)
    scenarios: tuple[Scenario, ...] = Field(min_length=1)


def compile_scenarios(definition: Definition, text: str, name: str = FILE) -> tuple[ScenarioFile | None, list[Finding]]:
    """The scenarios of a YAML text, or every finding about it with file and line.

    Parameters
    ----------
    definition : Definition
        The study that they are about.
    text : str
        The YAML text.
    name : str
        What findings call the file.
    """
    source, findings = read_yaml(name, text)
    if source is None:
        return None, findings
    file, findings = validate_part(ScenarioFile, source, source.data)
    if file is None:
        return None, findings
    findings = [*_check_show(definition, source, file), *_check_ids(source, file)]
    for index, one in enumerate(file.scenarios):
        findings += _check_scenario(definition, source, ("scenarios", index), one)
    return (None if findings else file), findings


def _check_show(definition: Definition, source: Source, file: ScenarioFile) -> Iterable[Finding]:
    known = {one.id: one for one in definition.study.endpoints}
    for endpoint, visit in file.show.items():
        place = source.place("show", endpoint)
        if endpoint not in known:
            yield Finding("unknown-endpoint", f"the study has no endpoint {endpoint}", place)
        elif visit not in known[endpoint].at:
            at = ", ".join(known[endpoint].at)
            yield Finding("unknown-visit", f"{endpoint} is not measured at {visit}", place, remedy=f"one of {at}")


def _check_ids(source: Source, file: ScenarioFile) -> Iterable[Finding]:
    seen: set[str] = set()
    for index, one in enumerate(file.scenarios):
        if one.id in seen:
            yield Finding("twice", f"the scenario {one.id} stands twice", source.place("scenarios", index, "id"))
        seen.add(one.id)


def _check_scenario(definition: Definition, source: Source, at: Path, one: Scenario) -> Iterable[Finding]:
    yield from _check_arms(definition, source, at, one)
    behaviours = {each.item: each for each in definition.simulation.behaviours}
    for word, items in (("effects", one.effects), ("spread", one.spread), ("rates", one.rates)):
        for item in items:
            if item not in behaviours:
                what = f"the simulation file has no behaviour of {item}"
                yield Finding("unknown-item", what, source.place(*at, word, item))
    for item, effects in one.effects.items():
        if item in behaviours:
            yield from _check_effects(source, (*at, "effects", item), behaviours[item], effects)
    for item, rates in one.rates.items():
        if item in behaviours:
            yield from _check_rates(source, (*at, "rates", item), behaviours[item], rates)
    for arm, chance in one.toxicity.items():
        if chance > one.related.get(arm, 1.0):
            what = f"{arm}: toxicity ({chance:g}) is counted among related events, and those are rarer"
            yield Finding("order", what, source.place(*at, "toxicity", arm), remedy=f"related at least {chance:g}")


def _check_arms(definition: Definition, source: Source, at: Path, one: Scenario) -> Iterable[Finding]:
    named: list[tuple[Path, Iterable[str]]] = [
        ((*at, word), getattr(one, word)) for word in ("participants", "death", "related", "toxicity")
    ]
    named += [((*at, "effects", item), arms) for item, arms in one.effects.items()]
    named += [((*at, "rates", item), arms) for item, arms in one.rates.items()]
    known = ", ".join(definition.arms)
    for path, arms in named:
        for arm in arms:
            if arm not in definition.arms:
                yield Finding(
                    "unknown-arm", f"the study has no arm {arm}", source.place(*path, arm), remedy=f"one of {known}"
                )


def _check_effects(source: Source, at: Path, behaviour: Behaviour, effects: dict[str, float]) -> Iterable[Finding]:
    if behaviour.kind in ("CODES", "FIXED"):
        what = f"{behaviour.item} has codes by weight and no effect"
        yield Finding("kind", what, source.place(*at), remedy="write rates: (weights of its codes by arm)")
        return
    for arm, effect in effects.items():
        if behaviour.kind != "NORMAL" and effect <= 0:
            what = f"an effect on {behaviour.item} multiplies, so it is above 0, not {effect:g}"
            yield Finding("kind", what, source.place(*at, arm), remedy="1 is no effect")


def _check_rates(source: Source, at: Path, behaviour: Behaviour, rates: dict[str, Weights]) -> Iterable[Finding]:
    if behaviour.kind != "CODES":
        what = f"{behaviour.item} is {behaviour.kind} in the simulation file and has no weights of codes"
        yield Finding("kind", what, source.place(*at), remedy="write effects: for it")
        return
    for arm, weights in rates.items():
        for code in weights:
            if code not in behaviour.codes:
                known = ", ".join(behaviour.codes)
                what = f"{code} is not a code of {behaviour.item} in the simulation file"
                yield Finding("unknown-code", what, source.place(*at, arm, code), remedy=f"one of {known}")
        if not sum(weights.values()) > 0:
            yield Finding("kind", f"{behaviour.item}: no code has a weight", source.place(*at, arm))
