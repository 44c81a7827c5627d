"""What the entries about safety add up to, of a participant and of the study."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from trialwright.ledger import entries_safety as s

_EMPTY: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Judged:
    """The sponsor's part of an event, and when it was written."""

    at: str
    by: str
    entry: s.EventJudged


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A judgement of a proposal, and whose it is."""

    by: str
    entry: s.ProposalReviewed


@dataclass(frozen=True, slots=True)
class Told:
    """A reportable situation as it was told at a time, and by whom; ``entry`` is the first report or what amended it."""

    at: str
    by: str
    entry: s.SituationReported | s.SituationAmended


@dataclass(frozen=True, slots=True)
class EventRevision:
    """One revision of an adverse event's form: where it stands in the ledger, when it was written, what it said."""

    position: int
    at: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SubjectSafety:
    """One participant: every revision and every judgement of the sponsor by event, oldest first; reports, reviews,
    situations as they are known now, in order, and by number everything that was told of each, oldest first; merged
    events with the one that stands for them, and mergings that were undone."""

    revisions: Mapping[int, tuple[EventRevision, ...]] = field(default_factory=lambda: _EMPTY)
    judged: Mapping[int, tuple[Judged, ...]] = field(default_factory=lambda: _EMPTY)
    reports: tuple[s.ReportSent, ...] = ()
    reviews: tuple[Reviewed, ...] = ()
    situations: tuple[s.SituationReported, ...] = ()
    told: Mapping[int, tuple[Told, ...]] = field(default_factory=lambda: _EMPTY)
    merged: Mapping[int, int] = field(default_factory=lambda: _EMPTY)
    separated: tuple[s.EventsSeparated, ...] = ()

    def find_kept(self, event: int) -> int:
        """The event into which this one was merged, or itself."""
        return self.find_kept(self.merged[event]) if event in self.merged else event


@dataclass(frozen=True, slots=True)
class StudySafety:
    """The study: treated participants as they count, flags by key with when they were raised, decisions in order with when
    and by whom each was made, who acknowledged which notice."""

    counted: Mapping[str, s.SafetyCounted] = field(default_factory=lambda: _EMPTY)
    flags: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    raised: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    decisions: tuple[s.BoardDecided, ...] = ()
    decided: tuple[tuple[str, str], ...] = ()
    acknowledged: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _EMPTY)


def fold_subject_safety(state: SubjectSafety, entry: s.SafetyEntry, at: str, by: str) -> SubjectSafety:
    """The state after one more entry of the participant's chain."""
    match entry:
        case s.EventJudged():
            before = state.judged.get(entry.event, ())
            return replace(state, judged={**state.judged, entry.event: (*before, Judged(at, by, entry))})
        case s.ReportSent():
            return replace(state, reports=(*state.reports, entry))
        case s.ProposalReviewed():
            return replace(state, reviews=(*state.reviews, Reviewed(by, entry)))
        case s.SituationReported():
            told = {**state.told, entry.number: (Told(at, by, entry),)}
            return replace(state, situations=(*state.situations, entry), told=told)
        case s.SituationAmended():
            return _amend(state, entry, Told(at, by, entry))
        case s.EventsMerged():
            return replace(state, merged={**state.merged, **dict.fromkeys(entry.merged, entry.kept)})
        case s.EventsSeparated():
            merged = {row: kept for row, kept in state.merged.items() if row != entry.separated}
            return replace(state, merged=merged, separated=(*state.separated, entry))


def _amend(state: SubjectSafety, entry: s.SituationAmended, told: Told) -> SubjectSafety:
    now = s.SituationReported(
        entry.number, entry.kind, entry.on, entry.aware_at, entry.text, entry.event, entry.details
    )  # fmt: skip
    situations = tuple(now if one.number == entry.number else one for one in state.situations)
    history = {**state.told, entry.number: (*state.told.get(entry.number, ()), told)}
    return replace(state, situations=situations, told=history)


def fold_revision(state: SubjectSafety, event: int, revision: EventRevision) -> SubjectSafety:
    """The state after one more revision of an event's form."""
    return replace(state, revisions={**state.revisions, event: (*state.revisions.get(event, ()), revision)})


def fold_study_safety(state: StudySafety, entry: s.StudySafetyEntry, at: str, by: str) -> StudySafety:
    """The state after one more entry of the study's chain."""
    match entry:
        case s.SafetyCounted():
            return replace(state, counted={**state.counted, entry.participant: entry})
        case s.SafetyFlagRaised():
            raised = {entry.flag: at, **state.raised}
            return replace(state, flags={**state.flags, entry.flag: entry.text}, raised=raised)
        case s.BoardDecided():
            return replace(state, decisions=(*state.decisions, entry), decided=(*state.decided, (at, by)))
        case s.NoticeAcknowledged():
            people = (*state.acknowledged.get(entry.notice, ()), by)
            return replace(state, acknowledged={**state.acknowledged, entry.notice: people})
