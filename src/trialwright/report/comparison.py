"""Layout: a line for each visit; a column for each arm and, beside them, what lies between the arms.

One table holds every analysis of a role; each stretch of lines is one method, which is its heading.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from trialwright.definition.analysis import SetKind, Threshold
from trialwright.report.display import Cell, Column, Line, Table
from trialwright.report.measures import DEGREES, INTERVAL, P_VALUE, WIDTHS, Recipe, Writer, compute_writer, is_share
from trialwright.report.numerals import NOT_ESTIMATED, render_count, render_interval
from trialwright.report.rows import Bunch, fold_bunches, merge_agreeing, merge_bunches
from trialwright.report.table_parts import head_column, list_changes, mark_warnings, source, strip_unit
from trialwright.report.view import CONTRAST, MEDIAN, TOTAL, View
from trialwright.results import ResultRow

_ENDS = ("events", "competing", "censored")
_BESIDE = ("limit", "at_least")
"""What stands in the column of the interval where there is none, or behind it."""
_OWN_METHOD = ("E_VALUE", "IMPUTED", "TIPPING_POINT", "WIN_ODDS", "ODDS_RATIO")
"""Categories that the heading's method says already."""
_MOST_ARMS = 2
_SHARES = "share"
_Subject = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The lines of one method: what was compared, and the arms beside it by what they are about (visit, category)."""

    analysis: str
    parameter: str
    methods: tuple[str, ...]
    between: tuple[Bunch, ...]
    arms: dict[_Subject, dict[str, list[Bunch]]]

    def list_subjects(self, view: View) -> list[_Subject]:
        """What the lines are about: by visit, then in the order of the rows."""
        met = list(dict.fromkeys([*((one.visit, one.category) for one in self.between), *self.arms]))
        visits = view.sort_visits(visit for visit, _ in met)
        return sorted(met, key=lambda one: (visits.index(one[0]) if one[0] else len(visits), met.index(one)))


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What the lines of one table share; ``notes`` and ``kinds`` fill while they are written."""

    view: View
    writer: Writer
    recipes: tuple[Recipe, ...]
    arms: tuple[str, ...]
    compared: bool
    kinds: dict[str, None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def can_compare(view: View, rows: Iterable[ResultRow]) -> bool:
    """Whether these rows fit the layout: at most two arms and one comparison."""
    groups = {row.group for row in rows}
    return len(groups & set(view.definition.arms)) <= _MOST_ARMS and sum(CONTRAST in one for one in groups) <= 1


def render_comparison(view: View, number: str, title: str, rows: Sequence[ResultRow]) -> Table:
    """The table of every analysis in ``rows``."""
    stretches = list(_fold_stretches(view, rows))
    between = [bunch for one in stretches for bunch in one.between]
    arms = tuple(arm for arm in view.definition.arms if any(row.group == arm for row in rows))
    told = {statistic for bunch in between for statistic in bunch.rows}
    fitting = (INTERVAL, DEGREES, P_VALUE, WIDTHS)
    recipes = tuple(one for one in fitting if told & {*one.needs, *(_BESIDE if one is INTERVAL else ())})
    sheet = _Sheet(view, compute_writer(view, rows), recipes, arms, bool(between))
    several = len({one.parameter for one in stretches}) > 1
    lines: list[Line] = []
    for stretch in stretches:
        if len(stretches) > 1:
            lines.append(Line(_head(view, stretch, several), heading=True))
        lines += _render_stretch(sheet, stretch, 1 if len(stretches) > 1 else 0)
    lines, columns = _drop_empty(lines, _columns(sheet, between))
    notes = [*map(view.note, sheet.notes), *_explain(sheet, stretches)]
    return Table(
        number, title, view.say("head.visit"), tuple(columns), tuple(lines), tuple(notes),
        source(view, rows, methods=len(stretches) == 1),
    )  # fmt: skip


def _columns(sheet: _Sheet, between: Sequence[Bunch]) -> list[Column]:
    view = sheet.view
    only = next(iter(sheet.kinds)) if len(sheet.kinds) == 1 else "result"
    level = f"{view.definition.plan.confidence * 100:g}"
    heads = (Column(view.say("head.n")), Column(view.say(f"arm.{only}", level=level)))
    columns = [replace(one, span=view.arm(arm)) for arm in sheet.arms for one in heads]
    if not sheet.compared:
        return columns
    ratios = {_is_ratio(one) for one in between if "estimate" in one.rows and CONTRAST in one.group}
    group = next((one.group for one in between if CONTRAST in one.group), TOTAL)
    span = view.group(group, ratios == {True}) if len(ratios) < 2 else view.say("head.between")
    told = [view.say("head.estimate"), *(head_column(view, one, between) for one in sheet.recipes)]
    return [*columns, *(Column(head.replace(", %", ""), span) for head in told)]


def _drop_empty(lines: list[Line], columns: list[Column]) -> tuple[list[Line], list[Column]]:
    """Without the columns that no line fills: the numbers of participants where every cell has its own."""
    kept = [i for i in range(len(columns)) if any(line.cells and line.cells[i].text for line in lines)]
    return (
        [replace(line, cells=tuple(line.cells[i] for i in kept)) if line.cells else line for line in lines],
        [columns[i] for i in kept],
    )


def _fold_stretches(view: View, rows: Sequence[ResultRow]) -> Iterator[_Stretch]:
    for analysis in dict.fromkeys(row.analysis for row in rows):
        for parameter in dict.fromkeys(row.parameter for row in rows if row.analysis == analysis):
            mine = fold_bunches(row for row in rows if (row.analysis, row.parameter) == (analysis, parameter))
            yield from _fold_methods(view, analysis, parameter, mine)


def _fold_methods(view: View, analysis: str, parameter: str, bunches: Sequence[Bunch]) -> Iterator[_Stretch]:
    """A stretch for each method between the arms; every arm's values stand with what compares them."""
    arms = [one for one in bunches if one.group in view.definition.arms]
    between = merge_agreeing([one for one in bunches if one.group not in view.definition.arms])
    pooled = any(one.group == TOTAL for one in between)
    found: dict[tuple[str, ...], list[Bunch]] = {} if between else {_list_all_methods(arms): []}
    for one in between:
        found.setdefault(() if pooled else _list_methods(one), []).append(one)
    placed: list[dict[_Subject, dict[str, list[Bunch]]]] = [{} for _ in found]
    for one in arms:
        at = placed[_choose_stretch(one, list(found.items()))]
        at.setdefault((one.visit, one.category), {}).setdefault(one.group, []).append(one)
    for (methods, mine), by_subject in zip(found.items(), placed, strict=True):
        yield _Stretch(analysis, parameter, methods or _list_all_methods(mine), tuple(mine), by_subject)


def _choose_stretch(bunch: Bunch, found: Sequence[tuple[tuple[str, ...], Sequence[Bunch]]]) -> int:
    """Where an arm's values stand: with the method of the same kind, else with the first about the same, else first."""
    kinds = {method.partition(".")[0] for method in _list_methods(bunch)}
    same = [i for i, (methods, _) in enumerate(found) if kinds & {one.partition(".")[0] for one in methods}]
    about = [i for i, (_, mine) in enumerate(found) if any(one.subject == bunch.subject for one in mine)]
    return 0 if "censored" in bunch.rows else (*same, *about, 0)[0]


def _list_all_methods(bunches: Iterable[Bunch]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(method for one in bunches for method in _list_methods(one)))


def _list_methods(bunch: Bunch) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.method for row in bunch.rows.values() if row.method))


