"""The shape of CDISC's Analysis Results Standard, model 1.0, as a table of facts, and a check of a document against it.

Source: the logical model that CDISC publishes (cdisc-org/analysis-results-standard, namespace
https://www.cdisc.org/ars/1-0): the fields of each class, which are required, what they hold, and the rules on conditions
and compound expressions. Classes and fields that trialwright does not write are left out.
"""

from typing import Any

CLASSES: dict[str, dict[str, str]] = {
    "ReportingEvent": {
        "id!": "str", "name!": "str", "version!": "int", "label": "str", "description": "str",
        "mainListOfContents!": "ListOfContents", "analysisSets": "[AnalysisSet]", "analysisGroupings": "[GroupingFactor]",
        "dataSubsets": "[DataSubset]", "methods": "[AnalysisMethod]", "analyses": "[Analysis]", "outputs": "[Output]",
    },
    "ListOfContents": {"name!": "str", "label": "str", "contentsList!": "NestedList"},
    "NestedList": {"listItems": "[OrderedListItem]"},
    "OrderedListItem": {
        "name!": "str", "label": "str", "level!": "int", "order!": "int", "analysisId": "@Analysis", "outputId": "@Output",
        "sublist": "NestedList",
    },
    "AnalysisSet": {
        "id!": "str", "name!": "str", "label": "str", "level!": "int", "order!": "int", "condition": "Condition",
        "compoundExpression": "Compound",
    },
    "DataSubset": {
        "id!": "str", "name!": "str", "label": "str", "level!": "int", "order!": "int", "condition": "Condition",
        "compoundExpression": "Compound",
    },
    "Group": {
        "id!": "str", "name!": "str", "label": "str", "level!": "int", "order!": "int", "condition": "Condition",
        "compoundExpression": "Compound",
    },
    "SubClause": {"level!": "int", "order!": "int", "condition": "Condition", "compoundExpression": "Compound"},
    "Condition": {"dataset!": "str", "variable!": "str", "comparator!": "str", "value!": "[str]"},
    "Compound": {"logicalOperator!": "str", "whereClauses!": "[SubClause]"},
    "GroupingFactor": {
        "id!": "str", "name!": "str", "label": "str", "groupingDataset": "str", "groupingVariable": "str",
        "dataDriven!": "bool", "groups": "[Group]",
    },
    "AnalysisMethod": {
        "id!": "str", "name!": "str", "label": "str", "description": "str", "operations!": "[Operation]",
        "codeTemplate": "Code",
    },
    "Operation": {"id!": "str", "name!": "str", "label": "str", "order!": "int", "resultPattern": "str"},
    "Code": {"context!": "str", "code": "str", "parameters": "[Parameter]"},
    "Parameter": {"name!": "str", "label": "str", "description": "str", "value!": "[str]"},
    "Analysis": {
        "id!": "str", "name!": "str", "version!": "int", "label": "str", "description": "str", "reason!": "Term",
        "purpose!": "Term", "dataset": "str", "variable": "str", "analysisSetId": "@AnalysisSet",
        "dataSubsetId": "@DataSubset", "orderedGroupings": "[OrderedGrouping]", "methodId!": "@AnalysisMethod",
        "programmingCode": "Code", "results": "[OperationResult]",
    },
    "Term": {"controlledTerm!": "str"},
    "OrderedGrouping": {"order!": "int", "groupingId!": "@GroupingFactor", "resultsByGroup!": "bool"},
    "OperationResult": {
        "operationId!": "@Operation", "resultGroups": "[ResultGroup]", "rawValue": "str", "formattedValue": "str",
    },
    "ResultGroup": {"groupingId!": "@GroupingFactor", "groupId": "@Group", "groupValue": "str"},
    "Output": {"id!": "str", "name!": "str", "version!": "int", "displays": "[OrderedDisplay]"},
    "OrderedDisplay": {"order!": "int", "display!": "OutputDisplay"},
    "OutputDisplay": {"id!": "str", "name!": "str", "version!": "int", "displayTitle": "str"},
}  # fmt: skip
"""By class: each field with ``!`` where it is required, and what it holds: a type, a class, ``[…]`` a list of them, ``@…``
the id of another object. A field that is not here is not allowed, and none is null."""

