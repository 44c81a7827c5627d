"""The page of NCT04252118 (public record, read by eye) gives the record, and its silences stay silences."""

import pytest

from trialwright.record import Record, read_record


def test_identity_status_and_dates(page: Record) -> None:
    names, status = page.protocol.identification, page.protocol.status
    assert names.nct_id == "NCT04252118"
    assert names.org_study_id_info.id == "2020003D"
    assert names.brief_title == "Mesenchymal Stem Cell Treatment for Pneumonia Patients Infected With COVID-19"
    assert (status.overall_status, status.last_known_status) == ("UNKNOWN", "RECRUITING")
    assert status.status_verified_date == "2020-04"
    assert (status.start.date, status.start.type) == ("2020-01-27", "ACTUAL")
    assert (status.primary_completion.date, status.primary_completion.type) == ("2020-12", "ESTIMATED")
    assert (status.completion.date, status.completion.type) == ("2021-12", "ESTIMATED")
    assert (status.study_first_post.date, status.last_update_post.date) == ("2020-02-05", "2020-04-15")
    assert page.has_results is False


def test_design(page: Record) -> None:
    design = page.protocol.design
    assert (design.study_type, design.phases) == ("INTERVENTIONAL", ("PHASE1",))
    assert design.design_info.allocation == "NON_RANDOMIZED"
    assert design.design_info.intervention_model == "PARALLEL"
    assert design.design_info.masking_info.masking == "NONE"
    assert (design.enrollment_info.count, design.enrollment_info.type) == (20, "ESTIMATED")


def test_two_arms_and_the_intervention_of_one(page: Record) -> None:
    arms = page.protocol.arms
    assert [(arm.label, arm.type, arm.intervention_names) for arm in arms.arm_groups] == [
        ("MSCs Treatment Group", "EXPERIMENTAL", ("Biological: MSCs",)),
        ("Conventional Control Group", "NO_INTERVENTION", ()),
    ]
    assert arms.arm_groups[1].description.startswith("Without MSCs Therapy")
    (msc,) = arms.interventions
    assert (msc.type, msc.name, msc.arm_group_labels) == ("BIOLOGICAL", "MSCs", ("MSCs Treatment Group",))
    assert msc.description == "3 times of MSCs(3.0*10E7 MSCs intravenously at Day 0, Day 3, Day 6)."


def test_nine_outcomes_of_unsaid_level(page: Record) -> None:
    outcomes = page.protocol.outcomes
    assert len(outcomes.unlabelled_outcomes) == 9
    assert not outcomes.primary_outcomes
    assert outcomes.unlabelled_outcomes[4].measure == "Rate of mortality within 28-days"
    assert outcomes.unlabelled_outcomes[4].time_frame == "Day 28"
    assert {level for level, _ in outcomes.leveled} == {""}
    assert "unlabelled-outcomes" in {note.code for note in page.reading.notes}


def test_eligibility_contacts_and_site(page: Record) -> None:
    eligibility, contacts = page.protocol.eligibility, page.protocol.contacts
    assert (eligibility.minimum_age, eligibility.maximum_age, eligibility.sex) == ("18 Years", "70 Years", "ALL")
    assert eligibility.std_ages == ("ADULT", "OLDER_ADULT")
    assert eligibility.healthy_volunteers is False
    assert [(one.name, one.phone, one.email) for one in contacts.central_contacts] == [
        ("Lei Shi, MD,PhD", "86-10-66933333", "shilei302@126.com"),
        ("Fusheng Wang, MD,PhD", "86-10-66933328", "fswang302@163.com"),
    ]
    (site,) = contacts.locations
    assert (site.facility, site.status) == ("Beijing 302 Military Hospital of China", "RECRUITING")
    assert (site.city, site.zip, site.country) == ("Beijing", "100039", "China")
    assert site.contacts[0].email == "shilei302@126.com"
    assert page.protocol.ipd.ipd_sharing == "NO"
    assert page.protocol.oversight.is_fda_regulated_drug is False


def test_what_the_page_does_not_say_is_noted_and_what_is_not_read_is_kept(page: Record) -> None:
    assert {note.code for note in page.reading.notes} == {
        "responsible-party-type",
        "lead-sponsor",
        "unlabelled-description",
        "unlabelled-outcomes",
    }
    assert page.protocol.sponsor.responsible_party.type == ""
    assert page.protocol.sponsor.responsible_party.investigator_full_name == "Fu-Sheng Wang"
    # Keywords and MeSH terms are run together on the page; they cannot be told apart and are kept as they are.
    assert page.reading.unread[0] == "COVID-19 Safety Efficiency Cell Therapy Mesenchymal stem cell"
    assert len(page.reading.unread) == 3
    assert "immune cells, inflammatory factors" in page.protocol.description.text


LABELLED = """A Trial
ClinicalTrials.gov Identifier: NCT01234567 |
Recruitment Status : Recruiting
Condition or disease | Intervention/treatment | Phase |
---|---|---|
Asthma
Cough | Drug: A
Other: B | Phase 2
Phase 3 |
Study Type : | Interventional (Clinical Trial) |
Actual Enrollment : | 1,204 participants |
Masking: | Double (Participant, Investigator) |

Arm | Intervention/treatment |
---|---|
Active Comparator: One
First text
| Drug: A
given
Other: B
also given |
Other: Two
Second text
| Drug: A
given |

Primary Outcome Measures :
- Death [ Time Frame: Day 28 ]
any cause
Secondary Outcome Measures :
- Pain [ Time Frame: Week 2 ]on a scale
"""


def test_labelled_outcomes_and_cells_of_several_lines() -> None:
    record = read_record(LABELLED.encode(), "x.txt")
    assert isinstance(record, Record)
    protocol = record.protocol
    assert protocol.conditions.conditions == ("Asthma", "Cough")
    assert protocol.design.phases == ("PHASE2", "PHASE3")
    assert (protocol.design.enrollment_info.count, protocol.design.enrollment_info.type) == (1204, "ACTUAL")
    assert protocol.design.design_info.masking_info.who_masked == ("PARTICIPANT", "INVESTIGATOR")
    assert [(level, one.measure, one.description) for level, one in protocol.outcomes.leveled] == [
        ("primary", "Death", "any cause"),
        ("secondary", "Pain", "on a scale"),
    ]
    # "Other" is a type of arms and of interventions.
    assert [(arm.label, arm.intervention_names) for arm in protocol.arms.arm_groups] == [
        ("One", ("Drug: A", "Other: B")),
        ("Two", ("Drug: A",)),
    ]
    assert [(one.name, one.arm_group_labels) for one in protocol.arms.interventions] == [
        ("A", ("One", "Two")),
        ("B", ("One",)),
    ]


@pytest.mark.parametrize("cut", range(0, 7700, 550))
def test_a_page_cut_anywhere_gives_a_record_or_findings(page_bytes: bytes, cut: int) -> None:
    found = read_record(page_bytes[:cut], "cut.txt")
    assert isinstance(found, Record) or (found and all(finding.message for finding in found))
