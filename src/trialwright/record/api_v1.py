"""ClinicalTrials.gov's legacy JSON (API v1, ended 2024) in the shape of API v2.

The old form names every field by its piece (``BriefTitle``), wraps each list in an object (``ConditionList`` >
``Condition``) and shows words where v2 has codes ("Phase 1"). The registered part is read field by field; sections of
results, which were nested the same way, are kept as they came in ``reading.unread`` by name and not turned.
"""

from collections.abc import Iterator, Mapping

from trialwright.record.build import Shape, build_record, prune, report_trouble
from trialwright.record.model import Record
from trialwright.record.reading import Reading
from trialwright.record.words import read_ages, read_code, read_count, read_date, read_phases, read_yes_no
from trialwright.vocabulary.findings import Finding, Place, Severity

_DISPLAY_ROLES = {"OUTCOMES_ASSESSOR", "PARTICIPANT", "CARE_PROVIDER", "INVESTIGATOR"}


def is_api_v1(parsed: object) -> bool:
    """Whether this looks like API v1: a study under ``Study``, alone or in a response with full studies."""
    return isinstance(parsed, dict) and (
        "FullStudiesResponse" in parsed or "FullStudy" in parsed or _is_study(parsed.get("Study"))
    )


def _is_study(value: object) -> bool:
    return isinstance(value, dict) and "ProtocolSection" in value


def read_api_v1(parsed: object, name: str) -> Iterator[Record | list[Finding]]:
    """Each study of a parsed API v1 file."""
    root = _Node(parsed)
    full = root.child("FullStudiesResponse")
    studies = full.listed("FullStudies") if full.value else [root.child("FullStudy") if "FullStudy" in root else root]
    if not studies:
        yield [report_trouble(name, "record-shape", "the response holds no study", "FullStudiesResponse.FullStudies")]
    for number, study in enumerate(studies):
        spot = name if len(studies) == 1 else f"{name}[{number}]"
        yield _read_study(study.child("Study"), spot)


