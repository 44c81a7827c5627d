"""A record as the registry's upload format: ProtocolRecordSchema.xsd, 2018.05.08, with results where there are any.

The file is for a person to upload; nothing is sent. Fields that only the sponsor's account knows (user name of the
investigator, ethics board, IND) are left for that person or come from the background.
"""

from dataclasses import dataclass

from lxml import etree

from trialwright.record.model import Record
from trialwright.record.protocol import ArmGroup, Contact, Location, Outcome
from trialwright.registry.case import NOTHING_ELSE, Background
from trialwright.registry.prs_results_out import build_results
from trialwright.registry.prs_writer import PRS, Losses, Tree

_TITLES = {
    "ACTIVE_NOT_RECRUITING": "Active, not recruiting",
    "NOT_YET_RECRUITING": "Not yet recruiting",
    "ENROLLING_BY_INVITATION": "Enrolling by invitation",
    "NON_RANDOMIZED": "Non-randomized",
    "NA": "N/A",
    "SINGLE_GROUP": "Single Group Assignment",
    "PARALLEL": "Parallel Assignment",
    "CROSSOVER": "Crossover Assignment",
    "FACTORIAL": "Factorial Assignment",
    "SEQUENTIAL": "Sequential Assignment",
    "ECT": "Educational/Counseling/Training",
    "ESTIMATED": "Anticipated",
    "BIOLOGICAL": "Biological/Vaccine",
    "PROCEDURE": "Procedure/Surgery",
    "SPONSOR_INVESTIGATOR": "Sponsor-Investigator",
    "CASE_CONTROL": "Case-Control",
    "CASE_ONLY": "Case-Only",
    "CASE_CROSSOVER": "Case-Crossover",
    "FAMILY_BASED": "Family-Based",
    "ECOLOGIC_OR_COMMUNITY": "Ecologic or Community",
    "PROBABILITY_SAMPLE": "Probability Sample",
    "NON_PROBABILITY_SAMPLE": "Non-Probability Sample",
    "CROSS_SECTIONAL": "Cross-Sectional",
    "SAMPLES_WITH_DNA": "Samples With DNA",
    "SAMPLES_WITHOUT_DNA": "Samples Without DNA",
}
_PHASES = {
    (): "N/A",
    ("NA",): "N/A",
    ("EARLY_PHASE1",): "Early Phase 1",
    ("PHASE1",): "Phase 1",
    ("PHASE1", "PHASE2"): "Phase 1/Phase 2",
    ("PHASE2",): "Phase 2",
    ("PHASE2", "PHASE3"): "Phase 2/Phase 3",
    ("PHASE3",): "Phase 3",
    ("PHASE4",): "Phase 4",
}
_MASKED = {
    "PARTICIPANT": "masked_subject",
    "CARE_PROVIDER": "masked_caregiver",
    "INVESTIGATOR": "masked_investigator",
    "OUTCOMES_ASSESSOR": "masked_assessor",
}
_ETHICS = {"APPROVED": "Approved", "SUBMITTED_PENDING": "Submitted, pending", "EXEMPT": "Exempt", "": "Not required"}
_IPD = ("STUDY_PROTOCOL", "SAP", "ICF", "CSR", "ANALYTIC_CODE")
_IPD_TAGS = ("protocol", "sap", "icf", "csr", "analytic_code")


@dataclass(frozen=True, slots=True)
class PrsFile:
    """The upload file and what of the record has no place in it."""

    xml: bytes
    losses: tuple[tuple[str, str], ...]


