"""Do an act: lock, load, decide, append, commit. The only way into the ledger, for pages, imports and the dry run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from trialwright.access.policy import Actor
from trialwright.capture.acts import decide
from trialwright.capture.allocate import Chance
from trialwright.capture.moment import Decision, Moment
from trialwright.definition.compiled import Definition
from trialwright.ledger.canonical import render_canonical
from trialwright.ledger.entries import Entry, LedgerOpened, NumberGiven, compute_payload
from trialwright.ledger.envelope import STUDY_CHAIN, Draft, Envelope
from trialwright.ledger.study import STUDY_ACTS, StudyState, fold_study
from trialwright.ledger.subject import SubjectState, compute_stamped, fold_subject
from trialwright.service.ledger import Contended, Ledger
from trialwright.service.project import project
from trialwright.service.states import StateCache
from trialwright.service.unit import Unit, open_unit
from trialwright.vocabulary.findings import Reason, Refusal

_TRIES = 20

TrialUnit = Unit[SubjectState, StudyState]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an act wrote, as stored and as decided. ``participant`` is the code it concerned (a new one after a first
    screening)."""

    participant: str
    entries: tuple[Envelope, ...]
    written: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """A running trial: its definition, its ledger, and the chance that allocation needs.

    Parameters
    ----------
    lists : callable
        The concealed allocation lists by stratum; read only by allocation.
    draw : callable
        One number from [0, 1) at every call.
    """

    definition: Definition
    ledger: Ledger[SubjectState, StudyState]
    lists: Callable[[], Mapping[str, Sequence[str]]]
    draw: Callable[[], float]
    _lists: dict[str, Mapping[str, Sequence[str]]] = field(default_factory=dict, repr=False)

    def perform(self, command: Any, actor: Actor) -> Receipt | Refusal:
        """Do one act in a transaction of its own; tried again where another writer was in the way."""
        for _ in range(_TRIES):
            try:
                with open_unit(self.ledger, getattr(command, "participant", STUDY_CHAIN)) as unit:
                    return self.perform_in(unit, command, actor)
            except Contended:
                continue
        return Refusal(type(command).__name__, (Reason("busy", "the ledger is busy; nothing was written, try again"),))

    def perform_in(self, unit: TrialUnit, command: Any, actor: Actor) -> Receipt | Refusal:
        """Do one act as part of a unit; a refusal leaves the unit as it was."""
        participant: str = getattr(command, "participant", STUDY_CHAIN)
        state = unit.subject(participant) if participant else SubjectState("")
        moment = self._compute_moment(unit, actor)
        decision = decide(moment, state, command, lambda: Chance(self._read_lists(moment), self.draw()), unit.entry)
        if isinstance(decision, Refusal):
            return decision
        site = state.site or getattr(command, "site", "") or actor.site
        written = [self._append(unit, moment, planned.participant, planned.entry, site) for planned in decision]
        entries = tuple(planned.entry for planned in decision)
        return Receipt(_find_code(decision, participant), tuple(written), entries)

    def _compute_moment(self, unit: TrialUnit, actor: Actor) -> Moment:
        return Moment(self.definition, unit.study(), actor, unit.now())

    def _read_lists(self, moment: Moment) -> Mapping[str, Sequence[str]]:
        commitment = moment.study.commitment
        if not commitment:
            return {}
        if commitment not in self._lists:
            self._lists[commitment] = self.lists()
        return self._lists[commitment]

    def _append(self, unit: TrialUnit, moment: Moment, participant: str, entry: Any, site: str) -> Envelope:
        draft = Draft(
            participant=participant, act=entry.act, payload=render_canonical(compute_payload(entry)),
            actor=moment.actor.person, role=moment.actor.role.value, site=site, version=self.definition.version,
        )  # fmt: skip
        return unit.append(draft, moment.now)


def _find_code(decision: Decision, participant: str) -> str:
    if isinstance(decision, tuple) and not participant:
        return next((one.entry.participant for one in decision if isinstance(one.entry, NumberGiven)), "")
    return participant


def _fold_subject(state: SubjectState, envelope: Envelope) -> SubjectState:
    return fold_subject(state, compute_stamped(envelope)) if envelope.payload else state


def _fold_study(state: StudyState, envelope: Envelope) -> StudyState:
    return fold_study(state, compute_stamped(envelope)) if envelope.payload else state


def open_trial(
    definition: Definition,
    clock: Callable[[], datetime],
    salts: Callable[[], str],
    lists: Callable[[], Mapping[str, Sequence[str]]],
    draw: Callable[[], float],
) -> Trial:
    """The trial on the database that this process is connected to."""
    ledger = Ledger(
        clock=clock,
        salts=salts,
        subjects=StateCache(_fold_subject, SubjectState),
        study=StateCache(_fold_study, lambda _: StudyState(), STUDY_ACTS),
        project=project,
    )
    return Trial(definition, ledger, lists, draw)


def begin_ledger(trial: Trial, command: Any, actor: Actor) -> Receipt | Refusal:
    """Create the ledger of this database and write its first entry; LedgerExists where there is one."""
    with open_unit(trial.ledger) as unit:
        unit.create(trial.definition.id, command.purpose.value)
        receipt = trial.perform_in(unit, command, actor)
        return receipt


__all__ = ["LedgerOpened", "Receipt", "Trial", "begin_ledger", "compute_stamped", "open_trial"]
