"""Rules of the study in words: items by their labels, codes by those of their codelists, no SQL."""

import re

from trialwright.report.view import View

_TOKEN = re.compile(
    r"(?P<name>[A-Za-z]\w*(?:\.[A-Za-z]\w*){1,2})|'(?P<text>[^']*)'|(?P<word>\b(?:AND|OR|NOT|IN|IS|NULL)\b)|(?P<sign><>|!=|<=|>=)"
)
_SIGNS = {"<=": "≤", ">=": "≥", "<>": "≠", "!=": "≠"}


def render_rule(view: View, rule: str) -> str:
    """A rule as people read it; what is no item, code or operator stays as it is.

    ``BASELINE.symptoms.fever = 'Y'`` becomes ``Fever (Baseline) = Yes``.
    """
    parts: list[str] = []
    end, item = 0, ""
    for match in _TOKEN.finditer(rule):
        parts.append(rule[end : match.start()])
        end = match.end()
        if match["name"]:
            visit, item = _split(view, match["name"])
            label = view.parameter(item)
            parts.append(view.say("rule.at", item=label, visit=view.visit(visit)) if visit else label)
        elif match["word"]:
            parts.append(view.say(f"rule.{match['word']}"))
        elif match["sign"]:
            parts.append(_SIGNS[match["sign"]])
        else:
            parts.append(view.category(item, match["text"]))
    return "".join([*parts, rule[end:]])


def _split(view: View, name: str) -> tuple[str, str]:
    """The encounter that a name begins with ('' for none), and the item."""
    first, _, rest = name.partition(".")
    return (first, rest) if first in view.definition.encounters else ("", name)
