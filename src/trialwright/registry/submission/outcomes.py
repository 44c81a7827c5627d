"""Every registered outcome under its registered title and time frame, one class a time point."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from trialwright.definition.analysis import Analysis, Recipe
from trialwright.definition.endpoints import Endpoint
from trialwright.record.protocol import Outcome
from trialwright.registry.submission.baseline import PARTICIPANTS
from trialwright.registry.submission.comparisons import build_comparisons
from trialwright.registry.submission.numerals import choose_decimals, tell_count, tell_size, tell_value
from trialwright.registry.submission.sheet import Shape, Sheet, fit, name_group
from trialwright.registry.submission.told import Told
from trialwright.results import ResultRow

_TYPES = {"primary": "PRIMARY", "secondary": "SECONDARY", "other": "OTHER_PRE_SPECIFIED"}
_SETS = "14.1.2"
_LIMIT = 254
_NO_WIDTH = 1e-9
# A coefficient of variation is in per cent, whatever the size of the values.
_CV_DECIMALS = 1

# The rows of one group at one time point by their statistic, and how a cell of the table is made of them.
Cell = dict[str, ResultRow]
Way = Callable[[Cell, int], Shape]


@dataclass(frozen=True, slots=True)
class Measured:
    """How the values of some parameters are reported: type, dispersion and unit, the analysis, the parameters."""

    param_type: str
    dispersion: str
    unit: str
    analysis: Analysis
    parameters: tuple[str, ...]

    @property
    def kind(self) -> tuple[str, str, str]:
        """What classes of one table must share."""
        return (self.param_type, self.dispersion, self.unit)


def build_outcomes(sheet: Sheet) -> list[Shape]:
    """``outcomeMeasures`` in the order of the record; what does not fit into a registered one's table follows it."""
    endpoints = {" ".join(one.title.split()): one for one in sheet.definition.study.endpoints}
    found: list[Shape] = []
    for level, outcome in sheet.record.protocol.outcomes.leveled:
        endpoint = endpoints.get(" ".join(outcome.measure.split()))
        kind = _TYPES[level or (endpoint.level if endpoint else "other")]
        tables = _merge(_measure(sheet, endpoint)) if endpoint else []
        found.append(_build(sheet, outcome, kind, endpoint, tables[:1]))
        for extra in tables[1:]:
            assert endpoint
            more = outcome.model_copy(update={"measure": _name_extra(sheet, outcome.measure, extra)})
            found.append(_build(sheet, more, "OTHER_PRE_SPECIFIED", endpoint, [extra]))
    return found


def _name_extra(sheet: Sheet, title: str, tables: list[Measured]) -> str:
    names = ", ".join(sheet.definition.label(f"parameters.{code}") for one in tables for code in one.parameters)
    return fit(f"{title}: {names}", _LIMIT)


def _merge(measured: Iterable[Measured]) -> list[list[Measured]]:
    """What can stand in one table, together: same type, dispersion and unit. The main analysis's comes first."""
    tables: dict[tuple[str, str, str], list[Measured]] = {}
    for one in measured:
        tables.setdefault(one.kind, []).append(one)
    return list(tables.values())


def _measure(sheet: Sheet, endpoint: Endpoint) -> list[Measured]:
    """How each parameter is reported, main analyses first, each parameter once."""
    mine = [one for one in sheet.definition.plan.analyses if one.endpoint == endpoint.id]
    ranked = sorted(mine, key=lambda one: (one.role != "main", one.role not in ("descriptive", "supporting")))
    seen: set[str] = set()
    found: list[Measured] = []
    for code in _order_parameters(ranked, sheet):
        for analysis in ranked:
            how = _find_measure(sheet, analysis, code)
            if how is not None and code not in seen:
                seen.add(code)
                found.append(Measured(*how, analysis, (code,)))
    return found


def _order_parameters(ranked: list[Analysis], sheet: Sheet) -> list[str]:
    return list(dict.fromkeys(row.parameter for one in ranked for row in sheet.rows.get(one.id, ()) if row.parameter))


