"""The calendar: windows that overlap, doses without a form, endpoints that nothing measures at a time point."""

from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise

from trialwright.definition.endpoints import Endpoint, EndpointKind
from trialwright.definition.load import StudyParts
from trialwright.definition.schedule import Activity, Encounter, Epoch
from trialwright.vocabulary.findings import Finding, Place, Severity


def check_schedule(parts: StudyParts, measuring: Mapping[str, str]) -> list[Finding]:
    """Every finding about when things are planned; ``measuring`` names the form that each parameter reads."""
    return [
        *_check_windows(parts),
        *_check_doses(parts),
        *_check_measured(parts, measuring),
        *_check_sampling(parts, measuring),
        *_check_standing(parts),
    ]


def list_forms_at(parts: StudyParts, encounter: str, arm: str | None = None) -> set[str]:
    """The forms planned at an encounter (for one arm, or for any)."""
    return {
        one.form
        for one in parts.study.activities
        if isinstance(one.at, tuple) and encounter in one.at and (arm is None or one.only in (None, arm))
    }


def _check_windows(parts: StudyParts) -> Iterator[Finding]:
    """Two windows may overlap only where no form is planned at both visits: otherwise a record could belong to either."""
    source = parts.sources["study.yaml"]
    for (_, one), (index, other) in combinations(enumerate(parts.study.encounters), 2):
        if Epoch.SCREENING in (one.epoch, other.epoch) or (one.only and other.only and one.only != other.only):
            continue
        first, second = sorted((one, other), key=lambda each: each.day)
        shared = list_forms_at(parts, one.id) & list_forms_at(parts, other.id)
        if shared and first.last_day >= second.first_day:
            text = (
                f"the windows of {first.id} (day {first.first_day} to {first.last_day}) and {second.id} "
                f"(day {second.first_day} to {second.last_day}) overlap, and both plan {', '.join(sorted(shared))}"
            )
            yield Finding(
                "overlap", text, source.place("encounters", index, "window"), remedy="narrow one of the windows"
            )


def _check_doses(parts: StudyParts) -> Iterator[Finding]:
    source = parts.sources["study.yaml"]
    encounters = {one.id: one for one in parts.study.encounters}
    for index, one in enumerate(parts.study.interventions):
        if one.dose is None:
            continue
        arms = [arm.id for arm in parts.study.arms if one.id in arm.interventions]
        for name in one.at:
            for arm in arms:
                if name in encounters and not (
                    one.form in list_forms_at(parts, name, arm) and encounters[name].is_for(arm)
                ):
                    text = f"{one.id} is given to {arm} at {name}, but {one.form} is not planned there"
                    yield Finding(
                        "no-dosing-form",
                        text,
                        source.place("interventions", index, "at"),
                        remedy=f"plan {one.form} at {name}",
                    )
        days = sorted(encounters[name].day for name in one.at if name in encounters)
        tight = [(a, b) for a, b in pairwise(days) if (b - a) * 24 < one.min_gap_hours]
        for a, b in tight:
            text = f"day {a} and day {b} are closer than the minimum gap of {one.min_gap_hours:g} h"
            yield Finding("spacing", text, source.place("interventions", index, "min_gap_hours"))


def is_measured(parts: StudyParts, endpoint: Endpoint, encounter: str, form: str) -> bool:
    """Whether ``form`` is recorded at an encounter, by plan or by a daily log that covers its day."""
    days = {one.id: one.day for one in parts.study.encounters}
    for activity in parts.study.activities:
        if activity.form != form or encounter not in days:
            continue
        if activity.only and activity.only != endpoint.only:
            continue
        if isinstance(activity.at, tuple):
            if encounter in activity.at:
                return True
        elif activity.at == "ANY" or days.get(activity.first or "", 0) <= days[encounter] <= days.get(
            activity.last or "", 0
        ):
            return True
    return False


def list_endpoint_forms(parts: StudyParts, endpoint: Endpoint, measuring: Mapping[str, str]) -> list[str]:
    """The forms that measure an endpoint, each once."""
    if endpoint.kind is EndpointKind.ADVERSE_EVENTS:
        return ["adverse_event"]
    found = [measuring.get(one.code, "") for one in endpoint.parameters]
    if any(one.event and one.event.kind == "DEATH" for one in endpoint.parameters):
        found += [form for form in ("vital_status",) if form in parts.forms]
    return [form for form in dict.fromkeys(found) if form]


def _check_measured(parts: StudyParts, measuring: Mapping[str, str]) -> Iterator[Finding]:
    source = parts.sources["study.yaml"]
    for index, endpoint in enumerate(parts.study.endpoints):
        here = source.place("endpoints", index, "at")
        for form in list_endpoint_forms(parts, endpoint, measuring):
            yield from _check_form(parts, endpoint, form, here)
        if not any(analysis.endpoint == endpoint.id for analysis in parts.plan.analyses):
            text = f"nothing in analysis.yaml analyses {endpoint.id}: the decision table does"
            yield Finding("no-analysis", text, here, Severity.NOTE)


