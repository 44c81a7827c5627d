"""Interventions of a draft study, with the doses found in their texts."""

from typing import Any

from trialwright.record.decisions import Decision, Decisions
from trialwright.record.doses import DoseReading, find_doses
from trialwright.record.draft_ids import make_ids
from trialwright.record.model import Record
from trialwright.record.protocol import Intervention

Plain = dict[str, Any]


def draft_interventions(record: Record, questions: Decisions) -> list[Plain]:
    """Each intervention; its dose where its text, or else that of its only arm, names exactly one amount."""
    interventions = record.protocol.arms.interventions
    ids = make_ids([intervention.name for intervention in interventions])
    drafted = [_draft(record, one, one_id, questions) for one, one_id in zip(interventions, ids, strict=True)]
    for arm in record.protocol.arms.arm_groups:
        if not arm.intervention_names and arm.description:
            questions.ask(
                Decision(
                    f"treatment-{make_ids([arm.label])[0].lower()}",
                    "OTHER",
                    f"What do subjects of the arm {arm.label!r} receive, and on which form is it recorded?",
                    arm.description,
                    reason="The arm has no registered intervention, but its text may name a treatment.",
                )
            )
    return drafted


def _draft(record: Record, intervention: Intervention, one_id: str, questions: Decisions) -> Plain:
    facts: Plain = {"id": one_id, "type": intervention.type, "name": intervention.name}
    if intervention.description:
        facts["description"] = intervention.description
    if intervention.other_names:
        facts["other_names"] = list(intervention.other_names)
    readings, source = _find(record, intervention)
    if len(readings) == 1:
        elsewhere = find_doses(record.protocol.description.text)
        facts |= _draft_dose(one_id, readings[0], elsewhere, questions)
    elif readings or source:
        _ask_dose(one_id, intervention, readings, questions)
    return facts


def _find(record: Record, intervention: Intervention) -> tuple[tuple[DoseReading, ...], str]:
    """Readings of the intervention's own text, or, where it names none, of the arms that receive it."""
    own = find_doses(intervention.description)
    if own:
        return own, intervention.description
    labels = set(intervention.arm_group_labels)
    arms = [arm for arm in record.protocol.arms.arm_groups if arm.label in labels]
    texts = [arm.description for arm in arms if find_doses(arm.description)]
    if len(arms) == 1 and len(arms[0].intervention_names) == 1 and texts:
        return find_doses(texts[0]), texts[0]
    return (), " ".join(texts)


def _ask_dose(one_id: str, intervention: Intervention, readings: tuple[DoseReading, ...], questions: Decisions) -> None:
    questions.ask(
        Decision(
            f"dose-{one_id.lower()}",
            "DOSE",
            f"What is the dose of {intervention.name}, and when is it given?",
            " | ".join(dict.fromkeys(reading.source for reading in readings)) or intervention.description,
            reason=f"The text names {len(readings)} amounts." if readings else "Only texts of arms name amounts.",
        )
    )


def _draft_dose(one_id: str, reading: DoseReading, elsewhere: tuple[DoseReading, ...], questions: Decisions) -> Plain:
    """The likeliest reading, marked part by part, and one question for the dose as a whole.

    ``elsewhere`` are amounts in the description; where they are of the same unit a person should read them too.
    """
    route = reading.route.route if reading.route else ""
    doubts = "; ".join(f"{mark.about}: {mark.why}" for mark in reading.marks)
    values = " or ".join(f"{amount.normalize():E}" for amount in reading.amounts)
    shown_days = ", ".join(map(str, reading.days)) or "not named"
    questions.ask(
        Decision(
            f"dose-{one_id.lower()}",
            "DOSE",
            f"Is the dose {values} {reading.unit}{' ' + route if route else ''}, on days {shown_days}"
            f"{f', {reading.times} times' if reading.times else ''}?",
            " | ".join([reading.source, *(other.source for other in elsewhere if other.unit == reading.unit)]),
            f"{reading.amounts[0].normalize():E} {reading.unit} at each administration",
            doubts or "A registry page cannot authorise a dose.",
        )
    )
    dose: Plain = {"amount": float(reading.amounts[0]), "unit": reading.unit, "record": reading.amount_text}
    if route:
        dose["route"] = route
    dose["assumed"] = [f"dose_{one_id.lower()}"]
    days = [f"D{day}" for day in reading.days]
    form = "infusion" if route == "INTRAVENOUS" else "dosing"
    facts: Plain = {"dose": dose, "at": days, "form": form, "assumed": ["activities"]}
    if len(reading.days) > 1:
        questions.ask(
            Decision(
                f"spacing-{one_id.lower()}",
                "SPACING",
                f"How many hours must lie between two administrations of {one_id}?",
                reading.source,
                reason="The record names days only.",
            )
        )
    return facts
