"""Layout: a line for each parameter, visit, level and group; a column for each statistic."""

from collections.abc import Sequence

from trialwright.report.display import Cell, Column, Line, Table
from trialwright.report.measures import COUNT, MEDIAN, WIDTHS, N, choose_recipes, compute_writer
from trialwright.report.rows import Bunch, fold_bunches, merge_agreeing
from trialwright.report.table_parts import (
    KINDS,
    find_common,
    head_column,
    head_statistic,
    list_changes,
    mark_warnings,
    name_parameter,
    source,
)
from trialwright.report.view import CONTRAST, View
from trialwright.results import ResultRow


def render_statistics(view: View, number: str, title: str, rows: Sequence[ResultRow]) -> Table:
    """The table of these rows; neighbours that share everything but the method stand on one line."""
    bunches = merge_agreeing(_sort_bunches(view, fold_bunches(rows)))
    recipes = choose_recipes(bunches)
    grouped = any(bunch.group for bunch in bunches)
    told = _tell_methods(view, bunches)
    methods = told is None
    columns = [Column(view.say("head.group"), numeric=False)] if grouped else []
    columns += [Column(head_column(view, recipe, bunches)) for recipe in recipes]
    columns += [Column(view.say("head.method"), numeric=False)] if methods else []
    notes: list[str] = []
    common = find_common(bunches)
    writer = compute_writer(view, rows)
    several = len({_topic(view, bunch) for bunch in bunches}) > 1 and any(
        bunch.visit or bunch.category for bunch in bunches
    )
    lines: list[Line] = []
    previous: Bunch | None = None
    for bunch in bunches:
        if several and (previous is None or _topic(view, previous) != _topic(view, bunch)):
            lines.append(Line(_topic(view, bunch), heading=True))
        stub = _stub(view, bunch, several) if previous is None or previous.subject != bunch.subject else ""
        cells = [Cell(view.group(bunch.group, _is_ratio(bunch)))] if grouped else []
        cells += mark_warnings([recipe.cell(writer, bunch) for recipe in recipes], notes, common)
        cells += [Cell(_methods(view, bunch))] if methods else []
        lines.append(Line(stub, tuple(cells), level=1 if several else 0))
        previous = bunch
    widths = (view.say("note.widths"),) if WIDTHS in recipes else ()
    scale = _say_scale(view, bunches)
    printed = (*map(view.note, (*notes, *common)), *(told or ()), *scale, *widths)
    head = view.say("head.visit") if any(bunch.visit for bunch in bunches) else ""
    return Table(number, title, head, tuple(columns), tuple(lines), printed, source(view, rows))


def render_levels(view: View, number: str, title: str, rows: Sequence[ResultRow]) -> Table:
    """A table of counts over visits: a line for each visit and group, a column for each level; medians beside them."""
    whole = {(one.visit, one.group): one for one in fold_bunches(rows) if not one.category and "median" in one.rows}
    bunches = [one for one in fold_bunches(rows) if one.category]
    writer = compute_writer(view, rows)
    beside = (N, MEDIAN) if whole else ()
    met = {bunch.category for bunch in bunches if bunch.value("count")}
    levels = [one for one in dict.fromkeys(bunch.category for bunch in bunches) if one in met]
    columns = [Column(view.say("head.group"), numeric=False)]
    columns += [Column(head_statistic(view, one)) for one in beside]
    columns += [Column(level if level.isdigit() else view.category(bunches[0].parameter, level)) for level in levels]
    lines: list[Line] = []
    for visit in view.sort_visits(bunch.visit for bunch in bunches):
        for index, group in enumerate(view.sort_groups(bunch.group for bunch in bunches if bunch.visit == visit)):
            mine = {one.category: one for one in bunches if (one.visit, one.group) == (visit, group)}
            about = whole.get((visit, group))
            cells = [one.cell(writer, about) if about else Cell() for one in beside]
            cells += [COUNT.cell(writer, mine[level]) if level in mine else Cell() for level in levels]
            lines.append(Line("" if index else view.visit(visit), (Cell(view.group(group)), *cells)))
    return Table(
        number,
        title,
        view.say("head.visit"),
        tuple(columns),
        tuple(lines),
        (view.say("note.empty"),),
        source(view, rows),
    )


def _is_ratio(bunch: Bunch) -> bool:
    """Whether what lies between the arms is a ratio."""
    row = bunch.rows.get("estimate")
    return row is not None and row.unit == "ratio"


def _say_scale(view: View, bunches: Sequence[Bunch]) -> tuple[str, ...]:
    """What the estimates are of: a ratio to baseline, a change from it, or the value itself (nothing to say)."""
    changes = list_changes(view)
    mine = [one for one in bunches if one.analysis in changes and one.category not in (*KINDS, "READER_DIFFERENCE")]
    if any(_is_ratio(one) for one in mine if CONTRAST not in one.group):
        return (view.say("note.ratio"),)
    plain = [one for one in mine if {"estimate", "median", "mean"} & set(one.rows) and one.category != "E_VALUE"]
    return (view.say("note.change"),) if plain and not any(one.any.unit == "ratio" for one in plain) else ()


def _is_test(bunch: Bunch) -> bool:
    """Whether a bunch is a test of the whole course, whose method is its name."""
    return not bunch.visit and "p" in bunch.rows and "estimate" not in bunch.rows


def _methods(view: View, bunch: Bunch) -> str:
    """The methods of a bunch in words; the options of each stand in the line below the table."""
    methods = dict.fromkeys(row.method.partition(":")[0] for row in bunch.rows.values() if row.method)
    return view.say("list.semicolon").join(view.method(method) for method in methods)


def _tell_methods(view: View, bunches: Sequence[Bunch]) -> tuple[str, ...] | None:
    """One note for the arms' method and one for the contrast's; None where they need a column of their own.

    Nothing has to be told where only one method was used: the line below the table names it.
    """
    found: dict[str, dict[str, None]] = {}
    for bunch in bunches:
        text = _methods(view, bunch)
        if text and not _is_test(bunch):
            found.setdefault(bunch.group if CONTRAST in bunch.group else "", {})[text] = None
    if any(len(texts) > 1 for texts in found.values()):
        return None
    if len({text for texts in found.values() for text in texts}) < 2:
        return ()
    colon = view.say("sentence.colon")
    return tuple(
        f"{view.group(group) or view.say('head.group')}{colon}{next(iter(texts))}" for group, texts in found.items()
    )


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
    if bunch.category not in KINDS:
        return view.parameter(bunch.parameter)
    name = name_parameter(view, bunch)
    return f"{name}{view.say('sentence.colon')}{view.category(bunch.parameter, bunch.category).lower()}"


def _stub(view: View, bunch: Bunch, several: bool) -> str:
    category = "" if bunch.category in KINDS else view.category(bunch.parameter, bunch.category)
    if _is_test(bunch) and not category:
        return _methods(view, bunch)
    unit = next((row.unit for row in bunch.rows.values() if row.unit), "") if category and not bunch.visit else ""
    parts = [view.visit(bunch.visit) if bunch.visit else "", f"{category} ({unit})" if unit else category]
    text = ", ".join(part for part in parts if part)
    return text or (view.say("visit.all") if several else name_parameter(view, bunch))
