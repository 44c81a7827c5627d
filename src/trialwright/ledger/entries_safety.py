"""Entries about safety beside the event itself: what the sponsor judged and reported, and what stops the infusions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class EventJudged:
    """The sponsor's part of an adverse event: causality, and expectedness by the reference safety information named.

    ``event`` is the row of the event; ``aware_at`` when the sponsor knew of it (with zone), empty: when the site saved it.
    """

    act: ClassVar[str] = "event_judged"
    event: int
    causality: str
    expectedness: str = ""
    reference: str = ""
    aware_at: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class ReportSent:
    """A report about an event went to a recipient under a rule of a regime; ``sent_at`` has its zone.

    ``situation`` is the number of a reportable situation where the report is about one; ``event`` is then 0.
    """

    act: ClassVar[str] = "report_sent"
    event: int
    rule: str
    recipient: str
    sent_at: str
    how: str = ""
    reference: str = ""
    situation: int = 0


@dataclass(frozen=True, slots=True)
class ProposalReviewed:
    """A person's judgement of the event that a value proposes: CONFIRMED (as ``event``), NOT_SIGNIFICANT, PRE_EXISTING."""

    act: ClassVar[str] = "proposal_reviewed"
    path: str
    value: str
    term: str
    verdict: str
    reason: str
    event: int = 0


@dataclass(frozen=True, slots=True)
class SituationReported:
    """A reportable situation that is no adverse event by itself: pregnancy, overdose, medication error.

    ``details`` are what is asked of its kind, as far as it is known.
    """

    act: ClassVar[str] = "situation_reported"
    number: int
    kind: str
    on: str
    aware_at: str
    text: str
    event: int = 0
    details: Mapping[str, str] = field(default_factory=lambda: _NONE)


@dataclass(frozen=True, slots=True)
class SituationAmended:
    """A reportable situation as it is known now: a correction or a follow-up, and why. What was told before stays."""

    act: ClassVar[str] = "situation_amended"
    number: int
    kind: str
    on: str
    aware_at: str
    text: str
    reason: str
    event: int = 0
    details: Mapping[str, str] = field(default_factory=lambda: _NONE)


@dataclass(frozen=True, slots=True)
class EventsMerged:
    """Several rows were one event: ``kept`` stands for those in ``merged``, which count no longer."""

    act: ClassVar[str] = "events_merged"
    kept: int
    merged: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class EventsSeparated:
    """A row that had been merged into another stands for itself again, and why."""

    act: ClassVar[str] = "events_separated"
    kept: int
    separated: int
    reason: str


@dataclass(frozen=True, slots=True)
class SafetyCounted:
    """A treated participant as the stopping rule counts them now; in the study's chain, so that it alone decides.

    ``first`` and ``latest`` are starts of infusions (UTC); ``toxic`` the events that are toxicities; ``holds`` those that
    hold all infusions, each as ``event:word``.
    """

    act: ClassVar[str] = "safety_counted"
    participant: str
    first: str
    latest: str
    toxic: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SafetyFlagRaised:
    """Something stops the preparation of doses until the safety board decides; raised by the machine."""

    act: ClassVar[str] = "safety_flag_raised"
    flag: str
    text: str


@dataclass(frozen=True, slots=True)
class BoardDecided:
    """The safety board's decision on a flag (empty: on its own account): CONTINUE or STOP, and why."""

    act: ClassVar[str] = "board_decided"
    flag: str
    decision: str
    reason: str


@dataclass(frozen=True, slots=True)
class NoticeAcknowledged:
    """A named person has seen a notice."""

    act: ClassVar[str] = "notice_acknowledged"
    notice: str
    comment: str = ""


SafetyEntry = (
    EventJudged | ReportSent | ProposalReviewed | SituationReported | SituationAmended | EventsMerged | EventsSeparated
)
"""Of a participant's chain."""
StudySafetyEntry = SafetyCounted | SafetyFlagRaised | BoardDecided | NoticeAcknowledged
"""Of the study's chain."""
