"""The two layouts that nearly every table has: statistics across (one line a group), and groups across (one line a level)."""

import re
from collections.abc import Iterable, Sequence

from trialwright.report.display import Cell, Column, Line, Table
from trialwright.report.measures import (
    COUNT,
    DESCRIPTIVE,
    ESTIMATE,
    INTERVAL,
    Recipe,
    Writer,
    choose_recipes,
    compute_writer,
    is_share,
)
from trialwright.report.rows import Bunch, fold_bunches, merge_bunches
from trialwright.report.view import CONTRAST, TOTAL, View
from trialwright.results import ResultRow

KINDS = frozenset({"CHANGE", "RATIO_TO_BASELINE", "WORST_CASE", "BEST_CASE"})
"""Categories that say which value of a parameter is meant, not a level of it."""
_UNIT = re.compile(r"\s*[((][^()()]*[))]$")


def render_statistics(view: View, number: str, title: str, rows: Sequence[ResultRow]) -> Table:
    """A table with a line for each parameter, visit, level and group, and a column for each statistic."""
    bunches = merge_bunches(_sort_bunches(view, fold_bunches(rows)))
    recipes = choose_recipes(bunches)
    grouped = any(bunch.group for bunch in bunches)
    methods = len({_methods(view, bunch) for bunch in bunches}) > 1
    columns = [Column(view.say("head.group"), numeric=False)] if grouped else []
    columns += [Column(_column_head(view, recipe, bunches)) for recipe in recipes]
    columns += [Column(view.say("head.method"), numeric=False)] if methods else []
    notes: list[str] = []
    writer = compute_writer(view, rows)
    several = len({_topic(view, bunch) for bunch in bunches}) > 1
    lines: list[Line] = []
    previous: Bunch | None = None
    for bunch in bunches:
        if several and (previous is None or _topic(view, previous) != _topic(view, bunch)):
            lines.append(Line(_topic(view, bunch), heading=True))
        stub = _stub(view, bunch, several) if previous is None or previous.subject != bunch.subject else ""
        cells = [Cell(view.group(bunch.group))] if grouped else []
        cells += _mark([recipe.cell(writer, bunch) for recipe in recipes], bunch, notes)
        cells += [Cell(_methods(view, bunch))] if methods else []
        lines.append(Line(stub, tuple(cells), level=1 if several else 0))
        previous = bunch
    head = _stub_head(view, bunches)
    return Table(number, title, head, tuple(columns), tuple(lines), tuple(notes), source(view, rows))


def _methods(view: View, bunch: Bunch) -> str:
    methods = dict.fromkeys(row.method for row in bunch.rows.values() if row.method)
    return view.say("list.semicolon").join(view.method(method) for method in methods)


def render_groups(
    view: View, number: str, title: str, rows: Sequence[ResultRow], intervals: bool = False, stub_head: str = ""
) -> Table:
    """A table with a column for each group and a line for each level of each parameter; ``intervals`` adds them below."""
    bunches = fold_bunches(rows)
    writer = compute_writer(view, rows)
    groups = view.sort_groups(bunch.group for bunch in bunches)
    columns = tuple(Column(_group_head(view, group, rows)) for group in groups)
    lines: list[Line] = []
    notes: list[str] = []
    for parameter in dict.fromkeys(bunch.parameter for bunch in bunches):
        lines += _parameter_lines(
            view, writer, [one for one in bunches if one.parameter == parameter], groups, intervals, notes
        )
    return Table(number, title, stub_head, columns, tuple(lines), tuple(notes), source(view, rows))


def render_levels(view: View, number: str, title: str, rows: Sequence[ResultRow]) -> Table:
    """A table of counts over visits: a line for each visit and group, a column for each level."""
    bunches = fold_bunches(rows)
    writer = compute_writer(view, rows)
    levels = list(dict.fromkeys(bunch.category for bunch in bunches))
    columns = [Column(view.say("head.group"), numeric=False)]
    columns += [Column(view.category(bunches[0].parameter, level)) for level in levels]
    lines: list[Line] = []
    for visit in view.sort_visits(bunch.visit for bunch in bunches):
        for index, group in enumerate(view.sort_groups(bunch.group for bunch in bunches if bunch.visit == visit)):
            mine = {one.category: one for one in bunches if (one.visit, one.group) == (visit, group)}
            cells = [COUNT.cell(writer, mine[level]) if level in mine else Cell() for level in levels]
            lines.append(Line("" if index else view.visit(visit), (Cell(view.group(group)), *cells)))
    return Table(number, title, view.say("head.visit"), tuple(columns), tuple(lines), (), source(view, rows))


