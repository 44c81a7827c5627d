"""Section 16.2, cell by cell: codes of the datasets in words, dates and amounts as people read them."""

from collections.abc import Callable
from datetime import date, datetime

from trialwright.report.numerals import MINUS
from trialwright.report.synopsis import render_amount
from trialwright.report.view import View

Reader = Callable[[View, str], str]
"""A text of a dataset in words."""


def render_plain(value: object) -> str:
    """A value as it is: no rounding beyond what a float cannot hold, dates in ISO 8601, nothing for a missing one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, float):
        return f"{value:.10g}".replace("-", MINUS, 1) if value < 0 else f"{value:.10g}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return ", ".join(render_plain(one) for one in value)
    return str(value)


def find_reader(view: View, column: str) -> Reader:
    """How the texts of a column are read; values of a visit may be codes too."""
    return _READERS.get(column, _read_code if column in view.definition.encounters else _read_text)


def render_head(view: View, column: str) -> str:
    """The head of a column: its name, or the visit whose values it holds."""
    if column in view.definition.encounters:
        return view.short_visit(column)
    if view.knows(f"code.{column}"):
        return view.say(f"code.{column}")
    return view.say(f"column.{column}") if view.knows(f"column.{column}") else column.replace("_", " ")


def _read_text(_: View, text: str) -> str:
    return text


def _read_code(view: View, text: str) -> str:
    if text.isdecimal():  # a step of a scale stands as its number, whichever other lists have it
        return text
    if view.knows(f"code.{text}"):
        return view.say(f"code.{text}")
    parts = text.split("; ")
    return (
        view.say("list.semicolon").join(_read_code(view, part) for part in parts) if len(parts) > 1 else view.code(text)
    )


def _read_parameter(view: View, text: str) -> str:
    return _read_code(view, text) if view.knows(f"code.{text}") else view.parameter(text)


def _read_visit(view: View, text: str) -> str:
    found = next((one.id for one in view.definition.encounters.values() if text in (one.id, one.title)), text)
    return view.visit(found)


def _read_set(view: View, text: str) -> str:
    return _read_code(view, text) if view.knows(f"code.{text}") else view.set_title(text)


def _read_treatment(view: View, text: str) -> str:
    found = view.definition.interventions
    return next(
        (view.label(f"interventions.{key}", text) for key, one in found.items() if text in (key, one.name)), text
    )


def _read_amount(_: View, text: str) -> str:
    return render_amount(float(text))


_READERS: dict[str, Reader] = {
    "arm": lambda view, text: view.arm(text),
    "arm_followed": lambda view, text: view.arm(text),
    "parameter": _read_parameter,
    "term": lambda view, text: view.term(text),
    "class": lambda view, text: view.term(text, beside=False),
    "unit": lambda view, text: view.unit(text),
    "visit": _read_visit,
    "set": _read_set,
    "treatment": _read_treatment,
    "amount": _read_amount,
    "what_happened": lambda view, text: view.warning(text),
    "start": lambda _, text: text.replace("T", " "),
    "end": lambda _, text: text.replace("T", " "),
    **dict.fromkeys(
        (
            "code", "how", "what_ended", "reason", "not_given_because", "important", "found_by", "sex", "race",
            "status", "at_risk", "outcome", "serious", "related", "action", "emergent",
        ),
        _read_code,
    ),
}  # fmt: skip
"""By column. What is not here is printed as it stands."""