def render_prs(
    record: Record, organisation: str, background: Background = NOTHING_ELSE, *, partial: bool = False
) -> PrsFile:
    """The upload file of a record.

    Parameters
    ----------
    record : Record
        The study; its results are written where it has any.
    organisation : str
        The short name of the organisation's account.
    background : Background, optional
        Ethics status and IND.
    partial : bool, optional
        Replace only what the file holds. Without it the registry deletes what the file leaves out.
    """
    losses = Losses()
    root = etree.Element(f"{{{PRS}}}study_collection", nsmap={"prs": PRS})
    study = Tree(root).child("clinical_study")
    if partial:
        study.element.set("partial_upload", "true")
    _add_identity(study, record, organisation, background)
    _add_people(study, record)
    _add_oversight(study, record, background)
    _add_status(study, record)
    _add_design(study, record)
    _add_lists(study, record)
    _add_places(study, record)
    _add_sharing(study, record, losses)
    if record.results is not None:
        study.element.append(build_results(record.results, losses, partial=partial))
    xml = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return PrsFile(xml, tuple(losses.found))


def _word(code: str) -> str:
    """The displayed word of a code."""
    return _TITLES.get(code, code.replace("_", " ").title())


def _yes_no(value: bool | None) -> str:
    return "" if value is None else "Yes" if value else "No"


def _add_identity(tree: Tree, record: Record, organisation: str, background: Background) -> None:
    names = record.protocol.identification
    ids = tree.child("id_info")
    ids.text("org_name", organisation, always=True)
    ids.text("org_study_id", names.org_study_id_info.id, always=True)
    for other in names.secondary_id_infos:
        node = ids.child("secondary_id")
        node.text("id", other.id, always=True)
        node.text("id_type", _word(other.type))
        node.text("id_domain", other.domain)
    tree.text("delayed_posting", _yes_no(record.protocol.oversight.is_unapproved_device))
    tree.text("is_ind_study", _yes_no(background.is_ind))
    if background.is_ind:
        ind = tree.child("ind_info")
        ind.text("ind_grantor", background.ind_center, always=True)
        ind.text("ind_number", background.ind_number, always=True)
    tree.text("brief_title", names.brief_title)
    tree.text("acronym", names.acronym)
    tree.text("official_title", names.official_title)


def _add_people(tree: Tree, record: Record) -> None:
    sponsor = record.protocol.sponsor
    node = tree.child("sponsors")
    node.child("lead_sponsor").text("agency", sponsor.lead_sponsor.name, always=True)
    for other in sponsor.collaborators:
        node.child("collaborator").text("agency", other.name, always=True)
    party = sponsor.responsible_party
    if party.type or party.old_name_title:
        person = node.child("resp_party")
        person.text("resp_party_type", _word(party.type), always=True)
        person.text("investigator_title", party.investigator_title)
        person.text("investigator_affiliation", party.investigator_affiliation)
        person.text("name_title", party.old_name_title or party.investigator_full_name)
        person.text("organization", party.old_organization)


def _add_oversight(tree: Tree, record: Record, background: Background) -> None:
    oversight = record.protocol.oversight
    node = tree.child("oversight_info")
    if background.ethics_status:
        node.child("irb_info").text("approval_status", _ETHICS.get(background.ethics_status, background.ethics_status))
    node.text("has_dmc", _yes_no(oversight.oversight_has_dmc))
    node.text("fda_regulated_drug", _yes_no(oversight.is_fda_regulated_drug))
    node.text("fda_regulated_device", _yes_no(oversight.is_fda_regulated_device))
    node.text("exported_from_us", _yes_no(oversight.is_us_export))
    node.text("ped_postmarket_surv", _yes_no(oversight.is_ppsd))
    tree.block("brief_summary", record.protocol.description.brief_summary)
    tree.block("detailed_description", record.protocol.description.detailed_description)


def _add_status(tree: Tree, record: Record) -> None:
    status = record.protocol.status
    tree.text("overall_status", _word(status.overall_status))
    tree.text("why_stopped", status.why_stopped)
    tree.text("verification_date", status.status_verified_date)
    for tag, told in (
        ("start_date", status.start),
        ("last_follow_up_date", status.completion),
        ("primary_compl_date", status.primary_completion),
    ):
        tree.text(tag, told.date)
        tree.text(f"{tag}_type", _word(told.type))


def _add_design(tree: Tree, record: Record) -> None:
    design = record.protocol.design
    node = tree.child("study_design")
    node.text("study_type", _word(design.study_type), always=True)
    if design.study_type == "INTERVENTIONAL":
        _add_trial(node.child("interventional_design"), record)
    elif design.study_type == "OBSERVATIONAL":
        _add_observation(node.child("observational_design"), record)