class _Node:
    """A part of the file that may be absent or of another shape: asking it is always safe."""

    def __init__(self, value: object) -> None:
        self.value: Mapping[str, object] = value if isinstance(value, dict) else {}

    def __contains__(self, key: str) -> bool:
        return key in self.value

    def child(self, *keys: str) -> "_Node":
        """The part below a path of keys."""
        node: _Node = self
        for key in keys:
            node = _Node(node.value.get(key))
        return node

    def text(self, key: str) -> str:
        """The text of a field; empty for none."""
        value = self.value.get(key)
        return value.strip() if isinstance(value, str) else str(value) if isinstance(value, int) else ""

    def listed(self, key: str) -> "list[_Node]":
        """The objects of a list."""
        value = self.value.get(key)
        return [_Node(one) for one in value if isinstance(one, dict)] if isinstance(value, list) else []

    def inside(self, piece: str) -> "list[_Node]":
        """The objects of ``<piece>List`` > ``<piece>``."""
        return self.child(f"{piece}List").listed(piece)

    def texts(self, piece: str, wrapper: str = "") -> list[str]:
        """The texts of ``<piece>List`` > ``<piece>``, or of another wrapper."""
        value = self.child(wrapper or f"{piece}List").value.get(piece)
        return [str(one).strip() for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _read_study(study: _Node, name: str) -> Record | list[Finding]:
    if "ProtocolSection" not in study:
        return [report_trouble(name, "record-shape", "there is no ProtocolSection", "Study.ProtocolSection")]
    protocol = study.child("ProtocolSection")
    sections = {
        "identificationModule": _identification(protocol.child("IdentificationModule")),
        "statusModule": _status(protocol.child("StatusModule")),
        "sponsorCollaboratorsModule": _sponsor(protocol.child("SponsorCollaboratorsModule")),
        "oversightModule": _oversight(protocol.child("OversightModule")),
        "descriptionModule": prune(
            {
                "briefSummary": protocol.child("DescriptionModule").text("BriefSummary"),
                "detailedDescription": protocol.child("DescriptionModule").text("DetailedDescription"),
            }
        ),
        "conditionsModule": prune(
            {
                "conditions": protocol.child("ConditionsModule").texts("Condition"),
                "keywords": protocol.child("ConditionsModule").texts("Keyword"),
            }
        ),
        "designModule": _design(protocol.child("DesignModule")),
        "armsInterventionsModule": _arms(protocol.child("ArmsInterventionsModule")),
        "outcomesModule": _outcomes(protocol.child("OutcomesModule")),
        "eligibilityModule": _eligibility(protocol.child("EligibilityModule")),
        "contactsLocationsModule": _contacts(protocol.child("ContactsLocationsModule")),
        "referencesModule": _references(protocol.child("ReferencesModule")),
        "ipdSharingStatementModule": _sharing(protocol.child("IPDSharingStatementModule")),
    }
    unread = tuple(key for key in study.value if key not in ("ProtocolSection", "DerivedSection"))
    note = Finding(
        "results-not-turned",
        "the results of a legacy file are not read",
        Place(file=name, path="ResultsSection"),
        Severity.NOTE,
    )
    notes = (note,) if "ResultsSection" in study else ()
    return build_record({"protocolSection": prune(sections)}, Reading("api_v1", name, notes, unread))


def _identification(node: _Node) -> Shape:
    own = node.child("OrgStudyIdInfo")
    others = [
        prune(
            {
                "id": one.text("SecondaryId"),
                "type": read_code(one.text("SecondaryIdType")),
                "domain": one.text("SecondaryIdDomain"),
                "link": one.text("SecondaryIdLink"),
            }
        )
        for one in node.inside("SecondaryIdInfo")
    ]
    company = node.child("Organization")
    return prune(
        {
            "nctId": node.text("NCTId"),
            "nctIdAliases": node.texts("NCTIdAlias"),
            "orgStudyIdInfo": prune({"id": own.text("OrgStudyId"), "link": own.text("OrgStudyIdLink")}),
            "secondaryIdInfos": others,
            "briefTitle": node.text("BriefTitle"),
            "officialTitle": node.text("OfficialTitle"),
            "acronym": node.text("Acronym"),
            "organization": prune({"fullName": company.text("OrgFullName"), "class": company.text("OrgClass")}),
        }
    )


def _date(node: _Node, key: str) -> str:
    told = node.text(key)
    return read_date(told) or told


def _dated(node: _Node, piece: str) -> Shape:
    inner = node.child(f"{piece}Struct")
    return prune({"date": _date(inner, piece), "type": read_code(inner.text(f"{piece}Type"), "date_type")})


def _status(node: _Node) -> Shape:
    expanded = read_yes_no(node.child("ExpandedAccessInfo").text("HasExpandedAccess"))
    return prune(
        {
            "statusVerifiedDate": _date(node, "StatusVerifiedDate"),
            "overallStatus": read_code(node.text("OverallStatus"), "status"),
            "lastKnownStatus": read_code(node.text("LastKnownStatus"), "status"),
            "whyStopped": node.text("WhyStopped"),
            "expandedAccessInfo": {} if expanded is None else {"hasExpandedAccess": expanded},
            "startDateStruct": _dated(node, "StartDate"),
            "primaryCompletionDateStruct": _dated(node, "PrimaryCompletionDate"),
            "completionDateStruct": _dated(node, "CompletionDate"),
            "studyFirstSubmitDate": _date(node, "StudyFirstSubmitDate"),
            "studyFirstSubmitQcDate": _date(node, "StudyFirstSubmitQCDate"),
            "studyFirstPostDateStruct": _dated(node, "StudyFirstPostDate"),
            "resultsFirstSubmitDate": _date(node, "ResultsFirstSubmitDate"),
            "resultsFirstSubmitQcDate": _date(node, "ResultsFirstSubmitQCDate"),
            "resultsFirstPostDateStruct": _dated(node, "ResultsFirstPostDate"),
            "lastUpdateSubmitDate": _date(node, "LastUpdateSubmitDate"),
            "lastUpdatePostDateStruct": _dated(node, "LastUpdatePostDate"),
        }
    )


def _sponsor(node: _Node) -> Shape:
    party, lead = node.child("ResponsibleParty"), node.child("LeadSponsor")
    facts = {
        "type": read_code(party.text("ResponsiblePartyType")),
        "investigatorFullName": party.text("ResponsiblePartyInvestigatorFullName"),
        "investigatorTitle": party.text("ResponsiblePartyInvestigatorTitle"),
        "investigatorAffiliation": party.text("ResponsiblePartyInvestigatorAffiliation"),
        "oldNameTitle": party.text("ResponsiblePartyOldNameTitle"),
        "oldOrganization": party.text("ResponsiblePartyOldOrganization"),
    }
    others = [
        prune({"name": one.text("CollaboratorName"), "class": one.text("CollaboratorClass")})
        for one in node.inside("Collaborator")
    ]
    sponsor = prune({"name": lead.text("LeadSponsorName"), "class": lead.text("LeadSponsorClass")})
    return prune({"responsibleParty": prune(facts), "leadSponsor": sponsor, "collaborators": others})


def _oversight(node: _Node) -> Shape:
    keys = {
        "oversightHasDmc": "OversightHasDMC",
        "isFdaRegulatedDrug": "IsFDARegulatedDrug",
        "isFdaRegulatedDevice": "IsFDARegulatedDevice",
        "isUnapprovedDevice": "IsUnapprovedDevice",
        "isPpsd": "IsPPSD",
        "isUsExport": "IsUSExport",
    }
    flags = {key: read_yes_no(node.text(piece)) for key, piece in keys.items()}
    return prune(flags)


def _design(node: _Node) -> Shape:
    info, masking = node.child("DesignInfo"), node.child("DesignInfo", "DesignMaskingInfo")
    level = read_code(masking.text("DesignMasking").partition(" (")[0])
    roles = [code for one in masking.texts("DesignWhoMasked") if (code := read_code(one)) in _DISPLAY_ROLES]
    enrolled = node.child("EnrollmentInfo")
    count = read_count(enrolled.text("EnrollmentCount"))
    facts = {
        "allocation": read_code(info.text("DesignAllocation"), "allocation"),
        "interventionModel": read_code(info.text("DesignInterventionModel"), "model"),
        "interventionModelDescription": info.text("DesignInterventionModelDescription"),
        "primaryPurpose": read_code(info.text("DesignPrimaryPurpose"), "purpose"),
        "observationalModel": read_code((info.texts("DesignObservationalModel") or [""])[0], "observational_model"),
        "timePerspective": read_code((info.texts("DesignTimePerspective") or [""])[0]),
        "maskingInfo": prune(
            {
                "masking": level,
                "maskingDescription": masking.text("DesignMaskingDescription"),
                "whoMasked": roles,
            }
        ),
    }
    kind = read_code(enrolled.text("EnrollmentType"), "date_type")
    return prune(
        {
            "studyType": read_code(node.text("StudyType"), "study_type"),
            "phases": [phase for text in node.texts("Phase") for phase in read_phases(text)],
            "patientRegistry": read_yes_no(node.text("PatientRegistry")),
            "targetDuration": node.text("TargetDuration"),
            "designInfo": prune(facts),
            "enrollmentInfo": ({} if count is None else {"count": count}) | prune({"type": kind}),
        }
    )


def _arms(node: _Node) -> Shape:
    groups = [
        prune(
            {
                "label": arm.text("ArmGroupLabel"),
                "type": read_code(arm.text("ArmGroupType")),
                "description": arm.text("ArmGroupDescription"),
                "interventionNames": arm.texts("ArmGroupInterventionName", "ArmGroupInterventionList"),
            }
        )
        for arm in node.inside("ArmGroup")
    ]
    interventions = [
        prune(
            {
                "type": read_code(one.text("InterventionType")),
                "name": one.text("InterventionName"),
                "description": one.text("InterventionDescription"),
                "armGroupLabels": one.texts("InterventionArmGroupLabel"),
                "otherNames": one.texts("InterventionOtherName"),
            }
        )
        for one in node.inside("Intervention")
    ]
    return prune({"armGroups": groups, "interventions": interventions})


def _outcomes(node: _Node) -> Shape:
    shape = {}
    for level in ("Primary", "Secondary", "Other"):
        piece = f"{level}Outcome"
        shape[f"{level.lower()}Outcomes"] = [
            prune(
                {
                    "measure": one.text(f"{piece}Measure"),
                    "description": one.text(f"{piece}Description"),
                    "timeFrame": one.text(f"{piece}TimeFrame"),
                }
            )
            for one in node.inside(piece)
        ]
    return prune(shape)


def _eligibility(node: _Node) -> Shape:
    low, high = node.text("MinimumAge"), node.text("MaximumAge")
    healthy = node.text("HealthyVolunteers")
    facts = {
        "eligibilityCriteria": node.text("EligibilityCriteria"),
        "sex": read_code(node.text("Gender"), "sex"),
        "genderDescription": node.text("GenderDescription"),
        "minimumAge": "" if low == "N/A" else low,
        "maximumAge": "" if high == "N/A" else high,
        "stdAges": [read_code(age) for age in node.texts("StdAge")] or (read_ages(low, high) if low or high else []),
        "studyPopulation": node.text("StudyPopulation"),
        "samplingMethod": read_code(node.text("SamplingMethod")),
    }
    flags = {
        "healthyVolunteers": True if healthy.startswith("Accepts") else read_yes_no(healthy),
        "genderBased": read_yes_no(node.text("GenderBased")),
    }
    return prune(facts | flags)


def _contact(one: _Node, piece: str) -> Shape:
    return prune(
        {
            "name": one.text(f"{piece}Name"),
            "role": read_code(one.text(f"{piece}Role")),
            "phone": one.text(f"{piece}Phone"),
            "phoneExt": one.text(f"{piece}PhoneExt"),
            "email": one.text(f"{piece}EMail"),
        }
    )


def _contacts(node: _Node) -> Shape:
    officials = [
        prune(
            {
                "name": one.text("OverallOfficialName"),
                "affiliation": one.text("OverallOfficialAffiliation"),
                "role": read_code(one.text("OverallOfficialRole")),
            }
        )
        for one in node.inside("OverallOfficial")
    ]
    places = [
        prune(
            {
                "facility": one.text("LocationFacility"),
                "status": read_code(one.text("LocationStatus"), "status"),
                "city": one.text("LocationCity"),
                "state": one.text("LocationState"),
                "zip": one.text("LocationZip"),
                "country": one.text("LocationCountry"),
                "contacts": [_contact(person, "LocationContact") for person in one.inside("LocationContact")],
            }
        )
        for one in node.inside("Location")
    ]
    central = [_contact(one, "CentralContact") for one in node.inside("CentralContact")]
    return prune({"centralContacts": central, "overallOfficials": officials, "locations": places})


def _references(node: _Node) -> Shape:
    references = [
        prune(
            {
                "pmid": one.text("ReferencePMID"),
                "type": read_code(one.text("ReferenceType")),
                "citation": one.text("ReferenceCitation"),
            }
        )
        for one in node.inside("Reference")
    ]
    links = [
        prune({"label": one.text("SeeAlsoLinkLabel"), "url": one.text("SeeAlsoLinkURL")})
        for one in node.inside("SeeAlsoLink")
    ]
    return prune({"references": references, "seeAlsoLinks": links})


_INFO_TYPES = {
    "STATISTICAL_ANALYSIS_PLAN_SAP": "SAP",
    "INFORMED_CONSENT_FORM_ICF": "ICF",
    "CLINICAL_STUDY_REPORT_CSR": "CSR",
}


def _sharing(node: _Node) -> Shape:
    kinds = [read_code(text) for text in node.texts("IPDSharingInfoType")]
    return prune(
        {
            "ipdSharing": read_code(node.text("IPDSharing")),
            "description": node.text("IPDSharingDescription"),
            "infoTypes": [_INFO_TYPES.get(kind, kind) for kind in kinds],
            "timeFrame": node.text("IPDSharingTimeFrame"),
            "accessCriteria": node.text("IPDSharingAccessCriteria"),
            "url": node.text("IPDSharingURL"),
        }
    )
