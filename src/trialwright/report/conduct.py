"""How safety was conducted: clocks, the stopping rule with its flags and decisions, situations, the account of every lot."""

from collections import Counter
from dataclasses import replace

from trialwright.report.display import Block, Cell, Column, Line, Listing, Prose, Section, Subheading, Table
from trialwright.report.listings import FEW_LINES, MOST_DOSSIERS, find_arms
from trialwright.report.safety_board import (
    render_decisions,
    render_faults,
    render_product,
    render_recalls,
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
        blocks += [render_recalls(made, view.language)] if view.participants else []
    return Section("conduct", view.say("section.conduct"), tuple(blocks), number="12.5.1")


def _render_people(made: BoardReport, view: View) -> list[Block]:
    language = view.language
    if view.participants:
        faults = [render_faults(made, language)] if made.lots or made.faults else []
        found = [render_decisions(made, language), render_situations(made, language), *faults]
        return [_shorten(one, view) for one in found]
    return [
        _count(language, "decisions", [say(language, f"decision.{one.decision}") for one in made.decisions]),
        _count(language, "situations", [say(language, f"situation.{one.kind}") for one in made.situations]),
        _count(language, "faults", [one.code for one in made.faults]),
    ]


def _shorten(listing: Listing, view: View) -> Listing:
    """As the listings of section 16.2: above a number of participants the first lines, and how many there are more."""
    few = len(find_arms(view)) <= MOST_DOSSIERS
    return (
        listing
        if few
        else replace(listing, lines=listing.lines[:FEW_LINES], dropped=max(0, len(listing.lines) - FEW_LINES))
    )


def _count(language: str, title: str, kinds: list[str]) -> Table:
    """How many there were of each kind, and nobody by name."""
    lines = tuple(Line(kind, (Cell(str(n)),)) for kind, n in sorted(Counter(kinds).items()))
    return Table("", say(language, title), "", (Column(say(language, "count")),), lines)