def _check_form(parts: StudyParts, endpoint: Endpoint, form: str, here: Place) -> Iterator[Finding]:
    """A time point of an endpoint without its form is named where the form is planned, if it is planned at all."""
    source = parts.sources["study.yaml"]
    planned = [number for number, activity in enumerate(parts.study.activities) if activity.form == form]
    place = source.place("activities", planned[0], "at") if planned else here
    for encounter in endpoint.at:
        if not is_measured(parts, endpoint, encounter, form):
            text = f"{endpoint.id} is to be measured at {encounter}, but {form} is not planned there"
            yield Finding("not-measured", text, place, remedy=f"plan {form} at {encounter}")
    for number in planned:
        activity = parts.study.activities[number]
        if activity.when and not all(one.population for one in endpoint.parameters):
            text = f"{endpoint.id} is measured on {form}, which only {activity.applies_to} have; the others count as missing"
            where = source.place("activities", number, "when")
            yield Finding("measured-of-some", text, where, Severity.WARNING, "say whom it is about: population:")
        if endpoint.id not in activity.serves and _overlaps(activity, endpoint):
            text = f"{form} measures {endpoint.id} and does not say so"
            yield Finding(
                "unsaid", text, source.place("activities", number, "serves"), remedy=f"add {endpoint.id} to serves:"
            )


def _overlaps(activity: Activity, endpoint: Endpoint) -> bool:
    return not isinstance(activity.at, tuple) or bool(set(activity.at) & set(endpoint.at))


def _check_sampling(parts: StudyParts, measuring: Mapping[str, str]) -> Iterator[Finding]:
    """Whether the samples are taken often enough to see the event that an endpoint is defined by."""
    source = parts.sources["study.yaml"]
    for index, endpoint in enumerate(parts.study.endpoints):
        for number, parameter in enumerate(endpoint.parameters):
            event = parameter.event
            if event is None or event.kind in ("ONCE", "DEATH"):
                continue
            needed = event.apart_hours if event.kind == "CONSECUTIVE" else event.hours
            form = measuring.get(parameter.code, "")
            if not form:
                continue  # what measures it is unknown, and another finding says so
            gap = compute_longest_gap(parts, form, event.kind == "CONSECUTIVE", parameter.horizon_day or 0)
            allowed = max(2 * needed, 48) if event.kind == "CONSECUTIVE" else event.max_gap_hours
            if gap > allowed:
                what = (
                    f"{event.count} results {needed:g} h apart"
                    if event.kind == "CONSECUTIVE"
                    else f"a stretch of {needed:g} h"
                )
                taken = f"{form} is recorded up to {gap:g} h apart before day {parameter.horizon_day}"
                text = f"{parameter.code} asks for {what}, but {taken}"
                place = source.place("endpoints", index, "parameters", number, "event")
                remedy = (
                    "plan it DAILY, or add confirm_hours to its activity"
                    if event.kind == "CONSECUTIVE"
                    else "plan it DAILY"
                )
                yield Finding("sampling", text, place, remedy=remedy)


def compute_longest_gap(parts: StudyParts, form: str, confirming: bool, horizon: int) -> float:
    """The longest time in hours, up to the horizon, between a record of ``form`` and the next one planned.

    With ``confirming``, an activity that asks for a second sample answers with that distance instead.
    """
    days: set[int] = set()
    where = {one.id: one.day for one in parts.study.encounters}
    for activity in parts.study.activities:
        if activity.form != form:
            continue
        if confirming and activity.confirm_hours is not None:
            return activity.confirm_hours
        if isinstance(activity.at, tuple):
            days |= {where[name] for name in activity.at if name in where}
        elif activity.at == "DAILY" and activity.first in where and activity.last in where:
            days |= set(range(where[activity.first], where[activity.last] + 1))
    inside = sorted(day for day in days if day <= horizon)
    if not inside:
        return float("inf")
    steps = [b - a for a, b in zip(inside, [*inside[1:], horizon], strict=True)]
    return float(max(steps) * 24)


def _check_standing(parts: StudyParts) -> Iterator[Finding]:
    """What every trial needs whatever its endpoints: events, deaths, dispositions and deviations can be recorded."""
    source = parts.sources["study.yaml"]
    for form in ("adverse_event", "death", "disposition", "demographics"):
        if not any(one.form == form for one in parts.study.activities):
            yield Finding(
                "no-standing-form",
                f"no activity plans {form}",
                source.place("activities"),
                remedy=f"add {{form: {form}, at: ANY, …}}",
            )


def list_screening(parts: StudyParts) -> list[str]:
    """The forms planned at encounters of the screening epoch, each once."""
    screening = [one for one in parts.study.encounters if one.epoch is Epoch.SCREENING]
    return list(dict.fromkeys(form for one in screening for form in _list_planned(parts, one)))


def _list_planned(parts: StudyParts, encounter: Encounter) -> list[str]:
    return [one.form for one in parts.study.activities if isinstance(one.at, tuple) and encounter.id in one.at]
