"""The ``rrs:result`` element of the registry's upload format in the shape of API v2.

Groups are numbered in the order of their lists (FG000, BG000, OG000, EG000), as the registry numbers them. The row
NOT COMPLETED is what started and did not complete.
"""

from collections.abc import Iterable, Mapping

from lxml import etree

from trialwright.record import prs_words as words
from trialwright.record.build import Shape, prune
from trialwright.record.safe_xml import text_of
from trialwright.record.words import read_count, read_yes_no

Element = etree._Element
Ids = Mapping[str, str]


def _code(codes: Mapping[str, str], word: str) -> str:
    return codes.get(word.lower(), word)


def read_results(root: Element | None) -> Shape:
    """The results section of a ``result`` element; empty for none."""
    if root is None:
        return {}
    measures = [_outcome(one) for one in root.findall("outcomeMeasures/outcomeMeasure")]
    return prune(
        {
            "participantFlowModule": _flow(root.find("participantFlow")),
            "baselineCharacteristicsModule": _baseline(root.find("baseline")),
            "outcomeMeasuresModule": prune({"outcomeMeasures": measures}),
            "adverseEventsModule": _events(root.find("reportedEvents")),
            "moreInfoModule": _more(root),
        }
    )


def _number_groups(groups: Iterable[Element], prefix: str) -> dict[str, str]:
    """Id in the file → id of API v2, by order."""
    return {str(group.get("id")): f"{prefix}{number:03d}" for number, group in enumerate(groups)}


def _group(group: Element, ids: Ids) -> Shape:
    facts = {"title": text_of(group, "title"), "description": text_of(group, "description")}
    return prune({"id": ids[str(group.get("id"))], **facts})


def _group_denoms(groups: list[Element], ids: Ids, units: str) -> list[Shape]:
    """Participants first, then the other unit, each where any group gives it."""
    denoms = []
    for name, tag in (("Participants", "subjectsAnalyzed"), (units, "numUnitsAnalyzed")):
        told = [(ids[str(group.get("id"))], text_of(group, tag)) for group in groups]
        counts = [{"groupId": group, "value": value} for group, value in told if value]
        if counts:
            denoms.append({"units": name, "counts": counts})
    return denoms


def _more(root: Element) -> Shape:
    agreement, contact = root.find("certainAgreement"), root.find("pointOfContact")
    employed, restricted = (
        read_yes_no(text_of(agreement, tag)) for tag in ("piSponsorEmployee", "restrictiveAgreement")
    )
    facts: Shape = {
        "restrictionType": _code(words.RESTRICTION_CODES, text_of(agreement, "restrictionType")),
        "otherDetails": text_of(agreement, "otherDetails"),
    }
    flags = {"piSponsorEmployee": employed, "restrictiveAgreement": restricted}
    told = prune(facts | flags)
    person = {
        "title": text_of(contact, "title"),
        "organization": text_of(contact, "organizationName"),
        "email": text_of(contact, "email"),
        "phone": text_of(contact, "phoneNumber"),
        "phoneExt": text_of(contact, "phoneExtension"),
    }
    limits = text_of(root, "limitationsAndCaveats/description")
    sections = {"limitationsAndCaveats": prune({"description": limits}), "certainAgreement": told}
    return prune({**sections, "pointOfContact": prune(person)})


def _baseline(root: Element | None) -> Shape:
    if root is None:
        return {}
    groups = root.findall("baselineReportingGroups/baselineReportingGroup")
    total = root.find("totalBaselineReportingGroup")
    every = [*groups, *([total] if total is not None else [])]
    ids = _number_groups(every, "BG")
    units = text_of(root, "typeUnitsAnalyzed")
    measures = []
    for one in root.findall("baselineMeasures/baselineMeasure"):
        measure = _measure(one, ids, units, coded=True)
        measures.append({**measure, "title": text_of(one, "otherTitle") or measure.get("title", "")})
    return prune(
        {
            "populationDescription": text_of(root, "populationAnalysisDescription"),
            "typeUnitsAnalyzed": units,
            "groups": [_group(group, ids) for group in every],
            "denoms": _group_denoms(every, ids, units),
            "measures": measures,
        }
    )


def _measure(root: Element, ids: Ids, units: str, *, coded: bool) -> Shape:
    """What baseline and outcome measures share."""
    calculate = read_yes_no(text_of(root, "calculatePct"))
    word, level = text_of(root, "dispersionType"), text_of(root, "ciPctLevel")
    facts = {
        "title": text_of(root, "title"),
        "description": text_of(root, "measureDescription"),
        "populationDescription": text_of(root, "populationAnalysisDescription"),
        "paramType": _code(words.PARAM_CODES, text_of(root, "parameterType")),
        "dispersionType": words.join_dispersion(word, level, coded=coded),
        "unitOfMeasure": text_of(root, "unitOfMeasure"),
        "denomUnitsSelected": text_of(root, "selectedUnitOfAnalysis"),
        "classes": [_row(row, ids, units) for row in root.findall("measureRows/measureRow")],
    }
    return prune(facts) | ({} if calculate is None else {"calculatePct": calculate})


