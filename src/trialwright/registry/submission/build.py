"""A study's rows as the results section of its record, checked before anybody sees it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from trialwright.definition.compiled import Definition
from trialwright.record.build import build_record, render_shape
from trialwright.record.model import Record
from trialwright.record.reading import Reading
from trialwright.registry.check import check_record
from trialwright.registry.eudract import Details
from trialwright.registry.facts import Facts, Reached
from trialwright.registry.rule import Breach, Level
from trialwright.registry.submission.answers import Answers, assume_answers
from trialwright.registry.submission.baseline import build_baseline
from trialwright.registry.submission.events import build_details, build_events
from trialwright.registry.submission.flow import build_flow
from trialwright.registry.submission.outcomes import build_outcomes
from trialwright.registry.submission.sheet import REAL, REHEARSAL, Missing, Shape, Sheet, fit, index_rows
from trialwright.registry.submission.told import Trace, split_traces
from trialwright.results import Header, ResultRow
from trialwright.vocabulary.findings import Finding

_OF_RESULTS = range(94, 135)
_TITLE = 300


@dataclass(frozen=True, slots=True)
class Material:
    """What a submission is made of: the study, its public record, the facts of the ledger, the computed rows."""

    definition: Definition
    record: Record
    facts: Facts
    header: Header
    rows: tuple[ResultRow, ...]
    answers: Answers


@dataclass(frozen=True, slots=True)
class Submission:
    """Results of a study, ready to be looked at by a person and by nobody else.

    Parameters
    ----------
    record : Record
        The public record with the ledger's status, dates and enrolment, and with the results.
    traces : tuple of Trace
        Every number of the results section and its rows; paths begin at ``resultsSection``.
    breaches : tuple of Breach
        What the registry's rules say of the whole record.
    digest : str
        SHA-256 of the results section: what a signature under the quality check covers.
    answers, answered : Answers
        As a person gave them, and with what a rehearsal assumed.
    """

    material: Material
    record: Record
    traces: tuple[Trace, ...]
    breaches: tuple[Breach, ...]
    digest: str
    answered: Answers
    details: Details

    @property
    def is_rehearsal(self) -> bool:
        """Whether this is not the real trial."""
        return self.material.header.purpose != REAL

    @property
    def names(self) -> tuple[str, str]:
        """The registry account's organisation and the dictionary of terms, as far as the study itself tells them."""
        study = self.material.definition.study
        sponsor = self.material.record.protocol.sponsor.lead_sponsor.name or study.study.sponsor
        return sponsor, f"CTCAE {study.safety.ctcae}"

    @property
    def errors(self) -> tuple[Breach, ...]:
        """Breaches of V94 to V134 that forbid a release."""
        return tuple(one for one in self.breaches if one.level is Level.ERROR and int(one.number[1:]) in _OF_RESULTS)


def build_submission(material: Material) -> Submission | list[Finding]:
    """The results of a study in the record's shape, or findings where a number that must be there has no row."""
    answers, day = material.answers, material.header.data_cut[:10]
    if material.header.purpose != REAL:
        answers = assume_answers(answers, material.record, day)
    sheet = Sheet(material.definition, material.record, material.header, index_rows(material.rows), answers)
    try:
        told = _build_results(sheet)
    except Missing as trouble:
        return [Finding("results", str(trouble), remedy="the plan and the snapshot must give this number")]
    plain, traces = split_traces(told, "resultsSection")
    record = build_record(_merge(material, answers, plain), Reading(format="api_v2", name=material.definition.id))
    if not isinstance(record, Record):
        return record
    return Submission(
        material=material,
        record=record,
        traces=tuple(traces),
        breaches=tuple(check_record(record, date.fromisoformat(day))),
        digest=compute_digest(plain),
        answered=answers,
        details=build_details(sheet),
    )


