"""The registered part of a record, module by module, in the shape of ClinicalTrials.gov's API v2.

Two fields are ours, because two sources say less than API v2: ``unlabelled_outcomes`` (a page text that does not
say which outcomes are primary) and ``unlabelled_description`` (one that does not say which text is the summary).
"""

from typing import Any

from pydantic import Field

from trialwright.record.base import Count, Degrees, Part, YesNo


class RegistryId(Part):
    """An identifier other than the registry's own."""

    id: str = ""
    type: str = ""
    domain: str = ""
    link: str = ""


class Organization(Part):
    """Who registered the study."""

    full_name: str = ""
    class_: str = Field(default="", alias="class")


class Identification(Part):
    """Identifiers and titles."""

    nct_id: str = ""
    nct_id_aliases: tuple[str, ...] = ()
    org_study_id_info: RegistryId = RegistryId()
    secondary_id_infos: tuple[RegistryId, ...] = ()
    brief_title: str = ""
    official_title: str = ""
    acronym: str = ""
    organization: Organization = Organization()


class DateStruct(Part):
    """A date as told (``2020``, ``2020-12`` or ``2020-12-31``) and whether it is ACTUAL or ESTIMATED."""

    date: str = ""
    type: str = ""


class ExpandedAccess(Part):
    """Whether the product can be had outside the study."""

    has_expanded_access: YesNo | None = None
    nct_id: str = ""
    status_for_nct_id: str = ""


class Status(Part):
    """Where the study stands, and every date of the record."""

    status_verified_date: str = ""
    overall_status: str = ""
    last_known_status: str = ""
    delayed_posting: YesNo | None = None
    why_stopped: str = ""
    expanded_access_info: ExpandedAccess = ExpandedAccess()
    start: DateStruct = Field(default=DateStruct(), alias="startDateStruct")
    primary_completion: DateStruct = Field(default=DateStruct(), alias="primaryCompletionDateStruct")
    completion: DateStruct = Field(default=DateStruct(), alias="completionDateStruct")
    study_first_submit_date: str = ""
    study_first_submit_qc_date: str = ""
    study_first_post: DateStruct = Field(default=DateStruct(), alias="studyFirstPostDateStruct")
    results_waived: YesNo | None = None
    results_first_submit_date: str = ""
    results_first_submit_qc_date: str = ""
    results_first_post: DateStruct = Field(default=DateStruct(), alias="resultsFirstPostDateStruct")
    disp_first_submit_date: str = ""
    disp_first_submit_qc_date: str = ""
    disp_first_post: DateStruct = Field(default=DateStruct(), alias="dispFirstPostDateStruct")
    last_update_submit_date: str = ""
    last_update_post: DateStruct = Field(default=DateStruct(), alias="lastUpdatePostDateStruct")


class ResponsibleParty(Part):
    """Who answers for the record."""

    type: str = ""
    investigator_full_name: str = ""
    investigator_title: str = ""
    investigator_affiliation: str = ""
    old_name_title: str = ""
    old_organization: str = ""


class Sponsor(Part):
    """A sponsor or collaborator."""

    name: str = ""
    class_: str = Field(default="", alias="class")


class SponsorCollaborators(Part):
    """Lead sponsor, collaborators and the responsible party."""

    responsible_party: ResponsibleParty = ResponsibleParty()
    lead_sponsor: Sponsor = Sponsor()
    collaborators: tuple[Sponsor, ...] = ()


class Oversight(Part):
    """Who oversees the study, and which of the FDA's rules touch it."""

    oversight_has_dmc: YesNo | None = None
    is_fda_regulated_drug: YesNo | None = None
    is_fda_regulated_device: YesNo | None = None
    is_unapproved_device: YesNo | None = None
    is_ppsd: YesNo | None = None
    is_us_export: YesNo | None = None
    fdaaa801_violation: YesNo | None = None


class Description(Part):
    """The two texts that say what the study is about."""

    brief_summary: str = ""
    detailed_description: str = ""
    unlabelled_description: str = ""

    @property
    def text(self) -> str:
        """All of the description, paragraphs apart."""
        parts = (self.brief_summary, self.detailed_description, self.unlabelled_description)
        return "\n\n".join(part for part in parts if part)


class Conditions(Part):
    """Diseases and search words."""

    conditions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


class Masking(Part):
    """Who does not know the allocation."""

    masking: str = ""
    masking_description: str = ""
    who_masked: tuple[str, ...] = ()


class DesignInfo(Part):
    """How arms are made and compared."""

    allocation: str = ""
    intervention_model: str = ""
    intervention_model_description: str = ""
    primary_purpose: str = ""
    observational_model: str = ""
    time_perspective: str = ""
    masking_info: Masking = Masking()


class BioSpec(Part):
    """Specimens kept by an observational study."""

    retention: str = ""
    description: str = ""


class Enrollment(Part):
    """How many subjects, planned (ESTIMATED) or reached (ACTUAL)."""

    count: Count | None = None
    type: str = ""


