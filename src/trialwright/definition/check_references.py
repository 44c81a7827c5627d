"""Every name that one part of the study gives to another must exist."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from trialwright.definition.forms import Item, ItemType
from trialwright.definition.load import StudyParts
from trialwright.vocabulary.findings import Finding, Place, Severity
from trialwright.vocabulary.numbers import find_number

STANDING = (
    "eligibility",
    "safety",
    "dosing",
    "baseline",
    "disposition",
    "standard",
    "specimens",
    "deviations",
    "consent",
)
"""What an activity may serve beside endpoints."""


def check_references(parts: StudyParts) -> list[Finding]:
    """A finding for every name that leads nowhere, at the line where it stands."""
    checks = (
        _check_activities, _check_arms, _check_interventions, _check_codelists, _check_endpoints,
        _check_analyses, _check_evaluations, _check_assumed, _check_encounters, _check_allocation, _check_simulation,
    )  # fmt: skip
    return list(chain.from_iterable(check(parts) for check in checks))


def unknown(code: str, what: str, name: str, known: Iterable[str], place: Place) -> Finding:
    """The finding for a name that is not among ``known``, with the nearest one that is."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return Finding(code, f"there is no {what} {name}", place, remedy=f"did you mean {near[0]}?" if near else "")


def find_item(parts: StudyParts, path: str) -> Item | None:
    """The item at ``form.item``, or None."""
    form, _, item = path.partition(".")
    source = parts.forms.get(form)
    return source.form.find(item) if source else None


def list_items(parts: StudyParts) -> list[str]:
    """Every ``form.item`` of the study."""
    return [f"{name}.{item.id}" for name, source in parts.forms.items() for item in source.form.items]


def _place(parts: StudyParts, *path: str | int, file: str = "study.yaml") -> Place:
    return parts.sources[file].place(*path)


def _check_activities(parts: StudyParts) -> Iterator[Finding]:
    study = parts.study
    encounters = [one.id for one in study.encounters]
    purposes = [*STANDING, *(one.id for one in study.endpoints)]
    for index, activity in enumerate(study.activities):
        here = _place(parts, "activities", index)
        if activity.form not in parts.forms:
            yield Finding(
                "unknown-form",
                f"there is no form {activity.form}",
                here,
                remedy=f"add forms/{activity.form}.yaml, or use one of the library's",
            )
        named = [
            *(activity.at if isinstance(activity.at, tuple) else ()),
            *(one for one in (activity.first, activity.last) if one),
        ]
        for name in named:
            if name not in encounters:
                yield unknown("unknown-encounter", "encounter", name, encounters, here)
        for name in activity.serves:
            if name not in purposes:
                yield unknown("unknown-purpose", "endpoint or purpose", name, purposes, here)
        words = {one.applies_to for one in study.activities if one.form == activity.form and one.applies_to}
        if activity.applies_to and len(words) > 1:
            said = " and ".join(sorted(words))
            yield Finding("doubled", f"{activity.form} applies to {said}: one form has one such text", here)
        if activity.only and activity.only not in [arm.id for arm in study.arms]:
            yield unknown("unknown-arm", "arm", activity.only, [arm.id for arm in study.arms], here)


def _check_arms(parts: StudyParts) -> Iterator[Finding]:
    known = [one.id for one in parts.study.interventions]
    for index, arm in enumerate(parts.study.arms):
        for name in arm.interventions:
            if name not in known:
                yield unknown(
                    "unknown-intervention", "intervention", name, known, _place(parts, "arms", index, "interventions")
                )
        dosed = [one for one in parts.study.interventions if one.id in arm.interventions and one.dose]
        if arm.day0 == "FIRST_DOSE" and not dosed:
            yield Finding(
                "day-0",
                f"arm {arm.id} counts from its first dose, but has no dosed intervention",
                _place(parts, "arms", index, "day0"),
            )
    planned = sum(arm.planned for arm in parts.study.arms)
    if planned != parts.study.study.planned_enrolment:
        text = f"the arms plan {planned} participants, planned_enrolment is {parts.study.study.planned_enrolment}"
        yield Finding("enrolment", text, _place(parts, "study", "planned_enrolment"))
    used = {name for arm in parts.study.arms for name in arm.interventions}
    for index, one in enumerate(parts.study.interventions):
        if one.id not in used:
            yield Finding(
                "unused", f"no arm receives {one.id}", _place(parts, "interventions", index), Severity.WARNING
            )


def _check_interventions(parts: StudyParts) -> Iterator[Finding]:
    encounters = [one.id for one in parts.study.encounters]
    for index, one in enumerate(parts.study.interventions):
        for name in one.at:
            if name not in encounters:
                yield unknown(
                    "unknown-encounter", "encounter", name, encounters, _place(parts, "interventions", index, "at")
                )
        if one.form and one.form not in parts.forms:
            yield unknown("unknown-form", "form", one.form, parts.forms, _place(parts, "interventions", index, "form"))
        if one.dose and one.form in parts.forms:
            for needed in ("started_at", "actual_amount"):
                if parts.forms[one.form].form.find(needed) is None:
                    place = _place(parts, "interventions", index, "form")
                    yield Finding("dosing-form", f"{one.form} records doses, so it needs an item {needed}", place)


