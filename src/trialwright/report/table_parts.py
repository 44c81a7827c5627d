"""What every layout of a table shares: heads of groups and statistics, marks of warnings, the line below."""

import re
from collections.abc import Iterable, Sequence

from trialwright.definition.analysis import Recipe as PlannedRecipe
from trialwright.report.display import Cell
from trialwright.report.measures import ESTIMATE, INTERVAL, Recipe, is_share
from trialwright.report.rows import Bunch
from trialwright.report.view import CONTRAST, TOTAL, View
from trialwright.results import ResultRow

KINDS = frozenset({"CHANGE", "RATIO_TO_BASELINE", "WORST_CASE", "BEST_CASE"})
"""Categories that say which value of a parameter is meant, not a level of it."""
_UNIT = re.compile(r"\s*[(\uff08][^()\uff08\uff09]*[)\uff09]$")
_PLAIN = ("n", "p", "df", "df2", "person_days")
_PLAIN_UNITS = ("", "proportion", "fraction", "1")


def list_changes(view: View) -> set[str]:
    """The analyses whose values are changes from baseline, or ratios to it."""
    recipes = (PlannedRecipe.CHANGE, PlannedRecipe.MMRM)
    return {one.id for one in view.definition.plan.analyses if one.recipe in recipes and one.of == "CHANGE"}


def strip_unit(name: str) -> str:
    """A name without the unit in brackets at its end."""
    return _UNIT.sub("", name)


def name_parameter(view: View, bunch: Bunch) -> str:
    """The parameter of a bunch with its unit, unless its label has it already."""
    estimated = [row.unit for row in bunch.pick("estimate") if row.unit]
    others = [row.unit for row in bunch.rows.values() if row.unit and row.statistic not in _PLAIN]
    unit = next(iter((*estimated, *others)), "")
    name = view.parameter(bunch.parameter)
    if unit == "ratio":
        name = strip_unit(name)
        known = view.definition.parameters.get(bunch.parameter)
        to_baseline = known is not None and known.parameter.scale == "log" and bunch.category not in KINDS
        return f"{name}{view.say('sentence.colon')}{view.say('unit.ratio')}" if to_baseline else name
    shown = view.unit(unit)
    return name if unit in _PLAIN_UNITS or shown in name else f"{name} ({shown})"


def head_statistic(view: View, recipe: Recipe) -> str:
    """The head of a column or line of one recipe."""
    level = view.definition.plan.confidence * 100
    if recipe.head.startswith("head."):
        return view.say(recipe.head, level=f"{level:g}")
    return view.statistic(recipe.head.removeprefix("statistic."))


def head_column(view: View, recipe: Recipe, bunches: Sequence[Bunch]) -> str:
    """The head of a statistic's column; percentages say so, because their cells do not."""
    head = head_statistic(view, recipe)
    if recipe not in (ESTIMATE, INTERVAL):
        return head
    rows = [row for bunch in bunches for row in bunch.pick(*recipe.uses) if row.value is not None]
    return f"{head}, %" if rows and all(is_share(row) for row in rows) else head


def head_group(view: View, group: str, rows: Sequence[ResultRow]) -> str:
    """The head of a group's column: its name and its size in the set of the rows."""
    if any(row.group == group and row.method.startswith("standardised_difference.") for row in rows):
        level = f"{view.definition.plan.confidence * 100:g}"
        return f"{view.statistic('smd')} ({view.say('head.interval', level=level)})\n{view.group(group)}"
    size = next((view.count_set(row.analysis_set, group) for row in rows if row.group == group), None)
    return f"{view.group(group)}\n(N = {size})" if size is not None and CONTRAST not in group else view.group(group)


def find_common(bunches: Sequence[Bunch]) -> tuple[str, ...]:
    """Warnings that every line carries: they are printed once, without marks."""
    if len(bunches) < 2:
        return ()
    return tuple(one for one in bunches[0].warnings if all(one in bunch.warnings for bunch in bunches))


def mark_warnings(cells: Iterable[Cell], notes: list[str], common: Iterable[str] = ()) -> list[Cell]:
    """The cells, each with marks to those warnings of its rows that no cell before it has; ``notes`` grows."""
    done: set[str] = set(common)
    marked: list[Cell] = []
    for cell in cells:
        fresh = [warning for row in cell.rows for warning in row.warnings if warning not in done]
        done.update(fresh)
        notes += [warning for warning in dict.fromkeys(fresh) if warning not in notes]
        marks = tuple(dict.fromkeys(notes.index(warning) for warning in fresh))
        marked.append(Cell(cell.text, cell.rows, marks) if marks else cell)
    return marked


def source(view: View, rows: Iterable[ResultRow], methods: bool = True) -> tuple[str, ...]:
    """What every table says below itself: set, numbers, methods unless told otherwise, data cut, definition."""
    met = list(rows)
    header = view.bundle.header
    lines = [_say_set(view, one) for one in view.list_sets(met)]
    if any(row.n_used for row in met) and any(row.method or row.n_missing or row.statistic == "mean" for row in met):
        lines.append(_say_numbers(view, met))
    used = [view.method(one) for one in dict.fromkeys(row.method for row in met if row.method)]
    if used and methods:
        lines.append(view.say("source.methods", methods=view.say("list.semicolon").join(used)))
    lines.append(view.say("source.cut", cut=view.cut, version=header.version, digest=header.digest[:12]))
    return tuple(lines)


def _say_set(view: View, analysis_set: str) -> str:
    sizes = [
        f"{view.group(arm)} {size}"
        for arm in view.definition.arms or (TOTAL,)
        if (size := view.count_set(analysis_set, arm)) is not None
    ]
    text = view.say("source.set", title=view.set_title(analysis_set), id=analysis_set)
    return f"{text}{view.say('sentence.colon')}{view.say('list.comma').join(sizes)}" if sizes else text


def _say_numbers(view: View, rows: Sequence[ResultRow]) -> str:
    used = [row.n_used for row in rows if row.n_used]
    return view.say("source.numbers", used=_span(used), missing=_span([row.n_missing for row in rows]))


def _span(numbers: Sequence[int]) -> str:
    low, high = min(numbers), max(numbers)
    return str(low) if low == high else f"{low}–{high}"
