"""From a participant's record to the case that is reported: nothing is entered twice, and what is not known says so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from trialwright.definition.compiled import Definition
from trialwright.definition.design import Intervention
from trialwright.ledger.entries import DoseGiven
from trialwright.ledger.subject import FormVersion, SubjectState
from trialwright.safety.case import (
    CasePatient,
    CaseTest,
    Drug,
    DrugRole,
    GivenDose,
    Person,
    SafetyCase,
    StudyIdentity,
)
from trialwright.safety.clock_overview import list_clocks
from trialwright.safety.events import AdverseEvent, LinkedValue
from trialwright.safety.recorded import compute_case_history
from trialwright.safety.regimes import Party, Trigger, load_regimes
from trialwright.safety.subject_events import compute_event_as_of, compute_moment
from trialwright.safety.subject_values import find_value_of
from trialwright.safety.tables import load_rows
from trialwright.vocabulary.numbers import find_number
from trialwright.vocabulary.partial_dates import PartialDate, find_date

_MEDDRA = {"4.03": "12.0", "5.0": "20.1"}
_SUSAR = (Trigger.SUSAR_FATAL, Trigger.SUSAR_OTHER)
_OTHERS = ("concomitant_treatment", "conventional_treatment")


@dataclass(frozen=True, slots=True)
class Reporting:
    """What a report needs beside the record: when it is made, and who sends it where that is not the study's sponsor."""

    now: datetime
    sender: Person | None = None
    amendment: str = ""


def compute_case(definition: Definition, state: SubjectState, event: int, reporting: Reporting) -> SafetyCase:
    """The case of one event of one participant as it is known now.

    Raises
    ------
    KeyError
        When the participant has no such event.
    """
    found = compute_event_as_of(definition, state, event, state.safety.revisions[event][-1].position)
    site = definition.sites[state.site]
    country = find_country(site.country)
    zone = ZoneInfo(site.time_zone)
    at_sponsor = [one for one in compute_case_history(definition, state, event).known if one.party is Party.SPONSOR]
    first = next((one.at for one in at_sponsor if one.event.is_serious), at_sponsor[0].at)
    sender = reporting.sender or Person(definition.study.study.sponsor, country, city=site.city)
    number = f"{state.participant}-{event}"
    judged = state.safety.judged.get(event, ())
    values = state.safety.revisions[event][-1].values
    return SafetyCase(
        id=f"{country}-{_squeeze(sender.organisation)}-{definition.id}-{number}",
        created=reporting.now.astimezone(zone),
        first_received=first.astimezone(zone),
        most_recent=max(first, *(one.at for one in at_sponsor)).astimezone(zone),
        study=StudyIdentity(
            definition.study.study.other_ids[0] if definition.study.study.other_ids else definition.id,
            definition.study.study.official_title,
            definition.id,
            country,
        ),
        sender=sender,
        reporter=Person(site.name, country, city=site.city),
        patient=_compute_patient(state, found),
        events=(found,),
        drugs=tuple(_list_drugs(definition, state, zone)),
        narrative=values.get("narrative") or _tell(definition, state, found),
        meddra_version=_MEDDRA[definition.study.safety.ctcae],
        tests=tuple(_make_test(definition, state, one) for one in found.linked),
        initial=not any(one.event == event and _is_sponsors(one.rule) for one in state.safety.reports),
        expedited=any(
            one.event == event and one.clock.trigger in _SUSAR and one.is_due
            for one in list_clocks(definition, state, reporting.now)
        ),
        amendment=reporting.amendment,
        reporter_comment=values.get("other_cause", ""),
        sender_comment=judged[-1].entry.comment if judged else "",
        reference=judged[-1].entry.reference if judged else "",
    )


@cache
def _load_countries() -> Mapping[str, str]:
    return {row["three"]: row["two"] for row in load_rows("countries")}


def find_country(three: str) -> str:
    """The two letters of a country's three (ISO 3166-1); empty for letters that no country has.

    >>> find_country("CHN"), find_country("QQQ")
    ('CN', '')
    """
    return _load_countries().get(three, "")


def _squeeze(name: str) -> str:
    """An organisation's name without what a case number cannot hold."""
    return "".join(letter for letter in name.upper() if letter.isalnum()) or "SPONSOR"


def _is_sponsors(rule: str) -> bool:
    """Whether a reporting rule is one of the sponsor's own reports."""
    return any(
        one.id == rule and one.start is Party.SPONSOR for regime in load_regimes().values() for one in regime.rules
    )


def _latest(state: SubjectState, form: str) -> list[FormVersion]:
    """The rows of a form in the order in which they were recorded."""
    return sorted((one for key, one in state.forms.items() if key[1] == form), key=lambda one: one.position)


