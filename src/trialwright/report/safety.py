"""Section 12: adverse events, deaths, laboratory, other observations; zero counts with their intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from trialwright.report.adverse_dots import DotPlot, Dots, render_dot_plot
from trialwright.report.display import Block, Figure, Prose, Section, Table
from trialwright.report.disposition import title_of
from trialwright.report.groups_table import ARROW, render_shares, render_shifts
from trialwright.report.liver import Dot, Peaks, render_peaks
from trialwright.report.measures import Writer, compute_writer, is_share
from trialwright.report.narratives import render_narratives
from trialwright.report.rows import Bunch, fold_bunches
from trialwright.report.statistics_table import render_statistics
from trialwright.report.table_parts import source
from trialwright.report.view import CONTRAST, View
from trialwright.results import ResultRow

_MOST_TERMS = 25
_TERMS, _LIVER = "14.3.1.2", "14.3.4.10"
_CORNERS = ("NORMAL", "CHOLESTASIS", "TEMPLE", "HYS_LAW")


def render_safety(view: View) -> Section:
    """Every table under 14.3 with its intervals, and the dot plot of terms."""
    safety = view.definition.study.safety
    related = view.say(f"related.{safety.related_from}")
    text = view.say("safety.graded", version=safety.ctcae, related=related, days=safety.emergent_days)
    blocks: list[Block] = [Prose(text)]
    blocks += [Prose(view.say("safety.translated"), "small")] if view.language == "zh" else []
    if safety.stopping is not None:
        rule = safety.stopping
        text = view.say(
            "safety.stopping",
            kind=view.say(f"stopping.{rule.kind}"),
            grade=rule.grade,
            arm=view.arm(rule.arm),
            hours=f"{rule.evaluation_hours:g}",
            rate=f"{rule.acceptable_rate * 100:g}",
        )
        blocks.append(Prose(text))
    figure = _dots(view)
    found = _render_under(view, "14.3.1")
    after = 1 if found and isinstance(found[0], Table) and found[0].number == "14.3.1.1" else 0
    blocks += [*found[:after], *([figure] if figure is not None else []), *found[after:]]
    if not any(True for _ in view.index.under("14.3.1")):
        blocks.append(Prose(view.say("safety.none")))
    return Section("safety", view.say("section.safety"), tuple(blocks), number="12.2")


def render_deaths(view: View) -> Section:
    """Deaths, other serious and other significant adverse events, with a narrative of each participant who had one."""
    blocks = [*_render_under(view, "14.3.2"), *render_narratives(view)]
    blocks = blocks or [Prose(view.say("safety.deaths.none"))]
    return Section("deaths", view.say("section.deaths"), tuple(blocks), number="12.3")


def render_laboratory(view: View) -> Section | None:
    """Abnormal laboratory values: shifts, grades, the liver; None where the results have none."""
    blocks = _render_under(view, "14.3.4")
    if not blocks:
        return None
    if not view.index.table(_LIVER):
        blocks.append(Prose(view.say("safety.liver.none"), "small"))
    return Section("laboratory", view.say("section.laboratory"), tuple(blocks), number="12.4")


def render_observations(view: View) -> Section:
    """Vital signs and what else was observed: the tables of 14.3.5, or that the plan has none."""
    blocks = _render_under(view, "14.3.5") or [Prose(view.say("safety.observations.none"))]
    return Section("observations", view.say("section.observations"), tuple(blocks), number="12.5")


def _render_under(view: View, prefix: str) -> list[Block]:
    mains = {one.table: one.endpoint for one in view.definition.plan.analyses if one.role == "main"}
    blocks: list[Block] = []
    for number, rows in view.index.under(prefix):
        if number == _LIVER:
            blocks.append(_draw_liver(view))
        blocks += _render(view, number, rows, mains.get(number, ""))
    return blocks


def _render(view: View, number: str, rows: Sequence[ResultRow], endpoint: str) -> list[Block]:
    """One table in the layout that its rows need; an endpoint's main rows stand with the endpoint."""
    title = title_of(view, number)
    mine = [row for row in rows if not (endpoint and row.outcome == endpoint)]
    if number == _TERMS:  # what lies between the arms is drawn, not tabulated
        mine = [row for row in mine if CONTRAST not in row.group]
    blocks: list[Block] = []
    if any(endpoint and row.outcome == endpoint for row in rows):
        blocks.append(Prose(view.say("safety.elsewhere", number=number, title=title, endpoint=endpoint), "small"))
        title, number = f"{title}{view.say('table.by_term')}", f"{number}.1"
    if not mine:
        return blocks
    if all(ARROW in row.category for row in mine):
        parameters = view.say("list.comma").join(dict.fromkeys(view.parameter(row.parameter) for row in mine))
        return [*blocks, render_shifts(view, number, f"{title}{view.say('sentence.colon')}{parameters}", mine)]
    if any(row.statistic == "estimate" and not is_share(row) for row in mine):
        return [*blocks, render_statistics(view, number, title, mine)]
    head = "head.characteristic" if number.startswith("14.3.4") else "head.event"
    table = render_shares(view, number, title, mine, view.say(head))
    if any(row.parameter == "FATAL" for row in mine) and view.index.table("14.3.2.1"):
        table = replace(table, notes=(*table.notes, view.say("note.deaths", number="14.3.2.1")))
    return [*blocks, table]


