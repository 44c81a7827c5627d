"""Baseline characteristics: age, sex, race and ethnicity, region, and what the study's plan describes."""

from collections.abc import Iterable, Mapping

from trialwright.registry.submission.numerals import choose_decimals, read_count, tell_count, tell_size, tell_value
from trialwright.registry.submission.sheet import TOTAL, Shape, Sheet, name_group
from trialwright.registry.submission.told import Told
from trialwright.results import ResultRow

COUNTS = "R.BASELINE"
TABLE, SETS = "14.1.3", "14.1.2"
_AGE = "age_years"
_AGES = {"LE18": "<=18 years", "18TO65": "Between 18 and 65 years", "GE65": ">=65 years", "UNKNOWN": "Unknown"}
_SEXES = {"F": "Female", "M": "Male", "INTERSEX": "Intersex", "UNKNOWN": "Unknown", "U": "Unknown"}
_RACES = {
    "AMERICAN INDIAN OR ALASKA NATIVE": "American Indian or Alaska Native",
    "ASIAN": "Asian",
    "NATIVE HAWAIIAN OR OTHER PACIFIC ISLANDER": "Native Hawaiian or Other Pacific Islander",
    "BLACK OR AFRICAN AMERICAN": "Black or African American",
    "WHITE": "White",
    "MULTIPLE": "More than one race",
    "UNKNOWN": "Unknown or Not Reported",
    "NOT REPORTED": "Unknown or Not Reported",
}
_ETHNICITIES = {
    "HISPANIC OR LATINO": "Hispanic or Latino",
    "NOT HISPANIC OR LATINO": "Not Hispanic or Latino",
    "UNKNOWN": "Unknown or Not Reported",
    "NOT REPORTED": "Unknown or Not Reported",
}
_SHOWN = frozenset({"demographics.sex", "demographics.race", "demographics.ethnicity", _AGE})
NOT_COLLECTED = "Race and Ethnicity were not collected from any participant."
PARTICIPANTS = "Participants"


def build_baseline(sheet: Sheet) -> Shape:
    """The module ``baselineCharacteristicsModule``; the last group is the total."""
    groups = [*sheet.list_arms(), TOTAL]
    counted = sheet.find_set(COUNTS)
    sizes = [sheet.need(SETS, counted, "count", group) for group in groups]
    total: Shape = {"id": name_group("BG", len(groups) - 1), "title": "Total", "description": "All groups together"}
    return {
        "populationDescription": sheet.describe_set(counted),
        "groups": [*sheet.list_groups("BG", groups[:-1]), total],
        "denoms": [_denom([tell_count(row) for row in sizes])],
        "measures": [
            _categories(sheet, groups, "AGE_GROUP", "Age, Categorical", _AGES),
            _age(sheet, groups),
            _sex(sheet, groups),
            *_origin(sheet, groups),
            _region(sheet, groups),
            *_specific(sheet, groups),
        ],
    }


def _denom(counts: Iterable[Told]) -> Shape:
    return {
        "units": PARTICIPANTS,
        "counts": [{"groupId": name_group("BG", at), "value": one} for at, one in enumerate(counts)],
    }


def _count_measure(title: str, classes: list[Shape], **more: str) -> Shape:
    kind = {"paramType": "COUNT_OF_PARTICIPANTS", "unitOfMeasure": PARTICIPANTS}
    return {"title": title, **more, **kind, "classes": classes}


def _rows_by_category(sheet: Sheet, parameter: str) -> dict[str, dict[str, ResultRow]]:
    found: dict[str, dict[str, ResultRow]] = {}
    for row in sheet.select(COUNTS, parameter=parameter):
        found.setdefault(row.category, {})[row.group] = row
    return found


def _measurements(values: Iterable[Told]) -> list[Shape]:
    return [{"groupId": name_group("BG", at), "value": one} for at, one in enumerate(values)]


def _categories(sheet: Sheet, groups: list[str], parameter: str, title: str, words: Mapping[str, str]) -> Shape:
    """Counts in the registry's categories: those that are always shown, then what else was found."""
    found = _rows_by_category(sheet, parameter)
    by_word: dict[str, list[dict[str, ResultRow]]] = {}
    for category, rows in found.items():
        by_word.setdefault(words.get(category, category.capitalize()), []).append(rows)
    categories: list[Shape] = [
        {"title": word, "measurements": _measurements(_add([rows[group] for rows in some]) for group in groups)}
        for word, some in by_word.items()
    ]
    return _count_measure(title, [{"categories": categories}])


