"""How safety was conducted: clocks, the stopping rule with its flags and decisions, situations, the account of every lot."""

from collections import Counter

from trialwright.report.display import Block, Cell, Column, Line, Prose, Section, Subheading, Table
from trialwright.report.safety_board import (
    render_decisions,
    render_product,
    render_rule,
    render_situations,
    render_work,
)
from trialwright.report.safety_words import say
from trialwright.report.view import View
from trialwright.safety.board import BoardReport


def render_conduct(view: View) -> Section | None:
    """What the safety board was shown at the data cut, in the study's report; None where the report is made without it.

    Flags, decisions and situations name participants: a report that shows none of them counts instead.
    """
    made = view.conduct
    if made is None:
        return None
    blocks: list[Block] = [Prose(view.say("conduct.lead")), render_work(made, view.language)]
    if made.rule is not None:
        rule = render_rule(made.rule, view.language, closed=view.participants)
        blocks += [Subheading(rule.title), *rule.blocks]
    blocks += _render_people(made, view)
    if made.lots:
        product = render_product(made, view.language)
        blocks += [Subheading(product.title), *product.blocks]
    return Section("conduct", view.say("section.conduct"), tuple(blocks), number="12.5")


def _render_people(made: BoardReport, view: View) -> list[Block]:
    if view.participants:
        return [render_decisions(made, view.language), render_situations(made, view.language)]
    counts = Counter(kind for _, kind, _, _ in made.situations)
    decided = Counter(one for _, one, _ in made.decisions)
    head = (Column(say(view.language, "count")),)
    named = ((say(view.language, f"situation.{kind}"), n) for kind, n in sorted(counts.items()))
    ruled = ((say(view.language, f"decision.{one}"), n) for one, n in sorted(decided.items()))
    return [
        Table("", say(view.language, "decisions"), "", head, tuple(Line(name, (Cell(str(n)),)) for name, n in ruled)),
        Table("", say(view.language, "situations"), "", head, tuple(Line(name, (Cell(str(n)),)) for name, n in named)),
    ]