def _row(row: Element, ids: Ids, units: str) -> Shape:
    values = row.findall("reportedValues/reportedValue")
    denoms = []
    for name, tag in (("Participants", "subjectsAnalyzed"), (units, "numUnitsAnalyzed")):
        told = [(ids.get(text_of(value, "reportingGroupId"), ""), text_of(value, tag)) for value in values]
        counts = [{"groupId": group, "value": count} for group, count in told if count]
        if counts:
            denoms.append({"units": name, "counts": counts})
    categories: dict[str, list[Shape]] = {}
    for value in values:
        group = ids.get(text_of(value, "reportingGroupId"), text_of(value, "reportingGroupId"))
        for entry in value.findall("reportedEntries/reportedEntry"):
            categories.setdefault(text_of(entry, "catName"), []).append(_entry(entry, group))
    rows = [prune({"title": title, "measurements": cells}) for title, cells in categories.items()]
    return prune({"title": text_of(row, "title"), "denoms": denoms, "categories": rows})


def _entry(entry: Element, group: str) -> Shape:
    keys = {
        "value": "parameterValue",
        "spread": "dispersionSpread",
        "lowerLimit": "dispersionLowerLimit",
        "upperLimit": "dispersionUpperLimit",
        "comment": "naComment",
    }
    return {"groupId": group, **prune({key: text_of(entry, tag) for key, tag in keys.items()})}


def _outcome(root: Element) -> Shape:
    groups = root.findall("outcomeReportingGroups/outcomeReportingGroup")
    ids = _number_groups(groups, "OG")
    units = text_of(root, "typeUnitsAnalyzed")
    day = root.find("anticipatedResultPostingDate")
    posting = "-".join(part for part in (text_of(day, "year"), text_of(day, "month")) if part)
    status = {words.STATUS_POSTED: "POSTED", words.STATUS_NOT_POSTED: "NOT_POSTED"}
    facts = {
        "type": _code(words.OUTCOME_TYPE_CODES, text_of(root, "measureType")),
        "reportingStatus": status.get(text_of(root, "reportingStatus"), ""),
        "anticipatedPostingDate": posting,
        "timeFrame": text_of(root, "timeFrame"),
        "typeUnitsAnalyzed": units,
        "groups": [_group(group, ids) for group in groups],
        "denoms": _group_denoms(groups, ids, units),
        "analyses": [_analysis(one, ids) for one in root.findall("outcomeMeasureAnalyses/measureAnalysis")],
    }
    return {**_measure(root, ids, units, coded=False), **prune(facts)}


_ANALYSIS = {
    "groupDescription": "groupDescription",
    "nonInferiorityComment": "nonInferiorityTestComment",
    "statisticalComment": "statisticalTestComment",
    "pValue": "pValue",
    "pValueComment": "pValueComment",
    "paramValue": "parameterValue",
    "dispersionValue": "dispersionValue",
    "ciPctValue": "ciPctValue",
    "ciLowerLimit": "ciLowerLimit",
    "ciUpperLimit": "ciUpperLimit",
    "ciUpperLimitComment": "ciUpperLimitNaComment",
    "estimateComment": "estimateComment",
    "otherAnalysisDescription": "otherAnalysis",
}


def _analysis(root: Element, ids: Ids) -> Shape:
    groups = [text_of(one) for one in root.findall("outcomeReportingGroups/outcomeReportingGroupId")]
    return prune(
        {
            "groupIds": [ids.get(group, group) for group in groups],
            **{key: text_of(root, tag) for key, tag in _ANALYSIS.items()},
            "nonInferiorityType": _code(words.TEST_TYPE_CODES, text_of(root, "statisticalTestType")),
            "statisticalMethod": text_of(root, "otherMethodName") or text_of(root, "statisticalMethod"),
            "paramType": text_of(root, "otherTypeName") or text_of(root, "parameterType"),
            "dispersionType": _code(words.ESTIMATE_DISPERSION_CODES, text_of(root, "dispersionType")),
            "ciNumSides": _code(words.SIDES_CODES, text_of(root, "ciNumSides")),
        }
    )


def _flow(root: Element | None) -> Shape:
    if root is None:
        return {}
    groups = root.findall("participantFlowGroups/flowGroup")
    ids = _number_groups(groups, "FG")
    return prune(
        {
            "preAssignmentDetails": text_of(root, "preAssignmentDescription"),
            "recruitmentDetails": text_of(root, "recruitmentDetails"),
            "typeUnitsAnalyzed": text_of(root, "typeUnitsAnalyzed"),
            "groups": [_group(group, ids) for group in groups],
            "periods": [_period(one, ids) for one in root.findall("periods/period")],
        }
    )


