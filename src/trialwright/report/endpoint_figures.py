"""The figures of one endpoint: courses for what is measured, step curves for events, intervals for proportions."""

from collections.abc import Sequence

import polars as pl

from trialwright.definition.analysis import Analysis, Recipe
from trialwright.definition.endpoints import Endpoint, EndpointKind
from trialwright.report.adjusted import Adjusted, Estimate, render_adjusted
from trialwright.report.axes import is_uneven
from trialwright.report.display import Figure
from trialwright.report.intervals import Forest, Whisker, render_forest
from trialwright.report.main_results import MainResult, find_main_results, find_parameter, render_arm
from trialwright.report.measures import compute_writer
from trialwright.report.profiles import Courses, Panel, render_courses
from trialwright.report.rows import Bunch, fold_bunches
from trialwright.report.steps import Curve, Curves, Step, render_curves
from trialwright.report.table_parts import source
from trialwright.report.view import CONTRAST, View

_CURVES = ("aalen_johansen.", "kaplan_meier.")
MOST_COURSES = 200
"""Above this many participants, figures draw summaries only."""


def render_figures(view: View, endpoint: Endpoint) -> list[Figure]:
    """The figures of an endpoint, as far as the bundle has their series."""
    figures: list[Figure] = []
    for parameter in endpoint.parameters:
        number = f"{_prefix(view, endpoint)}.F{len(figures) + 1}"
        if parameter.code in view.bundle.curves:
            figures.append(_curve(view, endpoint, parameter.code, number))
        elif parameter.code in view.bundle.profiles:
            figures.append(_courses(view, endpoint, parameter.code, number))
    for analysis in view.definition.plan.analyses:
        if analysis.endpoint == endpoint.id and analysis.recipe is Recipe.MMRM:
            for code in dict.fromkeys(row.parameter for row in view.rows_of(endpoint) if row.analysis == analysis.id):
                number = f"{_prefix(view, endpoint)}.F{len(figures) + 1}"
                figures += _adjusted(view, endpoint, analysis, code, number)
    if endpoint.kind in (EndpointKind.BINARY, EndpointKind.ADVERSE_EVENTS):
        for result in find_main_results(view, endpoint):
            if any("estimate" in one.rows or "percent" in one.rows for one in result.arms):
                figures.append(_proportions(view, result, f"{_prefix(view, endpoint)}.F{len(figures) + 1}"))
    return figures


def _prefix(view: View, endpoint: Endpoint) -> str:
    numbers = sorted(one.table for one in view.definition.plan.analyses if one.endpoint == endpoint.id)
    return numbers[0].rsplit(".", 1)[0] if numbers else f"14.2.{endpoint.id}"


def _courses(view: View, endpoint: Endpoint, code: str, number: str) -> Figure:
    frame = view.bundle.profiles[code].sort("participant", "day", "visit")
    parameter = find_parameter(view, code)
    drawn = view.participants and frame["participant"].n_unique() <= MOST_COURSES
    log = parameter is not None and parameter.scale == "log"
    centres = _centres(view, endpoint, code, log)
    unit = next((row.unit for row in view.rows_of(endpoint) if row.parameter == code and row.statistic == "mean"), "")
    name = view.parameter(code)
    unit = view.unit(unit)
    y_title = f"{name} ({unit})" if unit and unit not in name else name
    arms = [arm for arm in view.definition.arms if endpoint.only in (None, arm)]
    panels = [Panel(view.arm(arm), _split(frame, arm) if drawn else {}, centres.get(arm, [])) for arm in arms]
    visits = [
        (float(view.definition.encounters[one].day), view.short_visit(one))
        for one in view.sort_visits(_visits(view, endpoint))
    ]
    title = view.say("figure.courses" if drawn else "figure.means", parameter=name)
    svg = render_courses(Courses(panels, _merge_days(visits), y_title, view.say("axis.day"), title, log))
    stops = view.say("figure.stops") if is_uneven([day for day, _ in visits]) else ""
    spread = _spread_words(view, endpoint, code, log)
    centre = view.say("word.geometric" if log else "word.mean")
    note = view.say("figure.courses.note" if drawn else "figure.means.note", centre=centre, spread=spread, stops=stops)
    described = {one.id for one in view.definition.plan.analyses if one.role == "descriptive"}
    rows = [row for row in view.rows_of(endpoint) if row.parameter == code and row.statistic == "mean"]
    mine = [row for row in rows if row.analysis in described] or rows
    return Figure(number, title, svg, title, (note.strip(),), source(view, mine))