def _head(view: View, stretch: _Stretch, several: bool) -> str:
    """What tells a stretch from the others: the measure, the methods, the set, what is compared, what the values are."""
    planned = next((one for one in view.definition.plan.analyses if one.id == stretch.analysis), None)
    full = {one.id for one in view.definition.plan.sets if one.kind is SetKind.FULL}
    arms = [one for by in stretch.arms.values() for many in by.values() for one in many]
    own = [method.partition(":")[0] for one in arms if {"estimate", "at_least"} & set(one.rows) and not one.category
           for method in _list_methods(one) if method not in stretch.methods]  # fmt: skip
    words = view.say("list.semicolon").join(dict.fromkeys(view.method(one) for one in (*own, *stretch.methods)))
    parts = [view.set_title(planned.analysis_set)] if planned and planned.analysis_set not in full else []
    parts += [_say_threshold(view, planned.threshold)] if planned and planned.threshold else []
    parts += [view.say("between.survival")] if any(one.startswith("kaplan_meier.") for one in own) else []
    parts += [view.say(f"of.{planned.of}")] if planned and planned.of != "CHANGE" else []
    parts += dict.fromkeys(_say_measure(view, one) for one in stretch.between)
    told = view.say("list.semicolon").join(dict.fromkeys(part for part in parts if part))
    name = strip_unit(view.parameter(stretch.parameter)) if several or not words else ""
    words = words[:1].upper() + words[1:]
    head = view.say("sentence.colon").join(part for part in (name, words) if part)
    marked = f"{head}{view.mark_post_hoc((stretch.analysis,))}"
    return f"{marked} – {told}" if told else marked