def _add_trial(tree: Tree, record: Record) -> None:
    design = record.protocol.design
    info, masking = design.design_info, design.design_info.masking_info
    tree.text("interventional_subtype", _word(info.primary_purpose), always=True)
    tree.text("phase", _PHASES.get(design.phases, " / ".join(design.phases)), always=True)
    tree.text("assignment", _word(info.intervention_model))
    tree.block("model_description", info.intervention_model_description)
    tree.text("allocation", _word(info.allocation or "NA"), always=True)
    tree.text("no_masking", _yes_no(masking.masking == "NONE") if masking.masking else "")
    for role, tag in _MASKED.items():
        tree.text(tag, _yes_no(role in masking.who_masked) if masking.masking else "")
    tree.block("masking_description", masking.masking_description)
    tree.text("number_of_arms", str(len(record.protocol.arms.arm_groups)))


def _add_observation(tree: Tree, record: Record) -> None:
    design = record.protocol.design
    tree.text("observational_study_design", _word(design.design_info.observational_model), always=True)
    tree.text("biospecimen_retention", _word(design.bio_spec.retention or "NONE_RETAINED"), always=True)
    tree.block("biospecimen_description", design.bio_spec.description)
    tree.text("timing", _word(design.design_info.time_perspective), always=True)
    tree.text("number_of_groups", str(len(record.protocol.arms.arm_groups)), always=True)
    tree.text("patient_registry", _yes_no(design.patient_registry))
    quantity, _, units = design.target_duration.partition(" ")
    tree.text("target_duration_quantity", quantity)
    tree.text("target_duration_units", units)


def _add_lists(tree: Tree, record: Record) -> None:
    protocol = record.protocol
    for tag, outcomes in (
        ("primary_outcome", protocol.outcomes.primary_outcomes),
        ("secondary_outcome", protocol.outcomes.secondary_outcomes),
        ("other_outcome", protocol.outcomes.other_outcomes),
    ):
        for outcome in outcomes:
            _add_outcome(tree.child(tag), outcome)
    enrolled = protocol.design.enrollment_info
    tree.text("enrollment", "" if enrolled.count is None else str(enrolled.count))
    tree.text("enrollment_type", _word(enrolled.type))
    for condition in protocol.conditions.conditions:
        tree.text("condition", condition)
    for keyword in protocol.conditions.keywords:
        tree.text("keyword", keyword)
    for arm in protocol.arms.arm_groups:
        _add_arm(tree.child("arm_group"), arm)
    for intervention in protocol.arms.interventions:
        node = tree.child("intervention")
        node.text("intervention_type", _word(intervention.type))
        node.text("intervention_name", intervention.name, always=True)
        node.block("intervention_description", intervention.description)
        for label in intervention.arm_group_labels:
            node.text("arm_group_label", label)
        for other in intervention.other_names:
            node.text("intervention_other_name", other)
    _add_eligibility(tree.child("eligibility"), record)


def _add_outcome(tree: Tree, outcome: Outcome) -> None:
    tree.text("outcome_measure", outcome.measure, always=True)
    tree.text("outcome_time_frame", outcome.time_frame)
    tree.block("outcome_description", outcome.description)


def _add_arm(tree: Tree, arm: ArmGroup) -> None:
    tree.text("arm_group_label", arm.label, always=True)
    tree.text("arm_type", _word(arm.type))
    tree.block("arm_group_description", arm.description)


def _add_eligibility(tree: Tree, record: Record) -> None:
    eligibility = record.protocol.eligibility
    tree.block("study_population", eligibility.study_population)
    tree.text("sampling_method", _word(eligibility.sampling_method))
    tree.child("criteria").text("textblock", eligibility.eligibility_criteria, always=True)
    tree.text("healthy_volunteers", _yes_no(eligibility.healthy_volunteers))
    tree.text("gender", _word(eligibility.sex), always=True)
    tree.text("gender_based", _yes_no(eligibility.gender_based))
    tree.block("gender_description", eligibility.gender_description)
    tree.text("minimum_age", eligibility.minimum_age or "N/A", always=True)
    tree.text("maximum_age", eligibility.maximum_age or "N/A", always=True)


