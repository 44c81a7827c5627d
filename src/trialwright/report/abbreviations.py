"""Section 4: abbreviations, those of the plan and the study among them."""

from trialwright.report.display import Facts, Section
from trialwright.report.view import View

_COMMON = ("BL", "CI", "CTCAE", "CV", "D", "df", "H, L", "n, N", "p", "Q1, Q3", "RT-PCR", "SD", "SMD", "TEAE", "ULN")


def render_abbreviations(view: View) -> Section:
    """Each abbreviation of tables and figures: common ones, arms, analysis sets, measures."""
    common = [(one, view.say(f"abbreviation.{one}")) for one in _COMMON]
    arms = [(name, view.arm(name)) for name in view.definition.arms if view.arm(name) != name]
    sets = [(one.id, view.set_title(one.id)) for one in view.definition.plan.sets]
    blocks = [Facts(tuple(sorted((*common, *arms, *sets), key=lambda pair: pair[0].lower())))]
    measures = tuple((code, view.parameter(code)) for code in sorted(view.definition.parameters))
    if measures:
        blocks.append(Facts(measures, view.say("abbreviations.measures")))
    return Section("abbreviations", view.say("section.abbreviations"), tuple(blocks), number="4")
