"""All endpoints at a glance: a table of the main results, and one line each in a forest."""

import math

from trialwright.report.display import Block, Cell, Column, Figure, Line, Prose, Section, Table
from trialwright.report.intervals import Forest, Whisker, render_forest
from trialwright.report.main_results import (
    MainResult,
    find_main_results,
    find_parameter,
    is_ratio,
    name_result,
    render_arm,
    render_contrast,
)
from trialwright.report.measures import compute_writer, is_share
from trialwright.report.table_parts import source
from trialwright.report.view import View


def render_overview(view: View) -> Section:
    """The table and the forest of the main results."""
    results = [one for endpoint in view.definition.study.endpoints for one in find_main_results(view, endpoint)]
    if not results:
        return Section("overview", view.say("section.overview"), (Prose(view.say("result.none")),), number="11.4")
    blocks: list[Block] = [_table(view, results)]
    drawn = [one for one in results if one.contrast is not None and one.contrast.value("estimate") is not None]
    if drawn:
        blocks.insert(0, _forest(view, drawn))
    return Section("overview", view.say("section.overview"), tuple(blocks), number="11.4")


def _table(view: View, results: list[MainResult]) -> Table:
    level = f"{view.definition.plan.confidence * 100:g}"
    columns = [Column(view.arm(arm), numeric=False) for arm in view.definition.arms]
    contrast = next((view.group(one.contrast.group) for one in results if one.contrast), "")
    columns.append(Column(f"{view.say('head.result_ci', level=level)}\n{contrast}".strip(), numeric=False))
    lines = []
    previous = ""
    for result in results:
        writer = compute_writer(view, result.rows)
        if result.endpoint.id != previous:
            title = view.label(f"endpoints.{result.endpoint.id}", result.endpoint.title)
            lines.append(Line(f"{result.endpoint.id} · {title}", heading=True))
            previous = result.endpoint.id
        by_arm = {bunch.group: bunch for bunch in result.arms}
        cells = [
            Cell(render_arm(view, writer, by_arm[arm], result.ranked), tuple(by_arm[arm].rows.values()))
            if arm in by_arm
            else Cell()
            for arm in view.definition.arms
        ]
        behind = tuple(result.contrast.rows.values()) if result.contrast else ()
        cells.append(Cell(render_contrast(view, writer, result, short=True), behind))
        lines.append(Line(name_result(view, result), tuple(cells), level=1))
    rows = [row for result in results for row in result.rows]
    return Table(
        "",
        view.say("figure.overview"),
        view.say("head.endpoint"),
        tuple(columns),
        tuple(lines),
        tuple(view.say("result.shift.note") for _ in [one for one in results if one.is_shift][:1]),
        source(view, rows)[-1:],
    )


def _forest(view: View, results: list[MainResult]) -> Figure:
    whiskers = [one for result in results if (one := draw_whisker(view, result)) is not None]
    title = view.say("figure.overview")
    first, _, second = (results[0].contrast.group if results[0].contrast else "").partition(" - ")
    sides = (f"← {view.say('figure.better', arm=first)}", f"{view.say('figure.better', arm=second)} →")
    level = f"{view.definition.plan.confidence * 100:g}"
    forest = Forest(
        whiskers, title, null=0.0, sides=sides, names=250, texts=215, text_head=view.say("head.result_ci", level=level)
    )
    note = view.say("figure.overview.note", first=first)
    rows = [row for result in results for row in result.rows]
    return Figure("14.2.F", title, render_forest(forest), title, (note,), source(view, rows)[-1:])


def draw_whisker(view: View, result: MainResult) -> Whisker | None:
    """The line of one result on its own scale, turned so that the left is better for the first arm."""
    bunch = result.contrast
    if bunch is None:
        return None
    estimate, low, high = (bunch.value(one) for one in ("estimate", "ci_low", "ci_high"))
    if estimate is None:
        return None
    writer = compute_writer(view, result.rows)
    interval = writer.interval(bunch)
    unit = "\u00a0%" if is_share(bunch.rows["estimate"]) else ""
    text = f"{writer.value(bunch.rows['estimate'])}{unit} ({interval})"
    sign = -1.0 if _benefit_is_high(view, result) else 1.0
    ratio = is_ratio(view, bunch)
    centre, one, other = (_place(value, ratio, sign) for value in (estimate, low, high))
    ends = [value for value in (one, other) if value is not None]
    span = max((abs(value) for value in (centre, *ends) if value is not None), default=1.0) or 1.0
    name = f"{result.endpoint.id} {name_result(view, result)}"
    bounds = (min(ends), max(ends)) if len(ends) == 2 else (None, None)
    return Whisker(name, centre, bounds[0], bounds[1], text, span=1.08 * span)


def _place(value: float | None, ratio: bool, sign: float) -> float | None:
    """Where a value stands from the line of no difference: ratios on a logarithmic scale."""
    if value is None or (ratio and value <= 0):
        return None
    return sign * (math.log(value) if ratio else value)


def _benefit_is_high(view: View, result: MainResult) -> bool:
    """Whether a higher contrast is better.

    For an event that should come soon (``better`` of its time is lower) a higher share is better; for death ``better``
    is said of the share itself, so that survival is the other way round.
    """
    parameter = find_parameter(view, result.parameter)
    if parameter is None or not parameter.better:
        return False
    wished = parameter.better == "higher"
    if parameter.event is None:
        return wished
    if parameter.event.kind == "DEATH":
        survival = result.contrast is not None and result.contrast.method.startswith("kaplan_meier.")
        return not wished if survival else wished
    return not wished
