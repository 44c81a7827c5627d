"""The analysis plan as a whole: strategies that mean something, families that exist, departures that have a reason."""

from collections.abc import Iterator
from itertools import chain

from trialwright.definition.analysis import Analysis, Recipe
from trialwright.definition.decision import judge
from trialwright.definition.endpoints import Endpoint
from trialwright.definition.estimand import MEANINGS, EventKind, Family, Strategy
from trialwright.definition.load import StudyParts
from trialwright.vocabulary.findings import Finding, Place, Severity

_DESCRIBES = (Recipe.DESCRIBE, Recipe.SHIFT, Recipe.READERS)
_AFTER_WHICH_NONE = (EventKind.DEATH, EventKind.OTHER)


def check_plan(parts: StudyParts) -> list[Finding]:
    """What a statistician would send the plan back for, at the line where it stands."""
    endpoints = {one.id: one for one in parts.study.endpoints}
    found: list[Finding] = []
    for index, one in enumerate(parts.plan.analyses):
        here = parts.sources["analysis.yaml"].place("analyses", index)
        if one.endpoint in endpoints:
            endpoint = endpoints[one.endpoint]
            found += _check_strategies(one, endpoint, here)
            found += _check_data(parts, one, endpoint, here)
            found += _check_departure(parts, one, here)
    return [*found, *_check_families(parts)]


def _check_strategies(one: Analysis, endpoint: Endpoint, here: Place) -> Iterator[Finding]:
    if one.estimand is None:
        return
    for event in one.estimand.intercurrent:
        known = ", ".join(sorted(MEANINGS[one.family]))
        if event.strategy not in MEANINGS[one.family]:
            text = f"{one.id}: {event.strategy.value} cannot be computed for {one.recipe.value} ({event.event})"
            yield Finding("strategy", text, here, remedy=f"one of {known}")
        if event.kind is EventKind.OTHER and event.strategy is not Strategy.TREATMENT_POLICY:
            text = f"{one.id}: no records tell of {event.event!r}, so {event.strategy.value} has nothing to act on"
            yield Finding("strategy", text, here, remedy="give the event a kind: that records tell of")
        if (
            one.family is Family.EVENTS
            and event.strategy is Strategy.WHILE_ALIVE
            and event.kind not in _AFTER_WHICH_NONE
        ):
            text = f"{one.id}: adverse events go on to be counted after {event.event!r}, so {event.strategy.value} has no meaning"
            yield Finding("strategy", text, here, remedy="TREATMENT_POLICY")
        if event.kind is EventKind.DEATH and event.strategy is Strategy.COMPETING:
            lacking = [
                each.code
                for each in endpoint.parameters
                if each.event and each.code in (one.parameters or (each.code,)) and not each.competing
            ]
            if lacking:
                text = f"{one.id}: death is competing, and {', '.join(lacking)} has no competing: DEATH"
                yield Finding("strategy", text, here, remedy="say competing: DEATH at the parameter")


def _check_data(parts: StudyParts, one: Analysis, endpoint: Endpoint, here: Place) -> Iterator[Finding]:
    """Strategies and thresholds need a direction of benefit, limits or grades."""
    chosen = [each for each in endpoint.parameters if not one.parameters or each.code in one.parameters]
    if Strategy.COMPOSITE in parts.plan.find_strategies(one).values():
        for each in chosen:
            if each.item and not each.better:
                text = f"{one.id}: which rank is the worst is not known while {each.code} has no better:"
                yield Finding("strategy", text, here, remedy="better: lower or higher at the parameter")
    if one.threshold is not None and one.threshold.grade is not None:
        for each in chosen:
            if not each.ctcae:
                text = f"{one.id}: {each.code} names no CTCAE term, so it has no grades"
                yield Finding("threshold", text, here, remedy="ctcae: at the parameter")


def _check_departure(parts: StudyParts, one: Analysis, here: Place) -> Iterator[Finding]:
    if not one.methods or one.recipe in _DESCRIBES or one.role == "descriptive":
        return
    forms = {name: source.form for name, source in parts.forms.items()}
    if not judge(parts.study, parts.plan, one, forms).follows and not one.because:
        text = f"{one.id}: these methods are not the decision table's, and no reason is given"
        yield Finding("departure", text, here, Severity.NOTE, remedy="because: (one sentence; the report prints it)")


def _check_families(parts: StudyParts) -> Iterator[Finding]:
    if parts.plan.multiplicity is None:
        return
    mains = {one.id for one in parts.plan.analyses if one.role == "main"}
    place = parts.sources["analysis.yaml"].place("multiplicity")
    for name in chain.from_iterable(parts.plan.multiplicity.families):
        if name not in mains:
            yield Finding("unknown-analysis", f"multiplicity names {name}, which is no main analysis", place)
