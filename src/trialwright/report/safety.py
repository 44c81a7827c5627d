"""Section 14.3: adverse events, deaths, laboratory; zero counts with their intervals."""

from trialwright.report.display import Block, Figure, Prose, Section
from trialwright.report.disposition import render_tables
from trialwright.report.intervals import Forest, Whisker, measure_names, render_forest
from trialwright.report.numerals import render_count
from trialwright.report.rows import fold_bunches
from trialwright.report.tables import source
from trialwright.report.view import COUNTS, View

_MOST_TERMS = 25


def render_safety(view: View) -> Section:
    """Every table under 14.3 with its intervals, and the dot plot of terms."""
    safety = view.definition.study.safety
    related = safety.related_from.lower()
    text = view.say("safety.graded", version=safety.ctcae, related=related, days=safety.emergent_days)
    blocks: list[Block] = [Prose(text)]
    if safety.stopping is not None:
        rule = safety.stopping
        rate, hours = f"{rule.acceptable_rate * 100:g}", f"{rule.evaluation_hours:g}"
        blocks.append(
            Prose(
                view.say(
                    "safety.stopping", kind=rule.kind, grade=rule.grade, arm=view.arm(rule.arm), hours=hours, rate=rate
                )
            )
        )
    figure = _dots(view)
    if figure is not None:
        blocks.append(figure)
    mains = {one.table: one.endpoint for one in view.definition.plan.analyses if one.role == "main"}
    for table in render_tables(view, ("14.3",), view.say("head.event"), intervals=True):
        if table.number in mains:
            blocks.append(
                Prose(
                    view.say("safety.elsewhere", number=table.number, title=table.title, endpoint=mains[table.number]),
                    "small",
                )
            )
        else:
            blocks.append(table)
    if not any(True for _ in view.index.under("14.3")):
        blocks.append(Prose(view.say("safety.none")))
    return Section("safety", view.say("section.safety"), tuple(blocks), number="12.2")


def _dots(view: View) -> Figure | None:
    """Participants with each term by arm, in the order of the table."""
    rows = view.index.table("14.3.1.2")
    arms = list(view.definition.arms)
    bunches = [one for one in fold_bunches(rows) if one.group in arms and one.first(COUNTS) is not None]
    names = list(dict.fromkeys((one.parameter, one.category) for one in bunches if one.category))[:_MOST_TERMS]
    if not names:
        return None
    whiskers = []
    for parameter, category in names:
        mine = [one for one in bunches if (one.parameter, one.category) == (parameter, category)]
        for index, bunch in enumerate(sorted(mine, key=lambda one: arms.index(one.group))):
            row = bunch.first(COUNTS)
            name = view.category(parameter, category) if index == 0 else ""
            text = f"{view.arm(bunch.group)}: {render_count(row.value if row else None)}"
            whiskers.append(Whisker(name, row.value if row else None, None, None, text, arms.index(bunch.group)))
    title = view.say("figure.aes")
    forest = Forest(
        whiskers,
        title,
        view.say("statistic.participants"),
        null=None,
        names=measure_names([w.name for w in whiskers]),
        texts=230,
    )
    return Figure("14.3.1.2.F", title, render_forest(forest), title, (), source(view, rows))
