"""Tolerance limits and central signals, computed from the records as they are now."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trialwright.capture.assess import AssessBreach
from trialwright.ledger.oversight import Assessed
from trialwright.ledger.study import StudyState
from trialwright.ledger.subject import SubjectState
from trialwright.monitoring.facts import SubjectFacts, compute_facts
from trialwright.monitoring.signals import Verdict, list_signals
from trialwright.monitoring.tolerance import Standing, Tolerance, compute_tolerance
from trialwright.safety.notices import Crossed
from trialwright.service import reading_many
from trialwright.store.models import Participant
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms.show import get_language
from trialwright.web.queries.bulk import load_subjects

MOST_PEOPLE = 300
"""So many participants at most are counted, those allocated last; the page says so when there are more."""
_AGE = timedelta(minutes=10)
"""How old the numbers on the home page may be."""
TONES = {
    "BREACHED": "bad",
    "ABOVE": "warn",
    "WITHIN": "good",
    "TOO_FEW": "",
    "SIGNAL": "bad",
    "NONE": "good",
    "ALONE": "",
}
_lock = threading.Lock()
_held: list[tuple[trial.Running, datetime, int]] = []


@dataclass(frozen=True, slots=True)
class Limit:
    """A tolerance limit on the page: what it stands at, the last assessment, and whether that one is still of it."""

    tolerance: Tolerance
    tone: str
    assessed: Assessed | None

    @property
    def percent(self) -> str:
        """The share in percent; '' of nothing."""
        return "" if self.tolerance.share is None else f"{100 * self.tolerance.share:.1f}"

    @property
    def needs_assessment(self) -> bool:
        """Whether it is crossed, and nobody has assessed it at this share or a higher one."""
        if self.tolerance.standing is not Standing.BREACHED:
            return False
        return self.assessed is None or float(self.assessed.entry.value or 0) < float(self.percent)


def show(request: HttpRequest) -> HttpResponse:
    """The page; POST assesses a limit that was crossed."""
    facts, is_cut = load_facts(request)
    limits, refusal = list_limits(request, facts), None
    if request.method == "POST":
        chosen = next((one for one in limits if one.tolerance.limit.id == request.POST.get("limit")), None)
        if chosen is None:
            raise Http404
        texts = [request.POST.get(name, "").strip()[:2000] for name in ("text", "action")]
        done = trial.perform(request, AssessBreach(chosen.tolerance.limit.id, chosen.percent, *texts))
        if not isinstance(done, Refusal):
            _held.clear()
            messages.success(request, render_text("monitoring.saved", get_language(request)))
            return redirect("quality")
        refusal = done
    found = list_signals(facts, trial.list_sites(request))
    context = {
        "limits": limits, "refusal": refusal, "posted": request.POST, "is_cut": is_cut, "most": MOST_PEOPLE,
        "signals": [(one, TONES[one.verdict], *_render(one.value, one.others, one.kind)) for one in found],
        "count": sum(one.verdict is Verdict.SIGNAL for one in found), "people": len(facts),
        "is_alone": len(trial.list_sites(request)) == 1, "may": not trial.check_may(request, "assess_breach"),
    }  # fmt: skip
    return render(request, "monitoring/quality.html", context, status=422 if refusal else 200)


def _render(value: float | None, others: float | None, kind: str) -> tuple[str, str]:
    """A pair of numbers as the page writes them: shares in percent, the rest as they are."""
    is_share = kind not in ("EVENT_RATE", "LOW_SPREAD")
    shown = ["–" if one is None else f"{100 * one:.1f} %" if is_share else f"{one:.2f}" for one in (value, others)]
    return shown[0], shown[1]


def load_facts(request: HttpRequest) -> tuple[list[SubjectFacts], bool]:
    """The facts of those allocated (the latest ``MOST_PEOPLE``), and whether there are more; three statements."""
    codes = _list_codes(trial.list_sites(request))
    states = load_subjects(request, codes[:MOST_PEOPLE])
    return _compute_facts(trial.load_study(request), states), len(codes) > MOST_PEOPLE


def _list_codes(sites: Iterable[str]) -> list[str]:
    people = Participant.objects.filter(site__in=list(sites)).exclude(arm="")
    return list(people.order_by("-allocated_at", "code").values_list("code", flat=True)[: MOST_PEOPLE + 1])


def _compute_facts(study: StudyState, states: Mapping[str, SubjectState]) -> list[SubjectFacts]:
    assessed, definition = study.oversight.deviations, trial.get_definition()
    important = {participant for (participant, _), one in assessed.items() if one.entry.important == "Y"}
    return [
        compute_facts(definition, state, trial.compute_today(state.site), has_important=code in important)
        for code, state in states.items()
    ]


def list_limits(request: HttpRequest, facts: list[SubjectFacts]) -> list[Limit]:
    """Every limit of the study with where it stands."""
    return _compute_limits(trial.load_study(request), facts)


def _compute_limits(study: StudyState, facts: list[SubjectFacts]) -> list[Limit]:
    found = [compute_tolerance(one, facts) for one in trial.get_definition().study.quality]
    return [Limit(one, TONES[one.standing], study.oversight.breaches.get(one.limit.id)) for one in found]


def list_crossed(study: StudyState) -> tuple[Crossed, ...]:
    """The limits that are crossed and wait for an assessment, counted over every site, for nobody's page."""
    running = trial.get_running()
    if not running.definition.study.quality:
        return ()
    states = reading_many.load_subjects(running.trial, _list_codes(running.definition.sites)[:MOST_PEOPLE])
    limits = _compute_limits(study, _compute_facts(study, states))
    return tuple(
        Crossed(one.tolerance.limit.id, one.percent, one.assessed.entry.value if one.assessed else "")
        for one in limits
        if one.needs_assessment
    )


def count_breaches(request: HttpRequest) -> int:
    """How many limits are crossed and wait for an assessment, as of some minutes ago at most; for the home page."""
    running, now = trial.get_running(), trial.read_clock()
    with _lock:
        if not _held or _held[0][0] is not running or not timedelta() <= now - _held[0][1] < _AGE:
            limits = list_limits(request, load_facts(request)[0])
            _held[:] = [(running, now, sum(one.needs_assessment for one in limits))]
        return _held[0][2]
