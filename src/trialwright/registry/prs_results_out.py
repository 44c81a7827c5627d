"""The results section of a record as the ``rrs:result`` element of the registry's upload format.

RRSUploadSchema.xsd, 2017.04.18. Group ids are unique in the whole document there, so the groups of the n-th outcome are
called ``OMn.OG000``. NOT COMPLETED is not written: the registry computes it. What the format has no place for is
reported, never dropped in silence.
"""

from collections.abc import Iterable

from lxml import etree

from trialwright.record import prs_words as words
from trialwright.record import results_section as rs
from trialwright.registry.prs_writer import RRS, Losses, Tree

_CORE = ("STARTED", "COMPLETED", "NOT COMPLETED")


def build_results(results: rs.ResultsSection, losses: Losses, *, partial: bool = False) -> "etree._Element":
    """The ``rrs:result`` element; ``partial`` asks the registry to leave the absent subsets as they are."""
    root = etree.Element(f"{{{RRS}}}result", nsmap={"rrs": RRS})
    if partial:
        root.set("partialUpload", "true")
    tree = Tree(root)
    told = results.model_fields_set
    if "baseline" in told:
        _add_baseline(tree.child("baseline"), results.baseline, losses)
    more = results.more_info
    if "certain_agreement" in more.model_fields_set:
        _add_agreement(tree.child("certainAgreement"), more.certain_agreement)
    if more.limitations_and_caveats.description:
        tree.child("limitationsAndCaveats").text("description", more.limitations_and_caveats.description)
    measures = tree.child("outcomeMeasures")
    for number, outcome in enumerate(results.outcomes.outcome_measures, start=1):
        _add_outcome(measures.child("outcomeMeasure"), outcome, f"OM{number}.", losses)
    if "participant_flow" in told:
        _add_flow(tree.child("participantFlow"), results.participant_flow, losses)
    if "point_of_contact" in more.model_fields_set:
        _add_contact(tree.child("pointOfContact"), more.point_of_contact)
    if "adverse_events" in told:
        _add_events(tree.child("reportedEvents"), results.adverse_events)
    return root


def _yes_no(value: bool | None) -> str:
    return "" if value is None else "Yes" if value else "No"


def _count(value: int | None) -> str:
    return "" if value is None else str(value)


def _add_agreement(tree: Tree, agreement: rs.CertainAgreement) -> None:
    tree.text("otherDetails", agreement.other_details)
    tree.text("piSponsorEmployee", _yes_no(agreement.pi_sponsor_employee))
    tree.text("restrictionType", words.RESTRICTION_WORDS.get(agreement.restriction_type, agreement.restriction_type))
    tree.text("restrictiveAgreement", _yes_no(agreement.restrictive_agreement))


def _add_contact(tree: Tree, contact: rs.PointOfContact) -> None:
    tree.text("email", contact.email)
    tree.text("organizationName", contact.organization)
    tree.text("phoneExtension", contact.phone_ext)
    tree.text("phoneNumber", contact.phone)
    tree.text("title", contact.title)


def _denom(denoms: Iterable[rs.Denom], group: str, *, participants: bool) -> str:
    """The analysed count of a group, of participants or of the other unit."""
    for denom in denoms:
        if (denom.units == "Participants") is participants:
            return next((count.value for count in denom.counts if count.group_id == group), "")
    return ""


def _add_group(tree: Tree, group: rs.Group, denoms: Iterable[rs.Denom], prefix: str = "") -> None:
    every = tuple(denoms)
    tree.element.set("id", f"{prefix}{group.id}")
    tree.text("description", group.description)
    tree.text("numUnitsAnalyzed", _denom(every, group.id, participants=False))
    tree.text("subjectsAnalyzed", _denom(every, group.id, participants=True))
    tree.text("title", group.title)


def _add_baseline(tree: Tree, baseline: rs.BaselineCharacteristics, losses: Losses) -> None:
    measures = tree.child("baselineMeasures")
    for number, measure in enumerate(baseline.measures):
        node = measures.child("baselineMeasure")
        listed = measure.title in words.BASELINE_TITLES
        _add_measure(node, measure, words.STUDY_SPECIFIC if not listed else measure.title, "")
        node.text("otherTitle", "" if listed else measure.title)
        if measure.denoms:
            losses.add(f"baselineCharacteristicsModule.measures.{number}.denoms", "denominators of a whole measure")
    has_total = len(baseline.groups) > 1 and baseline.groups[-1].title == "Total"
    groups = tree.child("baselineReportingGroups")
    for group in baseline.groups[: len(baseline.groups) - has_total]:
        _add_group(groups.child("baselineReportingGroup"), group, baseline.denoms)
    tree.text("populationAnalysisDescription", baseline.population_description)
    if has_total:
        _add_group(tree.child("totalBaselineReportingGroup"), baseline.groups[-1], baseline.denoms)
    tree.text("typeUnitsAnalyzed", baseline.type_units_analyzed)


