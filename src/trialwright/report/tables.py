"""The two layouts that nearly every table has: statistics across (one line a group), and groups across (one line a level)."""

from collections.abc import Iterable, Sequence

from trialwright.report.display import Cell, Column, Line, Table
from trialwright.report.measures import COUNT, DESCRIPTIVE, INTERVAL, Recipe, Writer, choose_recipes, compute_writer
from trialwright.report.rows import Bunch, fold_bunches
from trialwright.report.view import CONTRAST, TOTAL, View
from trialwright.results import ResultRow


def render_statistics(view: View, number: str, title: str, rows: Sequence[ResultRow]) -> Table:
    """A table with a line for each parameter, visit, level and group, and a column for each statistic."""
    bunches = _sort_bunches(view, fold_bunches(rows))
    writer = compute_writer(view, rows)
    recipes = choose_recipes(bunches)
    grouped = any(bunch.group for bunch in bunches)
    methods = len({bunch.method for bunch in bunches if bunch.method}) > 1
    columns = [Column(view.say("head.group"), numeric=False)] if grouped else []
    columns += [Column(_head(view, recipe)) for recipe in recipes]
    columns += [Column(view.say("head.method"), numeric=False)] if methods else []
    lines: list[Line] = []
    parameters = len({bunch.parameter for bunch in bunches}) > 1
    notes: list[str] = []
    previous: tuple[str, str, str] | None = None
    for bunch in bunches:
        key = (bunch.parameter, bunch.visit, bunch.category)
        if parameters and (previous is None or previous[0] != bunch.parameter):
            lines.append(Line(_parameter(view, bunch), heading=True))
        stub = _stub(view, bunch, parameters) if key != previous else ""
        cells = [Cell(view.group(bunch.group))] if grouped else []
        cells += _mark([recipe.cell(writer, bunch) for recipe in recipes], bunch, notes)
        cells += [Cell(view.method(bunch.method) if bunch.method else "")] if methods else []
        lines.append(Line(stub, tuple(cells), level=1 if parameters else 0, strong=CONTRAST in bunch.group))
        previous = key
    return Table(number, title, _stub_head(view, bunches), tuple(columns), tuple(lines), tuple(notes), source(view, rows))


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
        lines += _parameter_lines(view, writer, [one for one in bunches if one.parameter == parameter], groups, intervals, notes)
    return Table(number, title, stub_head, columns, tuple(lines), tuple(notes), source(view, rows))


def _parameter_lines(
    view: View, writer: Writer, bunches: list[Bunch], groups: tuple[str, ...], intervals: bool, notes: list[str]
) -> list[Line]:
    """The lines of one parameter: its statistics, or its levels with counts."""
    whole = [bunch for bunch in bunches if not bunch.category]
    levels = [bunch for bunch in bunches if bunch.category]
    plain = not levels and not any("mean" in bunch.rows or "median" in bunch.rows for bunch in whole)
    name = _parameter(view, bunches[0])
    recipes = _line_recipes(whole, intervals)
    if plain and len(recipes) == 1:
        return [_group_line(view, writer, name, recipes[0], whole, groups, 0, notes)]
    lines = [Line(name, heading=True)] if not plain else []
    if plain:
        first = _group_line(view, writer, name, recipes[0], whole, groups, 0, notes) if recipes else Line(name, heading=True)
        lines.append(first)
        recipes = recipes[1:]
    lines += [_group_line(view, writer, _head(view, one), one, whole, groups, 1, notes) for one in recipes]
    for category in dict.fromkeys(bunch.category for bunch in levels):
        same = [bunch for bunch in levels if bunch.category == category]
        text = view.category(same[0].parameter, category)
        lines.append(_group_line(view, writer, text, COUNT, same, groups, 1, notes))
        if intervals and any(INTERVAL.fits(bunch) for bunch in same):
            lines.append(_group_line(view, writer, _head(view, INTERVAL), INTERVAL, same, groups, 2, notes))
    return lines


def _line_recipes(whole: list[Bunch], intervals: bool) -> tuple[Recipe, ...]:
    recipes = choose_recipes(whole)
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
    parameters = list(dict.fromkeys(bunch.parameter for bunch in bunches))
    visits = view.sort_visits(bunch.visit for bunch in bunches)
    categories = list(dict.fromkeys(bunch.category for bunch in bunches))
    groups = view.sort_groups(bunch.group for bunch in bunches)
    return sorted(
        bunches,
        key=lambda one: (
            parameters.index(one.parameter),
            visits.index(one.visit),
            categories.index(one.category),
            groups.index(one.group),
        ),
    )


def _parameter(view: View, bunch: Bunch) -> str:
    unit = next((row.unit for row in bunch.rows.values() if row.unit and row.statistic not in ("n", "p")), "")
    name = view.parameter(bunch.parameter)
    return f"{name} ({unit})" if unit and unit not in name and unit not in ("proportion", "fraction", "1") else name


def _stub(view: View, bunch: Bunch, parameters: bool) -> str:
    parts = [view.visit(bunch.visit) if bunch.visit else "", view.category(bunch.parameter, bunch.category)]
    text = ", ".join(part for part in parts if part)
    return text or ("" if parameters else _parameter(view, bunch))


def _stub_head(view: View, bunches: Sequence[Bunch]) -> str:
    return view.say("head.visit") if any(bunch.visit for bunch in bunches) else ""


def _head(view: View, recipe: Recipe) -> str:
    level = view.definition.plan.confidence * 100
    if recipe.head.startswith("head."):
        return view.say(recipe.head, level=f"{level:g}")
    return view.statistic(recipe.head.removeprefix("statistic."))


def _group_head(view: View, group: str, rows: Sequence[ResultRow]) -> str:
    size = next(
        (view.count_set(row.analysis_set, group) for row in rows if row.group == group), None
    )
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
    if any(row.n_used for row in met):
        most, least = max(row.n_used for row in met), min(row.n_used for row in met if row.n_used)
        used = str(most) if most == least else f"{least}–{most}"
        gone = str(max(missing)) if min(missing) == max(missing) else f"{min(missing)}–{max(missing)}"
        lines.append(view.say("source.numbers", used=used, missing=gone))
    methods = [view.method(one) for one in dict.fromkeys(row.method for row in met if row.method)]
    if methods:
        lines.append(view.say("source.methods", methods="; ".join(methods)))
    header = view.bundle.header
    lines.append(view.say("source.cut", cut=header.data_cut, version=header.version, digest=header.digest[:12]))
    return tuple(lines)
