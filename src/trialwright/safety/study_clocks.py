"""The reporting clocks of a participant's serious events and reportable situations, under the regimes of the study."""

from dataclasses import dataclass
from datetime import datetime

from trialwright.definition.compiled import Definition
from trialwright.ledger.subject import SubjectState
from trialwright.safety.clocks import Clock, ClockSetting, ClockState, compute_clocks
from trialwright.safety.events import Causality
from trialwright.safety.recorded import compute_case_history, compute_situation_history
from trialwright.safety.regimes import Regime, load_regimes

DEFAULT_REGIMES = ("ICH", "PROTOCOL")
"""What binds where the study names no regime with reporting clocks."""
WAITING = frozenset({ClockState.RUNNING, ClockState.LATE, ClockState.OPEN})
"""States in which somebody still has to report."""


@dataclass(frozen=True, slots=True)
class SubjectClock:
    """A clock, and the event or (``event`` 0) the situation of which participant it runs for."""

    participant: str
    site: str
    event: int
    situation: int
    clock: Clock

    @property
    def is_due(self) -> bool:
        """Whether a report is still to be sent."""
        return self.clock.state in WAITING

    @property
    def is_late(self) -> bool:
        """Whether the report is overdue."""
        return self.clock.state is ClockState.LATE


def list_regimes(definition: Definition) -> tuple[Regime, ...]:
    """The regimes of the study that have reporting clocks; ICH and the protocol's own where it names none."""
    known = load_regimes()
    named = [name for name in definition.study.study.regimes if name in known]
    return tuple(known[name] for name in named or DEFAULT_REGIMES)


def compute_subject_clocks(definition: Definition, state: SubjectState, now: datetime) -> tuple[SubjectClock, ...]:
    """Every clock that the participant's events and situations have started, in their order; ``now`` has its zone.

    Days end at midnight of the participant's site.
    """
    site = definition.sites.get(state.site)
    zone = site.time_zone if site else "UTC"
    setting = ClockSetting(now, zone, Causality(definition.study.safety.related_from))
    cases = [(event, 0, compute_case_history(definition, state, event)) for event in sorted(state.events)]
    cases += [
        (0, one.number, compute_situation_history(definition, state, one.number)) for one in state.safety.situations
    ]
    return tuple(
        SubjectClock(state.participant, state.site, event, situation, clock)
        for event, situation, history in cases
        if history.known
        for regime in list_regimes(definition)
        for clock in compute_clocks(history, regime, setting)
    )
