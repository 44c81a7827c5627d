"""The legacy public XML of ClinicalTrials.gov (root ``clinical_study``, public.xsd): the registered part.

Only what the XML says is taken; the registry's browse terms and link texts are its own and are left out.
"""

import re
import textwrap
from collections.abc import Iterator

from lxml import etree

from trialwright.record.build import Shape, build_record, prune
from trialwright.record.model import Record
from trialwright.record.public_xml_results import read_results
from trialwright.record.reading import Reading
from trialwright.record.safe_xml import text_of, texts_of
from trialwright.record.words import read_code, read_count, read_date, read_masking, read_phases, read_yes_no
from trialwright.record.xml_parts import PUBLIC_TAGS, read_arms, read_eligibility, read_links, read_outcomes
from trialwright.record.xml_people import read_contacts
from trialwright.vocabulary.findings import Finding

Element = etree._Element
_READ = frozenset(
    {
        "id_info", "brief_title", "acronym", "official_title", "sponsors", "source", "oversight_info", "brief_summary",
        "detailed_description", "overall_status", "last_known_status", "why_stopped", "start_date", "completion_date",
        "primary_completion_date", "phase", "study_type", "has_expanded_access", "study_design_info",
        "target_duration", "primary_outcome", "secondary_outcome", "other_outcome", "number_of_arms",
        "number_of_groups", "enrollment", "condition", "arm_group", "intervention", "biospec_retention",
        "biospec_descr", "eligibility", "overall_official", "overall_contact", "overall_contact_backup", "location",
        "link", "reference", "results_reference", "verification_date", "study_first_submitted",
        "study_first_submitted_qc", "study_first_posted", "results_first_submitted", "results_first_submitted_qc",
        "results_first_posted", "disposition_first_submitted", "disposition_first_submitted_qc",
        "disposition_first_posted", "last_update_submitted", "last_update_submitted_qc", "last_update_posted",
        "responsible_party", "keyword", "patient_data", "clinical_results",
        "required_header", "location_countries", "removed_countries", "condition_browse", "intervention_browse",
    }
)  # fmt: skip


def read_public_xml(root: Element, name: str) -> Iterator[Record | list[Finding]]:
    """The one study of a legacy public XML file."""
    sections = {
        "identificationModule": _identification(root),
        "statusModule": _status(root),
        "sponsorCollaboratorsModule": _sponsor(root),
        "oversightModule": _oversight(root),
        "descriptionModule": prune(
            {
                "briefSummary": _block(root, "brief_summary/textblock"),
                "detailedDescription": _block(root, "detailed_description/textblock"),
            }
        ),
        "conditionsModule": prune({"conditions": texts_of(root, "condition"), "keywords": texts_of(root, "keyword")}),
        "designModule": _design(root),
        "armsInterventionsModule": read_arms(root, PUBLIC_TAGS),
        "outcomesModule": read_outcomes(root, PUBLIC_TAGS),
        "eligibilityModule": read_eligibility(root, _criteria(root), _block(root, "eligibility/study_pop/textblock")),
        "contactsLocationsModule": read_contacts(root),
        "referencesModule": _references(root),
        "ipdSharingStatementModule": _sharing(root),
    }
    results = read_results(root.find("clinical_results"))
    unread = tuple(str(child.tag) for child in root if isinstance(child.tag, str) and child.tag not in _READ)
    shape = {"protocolSection": prune(sections), "hasResults": bool(results)}
    yield build_record(
        shape | ({"resultsSection": results} if results else {}), Reading("public_xml", name, unread=unread)
    )


def _block(root: Element, path: str) -> str:
    """A text block: the indent of the file and the line wraps inside paragraphs are the XML's, not the text's."""
    found = root.find(path)
    if found is None or not found.text:
        return ""
    plain = textwrap.dedent(found.text.replace("\r", "").strip("\n")).strip()
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", plain))


def _criteria(root: Element) -> str:
    """The criteria keep their lines: indents tell nested items."""
    found = root.find("eligibility/criteria/textblock")
    if found is None or not found.text:
        return ""
    return textwrap.dedent(found.text.replace("\r", "").strip("\n")).strip()


def _identification(root: Element) -> Shape:
    return prune(
        {
            "nctId": text_of(root, "id_info/nct_id"),
            "nctIdAliases": texts_of(root, "id_info/nct_alias"),
            "orgStudyIdInfo": prune({"id": text_of(root, "id_info/org_study_id")}),
            "secondaryIdInfos": [{"id": other} for other in texts_of(root, "id_info/secondary_id")],
            "briefTitle": text_of(root, "brief_title"),
            "officialTitle": text_of(root, "official_title"),
            "acronym": text_of(root, "acronym"),
            "organization": prune({"fullName": text_of(root, "source")}),
        }
    )


def _date(root: Element, path: str) -> str:
    told = text_of(root, path)
    return read_date(told) or told


def _dated(root: Element, path: str) -> Shape:
    found = root.find(path)
    kind = "" if found is None else str(found.get("type") or "")
    return prune({"date": _date(root, path), "type": read_code(kind, "date_type")})


