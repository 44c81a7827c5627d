"""The registry's upload and download format (PRS XML): the registered part. Results are in ``prs_results``.

A download holds fields of the sponsor's account (user names, ethics board) that no public record has; they are told as
columns of the reading, not as fields of the record.
"""

from collections.abc import Iterator

from lxml import etree

from trialwright.record.build import Shape, build_record, prune
from trialwright.record.model import Record
from trialwright.record.prs_results import read_results
from trialwright.record.reading import Reading
from trialwright.record.safe_xml import text_of, texts_of
from trialwright.record.words import read_code, read_count, read_date, read_phases, read_yes_no
from trialwright.record.xml_parts import PRS_TAGS, read_arms, read_eligibility, read_links, read_outcomes, read_type
from trialwright.record.xml_people import read_contacts
from trialwright.vocabulary.findings import Finding

Element = etree._Element
_RRS = "{http://clinicaltrials.gov/rrs}result"
PRS_ROOT = "{http://clinicaltrials.gov/prs}study_collection"
_MASKED = {
    "masked_subject": "PARTICIPANT",
    "masked_caregiver": "CARE_PROVIDER",
    "masked_investigator": "INVESTIGATOR",
    "masked_assessor": "OUTCOMES_ASSESSOR",
}
_LEVELS = ("NONE", "SINGLE", "DOUBLE", "TRIPLE", "QUADRUPLE")
_IPD = {"protocol": "STUDY_PROTOCOL", "sap": "SAP", "icf": "ICF", "csr": "CSR", "analytic_code": "ANALYTIC_CODE"}
_PRIVATE = ("id_info/provider_study_id", "id_info/org_name", "oversight_info/irb_info/approval_status", "is_ind_study")


def read_prs_xml(root: Element, name: str) -> Iterator[Record | list[Finding]]:
    """Each study of a PRS file."""
    studies = root.findall("clinical_study")
    for number, study in enumerate(studies):
        yield _read_study(study, name if len(studies) == 1 else f"{name}[{number}]")


def _read_study(root: Element, name: str) -> Record | list[Finding]:
    sections = {
        "identificationModule": _identification(root),
        "statusModule": _status(root),
        "sponsorCollaboratorsModule": _sponsor(root),
        "oversightModule": _oversight(root),
        "descriptionModule": prune(
            {"briefSummary": _block(root, "brief_summary"), "detailedDescription": _block(root, "detailed_description")}
        ),
        "conditionsModule": prune({"conditions": texts_of(root, "condition"), "keywords": texts_of(root, "keyword")}),
        "designModule": _design(root),
        "armsInterventionsModule": read_arms(root, PRS_TAGS),
        "outcomesModule": read_outcomes(root, PRS_TAGS),
        "eligibilityModule": read_eligibility(
            root, _block(root, "eligibility/criteria"), _block(root, "eligibility/study_population")
        ),
        "contactsLocationsModule": read_contacts(root),
        "referencesModule": _references(root),
        "ipdSharingStatementModule": _sharing(root.find("ipd_sharing_statement")),
    }
    columns = tuple((path, text) for path in _PRIVATE if (text := text_of(root, path)))
    results = read_results(root.find(_RRS))
    shape = {"protocolSection": prune(sections), "hasResults": bool(results)}
    return build_record(
        shape | ({"resultsSection": results} if results else {}), Reading("prs_xml", name, columns=columns)
    )


def _block(root: Element, path: str) -> str:
    return text_of(root, f"{path}/textblock").replace("\r", "")


def _identification(root: Element) -> Shape:
    others = [
        prune(
            {"id": text_of(one, "id"), "type": read_type(text_of(one, "id_type")), "domain": text_of(one, "id_domain")}
        )
        for one in root.findall("id_info/secondary_id")
    ]
    return prune(
        {
            "orgStudyIdInfo": prune({"id": text_of(root, "id_info/org_study_id")}),
            "secondaryIdInfos": others,
            "briefTitle": text_of(root, "brief_title"),
            "officialTitle": text_of(root, "official_title"),
            "acronym": text_of(root, "acronym"),
        }
    )


def _dated(root: Element, tag: str) -> Shape:
    told = text_of(root, tag)
    return prune({"date": read_date(told) or told, "type": read_code(text_of(root, f"{tag}_type"), "date_type")})


def _status(root: Element) -> Shape:
    return prune(
        {
            "statusVerifiedDate": text_of(root, "verification_date"),
            "overallStatus": read_code(text_of(root, "overall_status"), "status"),
            "whyStopped": text_of(root, "why_stopped"),
            "startDateStruct": _dated(root, "start_date"),
            "primaryCompletionDateStruct": _dated(root, "primary_compl_date"),
            "completionDateStruct": _dated(root, "last_follow_up_date"),
        }
    )