def _check_codelists(parts: StudyParts) -> Iterator[Finding]:
    for source in parts.forms.values():
        for item in source.form.items:
            if item.codelist and item.codelist not in parts.codelists:
                yield unknown("unknown-codelist", "codelist", item.codelist, parts.codelists, source.items[item.id])


def _check_encounters(parts: StudyParts) -> Iterator[Finding]:
    arms = [arm.id for arm in parts.study.arms]
    for index, one in enumerate(parts.study.encounters):
        if one.only and one.only not in arms:
            yield unknown("unknown-arm", "arm", one.only, arms, _place(parts, "encounters", index, "only"))
        if one.day > parts.study.study.follow_up_days:
            yield Finding(
                "follow-up",
                f"{one.id} is on day {one.day}, after the end of follow-up",
                _place(parts, "encounters", index, "day"),
            )
    last = max((one.day for one in parts.study.encounters), default=0)
    if last < parts.study.study.follow_up_days:
        text = f"follow-up lasts {parts.study.study.follow_up_days} days, the last encounter is on day {last}"
        yield Finding("follow-up", text, _place(parts, "study", "follow_up_days"))


def _check_endpoints(parts: StudyParts) -> Iterator[Finding]:
    encounters, arms, items = (
        [one.id for one in parts.study.encounters],
        [arm.id for arm in parts.study.arms],
        list_items(parts),
    )
    codes: dict[str, str] = {}
    for index, endpoint in enumerate(parts.study.endpoints):
        for name in (*endpoint.at, *((endpoint.primary_at,) if endpoint.primary_at else ())):
            if name not in encounters:
                yield unknown(
                    "unknown-encounter", "encounter", name, encounters, _place(parts, "endpoints", index, "at")
                )
        if endpoint.only and endpoint.only not in arms:
            yield unknown("unknown-arm", "arm", endpoint.only, arms, _place(parts, "endpoints", index, "only"))
        for number, parameter in enumerate(endpoint.parameters):
            here = _place(parts, "endpoints", index, "parameters", number)
            if parameter.code in codes:
                yield Finding("doubled", f"parameter {parameter.code} belongs to {codes[parameter.code]} already", here)
            codes[parameter.code] = endpoint.id
            for path in (parameter.item, parameter.divided_by):
                if path and find_item(parts, path) is None:
                    yield unknown("unknown-item", "item", path, items, here)
            item = find_item(parts, parameter.item) if parameter.item else None
            if item is not None and endpoint.kind == "continuous" and not item.unit:
                yield Finding("no-unit", f"{parameter.item} is measured for {endpoint.id} and has no unit", here)


def _check_analyses(parts: StudyParts) -> Iterator[Finding]:
    endpoints = {one.id: one for one in parts.study.endpoints}
    sets, encounters = [one.id for one in parts.plan.sets], [one.id for one in parts.study.encounters]
    seen: set[str] = set()
    for index, one in enumerate(parts.plan.analyses):
        here = _place(parts, "analyses", index, file="analysis.yaml")
        if one.id in seen:
            yield Finding("doubled", f"analysis {one.id} stands twice", here)
        seen.add(one.id)
        if one.endpoint not in endpoints:
            yield unknown("unknown-endpoint", "endpoint", one.endpoint, endpoints, here)
            continue
        if one.analysis_set not in sets:
            yield unknown("unknown-set", "analysis set", one.analysis_set, sets, here)
        known = [parameter.code for parameter in endpoints[one.endpoint].parameters]
        for code in one.parameters:
            if code not in known:
                yield unknown("unknown-parameter", f"parameter of {one.endpoint}", code, known, here)
        for name in one.at:
            if name not in encounters:
                yield unknown("unknown-encounter", "encounter", name, encounters, here)
        for path in one.covariates:
            if find_item(parts, path) is None:
                yield unknown("unknown-item", "item", path, list_items(parts), here)
    for index, variable in enumerate(parts.plan.baseline):
        if variable.item != "age_years" and find_item(parts, variable.item) is None:
            yield unknown(
                "unknown-item",
                "item",
                variable.item,
                list_items(parts),
                _place(parts, "baseline", index, file="analysis.yaml"),
            )
    for arm in parts.plan.contrast or ():
        if arm not in [one.id for one in parts.study.arms]:
            yield unknown(
                "unknown-arm",
                "arm",
                arm,
                [one.id for one in parts.study.arms],
                _place(parts, "contrast", file="analysis.yaml"),
            )