def _draw_liver(view: View) -> Figure:
    """Each participant's peaks; who it is only where participants may be shown."""
    arms = list(view.definition.arms)
    dots = []
    for row in view.bundle.peaks.iter_rows(named=True):
        times = f"{row['transaminase']:.2f} × · {row['bilirubin']:.2f} ×"
        tip = f"{row['participant']}: {times}" if view.participants else ""
        dots.append(Dot(row["transaminase"], row["bilirubin"], arms.index(row["arm"]), tip))
    title = view.say("figure.liver")
    low_left, high_left, low_right, high_right = (view.category("LIVER_PEAKS", one) for one in _CORNERS)
    peaks = Peaks(
        dots, [view.arm(arm) for arm in arms], (3.0, 2.0), (low_left, high_left, low_right, high_right),
        view.say("axis.transaminase"), view.say("axis.bilirubin"), title,
    )  # fmt: skip
    notes = (view.say("figure.liver.note"),)
    return Figure(f"{_LIVER}.F", title, render_peaks(peaks), title, notes, source(view, view.index.table(_LIVER)))


def _dots(view: View) -> Figure | None:
    """Percentages with each term by arm and the difference between the arms; the greatest difference first."""
    rows = view.index.table(_TERMS)
    arms = list(view.definition.arms)
    by_term: dict[tuple[str, str], dict[str, Bunch]] = {}
    for bunch in fold_bunches(row for row in rows if row.category):
        known = by_term.setdefault((bunch.parameter, bunch.category), {})
        if bunch.group not in known or "percent" in bunch.rows:
            known[bunch.group] = bunch
    if not by_term:
        return None
    writer = compute_writer(view, rows)
    frequent = sorted(by_term, key=lambda term: -max(_percent(by_term[term].get(arm)) or 0.0 for arm in arms))
    terms = [_fold_dots(view, writer, term, by_term[term]) for term in frequent[:_MOST_TERMS]]
    terms.sort(key=lambda one: (-(one.difference or 0.0), -sum(percent or 0.0 for percent in one.percents), one.name))
    title = view.say("figure.aes")
    level = f"{view.definition.plan.confidence * 100:g}"
    first, _, second = next((row.group for row in rows if CONTRAST in row.group), "").partition(CONTRAST)
    plot = DotPlot(
        terms, [view.arm(arm) for arm in arms], title, view.say("axis.percent"), view.say("axis.points"),
        (f"← {view.say('figure.more', arm=second)}", f"{view.say('figure.more', arm=first)} →"),
        view.say("head.points_ci", level=level),
    )  # fmt: skip
    notes = [view.say("figure.aes.note", level=level)] if first else []
    notes += [view.say("figure.aes.most", count=_MOST_TERMS)] if len(by_term) > _MOST_TERMS else []
    return Figure(f"{_TERMS}.F", title, render_dot_plot(plot), title, tuple(notes), source(view, rows))


def _percent(bunch: Bunch | None) -> float | None:
    return bunch.value("percent") if bunch is not None else None


def _fold_dots(view: View, writer: Writer, term: tuple[str, str], by_group: Mapping[str, Bunch]) -> Dots:
    """The percentages of a term, and its difference in percentage points where the rows have one."""
    percents = [_percent(by_group.get(arm)) for arm in view.definition.arms]
    name = view.term(term[1], beside=False)
    between = next((one for group, one in by_group.items() if CONTRAST in group), None)
    if between is None or between.value("estimate") is None:
        return Dots(name, percents)
    point, low, high = (
        None if (value := between.value(one)) is None else 100 * value for one in ("estimate", "ci_low", "ci_high")
    )
    text = f"{writer.value(between.rows['estimate'])} ({writer.interval(between)})"
    return Dots(name, percents, point, low, high, text)