def _add_person(tree: Tree, contact: Contact) -> None:
    """A name is one text in the record; it is written as the last name, with degrees after the comma apart."""
    name, _, degrees = contact.name.partition(", ")
    tree.text("last_name", name, always=True)
    tree.text("degrees", degrees)
    tree.text("phone", contact.phone)
    tree.text("phone_ext", contact.phone_ext)
    tree.text("email", contact.email)


def _add_places(tree: Tree, record: Record) -> None:
    contacts = record.protocol.contacts
    for official in contacts.overall_officials:
        node = tree.child("overall_official")
        name, _, degrees = official.name.partition(", ")
        node.text("last_name", name, always=True)
        node.text("degrees", degrees)
        node.text("role", _word(official.role))
        node.text("affiliation", official.affiliation)
    for tag, contact in zip(("overall_contact", "overall_contact_backup"), contacts.central_contacts, strict=False):
        _add_person(tree.child(tag), contact)
    for place in contacts.locations:
        _add_place(tree.child("location"), place)


def _add_place(tree: Tree, place: Location) -> None:
    facility = tree.child("facility")
    facility.text("name", place.facility, always=True)
    address = facility.child("address")
    for tag, text in (("city", place.city), ("state", place.state), ("country", place.country), ("zip", place.zip)):
        address.text(tag, text)
    tree.text("status", _word(place.status))
    people = [one for one in place.contacts if one.role in ("CONTACT", "")]
    for tag, contact in zip(("contact", "contact_backup"), people, strict=False):
        _add_person(tree.child(tag), contact)
    for person in place.contacts:
        if person.role not in ("CONTACT", ""):
            node = tree.child("investigator")
            name, _, degrees = person.name.partition(", ")
            node.text("last_name", name, always=True)
            node.text("degrees", degrees)
            node.text("role", _word(person.role))


def _lacks_retention(record: Record) -> bool:
    design = record.protocol.design
    return design.study_type == "OBSERVATIONAL" and not design.bio_spec.retention


def _add_sharing(tree: Tree, record: Record, losses: Losses) -> None:
    plan = record.protocol.ipd
    if plan.ipd_sharing:
        node = tree.child("ipd_sharing_statement")
        node.text("sharing_ipd", _word(plan.ipd_sharing))
        node.block("ipd_description", plan.description)
        if plan.ipd_sharing == "YES":
            for code, tag in zip(_IPD, _IPD_TAGS, strict=True):
                node.text(f"ipd_info_type_{tag}", _yes_no(code in plan.info_types))
        node.block("ipd_time_frame", plan.time_frame)
        node.block("ipd_access_criteria", plan.access_criteria)
        node.text("ipd_url", plan.url)
    for link in record.protocol.references.see_also_links:
        one = tree.child("link")
        one.text("url", link.url, always=True)
        one.text("description", link.label, always=True)
    for reference in record.protocol.references.references:
        cited = tree.child("reference")
        cited.text("citation", reference.citation)
        cited.text("pubmed_id", reference.pmid)
        cited.text("is_results_ref", _yes_no(reference.type == "RESULT"))
    for path, present, what in (
        ("outcomesModule.unlabelledOutcomes", record.protocol.outcomes.unlabelled_outcomes, "outcomes without a level"),
        ("descriptionModule.unlabelledDescription", record.protocol.description.unlabelled_description, "a text"),
        ("contactsLocationsModule.centralContacts", record.protocol.contacts.central_contacts[2:], "a third contact"),
        (
            "designModule.bioSpec",
            _lacks_retention(record),
            "retention, which the schema demands, is written None Retained",
        ),
        ("documentSection", record.document_section.large_documents.large_docs, "uploaded documents"),
    ):
        if present:
            losses.add(path, what)