def _parameter_lines(
    view: View, writer: Writer, bunches: list[Bunch], groups: tuple[str, ...], intervals: bool, notes: list[str]
) -> list[Line]:
    """The lines of one parameter: its statistics, or its levels with counts."""
    whole = [bunch for bunch in bunches if not bunch.category]
    levels = [bunch for bunch in bunches if bunch.category]
    contrasts = {bunch.group: bunch for bunch in whole if CONTRAST in bunch.group and "estimate" in bunch.rows}
    whole = [bunch for bunch in whole if bunch.group not in contrasts]
    name = _parameter(view, bunches[0])
    recipes = _line_recipes(whole, intervals)
    counted = bool(recipes) and recipes[0] is COUNT
    head = recipes[0] if counted or (len(recipes) == 1 and not levels) else None
    first = _head_line(view, writer, name, head, whole, contrasts, groups, notes)
    lines = [first]
    rest = [one for one in recipes if one is not head]
    lines += [_group_line(view, writer, _head(view, one), one, whole, groups, 1, notes) for one in rest]
    for category in dict.fromkeys(bunch.category for bunch in levels):
        same = [bunch for bunch in levels if bunch.category == category]
        text = view.category(same[0].parameter, category)
        lines.append(_group_line(view, writer, text, COUNT, same, groups, 1, notes))
        if intervals and any(INTERVAL.fits(bunch) for bunch in same):
            lines.append(_group_line(view, writer, _head(view, INTERVAL), INTERVAL, same, groups, 2, notes))
    return lines


def _head_line(
    view: View, writer: Writer, name: str, recipe: Recipe | None, whole: list[Bunch], contrasts: dict[str, Bunch],
    groups: tuple[str, ...], notes: list[str],
) -> Line:  # fmt: skip
    """The line of the parameter itself: its counts where it has any, and what lies between the groups."""
    cells = (
        list(_group_line(view, writer, name, recipe, whole, groups, 0, notes).cells)
        if recipe
        else [Cell() for _ in groups]
    )
    for group, bunch in contrasts.items():
        text = writer.value(bunch.rows["estimate"])
        interval = writer.interval(bunch) if INTERVAL.fits(bunch) else ""
        cell = Cell(f"{text} ({interval})" if interval else text, tuple(bunch.rows.values()))
        cells[groups.index(group)] = _mark([cell], bunch, notes)[0]
    heading = recipe is None
    return Line(name, tuple(cells) if any(cell.text for cell in cells) else (), heading=heading)


def _line_recipes(whole: list[Bunch], intervals: bool) -> tuple[Recipe, ...]:
    recipes = choose_recipes(whole)
    if COUNT in recipes:
        recipes = tuple(one for one in recipes if one is not ESTIMATE)
    if any(one in DESCRIPTIVE[1:] for one in recipes) or intervals:
        return recipes
    return tuple(one for one in recipes if one is not INTERVAL)


def _group_line(
    view: View, writer: Writer, stub: str, recipe: Recipe, bunches: list[Bunch], groups: tuple[str, ...], level: int,
    notes: list[str],
) -> Line:  # fmt: skip
    cells: list[Cell] = []
    for group in groups:
        found = [bunch for bunch in bunches if bunch.group == group and recipe.fits(bunch)]
        cells += _mark([recipe.cell(writer, found[0])], found[0], notes) if found else [Cell()]
    return Line(stub, tuple(cells), level)


def _mark(cells: list[Cell], bunch: Bunch, notes: list[str]) -> list[Cell]:
    """The cells, the first that carries a value with marks to the warnings of its rows."""
    done: set[str] = set()
    marked: list[Cell] = []
    for cell in cells:
        fresh = [w for row in cell.rows for w in row.warnings if w not in done]
        done.update(fresh)
        for warning in fresh:
            if warning not in notes:
                notes.append(warning)
        marks = tuple(dict.fromkeys(notes.index(warning) for warning in fresh))
        marked.append(Cell(cell.text, cell.rows, marks) if marks else cell)
    return marked


