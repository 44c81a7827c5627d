"""The results as the public record wants them: what a person must say and decide, and the signature under it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from trialwright.capture.sign_results import MEANING, SignResultsQc
from trialwright.ledger.study import list_unsealing_obstacles
from trialwright.registry.submission import Answers, Submission, render_answers
from trialwright.registry.submission.files import list_all_points, render_files
from trialwright.registry.submission.quality import Point, SignOff
from trialwright.vocabulary.findings import Reason, Refusal
from trialwright.web import exports, trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms.show import get_language
from trialwright.web.registry.asked import fill_fields, list_choices, read_fields
from trialwright.web.registry.built import build, parse_answers, read_signatures
from trialwright.web.signatures.held import load_names
from trialwright.web.signatures.proof import perform_signed

FILES = (
    "page.html",
    "quality.md",
    "record.json",
    "prs.xml",
    "eudract.xml",
    "summary.en.md",
    "summary.zh.md",
    "trace.json",
)
_TYPES = {".html": "text/html", ".md": "text/markdown", ".json": "application/json", ".xml": "application/xml"}
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A point of the quality sheet with what the person has written so far."""

    of: Point
    decision: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature as it is printed; ``holds`` where it is under the results that are shown."""

    of: SignOff
    name: str
    holds: bool


@sensitive_post_parameters("password")
def show_results(request: HttpRequest) -> HttpResponse:
    """What only a person can say; with ``look``, the results built with it and the points to decide; POST signs."""
    definition = trial.get_definition()
    obstacles = list_unsealing_obstacles(trial.load_study(request))
    signed = read_signatures()
    answers = _find_answers(request, signed)
    refusal, submission = None, None
    if definition.record is not None and not obstacles and (request.method == "POST" or "look" in request.GET):
        found = build(answers)
        if isinstance(found, Submission):
            submission = found
        else:
            refusal = Refusal("sign_results_qc", tuple(Reason("results", str(one)) for one in found))
    if request.method == "POST":
        refusal = _refuse_unbuilt(obstacles) if submission is None else _sign(request, submission, answers)
        if refusal is None:
            messages.success(request, render_text("signatures.done", get_language(request)))
            return redirect("registry_results")
    points = _list_points(submission) if submission else ()
    context: dict[str, Any] = {
        "has_record": definition.record is not None, "obstacles": obstacles, "refusal": refusal,
        "fields": fill_fields(answers), "submission": submission, "meaning": MEANING,
        "points": [Asked(one, request.POST.get(f"decision-{one.id}", "")) for one in points],
        "answers": render_answers(answers), "files": FILES, "is_virtual": trial.get_running().purpose == "VIRTUAL",
        "signed": _list_signed(signed, submission), "choices": list_choices(get_language(request)),
        "may": not trial.check_may(request, "sign_results_qc"),
    }  # fmt: skip
    return render(request, "registry/results.html", context, status=422 if request.method == "POST" else 200)


def send_file(request: HttpRequest, name: str) -> HttpResponse:
    """One file of the results by POST, to look at before signing; 404 where there are none to be seen or a rule is broken."""
    definition = trial.get_definition()
    if name not in FILES or definition.record is None or list_unsealing_obstacles(trial.load_study(request)):
        raise Http404
    signed = read_signatures()
    found = build(_find_answers(request, signed))
    if not isinstance(found, Submission) or found.errors:
        raise Http404
    files = render_files(found, *found.names, signed)
    if request.method != "POST":
        return redirect("registry_results")
    full = next(one for one in files if one.endswith(name))
    kind = f"{_TYPES[PurePath(name).suffix]}; charset=utf-8"
    return exports.send_file(request, "results", files[full], full, kind)


def _find_answers(request: HttpRequest, signed: Sequence[SignOff]) -> Answers:
    """The answers of the form, those posted or linked as JSON, those under the last signature, or none."""
    if "look" in request.GET and request.method == "GET":
        return read_fields(request.GET.dict())
    told = (request.POST or request.GET).get("answers")
    text = told if told is not None else signed[-1].answers if signed else ""
    return parse_answers(text[:_LONGEST])


def _list_points(submission: Submission) -> tuple[Point, ...]:
    return list_all_points(submission, *submission.names)


def _refuse_unbuilt(obstacles: Sequence[Reason]) -> Refusal:
    reasons = tuple(obstacles) or (Reason("results", "there are no results to sign"),)
    return Refusal("sign_results_qc", reasons)


def _sign(request: HttpRequest, submission: Submission, answers: Answers) -> Refusal | None:
    """Sign what the person saw; results that are other by now, or break a rule, are refused."""
    if submission.digest != request.POST.get("digest") or submission.errors:
        text = render_text("registry.changed", get_language(request))
        return Refusal("sign_results_qc", (Reason("changed", text),))
    points = tuple(one.id for one in _list_points(submission))
    decisions = {one: request.POST.get(f"decision-{one}", "").strip()[:2000] for one in points}
    snapshot, told = submission.material.header.snapshot, render_answers(answers)
    done = perform_signed(
        request, "sign_results_qc",
        lambda proved: SignResultsQc(submission.digest, snapshot, points, decisions, proved, told),
    )  # fmt: skip
    return done if isinstance(done, Refusal) else None


def _list_signed(signed: Sequence[SignOff], submission: Submission | None) -> list[Signed]:
    names = load_names(one.person for one in signed)
    digest = submission.digest if submission else ""
    return [Signed(one, names.get(one.person, one.person), one.digest == digest) for one in reversed(signed)]
