"""Section 14.1: participant flow, analysis sets, baseline, exposure, deviations."""

from collections.abc import Sequence
from dataclasses import replace

from trialwright.definition.analysis import SetKind
from trialwright.report.display import Block, Figure, Prose, Section, Table
from trialwright.report.flowchart import Box, Flow, render_flow
from trialwright.report.groups_table import render_groups
from trialwright.report.intervals import Forest, Whisker, measure_names, render_forest
from trialwright.report.numerals import render_interval, render_value
from trialwright.report.rows import Bunch, fold_bunches
from trialwright.report.table_parts import source
from trialwright.report.view import CONTRAST, COUNTS, TOTAL, View

_SIDE = ("NOT_ELIGIBLE", "NOT_ENROLLED", "SCREEN_FAILURE", "SCREEN_FAILED", "EXCLUDED")
_LONG = 64
_SMALL = 40
"""Participants up to which a standardised difference has so large an error that its customary limit means nothing."""
_BASELINE, _EXPOSURE = ("14.1.3", "14.1.4"), ("14.1.5", "14.1.6")


def render_participants(view: View) -> Section:
    """Flow diagram and disposition."""
    blocks: list[Block] = []
    if view.index.table("14.1.1"):
        blocks.append(_figure(view))
    blocks += render_tables(view, ("14.1.1",), view.say("head.stage"))
    if not blocks:
        blocks.append(Prose(view.say("flow.none")))
    return Section("participants", view.say("section.participants"), tuple(blocks), number="10.1")


def render_deviations(view: View) -> Section | None:
    """Protocol deviations; None where the results have no table of them."""
    blocks = tuple(render_tables(view, ("14.1.7",), view.say("head.deviation")))
    return Section("deviations", view.say("section.deviations"), blocks, number="10.2") if blocks else None


def render_sets(view: View) -> Section | None:
    """The analysis sets; None where the results have none."""
    blocks = tuple(render_tables(view, ("14.1.2",), view.say("head.set")))
    return Section("sets", view.say("section.sets"), blocks, number="11.1") if blocks else None


def render_baseline(view: View) -> Section | None:
    """Baseline characteristics with standardised differences; None where there are none."""
    blocks: list[Block] = list(render_tables(view, _BASELINE, view.say("head.characteristic")))
    if not blocks:
        return None
    figure = _love(view)
    if figure is not None:
        note = _say_standardised(view)
        place = next((i for i, one in enumerate(blocks, 1) if isinstance(one, Table) and one.number == "14.1.3"), 0)
        blocks.insert(place, replace(figure, notes=(note,)))
        blocks = [
            replace(one, notes=(*one.notes, note)) if isinstance(one, Table) and one.number == "14.1.3" else one
            for one in blocks
        ]
    return Section("baseline", view.say("section.baseline"), tuple(blocks), number="11.2")


def _say_standardised(view: View) -> str:
    """What a standardised difference is; in a small trial also that its standard error, sqrt(1/n1 + 1/n0) where the arms
    do not differ, is far above the customary limit of 0.1."""
    arms = view.definition.plan.contrast or tuple(view.definition.arms)[:2]
    sizes = [view.count_set("ENROLLED", arm) or 0 for arm in arms]
    if len(sizes) < 2 or not all(sizes) or sum(sizes) > _SMALL:
        return view.say("baseline.smd")
    se = render_value(sum(1 / size for size in sizes) ** 0.5, 2)
    return view.say("baseline.smd.small", one=str(sizes[0]), other=str(sizes[1]), se=se)


def render_exposure(view: View) -> Section | None:
    """Exposure and concomitant treatment; None where there are none."""
    blocks = tuple(render_tables(view, _EXPOSURE, view.say("head.characteristic")))
    return Section("exposure", view.say("section.exposure"), blocks, number="12.1") if blocks else None


def render_tables(view: View, prefixes: Sequence[str], stub_head: str) -> list[Table]:
    """Tables with groups across for every number under the prefixes."""
    return [
        render_groups(view, number, title_of(view, number), rows, stub_head, number.startswith("14.1.3"))
        for prefix in prefixes
        for number, rows in view.index.under(prefix)
    ]


def title_of(view: View, number: str) -> str:
    """The title of a table by its number; the nearest shorter number's where it has none of its own."""
    parts = number.split(".")
    for size in range(len(parts), 1, -1):
        key = f"table.{'.'.join(parts[:size])}"
        if view.knows(key):
            return view.say(key)
    return number


def _figure(view: View) -> Figure:
    rows = view.index.table("14.1.1")
    title = view.say("figure.flow")
    svg = render_flow(fold_flow(view, fold_bunches(rows), title))
    return Figure("14.1.1.F", title, svg, view.say("flow.description"), (), source(view, rows)[-1:])