def _say_threshold(view: View, threshold: Threshold) -> str:
    """Beyond which value or grade somebody counts."""
    if threshold.grade is not None:
        return view.say("between.grade", grade=threshold.grade)
    return view.say("between.times", times=f"{threshold.times_uln:g}")


def _say_measure(view: View, bunch: Bunch) -> str:
    """Whether what lies between the arms is a ratio, a difference, or a difference of percentages."""
    row = bunch.rows.get("estimate")
    if row is None or CONTRAST not in bunch.group or bunch.category in ("E_VALUE", "TIPPING_POINT"):
        return ""
    if _is_ratio(bunch):
        return view.say("between.ratio")
    return view.say("between.points" if is_share(row) or row.unit == "%" else "between.difference")


def _is_ratio(bunch: Bunch) -> bool:
    row = bunch.rows.get("estimate")
    return row is not None and row.unit == "ratio"


def _render_stretch(sheet: _Sheet, stretch: _Stretch, level: int) -> Iterator[Line]:
    compared: dict[_Subject, list[Bunch]] = {}
    for one in stretch.between:
        compared.setdefault((one.visit, one.category), []).append(one)
    fresh: set[str] = set()
    for subject in stretch.list_subjects(sheet.view):
        by_arm = stretch.arms.get(subject, {})
        for index, bunch in enumerate(compared.get(subject) or [None]):
            told = by_arm if index == 0 else {}
            cells = [cell for arm in sheet.arms for cell in _arm_cells(sheet, subject, told.get(arm, []))]
            cells += _between_cells(sheet, bunch) if sheet.compared else []
            if not any(cell.text for cell in cells):
                continue
            marked = mark_warnings(cells, sheet.notes, fresh)
            fresh |= {warning for cell in cells for row in cell.rows for warning in row.warnings}
            yield Line(_stub(sheet.view, subject) if index == 0 else "", tuple(marked), level)
            if bunch is not None and "at_least" in bunch.rows:
                yield _agreement_line(sheet, bunch, level)
        ended = {arm: one for arm, many in by_arm.items() for one in many if "censored" in one.rows}
        if ended:
            yield _end_line(sheet, ended, level)


def _stub(view: View, subject: _Subject) -> str:
    visit, category = subject
    if category == MEDIAN:
        return view.say("statistic.median_time")
    named = category not in _OWN_METHOD or not visit
    parts = [view.visit(visit) if visit else "", view.category("", category) if named and category else ""]
    return view.say("list.comma").join(part for part in parts if part) or view.say("visit.all")


def _arm_cells(sheet: _Sheet, subject: _Subject, bunches: Sequence[Bunch]) -> tuple[Cell, Cell]:
    """The number of participants of an arm, and what it has."""
    merged = merge_bunches(bunches)
    bunch = next((one for one in merged if {"count", "estimate", "at_least"} & set(one.rows)), None)
    bunch = bunch or next((one for one in merged if "median" in one.rows), None)
    if bunch is None:
        return Cell(), Cell()
    behind = tuple(row for one in merged for row in one.rows.values() if row.statistic not in _ENDS)
    writer, interval = sheet.writer, sheet.writer.interval(bunch)
    if "count" in bunch.rows:
        kind, text = "count", writer.count(bunch, of=True)
        inside = text.endswith(")") and interval != NOT_ESTIMATED
        text = f"{text[:-1]}; {interval})" if inside else text
    elif "estimate" in bunch.rows:
        kind = _SHARES if is_share(bunch.rows["estimate"]) else "estimate"
        text = writer.value(bunch.rows["estimate"])
        text = f"{text} ({interval})" if interval != NOT_ESTIMATED else text
    elif "at_least" in bunch.rows:
        kind = "bounds"
        low, high = (writer.value(bunch.rows.get(one)) for one in ("at_least", "at_most"))
        text = render_interval(low, high, sheet.view.say("interval.to"))
    else:
        kind, text = "median", writer.median(bunch)
    if subject[1] != MEDIAN:
        sheet.kinds[kind] = None
    n = bunch.rows.get("n")
    used = n.value if n is not None else float(bunch.any.n_used)
    size = Cell() if kind == "count" or not used else Cell(render_count(used), (n or bunch.any,))
    return size, Cell(text, behind)


