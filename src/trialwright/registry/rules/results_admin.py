"""V132–V136: contact, agreements, documents, privacy."""

import re
from collections.abc import Iterator

from trialwright.registry.case import DOCUMENTS, MORE, Case
from trialwright.registry.rule import Level, Rule, Trouble

# A person's identity in free text: initials with a birth date, a medical record number, a national number.
_PERSONAL = re.compile(
    r"\b(?:MRN|medical record (?:number|no\.?)|patient id|subject id|hospital number)\s*[:#]?\s*[A-Z]*\d{3,}"
    r"|\b(?:born|date of birth|DOB)\s*(?:on|:)?\s*\d{1,4}[-/. ]\w{1,9}[-/. ]\d{2,4}"
    r"|\b\d{3}-\d{2}-\d{4}\b|\b\d{17}[\dXx]\b",
    re.IGNORECASE,
)


def _check_contact(case: Case) -> Iterator[Trouble]:
    if case.record.results is None:
        return
    contact = case.record.results.more_info.point_of_contact
    for key, value in (
        ("title", contact.title),
        ("organization", contact.organization),
        ("phone or e-mail", contact.phone or contact.email),
    ):
        if not value.strip():
            yield Trouble(f"{MORE}.pointOfContact", f"the contact for results has no {key}", f"its {key}")


def _check_agreement(case: Case) -> Iterator[Trouble]:
    if case.record.results is None:
        return
    agreement = case.record.results.more_info.certain_agreement
    path = f"{MORE}.certainAgreement"
    if agreement.pi_sponsor_employee is None:
        wrong = "whether the investigators are employed by the sponsor is not answered"
        yield Trouble(f"{path}.piSponsorEmployee", wrong, "yes or no")
    elif agreement.pi_sponsor_employee is False and agreement.restrictive_agreement is None:
        wrong = "whether an agreement restricts the investigators is not answered"
        yield Trouble(f"{path}.restrictiveAgreement", wrong, "yes or no", level=Level.WARNING)


def _check_documents(case: Case) -> Iterator[Trouble]:
    if case.record.results is None or not case.completes_new:
        return
    module = case.record.document_section.large_documents
    if not any(one.has_protocol for one in module.large_docs):
        yield Trouble(f"{DOCUMENTS}.largeDocs", "the protocol is not uploaded", "the protocol, with results")
    if not any(one.has_sap for one in module.large_docs) and not module.no_sap:
        wrong = "the statistical analysis plan is not uploaded"
        yield Trouble(f"{DOCUMENTS}.largeDocs", wrong, "the plan, or the statement that there is none")


def _check_archival(case: Case) -> Iterator[Trouble]:
    for number, document in enumerate(case.record.document_section.large_documents.large_docs):
        name = document.filename
        if name in case.background.not_archival or (name and not name.lower().endswith(".pdf")):
            path = f"{DOCUMENTS}.largeDocs.{number}"
            yield Trouble(path, f"the document {name!r} is not PDF/A", "a PDF/A file")


def _texts(case: Case) -> Iterator[tuple[str, str]]:
    results = case.record.results
    yield "protocolSection.descriptionModule", case.protocol.description.text
    yield "protocolSection.statusModule.whyStopped", case.protocol.status.why_stopped
    if results is None:
        return
    flow, events = results.participant_flow, results.adverse_events
    yield "resultsSection.participantFlowModule", f"{flow.recruitment_details} {flow.pre_assignment_details}"
    yield "resultsSection.adverseEventsModule.description", events.description
    for key, terms in (("seriousEvents", events.serious_events), ("otherEvents", events.other_events)):
        for number, event in enumerate(terms):
            if event.notes:
                yield f"resultsSection.adverseEventsModule.{key}.{number}.notes", event.notes
    yield f"{MORE}.limitationsAndCaveats", results.more_info.limitations_and_caveats.description


def _check_privacy(case: Case) -> Iterator[Trouble]:
    for path, text in _texts(case):
        found = _PERSONAL.search(text)
        if found:
            yield Trouble(path, f"the text may identify a participant ({found.group()[:12]!r} …)", "no personal data")


RULES = (
    Rule("V132", Level.ERROR, "a contact for results", _check_contact),
    Rule("V133", Level.ERROR, "the question of agreements is answered", _check_agreement),
    Rule("V134", Level.ERROR, "protocol and analysis plan are uploaded with results", _check_documents),
    Rule("V135", Level.WARNING, "documents are PDF/A", _check_archival),
    Rule("V136", Level.ERROR, "no personal data of participants", _check_privacy),
)
