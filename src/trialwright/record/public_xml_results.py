"""The results part of the legacy public XML (``clinical_results``) in the shape of API v2.

Groups are numbered there P1, B1, O1, E1 and here FG000, BG000, OG000, EG000. The totals of adverse events stand among
the terms there (category "Total") and with their groups here. Wording of dispersions and parameters follows API v2.
"""

from lxml import etree

from trialwright.record.build import Shape, prune
from trialwright.record.safe_xml import text_of
from trialwright.record.words import read_code, read_count

Element = etree._Element
_PREFIX = {"P": "FG", "B": "BG", "O": "OG", "E": "EG"}
_TYPES = {"OTHER_PRE_SPECIFIED": "OTHER_PRE_SPECIFIED", "POST_HOC": "POST_HOC"}
_NON_INFERIORITY = {
    "NON_INFERIORITY_OR_EQUIVALENCE": "NON_INFERIORITY_OR_EQUIVALENCE_LEGACY",
    "SUPERIORITY_OR_OTHER": "SUPERIORITY_OR_OTHER_LEGACY",
    "NON_INFERIORITY": "NON_INFERIORITY",
}
_DISPERSIONS = {"INTER_QUARTILE_RANGE": "INTER_QUARTILE_RANGE", "95_CONFIDENCE_INTERVAL": "CONFIDENCE_95"}
_SIDES = {"1-Sided": "ONE_SIDED", "2-Sided": "TWO_SIDED"}


def read_group_id(told: str) -> str:
    """The id that API v2 gives to a legacy group.

    >>> read_group_id("P1"), read_group_id("E12")
    ('FG000', 'EG011')
    """
    number = read_count(told[1:])
    if told[:1] in _PREFIX and number is not None:
        return f"{_PREFIX[told[0]]}{number - 1:03d}"
    return told


def read_results(root: Element | None) -> Shape:
    """The results section of a ``clinical_results`` element; empty for none."""
    if root is None:
        return {}
    return prune(
        {
            "participantFlowModule": _flow(root.find("participant_flow")),
            "baselineCharacteristicsModule": _baseline(root.find("baseline")),
            "outcomeMeasuresModule": prune({"outcomeMeasures": _outcomes(root)}),
            "adverseEventsModule": _events(root.find("reported_events")),
            "moreInfoModule": _more(root),
        }
    )


def _outcomes(root: Element) -> list[Shape]:
    return [_outcome(one) for one in root.findall("outcome_list/outcome")]


def _groups(root: Element) -> list[Shape]:
    return [
        prune(
            {
                "id": read_group_id(str(one.get("group_id"))),
                "title": text_of(one, "title"),
                "description": text_of(one, "description"),
            }
        )
        for one in root.findall("group_list/group")
    ]


def _people(row: Element) -> list[Shape]:
    return [
        prune(
            {
                "groupId": read_group_id(str(one.get("group_id"))),
                "comment": text_of(one),
                "numSubjects": one.get("count"),
            }
        )
        for one in row.findall("participants_list/participants")
    ]


def _flow(root: Element | None) -> Shape:
    if root is None:
        return {}
    periods = []
    for period in root.findall("period_list/period"):
        milestones = [
            prune({"type": text_of(row, "title"), "achievements": _people(row)})
            for row in period.findall("milestone_list/milestone")
        ]
        drops = [
            prune({"type": text_of(row, "title"), "reasons": _people(row)})
            for row in period.findall("drop_withdraw_reason_list/drop_withdraw_reason")
        ]
        facts = {"title": text_of(period, "title"), "milestones": milestones, "dropWithdraws": drops}
        periods.append(prune(facts))
    return prune(
        {
            "preAssignmentDetails": text_of(root, "pre_assignment_details"),
            "recruitmentDetails": text_of(root, "recruitment_details"),
            "groups": _groups(root),
            "periods": periods,
        }
    )


def _denoms(root: Element | None) -> list[Shape]:
    if root is None:
        return []
    return [
        {
            "units": text_of(one, "units"),
            "counts": [
                {"groupId": read_group_id(str(count.get("group_id"))), "value": count.get("value")}
                for count in one.findall("count_list/count")
            ],
        }
        for one in root.findall("analyzed_list/analyzed")
    ]


def _classes(root: Element) -> list[Shape]:
    classes = []
    for block in root.findall("class_list/class"):
        categories = []
        for row in block.findall("category_list/category"):
            cells = [_cell(cell) for cell in row.findall("measurement_list/measurement")]
            categories.append(prune({"title": text_of(row, "title"), "measurements": cells}))
        classes.append(prune({"title": text_of(block, "title"), "denoms": _denoms(block), "categories": categories}))
    return classes


def _cell(cell: Element) -> Shape:
    keys = {"value": "value", "spread": "spread", "lowerLimit": "lower_limit", "upperLimit": "upper_limit"}
    facts = {key: cell.get(attribute) for key, attribute in keys.items()}
    return prune({"groupId": read_group_id(str(cell.get("group_id"))), **facts, "comment": text_of(cell)})


def _baseline(root: Element | None) -> Shape:
    if root is None:
        return {}
    measures = []
    for one in root.findall("measure_list/measure"):
        dispersion = read_code(text_of(one, "dispersion"))
        facts = {
            "title": text_of(one, "title"),
            "description": text_of(one, "description"),
            "populationDescription": text_of(one, "population"),
            "paramType": read_code(text_of(one, "param")),
            "dispersionType": _DISPERSIONS.get(dispersion, dispersion),
            "unitOfMeasure": text_of(one, "units"),
            "denoms": _denoms(one),
            "classes": _classes(one),
        }
        measures.append(prune(facts))
    facts = {"populationDescription": text_of(root, "population"), "groups": _groups(root)}
    return prune({**facts, "denoms": _denoms(root), "measures": measures})


