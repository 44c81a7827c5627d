"""The page of safety: clocks, serious events, situations, the stopping rule; and the page of the safety board."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trialwright.safety.events import AdverseEvent
from trialwright.safety.stopping import (
    Decision,
    StoppingPlan,
    StoppingState,
    compute_boundary,
    compute_plan_characteristics,
)
from trialwright.safety.study_stopping import compute_ledger_stopping, compute_plan
from trialwright.vocabulary.codelists import Role
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.exports import send_csv
from trialwright.web.forms.show import get_language
from trialwright.web.safety.board_report import CLOSED
from trialwright.web.safety.posted import make_decision
from trialwright.web.safety.watch import Watched, list_clocks, list_proposals, list_serious, load_watch

_RATES = (0.1, 0.2, 0.3, 0.4, 0.5)
"""True rates of toxicity for which the operating characteristics are shown."""


def show_safety(request: HttpRequest) -> HttpResponse:
    """What runs, what is serious, what stops: of everybody whom the actor may see."""
    site = request.GET.get("site", "")
    clocks = [one for one in list_clocks(request) if one.is_due and site in ("", one.site)]
    serious = [pair for pair in list_serious(request) if site in ("", pair[0].state.site)]
    people = load_watch(request).people.values()
    context = {
        "clocks": clocks, "late": sum(one.clock.state == "LATE" for one in clocks),
        "sites": trial.list_sites(request), "site": site,
        "serious": serious, "unseen": load_watch(request).unseen, "proposals": len(list_proposals(request)),
        "situations": [
            (one.state, situation)
            for one in people
            for situation in one.state.safety.situations
            if site in ("", one.state.site)
        ],
        "rule": _describe_rule(request),
    }  # fmt: skip
    return render(request, "safety/safety.html", context)


def export_lines(request: HttpRequest) -> HttpResponse:
    """The line listing of serious events as a CSV file."""
    if request.method != "POST":
        return redirect("safety")
    return send_csv(request, "serious-events", _COLUMNS, (_make_cells(*pair) for pair in list_serious(request)))


_COLUMNS = (
    "participant", "site", "event", "term", "verbatim", "grade", "onset", "end", "outcome", "criteria",
    "causality_investigator", "causality_sponsor", "expectedness",
)  # fmt: skip


def _make_cells(one: Watched, event: AdverseEvent) -> tuple[object, ...]:
    judged = [each for each in event.assessments if not each.procedure]
    return (
        one.state.participant, one.state.site, event.id, event.term, event.verbatim, event.worst_grade or "",
        str(event.onset or ""), str(event.end or ""), str(event.outcome or ""), " ".join(sorted(event.criteria)),
        " ".join(each.investigator or "" for each in judged), " ".join(each.sponsor or "" for each in judged),
        str(event.expectedness or ""),
    )  # fmt: skip


# --- the stopping rule ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FlagRow:
    """A flag with the events behind it and the board's decision, where there is one."""

    key: str
    text: str
    events: tuple[tuple[str, str], ...]
    decision: str = ""
    reason: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the board has not decided."""
        return not self.decision


@dataclass(frozen=True, slots=True)
class RuleShown:
    """The rule of the study and where it stands."""

    plan: StoppingPlan
    arm: str
    state: StoppingState
    flags: tuple[FlagRow, ...]

    @property
    def open_flags(self) -> tuple[FlagRow, ...]:
        """The flags that wait for the board."""
        return tuple(one for one in self.flags if one.is_open)


def _describe_rule(request: HttpRequest) -> RuleShown | None:
    """The rule, for those who may know who was treated; None for the others and where the study names no rule."""
    definition, study = trial.get_definition(), trial.load_study(request)
    plan, rule = compute_plan(definition), definition.study.safety.stopping
    state = compute_ledger_stopping(definition, study, trial.read_clock())
    if plan is None or rule is None or state is None or not trial.get_sight(request).arms:
        return None
    return RuleShown(plan, rule.arm, state, tuple(_list_flags(request, state)))


def _list_flags(request: HttpRequest, state: StoppingState) -> list[FlagRow]:
    """The flags, open ones first; of another site's participant only that there is one."""
    safety, sight = trial.load_study(request).safety, trial.get_sight(request)
    decided = {one.flag: one for one in safety.decisions}
    events = {flag.key: flag.events for flag in state.flags}
    rows = []
    for key, text in {**{flag.key: flag.text for flag in state.flags}, **safety.flags}.items():
        mine = tuple(pair for pair in events.get(key, ()) if not sight.site or pair[0].startswith(f"{sight.site}-"))
        shown = text if not sight.site or mine or not key.startswith("hold:") else text.partition(" (")[0]
        one = decided.get(key)
        rows.append(FlagRow(key, shown, mine, one.decision if one else "", one.reason if one else ""))
    return sorted(rows, key=lambda row: not row.is_open)


def show_board(request: HttpRequest) -> HttpResponse:
    """The stopping rule in full, and the safety board's decisions; POST decides."""
    refusal = None
    if request.method == "POST":
        result = trial.perform(request, make_decision(request))
        if not isinstance(result, Refusal):
            messages.success(request, render_text("safety.decided", get_language(request)))
            return redirect("board")
        refusal = result
    rule = _describe_rule(request)
    context: dict[str, Any] = {
        "refusal": refusal, "posted": request.POST, "rule": rule, "decisions": list(Decision),
        "taken": trial.load_study(request).safety.decisions if rule else (),
        "percent": {"rate": f"{100 * rule.plan.rate:g}", "error": f"{100 * rule.plan.error:g}"} if rule else {},
        "boundary": _list_boundary(rule), "characteristics": _list_characteristics(rule),
        "may_report": trial.get_actor(request).role in CLOSED | {Role.SPONSOR, Role.MEDICAL_MONITOR},
        "may_decide": rule is not None and not trial.check_may(request, "decide_flag"),
    }  # fmt: skip
    return render(request, "safety/board.html", context, status=422 if refusal else 200)


def _list_boundary(rule: RuleShown | None) -> list[tuple[int, int]]:
    """Evaluated participants and the least number of toxicities that stops, where that changes."""
    if rule is None:
        return []
    steps, before = [], 0
    for evaluated, stop_at in enumerate(compute_boundary(rule.plan).tolist(), start=1):
        if stop_at <= evaluated and stop_at != before:
            steps.append((evaluated, stop_at))
            before = stop_at
    return steps


def _list_characteristics(rule: RuleShown | None) -> list[dict[str, float]]:
    if rule is None:
        return []
    found = compute_plan_characteristics(rule.plan, _RATES)
    return [
        {"rate": 100 * rate, "stop": 100 * float(stop), "treated": float(treated)}
        for rate, stop, treated in zip(_RATES, found.stop, found.participants, strict=True)
    ]
