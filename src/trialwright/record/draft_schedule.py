"""Encounters and endpoints of a draft study, from the time frames of the outcomes and the days of the doses."""

import re
from typing import Any

from trialwright.record.decisions import Decision, Decisions
from trialwright.record.model import Record
from trialwright.record.protocol import Outcome
from trialwright.record.timeframes import Role, TimeFrame, Unit, find_time_points

Plain = dict[str, Any]

_KINDS = (
    ("adverse_events", r"adverse|side effect|safety|toxicit|tolerab"),
    ("binary", r"rate of|proportion|percentage of participants|number of participants|mortality|response rate"),
    ("time_to_event", r"^time (?:of|to|until)|survival|duration"),
    ("ordinal", r"\bscale\b.*\bpoint|ordinal|\bgrade\b"),
)


def draft_encounters(record: Record, interventions: list[Plain], questions: Decisions) -> list[Plain]:
    """One encounter for each day that an outcome or a dose names, and BASELINE where an outcome names it."""
    frames = [find_time_points(outcome.time_frame) for _, outcome in record.protocol.outcomes.leveled]
    measured = {day for frame in frames for day in _days(frame)}
    dosed = {int(one.removeprefix("D")) for intervention in interventions for one in intervention.get("at", [])}
    encounters: list[Plain] = []
    if any(point.unit is Unit.BASELINE for frame in frames for point in frame.points):
        baseline = {
            "id": "BASELINE",
            "title": "Baseline",
            "epoch": "SCREENING",
            "day": 0,
            "assumed": ["day_0", "windows"],
        }
        encounters.append({**baseline, "window": [-1, 0], "before": "FIRST_DOSE"} if dosed else baseline)
    last_dose = max(dosed, default=-1)
    for day in sorted(measured | dosed):
        epoch = "TREATMENT" if day <= last_dose else "FOLLOW-UP"
        facts: Plain = {"id": _name(day), "title": f"Day {day}", "epoch": epoch, "day": day, "assumed": ["windows"]}
        encounters.append(facts)
    if encounters:
        questions.ask(
            Decision(
                "windows",
                "WINDOW",
                "How many days early or late may each encounter be?",
                "The record names days without windows.",
                "the day itself",
                f"{len(encounters)} encounters need a window.",
            )
        )
    return encounters


def _name(day: int) -> str:
    return f"D{day}" if day >= 0 else f"DM{-day}"


def _days(frame: TimeFrame) -> set[int]:
    """Days other than baseline's at which something is measured."""
    asked = (Role.ABOUT, Role.EVERY)
    return {point.day for point in frame.points if point.unit is not Unit.BASELINE and point.role not in asked}


def draft_endpoints(record: Record, encounters: list[Plain], questions: Decisions) -> list[Plain]:
    """Each outcome, verbatim, with its level (``undecided`` where the record is silent) and its encounters."""
    known = {encounter["id"] for encounter in encounters}
    counts = {"primary": 0, "secondary": 0, "other": 0, "undecided": 0}
    drafted = []
    for level, outcome in record.protocol.outcomes.leveled:
        level = level or "undecided"
        counts[level] += 1
        one_id = f"{level[0].upper()}{counts[level]}"
        drafted.append(_draft_endpoint(one_id, level, outcome, known, questions))
    if counts["undecided"]:
        titles = "; ".join(endpoint["title"] for endpoint in drafted if endpoint["level"] == "undecided")
        questions.ask(
            Decision(
                "levels",
                "PRIMARY_ENDPOINT",
                f"Which of the {counts['undecided']} outcomes are primary?",
                titles,
                reason="This source lists outcomes without their level. The registry's API and the WHO export name it.",
            )
        )
    if counts["primary"]:
        questions.ask(
            Decision(
                "primary-time",
                "PRIMARY_ENDPOINT",
                "At which time point is each primary endpoint judged?",
                "; ".join(f"{one['id']}: {one['time_frame']}" for one in drafted if one["level"] == "primary"),
            )
        )
    return drafted


def _draft_endpoint(one_id: str, level: str, outcome: Outcome, known: set[str], questions: Decisions) -> Plain:
    frame = find_time_points(outcome.time_frame)
    at = [one for point in frame.points if (one := _encounter(point.unit, point.day)) in known]
    if frame.unread or not frame.points:
        questions.ask(
            Decision(
                f"time-frame-{one_id.lower()}",
                "SCHEDULE",
                f"When is {one_id} measured?",
                outcome.time_frame or "The record is silent.",
                ", ".join(dict.fromkeys(at)),
                f"Not understood: {'; '.join(frame.unread)}" if frame.unread else "",
            )
        )
    questions.ask(
        Decision(
            f"definition-{one_id.lower()}",
            "ENDPOINT_DEFINITION",
            f"Which items measure {one_id}, {outcome.measure!r}, and how is it judged?",
            outcome.description or outcome.measure,
        )
    )
    facts = {"id": one_id, "level": level, "kind": _guess_kind(outcome), "title": outcome.measure}
    if outcome.description:
        facts["description"] = outcome.description
    return {
        **facts,
        "time_frame": outcome.time_frame,
        "at": list(dict.fromkeys(at)),
        "assumed": [f"definition_{one_id.lower()}"],
    }


def _encounter(unit: Unit, day: int) -> str:
    return "BASELINE" if unit is Unit.BASELINE else _name(day)


def _guess_kind(outcome: Outcome) -> str:
    """A first guess from the words; marked as assumed."""
    text = f"{outcome.measure} {outcome.description}"
    return next((kind for kind, words in _KINDS if re.search(words, text, re.IGNORECASE)), "continuous")