def _sort_bunches(view: View, bunches: Sequence[Bunch]) -> list[Bunch]:
    """By parameter, then kind of value (itself, its change, best case …), visit, level, group."""
    parameters = list(dict.fromkeys(bunch.parameter for bunch in bunches))
    visits = view.sort_visits(bunch.visit for bunch in bunches)
    categories = list(dict.fromkeys(bunch.category for bunch in bunches))
    groups = view.sort_groups(bunch.group for bunch in bunches)

    def rank(one: Bunch) -> tuple[int, int, int, int, int]:
        category = categories.index(one.category)
        kind = category if one.category in KINDS else -1
        return parameters.index(one.parameter), kind, visits.index(one.visit), category, groups.index(one.group)

    return sorted(bunches, key=rank)


def _topic(view: View, bunch: Bunch) -> str:
    """What a stretch of lines is about: the parameter, and the kind of value where it is not the value itself."""
    name = _parameter(view, bunch)
    if bunch.category not in KINDS:
        return name
    return f"{name}{view.say('sentence.colon')}{view.category(bunch.parameter, bunch.category).lower()}"


def _parameter(view: View, bunch: Bunch) -> str:
    unit = next((row.unit for row in bunch.rows.values() if row.unit and row.statistic not in ("n", "p")), "")
    name = view.parameter(bunch.parameter)
    if unit == "ratio":
        name = _UNIT.sub("", name)
        return name if bunch.category in KINDS else f"{name}{view.say('sentence.colon')}{view.say('unit.ratio')}"
    return f"{name} ({unit})" if unit and unit not in name and unit not in ("proportion", "fraction", "1") else name


def _stub(view: View, bunch: Bunch, several: bool) -> str:
    category = "" if bunch.category in KINDS else view.category(bunch.parameter, bunch.category)
    parts = [view.visit(bunch.visit) if bunch.visit else "", category]
    text = ", ".join(part for part in parts if part)
    return text or ("" if several else _parameter(view, bunch))


def _stub_head(view: View, bunches: Sequence[Bunch]) -> str:
    return view.say("head.visit") if any(bunch.visit for bunch in bunches) else ""


def _head(view: View, recipe: Recipe) -> str:
    level = view.definition.plan.confidence * 100
    if recipe.head.startswith("head."):
        return view.say(recipe.head, level=f"{level:g}")
    return view.statistic(recipe.head.removeprefix("statistic."))


def _column_head(view: View, recipe: Recipe, bunches: Sequence[Bunch]) -> str:
    """The head of a statistic; percentages say so, because their cells do not."""
    head = _head(view, recipe)
    if recipe not in (ESTIMATE, INTERVAL):
        return head
    rows = [row for bunch in bunches for row in bunch.pick(*recipe.uses) if row.value is not None]
    return f"{head}, %" if rows and all(is_share(row) for row in rows) else head


def _group_head(view: View, group: str, rows: Sequence[ResultRow]) -> str:
    if any(row.group == group and row.method.startswith("standardised_difference.") for row in rows):
        return f"{view.statistic('smd')}\n{view.group(group)}"
    size = next((view.count_set(row.analysis_set, group) for row in rows if row.group == group), None)
    return f"{view.group(group)}\n(N = {size})" if size is not None and CONTRAST not in group else view.group(group)


def source(view: View, rows: Iterable[ResultRow]) -> tuple[str, ...]:
    """What every table says below itself: set, numbers, methods, data cut, definition."""
    met = list(rows)
    lines: list[str] = []
    for analysis_set in dict.fromkeys(row.analysis_set for row in met if row.analysis_set):
        sizes = [
            f"{view.group(arm)} {size}"
            for arm in (*view.definition.arms, TOTAL)
            if (size := view.count_set(analysis_set, arm)) is not None
        ]
        text = view.say("source.set", title=view.set_title(analysis_set), id=analysis_set)
        lines.append(f"{text}: {', '.join(sizes)}" if sizes else text)
    missing = [row.n_missing for row in met]
    if any(row.n_used for row in met) and any(row.method or row.n_missing or row.statistic == "mean" for row in met):
        most, least = max(row.n_used for row in met), min(row.n_used for row in met if row.n_used)
        used = str(most) if most == least else f"{least}–{most}"
        gone = str(max(missing)) if min(missing) == max(missing) else f"{min(missing)}–{max(missing)}"
        lines.append(view.say("source.numbers", used=used, missing=gone))
    methods = [view.method(one) for one in dict.fromkeys(row.method for row in met if row.method)]
    if methods:
        lines.append(view.say("source.methods", methods="; ".join(methods)))
    header = view.bundle.header
    lines.append(view.say("source.cut", cut=view.cut, version=header.version, digest=header.digest[:12]))
    return tuple(lines)