def _find_measure(sheet: Sheet, analysis: Analysis, code: str) -> tuple[str, str, str] | None:
    """Parameter type, dispersion and unit that an analysis's rows of a parameter allow; None where they allow none."""
    rows = [row for row in sheet.select(analysis.id, parameter=code, category="") if row.group in sheet.definition.arms]
    names = {row.statistic for row in rows}
    if analysis.recipe in (Recipe.PROPORTION, Recipe.ADVERSE_EVENTS) and {"count", "n"} <= names:
        return ("COUNT_OF_PARTICIPANTS", "", PARTICIPANTS) if analysis.role == "main" or rows[0].visit else None
    if analysis.recipe is Recipe.TIME_TO_EVENT and any(row.visit and row.statistic == "estimate" for row in rows):
        level = f"{100 * sheet.definition.plan.confidence:g}% Confidence Interval"
        return ("NUMBER", level, "percentage of participants")
    if analysis.recipe is Recipe.DESCRIBE and "mean" in names:
        unit = next(row.unit for row in rows if row.statistic == "mean") or "units on a scale"
        if "geometric_mean" in names:
            return ("GEOMETRIC_MEAN", "Geometric Coefficient of Variation", unit)
        return ("MEAN", "Standard Deviation", "percentage" if unit == "%" else unit)
    return None


def _build(sheet: Sheet, outcome: Outcome, kind: str, endpoint: Endpoint | None, tables: list[list[Measured]]) -> Shape:
    base: Shape = {
        "type": kind,
        "title": outcome.measure,
        "description": outcome.description,
        "timeFrame": outcome.time_frame,
    }
    if endpoint is None or not tables:
        # A registered outcome without rows is not left out: the registry wants the day on which it will come.
        return {**base, "reportingStatus": "NOT_POSTED", "anticipatedPostingDate": sheet.header.data_cut[:7]}
    measured = tables[0]
    arms = [arm for arm in sheet.list_arms() if endpoint.only in (None, arm)]
    first, counted = measured[0], measured[0].analysis.analysis_set
    sizes = [sheet.need(_SETS, counted, "count", arm) for arm in arms]
    main = kind in ("PRIMARY", "SECONDARY")
    return {
        **base,
        "description": fit("\n\n".join(filter(None, (outcome.description, _explain(sheet, measured)))), 999),
        "populationDescription": sheet.describe_set(counted),
        "reportingStatus": "POSTED",
        "paramType": first.param_type,
        "dispersionType": first.dispersion,
        "unitOfMeasure": first.unit,
        "groups": sheet.list_groups("OG", arms),
        "denoms": [_denom([tell_count(row) for row in sizes])],
        "classes": [block for one in measured for block in _list_classes(sheet, one, arms)],
        "analyses": build_comparisons(sheet, endpoint, arms) if main else [],
    }


def _explain(sheet: Sheet, measured: list[Measured]) -> str:
    """What stands in the table, where the registered description does not say it."""
    names = "; ".join(sheet.definition.label(f"parameters.{code}") for one in measured for code in one.parameters)
    if measured[0].analysis.recipe is Recipe.ADVERSE_EVENTS:
        return "Reported: participants with at least one treatment-related, treatment-emergent adverse event."
    if measured[0].param_type == "NUMBER":
        return f"Reported: estimated share of participants in whom it has happened by each day ({names})."
    return f"Reported: {names}."


def _denom(counts: list[Told]) -> Shape:
    return {
        "units": PARTICIPANTS,
        "counts": [{"groupId": name_group("OG", at), "value": one} for at, one in enumerate(counts)],
    }