def _status(root: Element) -> Shape:
    expanded = read_yes_no(text_of(root, "has_expanded_access"))
    return prune(
        {
            "statusVerifiedDate": _date(root, "verification_date"),
            "overallStatus": read_code(text_of(root, "overall_status"), "status"),
            "lastKnownStatus": read_code(text_of(root, "last_known_status"), "status"),
            "whyStopped": text_of(root, "why_stopped"),
            "expandedAccessInfo": {} if expanded is None else {"hasExpandedAccess": expanded},
            "startDateStruct": _dated(root, "start_date"),
            "primaryCompletionDateStruct": _dated(root, "primary_completion_date"),
            "completionDateStruct": _dated(root, "completion_date"),
            "studyFirstSubmitDate": _date(root, "study_first_submitted"),
            "studyFirstSubmitQcDate": _date(root, "study_first_submitted_qc"),
            "studyFirstPostDateStruct": _dated(root, "study_first_posted"),
            "resultsFirstSubmitDate": _date(root, "results_first_submitted"),
            "resultsFirstSubmitQcDate": _date(root, "results_first_submitted_qc"),
            "resultsFirstPostDateStruct": _dated(root, "results_first_posted"),
            "dispFirstSubmitDate": _date(root, "disposition_first_submitted"),
            "dispFirstSubmitQcDate": _date(root, "disposition_first_submitted_qc"),
            "dispFirstPostDateStruct": _dated(root, "disposition_first_posted"),
            "lastUpdateSubmitDate": _date(root, "last_update_submitted"),
            "lastUpdatePostDateStruct": _dated(root, "last_update_posted"),
        }
    )


def _agency(found: Element | None) -> Shape:
    kind = read_code(text_of(found, "agency_class"), "sponsor_class")
    return prune({"name": text_of(found, "agency"), "class": kind})


def _sponsor(root: Element) -> Shape:
    party = root.find("responsible_party")
    facts = {
        "type": read_code(text_of(party, "responsible_party_type")),
        "investigatorFullName": text_of(party, "investigator_full_name"),
        "investigatorTitle": text_of(party, "investigator_title"),
        "investigatorAffiliation": text_of(party, "investigator_affiliation"),
        "oldNameTitle": text_of(party, "name_title"),
        "oldOrganization": text_of(party, "organization"),
    }
    return prune(
        {
            "responsibleParty": prune(facts),
            "leadSponsor": _agency(root.find("sponsors/lead_sponsor")),
            "collaborators": [_agency(one) for one in root.findall("sponsors/collaborator")],
        }
    )


def _oversight(root: Element) -> Shape:
    keys = {
        "oversightHasDmc": "has_dmc",
        "isFdaRegulatedDrug": "is_fda_regulated_drug",
        "isFdaRegulatedDevice": "is_fda_regulated_device",
        "isUnapprovedDevice": "is_unapproved_device",
        "isPpsd": "is_ppsd",
        "isUsExport": "is_us_export",
    }
    flags = {key: read_yes_no(text_of(root, f"oversight_info/{tag}")) for key, tag in keys.items()}
    return prune(flags)


def _design(root: Element) -> Shape:
    base = "study_design_info"
    level, roles = read_masking(text_of(root, f"{base}/masking"))
    masking = {"masking": level, "maskingDescription": text_of(root, f"{base}/masking_description"), "whoMasked": roles}
    info = {
        "allocation": read_code(text_of(root, f"{base}/allocation"), "allocation"),
        "interventionModel": read_code(text_of(root, f"{base}/intervention_model"), "model"),
        "interventionModelDescription": text_of(root, f"{base}/intervention_model_description"),
        "primaryPurpose": read_code(text_of(root, f"{base}/primary_purpose"), "purpose"),
        "observationalModel": read_code(text_of(root, f"{base}/observational_model"), "observational_model"),
        "timePerspective": read_code(text_of(root, f"{base}/time_perspective")),
        "maskingInfo": prune(masking),
    }
    shown = text_of(root, "study_type")
    enrolled = root.find("enrollment")
    count = read_count(text_of(enrolled))
    kind = "" if enrolled is None else read_code(str(enrolled.get("type") or ""), "date_type")
    retention = {
        "retention": read_code(text_of(root, "biospec_retention")),
        "description": _block(root, "biospec_descr/textblock"),
    }
    return prune(
        {
            "studyType": read_code(shown.split(" [")[0], "study_type"),
            "patientRegistry": True if "Patient Registry" in shown else None,
            "targetDuration": text_of(root, "target_duration"),
            "phases": read_phases(text_of(root, "phase")) if "Observational" not in shown else [],
            "designInfo": prune(info),
            "bioSpec": prune(retention),
            "enrollmentInfo": ({} if count is None else {"count": count}) | prune({"type": kind}),
        }
    )


def _references(root: Element) -> Shape:
    references = [
        prune({"pmid": text_of(one, "PMID"), "type": kind, "citation": text_of(one, "citation")})
        for tag, kind in (("reference", "BACKGROUND"), ("results_reference", "RESULT"))
        for one in root.findall(tag)
    ]
    return prune({"references": references, "seeAlsoLinks": read_links(root)})


_INFO_TYPES = {
    "STUDY_PROTOCOL": "STUDY_PROTOCOL",
    "STATISTICAL_ANALYSIS_PLAN_SAP": "SAP",
    "INFORMED_CONSENT_FORM_ICF": "ICF",
    "CLINICAL_STUDY_REPORT_CSR": "CSR",
    "ANALYTIC_CODE": "ANALYTIC_CODE",
}


def _sharing(root: Element) -> Shape:
    kinds = [read_code(text) for text in texts_of(root, "patient_data/ipd_info_type")]
    return prune(
        {
            "ipdSharing": read_code(text_of(root, "patient_data/sharing_ipd")),
            "description": text_of(root, "patient_data/ipd_description"),
            "infoTypes": [_INFO_TYPES.get(kind, kind) for kind in kinds],
            "timeFrame": text_of(root, "patient_data/ipd_time_frame"),
            "accessCriteria": text_of(root, "patient_data/ipd_access_criteria"),
            "url": text_of(root, "patient_data/ipd_url"),
        }
    )
