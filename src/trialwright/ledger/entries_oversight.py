"""Entries of oversight: monitoring by site, what is to be done, important deviations, limits crossed, public enquiries.

All stand in the study's own chain, so that a page about all sites folds one chain. None holds a value of a form.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class MonitoringPlanned:
    """How a site is monitored from now on: its risk and why, how often, and how much of its data against the source.

    ``share`` ("0" to "1") and ``always`` are those of ``VerificationPlanned``, for this site.
    """

    act: ClassVar[str] = "monitoring_planned"
    site: str
    risk: str
    every_days: int
    share: str
    rationale: str
    always: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MonitoringReported:
    """The report of a visit, as prepared: ``report`` is its name, ``findings`` maps each topic to what was found."""

    act: ClassVar[str] = "monitoring_reported"
    report: str
    revision: int
    site: str
    kind: str
    on: str
    findings: Mapping[str, str] = field(default_factory=lambda: _NONE)
    participants: tuple[str, ...] = ()
    people: str = ""


@dataclass(frozen=True, slots=True)
class MonitoringSigned:
    """A signature under a report: the SHA-256 of what was signed, and what the signature means."""

    act: ClassVar[str] = "monitoring_signed"
    report: str
    content: str
    meaning: str
    authenticated_at: str


@dataclass(frozen=True, slots=True)
class ActionOpened:
    """Something is to be done at a site (the sponsor's own where ``site`` is empty), by whom and until when."""

    act: ClassVar[str] = "action_opened"
    action: str
    site: str
    text: str
    owner: str
    due: str
    report: str = ""
    participant: str = ""


@dataclass(frozen=True, slots=True)
class ActionChanged:
    """An action is DONE (who did it says how), CLOSED (who asked for it is content) or OPEN again (and why)."""

    act: ClassVar[str] = "action_changed"
    action: str
    status: str
    text: str


@dataclass(frozen=True, slots=True)
class DeviationAssessed:
    """Whether a deviation is important, why it came about, and what is done about it (ICH E3, E6(R3) 3.9.6).

    ``deviation`` is the name of the deviation: its code, encounter and form between bars.
    """

    act: ClassVar[str] = "deviation_assessed"
    participant: str
    site: str
    deviation: str
    important: str
    cause: str
    corrective: str = ""
    preventive: str = ""
    owner: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class BreachAssessed:
    """What was made of a quality tolerance limit that was crossed; ``value`` is what it stood at then."""

    act: ClassVar[str] = "breach_assessed"
    limit: str
    value: str
    text: str
    action: str


@dataclass(frozen=True, slots=True)
class EnquiryLogged:
    """Somebody asked about the trial; nothing is kept by which they could be known."""

    act: ClassVar[str] = "enquiry_logged"
    number: int
    site: str
    on: str
    channel: str
    caller: str
    subject: str
    question: str
    answer: str
    is_settled: str = "Y"


OversightEntry = (
    MonitoringPlanned | MonitoringReported | MonitoringSigned | ActionOpened | ActionChanged | DeviationAssessed
    | BreachAssessed | EnquiryLogged
)  # fmt: skip
"""Of the study's chain."""
