"""Adverse events that values propose: the worklist, and the judgement of one, or of several alike, by name and reason."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from trialwright.ledger.subject import SubjectState
from trialwright.safety.proposals import Proposal, Verdict, Why
from trialwright.safety.subject_events import FORM, compute_subject_events
from trialwright.service.together import Stopped, perform_all
from trialwright.vocabulary.findings import Reason, Refusal
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms.events import compute_proposals_of, find_recorded, name_proposal
from trialwright.web.forms.places import NEW, find_address
from trialwright.web.forms.show import get_language
from trialwright.web.forms.wording import find_wording
from trialwright.web.links import find_form_address
from trialwright.web.safety.events import tell_path
from trialwright.web.safety.posted import make_review
from trialwright.web.safety.watch import list_proposals, load_watch, may_see

MOST_ROWS = 200
MILD = 2
"""Up to this grade, proposals can be judged no event several at once; a graver one is looked at alone."""


VERDICTS = (Verdict.NOT_SIGNIFICANT, Verdict.PRE_EXISTING)
"""What a person can make of a proposal without opening an event."""


@dataclass(frozen=True, slots=True)
class Row:
    """A proposal on a list, with the value in words and the way to its judgement."""

    code: str
    site: str
    proposal: Proposal
    told: dict[str, str]
    address: str
    recorded: str
    may: bool

    @property
    def mark(self) -> str:
        """What a tick stands for: this proposal, of this very value; empty where it must be judged alone."""
        graded = self.proposal.graded
        alone = not self.may or self.is_worse or max(graded.grade, graded.up_to or 0) > MILD
        return "" if alone else "|".join((self.code, graded.path, graded.code, self.recorded))

    @property
    def is_worse(self) -> bool:
        """Whether an event of this term is on record with a lower grade."""
        return self.proposal.why is Why.WORSE


def make_row(state: SubjectState, proposal: Proposal, language: str, may: bool = False) -> Row:
    """A proposal as lists show it; ``may``: the reader may judge it."""
    graded = proposal.graded
    address = reverse("proposal", kwargs={"code": state.participant, "path": graded.path, "term": graded.code})
    recorded = find_recorded(state, graded.path, graded.value) or f"{graded.value:g}"
    return Row(state.participant, state.site, proposal, tell_path(graded.path, recorded, language), address, recorded,
               may)  # fmt: skip


def show_list(request: HttpRequest) -> HttpResponse:
    """Every proposal that waits, the gravest first; ``?site=`` and ``?grade=`` narrow it. POST: the ticked are no event."""
    refusal = judge_ticked(request) if request.method == "POST" else None
    if request.method == "POST" and refusal is None:
        return redirect(request.get_full_path())
    language, site, grade = get_language(request), request.GET.get("site", ""), request.GET.get("grade", "")
    least = int(grade) if grade in ("2", "3", "4") else 1
    found = [
        (one, proposal)
        for one, proposal in list_proposals(request)
        if site in ("", one.state.site) and proposal.graded.grade >= least
    ]
    may = {site: not trial.check_may(request, "review_proposal", site) for site in trial.list_sites(request)}
    rows = [make_row(one.state, proposal, language, may[one.state.site]) for one, proposal in found[:MOST_ROWS]]
    context = {
        "rows": rows, "count": len(found), "most": MOST_ROWS, "unseen": load_watch(request).unseen,
        "sites": trial.list_sites(request), "site": site, "grade": grade, "grades": ("2", "3", "4"),
        "can_tick": any(row.mark for row in rows), "ticked": request.POST.getlist("ticked"), "posted": request.POST,
        "verdicts": VERDICTS, "refusal": refusal, "mild": MILD,
    }  # fmt: skip
    return render(request, "safety/proposals.html", context, status=422 if refusal else 200)


def judge_ticked(request: HttpRequest) -> Refusal | None:
    """Judge every ticked proposal with the same verdict and reason: all of them or, with the refusal, none.

    A tick names the value that the person saw; one that has been corrected or judged since refuses the whole.
    """
    language = get_language(request)
    rows = (make_row(one.state, proposal, language, may=True) for one, proposal in list_proposals(request))
    waiting = {row.mark: row for row in rows if row.mark}
    ticked = list(dict.fromkeys(request.POST.getlist("ticked")))
    if not ticked:
        return Refusal("review_proposal", (Reason("nothing-ticked", "tick the values that this judgement is for"),))
    if gone := [mark for mark in ticked if mark not in waiting]:
        told = ", ".join(".".join(mark.split("|")[:2]) for mark in gone)
        reason = Reason("changed-meanwhile", f"no judgement is asked any more of {told}: look at the list again")
        return Refusal("review_proposal", (reason,))
    commands = [make_review(request, waiting[one].code, waiting[one].proposal, waiting[one].recorded) for one in ticked]
    result = perform_all(trial.get_running().trial, commands, trial.get_actor(request))
    if isinstance(result, Stopped):
        return result.refusal
    messages.success(request, render_text("safety.judged_many", language, count=len(commands)))
    return None


def show_proposal(request: HttpRequest, code: str, path: str, term: str) -> HttpResponse:
    """One proposal: the value, what CTCAE says, and its judgement. POST: it is no event, and why."""
    state, refusal = trial.load_subject(request, code), None
    proposal = find_proposal(state, path, term)
    if proposal is None or not may_see(request, proposal):
        if request.method == "GET" and any(one.entry.path == path for one in state.safety.reviews):
            messages.info(request, render_text("safety.judged_already", get_language(request)))
            return redirect("participant_events", code=code)
        raise Http404
    if request.method == "POST":
        command = make_review(request, code, proposal, find_recorded(state, path, proposal.graded.value))
        result = trial.perform(request, command)
        if not isinstance(result, Refusal):
            messages.success(request, render_text("safety.judged", get_language(request)))
            return redirect("proposals")
        refusal = result
    context = {"refusal": refusal, "posted": request.POST, **_describe(request, state, proposal)}
    return render(request, "safety/proposal.html", context, status=422 if refusal else 200)


def find_proposal(state: SubjectState, path: str, term: str) -> Proposal | None:
    """The proposal of a value for a term (by its code) that nobody has judged; None where there is none."""
    found = compute_proposals_of(state)
    return next((one for one in found if (one.graded.path, one.graded.code) == (path, term)), None)


def _describe(request: HttpRequest, state: SubjectState, proposal: Proposal) -> dict[str, Any]:
    language, graded = get_language(request), proposal.graded
    about = f"&proposal={quote(name_proposal(graded))}"
    new = find_address(state.participant, "", FORM, NEW, edit=1) + about
    worse = find_address(state.participant, "", FORM, int(proposal.event), edit=1) + about if proposal.event else ""
    place = graded.path.rpartition(".")[0].split(".")
    wording = find_wording(graded.version)
    events = compute_subject_events(trial.get_definition(), state)
    return {
        "subject": state, "row": make_row(state, proposal, language), "graded": graded, "new": new, "worse": worse,
        "verdicts": VERDICTS,
        "same": [one for one in events if one.term.casefold() == graded.term.casefold()],
        "grade_text": wording.text(graded.code, graded.grade) if wording else "",
        "form": _find_form(state, place), "others": len(compute_proposals_of(state)) - 1,
        "may": not trial.check_may(request, "review_proposal", state.site),
        "reasons": trial.check_may(request, "review_proposal", state.site),
    }  # fmt: skip


def _find_form(state: SubjectState, place: list[str]) -> str:
    """The form on which the value stands."""
    for encounter, form, repeat in state.forms:
        if place in ([one for one in (encounter, form) if one], [one for one in (encounter, form, str(repeat)) if one]):
            return find_form_address(state.participant, encounter, form, repeat)
    return ""
