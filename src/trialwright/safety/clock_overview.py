"""Every reporting clock of a study at a moment: what the home page, the safety page and ``trialwright safety clocks`` show.

The regimes are those that the study selects; a participant's days end at midnight of the site's zone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from trialwright.definition.compiled import Definition
from trialwright.ledger.subject import SubjectState
from trialwright.safety.clocks import CaseHistory, Clock, ClockSetting, ClockState, compute_clocks
from trialwright.safety.events import Causality
from trialwright.safety.recorded import compute_case_history, compute_situation_history
from trialwright.safety.regimes import load_regimes

DUE = (ClockState.LATE, ClockState.RUNNING, ClockState.OPEN)
"""The states in which somebody still has to do something, the most urgent first."""


@dataclass(frozen=True, slots=True)
class RunningClock:
    """One clock of one case: whose, about which event or situation (0: not about one), in whose words, by which regime."""

    participant: str
    site: str
    event: int
    situation: int
    label: str
    regime: str
    clock: Clock

    @property
    def is_due(self) -> bool:
        """Whether somebody still has to do something."""
        return self.clock.state in DUE


def compute_clock_overview(
    definition: Definition, subjects: Iterable[SubjectState], now: datetime
) -> tuple[RunningClock, ...]:
    """All clocks of all participants, what is late first, then what falls due next, then what is done.

    Parameters
    ----------
    definition : Definition
        Its ``study.regimes`` are the regimes; without any there is no clock.
    subjects : iterable of SubjectState
        The participants.
    now : datetime
        With its zone.
    """
    found = [one for state in subjects for one in list_clocks(definition, state, now)]
    return tuple(sorted(found, key=_rank))


def list_clocks(definition: Definition, state: SubjectState, now: datetime) -> Iterator[RunningClock]:
    """The clocks of one participant, in the order of events and then of situations."""
    for event, version in sorted((key[2], one) for key, one in state.forms.items() if key[1] == "adverse_event"):
        values = version.recorded.values
        label = values.get("verbatim") or values.get("term") or ""
        history = compute_case_history(definition, state, event)
        yield from _list_case(definition, state, now, (event, 0, label, history))
    for one in state.safety.situations:
        history = compute_situation_history(definition, state, one.number)
        label = f"{one.kind.replace('_', ' ').lower()}: {one.text}"
        yield from _list_case(definition, state, now, (0, one.number, label, history))


def _list_case(
    definition: Definition, state: SubjectState, now: datetime, case: tuple[int, int, str, CaseHistory]
) -> Iterator[RunningClock]:
    event, situation, label, history = case
    site = definition.sites.get(state.site)
    related = Causality(definition.study.safety.related_from)
    setting = ClockSetting(now, site.time_zone if site else "UTC", related)
    for regime in definition.study.study.regimes:
        for clock in compute_clocks(history, load_regimes()[regime], setting):
            yield RunningClock(state.participant, state.site, event, situation, label, regime.value, clock)


def _rank(one: RunningClock) -> tuple[int, datetime, str, int, int, str]:
    state = DUE.index(one.clock.state) if one.is_due else len(DUE)
    due = (one.clock.due or datetime.max.replace(tzinfo=UTC)).astimezone(UTC)
    return state, due, one.participant, one.event, one.situation, one.clock.rule
