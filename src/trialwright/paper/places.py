"""Which sheets there are: a form at a visit, in the order in which the study asks for them."""

from collections.abc import Iterator
from dataclasses import dataclass

from trialwright.definition.compiled import Definition
from trialwright.definition.schedule import Activity, Encounter
from trialwright.ledger.subject import SubjectState
from trialwright.paper.words import render_word


@dataclass(frozen=True, slots=True)
class Place:
    """A form at a visit ('' for one kept at any time), and the row of a log (0: a row to come)."""

    encounter: str
    form: str
    repeat: int = 1


def list_places(definition: Definition, subject: SubjectState | None = None) -> tuple[Place, ...]:
    """The sheets of the whole casebook: of one participant's arm, or of all arms where none is given.

    Visits in the order of their days, then what is kept at any time. For a participant, the rows and unscheduled visits
    that are on record are among them.
    """
    arm = subject.arm if subject else None
    places = dict.fromkeys(_list_planned(definition, arm))
    if subject:
        places |= dict.fromkeys(_list_recorded(subject))
    order = {one.id: number for number, one in enumerate(_sort(definition))}
    rank = {form: number for number, form in enumerate(definition.forms)}
    return tuple(
        sorted(
            places,
            key=lambda one: (
                _UNPLANNED if not one.encounter else order.get(one.encounter, _UNPLANNED - 1),
                rank.get(one.form, 0),
                one.encounter,
                one.repeat,
            ),
        )
    )


_UNPLANNED = 10_000


def _sort(definition: Definition) -> list[Encounter]:
    return sorted(definition.encounters.values(), key=lambda one: one.day)


def _list_planned(definition: Definition, arm: str | None) -> Iterator[Place]:
    for encounter in _sort(definition):
        for activity in definition.study.activities:
            if isinstance(activity.at, tuple) and encounter.id in activity.at and _is_for(activity, encounter, arm):
                yield Place(encounter.id, activity.form)
    for activity in definition.study.activities:
        if not isinstance(activity.at, tuple) and (arm is None or activity.only in (None, arm)):
            yield Place("", activity.form, 0)


def _is_for(activity: Activity, encounter: Encounter, arm: str | None) -> bool:
    return arm is None or (encounter.is_for(arm) and activity.only in (None, arm))


def _list_recorded(subject: SubjectState) -> Iterator[Place]:
    for encounter, form, repeat in subject.forms:
        yield Place(encounter, form, repeat)


def find_planned(definition: Definition, place: Place) -> Activity | None:
    """What plans the form there; None for an unscheduled visit."""
    for one in definition.study.activities:
        if one.form == place.form and (
            (place.encounter in one.at) if isinstance(one.at, tuple) else not place.encounter
        ):
            return one
    return None


def name_visit(definition: Definition, place: Place, language: str) -> str:
    """The visit as people call it, with its days."""
    encounter = definition.encounters.get(place.encounter)
    if encounter is not None:
        title = definition.label(f"encounters.{encounter.id}", language)
        return f"{title} ({render_days(encounter, language)})"
    if place.encounter:
        return (
            f"{render_word('unscheduled', language)} {place.encounter.removeprefix('UNSCHEDULED').strip('_')}".strip()
        )
    activity = find_planned(definition, place)
    if activity is not None and activity.at == "DAILY":
        first, last = (definition.label(f"encounters.{one}", language) for one in (activity.first, activity.last))
        return render_word("daily", language, first=first, last=last)
    return render_word("any_time", language)


def render_days(encounter: Encounter, language: str) -> str:
    """The days of a visit's window, counted from day 0."""
    first, last = encounter.first_day, encounter.last_day
    return render_word("one_day" if first == last else "days", language, first=first, last=last)