def fold_flow(view: View, bunches: Sequence[Bunch], label: str) -> Flow:
    """The boxes from the rows of disposition: what has only a total is the trunk, what has arms is below."""
    whole = [one for one in bunches if not one.category]
    parameters = list(dict.fromkeys(one.parameter for one in bunches))
    arms = list(view.definition.arms)
    by_arm = [one for one in parameters if any(b.parameter == one and b.group in arms for b in bunches)]
    common = [one for one in parameters if one not in by_arm]
    trunk: list[tuple[Box, Box | None]] = []
    for parameter in common:
        box = _box(view, bunches, parameter, (TOTAL, ""))
        if parameter in _SIDE and trunk:
            trunk[-1] = (trunk[-1][0], box)
        else:
            trunk.append((box, None))
    shared = next((one for one in by_arm if one == "ENROLLED"), None)
    if shared and any(b.parameter == shared and b.group == TOTAL for b in whole):
        trunk.append((_plain_box(view, whole, shared), None))
    columns = [_column(view, bunches, arm, by_arm) for arm in arms]
    return Flow(trunk, columns if by_arm else [], label)


def _column(view: View, bunches: Sequence[Bunch], arm: str, parameters: Sequence[str]) -> list[Box | None]:
    """The boxes of an arm, the last for the sets analysed; None for a stage that it does not have."""
    met = [one for one in parameters if any(b.parameter == one and b.group == arm and b.first(COUNTS) for b in bunches)]
    boxes = [
        _box(view, bunches, one, (arm,), view.arm(arm) if one == met[0] else "") if one in met else None
        for one in parameters
    ]
    sizes = [
        (one.id, view.count_set(one.id, arm)) for one in view.definition.plan.sets if one.kind is not SetKind.ENROLLED
    ]
    analysed = [f"{view.set_title(name)} (n\u00a0=\u00a0{size})" for name, size in sizes if size is not None]
    return [*boxes, Box((view.say("flow.analysed"), *analysed))] if analysed else boxes


def _plain_box(view: View, bunches: Sequence[Bunch], parameter: str) -> Box:
    return Box((_line(view, bunches, parameter, "", (TOTAL, "")),))


def _box(view: View, bunches: Sequence[Bunch], parameter: str, groups: tuple[str, ...], head: str = "") -> Box:
    mine = [one for one in bunches if one.parameter == parameter and one.group in groups]
    lines = [_line(view, mine, parameter, "", groups)]
    for one in mine:
        if one.category and (row := one.first(COUNTS)) is not None and row.value:
            lines.append(f"{_shorten(view.category(parameter, one.category))} (n\u00a0=\u00a0{row.value:g})")
    return Box((head, *lines)) if head else Box(tuple(lines))


def _shorten(text: str) -> str:
    """A criterion cut at a word; Chinese, which has no blanks, at a letter."""
    if len(text) <= _LONG:
        return text
    cut = text[:_LONG].rsplit(" ", 1)[0] if " " in text[20:_LONG] else text[:_LONG]
    return f"{cut.rstrip(' ,;(')} …"


def _line(view: View, bunches: Sequence[Bunch], parameter: str, category: str, groups: tuple[str, ...]) -> str:
    found = next(
        (b for b in bunches if b.parameter == parameter and b.category == category and b.group in groups), None
    )
    row = found.first(COUNTS) if found else None
    name = view.parameter(parameter)
    return f"{name} (n\u00a0=\u00a0{row.value:g})" if row is not None and row.value is not None else name


def _love(view: View) -> Figure | None:
    """Standardised differences, one line a characteristic."""
    rows = [row for row in view.index.table("14.1.3") if CONTRAST in row.group]
    whiskers = []
    for bunch in fold_bunches(rows):
        row = bunch.first(("smd", "estimate"))
        if row is None:
            continue
        low, high = bunch.value("ci_low"), bunch.value("ci_high")
        text = render_value(row.value, 2)
        if low is not None and high is not None:
            text = f"{text} ({render_interval(render_value(low, 2), render_value(high, 2), view.say('interval.to'))})"
        name = view.parameter(bunch.parameter)
        whiskers.append(Whisker(name, row.value, low, high, text))
    if not whiskers:
        return None
    title = view.say("figure.love")
    names = measure_names([one.name for one in whiskers])
    forest = Forest(whiskers, title, view.say("axis.smd", contrast=view.group(rows[0].group)), names=names)
    return Figure("14.1.3.F", title, render_forest(forest), title, (), source(view, rows)[-1:])
