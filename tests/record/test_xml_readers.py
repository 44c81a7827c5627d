"""Legacy public XML and PRS XML, read by eye from two public records and one test record."""

from pathlib import Path

from trialwright.record import Kind, Record, read_record, split_criteria


def load(path: Path) -> Record:
    record = read_record(path.read_bytes(), path.name)
    assert isinstance(record, Record), [str(one) for one in record]
    return record


def test_a_legacy_record_without_results(shared: Path) -> None:
    record = load(shared / "xml/NCT04349592_covid_19_hcq.xml")
    protocol = record.protocol
    assert record.nct_id == "NCT04349592"
    assert record.reading.unread == ()
    assert protocol.status.overall_status == "COMPLETED"
    assert (protocol.status.start.date, protocol.status.start.type) == ("2020-04-14", "ACTUAL")
    assert protocol.status.status_verified_date == "2021-02"
    masking = protocol.design.design_info.masking_info
    assert (masking.masking, len(masking.who_masked)) == ("QUADRUPLE", 4)
    assert (protocol.design.phases, protocol.design.enrollment_info.count) == (("NA",), 456)
    assert [arm.type for arm in protocol.arms.arm_groups] == ["EXPERIMENTAL", "ACTIVE_COMPARATOR", "PLACEBO_COMPARATOR"]
    assert protocol.arms.arm_groups[0].intervention_names == ("Drug: Hydroxychloroquine", "Drug: Azithromycin")
    assert len(protocol.outcomes.secondary_outcomes) == 5
    assert (protocol.eligibility.minimum_age, protocol.eligibility.maximum_age) == ("18 Years", "")
    assert protocol.sponsor.responsible_party.type == "PRINCIPAL_INVESTIGATOR"
    assert protocol.contacts.locations[0].city == "Doha"
    assert protocol.references.references[0].pmid == "31978945"
    assert protocol.ipd.ipd_sharing == "NO"
    assert record.has_results is False
    # Wrapped lines of the file are no line ends of the text.
    assert "efficacy of hydroxychloroquine" in protocol.description.brief_summary


def test_its_criteria_are_nested_as_their_indents_say(shared: Path) -> None:
    split = split_criteria(load(shared / "xml/NCT04349592_covid_19_hcq.xml").protocol.eligibility.eligibility_criteria)
    assert len(split.of(Kind.INCLUSION)) == 3
    excluded = {one.id: one for one in split.of(Kind.EXCLUSION)}
    prolonged = next(one for one in excluded.values() if "QT prolongation" in one.text)
    inside = [one for one in excluded.values() if one.parent == prolonged.id]
    assert [one.text.split()[0] for one in inside] == ["EKG", "Baseline"]


def test_a_legacy_record_with_results(shared: Path) -> None:
    record = load(shared / "xml/NCT01642004.xml")
    results = record.results
    assert results is not None
    assert record.has_results is True
    flow = results.participant_flow
    assert [group.id for group in flow.groups] == ["FG000", "FG001"]
    assert [period.title for period in flow.periods] == ["Randomization", "Treatment"]
    started = flow.periods[0].milestones[0]
    assert [(one.group_id, one.num_subjects) for one in started.achievements] == [("FG000", "135"), ("FG001", "137")]
    age = results.baseline.measures[0]
    assert (age.param_type, age.dispersion_type, age.unit_of_measure) == ("MEAN", "STANDARD_DEVIATION", "years")
    assert age.classes[0].categories[0].measurements[0].spread == "8.33"
    # A primary outcome of the record: overall survival with its hazard ratio 0.59 (0.44 to 0.79), p 0.0002.
    primary = next(one for one in results.outcomes.outcome_measures if one.type == "PRIMARY")
    assert primary.param_type == "MEDIAN"
    assert primary.dispersion_type == "95% Confidence Interval"
    assert primary.analyses[0].statistical_method == "Log Rank"
    events = results.adverse_events
    assert events.frequency_threshold == "5"
    assert all(group.serious_num_at_risk for group in events.event_groups)
    # The rows of totals belong to the groups, not to the terms.
    assert all(event.organ_system != "Total" for event in (*events.serious_events, *events.other_events))
    assert results.more_info.certain_agreement.pi_sponsor_employee is False


def test_a_prs_download(shared: Path) -> None:
    record = load(shared / "prs/1234.xml")
    protocol = record.protocol
    assert protocol.identification.org_study_id_info.id == "1234"
    assert protocol.design.phases == ("PHASE2",)
    assert protocol.design.design_info.masking_info.masking == "NONE"
    assert (protocol.design.enrollment_info.count, protocol.design.enrollment_info.type) == (400, "ACTUAL")
    assert [arm.type for arm in protocol.arms.arm_groups] == ["NO_INTERVENTION", "EXPERIMENTAL"]
    assert protocol.arms.arm_groups[1].intervention_names == ("Drug: ritazarem",)
    assert protocol.contacts.locations[0].country == "United Kingdom"
    assert protocol.oversight.oversight_has_dmc is False
    assert record.reading.column("id_info/org_name") == "AddenbrookesH"
    assert record.results is not None
    assert [group.id for group in record.results.adverse_events.event_groups] == ["EG000", "EG001"]
