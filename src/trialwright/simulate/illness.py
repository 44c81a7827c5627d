"""Illness on the ward: events that come and go, the one that somebody dies of, and treatments that come to their end.

An event is reported while it is there, so its end is never known beforehand; whoever dies or goes before it ends leaves it
ongoing. What it shows on forms (``shows`` in the simulation file) is shown from its first day to its last.
"""

import math
from collections.abc import Generator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from trialwright.capture.leave import Die
from trialwright.capture.record_form import RecordForm
from trialwright.definition.simulation import Ending, EventBehaviour, Stage
from trialwright.safety.regimes import Trigger
from trialwright.simulate.event_reports import FORM, OVER, Told, report_event, revise_event, tell_day, tell_time
from trialwright.simulate.safety_desk import judge_if_serious, list_rules, send_report
from trialwright.simulate.steps import Result, Step
from trialwright.vocabulary.codelists import Role

if TYPE_CHECKING:
    from trialwright.simulate.course import Traveller

Walk = Generator[Step, Result, None]
_RELATED = {"POSSIBLE": 0.55, "PROBABLE": 0.35, "DEFINITE": 0.1}
_UNRELATED = {"NOT_RELATED": 0.7, "UNLIKELY": 0.3}
_TREATED = {"1": 0.15, "2": 0.7}
"""Share of events of a grade that are treated; from grade 3 on all are."""
_SEQUELAE = 0.15
"""Share of events from grade 3 on that leave something behind."""
_SPREAD = 0.35
_FATAL = -1
"""The place of the fatal illness among a person's illnesses."""


