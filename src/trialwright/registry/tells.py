"""Which fields a source tells at all: an absent field of a short export is silence, not a defect and not a change."""

from functools import lru_cache

from trialwright.registry import case as parts

_ICTRP = (
    f"{parts.IDENTIFICATION}.nctId",
    f"{parts.IDENTIFICATION}.briefTitle",
    f"{parts.IDENTIFICATION}.officialTitle",
    f"{parts.IDENTIFICATION}.acronym",
    f"{parts.STATUS}.overallStatus",
    f"{parts.STATUS}.startDateStruct.date",
    f"{parts.STATUS}.studyFirstSubmitDate",
    f"{parts.SPONSOR}.leadSponsor",
    f"{parts.CONDITIONS}.conditions",
    f"{parts.DESIGN}.studyType",
    f"{parts.DESIGN}.phases",
    f"{parts.DESIGN}.designInfo.allocation",
    f"{parts.DESIGN}.designInfo.interventionModel",
    f"{parts.DESIGN}.designInfo.primaryPurpose",
    f"{parts.DESIGN}.designInfo.maskingInfo",
    f"{parts.DESIGN}.enrollmentInfo.count",
    f"{parts.ARMS}.interventions.type",
    f"{parts.ARMS}.interventions.name",
    f"{parts.OUTCOMES}.primaryOutcomes.measure",
    f"{parts.ELIGIBILITY}.eligibilityCriteria",
    f"{parts.ELIGIBILITY}.sex",
    f"{parts.ELIGIBILITY}.minimumAge",
    f"{parts.ELIGIBILITY}.maximumAge",
    f"{parts.CONTACTS}.centralContacts",
    f"{parts.CONTACTS}.locations.country",
)
_CSV = (
    f"{parts.IDENTIFICATION}.nctId",
    f"{parts.IDENTIFICATION}.briefTitle",
    f"{parts.IDENTIFICATION}.acronym",
    f"{parts.IDENTIFICATION}.orgStudyIdInfo",
    f"{parts.IDENTIFICATION}.secondaryIdInfos.id",
    f"{parts.STATUS}.overallStatus",
    f"{parts.STATUS}.startDateStruct.date",
    f"{parts.STATUS}.primaryCompletionDateStruct.date",
    f"{parts.STATUS}.completionDateStruct.date",
    f"{parts.STATUS}.studyFirstPostDateStruct.date",
    f"{parts.STATUS}.lastUpdatePostDateStruct.date",
    f"{parts.SPONSOR}.leadSponsor",
    f"{parts.SPONSOR}.collaborators",
    f"{parts.CONDITIONS}.conditions",
    f"{parts.DESIGN}.studyType",
    f"{parts.DESIGN}.phases",
    f"{parts.DESIGN}.designInfo.allocation",
    f"{parts.DESIGN}.designInfo.interventionModel",
    f"{parts.DESIGN}.designInfo.primaryPurpose",
    f"{parts.DESIGN}.designInfo.maskingInfo",
    f"{parts.DESIGN}.enrollmentInfo.count",
    f"{parts.ARMS}.interventions.type",
    f"{parts.ARMS}.interventions.name",
    f"{parts.OUTCOMES}.unlabelledOutcomes.measure",
    f"{parts.ELIGIBILITY}.sex",
    f"{parts.ELIGIBILITY}.minimumAge",
    f"{parts.ELIGIBILITY}.maximumAge",
    f"{parts.CONTACTS}.locations.facility",
    f"{parts.CONTACTS}.locations.city",
    f"{parts.CONTACTS}.locations.country",
)
# A page shows nearly everything; these are what the saved texts of pages leave out.
_PAGE_SILENT = (
    f"{parts.STATUS}.studyFirstSubmitDate",
    f"{parts.STATUS}.studyFirstSubmitQcDate",
    f"{parts.STATUS}.lastUpdateSubmitDate",
    f"{parts.STATUS}.expandedAccessInfo",
    f"{parts.SPONSOR}.responsibleParty.type",
    f"{parts.SPONSOR}.collaborators",
    f"{parts.OVERSIGHT}.oversightHasDmc",
    f"{parts.OVERSIGHT}.isUnapprovedDevice",
    f"{parts.CONDITIONS}.keywords",
    f"{parts.CONTACTS}.overallOfficials",
    f"{parts.REFERENCES}",
    f"{parts.ARMS}.interventions.otherNames",
)
_TELLS = {"ictrp": _ICTRP, "ctgov_csv": _CSV}


@lru_cache(maxsize=65_536)
def is_told(source: str, path: str) -> bool:
    """Whether a source of this format tells the field at a path (numbers in the path do not matter).

    >>> is_told("ictrp", "protocolSection.outcomesModule.primaryOutcomes.0.timeFrame"), is_told("api_v2", "x")
    (False, True)
    """
    plain = ".".join(step for step in path.split(".") if not step.isdecimal())
    if source == "page_text":
        return not plain.startswith(_PAGE_SILENT)
    known = _TELLS.get(source)
    return known is None or plain.startswith(known)
