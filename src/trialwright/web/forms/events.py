"""What is special about the adverse event form: the study's version of CTCAE, its terms, and the grades that each has."""

from collections.abc import Mapping
from dataclasses import replace

from trialwright.safety.terms import CtcaeTable, CtcaeTerm, load_terms
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms.checking import Checked
from trialwright.web.forms.posted import Typed

FORM = "adverse_event"


def load_table() -> CtcaeTable:
    """The terms of the study's version of CTCAE."""
    return load_terms(trial.get_definition().study.safety.ctcae)


def find_term(values: Mapping[str, str]) -> CtcaeTerm | None:
    """The term of an event as typed, by its name or, where the name is empty, by its code."""
    return load_table().find(values.get("term") or values.get("ctcae_code") or "")


def list_grades(typed: Typed) -> str:
    """The grades that the typed term has, as ``1 2 3``; '' where the term is not known."""
    term = find_term(typed.values)
    return " ".join(map(str, term.grades)) if term else ""


def complete_code(typed: Typed) -> Typed:
    """The event with the code of its term where the code was left empty."""
    term = find_term(typed.values)
    if term is None or typed.values.get("ctcae_code") or "ctcae_code" in typed.missing:
        return typed
    return replace(
        typed, values={**typed.values, "ctcae_code": term.code}, texts={**typed.texts, "v.ctcae_code": term.code}
    )


def add_term_messages(checked: Checked, typed: Typed, language: str) -> None:
    """Say where the term is none of CTCAE, or does not have the grade; said and saved all the same."""
    text, term = typed.values.get("term", ""), find_term(typed.values)
    version = load_table().version
    if text and term is None:
        checked.add("term", "soft", render_text("events.no_term", language, version=version))
    if term is None:
        return
    grades = "、".join(map(str, term.grades)) if language == "zh" else ", ".join(map(str, term.grades))
    for item in ("grade", "grade_at_onset"):
        grade = typed.values.get(item, "")
        if grade and grade not in map(str, term.grades):
            checked.add(item, "soft", render_text("events.no_grade", language, term=term.term, grades=grades))
