"""How the study is overseen: plans, reports, actions, assessed deviations and limits, as the study's chain says."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from trialwright.ledger import entries_oversight as o
from trialwright.ledger.canonical import render_canonical

_EMPTY: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Signing:
    """A signature under a report as the ledger stamped it."""

    at: str
    by: str
    role: str
    signed: o.MonitoringSigned


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it stands: who prepared it last, and every signature under it."""

    at: str
    by: str
    reported: o.MonitoringReported
    signings: tuple[Signing, ...] = ()

    @property
    def content(self) -> str:
        """SHA-256 of what a signature covers."""
        one = self.reported
        facts = {
            "report": one.report, "revision": one.revision, "site": one.site, "kind": one.kind, "on": one.on,
            "findings": dict(one.findings), "participants": list(one.participants), "people": one.people,
        }  # fmt: skip
        return hashlib.sha256(render_canonical(facts).encode()).hexdigest()

    @property
    def valid(self) -> tuple[Signing, ...]:
        """The signatures that cover the report as it is."""
        return tuple(one for one in self.signings if one.signed.content == self.content)


@dataclass(frozen=True, slots=True)
class Step:
    """One change of an action: what it became, who said so, when and how."""

    at: str
    by: str
    status: str
    text: str


@dataclass(frozen=True, slots=True)
class Action:
    """Something to be done, and all that came of it."""

    at: str
    by: str
    opened: o.ActionOpened
    steps: tuple[Step, ...] = ()

    @property
    def status(self) -> str:
        """OPEN, DONE or CLOSED."""
        return self.steps[-1].status if self.steps else "OPEN"

    def is_late(self, today: str) -> bool:
        """Whether it should have been done before a day, and is not."""
        return self.status == "OPEN" and self.opened.due < today


@dataclass(frozen=True, slots=True)
class Assessed:
    """An assessment with who made it and when."""

    at: str
    by: str
    entry: Any


@dataclass(frozen=True, slots=True)
class OversightState:
    """Plans by site, reports and actions by name, the latest assessment of each deviation and limit, enquiries counted.

    ``deviations`` is keyed by participant and name of the deviation.
    """

    plans: Mapping[str, o.MonitoringPlanned] = field(default_factory=lambda: _EMPTY)
    reports: Mapping[str, Report] = field(default_factory=lambda: _EMPTY)
    actions: Mapping[str, Action] = field(default_factory=lambda: _EMPTY)
    deviations: Mapping[tuple[str, str], Assessed] = field(default_factory=lambda: _EMPTY)
    breaches: Mapping[str, Assessed] = field(default_factory=lambda: _EMPTY)
    enquiries: int = 0


def fold_oversight(state: OversightState, entry: o.OversightEntry, stamp: tuple[str, str, str]) -> OversightState:
    """The state after one more entry; ``stamp`` is its time, actor and role."""
    at, by, role = stamp
    match entry:
        case o.MonitoringPlanned():
            return replace(state, plans={**state.plans, entry.site: entry})
        case o.MonitoringReported():
            known = state.reports.get(entry.report)
            report = Report(at, by, entry, known.signings if known else ())
            return replace(state, reports={**state.reports, entry.report: report})
        case o.MonitoringSigned():
            held = state.reports[entry.report]
            signed = replace(held, signings=(*held.signings, Signing(at, by, role, entry)))
            return replace(state, reports={**state.reports, entry.report: signed})
        case o.ActionOpened():
            return replace(state, actions={**state.actions, entry.action: Action(at, by, entry)})
        case o.ActionChanged():
            action = state.actions[entry.action]
            changed = replace(action, steps=(*action.steps, Step(at, by, entry.status, entry.text)))
            return replace(state, actions={**state.actions, entry.action: changed})
        case o.DeviationAssessed():
            key = (entry.participant, entry.deviation)
            return replace(state, deviations={**state.deviations, key: Assessed(at, by, entry)})
        case o.BreachAssessed():
            return replace(state, breaches={**state.breaches, entry.limit: Assessed(at, by, entry)})
        case o.EnquiryLogged():
            return replace(state, enquiries=max(state.enquiries, entry.number))


def compute_deviation_name(code: str, encounter: str, form: str) -> str:
    """The name of a deviation among those of its participant, who has each once.

    >>> compute_deviation_name("MISSED_VISIT", "D3", "")
    'MISSED_VISIT|D3|'
    """
    return f"{code}|{encounter}|{form}"
