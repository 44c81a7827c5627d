"""An E2B(R3) message from a case: one individual case safety report in one HL7 version 3 batch.

Scope: sections N, C.1 to C.3, C.5, D, E.i, F.r, G.k and H of the ICH E2B(R3) implementation guide. Regional elements
are not here. The order of elements is that of ICH's reference instances; where the user supplies ICH's schema files,
``check_against_schema`` proves the message against them.
"""

from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from trialwright.safety.case import Person, SafetyCase
from trialwright.safety.e2b_patient import render_assessment
from trialwright.safety.hl7 import (
    COUNTRIES,
    HL7,
    boolean,
    coded,
    identifier,
    node,
    observation,
    stamp,
    yes_or_null,
)
from trialwright.vocabulary.findings import Finding, Place

STUDY_REPORT = "2"
SPONSOR_OR_COMPANY = "1"
OTHER_SENDER = "2"


@dataclass(frozen=True, slots=True)
class Transmission:
    """The envelope: batch and message number, who sends and who receives (agreed identifiers), when, with zone."""

    batch: str
    sender: str
    receiver: str
    at: datetime
    sender_type: str = SPONSOR_OR_COMPANY


def render_e2b(case: SafetyCase, transmission: Transmission) -> bytes:
    """The E2B(R3) message as UTF-8 XML; the same case and envelope give the same bytes.

    What is not known is a null flavour, never an empty element: ``MSK`` for the patient's name, which the study
    withholds, ``NI`` for what nobody has said, ``UNK`` for what was asked and is not known.
    """
    root = node(
        "MCCI_IN200100UV01",
        identifier(22, transmission.batch),
        node("creationTime", value=stamp(transmission.at)),
        node("responseModeCode", code="D"),
        node("interactionId", root="2.16.840.1.113883.1.6", extension="MCCI_IN200100UV01"),
        coded("name", "1", 1, "ichicsr"),
        _message(case, transmission),
        _device("receiver", "RCV", 14, transmission.receiver),
        _device("sender", "SND", 13, transmission.sender),
        ITSVersion="XML_1.0",
    )
    etree.cleanup_namespaces(root, keep_ns_prefixes=["xsi"])
    etree.indent(root, space=" ")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def check_against_schema(message: bytes, schema: etree.XMLSchema) -> list[Finding]:
    """What the schema (ICH's, supplied by the user and loaded by the caller) finds wrong, with the line."""
    document = etree.fromstring(message, etree.XMLParser(resolve_entities=False, no_network=True))
    schema.validate(document)
    return [Finding("e2b-schema", str(error.message), Place("", error.line, "")) for error in schema.error_log]


def _device(tag: str, kind: str, number: int, extension: str) -> etree._Element:
    device = node("device", identifier(number, extension), classCode="DEV", determinerCode="INSTANCE")
    return node(tag, device, typeCode=kind)


def _message(case: SafetyCase, transmission: Transmission) -> etree._Element:
    return node(
        "PORR_IN049016UV",
        identifier(1, case.id),
        node("creationTime", value=stamp(case.created)),
        node("interactionId", root="2.16.840.1.113883.1.6", extension="PORR_IN049016UV"),
        node("processingCode", code="P"),
        node("processingModeCode", code="T"),
        node("acceptAckCode", code="AL"),
        _device("receiver", "RCV", 12, transmission.receiver),
        _device("sender", "SND", 11, transmission.sender),
        node(
            "controlActProcess",
            node("code", code="PORR_TE049016UV", codeSystem="2.16.840.1.113883.1.18"),
            node("effectiveTime", value=stamp(case.created)),
            node("subject", _report(case, transmission), typeCode="SUBJ"),
            classCode="CACT",
            moodCode="EVN",
        ),
    )


def _report(case: SafetyCase, transmission: Transmission) -> etree._Element:
    """C.1 and what hangs on it: the case itself."""
    return node(
        "investigationEvent",
        identifier(1, case.id),
        identifier(2, case.id),
        node("code", code="PAT_ADV_EVNT", codeSystem="2.16.840.1.113883.5.4"),
        node("text", text=case.narrative),
        node("statusCode", code="active"),
        node("effectiveTime", node("low", value=stamp(case.first_received))),
        node("availabilityTime", value=stamp(case.most_recent)),
        node("component", render_assessment(case), typeCode="COMP"),
        _fact("1", "additionalDocumentsAvailable", boolean(False)),
        _fact("23", "localCriteriaForExpedited", _expedited(case)),
        _related("1", "initialReport", node("assignedEntity", coded("code", OTHER_SENDER, 3), classCode="ASSIGNED")),
        _related("2", "sourceReport", _reporter(case.reporter), priority="1"),
        _by("subjectOf1", _sender(case.sender, transmission.sender_type)),
        *_characteristics(case),
        classCode="INVSTG",
        moodCode="EVN",
    )