def _add(rows: list[ResultRow]) -> Told:
    return tell_count(rows[0]) if len(rows) == 1 else Told(str(sum(map(read_count, rows))), tuple(rows), "sum")


def _age(sheet: Sheet, groups: list[str]) -> Shape:
    return {"title": "Age, Continuous", **_numbers(sheet, groups, _AGE, "years")}


def _sex(sheet: Sheet, groups: list[str]) -> Shape:
    plain = set(_rows_by_category(sheet, "SEX")) <= {"F", "M"}
    return _categories(sheet, groups, "SEX", "Sex: Female, Male" if plain else "Sex/Gender, Customized", _SEXES)


def _origin(sheet: Sheet, groups: list[str]) -> list[Shape]:
    """Race and ethnicity in the registry's categories, or the statement that nobody was asked."""
    found: list[Shape] = []
    for parameter, title, words in (
        ("ETHNICITY", "Ethnicity (NIH/OMB)", _ETHNICITIES),
        ("RACE", "Race (NIH/OMB)", _RACES),
    ):
        codes = set(_rows_by_category(sheet, parameter))
        if codes:
            listed = codes <= set(words)
            found.append(
                _categories(sheet, groups, parameter, title if listed else "Race/Ethnicity, Customized", words)
            )
    if found:
        return found
    nobody = [{"groupId": name_group("BG", at), "value": "0"} for at, _ in enumerate(groups)]
    none: Shape = {
        "denoms": [{"units": PARTICIPANTS, "counts": nobody}],
        "categories": [{"measurements": nobody}],
    }
    return [_count_measure("Race and Ethnicity Not Collected", [none], populationDescription=NOT_COLLECTED)]


def _region(sheet: Sheet, groups: list[str]) -> Shape:
    classes: list[Shape] = [
        {"title": country, "categories": [{"measurements": _measurements(tell_count(rows[one]) for one in groups)}]}
        for country, rows in _rows_by_category(sheet, "REGION").items()
    ]
    return _count_measure("Region of Enrollment", classes)


def _specific(sheet: Sheet, groups: list[str]) -> list[Shape]:
    """What the plan describes beside the above, with its own denominators where values are missing."""
    found: list[Shape] = []
    for variable in sheet.definition.plan.baseline:
        rows = sheet.select(TABLE, parameter=variable.item)
        if variable.item in _SHOWN or not rows:
            continue
        form, _, item = variable.item.partition(".")
        title = variable.label or sheet.definition.label(f"forms.{form}.items.{item}")
        if any(row.statistic == "mean" for row in rows):
            found.append({"title": title, **_numbers(sheet, groups, variable.item, rows[0].unit)})
        else:
            found.append(_count_measure(title, [_codes(sheet, groups, variable.item)]))
    return found


def _numbers(sheet: Sheet, groups: list[str], parameter: str, unit: str) -> Shape:
    """Mean and standard deviation, with who had a value."""
    means = [sheet.find(TABLE, parameter, "mean", group) for group in groups]
    spreads = [sheet.find(TABLE, parameter, "sd", group) for group in groups]
    sizes = [sheet.need(TABLE, parameter, "n", group) for group in groups]
    decimals = choose_decimals(row.value for row in means if row)
    cells: list[Shape] = []
    for at, (mean, spread) in enumerate(zip(means, spreads, strict=True)):
        value = tell_value(mean, decimals) if mean else None
        cell: Shape = {"groupId": name_group("BG", at), "value": value or "NA"}
        if value is None:
            cell["comment"] = "No participant of this group has a value"
        else:
            cell["spread"] = (tell_value(spread, decimals) if spread else None) or "NA"
        cells.append(cell)
    return {
        "paramType": "MEAN",
        "dispersionType": "STANDARD_DEVIATION",
        "unitOfMeasure": unit or "units on a scale",
        "classes": [{"denoms": [_denom(tell_count(row) for row in sizes)], "categories": [{"measurements": cells}]}],
    }


def _codes(sheet: Sheet, groups: list[str], parameter: str) -> Shape:
    form, _, item = parameter.partition(".")
    codes = sheet.definition.forms[form].codes.get(item, {})
    by_code: dict[str, dict[str, ResultRow]] = {}
    for row in sheet.select(TABLE, parameter=parameter, statistic="count"):
        by_code.setdefault(row.category, {})[row.group] = row
    first = next(iter(by_code.values()))
    categories: list[Shape] = [
        {
            "title": codes[code].label if code in codes else code,
            "measurements": _measurements(tell_count(rows[group]) for group in groups),
        }
        for code, rows in by_code.items()
    ]
    return {"denoms": [_denom(tell_size(first[group]) for group in groups)], "categories": categories}
