"""One participant put together from the state: visits, doses, events, deviations, forms kept at any time, the way out."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest

from trialwright.capture.visits import (
    Visit,
    VisitFacts,
    VisitState,
    find_day0,
    find_facts,
    list_telling_forms,
    list_visit_states,
)
from trialwright.definition.compiled import Definition
from trialwright.definition.timing import compute_study_day
from trialwright.ledger import entries as e
from trialwright.ledger.subject import SubjectState
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms.applying import Standing, describe_standing
from trialwright.web.links import find_form_address
from trialwright.web.participants.matrix import describe_visit
from trialwright.web.participants.timeline import Timeline, compute_timeline


@dataclass(frozen=True, slots=True)
class FormLink:
    """A form of a visit with the way to it. ``is_blinded``: only the readers fill it in."""

    form: str
    href: str
    is_recorded: bool
    is_queried: bool
    is_blinded: bool

    @property
    def is_to_do(self) -> bool:
        """Whether the people at the bedside have it before them."""
        return not self.is_recorded and not self.is_blinded


@dataclass(frozen=True, slots=True)
class Apart:
    """A form that nobody is asked for, or that is on record and does not apply, and why."""

    form: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class VisitBlock:
    """A visit as the page shows it. ``left`` counts the days to the end of its window; None without one."""

    visit: Visit
    left: int | None
    forms: tuple[FormLink, ...]
    apart: tuple[Apart, ...] = ()

    @property
    def late(self) -> int:
        """How many days ago its window closed."""
        return -self.left if self.left is not None else 0


@dataclass(frozen=True, slots=True)
class Person:
    """What the page of a participant shows."""

    day0: date | None
    study_day: int | None
    blocks: tuple[VisitBlock, ...]
    timeline: Timeline | None
    doses: tuple[Any, ...]
    missed: tuple[tuple[str, str, str], ...]
    events: tuple[dict[str, Any], ...]
    deviations: tuple[Any, ...]
    logs: tuple[dict[str, Any], ...]

    @property
    def next(self) -> tuple[VisitBlock, FormLink] | None:
        """The visit and the form that come next; None where nothing is to be done now."""
        return next(((block, form) for block in self.open_blocks for form in block.forms if form.is_to_do), None)

    @property
    def open_blocks(self) -> list[VisitBlock]:
        """The visits about which something is to be done now."""
        return [one for one in self.blocks if one.visit.is_open]


def describe_person(request: HttpRequest, state: SubjectState) -> Person:
    """The page's content, without what these eyes may not see."""
    definition, arms = trial.get_definition(), trial.get_sight(request).arms
    language, today = str(request.language), trial.compute_today(state.site)  # type: ignore[attr-defined]
    facts = find_facts(definition, state)
    found = list_visit_states(definition, facts, today, sees_arm=arms)
    visits = [one for one in found if one.state is not VisitState.NOT_PLANNED]
    day0 = find_day0(definition, facts)
    doses = tuple(sorted(state.doses, key=lambda one: one.started_at)) if arms else ()
    return Person(
        day0=day0 if arms or not _is_dosed(definition, state) else None,
        study_day=compute_study_day(today, day0) if day0 else None,
        blocks=tuple(_make_block(state, one, today, facts, language) for one in visits),
        timeline=_draw_timeline(definition, visits, doses, day0, today, language),
        doses=doses,
        missed=tuple((name, at, why) for (name, at), why in state.missed.items()) if arms else (),
        events=tuple(_list_events(state)),
        deviations=tuple(one for one in reversed(state.deviations) if arms or not _tells(definition, one)),
        logs=tuple(_list_logs(definition, state, sees_arm=arms)),
    )


def _is_dosed(definition: Definition, state: SubjectState) -> bool:
    return bool(state.arm and definition.arms[state.arm].day0 == "FIRST_DOSE")


def _make_block(state: SubjectState, visit: Visit, today: date, facts: VisitFacts, language: str) -> VisitBlock:
    definition = trial.get_definition()
    links = tuple(
        FormLink(
            form, find_form_address(state.participant, visit.encounter, form), form in visit.recorded,
            facts.forms.get((visit.encounter, form)) == "QUERIED", definition.forms[form].form.blinded,
        )
        for form in (*visit.missing, *visit.recorded)
    )  # fmt: skip
    apart = tuple(
        Apart(
            form,
            describe_standing(
                definition, facts.applying, (visit.encounter, form), language, is_recorded=form in visit.recorded
            ),
        )
        for form in (*visit.not_applicable, *visit.undecided, *visit.contrary)
    )
    return VisitBlock(visit, (visit.latest - today).days if visit.latest else None, links, apart)


def _draw_timeline(
    definition: Definition, visits: list[Visit], doses: tuple[Any, ...], day0: date | None, today: date, language: str
) -> Timeline | None:  # fmt: skip
    if day0 is None:
        return None
    named = []
    for visit in visits:
        name = definition.label(f"encounters.{visit.encounter}", language)
        state = render_text(f"state.{visit.state}", language)
        named.append((visit, visit.encounter if len(name) > 9 else name, describe_visit(visit, name, state)))
    given = tuple((date.fromisoformat(one.started_at[:10]), f"{one.amount} {one.unit}") for one in doses)
    return compute_timeline(tuple(named), given, day0, today)


def _list_events(state: SubjectState) -> Any:
    for repeat, event in sorted(state.events.items(), reverse=True):
        if repeat in state.safety.merged:
            continue
        version = state.find_form("", "adverse_event", repeat)
        yield {
            "repeat": repeat,
            "serious": event.serious,
            "aware_at": event.aware_at,
            "values": version.recorded.values if version else {},
            "href": find_form_address(state.participant, "", "adverse_event", repeat),
        }


def _tells(definition: Definition, deviation: e.DeviationNoted) -> bool:
    """Whether a deviation tells that somebody is, or is not, treated."""
    encounter = definition.encounters.get(deviation.encounter)
    of_one_arm = encounter is not None and encounter.only is not None
    return of_one_arm or deviation.form in list_telling_forms(definition) or "DOSE" in deviation.code


def _list_logs(definition: Definition, state: SubjectState, *, sees_arm: bool) -> Any:
    """The forms that are kept at any time or daily, with how many rows each has."""
    for activity in definition.study.activities:
        if isinstance(activity.at, tuple) or (activity.only and activity.only != state.arm):
            continue
        if not sees_arm and activity.form in list_telling_forms(definition):
            continue
        rows = sum(1 for encounter, form, _ in state.forms if form == activity.form and not encounter)
        yield {
            "form": activity.form,
            "rows": rows,
            "is_daily": activity.at == "DAILY",
            "href": find_form_address(state.participant, "", activity.form, 1 if rows else 0),
        }
