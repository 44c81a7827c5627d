"""What the safety board reads at a data cut, as plain values: no formula, no layout.

The open part holds no arm; the closed part, by arm, is the board's alone (principles of conduct, 6).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """Participants with something, of how many, with the exact interval of the proportion."""

    count: int
    of: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class RuleStanding:
    """The stopping rule: what it is, where it stops, what it does at each true rate, and where it stands."""

    kind: str
    boundary: tuple[int, ...]
    characteristics: tuple[tuple[float, float, float], ...]
    treated: int
    evaluated: int
    toxic: int
    pending: tuple[str, ...]
    stop_at: int
    exceedance: float | None
    flags: tuple[tuple[str, str], ...]
    stopped: bool


@dataclass(frozen=True, slots=True)
class ArmShares:
    """One arm as treated: each kind of event with its share of participants."""

    arm: str
    shares: tuple[tuple[str, Share], ...]


@dataclass(frozen=True, slots=True)
class TermLine:
    """A term: its class, and per arm participants with it by worst grade (0: any grade)."""

    soc: str
    term: str
    counts: tuple[tuple[str, tuple[tuple[int, int], ...]], ...]


@dataclass(frozen=True, slots=True)
class WindowLine:
    """An infusion by its number: how many were given, and after how many an event began within 2 and 24 hours."""

    number: int
    given: int
    within_2: Share
    within_24: Share


@dataclass(frozen=True, slots=True)
class EventLine:
    """An event in a line listing (CIOMS II), or on a timeline: ``day`` after the first infusion, where known."""

    participant: str
    arm: str
    event: str
    verbatim: str
    term: str
    grade: int | None
    onset: str
    end: str
    day: float | None
    last_day: float | None
    infusion: str
    seriousness: str
    investigator: str
    sponsor: str
    expectedness: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A treated participant: days of the infusions, the events, the last day under observation, the day of death."""

    participant: str
    infusions: tuple[float, ...]
    events: tuple[EventLine, ...]
    last: float
    death: float | None


@dataclass(frozen=True, slots=True)
class LotLine:
    """A lot: its status, how many containers were made, how many are at each place, whether the account balances."""

    lot: str
    status: str
    expires: str
    made: int
    places: tuple[tuple[str, int], ...]
    balanced: bool


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision of the board: on which flag, when that was raised, when and by whom it was decided, and why."""

    flag: str
    raised: str
    decided: str
    by: str
    decision: str
    reason: str


@dataclass(frozen=True, slots=True)
class SituationLine:
    """A reportable situation as it is known now; ``news`` is why it was amended last, empty where it never was."""

    participant: str
    kind: str
    on: str
    text: str
    news: str


@dataclass(frozen=True, slots=True)
class FaultLine:
    """A dose that should not have been as it was, or was not given: the code of the deviation and what it says."""

    participant: str
    encounter: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class RecallLine:
    """A lot that was recalled: who was given something of it, whose dose of it waits, containers that can be stopped."""

    lot: str
    given: tuple[str, ...]
    waiting: tuple[str, ...]
    left: int


@dataclass(frozen=True, slots=True)
class BoardReport:
    """The whole report. ``work`` counts clocks, proposals, changes of events and situations by their state."""

    study: str
    title: str
    purpose: str
    version: str
    position: int
    as_of: str
    ctcae: str
    rule: RuleStanding | None
    open: tuple[tuple[str, int], ...]
    arms: tuple[ArmShares, ...]
    terms: tuple[TermLine, ...]
    windows: tuple[WindowLine, ...]
    serious: tuple[EventLine, ...]
    timelines: tuple[Timeline, ...]
    lots: tuple[LotLine, ...]
    work: tuple[tuple[str, int], ...]
    decisions: tuple[DecisionLine, ...]
    situations: tuple[SituationLine, ...]
    faults: tuple[FaultLine, ...] = ()
    recalls: tuple[RecallLine, ...] = ()