ENUMS = {
    "comparator": {"EQ", "NE", "GT", "GE", "LT", "LE", "IN", "NOTIN"},
    "logicalOperator": {"AND", "OR", "NOT"},
    "reason": {"SPECIFIED IN PROTOCOL", "SPECIFIED IN SAP", "DATA DRIVEN", "REQUESTED BY REGULATORY AGENCY"},
    "purpose": {"PRIMARY OUTCOME MEASURE", "SECONDARY OUTCOME MEASURE", "EXPLORATORY OUTCOME MEASURE"},
}
_TYPES: dict[str, type] = {"str": str, "int": int, "bool": bool}


def check_event(event: dict[str, Any]) -> list[str]:
    """What departs from the model, each with its place; nothing where the document keeps to it."""
    found: list[str] = []
    ids: dict[str, list[str]] = {}
    references: list[tuple[str, str, str]] = []
    _check("ReportingEvent", event, "event", found, ids, references)
    for kind, names in ids.items():
        found += [f"{kind} {name}: the id is given twice" for name in sorted(set(names)) if names.count(name) > 1]
    known = {kind: set(names) for kind, names in ids.items()}
    found += [f"{at}: no {kind} {name}" for kind, name, at in references if name not in known.get(kind, ())]
    return found


def _check(
    kind: str, one: Any, at: str, found: list[str], ids: dict[str, list[str]], references: list[tuple[str, str, str]]
) -> None:
    fields = {name.rstrip("!"): holds for name, holds in CLASSES[kind].items()}
    required = [name.rstrip("!") for name in CLASSES[kind] if name.endswith("!")]
    found += [f"{at}: {name} is missing" for name in required if name not in one]
    found += [f"{at}: {kind} has no {name}" for name in one if name not in fields]
    if "id" in fields and "id" in one:
        ids.setdefault(kind, []).append(one["id"])
    found += _check_rules(kind, one, at)
    for name, holds in fields.items():
        if name not in one:
            continue
        values = one[name] if holds.startswith("[") else [one[name]]
        inner = holds.strip("[]")
        if holds.startswith("[") and not isinstance(one[name], list):
            found.append(f"{at}.{name}: not a list")
        elif inner.startswith("@"):
            references += [(inner[1:], value, f"{at}.{name}") for value in values]
        elif inner in _TYPES:
            found += [f"{at}.{name}: {value!r}" for value in values if type(value) is not _TYPES[inner]]
        else:
            for index, value in enumerate(values):
                _check(inner, value, f"{at}.{name}[{index}]", found, ids, references)


def _check_rules(kind: str, one: dict[str, Any], at: str) -> list[str]:
    """The rules between fields."""
    found: list[str] = []
    if kind in ("AnalysisSet", "DataSubset", "Group", "SubClause") and ("condition" in one) == (
        "compoundExpression" in one
    ):
        found.append(f"{at}: a condition or a compound expression, and not both")
    if kind == "Condition":
        several = one["comparator"] in ("IN", "NOTIN")
        if (len(one["value"]) > 1) is not several:
            found.append(f"{at}: {one['comparator']} of {len(one['value'])} values")
    if kind == "Compound" and (len(one["whereClauses"]) > 1) is (one["logicalOperator"] == "NOT"):
        found.append(f"{at}: {one['logicalOperator']} of {len(one['whereClauses'])} clauses")
    for name, allowed in ENUMS.items():
        value = one.get(name)
        text = value.get("controlledTerm") if isinstance(value, dict) else value
        if name in one and text not in allowed:
            found.append(f"{at}.{name}: {text!r}")
    if kind == "ResultGroup" and ("groupId" in one) == ("groupValue" in one):
        found.append(f"{at}: a group or a value, and not both")
    return found