def _sponsor(root: Element) -> Shape:
    party = root.find("sponsors/resp_party")
    kind = read_code(text_of(party, "resp_party_type"))
    investigator = kind in ("PRINCIPAL_INVESTIGATOR", "SPONSOR_INVESTIGATOR")
    facts = {
        "type": kind,
        "investigatorFullName": text_of(party, "name_title") if investigator else "",
        "investigatorTitle": text_of(party, "investigator_title"),
        "investigatorAffiliation": text_of(party, "investigator_affiliation"),
        "oldNameTitle": "" if investigator else text_of(party, "name_title"),
        "oldOrganization": text_of(party, "organization"),
    }
    return prune(
        {
            "responsibleParty": prune(facts),
            "leadSponsor": prune({"name": text_of(root, "sponsors/lead_sponsor/agency")}),
            "collaborators": [{"name": name} for name in texts_of(root, "sponsors/collaborator/agency")],
        }
    )


def _oversight(root: Element) -> Shape:
    tags = {
        "oversightHasDmc": "oversight_info/has_dmc",
        "isFdaRegulatedDrug": "oversight_info/fda_regulated_drug",
        "isFdaRegulatedDevice": "oversight_info/fda_regulated_device",
        "isUnapprovedDevice": "delayed_posting",
        "isPpsd": "oversight_info/ped_postmarket_surv",
        "isUsExport": "oversight_info/exported_from_us",
    }
    flags = {key: read_yes_no(text_of(root, tag)) for key, tag in tags.items()}
    return prune(flags)


def _masking(trial: Element) -> Shape:
    roles = [role for tag, role in _MASKED.items() if read_yes_no(text_of(trial, tag))]
    told = any(text_of(trial, tag) for tag in ("no_masking", *_MASKED))
    level = _LEVELS[len(roles)] if told else ""
    return prune({"masking": level, "maskingDescription": _block(trial, "masking_description"), "whoMasked": roles})


def _design(root: Element) -> Shape:
    trial, watch = root.find("study_design/interventional_design"), root.find("study_design/observational_design")
    info: Shape = {}
    facts: Shape = {"studyType": read_code(text_of(root, "study_design/study_type"), "study_type")}
    if trial is not None:
        info = {
            "allocation": read_code(text_of(trial, "allocation"), "allocation"),
            "interventionModel": read_code(text_of(trial, "assignment"), "model"),
            "interventionModelDescription": _block(trial, "model_description"),
            "primaryPurpose": read_code(text_of(trial, "interventional_subtype"), "purpose"),
            "maskingInfo": _masking(trial),
        }
        facts["phases"] = read_phases(text_of(trial, "phase"))
    if watch is not None:
        info = {
            "observationalModel": read_code(text_of(watch, "observational_study_design"), "observational_model"),
            "timePerspective": read_code(text_of(watch, "timing")),
        }
        length = (text_of(watch, "target_duration_quantity"), text_of(watch, "target_duration_units"))
        facts["patientRegistry"] = read_yes_no(text_of(watch, "patient_registry"))
        facts["targetDuration"] = " ".join(part for part in length if part)
        kept = read_code(text_of(watch, "biospecimen_retention"))
        facts["bioSpec"] = prune({"retention": kept, "description": _block(watch, "biospecimen_description")})
    count = read_count(text_of(root, "enrollment"))
    facts["designInfo"] = prune(info)
    facts["enrollmentInfo"] = ({} if count is None else {"count": count}) | prune(
        {"type": read_code(text_of(root, "enrollment_type"), "date_type")}
    )
    return prune(facts)


def _references(root: Element) -> Shape:
    references = []
    for one in root.findall("reference"):
        kind = "RESULT" if read_yes_no(text_of(one, "is_results_ref")) else "BACKGROUND"
        references.append(
            prune({"pmid": text_of(one, "pubmed_id"), "type": kind, "citation": text_of(one, "citation")})
        )
    return prune({"references": references, "seeAlsoLinks": read_links(root)})


def _sharing(root: Element | None) -> Shape:
    if root is None:
        return {}
    url = text_of(root, "ipd_url")
    kinds = [code for tag, code in _IPD.items() if read_yes_no(text_of(root, f"ipd_info_type_{tag}"))]
    return prune(
        {
            "ipdSharing": read_code(text_of(root, "sharing_ipd")),
            "description": _block(root, "ipd_description"),
            "infoTypes": kinds,
            "timeFrame": _block(root, "ipd_time_frame"),
            "accessCriteria": _block(root, "ipd_access_criteria"),
            "url": "" if url == "http://" else url,
        }
    )