def _visits(view: View, endpoint: Endpoint) -> list[str]:
    return [one for one in endpoint.at if one in view.definition.encounters]


def _merge_days(visits: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """One name a day: baseline and day 0 are the same place on paper."""
    return [(day, name) for day, name in dict(reversed(visits)).items()][::-1]


def _split(frame: pl.DataFrame, arm: str) -> dict[str, list[tuple[float, float]]]:
    courses: dict[str, list[tuple[float, float]]] = {}
    for row in frame.filter(
        (pl.col("arm") == arm) & pl.col("value").is_not_null() & pl.col("day").is_not_null()
    ).iter_rows(named=True):
        courses.setdefault(str(row["participant"]), []).append((float(row["day"]), float(row["value"])))
    return courses


def _described(view: View, endpoint: Endpoint, code: str) -> list[Bunch]:
    """The rows that describe a parameter itself, by visit and arm."""
    analyses = {one.id for one in view.definition.plan.analyses if one.role == "descriptive"}
    rows = [row for row in view.rows_of(endpoint) if row.parameter == code and not row.category]
    met = [row for row in rows if row.analysis in analyses] or rows
    bunches = fold_bunches(row for row in met if row.visit in view.definition.encounters)
    return [one for one in bunches if one.group in view.definition.arms and "sd" in one.rows]


def _centres(
    view: View, endpoint: Endpoint, code: str, log: bool
) -> dict[str, list[tuple[float, float, float | None, float | None]]]:
    """The printed means by arm and day with their interval or one SD to each side; geometric means on a log axis."""
    found: dict[str, list[tuple[float, float, float | None, float | None]]] = {}
    for bunch in _described(view, endpoint, code):
        centre = bunch.value("geometric_mean") if log else bunch.value("mean")
        day = float(view.definition.encounters[bunch.visit].day)
        if centre is None or day in [one[0] for one in found.get(bunch.group, [])]:
            continue
        low, high, sd = bunch.value("ci_low"), bunch.value("ci_high"), bunch.value("sd")
        if low is None and sd is not None and not log:
            low, high = centre - sd, centre + sd
        found.setdefault(bunch.group, []).append((day, centre, low, high))
    return {arm: sorted(points) for arm, points in found.items()}


def _spread_words(view: View, endpoint: Endpoint, code: str, log: bool) -> str:
    bunches = _described(view, endpoint, code)
    if any("ci_low" in one.rows for one in bunches):
        return view.say("figure.spread.ci", level=f"{view.definition.plan.confidence * 100:g}")
    return view.say("figure.spread.sd") if bunches and not log else ""


def _curve(view: View, endpoint: Endpoint, code: str, number: str) -> Figure:
    frame = view.bundle.curves[code].sort("day")
    parameter = find_parameter(view, code)
    horizon = float(parameter.horizon_day) if parameter and parameter.horizon_day else float(frame["day"].max() or 1)  # type: ignore[arg-type]
    curves = [Curve(view.arm(arm), _steps(frame, arm)) for arm in view.definition.arms if arm in frame["arm"]]
    falls = any(curve.steps and curve.steps[0][1] == 1 for curve in curves)
    name = view.parameter(code)
    days = sorted({float(view.definition.encounters[one].day) for one in _visits(view, endpoint)} | {0.0, horizon})
    flat = all(step[1] == curve.steps[0][1] for curve in curves for step in curve.steps)
    remark = view.say("figure.curve.none", name=name, day=f"{horizon:g}") if flat else ""
    svg = render_curves(
        Curves(curves, horizon, view.say("axis.survival" if falls else "axis.incidence"), view.say("axis.day"),
               view.say("figure.at_risk"), name, days, remark)
    )  # fmt: skip
    note = "" if flat else view.say("figure.curve.note", level=f"{view.definition.plan.confidence * 100:g}")
    note = f"{note} {view.say('figure.stops')}".strip() if is_uneven(days) else note
    rows = [row for row in view.rows_of(endpoint) if row.parameter == code]
    rows = [row for row in rows if row.method.startswith(_CURVES)] or rows
    return Figure(number, view.say("figure.curve", parameter=name), svg, name, (note,), source(view, rows))


def _steps(frame: pl.DataFrame, arm: str) -> list[Step]:
    return [
        (float(row["day"]), float(row["estimate"]), row["ci_low"], row["ci_high"], row["at_risk"])
        for row in frame.filter(pl.col("arm") == arm).iter_rows(named=True)
        if row["estimate"] is not None
    ]


def _adjusted(view: View, endpoint: Endpoint, analysis: Analysis, code: str, number: str) -> list[Figure]:
    """The model's value of each arm by visit, and what lies between them; nothing where it could not be fitted."""
    about = (analysis.id, code)
    rows = [row for row in view.rows_of(endpoint) if (row.analysis, row.parameter) == about and row.visit]
    found: dict[str, list[Estimate]] = {}
    for bunch in fold_bunches(row for row in rows if row.visit in view.definition.encounters):
        value = bunch.value("estimate")
        if value is not None:
            day = float(view.definition.encounters[bunch.visit].day)
            found.setdefault(bunch.group, []).append((day, value, bunch.value("ci_low"), bunch.value("ci_high")))
    contrast = next((group for group in found if CONTRAST in group), "")
    if not contrast:
        return []
    visits = view.sort_visits(row.visit for row in rows)
    days = [(float(view.definition.encounters[one].day), view.short_visit(one)) for one in visits]
    log = rows[0].unit == "ratio"
    kind = view.say("unit.ratio") if log else view.category(code, "CHANGE").lower()
    title = view.say("figure.adjusted", parameter=view.parameter(code))
    arms = [(view.arm(arm), found[arm]) for arm in view.definition.arms if arm in found]
    y_title = f"{view.parameter(code)}{view.say('sentence.colon')}{kind}"
    drawn = Adjusted(
        arms, (view.group(contrast, log), found[contrast]), days, y_title, view.say("axis.day"), title, log
    )
    note = view.say("figure.adjusted.note", level=f"{view.definition.plan.confidence * 100:g}")
    return [Figure(number, title, render_adjusted(drawn), title, (note,), source(view, rows))]


def _proportions(view: View, result: MainResult, number: str) -> Figure:
    writer = compute_writer(view, result.rows)
    whiskers = []
    for bunch in result.arms:
        row = bunch.rows.get("estimate") or bunch.rows.get("proportion") or bunch.rows.get("percent")
        factor = 1.0 if row is None or row.statistic == "percent" or row.unit == "%" else 100.0
        limits = [None if (v := bunch.value(one)) is None else v * factor for one in ("ci_low", "ci_high")]
        centre = None if row is None or row.value is None else row.value * factor
        look = list(view.definition.arms).index(bunch.group) if bunch.group in view.definition.arms else 0
        whiskers.append(
            Whisker(view.group(bunch.group), centre, limits[0], limits[1], render_arm(view, writer, bunch), look)
        )
    title = view.say("figure.intervals", parameter=view.parameter(result.parameter))
    forest = Forest(whiskers, title, view.say("axis.percent"), null=None, axis=(0, 100), texts=300, names=200)
    return Figure(number, title, render_forest(forest), title, (), source(view, result.rows))
