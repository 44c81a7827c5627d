"""Screen somebody on one page; the check that keeps nothing; the worksheet for the bedside."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trialwright.capture.screen import Screen
from trialwright.service.perform import Receipt
from trialwright.vocabulary.findings import Reason, Refusal
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.screening.questions import Answers, list_asked, list_more, read_answers
from trialwright.web.screening.verdicts import judge

_NOTHING = Answers({}, {})


def screen(request: HttpRequest) -> HttpResponse:
    """Somebody new: a code is given out when the screening is saved."""
    return _screen(request, "", _NOTHING)


def screen_again(request: HttpRequest, code: str) -> HttpResponse:
    """The same person once more, with what was answered before."""
    before = trial.load_subject(request, code).screening
    return _screen(request, code, Answers(before.values, before.judgements) if before else _NOTHING)


def _screen(request: HttpRequest, code: str, begin: Answers) -> HttpResponse:
    definition, site = trial.get_definition(), trial.get_actor(request).site
    answers = read_answers(definition, request.POST.dict()) if request.method == "POST" else begin
    refusal = None
    if request.method == "POST":
        done = _save(request, Screen(site, answers.values, answers.judgements, code))
        if not isinstance(done, Refusal):
            language = request.language  # type: ignore[attr-defined]
            messages.success(request, render_text("screening.saved", language, code=done.participant))
            return redirect("way_in", code=done.participant)
        refusal = done
    context = {**_describe(request, answers), "code": code, "refusal": refusal}
    return render(request, "screening/screen.html", context, status=422 if refusal else 200)


def _save(request: HttpRequest, command: Screen) -> Receipt | Refusal:
    """Screen; a page on which nothing was answered gives nobody a code."""
    if not (command.values or command.judgements):
        return Refusal(
            "screen", (Reason("nothing-answered", "nothing that can be read was answered; no code was given"),)
        )
    return trial.perform(request, command)


def check(request: HttpRequest) -> HttpResponse:
    """The verdicts of the answers so far, put beside the questions. Nothing is written."""
    answers = read_answers(trial.get_definition(), request.POST.dict())
    return render(request, "screening/verdicts.html", {**_describe(request, answers), "is_swap": True})


def show_worksheet(request: HttpRequest) -> HttpResponse:
    """The criteria on paper, with room for answers."""
    return render(request, "screening/worksheet.html", _describe(request, _NOTHING))


def _describe(request: HttpRequest, answers: Answers) -> dict[str, Any]:
    definition, language = trial.get_definition(), request.language  # type: ignore[attr-defined]
    site = trial.get_actor(request).site
    screening = judge(definition, answers, site, language)
    asked = list_asked(definition, answers, language)
    return {
        "screening": screening,
        "criteria": list(zip(asked, screening.judged, strict=True)),
        "more": list_more(definition, answers, language),
        "site": site,
        "today": trial.compute_today(site),
    }