class Design(Part):
    """Type, phase and design of the study."""

    study_type: str = ""
    n_ptrs_to_this_exp_acc_nct_id: Count | None = None
    expanded_access_types: dict[str, Any] = Field(default_factory=dict)
    patient_registry: YesNo | None = None
    target_duration: str = ""
    phases: tuple[str, ...] = ()
    design_info: DesignInfo = DesignInfo()
    bio_spec: BioSpec = BioSpec()
    enrollment_info: Enrollment = Enrollment()


class ArmGroup(Part):
    """An arm, or a group of an observational study."""

    label: str = ""
    type: str = ""
    description: str = ""
    intervention_names: tuple[str, ...] = ()


class Intervention(Part):
    """Something given, done or taken away."""

    type: str = ""
    name: str = ""
    description: str = ""
    arm_group_labels: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()


class ArmsInterventions(Part):
    """Arms and interventions; each names the other."""

    arm_groups: tuple[ArmGroup, ...] = ()
    interventions: tuple[Intervention, ...] = ()


class Outcome(Part):
    """A registered outcome."""

    measure: str = ""
    description: str = ""
    time_frame: str = ""


class Outcomes(Part):
    """Registered outcomes by level."""

    primary_outcomes: tuple[Outcome, ...] = ()
    secondary_outcomes: tuple[Outcome, ...] = ()
    other_outcomes: tuple[Outcome, ...] = ()
    unlabelled_outcomes: tuple[Outcome, ...] = ()

    @property
    def leveled(self) -> tuple[tuple[str, Outcome], ...]:
        """Every outcome with its level: ``primary``, ``secondary``, ``other`` or ``""`` for a source that is silent."""
        return (
            *(("primary", outcome) for outcome in self.primary_outcomes),
            *(("secondary", outcome) for outcome in self.secondary_outcomes),
            *(("other", outcome) for outcome in self.other_outcomes),
            *(("", outcome) for outcome in self.unlabelled_outcomes),
        )


class Eligibility(Part):
    """Who may take part."""

    eligibility_criteria: str = ""
    healthy_volunteers: YesNo | None = None
    sex: str = ""
    gender_based: YesNo | None = None
    gender_description: str = ""
    minimum_age: str = ""
    maximum_age: str = ""
    std_ages: tuple[str, ...] = ()
    study_population: str = ""
    sampling_method: str = ""


class Contact(Part):
    """A person or desk to ask."""

    name: str = ""
    role: str = ""
    phone: str = ""
    phone_ext: str = ""
    email: str = ""


class Official(Part):
    """A person who is responsible for the science."""

    name: str = ""
    affiliation: str = ""
    role: str = ""


class GeoPoint(Part):
    """Where a facility is, in degrees."""

    lat: Degrees | None = None
    lon: Degrees | None = None


class Location(Part):
    """A facility where the study is done."""

    facility: str = ""
    status: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""
    contacts: tuple[Contact, ...] = ()
    geo_point: GeoPoint = GeoPoint()


class ContactsLocations(Part):
    """Contacts, officials and facilities."""

    central_contacts: tuple[Contact, ...] = ()
    overall_officials: tuple[Official, ...] = ()
    locations: tuple[Location, ...] = ()


class Retraction(Part):
    """A notice that withdraws a publication."""

    pmid: str = ""
    source: str = ""


class Reference(Part):
    """A publication."""

    pmid: str = ""
    type: str = ""
    citation: str = ""
    retractions: tuple[Retraction, ...] = ()


class SeeAlso(Part):
    """A link to further information."""

    label: str = ""
    url: str = ""


class AvailableIpd(Part):
    """Where data of individual participants can be had."""

    id: str = ""
    type: str = ""
    url: str = ""
    comment: str = ""


class References(Part):
    """Publications and links."""

    references: tuple[Reference, ...] = ()
    see_also_links: tuple[SeeAlso, ...] = ()
    avail_ipds: tuple[AvailableIpd, ...] = ()


class IpdSharing(Part):
    """The plan to share data of individual participants."""

    ipd_sharing: str = ""
    description: str = ""
    info_types: tuple[str, ...] = ()
    time_frame: str = ""
    access_criteria: str = ""
    url: str = ""


class ProtocolSection(Part):
    """All that is registered before results."""

    identification: Identification = Field(default=Identification(), alias="identificationModule")
    status: Status = Field(default=Status(), alias="statusModule")
    sponsor: SponsorCollaborators = Field(default=SponsorCollaborators(), alias="sponsorCollaboratorsModule")
    oversight: Oversight = Field(default=Oversight(), alias="oversightModule")
    description: Description = Field(default=Description(), alias="descriptionModule")
    conditions: Conditions = Field(default=Conditions(), alias="conditionsModule")
    design: Design = Field(default=Design(), alias="designModule")
    arms: ArmsInterventions = Field(default=ArmsInterventions(), alias="armsInterventionsModule")
    outcomes: Outcomes = Field(default=Outcomes(), alias="outcomesModule")
    eligibility: Eligibility = Field(default=Eligibility(), alias="eligibilityModule")
    contacts: ContactsLocations = Field(default=ContactsLocations(), alias="contactsLocationsModule")
    references: References = Field(default=References(), alias="referencesModule")
    ipd: IpdSharing = Field(default=IpdSharing(), alias="ipdSharingStatementModule")