def _add_measure(tree: Tree, measure: rs.BaselineMeasure | rs.OutcomeMeasure, title: str, prefix: str) -> None:
    """The part that baseline and outcome measures share, in the order of the schema."""
    dispersion, level = words.split_dispersion(measure.dispersion_type)
    tree.text("calculatePct", _yes_no(measure.calculate_pct))
    tree.text("ciPctLevel", level)
    tree.text("dispersionType", dispersion)
    rows = tree.child("measureRows")
    for block in measure.classes:
        _add_row(rows.child("measureRow"), block, prefix)
    tree.text("measureDescription", measure.description)
    tree.text("parameterType", words.PARAM_WORDS.get(measure.param_type, measure.param_type))
    tree.text("populationAnalysisDescription", measure.population_description)
    tree.text("selectedUnitOfAnalysis", measure.denom_units_selected)
    tree.text("timeFrame", measure.time_frame if isinstance(measure, rs.OutcomeMeasure) else "")
    tree.text("title", title)
    tree.text("unitOfMeasure", measure.unit_of_measure)


def _add_row(tree: Tree, block: rs.MeasureClass, prefix: str) -> None:
    """A class as a row: for each group its entries, one a category."""
    values = tree.child("reportedValues")
    groups = list(dict.fromkeys(one.group_id for category in block.categories for one in category.measurements))
    for group in groups or [count.group_id for denom in block.denoms[:1] for count in denom.counts]:
        value = values.child("reportedValue")
        value.text("reportingGroupId", f"{prefix}{group}")
        value.text("numUnitsAnalyzed", _denom(block.denoms, group, participants=False))
        entries = value.child("reportedEntries")
        for category in block.categories:
            for one in category.measurements:
                if one.group_id == group:
                    _add_entry(entries.child("reportedEntry"), category.title, one)
        value.text("subjectsAnalyzed", _denom(block.denoms, group, participants=True))
    tree.text("title", block.title)


def _add_entry(tree: Tree, category: str, one: rs.Measurement) -> None:
    tree.text("catName", category)
    tree.text("dispersionLowerLimit", one.lower_limit)
    tree.text("dispersionSpread", one.spread)
    tree.text("dispersionUpperLimit", one.upper_limit)
    tree.text("naComment", one.comment)
    tree.text("parameterValue", one.value)


def _add_outcome(tree: Tree, outcome: rs.OutcomeMeasure, prefix: str, losses: Losses) -> None:
    _add_measure(tree, outcome, outcome.title, prefix)
    if outcome.anticipated_posting_date:
        year, _, month = outcome.anticipated_posting_date.partition("-")
        day = tree.child("anticipatedResultPostingDate")
        day.text("month", month)
        day.text("year", year)
    tree.text("measureType", words.OUTCOME_TYPE_WORDS.get(outcome.type, outcome.type))
    analyses = tree.child("outcomeMeasureAnalyses")
    for analysis in outcome.analyses:
        _add_analysis(analyses.child("measureAnalysis"), analysis, prefix, losses)
    groups = tree.child("outcomeReportingGroups")
    for group in outcome.groups:
        _add_group(groups.child("outcomeReportingGroup"), group, outcome.denoms, prefix)
    posted = {"POSTED": words.STATUS_POSTED, "NOT_POSTED": words.STATUS_NOT_POSTED}
    tree.text("reportingStatus", posted.get(outcome.reporting_status, ""))
    tree.text("typeUnitsAnalyzed", outcome.type_units_analyzed)


def _add_analysis(tree: Tree, analysis: rs.OutcomeAnalysis, prefix: str, losses: Losses) -> None:
    groups = tree.child("outcomeReportingGroups")
    for group in analysis.group_ids:
        groups.text("outcomeReportingGroupId", f"{prefix}{group}")
    tree.text("ciLowerLimit", analysis.ci_lower_limit)
    tree.text("ciNumSides", words.SIDES_WORDS.get(analysis.ci_num_sides, analysis.ci_num_sides))
    tree.text("ciPctValue", analysis.ci_pct_value)
    tree.text("ciUpperLimit", analysis.ci_upper_limit)
    tree.text("ciUpperLimitNaComment", analysis.ci_upper_limit_comment)
    dispersion = words.ESTIMATE_DISPERSION_WORDS.get(analysis.dispersion_type, analysis.dispersion_type)
    tree.text("dispersionType", dispersion)
    tree.text("dispersionValue", analysis.dispersion_value)
    tree.text("estimateComment", analysis.estimate_comment)
    tree.text("groupDescription", analysis.group_description)
    tree.text("nonInferiorityTestComment", analysis.non_inferiority_comment)
    tree.text("otherAnalysis", analysis.other_analysis_description)
    listed_method = analysis.statistical_method in words.METHODS
    listed_estimate = analysis.param_type in words.ESTIMATES
    tree.text("otherMethodName", "" if listed_method else analysis.statistical_method)
    tree.text("otherTypeName", "" if listed_estimate else analysis.param_type)
    shown = analysis.param_type if listed_estimate or not analysis.param_type else words.OTHER
    tree.text("parameterType", shown, always=True)
    tree.text("parameterValue", analysis.param_value)
    tree.text("pValue", analysis.p_value)
    tree.text("pValueComment", analysis.p_value_comment)
    method = analysis.statistical_method
    tree.text("statisticalMethod", method if listed_method or not method else words.OTHER)
    tree.text("statisticalTestComment", analysis.statistical_comment)
    kind = words.TEST_TYPE_WORDS.get(analysis.non_inferiority_type, analysis.non_inferiority_type)
    tree.text("statisticalTestType", kind)
    if analysis.ci_lower_limit_comment:
        losses.add("outcomeMeasuresModule", "the comment on a lower limit")