def _find(state: SubjectState, form: str, item: str) -> str:
    """The latest answer to an item; empty where there is none."""
    found = [one.recorded.values[item] for one in _latest(state, form) if item in one.recorded.values]
    return found[-1] if found else ""


def _compute_patient(state: SubjectState, event: AdverseEvent) -> CasePatient:
    history = [_describe_condition(one.recorded.values) for one in _latest(state, "medical_history")]
    autopsy = {"Y": True, "N": False}.get(_find(state, "death", "autopsy"))
    return CasePatient(
        code=state.participant,
        age=_compute_age(state, event.onset),
        sex=_find(state, "demographics", "sex"),
        weight_kg=find_number(_find(state, "vital_signs", "weight")),
        height_cm=find_number(_find(state, "vital_signs", "height")),
        history="; ".join(one for one in history if one),
        death=find_date(state.died.on) if state.died else None,
        autopsy=autopsy,
    )


def _describe_condition(values: Mapping[str, str]) -> str:
    since = f" since {values['start_date']}" if values.get("start_date") else ""
    until = f" until {values['end_date']}" if values.get("end_date") else ""
    return f"{values.get('condition', '')}{since}{until}"


def _compute_age(state: SubjectState, onset: PartialDate | None) -> int | None:
    """Completed years at onset by the earliest days that the two dates allow; else the age at screening."""
    born = find_date(_find(state, "demographics", "birth_date"))
    if born is not None and onset is not None:
        birth, day = born.earliest, onset.earliest
        return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
    at_screening = find_number(state.screening.values.get("age_years", "")) if state.screening else None
    return None if at_screening is None else int(at_screening)


def _list_drugs(definition: Definition, state: SubjectState, zone: ZoneInfo) -> Iterator[Drug]:
    for intervention in definition.interventions.values():
        doses = [one for one in state.doses if one.intervention == intervention.id]
        if intervention.dose is not None and doses:
            indication = ", ".join(definition.study.study.conditions)
            given = tuple(_make_dose(definition, state, intervention, one, zone) for one in doses)
            yield Drug(intervention.name, DrugRole.SUSPECT, doses=given, indication=indication)
    for form in _OTHERS:
        for version in _latest(state, form):
            values = version.recorded.values
            if values.get("treatment"):
                start, end = find_date(values.get("start_date", "")), find_date(values.get("end_date", ""))
                dose = GivenDose(
                    start, end, text=values.get("dose_text", ""), route=values.get("route", "").lower(),
                    ongoing=values.get("ongoing") == "Y",
                )  # fmt: skip
                yield Drug(
                    values["treatment"], DrugRole.CONCOMITANT, doses=(dose,), indication=values.get("indication", "")
                )


def _make_dose(
    definition: Definition, state: SubjectState, intervention: Intervention, dose: DoseGiven, zone: ZoneInfo
) -> GivenDose:
    assert intervention.dose is not None
    form = next(
        (
            one.recorded.values
            for one in _latest(state, intervention.form)
            if one.recorded.values.get("started_at") == dose.started_at
        ),
        {},
    )

    def local(text: str) -> datetime | None:
        moment = compute_moment(definition, state, text)
        return moment.astimezone(zone) if moment else None

    amount = find_number(dose.amount)
    text = f"{amount:.2g} {dose.unit} (infusion {dose.number})" if amount is not None else ""
    return GivenDose(
        start=local(dose.started_at),
        end=local(form.get("stopped_at", "")),
        amount=amount,
        unit="{" + dose.unit + "}",
        lot=dose.lot,
        route=intervention.dose.route.lower(),
        text=text,
        number=dose.number,
    )


def _make_test(definition: Definition, state: SubjectState, linked: LinkedValue) -> CaseTest:
    found = find_value_of(definition, state, linked.path)
    if found is None:
        return CaseTest(linked.path, value=linked.value)
    return CaseTest(found.label, found.on, linked.value, found.unit, found.low, found.high)


def _tell(definition: Definition, state: SubjectState, event: AdverseEvent) -> str:
    """The course in plain sentences from the record, where nobody has written one."""
    arm = definition.arms[state.arm].title if state.arm else "no group yet"
    doses = [f"{one.intervention} {one.number} on {one.started_at.replace('T', ' ')}" for one in state.doses]
    given = f"Given: {'; '.join(doses)}." if doses else "No study treatment was given."
    relation = ""
    if event.infusion is not None:
        minutes = event.infusion.minutes
        after = "" if minutes is None else f", {minutes / 60:g} h after its start"
        relation = f" It began after infusion {event.infusion.number}{after}."
    sentences = (
        f"Participant {state.participant} ({arm}). {given}",
        f"{event.verbatim or event.term}: from {event.onset or 'an unknown day'}.{relation}",
        f"Treatment for the event: {event.treatment or 'none recorded'}.",
    )
    return " ".join(sentences)
