"""Layouts with groups across: a line for each level; counts with intervals beside them; grades before and after."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from trialwright.report.display import Cell, Column, Line, Table
from trialwright.report.measures import (
    COUNT,
    DESCRIPTIVE,
    ESTIMATE,
    EVENTS,
    INTERVAL,
    Recipe,
    Writer,
    choose_recipes,
    compute_writer,
)
from trialwright.report.rows import Bunch, fold_bunches, merge_bunches
from trialwright.report.table_parts import head_group, head_statistic, mark_warnings, name_parameter, source
from trialwright.report.view import CONTRAST, View
from trialwright.results import ResultRow

ARROW = " -> "


@dataclass(frozen=True, slots=True)
class _Grid:
    """What the lines of one table share; ``notes`` fills while they are written."""

    view: View
    writer: Writer
    groups: tuple[str, ...]
    brief: bool
    notes: list[str] = field(default_factory=list)

    def line(
        self, stub: str, recipe: Recipe, bunches: Sequence[Bunch], level: int, told: dict[str, set[str]] | None = None
    ) -> Line:
        """One recipe across the groups; ``told`` are the warnings that each group's column carries above already."""
        cells: list[Cell] = []
        for group in self.groups:
            found = next((bunch for bunch in bunches if bunch.group == group and recipe.fits(bunch)), None)
            before = told.setdefault(group, set()) if told is not None else set()
            cells += mark_warnings([recipe.cell(self.writer, found)], self.notes, before) if found else [Cell()]
            before.update(warning for row in cells[-1].rows for warning in row.warnings)
        return Line(stub, tuple(cells), level)


def render_groups(
    view: View, number: str, title: str, rows: Sequence[ResultRow], stub_head: str = "", brief: bool = False
) -> Table:
    """A table with a column for each group and a line for each statistic or level of each parameter.

    ``brief`` leaves out the levels that nobody has.
    """
    bunches = fold_bunches(rows)
    grid = _Grid(view, compute_writer(view, rows), view.sort_groups(bunch.group for bunch in bunches), brief)
    columns = tuple(Column(head_group(view, group, rows)) for group in grid.groups)
    lines: list[Line] = []
    for parameter in dict.fromkeys(bunch.parameter for bunch in bunches):
        lines += _parameter_lines(grid, [one for one in bunches if one.parameter == parameter])
    notes = (*map(view.note, grid.notes), *((view.say("note.empty"),) if brief else ()))
    return Table(number, title, stub_head, columns, tuple(lines), notes, source(view, rows))


def _parameter_lines(grid: _Grid, bunches: list[Bunch]) -> list[Line]:
    """The lines of one parameter: itself with what lies between the groups, its statistics, its levels."""
    view = grid.view
    contrasts = {one.group: one for one in bunches if CONTRAST in one.group and "estimate" in one.rows}
    whole = [one for one in bunches if not one.category and one.group not in contrasts]
    levels = [one for one in bunches if one.category and one.group not in contrasts]
    recipes = _choose_line_recipes(whole)
    first = recipes[0] if recipes and (recipes[0] is COUNT or len(recipes) == 1) else None
    lines = [_head_line(grid, name_parameter(view, bunches[0]), first, whole, contrasts)]
    told: dict[str, set[str]] = {}
    lines += [grid.line(head_statistic(view, one), one, whole, 1, told) for one in recipes if one is not first]
    categories = list(dict.fromkeys(bunch.category for bunch in levels))
    for category in categories:
        same = [bunch for bunch in levels if bunch.category == category]
        if len(categories) > 1 and grid.brief and not any(bunch.value("count") for bunch in same):
            continue
        recipe = COUNT if any(COUNT.fits(bunch) for bunch in same) else choose_recipes(same)[0]
        lines.append(grid.line(view.category(same[0].parameter, category), recipe, same, 1))
    return lines


def _choose_line_recipes(whole: list[Bunch]) -> tuple[Recipe, ...]:
    recipes = choose_recipes(whole)
    if any(one in DESCRIPTIVE[1:] for one in recipes):
        return recipes
    return tuple(one for one in recipes if one not in (INTERVAL, ESTIMATE)) if COUNT in recipes else recipes