def compute_digest(results: Any) -> str:
    """SHA-256 of a results section as canonical JSON."""
    text = json.dumps(results, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _build_results(sheet: Sheet) -> Shape:
    agreement, contact = sheet.answers.agreement, sheet.answers.contact
    return {
        "participantFlowModule": build_flow(sheet),
        "baselineCharacteristicsModule": build_baseline(sheet),
        "outcomeMeasuresModule": {"outcomeMeasures": build_outcomes(sheet)},
        "adverseEventsModule": build_events(sheet),
        "moreInfoModule": {
            "limitationsAndCaveats": {"description": _tell_limitations(sheet)},
            "certainAgreement": {
                "piSponsorEmployee": agreement.employee,
                "restrictionType": agreement.restriction,
                "restrictiveAgreement": agreement.restrictive,
                "otherDetails": agreement.details,
            },
            "pointOfContact": dict(contact),
        },
    }


def _tell_limitations(sheet: Sheet) -> str:
    """The answered limitations, or a draft of what the design itself says."""
    study = sheet.definition.study
    parts = [f"{study.study.planned_enrolment} participants were planned; estimates are imprecise."]
    if study.design.allocation != "RANDOMIZED" and len(study.arms) > 1:
        parts.append("Groups were not assigned at random, so differences need not be effects.")
    if study.design.masking == "NONE":
        parts.append("Nobody was masked.")
    if len(study.sites) == 1:
        parts.append("One centre.")
    text = sheet.answers.limitations or " ".join(parts)
    return fit(f"{REHEARSAL} {text}" if sheet.is_rehearsal else text)


def _merge(material: Material, answers: Answers, results: Any) -> Shape:
    """The record with what the ledger knows by now, and the results."""
    shape = render_shape(material.record)
    facts, protocol = material.facts, shape["protocolSection"]
    status = {key: value for key, value in protocol.get("statusModule", {}).items() if key != "lastKnownStatus"}
    status |= {"overallStatus": facts.status, "statusVerifiedDate": material.header.data_cut[:7]}
    start = Reached(facts.start, True) if facts.start else None
    for key, reached in (
        ("startDateStruct", start),
        ("primaryCompletionDateStruct", facts.primary_completion),
        ("completionDateStruct", facts.completion),
    ):
        if reached is not None:
            status[key] = {"date": reached.day.isoformat(), "type": "ACTUAL" if reached.reached else "ESTIMATED"}
    design = {**protocol.get("designModule", {}), "enrollmentInfo": {"count": facts.enrolled, "type": "ACTUAL"}}
    merged = {**protocol, "statusModule": status, "designModule": design}
    if material.header.purpose != REAL:
        names = protocol.get("identificationModule", {})
        title = fit(f"[REHEARSAL, do not upload] {names.get('briefTitle', '')}", _TITLE)
        merged["identificationModule"] = {**names, "briefTitle": title}
    if facts.status in ("COMPLETED", "TERMINATED", "WITHDRAWN") and "contactsLocationsModule" in protocol:
        merged["contactsLocationsModule"] = _close_places(protocol["contactsLocationsModule"])
    told: Shape = {"rehearsal": REHEARSAL} if material.header.purpose != REAL else {}
    documents = _list_documents(answers)
    return {
        **told,
        **shape,
        "protocolSection": merged,
        "resultsSection": results,
        **({"documentSection": {"largeDocumentModule": documents}} if documents else {}),
        "hasResults": True,
    }


def _close_places(module: dict[str, Any]) -> dict[str, Any]:
    """A closed study shows no contacts and no status of a site."""
    places = [
        {key: value for key, value in place.items() if key not in ("status", "contacts")}
        for place in module.get("locations", [])
    ]
    kept = {key: value for key, value in module.items() if key not in ("centralContacts", "locations")}
    return {**kept, **({"locations": places} if places else {})}


def _list_documents(answers: Answers) -> Shape:
    found: list[Shape] = []
    for one in answers.documents:
        kinds = [name for name, there in (("Prot", one.protocol), ("SAP", one.sap), ("ICF", one.icf)) if there]
        found.append(
            {
                "typeAbbrev": "_".join(kinds),
                "hasProtocol": one.protocol,
                "hasSap": one.sap,
                "hasIcf": one.icf,
                "date": one.date,
                **({"filename": one.filename} if one.filename else {}),
            }
        )
    return {**({"noSap": True} if answers.no_plan else {}), **({"largeDocs": found} if found else {})}