def _outcome(root: Element) -> Shape:
    measure = root.find("measure")
    posted = measure is not None and measure.find("class_list") is not None
    kind = read_code(text_of(root, "type"))
    facts = {
        "type": _TYPES.get(kind, kind),
        "title": text_of(root, "title"),
        "description": text_of(root, "description"),
        "populationDescription": text_of(root, "population"),
        "reportingStatus": "POSTED" if posted else "NOT_POSTED",
        "anticipatedPostingDate": text_of(root, "posting_date"),
        "timeFrame": text_of(root, "time_frame"),
        "groups": _groups(root),
    }
    if measure is not None:
        facts |= {
            "paramType": read_code(text_of(measure, "param")),
            "dispersionType": text_of(measure, "dispersion"),
            "unitOfMeasure": text_of(measure, "units"),
            "denoms": _denoms(measure),
            "classes": _classes(measure),
        }
    return prune({**facts, "analyses": [_analysis(one) for one in root.findall("analysis_list/analysis")]})


def _analysis(root: Element) -> Shape:
    keys = {
        "groupDescription": "groups_desc",
        "nonInferiorityComment": "non_inferiority_desc",
        "statisticalMethod": "method",
        "statisticalComment": "method_desc",
        "pValue": "p_value",
        "pValueComment": "p_value_desc",
        "paramType": "param_type",
        "paramValue": "param_value",
        "dispersionType": "dispersion_type",
        "dispersionValue": "dispersion_value",
        "ciPctValue": "ci_percent",
        "ciLowerLimit": "ci_lower_limit",
        "ciUpperLimit": "ci_upper_limit",
        "ciUpperLimitComment": "ci_upper_limit_na_comment",
        "estimateComment": "estimate_desc",
        "otherAnalysisDescription": "other_analysis_desc",
    }
    told = read_code(text_of(root, "non_inferiority_type"))
    sides = text_of(root, "ci_n_sides")
    return prune(
        {
            "groupIds": [read_group_id(text_of(one)) for one in root.findall("group_id_list/group_id")],
            **{key: text_of(root, tag) for key, tag in keys.items()},
            "nonInferiorityType": _NON_INFERIORITY.get(told, told),
            "ciNumSides": _SIDES.get(sides, read_code(sides)),
        }
    )


def _events(root: Element | None) -> Shape:
    if root is None:
        return {}
    groups = {group["id"]: group for group in _groups(root)}
    serious = _terms(root.find("serious_events"), groups, "serious")
    other = _terms(root.find("other_events"), groups, "other")
    _terms(root.find("deaths"), groups, "deaths")
    return prune(
        {
            "frequencyThreshold": text_of(root, "other_events/frequency_threshold"),
            "timeFrame": text_of(root, "time_frame"),
            "description": text_of(root, "desc"),
            "eventGroups": list(groups.values()),
            "seriousEvents": serious,
            "otherEvents": other,
        }
    )


def _put_total(groups: dict[str, Shape], count: Element, kind: str) -> None:
    group = groups.get(read_group_id(str(count.get("group_id"))))
    affected, at_risk = (read_count(str(count.get(f"subjects_{key}") or "")) for key in ("affected", "at_risk"))
    if group is not None and affected is not None and at_risk is not None:
        group[f"{kind}NumAffected"], group[f"{kind}NumAtRisk"] = affected, at_risk


def _terms(root: Element | None, groups: dict[str, Shape], kind: str) -> list[Shape]:
    """Events of one table; the row of totals goes to the groups."""
    if root is None:
        return []
    vocabulary, assessment = text_of(root, "default_vocab"), text_of(root, "default_assessment")
    terms = []
    for category in root.findall("category_list/category"):
        for event in category.findall("event_list/event"):
            if text_of(category, "title") == "Total":
                for count in event.findall("counts"):
                    _put_total(groups, count, kind)
                continue
            title = event.find("sub_title")
            named = "" if title is None else str(title.get("vocab") or "")
            facts = {
                "term": text_of(title),
                "organSystem": text_of(category, "title"),
                "sourceVocabulary": named or vocabulary,
                "assessmentType": read_code(text_of(event, "assessment") or assessment),
                "notes": text_of(event, "description"),
                "stats": [_stat(count) for count in event.findall("counts")],
            }
            terms.append(prune(facts))
    return terms


def _stat(count: Element) -> Shape:
    keys = {"numEvents": "events", "numAffected": "subjects_affected", "numAtRisk": "subjects_at_risk"}
    told = {key: read_count(str(count.get(attribute) or "")) for key, attribute in keys.items()}
    numbers = {key: number for key, number in told.items() if number is not None}
    return {"groupId": read_group_id(str(count.get("group_id"))), **numbers}


def _more(root: Element) -> Shape:
    employee = text_of(root, "certain_agreements/pi_employee")
    restrictive = text_of(root, "certain_agreements/restrictive_agreement")
    agreement: Shape = {}
    if employee:
        agreement["piSponsorEmployee"] = "NOT employed" not in employee
    if restrictive:
        none = restrictive.startswith("There is NOT an agreement")
        agreement["restrictiveAgreement"] = not none
        if not none:
            agreement["otherDetails"] = restrictive
    contact = {
        "title": text_of(root, "point_of_contact/name_or_title"),
        "organization": text_of(root, "point_of_contact/organization"),
        "email": text_of(root, "point_of_contact/email"),
        "phone": text_of(root, "point_of_contact/phone"),
    }
    limits = text_of(root, "limitations_and_caveats")
    return prune(
        {
            "limitationsAndCaveats": prune({"description": limits}),
            "certainAgreement": agreement,
            "pointOfContact": prune(contact),
        }
    )
