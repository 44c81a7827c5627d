"""The legacy JSON of ClinicalTrials.gov: a made study in the shape of the old API's full studies."""

import json

from trialwright.record import Kind, Record, read_record, read_records, split_criteria

STUDY = {
    "ProtocolSection": {
        "IdentificationModule": {
            "NCTId": "NCT01234567",
            "OrgStudyIdInfo": {"OrgStudyId": "AB-1"},
            "SecondaryIdInfoList": {"SecondaryIdInfo": [{"SecondaryId": "X9", "SecondaryIdType": "EudraCT Number"}]},
            "Organization": {"OrgFullName": "Example", "OrgClass": "INDUSTRY"},
            "BriefTitle": "A Trial",
        },
        "StatusModule": {
            "StatusVerifiedDate": "April 2021",
            "OverallStatus": "Active, not recruiting",
            "ExpandedAccessInfo": {"HasExpandedAccess": "No"},
            "StartDateStruct": {"StartDate": "February 11, 2021", "StartDateType": "Actual"},
            "CompletionDateStruct": {"CompletionDate": "January 2022", "CompletionDateType": "Anticipated"},
            "StudyFirstSubmitQCDate": "November 25, 2020",
        },
        "SponsorCollaboratorsModule": {
            "ResponsibleParty": {"ResponsiblePartyType": "Sponsor"},
            "LeadSponsor": {"LeadSponsorName": "Example", "LeadSponsorClass": "INDUSTRY"},
            "CollaboratorList": {"Collaborator": [{"CollaboratorName": "Other", "CollaboratorClass": "NIH"}]},
        },
        "OversightModule": {"OversightHasDMC": "No", "IsFDARegulatedDrug": "Yes"},
        "ConditionsModule": {"ConditionList": {"Condition": ["Asthma"]}, "KeywordList": {"Keyword": ["lung"]}},
        "DesignModule": {
            "StudyType": "Interventional",
            "PhaseList": {"Phase": ["Phase 2", "Phase 3"]},
            "DesignInfo": {
                "DesignAllocation": "Randomized",
                "DesignInterventionModel": "Parallel Assignment",
                "DesignMaskingInfo": {
                    "DesignMasking": "Triple",
                    "DesignWhoMaskedList": {"DesignWhoMasked": ["Participant", "Investigator", "Outcomes Assessor"]},
                },
            },
            "EnrollmentInfo": {"EnrollmentCount": "150", "EnrollmentType": "Anticipated"},
        },
        "ArmsInterventionsModule": {
            "ArmGroupList": {
                "ArmGroup": [
                    {
                        "ArmGroupLabel": "One",
                        "ArmGroupType": "Active Comparator",
                        "ArmGroupInterventionList": {"ArmGroupInterventionName": ["Drug: A"]},
                    }
                ]
            },
            "InterventionList": {
                "Intervention": [
                    {
                        "InterventionType": "Combination Product",
                        "InterventionName": "A",
                        "InterventionArmGroupLabelList": {"InterventionArmGroupLabel": ["One"]},
                        "InterventionOtherNameList": {"InterventionOtherName": ["Alpha"]},
                    }
                ]
            },
        },
        "OutcomesModule": {
            "PrimaryOutcomeList": {
                "PrimaryOutcome": [{"PrimaryOutcomeMeasure": "Pain", "PrimaryOutcomeTimeFrame": "24 hours"}]
            }
        },
        "EligibilityModule": {
            "EligibilityCriteria": "Inclusion Criteria:\n\n"
            + "Otherwise healthy " * 8
            + "\nNegative tests\n\nExclusion Criteria:\n\nAny disease",
            "HealthyVolunteers": "Accepts Healthy Volunteers",
            "Gender": "All",
            "MinimumAge": "18 Years",
            "StdAgeList": {"StdAge": ["Adult", "Older Adult"]},
        },
        "ContactsLocationsModule": {
            "LocationList": {
                "Location": [
                    {
                        "LocationFacility": "Clinic",
                        "LocationStatus": "Not yet recruiting",
                        "LocationCity": "Boston",
                        "LocationContactList": {
                            "LocationContact": [{"LocationContactName": "Ann", "LocationContactEMail": "a@example.org"}]
                        },
                    }
                ]
            }
        },
        "IPDSharingStatementModule": {
            "IPDSharing": "Yes",
            "IPDSharingInfoTypeList": {"IPDSharingInfoType": ["Study Protocol", "Statistical Analysis Plan (SAP)"]},
        },
    },
    "ResultsSection": {"anything": 1},
    "DerivedSection": {},
}
RESPONSE = {
    "FullStudiesResponse": {"NStudiesFound": 2, "FullStudies": [{"Rank": 1, "Study": STUDY}, {"Rank": 2, "Study": {}}]}
}