def have_event(one: "Traveller", event: EventBehaviour, mark: float | None) -> Walk:
    """An adverse event, as it is seen first. ``mark`` packs the number of the dose and the hours after it.

    What is there already does not begin a second time.
    """
    rng = one.person.rng
    if event.term in one.unwell.values():
        return
    grade = _draw(one, event.grades)
    related = bool(rng.random() < event.related)
    unrelated = _UNRELATED if mark is None else {"UNLIKELY": 1.0}
    serious = bool(rng.random() < event.serious) or grade == "4"
    days = event.lasts_days * math.exp(_SPREAD * float(rng.standard_normal()))
    fixed = {
        "verbatim": event.verbatim,
        "term": event.term,
        "grade": grade,
        "grade_at_onset": grade,
        "causality": _draw(one, _RELATED if related else unrelated),
        "treated": "Y" if serious or rng.random() < _TREATED.get(grade, 1) else "N",
        **_describe_seriousness(one, serious=serious, grade=grade, words=event.verbatim),
    }
    if mark is not None:
        fixed |= {"infusion_number": str(int(mark // 1000)), "hours_after_infusion": f"{mark % 1000:.1f}"}
    over = one.at + timedelta(days=days)
    told = yield from report_event(one, one.person, fixed)
    yield from judge_if_serious(one, told)
    one.unwell[told[0]] = event.term
    one.person.illnesses[told[0]] = event.shows.get(grade, {})
    seen = max(over, one.at)
    morning = (seen + timedelta(days=1)).replace(hour=10, minute=0)
    one.plan(morning, partial(_recover, one, told, over))


def _draw(one: "Traveller", weights: Mapping[str, float]) -> str:
    names, chances = list(weights), list(weights.values())
    return names[int(one.person.rng.choice(len(names), p=[each / sum(chances) for each in chances]))]


def _describe_seriousness(one: "Traveller", *, serious: bool, grade: str, words: str) -> dict[str, str]:
    if not serious:
        return {"serious": "N"}
    threat = "Y" if grade == "4" else "N"
    narrative = f"virtual course: {words[:1].lower()}{words[1:]}; examined and treated on the ward."
    return {
        "serious": "Y", "ser_hospitalisation": "Y", "ser_life_threatening": threat, "aware_at": tell_time(one),
        "narrative": narrative,
    }  # fmt: skip


def _recover(one: "Traveller", told: Told, over: datetime) -> Walk:
    """The morning after an event has ended: its last day and its outcome."""
    one.unwell.pop(told[0], None)
    one.person.illnesses.pop(told[0], None)
    lasting = told[1]["grade"] >= "3" and one.chance(_SEQUELAE)
    changes = {"end_date": over.date().isoformat(), **OVER}
    if lasting:
        changes["outcome"] = "RECOVERED/RESOLVED WITH SEQUELAE"
    told = yield from revise_event(one, told, changes, "follow-up: it is over")
    yield from _tell_sponsor(one, told)


def _tell_sponsor(one: "Traveller", told: Told) -> Walk:
    """What became of a serious event that may be related is news for those who were told of it."""
    if told[1]["serious"] != "Y" or told[1]["causality"] not in _RELATED:
        return
    for trigger in (Trigger.COMPLETION, Trigger.NEW_INFORMATION):
        for rule in list_rules(one.definition, trigger):
            yield from send_report(one, told[0], rule, Role.MEDICAL_MONITOR)


# --- the illness that somebody dies of -------------------------------------------------------------------------------


def plan_death(one: "Traveller", day: float) -> None:
    """Put the stages of the fatal illness on the agenda, and the death in the early morning of a day from day 0."""
    stages = sorted(one.definition.simulation.dying.stages, key=lambda stage: -stage.days)
    for number, stage in enumerate(stages if FORM in one.definition.forms else ()):
        at = max(day + 4 / 24 - stage.days, 0.8 + number / 24)
        one.plan(one.at_day(at, 0), partial(_get_worse, one, stage))
    one.plan(one.at_day(day, 4), partial(_die, one))


def _get_worse(one: "Traveller", stage: Stage) -> Walk:
    """The fatal illness begins, or comes to its next stage; from grade 4 on nothing more is given."""
    dying = one.definition.simulation.dying
    serious = _describe_seriousness(one, serious=True, grade=stage.grade, words=dying.verbatim)
    if one.fatal is None:
        related = one.chance(dying.related)
        fixed = {
            "verbatim": dying.verbatim, "term": dying.term, "grade": stage.grade, "grade_at_onset": stage.grade,
            "causality": "POSSIBLE" if related else "NOT_RELATED", "treated": "Y", "other_cause": dying.cause, **serious,
        }  # fmt: skip
        one.fatal = yield from report_event(one, one.person, fixed)
        one.unwell[one.fatal[0]] = dying.term
        yield from judge_if_serious(one, one.fatal)
    else:
        worse = {"grade": stage.grade, "grade_since": tell_day(one), "ser_life_threatening": "Y"}
        if one.fatal[1]["grade"] != stage.grade:
            one.fatal = yield from revise_event(one, one.fatal, worse, "it got worse")
    one.person.illnesses[_FATAL] = {**one.person.illnesses.get(_FATAL, {}), **stage.shows}
    if stage.grade == "4":
        one.stopped = one.stopped or "too ill for a dose"


def _die(one: "Traveller") -> Walk:
    """The death, its form, the event that led to it, and the end of participation, on one day and in agreement."""
    dying = one.definition.simulation.dying
    yield one.step(Die(one.code, tell_day(one), dying.cause, "hospital record"), Role.INVESTIGATOR)
    if "death" in one.definition.forms:
        known = {"cause": dying.cause, "causality": one.fatal[1]["causality"] if one.fatal else "NOT_RELATED"}
        yield from one.record("death", "", fixed=known)
    if one.fatal is not None:
        fatal = {
            "grade": "5", "grade_since": tell_day(one), "ser_death": "Y", "ser_life_threatening": "Y", "ongoing": "N",
            "end_date": tell_day(one), "outcome": "FATAL",
            "narrative": f"virtual course: {dying.verbatim[:1].lower()}{dying.verbatim[1:]}; died in spite of treatment.",
        }  # fmt: skip
        one.fatal = yield from revise_event(one, one.fatal, fatal, "the participant has died of it")
        for rule in list_rules(one.definition, Trigger.DEATH):
            yield from send_report(one, one.fatal[0], rule, Role.INVESTIGATOR)
        yield from _tell_sponsor(one, one.fatal)
    yield from one.record_disposition("DEATH")
    one.gone = True


# --- treatments that end ---------------------------------------------------------------------------------------------


def plan_ending(one: "Traveller", form: str, values: Mapping[str, str]) -> None:
    """Put the end of a treatment that was recorded as ongoing on the agenda, where the simulation file names one."""
    for ending in one.definition.simulation.endings:
        if ending.form == form and all(values.get(item) in texts for item, texts in ending.only.items()):
            days = ending.after_days * math.exp(_SPREAD * float(one.person.rng.standard_normal()))
            one.plan(one.at + timedelta(days=days), partial(_end_treatment, one, ending))


def _end_treatment(one: "Traveller", ending: Ending) -> Walk:
    recorded = one.desk.forms.get(("", ending.form, 1))
    if recorded is None or recorded.values.get("ongoing") != "Y":
        return
    values = {**recorded.values, "ongoing": "N", "end_date": tell_day(one)}
    command = RecordForm(
        one.code,
        ending.form,
        "",
        values,
        1,
        dict(recorded.missing),
        "the treatment has ended",
        based_on=recorded.revision,
    )
    yield one.step(command, Role.NURSE)