def _add_flow(tree: Tree, flow: rs.ParticipantFlow, losses: Losses) -> None:
    groups = tree.child("participantFlowGroups")
    for group in flow.groups:
        node = groups.child("flowGroup")
        node.element.set("id", group.id)
        node.text("description", group.description)
        node.text("title", group.title)
    periods = tree.child("periods")
    for period in flow.periods:
        _add_period(periods.child("period"), period, losses)
    tree.text("preAssignmentDescription", flow.pre_assignment_details)
    tree.text("recruitmentDetails", flow.recruitment_details)
    tree.text("typeUnitsAnalyzed", flow.type_units_analyzed)


def _add_period(tree: Tree, period: rs.Period, losses: Losses) -> None:
    by_type = {milestone.type: milestone for milestone in period.milestones}
    _add_milestone(tree.child("completedMilestone"), by_type.get("COMPLETED", rs.Milestone()))
    reasons = tree.child("dropWithdrawReasons")
    for drop in period.drop_withdraws:
        node = reasons.child("dropWithdrawReason")
        details = node.child("dropWithdrawReasonDetails")
        for one in drop.reasons:
            detail = details.child("reasonDetail")
            detail.text("reportingGroupId", one.group_id)
            detail.text("subjectsAffected", one.num_subjects)
            if one.comment:
                losses.add("participantFlowModule", f"the comment on the reason {drop.type!r}")
        listed = drop.type in words.DROP_REASONS
        node.text("otherReasonName", "" if listed else drop.type)
        node.text("reasonType", drop.type if listed else words.OTHER, always=True)
    others = tree.child("milestones")
    for milestone in period.milestones:
        if milestone.type not in _CORE:
            node = others.child("milestone")
            _add_milestone(node, milestone)
            node.text("titleOther", milestone.type)
    _add_milestone(tree.child("startedMilestone"), by_type.get("STARTED", rs.Milestone()))
    tree.text("title", period.title)


def _add_milestone(tree: Tree, milestone: rs.Milestone) -> None:
    tree.text("comment", milestone.comment)
    achieved = tree.child("milestoneAchievements")
    for one in milestone.achievements:
        node = achieved.child("milestoneAchievement")
        node.text("reportingGroupId", one.group_id)
        node.text("comment", one.comment)
        node.text("subjectsAchieve", one.num_subjects)
        node.text("unitsAchieve", one.num_units)


def _add_events(tree: Tree, events: rs.AdverseEvents) -> None:
    tree.text("allCauseMortComment", events.all_cause_mortality_comment)
    tree.text("frequencyReportingThreshold", events.frequency_threshold)
    frequent = tree.child("frequentAdverseEvents")
    for event in events.other_events:
        _add_event(frequent.child("frequentEvent"), event)
    groups = tree.child("interventionGroups")
    for group in events.event_groups:
        node = groups.child("interventionGroup")
        node.element.set("id", group.id)
        node.text("description", group.description)
        node.text("numDeaths", _count(group.deaths_num_affected))
        node.text("numSubjectsFrequentEvents", _count(group.other_num_affected))
        node.text("numSubjectsSeriousEvents", _count(group.serious_num_affected))
        node.text("partAtRiskAllCauseMort", _count(group.deaths_num_at_risk))
        node.text("partAtRiskFrequentEvents", _count(group.other_num_at_risk))
        node.text("partAtRiskSeriousEvents", _count(group.serious_num_at_risk))
        node.text("title", group.title)
    tree.text("notes", events.description)
    serious = tree.child("seriousAdverseEvents")
    for event in events.serious_events:
        _add_event(serious.child("seriousEvent"), event)
    tree.text("timeFrame", events.time_frame)


def _add_event(tree: Tree, event: rs.Event) -> None:
    stats = tree.child("adverseEventStats")
    for one in event.stats:
        node = stats.child("eventStats")
        node.text("reportingGroupId", one.group_id)
        node.text("numEvents", _count(one.num_events))
        node.text("numSubjectsAffected", _count(one.num_affected))
        node.text("numSubjects", _count(one.num_at_risk))
    tree.text("assessmentType", words.ASSESSMENT_WORDS.get(event.assessment_type, event.assessment_type))
    tree.text("notes", event.notes)
    tree.text("organSystemName", event.organ_system)
    tree.text("sourceVocabulary", event.source_vocabulary)
    tree.text("term", event.term)
