"""For each rule a record that breaks it: the record to start from, the change, and what is known beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.registry.good import OBSERVATIONAL, OPEN_TRIAL, TRIAL, Shape, both, changed, drop, make, put
from trialwright.registry.case import NOTHING_ELSE, Background, Change, Publication

P = "protocolSection"
STATUS, ID, SPONSOR = f"{P}.statusModule", f"{P}.identificationModule", f"{P}.sponsorCollaboratorsModule"
DESIGN, ARMS, OUTCOMES = f"{P}.designModule", f"{P}.armsInterventionsModule", f"{P}.outcomesModule"
ELIGIBILITY, CONTACTS = f"{P}.eligibilityModule", f"{P}.contactsLocationsModule"
FLOW, BASELINE = "resultsSection.participantFlowModule", "resultsSection.baselineCharacteristicsModule"
MEASURES, EVENTS = "resultsSection.outcomeMeasuresModule.outcomeMeasures", "resultsSection.adverseEventsModule"
MORE, DOCS = "resultsSection.moreInfoModule", "documentSection.largeDocumentModule"


@dataclass(frozen=True)
class Break:
    """A way to break one rule, and where the breach must be reported."""

    start: Shape
    change: Callable[[Shape], object]
    at: str
    background: Background = NOTHING_ELSE


def same(_: Shape) -> None:
    """No change: the rule is broken by what is known beside the record."""


def append(path: str, value: Any) -> Callable[[Shape], object]:
    """A change that adds a value to the list at a path."""

    def change(shape: Shape) -> None:
        spot: Any = shape
        for step in path.split("."):
            spot = spot[int(step)] if isinstance(spot, list) else spot[step]
        spot.append(value)

    return change


BREAKS: dict[str, tuple[Break, ...]] = {
    "V01": (Break(TRIAL, put(f"{ID}.nctId", "NCT123"), f"{ID}.nctId"),),
    "V02": (
        Break(TRIAL, put(f"{ID}.briefTitle", ""), f"{ID}.briefTitle"),
        Break(TRIAL, put(f"{ID}.briefTitle", "Asthma " * 50), f"{ID}.briefTitle"),
    ),
    "V03": (Break(TRIAL, drop(f"{ID}.officialTitle"), f"{ID}.officialTitle"),),
    "V04": (Break(TRIAL, put(f"{ID}.acronym", "FIFTEEN-LETTERS"), f"{ID}.acronym"),),
    "V05": (
        Break(TRIAL, put(f"{ID}.orgStudyIdInfo.id", "x" * 31), f"{ID}.orgStudyIdInfo.id"),
        Break(TRIAL, same, f"{ID}.orgStudyIdInfo.id", Background(sibling_ids=("AB-1",))),
    ),
    "V06": (
        Break(TRIAL, put(f"{ID}.secondaryIdInfos.0.type", "OTHER"), f"{ID}.secondaryIdInfos.0.domain"),
        Break(TRIAL, put(f"{ID}.secondaryIdInfos.0.id", "x" * 31), f"{ID}.secondaryIdInfos.0.id"),
    ),
    "V07": (
        Break(TRIAL, put(f"{ID}.briefTitle", "AMBER"), f"{ID}.briefTitle"),
        Break(TRIAL, put(f"{P}.conditionsModule.conditions", ["COVID-19"]), f"{ID}.briefTitle"),
    ),
    "V08": (Break(TRIAL, put(f"{STATUS}.overallStatus", "DONE"), f"{STATUS}.overallStatus"),),
    "V09": (
        Break(TRIAL, put(f"{STATUS}.overallStatus", "TERMINATED"), f"{STATUS}.whyStopped"),
        Break(TRIAL, put(f"{STATUS}.whyStopped", "No money"), f"{STATUS}.whyStopped"),
    ),
    "V10": (
        Break(TRIAL, put(f"{STATUS}.whyStopped", "x" * 251), f"{STATUS}.whyStopped"),
        Break(TRIAL, put(f"{STATUS}.whyStopped", "Efficacy shown, p < 0.05"), f"{STATUS}.whyStopped"),
    ),
    "V11": (
        Break(TRIAL, drop(f"{STATUS}.primaryCompletionDateStruct"), f"{STATUS}.primaryCompletionDateStruct.date"),
        Break(TRIAL, put(f"{STATUS}.startDateStruct.date", "2019-13"), f"{STATUS}.startDateStruct.date"),
    ),
    "V12": (
        Break(TRIAL, put(f"{STATUS}.completionDateStruct.date", "2021-01"), f"{STATUS}.completionDateStruct.date"),
    ),
    "V13": (Break(TRIAL, put(f"{STATUS}.completionDateStruct.date", "2022-07-01"), f"{STATUS}.completionDateStruct"),),
    "V14": (
        Break(
            OPEN_TRIAL,
            put(f"{STATUS}.primaryCompletionDateStruct.date", "2022-05"),
            f"{STATUS}.primaryCompletionDateStruct",
        ),
    ),
    "V15": (
        Break(
            TRIAL,
            put(f"{STATUS}.completionDateStruct.type", "ESTIMATED"),
            f"{STATUS}.completionDateStruct.type",
        ),
        Break(TRIAL, put(f"{DESIGN}.enrollmentInfo.type", "ESTIMATED"), f"{DESIGN}.enrollmentInfo.type"),
    ),
    "V16": (Break(OPEN_TRIAL, put(f"{STATUS}.overallStatus", "NOT_YET_RECRUITING"), f"{STATUS}.startDateStruct.type"),),
    "V17": (Break(OPEN_TRIAL, put(f"{STATUS}.startDateStruct.type", "ESTIMATED"), f"{STATUS}.startDateStruct.type"),),
    "V18": (Break(TRIAL, put(f"{STATUS}.overallStatus", "WITHDRAWN"), f"{DESIGN}.enrollmentInfo.count"),),
    "V19": (
        Break(
            OPEN_TRIAL,
            put(f"{STATUS}.primaryCompletionDateStruct", {"date": "2022-05-01", "type": "ACTUAL"}),
            f"{DESIGN}.enrollmentInfo.type",
        ),
    ),
    "V20": (Break(TRIAL, put(f"{STATUS}.startDateStruct.date", "2022-07-01"), f"{STATUS}.overallStatus"),),
    "V21": (Break(TRIAL, put(f"{STATUS}.statusVerifiedDate", "2022-07"), f"{STATUS}.statusVerifiedDate"),),
    "V22": (
        Break(
            TRIAL,
            same,
            f"{STATUS}.statusVerifiedDate",
            Background(changes=(Change("overallStatus", date(2022, 4, 2)),)),
        ),
    ),
    "V23": (Break(OPEN_TRIAL, put(f"{STATUS}.statusVerifiedDate", "2021-04"), f"{STATUS}.statusVerifiedDate"),),
    "V24": (
        Break(
            OPEN_TRIAL,
            both(
                put(f"{STATUS}.overallStatus", "UNKNOWN"),
                put(f"{STATUS}.lastKnownStatus", "RECRUITING"),
                put(f"{STATUS}.statusVerifiedDate", "2020-03"),
                put(f"{STATUS}.completionDateStruct.date", "2021-12"),
            ),
            f"{STATUS}.overallStatus",
        ),
    ),
    "V25": (
        Break(
            OPEN_TRIAL,
            both(
                put(f"{STATUS}.statusVerifiedDate", "2020-07"),
                put(f"{STATUS}.completionDateStruct.date", "2021-12"),
            ),
            f"{STATUS}.statusVerifiedDate",
        ),
    ),
    "V26": (Break(TRIAL, put(f"{STATUS}.startDateStruct.date", "2019-02"), f"{STATUS}.startDateStruct.date"),),
    "V27": (
        Break(TRIAL, put(f"{STATUS}.lastKnownStatus", "RECRUITING"), f"{STATUS}.lastKnownStatus"),
        Break(OPEN_TRIAL, put(f"{STATUS}.overallStatus", "UNKNOWN"), f"{STATUS}.lastKnownStatus"),
    ),
    "V28": (
        Break(
            TRIAL,
            put(f"{STATUS}.primaryCompletionDateStruct.date", "2019-04-01"),
            f"{STATUS}.primaryCompletionDateStruct.date",
        ),
    ),
    "V29": (Break(TRIAL, drop(f"{SPONSOR}.leadSponsor"), f"{SPONSOR}.leadSponsor.name"),),
    "V30": (Break(TRIAL, drop(f"{SPONSOR}.responsibleParty"), f"{SPONSOR}.responsibleParty"),),
    "V31": (
        Break(
            TRIAL,
            drop(f"{SPONSOR}.responsibleParty.investigatorTitle"),
            f"{SPONSOR}.responsibleParty.investigatorTitle",
        ),
    ),
    "V32": (
        Break(TRIAL, put(f"{SPONSOR}.responsibleParty.type", "SPONSOR_INVESTIGATOR"), f"{SPONSOR}.leadSponsor.name"),
    ),
    "V33": (
        Break(TRIAL, put(f"{SPONSOR}.collaborators.0.name", "Example University"), f"{SPONSOR}.collaborators.0.name"),
    ),
    "V34": (
        Break(TRIAL, put(f"{P}.oversightModule.isUnapprovedDevice", True), f"{P}.oversightModule.isFdaRegulatedDevice"),
    ),
    "V35": (Break(TRIAL, drop(f"{P}.oversightModule.isFdaRegulatedDrug"), f"{P}.oversightModule.isFdaRegulatedDrug"),),
    "V36": (Break(TRIAL, same, f"{P}.oversightModule", Background(is_ind=True, ind_center="CBER")),),
    "V37": (Break(OPEN_TRIAL, same, f"{P}.oversightModule", Background(ethics_status="SUBMITTED_PENDING")),),
    "V38": (Break(TRIAL, drop(f"{P}.oversightModule.oversightHasDmc"), f"{P}.oversightModule.oversightHasDmc"),),
    "V39": (Break(TRIAL, put(f"{P}.oversightModule.oversightHasDmc", False), f"{P}.oversightModule.oversightHasDmc"),),
    "V40": (
        Break(TRIAL, put(f"{P}.descriptionModule.briefSummary", " "), f"{P}.descriptionModule.briefSummary"),
        Break(TRIAL, put(f"{P}.descriptionModule.briefSummary", "x" * 5001), f"{P}.descriptionModule.briefSummary"),
    ),
    "V41": (
        Break(
            TRIAL,
            put(
                f"{P}.descriptionModule.detailedDescription",
                "The trial compares amblimab with placebo in adults  with asthma.",
            ),
            f"{P}.descriptionModule.detailedDescription",
        ),
    ),
    "V42": (
        Break(TRIAL, put(f"{P}.conditionsModule.conditions", []), f"{P}.conditionsModule.conditions"),
        Break(TRIAL, put(f"{P}.conditionsModule.conditions", ["x" * 161]), f"{P}.conditionsModule.conditions.0"),
    ),
    "V43": (
        Break(
            TRIAL,
            put(f"{P}.descriptionModule.briefSummary", "In this trial we compare two drugs."),
            f"{P}.descriptionModule.briefSummary",
        ),
        Break(
            TRIAL,
            put(f"{P}.descriptionModule.briefSummary", "Participants will be paid 20 dollars."),
            f"{P}.descriptionModule.briefSummary",
        ),
    ),
    "V44": (
        Break(TRIAL, drop(f"{DESIGN}.designInfo.primaryPurpose"), f"{DESIGN}.designInfo.primaryPurpose"),
        Break(TRIAL, drop(f"{DESIGN}.designInfo.allocation"), f"{DESIGN}.designInfo.allocation"),
    ),
    "V45": (
        Break(TRIAL, put(f"{DESIGN}.numberOfArms", 3), f"{DESIGN}.numberOfArms"),
        Break(TRIAL, put(f"{ARMS}.armGroups", []), f"{ARMS}.armGroups"),
    ),
    "V46": (
        Break(
            TRIAL,
            put(f"{DESIGN}.designInfo.maskingInfo.masking", "TRIPLE"),
            f"{DESIGN}.designInfo.maskingInfo.whoMasked",
        ),
        Break(
            TRIAL, put(f"{DESIGN}.designInfo.maskingInfo.masking", "NONE"), f"{DESIGN}.designInfo.maskingInfo.whoMasked"
        ),
    ),
    "V47": (Break(TRIAL, put(f"{DESIGN}.designInfo.allocation", "NA"), f"{DESIGN}.designInfo.allocation"),),
    "V48": (
        Break(
            TRIAL,
            put(f"{DESIGN}.designInfo.interventionModel", "SINGLE_GROUP"),
            f"{DESIGN}.designInfo.interventionModel",
        ),
    ),
    "V49": (Break(TRIAL, drop(f"{ARMS}.armGroups.1"), f"{DESIGN}.designInfo.interventionModel"),),
    "V50": (
        Break(
            TRIAL, put(f"{DESIGN}.designInfo.interventionModel", "FACTORIAL"), f"{DESIGN}.designInfo.interventionModel"
        ),
    ),
    "V51": (
        Break(TRIAL, put(f"{DESIGN}.phases", ["PHASE1", "PHASE3"]), f"{DESIGN}.phases"),
        Break(TRIAL, put(f"{DESIGN}.phases", ["PHASE5"]), f"{DESIGN}.phases"),
    ),
    "V52": (Break(TRIAL, put(f"{ARMS}.interventions.0.type", "BEHAVIORAL"), f"{DESIGN}.phases"),),
    "V53": (
        Break(
            OBSERVATIONAL,
            drop(f"{DESIGN}.designInfo.timePerspective"),
            f"{DESIGN}.designInfo.timePerspective",
        ),
        Break(OBSERVATIONAL, put(f"{DESIGN}.phases", ["PHASE2"]), f"{DESIGN}.phases"),
    ),
    "V54": (Break(OBSERVATIONAL, drop(f"{DESIGN}.targetDuration"), f"{DESIGN}.targetDuration"),),
    "V55": (
        Break(TRIAL, drop(f"{DESIGN}.enrollmentInfo"), f"{DESIGN}.enrollmentInfo.count"),
        Break(OPEN_TRIAL, put(f"{DESIGN}.enrollmentInfo.count", 0), f"{DESIGN}.enrollmentInfo.count"),
    ),
    "V56": (
        Break(TRIAL, put(f"{ARMS}.armGroups.1.label", "Amblimab"), f"{ARMS}.armGroups.1.label"),
        Break(TRIAL, put(f"{ARMS}.armGroups.1.label", "x" * 101), f"{ARMS}.armGroups.1.label"),
    ),
    "V57": (Break(TRIAL, drop(f"{ARMS}.armGroups.0.type"), f"{ARMS}.armGroups.0.type"),),
    "V58": (
        Break(TRIAL, put(f"{ARMS}.armGroups.1.type", "OTHER"), f"{ARMS}.armGroups.1.interventionNames"),
        Break(TRIAL, put(f"{ARMS}.armGroups.0.type", "NO_INTERVENTION"), f"{ARMS}.armGroups.0.interventionNames"),
    ),
    "V59": (
        Break(
            TRIAL, put(f"{ARMS}.interventions.0.armGroupLabels", ["Nobody"]), f"{ARMS}.interventions.0.armGroupLabels.0"
        ),
        Break(TRIAL, put(f"{ARMS}.interventions.0.armGroupLabels", []), f"{ARMS}.interventions.0.armGroupLabels"),
    ),
    "V60": (
        Break(
            TRIAL,
            put(f"{ARMS}.armGroups.0.interventionNames", ["Drug: Other"]),
            f"{ARMS}.armGroups.0.interventionNames",
        ),
    ),
    "V61": (
        Break(TRIAL, put(f"{ARMS}.interventions.0.name", "x" * 201), f"{ARMS}.interventions.0.name"),
        Break(TRIAL, put(f"{ARMS}.interventions.0.name", "Amblimab 100 mg"), f"{ARMS}.interventions.0.name"),
    ),
    "V62": (
        Break(
            TRIAL,
            both(
                put(f"{ARMS}.interventions.0.description", "By injection"),
                put(f"{ARMS}.armGroups.0.description", "Treated"),
            ),
            f"{ARMS}.interventions.0.description",
        ),
    ),
    "V63": (
        Break(
            TRIAL,
            both(put(f"{ARMS}.interventions.0.name", "MSCs"), drop(f"{ARMS}.interventions.0.otherNames")),
            f"{ARMS}.interventions.0.name",
        ),
    ),
    "V64": (Break(TRIAL, put(f"{OUTCOMES}.primaryOutcomes", []), f"{OUTCOMES}.primaryOutcomes"),),
    "V65": (
        Break(
            TRIAL,
            put(f"{OUTCOMES}.primaryOutcomes.0.measure", "x" * 255),
            f"{OUTCOMES}.primaryOutcomes.0.measure",
        ),
    ),
    "V66": (
        Break(TRIAL, drop(f"{OUTCOMES}.primaryOutcomes.0.timeFrame"), f"{OUTCOMES}.primaryOutcomes.0.timeFrame"),
        Break(TRIAL, put(f"{OUTCOMES}.primaryOutcomes.0.timeFrame", "24"), f"{OUTCOMES}.primaryOutcomes.0.timeFrame"),
    ),
    "V67": (
        Break(
            TRIAL,
            put(f"{OUTCOMES}.primaryOutcomes.0.description", "x" * 1000),
            f"{OUTCOMES}.primaryOutcomes.0.description",
        ),
    ),
    "V68": (
        Break(TRIAL, put(f"{OUTCOMES}.primaryOutcomes.0.measure", "Safety"), f"{OUTCOMES}.primaryOutcomes.0.measure"),
    ),
    "V69": (
        Break(
            TRIAL,
            put(
                f"{OUTCOMES}.secondaryOutcomes.0",
                {"measure": "Change from Baseline in Forced Expiratory  Volume", "timeFrame": "Baseline and 24 weeks"},
            ),
            f"{OUTCOMES}.secondaryOutcomes.0.measure",
        ),
    ),
    "V70": (
        Break(
            TRIAL,
            put(f"{OUTCOMES}.secondaryOutcomes.0.measure", "CD4 count and CD8 count"),
            f"{OUTCOMES}.secondaryOutcomes.0.measure",
        ),
    ),
    "V71": (
        Break(
            TRIAL,
            put(f"{OUTCOMES}.secondaryOutcomes.0.measure", "Improvement of symptoms"),
            f"{OUTCOMES}.secondaryOutcomes.0.measure",
        ),
    ),
    "V72": (
        Break(
            TRIAL,
            put(f"{OUTCOMES}.secondaryOutcomes.0", {"measure": "Pain", "description": "Pain", "timeFrame": "24 weeks"}),
            f"{OUTCOMES}.secondaryOutcomes.0.description",
        ),
        Break(
            TRIAL,
            put(
                f"{OUTCOMES}.secondaryOutcomes.0",
                {"measure": "Pain score", "description": "Asked at the visit", "timeFrame": "24 weeks"},
            ),
            f"{OUTCOMES}.secondaryOutcomes.0.description",
        ),
    ),
    "V73": (
        Break(
            TRIAL,
            put(f"{OUTCOMES}.secondaryOutcomes.0.measure", "Change in weight"),
            f"{OUTCOMES}.secondaryOutcomes.0.timeFrame",
        ),
    ),
    "V74": (
        Break(
            TRIAL,
            put(f"{OUTCOMES}.secondaryOutcomes.0.description", "Measured only in the Amblimab arm"),
            f"{OUTCOMES}.secondaryOutcomes.0.measure",
        ),
    ),
    "V75": (
        Break(TRIAL, put(f"{ELIGIBILITY}.eligibilityCriteria", ""), f"{ELIGIBILITY}.eligibilityCriteria"),
        Break(
            TRIAL,
            put(
                f"{ELIGIBILITY}.eligibilityCriteria",
                "Inclusion Criteria:\n* a\nExclusion Criteria:\n* b" + " x" * 10_000,
            ),
            f"{ELIGIBILITY}.eligibilityCriteria",
        ),
    ),
    "V76": (
        Break(
            TRIAL,
            put(f"{ELIGIBILITY}.eligibilityCriteria", "Inclusion Criteria:\n\n* Adults"),
            f"{ELIGIBILITY}.eligibilityCriteria",
        ),
    ),
    "V77": (
        Break(TRIAL, drop(f"{ELIGIBILITY}.sex"), f"{ELIGIBILITY}.sex"),
        Break(TRIAL, put(f"{ELIGIBILITY}.sex", "BOTH"), f"{ELIGIBILITY}.sex"),
        Break(TRIAL, put(f"{ELIGIBILITY}.genderBased", True), f"{ELIGIBILITY}.genderDescription"),
    ),
    "V78": (
        Break(TRIAL, put(f"{ELIGIBILITY}.minimumAge", "18"), f"{ELIGIBILITY}.minimumAge"),
        Break(TRIAL, put(f"{ELIGIBILITY}.minimumAge", "900 Months"), f"{ELIGIBILITY}.minimumAge"),
    ),
    "V79": (Break(TRIAL, put(f"{ELIGIBILITY}.stdAges", ["ADULT"]), f"{ELIGIBILITY}.stdAges"),),
    "V80": (
        Break(
            TRIAL,
            both(put(f"{ELIGIBILITY}.maximumAge", "75 Years")),
            f"{ELIGIBILITY}.maximumAge",
        ),
    ),
    "V81": (Break(TRIAL, drop(f"{ELIGIBILITY}.healthyVolunteers"), f"{ELIGIBILITY}.healthyVolunteers"),),
    "V82": (
        Break(TRIAL, drop(f"{CONTACTS}.locations.1.city"), f"{CONTACTS}.locations.1.city"),
        Break(TRIAL, drop(f"{CONTACTS}.locations.0.state"), f"{CONTACTS}.locations.0.state"),
    ),
    "V83": (
        Break(
            OPEN_TRIAL,
            both(
                put(f"{CONTACTS}.locations.0.status", "COMPLETED"), put(f"{CONTACTS}.locations.1.status", "COMPLETED")
            ),
            f"{CONTACTS}.locations.status",
        ),
        Break(OPEN_TRIAL, drop(f"{CONTACTS}.centralContacts"), f"{CONTACTS}.centralContacts"),
    ),
    "V84": (Break(OPEN_TRIAL, put(f"{STATUS}.overallStatus", "NOT_YET_RECRUITING"), f"{CONTACTS}.locations.0.status"),),
    "V85": (Break(OPEN_TRIAL, put(f"{STATUS}.overallStatus", "ACTIVE_NOT_RECRUITING"), f"{STATUS}.overallStatus"),),
    "V86": (Break(TRIAL, put(f"{CONTACTS}.locations.0.status", "COMPLETED"), f"{CONTACTS}.locations.0.status"),),
    "V87": (
        Break(
            TRIAL,
            both(put(f"{P}.descriptionModule.briefSummary", "A multi-center trial."), drop(f"{CONTACTS}.locations.1")),
            f"{CONTACTS}.locations",
        ),
    ),
    "V88": (Break(OPEN_TRIAL, drop(f"{CONTACTS}.centralContacts"), f"{CONTACTS}.centralContacts"),),
    "V89": (Break(TRIAL, put(f"{CONTACTS}.locations", []), f"{CONTACTS}.locations"),),
    "V90": (
        Break(
            TRIAL,
            put(f"{P}.ipdSharingStatementModule.ipdSharing", "NO"),
            f"{P}.ipdSharingStatementModule.infoTypes",
        ),
    ),
    "V91": (
        Break(
            TRIAL,
            drop(f"{P}.ipdSharingStatementModule.infoTypes"),
            f"{P}.ipdSharingStatementModule.infoTypes",
        ),
    ),
    "V92": (
        Break(
            TRIAL, put(f"{P}.referencesModule.references.0.pmid", "PMC12"), f"{P}.referencesModule.references.0.pmid"
        ),
        Break(
            TRIAL,
            put(f"{P}.referencesModule.references.0.citation", "Other A. NCT07654321."),
            f"{P}.referencesModule.references.0.type",
        ),
    ),
    "V93": (
        Break(
            TRIAL,
            same,
            f"{P}.referencesModule.references",
            Background(publications=(Publication("87654321", "Registered as NCT01234567."),)),
        ),
    ),
    "V94": (
        Break(TRIAL, put("hasResults", False), "hasResults"),
        Break(OPEN_TRIAL, put("hasResults", True), "hasResults"),
    ),
    "V95": (
        Break(
            TRIAL,
            put(f"{STATUS}.primaryCompletionDateStruct.type", "ESTIMATED"),
            f"{STATUS}.primaryCompletionDateStruct.type",
        ),
    ),
    "V96": (Break(TRIAL, drop(FLOW), FLOW),),
    "V97": (
        Break(TRIAL, put(f"{FLOW}.groups.0.id", "X1"), f"{FLOW}.groups.0.id"),
        Break(TRIAL, put(f"{BASELINE}.groups.0.title", "A"), f"{BASELINE}.groups.0.title"),
        Break(TRIAL, put(f"{MEASURES}.0.groups.0.title", "x" * 101), f"{MEASURES}.0.groups.0.title"),
    ),
    "V98": (
        Break(TRIAL, drop(f"{FLOW}.periods.1.milestones.2"), f"{FLOW}.periods.1.milestones"),
        Break(
            TRIAL,
            put(f"{FLOW}.periods.0.milestones.0.achievements.0.numSubjects", "forty"),
            f"{FLOW}.periods.0.milestones.0.achievements.0.numSubjects",
        ),
    ),
    "V99": (Break(TRIAL, put(f"{FLOW}.periods.0.milestones.1.achievements.0.numSubjects", "37"), f"{FLOW}.periods.0"),),
    "V100": (
        Break(
            TRIAL,
            put(f"{FLOW}.periods.0.dropWithdraws.0.reasons.0.numSubjects", "2"),
            f"{FLOW}.periods.0.dropWithdraws",
        ),
    ),
    "V101": (
        Break(TRIAL, put(f"{FLOW}.periods.1.milestones.0.achievements.0.numSubjects", "39"), f"{FLOW}.periods.1"),
    ),
    "V102": (Break(TRIAL, put(f"{DESIGN}.enrollmentInfo.count", 90), f"{FLOW}.preAssignmentDetails"),),
    "V103": (
        Break(TRIAL, put(f"{BASELINE}.denoms.0.counts.2.value", "81"), f"{BASELINE}.denoms.0"),
        Break(
            TRIAL,
            put(f"{BASELINE}.measures.1.classes.0.categories.0.measurements.2.value", "41"),
            f"{BASELINE}.measures.1.classes.0.categories.0",
        ),
        Break(
            TRIAL,
            put(f"{BASELINE}.measures.0.classes.0.categories.0.measurements.2.value", "52.1"),
            f"{BASELINE}.measures.0.classes.0.categories.0",
        ),
    ),
    "V104": (Break(TRIAL, drop(f"{BASELINE}.measures.0"), f"{BASELINE}.measures"),),
    "V105": (
        Break(
            TRIAL,
            both(put(f"{BASELINE}.denoms.0.counts.0.value", "39"), put(f"{BASELINE}.denoms.0.counts.2.value", "79")),
            f"{BASELINE}.populationDescription",
        ),
    ),
    "V106": (
        Break(TRIAL, drop(f"{BASELINE}.measures.0.dispersionType"), f"{BASELINE}.measures.0.dispersionType"),
        Break(
            TRIAL,
            put(f"{BASELINE}.measures.1.dispersionType", "STANDARD_DEVIATION"),
            f"{BASELINE}.measures.1.dispersionType",
        ),
    ),
    "V107": (Break(TRIAL, put(f"{BASELINE}.measures.0.unitOfMeasure", "NA"), f"{BASELINE}.measures.0.unitOfMeasure"),),
    "V108": (
        Break(TRIAL, put(f"{BASELINE}.measures.1.unitOfMeasure", "people"), f"{BASELINE}.measures.1.unitOfMeasure"),
        Break(
            TRIAL,
            put(f"{BASELINE}.measures.1.classes.0.categories.0.measurements.0.value", "30"),
            f"{BASELINE}.measures.1.classes.0",
        ),
    ),
    "V109": (
        Break(
            TRIAL,
            put(f"{BASELINE}.measures.0.classes.0.categories.0.measurements.0.spread", "-1"),
            f"{BASELINE}.measures.0.classes.0.categories.0.measurements.0",
        ),
        Break(
            TRIAL,
            put(
                f"{BASELINE}.measures.0.classes.0.categories.0.measurements.0",
                {"groupId": "BG000", "value": "41.2", "lowerLimit": "42", "upperLimit": "50"},
            ),
            f"{BASELINE}.measures.0.classes.0.categories.0.measurements.0",
        ),
    ),
    "V110": (
        Break(TRIAL, put(f"{MEASURES}.0.title", "Another title"), f"{OUTCOMES}.primaryOutcomes.0"),
        Break(TRIAL, put(f"{MEASURES}.1.type", "POST_HOC"), f"{OUTCOMES}.secondaryOutcomes.0"),
    ),
    "V111": (Break(TRIAL, drop(f"{MEASURES}.0.classes"), f"{MEASURES}.0.classes"),),
    "V112": (Break(TRIAL, drop(f"{MEASURES}.0.timeFrame"), f"{MEASURES}.0.timeFrame"),),
    "V113": (
        Break(
            TRIAL,
            both(put(f"{MEASURES}.1.denoms.0.counts.0.value", "0"), put(f"{MEASURES}.1.denoms.0.counts.1.value", "0")),
            f"{MEASURES}.1.populationDescription",
        ),
    ),
    "V114": (
        Break(
            TRIAL,
            put(f"{MEASURES}.1.classes.0.categories.0.measurements.0.value", "41"),
            f"{MEASURES}.1.classes.0",
        ),
    ),
    "V115": (
        Break(
            TRIAL,
            put(f"{MEASURES}.0.classes.0.categories.0.measurements.0.value", "NA"),
            f"{MEASURES}.0.classes.0.categories.0.measurements.0",
        ),
        Break(
            TRIAL,
            put(f"{MEASURES}.0.classes.0.categories.0.measurements.0.value", "high"),
            f"{MEASURES}.0.classes.0.categories.0.measurements.0.value",
        ),
        Break(
            TRIAL,
            both(
                put(f"{MEASURES}.0.paramType", "NUMBER"),
                put(f"{MEASURES}.0.unitOfMeasure", "percentage of participants"),
                put(f"{MEASURES}.0.classes.0.categories.0.measurements.0.value", "104"),
            ),
            f"{MEASURES}.0.classes.0.categories.0.measurements.0",
        ),
    ),
    "V116": (Break(TRIAL, drop(f"{MEASURES}.0.dispersionType"), f"{MEASURES}.0.dispersionType"),),
    "V117": (Break(TRIAL, put(f"{MEASURES}.1.unitOfMeasure", "litres"), f"{MEASURES}.1.unitOfMeasure"),),
    "V118": (
        Break(TRIAL, put(f"{MEASURES}.0.analyses.0.groupIds", ["OG000", "OG009"]), f"{MEASURES}.0.analyses.0.groupIds"),
    ),
    "V119": (
        Break(TRIAL, put(f"{MEASURES}.0.analyses.0.pValue", "1.4"), f"{MEASURES}.0.analyses.0.pValue"),
        Break(TRIAL, drop(f"{MEASURES}.0.analyses.0.statisticalMethod"), f"{MEASURES}.0.analyses.0.statisticalMethod"),
    ),
    "V120": (
        Break(TRIAL, put(f"{MEASURES}.0.analyses.0.paramValue", "0.4"), f"{MEASURES}.0.analyses.0"),
        Break(TRIAL, drop(f"{MEASURES}.0.analyses.0.ciUpperLimit"), f"{MEASURES}.0.analyses.0.ciUpperLimit"),
    ),
    "V121": (
        Break(
            TRIAL,
            drop(f"{MEASURES}.0.analyses.0.nonInferiorityComment"),
            f"{MEASURES}.0.analyses.0.nonInferiorityComment",
        ),
    ),
    "V122": (Break(TRIAL, put(f"{MEASURES}.0.denoms.0.counts.0.value", "41"), f"{MEASURES}.0.denoms"),),
    "V123": (
        Break(TRIAL, put(f"{EVENTS}.frequencyThreshold", "6"), f"{EVENTS}.frequencyThreshold"),
        Break(TRIAL, drop(f"{EVENTS}.timeFrame"), f"{EVENTS}.timeFrame"),
    ),
    "V124": (
        Break(
            TRIAL,
            put(f"{EVENTS}.otherEvents.0.organSystem", "General disorders and administration site conditions"),
            f"{EVENTS}.otherEvents.0.organSystem",
        ),
        Break(TRIAL, put(f"{EVENTS}.otherEvents.0.term", ""), f"{EVENTS}.otherEvents.0.term"),
        Break(TRIAL, drop(f"{EVENTS}.otherEvents.0.assessmentType"), f"{EVENTS}.otherEvents.0.assessmentType"),
    ),
    "V125": (
        Break(TRIAL, put(f"{EVENTS}.otherEvents.0.stats.0.numAffected", 41), f"{EVENTS}.otherEvents.0.stats.0"),
        Break(TRIAL, put(f"{EVENTS}.otherEvents.0.stats.0.numEvents", 3), f"{EVENTS}.otherEvents.0.stats.0"),
        Break(TRIAL, put(f"{EVENTS}.eventGroups.0.deathsNumAffected", 41), f"{EVENTS}.eventGroups.0.deathsNumAffected"),
    ),
    "V126": (
        Break(TRIAL, put(f"{EVENTS}.eventGroups.0.otherNumAffected", 7), f"{EVENTS}.eventGroups.0.otherNumAffected"),
        Break(TRIAL, put(f"{EVENTS}.eventGroups.0.otherNumAffected", 3), f"{EVENTS}.eventGroups.0.otherNumAffected"),
    ),
    "V127": (
        Break(
            TRIAL,
            both(
                put(f"{EVENTS}.otherEvents.1.stats.0.numAffected", 1),
                put(f"{EVENTS}.eventGroups.0.otherNumAffected", 5),
            ),
            f"{EVENTS}.otherEvents.1",
        ),
    ),
    "V128": (
        Break(TRIAL, drop(f"{EVENTS}.eventGroups.0.deathsNumAffected"), f"{EVENTS}.eventGroups.0.deathsNumAffected"),
    ),
    "V129": (Break(TRIAL, put(f"{EVENTS}.eventGroups.1.deathsNumAtRisk", 0), f"{EVENTS}.eventGroups.1"),),
    "V130": (
        Break(
            TRIAL,
            append(
                f"{EVENTS}.otherEvents",
                {
                    "term": "Pneumonia",
                    "organSystem": "Infections and infestations",
                    "assessmentType": "SYSTEMATIC_ASSESSMENT",
                    "stats": [
                        {"groupId": "EG000", "numAffected": 1, "numAtRisk": 40},
                        {"groupId": "EG001", "numAffected": 0, "numAtRisk": 40},
                    ],
                },
            ),
            f"{EVENTS}.otherEvents.2",
        ),
    ),
    "V131": (Break(TRIAL, drop(f"{EVENTS}.eventGroups.1"), f"{EVENTS}.eventGroups"),),
    "V132": (Break(TRIAL, drop(f"{MORE}.pointOfContact.email"), f"{MORE}.pointOfContact"),),
    "V133": (Break(TRIAL, drop(f"{MORE}.certainAgreement"), f"{MORE}.certainAgreement.piSponsorEmployee"),),
    "V134": (Break(TRIAL, put(f"{DOCS}.largeDocs.0.hasSap", False), f"{DOCS}.largeDocs"),),
    "V135": (
        Break(TRIAL, put(f"{DOCS}.largeDocs.0.filename", "protocol.docx"), f"{DOCS}.largeDocs.0"),
        Break(TRIAL, same, f"{DOCS}.largeDocs.0", Background(not_archival=("Prot_SAP_000.pdf",))),
    ),
    "V136": (
        Break(TRIAL, put(f"{EVENTS}.otherEvents.0.notes", "MRN 123456, recovered"), f"{EVENTS}.otherEvents.0.notes"),
    ),
    "V137": (Break(TRIAL, put(f"{STATUS}.studyFirstSubmitDate", "2019-02-03"), f"{STATUS}.studyFirstSubmitDate"),),
    "V138": (Break(TRIAL, put(f"{STATUS}.resultsFirstSubmitDate", "2022-02-02"), f"{STATUS}.resultsFirstSubmitDate"),),
    "V139": (Break(TRIAL, same, STATUS, Background(changes=(Change("overallStatus", date(2022, 3, 25)),))),),
    "V140": (
        Break(
            TRIAL,
            both(drop("resultsSection"), put("hasResults", False), put(f"{STATUS}.statusVerifiedDate", "2021-03")),
            f"{STATUS}.statusVerifiedDate",
        ),
    ),
    "V141": (Break(TRIAL, same, STATUS, Background(comments_on=date(2022, 4, 1), comments_kind="results")),),
    "V142": (Break(TRIAL, same, P, Background(amendment_approved=date(2022, 4, 1))),),
    "V143": (
        Break(
            OPEN_TRIAL,
            both(
                put(f"{STATUS}.statusVerifiedDate", "2020-03"),
                put(f"{STATUS}.completionDateStruct.date", "2021-12"),
            ),
            f"{STATUS}.overallStatus",
        ),
    ),
    "V144": (
        Break(
            TRIAL,
            same,
            f"{DESIGN}.enrollmentInfo.count",
            Background(earlier=(make(changed(TRIAL, put(f"{DESIGN}.enrollmentInfo.count", 120))),)),
        ),
    ),
}