def _head_line(grid: _Grid, name: str, recipe: Recipe | None, whole: list[Bunch], contrasts: dict[str, Bunch]) -> Line:
    """The line of the parameter itself: its counts where it has any, and what lies between the groups."""
    cells = list(grid.line(name, recipe, whole, 0).cells) if recipe else [Cell() for _ in grid.groups]
    for group, bunch in contrasts.items():
        text = grid.writer.value(bunch.rows["estimate"])
        interval = grid.writer.interval(bunch) if INTERVAL.fits(bunch) else ""
        cell = Cell(f"{text} ({interval})" if interval else text, tuple(bunch.rows.values()))
        cells[grid.groups.index(group)] = mark_warnings([cell], grid.notes)[0]
    return Line(name, tuple(cells) if any(cell.text for cell in cells) else (), heading=recipe is None)


def render_shares(view: View, number: str, title: str, rows: Sequence[ResultRow], stub_head: str = "") -> Table:
    """A table of participants with events: for each group the count, its interval, the number of events."""
    bunches = merge_bunches(fold_bunches(rows))
    writer = compute_writer(view, rows)
    groups = tuple(one for one in view.sort_groups(bunch.group for bunch in bunches) if CONTRAST not in one)
    recipes = [one for one in (COUNT, INTERVAL, EVENTS) if any(one.fits(bunch) for bunch in bunches)]
    columns = tuple(
        Column(head_statistic(view, recipe), span=head_group(view, group, rows))
        for group in groups
        for recipe in recipes
    )
    notes: list[str] = []
    lines: list[Line] = []
    previous = ""
    for parameter, category in dict.fromkeys((bunch.parameter, bunch.category) for bunch in bunches):
        same = {one.group: one for one in bunches if (one.parameter, one.category) == (parameter, category)}
        if category and parameter != previous and not any(b.parameter == parameter and not b.category for b in bunches):
            lines.append(Line(view.parameter(parameter), heading=True))
        cells = [
            recipe.cell(writer, same[group]) if group in same else Cell() for group in groups for recipe in recipes
        ]
        stub = view.category(parameter, category) if category else view.parameter(parameter)
        lines.append(Line(stub, tuple(mark_warnings(cells, notes)), level=1 if category else 0))
        previous = parameter
    return Table(number, title, stub_head, columns, tuple(lines), tuple(map(view.note, notes)), source(view, rows))


def render_shifts(view: View, number: str, title: str, rows: Sequence[ResultRow]) -> Table:
    """A table of grades: for each parameter and group, before down the side and the worst after across."""
    bunches = fold_bunches(rows)
    writer = compute_writer(view, rows)
    pairs = [tuple(bunch.category.split(ARROW)) for bunch in bunches]
    met = {state for bunch, pair in zip(bunches, pairs, strict=True) if bunch.value("count") for state in pair}
    states = [state for state in dict.fromkeys(state for pair in pairs for state in pair) if state in met]
    columns = tuple(Column(view.category("GRADE", state), span=view.say("shift.after")) for state in states)
    lines: list[Line] = []
    for parameter in dict.fromkeys(bunch.parameter for bunch in bunches):
        for group in view.sort_groups(bunch.group for bunch in bunches):
            mine = {one.category: one for one in bunches if (one.parameter, one.group) == (parameter, group)}
            size = next((one.any.n_used for one in mine.values()), 0)
            name = f"{view.parameter(parameter)} · {view.group(group)} (n = {size})"
            lines.append(Line(name, heading=True))
            for before in states:
                found = [mine.get(f"{before}{ARROW}{after}") for after in states]
                if not any(one and one.value("count") for one in found):
                    continue
                cells = tuple(COUNT.cell(writer, one) if one else Cell() for one in found)
                lines.append(Line(view.category("GRADE", before), cells, level=1))
    return Table(
        number, title, view.say("shift.before"), columns, tuple(lines), (view.say("note.empty"),), source(view, rows)
    )