def _period(root: Element, ids: Ids) -> Shape:
    started = _milestone("STARTED", root.find("startedMilestone"), ids)
    completed = _milestone("COMPLETED", root.find("completedMilestone"), ids)
    others = [_milestone(text_of(one, "titleOther"), one, ids) for one in root.findall("milestones/milestone")]
    drops = [_drop(one, ids) for one in root.findall("dropWithdrawReasons/dropWithdrawReason")]
    milestones = [started, *others, completed, _not_completed(started, completed)]
    facts = {"title": text_of(root, "title"), "milestones": milestones, "dropWithdraws": drops}
    return prune(facts)


def _milestone(kind: str, root: Element | None, ids: Ids) -> Shape:
    achieved = [] if root is None else root.findall("milestoneAchievements/milestoneAchievement")
    rows = [
        prune(
            {
                "groupId": ids.get(text_of(one, "reportingGroupId"), ""),
                "comment": text_of(one, "comment"),
                "numSubjects": text_of(one, "subjectsAchieve"),
                "numUnits": text_of(one, "unitsAchieve"),
            }
        )
        for one in achieved
    ]
    return prune({"type": kind, "comment": text_of(root, "comment"), "achievements": rows})


def _not_completed(started: Shape, completed: Shape) -> Shape:
    """What started and did not complete, for each group that tells both; participants and units alike."""
    done = {one.get("groupId", ""): one for one in completed.get("achievements", [])}
    rows = []
    for one in started.get("achievements", []):
        other = done.get(one.get("groupId", ""), {})
        left = {}
        for key in ("numSubjects", "numUnits"):
            began, finished = read_count(one.get(key, "")), read_count(other.get(key, ""))
            if began is not None and finished is not None:
                left[key] = str(began - finished)
        if left:
            rows.append({"groupId": one.get("groupId", ""), **left})
    return prune({"type": "NOT COMPLETED", "achievements": rows})


def _drop(root: Element, ids: Ids) -> Shape:
    reasons = [
        prune(
            {"groupId": ids.get(text_of(one, "reportingGroupId"), ""), "numSubjects": text_of(one, "subjectsAffected")}
        )
        for one in root.findall("dropWithdrawReasonDetails/reasonDetail")
    ]
    return prune({"type": text_of(root, "otherReasonName") or text_of(root, "reasonType"), "reasons": reasons})


_GROUP_COUNTS = {
    "deathsNumAffected": "numDeaths",
    "deathsNumAtRisk": "partAtRiskAllCauseMort",
    "seriousNumAffected": "numSubjectsSeriousEvents",
    "seriousNumAtRisk": "partAtRiskSeriousEvents",
    "otherNumAffected": "numSubjectsFrequentEvents",
    "otherNumAtRisk": "partAtRiskFrequentEvents",
}


def _counts(root: Element, keys: Mapping[str, str]) -> Shape:
    told = {key: read_count(text_of(root, tag)) for key, tag in keys.items()}
    return {key: count for key, count in told.items() if count is not None}


def _events(root: Element | None) -> Shape:
    if root is None:
        return {}
    groups = root.findall("interventionGroups/interventionGroup")
    ids = _number_groups(groups, "EG")
    default = {"sourceVocabulary": text_of(root, "sourceVocabulary"), "assessmentType": text_of(root, "assessmentType")}
    return prune(
        {
            "frequencyThreshold": text_of(root, "frequencyReportingThreshold"),
            "timeFrame": text_of(root, "timeFrame"),
            "description": text_of(root, "notes"),
            "allCauseMortalityComment": text_of(root, "allCauseMortComment"),
            "eventGroups": [_group(group, ids) | _counts(group, _GROUP_COUNTS) for group in groups],
            "seriousEvents": [_event(one, ids, default) for one in root.findall("seriousAdverseEvents/seriousEvent")],
            "otherEvents": [_event(one, ids, default) for one in root.findall("frequentAdverseEvents/frequentEvent")],
        }
    )


def _event(root: Element, ids: Ids, default: Mapping[str, str]) -> Shape:
    keys = {"numEvents": "numEvents", "numAffected": "numSubjectsAffected", "numAtRisk": "numSubjects"}
    stats = [
        {"groupId": ids.get(text_of(one, "reportingGroupId"), ""), **_counts(one, keys)}
        for one in root.findall("adverseEventStats/eventStats")
    ]
    assessment = text_of(root, "assessmentType") or default["assessmentType"]
    return prune(
        {
            "term": text_of(root, "term"),
            "organSystem": text_of(root, "organSystemName"),
            "sourceVocabulary": text_of(root, "sourceVocabulary") or default["sourceVocabulary"],
            "assessmentType": _code(words.ASSESSMENT_CODES, assessment),
            "notes": text_of(root, "notes"),
            "stats": stats,
        }
    )