def _expedited(case: SafetyCase) -> etree._Element:
    return yes_or_null(None) if case.expedited is None else boolean(case.expedited)


def _fact(code: str, name: str, value: etree._Element) -> etree._Element:
    fact = observation(code, name, value)
    fact.tag = f"{{{HL7}}}observationEvent"
    return node("component", fact, typeCode="COMP")


def _related(code: str, name: str, author: etree._Element, priority: str | None = None) -> etree._Element:
    """C.1.8.2 and C.2.r: another report that this one stems from, and its author."""
    return node(
        "outboundRelationship",
        node("priorityNumber", value=priority) if priority else None,
        node(
            "relatedInvestigation",
            coded("code", code, 22, name),
            _by("subjectOf2", author),
            classCode="INVSTG",
            moodCode="EVN",
        ),
        typeCode="SPRT",
    )


def _by(tag: str, author: etree._Element) -> etree._Element:
    act = node("controlActEvent", node("author", author, typeCode="AUT"), classCode="CACT", moodCode="EVN")
    return node(tag, act, typeCode="SUBJ")


def _reporter(person: Person) -> etree._Element:
    qualified = node("asQualifiedEntity", coded("code", person.qualification.value, 6), classCode="QUAL")
    return _entity(person, None, qualified)


def _sender(person: Person, kind: str) -> etree._Element:
    return _entity(person, coded("code", kind, 7), None)


def _entity(person: Person, code: etree._Element | None, qualified: etree._Element | None) -> etree._Element:
    """C.2.r and C.3: address, telephone, name, country and organisation of one person."""
    located = node(
        "asLocatedEntity",
        node(
            "location",
            node("code", code=person.country, codeSystem=COUNTRIES),
            classCode="COUNTRY",
            determinerCode="INSTANCE",
        ),
        classCode="LOCE",
    )
    return node(
        "assignedEntity",
        code,
        _optional("addr", _optional_text("streetAddressLine", person.street), _optional_text("city", person.city)),
        *(node("telecom", value=value) for value in _contacts(person)),
        node("assignedPerson", _name(person), qualified, located, classCode="PSN", determinerCode="INSTANCE"),
        _organisation(person),
        classCode="ASSIGNED",
    )


def _contacts(person: Person) -> list[str]:
    given = (("tel:", person.telephone), ("fax:", person.fax), ("mailto:", person.email))
    return [scheme + value for scheme, value in given if value]


def _name(person: Person) -> etree._Element | None:
    return _optional("name", _optional_text("given", person.given), _optional_text("family", person.family))


def _organisation(person: Person) -> etree._Element:
    inner = node(
        "representedOrganization", node("name", text=person.organisation), classCode="ORG", determinerCode="INSTANCE"
    )
    return node(
        "representedOrganization",
        _optional_text("name", person.department),
        node("assignedEntity", inner, classCode="ASSIGNED"),
        classCode="ORG",
        determinerCode="INSTANCE",
    )


def _characteristics(case: SafetyCase) -> list[etree._Element]:
    """C.1.3, C.1.9.1 and C.1.11: kind of report, other identifiers, amendment."""
    found = [
        _characteristic("1", "ichReportType", coded("value", STUDY_REPORT, 2, xsi="CE")),
        _characteristic("2", "otherCaseIds", yes_or_null(None)),
    ]
    if case.amendment:
        reason = node("value", node("originalText", text=case.amendment), xsi="CE")
        found.append(_characteristic("3", "nullificationAmendmentCode", coded("value", "2", 5, xsi="CE")))
        found.append(_characteristic("4", "nullificationAmendmentReason", reason))
    return found


def _characteristic(code: str, name: str, value: etree._Element) -> etree._Element:
    one = node("investigationCharacteristic", coded("code", code, 23, name), value, classCode="OBS", moodCode="EVN")
    return node("subjectOf2", one, typeCode="SUBJ")


def _optional(tag: str, *children: etree._Element | None) -> etree._Element | None:
    return node(tag, *children) if any(child is not None for child in children) else None


def _optional_text(tag: str, text: str) -> etree._Element | None:
    return node(tag, text=text) if text else None