def _list_classes(sheet: Sheet, measured: Measured, arms: list[str]) -> list[Shape]:
    """One class for each parameter and visit, with its own denominators."""
    found: list[Shape] = []
    for code in measured.parameters:
        rows = [row for row in sheet.select(measured.analysis.id, parameter=code, category="") if row.group in arms]
        decimals = choose_decimals(row.value for row in rows if row.statistic in ("mean", "geometric_mean"))
        for visit in _order_visits(sheet, rows, measured.param_type):
            cells = [
                {row.statistic: row for row in reversed(rows) if row.group == arm and row.visit == visit}
                for arm in arms
            ]
            found.append(_build_class(_name_class(sheet, code, visit), cells, _WAYS[measured.param_type], decimals))
    return found


def _name_class(sheet: Sheet, code: str, visit: str) -> str:
    names = [sheet.definition.label(f"parameters.{code}")] if code in sheet.definition.parameters else []
    names += [sheet.definition.encounters[visit].title] if visit else []
    return fit(": ".join(names), 100)


def _order_visits(sheet: Sheet, rows: list[ResultRow], kind: str) -> list[str]:
    wanted = {row.visit for row in rows if kind != "NUMBER" or row.visit}
    days = {name: one.day for name, one in sheet.definition.encounters.items()}
    return sorted(wanted, key=lambda visit: days.get(visit, 0))


def _build_class(title: str, cells: list[Cell], tell: Way, decimals: int) -> Shape:
    """One row of the table: its cells by statistic, in order of the groups."""
    sized = [next(iter(cell.values()), None) for cell in cells]
    return {
        "title": title,
        "denoms": [_denom([tell_size(row) if row else Told("0", (), "n") for row in sized])],
        "categories": [
            {
                "measurements": [
                    {"groupId": name_group("OG", at), **tell(cell, decimals)} for at, cell in enumerate(cells)
                ]
            }
        ],
    }


def _say_na(cell: Cell, statistic: str) -> Shape:
    row = cell.get(statistic)
    why = "; ".join(row.warnings) if row else ""
    return {"value": "NA", "comment": why or "No participant of this group has a value"}


def _tell_centre(centre: str, spread: str) -> Way:
    def tell(cell: Cell, decimals: int) -> Shape:
        value = tell_value(cell[centre], decimals) if centre in cell else None
        if value is None:
            return _say_na(cell, centre)
        told = tell_value(cell[spread], _CV_DECIMALS if spread == "cv" else decimals) if spread in cell else None
        if told is None:
            return {"value": value, "spread": "NA", "comment": "One value has no spread"}
        return {"value": value, "spread": told}

    return tell


def _tell_number(cell: Cell, decimals: int) -> Shape:
    """A share in per cent with its interval; where the method has no interval this is said."""
    del decimals
    value = tell_value(cell["estimate"], 1, 100) if "estimate" in cell else None
    if value is None:
        return _say_na(cell, "estimate")
    low, high = (tell_value(cell[one], 1, 100) if one in cell else None for one in ("ci_low", "ci_high"))
    if low is None or high is None or _is_point(cell):
        why = "; ".join(cell["ci_low"].warnings if "ci_low" in cell else ())
        none = why or "The curve is 0 or 1 here: the method has no interval"
        return {"value": value, "lowerLimit": "NA", "upperLimit": "NA", "comment": none}
    return {"value": value, "lowerLimit": low, "upperLimit": high}


def _is_point(cell: Cell) -> bool:
    """Whether an interval is one point: everybody has had the event, and nothing was estimated."""
    low, high = cell["ci_low"].value, cell["ci_high"].value
    return low is not None and high is not None and high - low < _NO_WIDTH


def _tell_count(cell: Cell, decimals: int) -> Shape:
    del decimals
    return {"value": tell_count(cell["count"])} if "count" in cell else _say_na(cell, "count")


_WAYS: dict[str, Way] = {
    "MEAN": _tell_centre("mean", "sd"),
    "GEOMETRIC_MEAN": _tell_centre("geometric_mean", "cv"),
    "NUMBER": _tell_number,
    "COUNT_OF_PARTICIPANTS": _tell_count,
}