def test_every_field_finds_its_place() -> None:
    record = read_record(json.dumps({"FullStudy": {"Rank": 1, "Study": STUDY}}).encode(), "old.json")
    assert isinstance(record, Record)
    protocol = record.protocol
    assert record.nct_id == "NCT01234567"
    assert protocol.identification.secondary_id_infos[0].type == "EUDRACT_NUMBER"
    assert protocol.status.overall_status == "ACTIVE_NOT_RECRUITING"
    assert (protocol.status.status_verified_date, protocol.status.start.date) == ("2021-04", "2021-02-11")
    assert (protocol.status.completion.date, protocol.status.completion.type) == ("2022-01", "ESTIMATED")
    assert protocol.status.study_first_submit_qc_date == "2020-11-25"
    assert protocol.sponsor.collaborators[0].class_ == "NIH"
    assert protocol.oversight.oversight_has_dmc is False
    assert protocol.design.phases == ("PHASE2", "PHASE3")
    masking = protocol.design.design_info.masking_info
    assert (masking.masking, masking.who_masked) == ("TRIPLE", ("PARTICIPANT", "INVESTIGATOR", "OUTCOMES_ASSESSOR"))
    assert (protocol.design.enrollment_info.count, protocol.design.enrollment_info.type) == (150, "ESTIMATED")
    assert protocol.arms.arm_groups[0].intervention_names == ("Drug: A",)
    assert protocol.arms.interventions[0].type == "COMBINATION_PRODUCT"
    assert protocol.arms.interventions[0].other_names == ("Alpha",)
    assert protocol.outcomes.primary_outcomes[0].time_frame == "24 hours"
    assert protocol.eligibility.healthy_volunteers is True
    assert protocol.eligibility.std_ages == ("ADULT", "OLDER_ADULT")
    assert protocol.contacts.locations[0].status == "NOT_YET_RECRUITING"
    assert protocol.contacts.locations[0].contacts[0].email == "a@example.org"
    assert protocol.ipd.info_types == ("STUDY_PROTOCOL", "SAP")


def test_long_lines_without_bullets_are_criteria_of_their_own() -> None:
    text = STUDY["ProtocolSection"]["EligibilityModule"]["EligibilityCriteria"]  # type: ignore[index]
    split = split_criteria(text)
    assert [len(split.of(kind)) for kind in (Kind.INCLUSION, Kind.EXCLUSION)] == [2, 1]


def test_results_that_are_not_read_are_told() -> None:
    record = read_record(json.dumps({"Study": STUDY}).encode(), "old.json")
    assert isinstance(record, Record)
    assert record.reading.unread == ("ResultsSection",)
    assert [note.code for note in record.reading.notes] == ["results-not-turned"]


def test_a_response_gives_each_study_and_a_broken_one_its_finding() -> None:
    first, second = read_records(json.dumps(RESPONSE).encode(), "response.json")
    assert isinstance(first, Record)
    assert isinstance(second, list)
    assert second[0].place.path == "Study.ProtocolSection"
