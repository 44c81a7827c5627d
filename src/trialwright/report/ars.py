"""The results in the shape of CDISC's Analysis Results Standard (ARS model 1.0, the reporting event), as JSON.

One analysis of the standard is the rows of one thing: an analysis of the plan, its parameter, visit, level and method. Its
operations are the statistics, its result groups the arms; its programming code names snapshot, definition and libraries.
What the model has no place for stands under one key of the whole, ``x_trialwright``, which a strict reader leaves out:
who is behind a number, how many are missing, what it warns of.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from trialwright.definition.analysis import AnalysisSet, SetKind
from trialwright.report.disposition import title_of
from trialwright.report.rows import split_number
from trialwright.report.view import CONTRAST, TOTAL, View
from trialwright.results import ResultRow

Shape = dict[str, Any]
Key = tuple[str, str, str, str, str, str]
_FLAGS = {SetKind.ENROLLED: "ENRLFL", SetKind.SAFETY: "SAFFL", SetKind.FULL: "FASFL", SetKind.PER_PROTOCOL: "PPROTFL"}
_COUNTED, _SUMMARISED = "count", "summary"
_SUMMARIES = frozenset(("mean", "sd", "median", "q1", "q3", "min", "max", "geometric_mean", "cv"))
_PURPOSES = {
    "primary": "PRIMARY OUTCOME MEASURE",
    "secondary": "SECONDARY OUTCOME MEASURE",
    "other": "EXPLORATORY OUTCOME MEASURE",
}


def render_ars(view: View) -> str:
    """The reporting event as JSON text, the same for the same input; participants only where the view may show them."""
    found: dict[Key, list[ResultRow]] = {}
    for row in view.bundle.rows:
        key = (row.analysis, row.parameter, row.visit, row.category, row.method, row.analysis_set)
        found.setdefault(key, []).append(row)
    names = {key: f"AN{number:05d}" for number, key in enumerate(found, 1)}
    header = view.bundle.header
    event = {
        "id": f"{header.study}.{header.snapshot[:12]}",
        "name": f"{header.study} {view.say('report.title')}",
        "version": 1,
        "label": header.title,
        "mainListOfContents": _list_contents(view, found, names),
        "analysisSets": [_tell_set(one, order) for order, one in enumerate(view.definition.plan.sets, 1)],
        "analysisGroupings": _list_groupings(view, found),
        "dataSubsets": _list_subsets(view, found),
        "methods": _list_methods(view, found),
        "analyses": [_tell_analysis(view, key, rows, names[key]) for key, rows in found.items()],
        "outputs": _list_outputs(view, found),
        "x_trialwright": {
            "purpose": header.purpose,
            "dataCut": header.data_cut,
            "planSigned": header.planned is not None,
            "seal": {"position": header.position, "hash": header.seal},
            "provenance": _tell_provenance(view),
            "analyses": {names[key]: _tell_own(view, key, rows) for key, rows in found.items()},
        },
    }
    return json.dumps(event, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _tell_provenance(view: View) -> Shape:
    header = view.bundle.header
    definition = {"version": header.version, "sha256": header.digest}
    return {"snapshot": header.snapshot, "definition": definition, "libraries": dict(sorted(header.versions.items()))}


def _tell_set(one: AnalysisSet, order: int) -> Shape:
    condition = {"dataset": "ADSL", "variable": _FLAGS[one.kind], "comparator": "EQ", "value": ["Y"]}
    return {
        "id": one.id, "name": one.title, "label": one.description, "level": 1, "order": order, "condition": condition
    }  # fmt: skip


def _list_groupings(view: View, found: Mapping[Key, list[ResultRow]]) -> list[Shape]:
    """The arms by the planned treatment, and what is between them."""
    groups = dict.fromkeys(row.group for rows in found.values() for row in rows if row.group)
    arms = [one for one in view.sort_groups(groups) if CONTRAST not in one and one != TOTAL]
    contrasts = [one for one in view.sort_groups(groups) if CONTRAST in one or one == TOTAL]
    listed = [
        {
            "id": arm, "name": view.group(arm), "level": 1, "order": order,
            "condition": {"dataset": "ADSL", "variable": "TRT01P", "comparator": "EQ", "value": [arm]},
        }
        for order, arm in enumerate(arms, 1)
    ]  # fmt: skip
    others = [
        {
            "id": one, "name": view.group(one), "level": 1, "order": order,
            "condition": _tell_condition("ADSL", "TRT01P", one.split(CONTRAST) if CONTRAST in one else arms),
        }
        for order, one in enumerate(contrasts, 1)
    ]  # fmt: skip
    return [
        {"id": "ARM", "name": "Arm", "groupingDataset": "ADSL", "groupingVariable": "TRT01P", "dataDriven": False,
         "groups": listed},
        {"id": "BETWEEN", "name": "Contrast of arms, or all arms", "groupingDataset": "ADSL", "groupingVariable": "TRT01P",
         "dataDriven": False, "groups": others},
    ]  # fmt: skip


def _tell_condition(dataset: str, variable: str, values: list[str]) -> Shape:
    """A condition: equal to one value, or one of several."""
    comparator = "EQ" if len(values) == 1 else "IN"
    return {"dataset": dataset, "variable": variable, "comparator": comparator, "value": values}


def _find_dataset(view: View, key: Key, table: str) -> str:
    """The dataset that an analysis reads."""
    known = view.definition.parameters.get(key[1])
    if known is not None:
        return "ADBDS" if known.parameter.event is None else "ADTTE"
    if table.startswith("14.3.4"):
        return "LB"
    return "ADAE" if table.startswith("14.3") else "ADBASE" if table.startswith("14.1.3") else "ADSL"


def _list_clauses(view: View, key: Key) -> list[tuple[str, str, str]]:
    """Which records of a dataset an analysis reads: dataset, variable, value; none where it reads all."""
    known = view.definition.parameters.get(key[1])
    if known is None:
        return []
    dataset = _find_dataset(view, key, "")
    visit = [(dataset, "AVISIT", key[2])] if dataset == "ADBDS" and key[2] in view.definition.encounters else []
    return [(dataset, "PARAMCD", key[1]), *visit]


def _name_subset(view: View, key: Key) -> str:
    return ".".join(value for _, _, value in _list_clauses(view, key))


def _list_subsets(view: View, found: Mapping[Key, list[ResultRow]]) -> list[Shape]:
    """The parameter and visit that an analysis is about: one condition, or several that hold together."""
    listed: dict[str, Shape] = {}
    for key in found:
        name = _name_subset(view, key)
        if not name or name in listed:
            continue
        conditions = [_tell_condition(where, variable, [value]) for where, variable, value in _list_clauses(view, key)]
        clauses = [{"level": 2, "order": order, "condition": one} for order, one in enumerate(conditions, 1)]
        whole: Shape = {"condition": conditions[0]}
        if len(conditions) > 1:
            whole = {"compoundExpression": {"logicalOperator": "AND", "whereClauses": clauses}}
        listed[name] = {"id": name, "name": name, "level": 1, "order": len(listed) + 1, **whole}
    return list(listed.values())


def _name_method(method: str, rows: Iterable[ResultRow]) -> str:
    """The method of rows; of those that name none, whether they count or summarise values."""
    return method or (_SUMMARISED if any(row.statistic in _SUMMARIES for row in rows) else _COUNTED)


def _find_reason(view: View, analysis: str) -> str:
    """Why an analysis is done: as the protocol's definition has it while no plan is signed; after that as in the plan,
    or for what the data suggested."""
    if view.bundle.header.planned is None:
        return "SPECIFIED IN PROTOCOL"
    return "DATA DRIVEN" if analysis in view.list_post_hoc() else "SPECIFIED IN SAP"


def _list_methods(view: View, found: Mapping[Key, list[ResultRow]]) -> list[Shape]:
    statistics: dict[str, dict[str, None]] = {}
    for key, rows in found.items():
        statistics.setdefault(_name_method(key[4], rows), {}).update(dict.fromkeys(row.statistic for row in rows))
    listed = []
    for method, names in statistics.items():
        operations = [
            {"id": f"{method}.{name}", "name": name, "label": view.statistic(name), "order": order}
            for order, name in enumerate(names, 1)
        ]
        one: Shape = {"id": method, "name": method, "label": view.method(method), "operations": operations}
        if method not in (_COUNTED, _SUMMARISED):
            code = f"trialwright.statistics.{method.partition(':')[0]}"
            one["codeTemplate"] = {"context": _tell_context(view), "code": code}
        listed.append(one)
    return listed


def _tell_analysis(view: View, key: Key, rows: list[ResultRow], name: str) -> Shape:
    analysis, parameter, visit, category, method, analysis_set = key
    levels = {one.id: one.level for one in view.definition.study.endpoints}
    named = _name_method(method, rows)
    words = [analysis, view.parameter(parameter) if parameter else "", view.visit(visit) if visit else "", category]
    groupings = ["ARM"] if any(_is_arm(view, row) for row in rows) else []
    groupings += ["BETWEEN"] if any(row.group and not _is_arm(view, row) for row in rows) else []
    shape: Shape = {
        "id": name,
        "name": ", ".join(word for word in words if word),
        "version": 1,
        "reason": {"controlledTerm": _find_reason(view, analysis)},
        "purpose": {"controlledTerm": _PURPOSES[levels.get(rows[0].outcome, "other")]},
        "dataset": _find_dataset(view, key, rows[0].table),
        "methodId": named,
        "orderedGroupings": [
            {"order": order, "groupingId": one, "resultsByGroup": len(groupings) == 1}
            for order, one in enumerate(groupings, 1)
        ],
        "programmingCode": _tell_program(view, named),
        "results": [_tell_result(row, named, _is_arm(view, row)) for row in rows],
    }
    if any(one.id == analysis_set for one in view.definition.plan.sets):
        shape["analysisSetId"] = analysis_set
    if _name_subset(view, key):
        shape["dataSubsetId"] = _name_subset(view, key)
    return shape


def _tell_program(view: View, method: str) -> Shape:
    """What computed an analysis, from which snapshot, under which definition."""
    header = view.bundle.header
    named = {
        "snapshot": header.snapshot,
        "definition": f"{header.version} {header.digest}",
        "method": method,
        **{f"library {name}": version for name, version in sorted(header.versions.items())},
    }
    parameters = [{"name": name, "value": [value]} for name, value in named.items()]
    return {"context": _tell_context(view), "parameters": parameters}


def _tell_context(view: View) -> str:
    return f"Python, trialwright {view.bundle.header.versions.get('trialwright', '')}".strip()


def _is_arm(view: View, row: ResultRow) -> bool:
    return row.group in view.definition.arms


def _tell_result(row: ResultRow, method: str, is_arm: bool) -> Shape:
    groups = [{"groupingId": "ARM" if is_arm else "BETWEEN", "groupId": row.group}] if row.group else []
    shape: Shape = {"operationId": f"{method}.{row.statistic}", "resultGroups": groups}
    return shape if row.value is None else {**shape, "rawValue": repr(row.value)}


def _tell_own(view: View, key: Key, rows: list[ResultRow]) -> Shape:
    """What the model has no place for: what an analysis is about, and of each result, in their order, who is behind it."""
    about = {"plan": key[0], "parameter": key[1], "visit": key[2], "category": key[3], "table": rows[0].table}
    results = [
        {"unit": row.unit, "used": row.n_used, "missing": row.n_missing, "warnings": list(row.warnings)}
        | ({"participants": list(row.subjects)} if view.participants else {})
        for row in rows
    ]
    return {**about, "results": results}


def _by_table(found: Mapping[Key, list[ResultRow]]) -> dict[str, list[Key]]:
    tables: dict[str, list[Key]] = {}
    for key, rows in found.items():
        tables.setdefault(rows[0].table, []).append(key)
    return {number: tables[number] for number in sorted(tables, key=split_number)}


def _list_outputs(view: View, found: Mapping[Key, list[ResultRow]]) -> list[Shape]:
    outputs = []
    for number, keys in _by_table(found).items():
        name, title = view.say("table.word", number=number), _say_title(view, number, found[keys[0]][0])
        display = {"id": f"D{number}", "name": name, "version": 1, "displayTitle": f"{name} {title}"}
        outputs.append(
            {"id": f"T{number}", "name": name, "version": 1, "displays": [{"order": 1, "display": display}]}
        )  # fmt: skip
    return outputs


def _say_title(view: View, number: str, row: ResultRow) -> str:
    endpoint = next((one for one in view.definition.study.endpoints if one.id == row.outcome), None)
    return view.label(f"endpoints.{endpoint.id}", endpoint.title) if endpoint else title_of(view, number)


def _list_contents(view: View, found: Mapping[Key, list[ResultRow]], names: Mapping[Key, str]) -> Shape:
    """Tables in their order, each with its analyses."""

    def item(name: str, level: int, order: int, **target: Any) -> Shape:
        return {"name": name, "level": level, "order": order, **target}

    def below(keys: Iterable[Key]) -> Shape:
        return {"listItems": [item(names[key], 2, order, analysisId=names[key]) for order, key in enumerate(keys, 1)]}

    items = [
        item(view.say("table.word", number=number), 1, order, outputId=f"T{number}", sublist=below(keys))
        for order, (number, keys) in enumerate(_by_table(found).items(), 1)
    ]
    return {"name": "LOC", "label": view.say("front.contents"), "contentsList": {"listItems": items}}
