"""The results part of a record. Reported numbers are texts, as the registry keeps them ("64.4", "NA", "<0.001")."""

from typing import Any

from pydantic import Field

from trialwright.record.base import Count, Part, YesNo


class Group(Part):
    """A column of a results table. Ids begin with FG (flow), BG (baseline), OG (outcome) or EG (events)."""

    id: str = ""
    title: str = ""
    description: str = ""


class Achievement(Part):
    """How many of a group reached a milestone."""

    group_id: str = ""
    comment: str = ""
    num_subjects: str = ""
    num_units: str = ""


class Milestone(Part):
    """A row of the participant flow: STARTED, COMPLETED, NOT COMPLETED or the study's own."""

    type: str = ""
    comment: str = ""
    achievements: tuple[Achievement, ...] = ()


class DropWithdraw(Part):
    """A reason for not completing a period, with its counts."""

    type: str = ""
    comment: str = ""
    reasons: tuple[Achievement, ...] = ()


class Period(Part):
    """A stretch of the participant flow."""

    title: str = ""
    milestones: tuple[Milestone, ...] = ()
    drop_withdraws: tuple[DropWithdraw, ...] = ()


class ParticipantFlow(Part):
    """Who started, completed and left."""

    pre_assignment_details: str = ""
    recruitment_details: str = ""
    type_units_analyzed: str = ""
    groups: tuple[Group, ...] = ()
    periods: tuple[Period, ...] = ()


class DenomCount(Part):
    """How many of a group were analysed."""

    group_id: str = ""
    value: str = ""


class Denom(Part):
    """Analysed counts in one unit (Participants, Eyes …)."""

    units: str = ""
    counts: tuple[DenomCount, ...] = ()


class Measurement(Part):
    """One reported value."""

    group_id: str = ""
    value: str = ""
    spread: str = ""
    lower_limit: str = ""
    upper_limit: str = ""
    comment: str = ""


class Category(Part):
    """A row of a table within a class."""

    title: str = ""
    measurements: tuple[Measurement, ...] = ()


class MeasureClass(Part):
    """A block of rows: a time point, a subscale, a laboratory test."""

    title: str = ""
    denoms: tuple[Denom, ...] = ()
    categories: tuple[Category, ...] = ()


class BaselineMeasure(Part):
    """A baseline characteristic."""

    title: str = ""
    description: str = ""
    population_description: str = ""
    param_type: str = ""
    dispersion_type: str = ""
    unit_of_measure: str = ""
    calculate_pct: YesNo | None = None
    denom_units_selected: str = ""
    denoms: tuple[Denom, ...] = ()
    classes: tuple[MeasureClass, ...] = ()


class BaselineCharacteristics(Part):
    """Who the participants were."""

    population_description: str = ""
    type_units_analyzed: str = ""
    groups: tuple[Group, ...] = ()
    denoms: tuple[Denom, ...] = ()
    measures: tuple[BaselineMeasure, ...] = ()


class OutcomeAnalysis(Part):
    """A statistical analysis of one outcome."""

    group_ids: tuple[str, ...] = ()
    group_description: str = ""
    tested_non_inferiority: YesNo | None = None
    non_inferiority_type: str = ""
    non_inferiority_comment: str = ""
    statistical_method: str = ""
    statistical_comment: str = ""
    p_value: str = ""
    p_value_comment: str = ""
    param_type: str = ""
    param_value: str = ""
    dispersion_type: str = ""
    dispersion_value: str = ""
    ci_pct_value: str = ""
    ci_num_sides: str = ""
    ci_lower_limit: str = ""
    ci_upper_limit: str = ""
    ci_lower_limit_comment: str = ""
    ci_upper_limit_comment: str = ""
    estimate_comment: str = ""
    other_analysis_description: str = ""


class OutcomeMeasure(Part):
    """The result of one outcome."""

    type: str = ""
    title: str = ""
    description: str = ""
    population_description: str = ""
    reporting_status: str = ""
    anticipated_posting_date: str = ""
    param_type: str = ""
    dispersion_type: str = ""
    unit_of_measure: str = ""
    calculate_pct: YesNo | None = None
    time_frame: str = ""
    type_units_analyzed: str = ""
    denom_units_selected: str = ""
    groups: tuple[Group, ...] = ()
    denoms: tuple[Denom, ...] = ()
    classes: tuple[MeasureClass, ...] = ()
    analyses: tuple[OutcomeAnalysis, ...] = ()


class OutcomeMeasures(Part):
    """The results of all outcomes."""

    outcome_measures: tuple[OutcomeMeasure, ...] = ()


class EventGroup(Part):
    """A column of the adverse-event tables with its totals."""

    id: str = ""
    title: str = ""
    description: str = ""
    deaths_num_affected: Count | None = None
    deaths_num_at_risk: Count | None = None
    serious_num_affected: Count | None = None
    serious_num_at_risk: Count | None = None
    other_num_affected: Count | None = None
    other_num_at_risk: Count | None = None


class EventStat(Part):
    """How many of a group had an event, and how often."""

    group_id: str = ""
    num_events: Count | None = None
    num_affected: Count | None = None
    num_at_risk: Count | None = None


class Event(Part):
    """An adverse-event term."""

    term: str = ""
    organ_system: str = ""
    source_vocabulary: str = ""
    assessment_type: str = ""
    notes: str = ""
    stats: tuple[EventStat, ...] = ()


class AdverseEvents(Part):
    """Serious and other adverse events, and deaths of any cause."""

    frequency_threshold: str = ""
    time_frame: str = ""
    description: str = ""
    all_cause_mortality_comment: str = ""
    event_groups: tuple[EventGroup, ...] = ()
    serious_events: tuple[Event, ...] = ()
    other_events: tuple[Event, ...] = ()


class Limitations(Part):
    """What limits the results."""

    description: str = ""


class CertainAgreement(Part):
    """Whether the investigators may speak about the results."""

    pi_sponsor_employee: YesNo | None = None
    restriction_type: str = ""
    restrictive_agreement: YesNo | None = None
    other_details: str = ""


class PointOfContact(Part):
    """Who answers questions about the results."""

    title: str = ""
    organization: str = ""
    email: str = ""
    phone: str = ""
    phone_ext: str = ""


class MoreInfo(Part):
    """Limitations, agreements and contact."""

    limitations_and_caveats: Limitations = Limitations()
    certain_agreement: CertainAgreement = CertainAgreement()
    point_of_contact: PointOfContact = PointOfContact()


class ResultsSection(Part):
    """Posted results."""

    participant_flow: ParticipantFlow = Field(default=ParticipantFlow(), alias="participantFlowModule")
    baseline: BaselineCharacteristics = Field(default=BaselineCharacteristics(), alias="baselineCharacteristicsModule")
    outcomes: OutcomeMeasures = Field(default=OutcomeMeasures(), alias="outcomeMeasuresModule")
    adverse_events: AdverseEvents = Field(default=AdverseEvents(), alias="adverseEventsModule")
    more_info: MoreInfo = Field(default=MoreInfo(), alias="moreInfoModule")

    def absent_parts(self) -> tuple[str, ...]:
        """The registry's names of the five parts that are not there."""
        fields: dict[str, Any] = dict(type(self).model_fields)
        return tuple(str(field.alias) for name, field in fields.items() if name not in self.model_fields_set)
