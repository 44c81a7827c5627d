"""The registry's clock for the running study: what its public record owes, and where it no longer tells the truth."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from trialwright.registry.calendar import render_calendar
from trialwright.registry.case import Background, Case
from trialwright.registry.drift import Drift, compare_drift, list_changes
from trialwright.registry.obligations import Obligation, State, decide_obligations, find_next
from trialwright.registry.regimes import REGIME_NAMES, Bind, Verdict, decide_regime
from trialwright.service.facts import load_facts
from trialwright.vocabulary.codelists import Role
from trialwright.web import trial

RESULTS = frozenset({Role.INVESTIGATOR, Role.SPONSOR, Role.STATISTICIAN, Role.INSPECTOR})
"""Those who may sign the results, and those who inspect them."""
HOME = RESULTS | {Role.SUB_INVESTIGATOR, Role.COORDINATOR, Role.DATA_MANAGER, Role.MONITOR}
"""Those whose work today may be to update the public record."""
TONES = {State.OVERDUE: "bad", State.DUE: "warn", State.MET: "good", State.CANNOT_TELL: "info"}


@dataclass(frozen=True, slots=True)
class Line:
    """A duty as a page shows it: with the days that are left (negative: behind it) and a colour."""

    of: Obligation
    left: int | None
    tone: str

    @property
    def late(self) -> int:
        """How many days ago it was due; 0 while there is time."""
        return max(-self.left, 0) if self.left is not None else 0


@dataclass(frozen=True, slots=True)
class Clock:
    """The public record on a day: every duty, the most urgent first, the rule sets with their verdicts, the drift."""

    on: date
    lines: tuple[Line, ...]
    next: Line | None
    verdicts: tuple[Verdict, ...]
    drift: tuple[Drift, ...]
    obligations: tuple[Obligation, ...]

    @property
    def mend_by(self) -> date | None:
        """The first of the days by which what is untrue must be updated."""
        return min((one.due for one in self.drift if one.due is not None), default=None)


def load_clock(request: HttpRequest) -> Clock | None:
    """The clock of the running study, from the ledger as it is; None for a study without a public record."""
    running = trial.get_running()
    definition, record, on = running.definition, running.definition.record, running.clock().date()
    if record is None:
        return None
    drift = compare_drift(definition, load_facts(running.trial, on, trial.read_head(request)), record)
    case = Case(record, on, Background(changes=list_changes(drift)))
    obligations = tuple(decide_obligations(case))
    first = find_next(obligations)
    return Clock(
        on=on,
        lines=tuple(_make_line(one, on) for one in obligations),
        next=_make_line(first, on) if first else None,
        verdicts=tuple(decide_regime(regime, case) for regime in REGIME_NAMES),
        drift=tuple(drift),
        obligations=obligations,
    )


def _make_line(one: Obligation, on: date) -> Line:
    tone = TONES.get(one.state, "")
    # What does not bind is no alarm.
    return Line(one, one.days_left(on), "" if one.verdict.bind is Bind.VOLUNTARY and tone == "bad" else tone)


def show_clock(request: HttpRequest) -> HttpResponse:
    """Every duty of the public record, which rule sets bind it and why, and what it tells wrongly."""
    context = {"clock": load_clock(request), "may_results": trial.get_actor(request).role in RESULTS}
    return render(request, "registry/clock.html", context)


def send_calendar(request: HttpRequest) -> HttpResponse:
    """What is due as a calendar file; 404 for a study without a public record."""
    clock, definition = load_clock(request), trial.get_definition()
    if clock is None or definition.record is None:
        raise Http404
    text = render_calendar(definition.record, clock.obligations, trial.read_clock())
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{definition.id}.ics"'
    return answer
