"""What is special about the adverse event form: the study's version of CTCAE, its terms, and the grades that each has."""

from collections.abc import Mapping
from dataclasses import replace

from django.http import HttpRequest

from trialwright.capture.review_proposal import ReviewProposal
from trialwright.ledger.subject import SubjectState
from trialwright.safety.event_queries import check_typed_event
from trialwright.safety.proposals import GradedValue, Proposal, Verdict
from trialwright.safety.recorded import list_reviews
from trialwright.safety.subject_values import compute_subject_proposals
from trialwright.safety.terms import CtcaeTable, CtcaeTerm, load_terms
from trialwright.vocabulary.findings import Refusal
from trialwright.vocabulary.numbers import parse_number
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms.checking import WHOLE, Checked
from trialwright.web.forms.places import NEW, FormPlace
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


_SAID = frozenset({"ae-unknown-term", "ae-grade-not-in-term"})
"""Checks whose words the form has already."""


def add_event_messages(checked: Checked, place: FormPlace, typed: Typed, language: str) -> None:
    """Say what the event beside the participant's others, consent and death asks; said and saved all the same."""
    repeat = NEW if place.is_new else place.repeat
    today = trial.compute_today(place.state.site)
    for one in check_typed_event(trial.get_definition(), place.state, repeat, typed.values, today):
        if one.check not in _SAID:
            item = one.item if one.item in place.compiled.items else WHOLE
            checked.add(item, "soft", render_text(f"code.{one.check}", language))


# --- an event that a value proposes ---------------------------------------------------------------------------------


def compute_proposals_of(state: SubjectState) -> list[Proposal]:
    """The proposals of one participant that nobody has judged."""
    return compute_subject_proposals(trial.get_definition(), state, list_reviews(state))


def name_proposal(graded: GradedValue) -> str:
    """The name of a proposal in addresses and forms: the place of its value and the code of its term."""
    return f"{graded.path}:{graded.code}"


def find_named(state: SubjectState, name: str) -> Proposal | None:
    """The proposal of this name; None where there is none, or no more."""
    return next((one for one in compute_proposals_of(state) if name_proposal(one.graded) == name), None)


def find_recorded(state: SubjectState, path: str, value: float) -> str:
    """The text on record at the place of a value (of daily rows the one with this value); '' where it stands there no
    more."""
    place, _, item = path.rpartition(".")
    for (encounter, form, repeat), version in state.forms.items():
        text = version.recorded.values.get(item, "")
        whole = ".".join(one for one in (encounter, form) if one)
        if text and place in (whole, f"{whole}.{repeat}") and _is_number(text, value):
            return text
    return ""


def _is_number(text: str, value: float) -> bool:
    try:
        return float(parse_number(text)) == value
    except ValueError:
        return False


def propose_texts(state: SubjectState, name: str, texts: Mapping[str, str], language: str) -> dict[str, str]:
    """The fields of the form as a proposal would fill them; what is on record stays but for a grade that grew."""
    proposal = find_named(state, name)
    if proposal is None:
        return dict(texts)
    graded = proposal.graded
    grade = max(str(graded.grade), texts.get("v.grade", ""))
    if texts.get("v.term"):
        reason = render_text("events.value_reason", language, path=graded.path, value=f"{graded.value:g}")
        return {**texts, "v.grade": grade, "reason": reason, "proposal": name}
    told = f"{graded.term}: {graded.value:g} {graded.unit}".strip()
    return {
        **texts, "v.onset_date": str(graded.on), "v.verbatim": told, "v.term": graded.term, "v.ctcae_code": graded.code,
        "v.grade": grade, "proposal": name,
    }  # fmt: skip


def confirm_proposal(request: HttpRequest, state: SubjectState, typed: Typed, event: int) -> Refusal | None:
    """Judge the proposal from which the form was begun as this event; ``state`` is that before the event was saved."""
    proposal = find_named(state, typed.texts.get("proposal", "")) if typed.texts.get("proposal") else None
    if proposal is None:
        return None
    graded = proposal.graded
    recorded = find_recorded(state, graded.path, graded.value)
    command = ReviewProposal(state.participant, graded.path, recorded, graded.term, Verdict.CONFIRMED, "", event)
    result = trial.perform(request, command)
    return result if isinstance(result, Refusal) else None
