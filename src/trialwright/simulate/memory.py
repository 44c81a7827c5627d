"""An in-memory ledger made of capture and ledger alone: for operating characteristics, and to catch up after a crash."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from functools import reduce

from trialwright.capture.acts import decide
from trialwright.capture.allocate import Chance
from trialwright.capture.moment import Moment
from trialwright.definition.compiled import Definition
from trialwright.ledger.canonical import render_canonical
from trialwright.ledger.chain import ChainHead, LedgerHead, compute_envelope
from trialwright.ledger.entries import Entry, NumberGiven, compute_payload
from trialwright.ledger.entries_redaction import Redaction
from trialwright.ledger.envelope import STUDY_CHAIN, Draft, Envelope, render_at
from trialwright.ledger.study import StudyState, fold_study
from trialwright.ledger.subject import Stamped, SubjectState, compute_stamped, fold_subject
from trialwright.simulate.run import RunReport, make_cast, run_cast
from trialwright.simulate.steps import Step
from trialwright.vocabulary.findings import Refusal


@dataclass(frozen=True, slots=True)
class Written:
    """What an act came to in memory."""

    participant: str
    written: tuple[Entry, ...]


@dataclass(slots=True)
class MemoryLedger:
    """A ledger that is only remembered. Same acts, same hashes as a stored one with the same salts and draws."""

    definition: Definition
    salts: Callable[[], str]
    lists: Mapping[str, Sequence[str]]
    draw: Callable[[], float]
    study: StudyState = field(default_factory=StudyState)
    subjects: dict[str, SubjectState] = field(default_factory=dict)
    heads: dict[str, ChainHead] = field(default_factory=dict)
    ledger: LedgerHead = field(default_factory=LedgerHead)
    entries: list[Envelope] = field(default_factory=list)
    keep: bool = True

    def perform(self, step: Step) -> Written | Refusal:
        """Do a step at its time."""
        participant: str = getattr(step.command, "participant", STUDY_CHAIN)
        state = self.subjects.get(participant, SubjectState(participant))
        moment = Moment(self.definition, self.study, step.actor, step.at.astimezone(UTC))
        decision = decide(moment, state, step.command, lambda: Chance(self.lists, self.draw()), self._find)
        if isinstance(decision, Refusal):
            return decision
        site = state.site or getattr(step.command, "site", "") or step.actor.site
        for planned in decision:
            self._append(moment, planned.participant, planned.entry, site)
            if isinstance(planned.entry, Redaction):
                self._overwrite(planned.participant, planned.entry)
        entries = tuple(planned.entry for planned in decision)
        code = participant or next((one.participant for one in entries if isinstance(one, NumberGiven)), "")
        return Written(code, entries)

    def _append(self, moment: Moment, participant: str, entry: Entry, site: str) -> None:
        draft = Draft(
            participant, entry.act, render_canonical(compute_payload(entry)),
            moment.actor.person, moment.actor.role.value, site, self.definition.version,
        )  # fmt: skip
        head = self.heads.get(participant, ChainHead())
        sealed = compute_envelope(draft, render_at(moment.now), self.salts(), self.definition.id, head, self.ledger)
        self.heads[participant] = ChainHead(sealed.seq, sealed.hash)
        self.ledger = LedgerHead(sealed.position, sealed.seal, sealed.at)
        if self.keep:
            self.entries.append(sealed)
        stamped = Stamped(
            sealed.position, sealed.seq, participant, sealed.at, sealed.actor, sealed.role, site, sealed.version, entry
        )
        if participant == STUDY_CHAIN:
            self.study = fold_study(self.study, stamped)
        else:
            before = self.subjects.get(participant, SubjectState(participant))
            self.subjects[participant] = fold_subject(before, stamped)

    def _find(self, position: int) -> Envelope | None:
        return next((one for one in self.entries if one.position == position), None)

    def _overwrite(self, participant: str, redaction: Redaction) -> None:
        """What a redaction leaves takes the place of what was there, and its chain is folded anew."""
        left = {redaction.position: redaction.carried, redaction.replaces: ""}
        self.entries = [
            one._replace(payload=left[one.position], salt="") if one.position in left else one for one in self.entries
        ]
        chain = [compute_stamped(one) for one in self.entries if one.participant == participant and one.payload]
        if participant == STUDY_CHAIN:
            self.study = reduce(fold_study, chain, StudyState())
        else:
            self.subjects[participant] = reduce(fold_subject, chain, SubjectState(participant))


def walk_in_memory(definition: Definition, seed: int) -> tuple[MemoryLedger, RunReport]:
    """A whole dry run that is only remembered: its ledger, and what the run saw."""
    cast = make_cast(definition, seed)
    ledger = MemoryLedger(definition, cast.make_salt, cast.lists, cast.make_draw)
    return ledger, run_cast(cast, ledger.perform)