def _end_line(sheet: _Sheet, ended: dict[str, Bunch], level: int) -> Line:
    """How follow-up ended: with the event, with a death before it, without either."""
    some = [one for one in _ENDS if any(one in bunch.rows for bunch in ended.values())]
    cells: list[Cell] = []
    for arm in sheet.arms:
        bunch = ended.get(arm)
        texts = [render_count(bunch.value(one)) for one in some] if bunch else []
        cells += [Cell(), Cell(" / ".join(texts), bunch.pick(*some) if bunch else ())]
    words = [sheet.view.statistic(one).lower() for one in some]
    stub = " / ".join(words)
    blank = [Cell()] * (1 + len(sheet.recipes)) if sheet.compared else []
    return Line(stub[:1].upper() + stub[1:], (*cells, *blank), level)


def _between_cells(sheet: _Sheet, bunch: Bunch | None) -> list[Cell]:
    """Estimate, interval, degrees of freedom, p and widths of what lies between the arms."""
    if bunch is None:
        return [Cell()] * (1 + len(sheet.recipes))
    writer, view = sheet.writer, sheet.view
    cells = [recipe.cell(writer, bunch) for recipe in sheet.recipes]
    first = Cell()
    if "estimate" in bunch.rows:
        first = Cell(writer.value(bunch.rows["estimate"]), bunch.pick("estimate", "se"))
    elif "readings" in bunch.rows:
        first = Cell(render_count(bunch.value("readings")), bunch.pick("readings"))
    elif "df2" in bunch.rows:
        first = Cell(view.say("between.f", value=writer.value(bunch.rows["statistic"])), bunch.pick("statistic"))
    if bunch.value("limit") is not None:
        text = view.say("between.limit", low=writer.value(bunch.rows["limit"]))
        cells[sheet.recipes.index(INTERVAL)] = Cell(text, bunch.pick("limit"))
    return [first, *cells]


def _agreement_line(sheet: _Sheet, bunch: Bunch, level: int) -> Line:
    """The limits of agreement of two readers, in the column of the interval."""
    low, high = (sheet.writer.value(bunch.rows.get(one)) for one in ("at_least", "at_most"))
    text = render_interval(low, high, sheet.view.say("interval.to"))
    cells = [Cell()] * (2 * len(sheet.arms) + 1 + len(sheet.recipes))
    cells[2 * len(sheet.arms) + 1 + sheet.recipes.index(INTERVAL)] = Cell(text, bunch.pick("at_least", "at_most"))
    return Line(sheet.view.say("between.agreement"), tuple(cells), level)


def _explain(sheet: _Sheet, stretches: Sequence[_Stretch]) -> Iterator[str]:
    """What the cells of the arms hold, the arms' own methods, and what the widths are."""
    view = sheet.view
    level = f"{view.definition.plan.confidence * 100:g}"
    if len(sheet.kinds) > 1:
        kinds = view.say("list.semicolon").join(view.say(f"arm.{one}.told", level=level) for one in sheet.kinds)
        yield view.say("note.arms", kinds=kinds)
    told = {method for one in stretches for method in one.methods}
    own = dict.fromkeys(
        method for one in stretches for by in one.arms.values() for many in by.values() for bunch in many
        for method in _list_methods(bunch) if method not in told
    )  # fmt: skip
    if own and len(stretches) > 1:
        yield view.say(
            "note.arm_methods", methods=view.say("list.semicolon").join(dict.fromkeys(map(view.method, own)))
        )
    arms = [bunch for one in stretches for by in one.arms.values() for many in by.values() for bunch in many]
    changes = list_changes(view)
    if any(row.unit == "ratio" for bunch in arms for row in bunch.rows.values()):
        yield view.say("note.ratio")
    elif any(bunch.analysis in changes and not bunch.category for bunch in arms):
        yield view.say("note.change")
    if WIDTHS in sheet.recipes:
        yield view.say("note.widths")