def _check_evaluations(parts: StudyParts) -> Iterator[Finding]:
    for index, evaluation in enumerate(parts.study.evaluations):
        for path in evaluation.items:
            if find_item(parts, path) is None:
                yield unknown(
                    "unknown-item", "item", path, list_items(parts), _place(parts, "evaluations", index, "items")
                )


def _check_allocation(parts: StudyParts) -> Iterator[Finding]:
    allocation, arms = parts.study.allocation, [arm.id for arm in parts.study.arms]
    here = _place(parts, "allocation")
    for path in (*(one for one in allocation.strata if one != "site"), *allocation.balance):
        item = find_item(parts, path)
        if item is None:
            yield unknown("unknown-item", "item", path, list_items(parts), here)
        elif path in allocation.strata and item.codelist is None:
            yield Finding("stratum", f"{path} has no codes, so it makes no strata", here)
    for name in allocation.ratio:
        if name not in arms:
            yield unknown("unknown-arm", "arm", name, arms, here)
    randomised = parts.study.design.allocation == "RANDOMIZED"
    if randomised == (allocation.method in ("INVESTIGATOR_ASSIGNED", "SINGLE_ARM")):
        yield Finding(
            "allocation", f"the design is {parts.study.design.allocation}, the method {allocation.method}", here
        )


def _check_assumed(parts: StudyParts) -> Iterator[Finding]:
    known = {one.id: index for index, one in enumerate(parts.study.assumptions)}
    used: set[str] = set()
    for file in ("study.yaml", "analysis.yaml"):
        for path, names in _find_assumed(parts.sources[file].data, ()):
            for name in names:
                used.add(name)
                if name not in known:
                    yield unknown("unknown-assumption", "assumption", name, known, _place(parts, *path, file=file))
    for source in parts.forms.values():
        used.update(name for item in source.form.items for name in item.assumed)
    for name, index in known.items():
        if name not in used:
            text = f"nothing in the study says assumed: {name}"
            yield Finding(
                "unused",
                text,
                _place(parts, "assumptions", index),
                Severity.WARNING,
                "point at it where it applies, or drop it",
            )


def _find_assumed(data: object, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], list[str]]]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "assumed" and isinstance(value, list):
                yield (*path, key), value
            else:
                yield from _find_assumed(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _find_assumed(value, (*path, index))


def _check_simulation(parts: StudyParts) -> Iterator[Finding]:
    if "simulation.yaml" not in parts.sources:
        return
    arms = [arm.id for arm in parts.study.arms]
    for index, one in enumerate(parts.simulation.behaviours):
        here = _place(parts, "behaviours", index, file="simulation.yaml")
        item = find_item(parts, one.item)
        if item is None:
            yield unknown("unknown-item", "item", one.item, list_items(parts), here)
            continue
        codelist, _ = parts.codelists.get(item.codelist or "", (None, None))
        steps = (code for _, code in one.steps)
        for code in (*one.codes, *filter(None, (one.before, one.after)), *steps):
            if codelist is not None and codelist.find(code) is None:
                yield unknown(
                    "unknown-code", f"code of {codelist.id}", code, [term.code for term in codelist.codes], here
                )
        if one.follows and find_item(parts, one.follows) is None:
            yield unknown("unknown-item", "item", one.follows, list_items(parts), here)
        for arm in one.arms:
            if arm not in arms:
                yield unknown("unknown-arm", "arm", arm, arms, here)
    yield from _check_illness(parts)


def _check_illness(parts: StudyParts) -> Iterator[Finding]:
    """What events and the fatal illness show, and which treatments end: items, codes and forms exist."""
    for index, event in enumerate(parts.simulation.events):
        for grade, shown in event.shows.items():
            place = _place(parts, "events", index, "shows", grade, file="simulation.yaml")
            yield from _check_shown(parts, shown, place)
    for index, stage in enumerate(parts.simulation.dying.stages):
        yield from _check_shown(parts, stage.shows, _place(parts, "dying", "stages", index, file="simulation.yaml"))
    for index, ending in enumerate(parts.simulation.endings):
        here = _place(parts, "endings", index, file="simulation.yaml")
        for name in ("ongoing", "end_date", *ending.only):
            if find_item(parts, f"{ending.form}.{name}") is None:
                yield unknown("unknown-item", "item", f"{ending.form}.{name}", list_items(parts), here)


def _check_shown(parts: StudyParts, shown: Mapping[str, str], place: Place) -> Iterator[Finding]:
    for path, text in shown.items():
        item = find_item(parts, path)
        if item is None:
            yield unknown("unknown-item", "item", path, list_items(parts), place)
            continue
        codelist, _ = parts.codelists.get(item.codelist or "", (None, None))
        if text and codelist is not None and codelist.find(text) is None:
            known = [term.code for term in codelist.codes]
            yield unknown("unknown-code", f"code of {codelist.id}", text, known, place)
        if text and item.type is ItemType.NUMBER and find_number(text) is None:
            yield Finding("no-number", f"{path} is a number, {text} is none", place)
