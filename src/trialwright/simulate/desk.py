"""The desks of a virtual trial: data manager, monitor, signing investigator, medical monitor, sponsor, safety board.

They act on what the ward has recorded. Chance comes from a stream of their own, so the ward's data do not depend on them.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from trialwright.access.policy import Actor
from trialwright.capture.code_break import BreakCode
from trialwright.capture.dose import PrepareDose
from trialwright.capture.list_queries import list_queries
from trialwright.capture.lock import LockLevel, SetLock
from trialwright.capture.query import AnswerQuery, CloseQuery, RaiseQuery
from trialwright.capture.record_form import RecordForm
from trialwright.capture.sign import Scope, Sign
from trialwright.capture.stopping import DecideFlag
from trialwright.capture.verify_source import VerifySource, is_to_verify
from trialwright.definition.compiled import Definition
from trialwright.definition.design import Masking
from trialwright.ledger.entries import (
    AdverseEventReported,
    Allocated,
    ConsentGiven,
    Died,
    DoseGiven,
    FormRecorded,
    Screened,
)
from trialwright.ledger.entries_review import VerificationPlanned
from trialwright.ledger.entries_safety import EventsMerged, EventsSeparated, ProposalReviewed, SafetyFlagRaised
from trialwright.ledger.envelope import render_at
from trialwright.ledger.review import Key
from trialwright.ledger.subject import Stamped, SubjectState, fold_subject
from trialwright.safety.stopping import Decision
from trialwright.simulate.exercises import Script
from trialwright.simulate.safety_desk import report_situations, review_proposals
from trialwright.simulate.steps import Expectation, Result, Step
from trialwright.vocabulary.codelists import Role
from trialwright.vocabulary.findings import Refusal

if TYPE_CHECKING:
    from trialwright.simulate.course import Traveller

Walk = Generator[Step, Result, None]
BOARD = Actor("safety-board", Role.SAFETY_BOARD)
_ASKED = 0.2
"""Share of participants about whom the data manager asks something."""
_TRIED = 0.05
"""Share of participants with whom each planned error of the desks is tried."""


def compute_verification_plan(definition: Definition) -> VerificationPlanned:
    """The monitor's plan: every adverse event and death, and one form in twenty."""
    always = tuple(form for form in ("adverse_event", "death") if form in definition.forms)
    return VerificationPlanned("0.05", always)


@dataclass(slots=True)
class Desk:
    """What the desks know of one participant: the latest revision of every form, and the state that the acts add up to.

    The state is the desk's own fold of what it saw; its positions are not the ledger's.
    """

    rng: np.random.Generator
    forms: dict[Key, FormRecorded] = field(default_factory=dict)
    state: SubjectState = field(default_factory=lambda: SubjectState(""))

    def chance(self, probability: float) -> bool:
        """Whether something of this probability happens now."""
        return bool(self.rng.random() < probability)

    def observe(self, result: Result, at: datetime, site: str) -> None:
        """Take note of what an act has written at a moment."""
        if isinstance(result, Refusal):
            return
        for one in result.written:
            if isinstance(one, FormRecorded):
                self.forms[one.encounter, one.form, one.repeat] = one
            if isinstance(one, _SEEN):
                number, moment = self.state.seq + 1, render_at(at.astimezone(UTC))
                stamped = Stamped(number, number, result.participant, moment, "", "", site, "", one)
                self.state = fold_subject(self.state, stamped)

    def find_item(self, item: str) -> str:
        """What was recorded last of an item, on whatever form; empty where nothing was."""
        found = (one.values[item] for one in reversed(self.forms.values()) if item in one.values)
        return next(found, "")

    def find_text(self, path: str) -> str:
        """The text at a place such as ``D3.chemistry.alt``, as it was recorded last."""
        place, _, item = path.rpartition(".")
        for (encounter, form, repeat), recorded in self.forms.items():
            plain = ".".join(filter(None, (encounter, form)))
            if place in (plain, f"{plain}.{repeat}") and item in recorded.values:
                return recorded.values[item]
        raise KeyError(path)


_SEEN = (
    Screened,
    ConsentGiven,
    Allocated,
    FormRecorded,
    DoseGiven,
    AdverseEventReported,
    ProposalReviewed,
    Died,
    EventsMerged,
    EventsSeparated,
)
"""The entries that the desk's own fold needs."""


def clean_up(one: "Traveller") -> Walk:
    """Queries, verification, signature and lock of a participant whose record is complete."""
    if not one.desk.forms:
        return
    yield from review_proposals(one)
    yield from report_situations(one)
    yield from _settle_queries(one)
    yield from _verify(one)
    yield one.step(Sign(one.code, Scope.CASEBOOK, one.now()), Role.INVESTIGATOR)
    yield one.step(SetLock(one.code, LockLevel.LOCKED, "complete, verified and signed"), Role.DATA_MANAGER)
    if one.desk.chance(_TRIED):
        yield _correct_after_lock(one)
    if one.arm and one.definition.study.design.masking is not Masking.NONE and one.desk.chance(_TRIED):
        expect = Expectation("code break by a nurse", "refusal", "role")
        yield one.step(BreakCode(one.code, "curiosity"), Role.NURSE, expect)


def _settle_queries(one: "Traveller") -> Walk:
    for query in list_queries(one.definition, one.desk.state):
        name = query.thread.query
        yield one.step(AnswerQuery(one.code, name, "compared with the source"), Role.COORDINATOR)
        yield one.step(CloseQuery(one.code, name, "the value stands"), Role.DATA_MANAGER)
    if not one.desk.chance(_ASKED):
        return
    keys = sorted(one.desk.forms)
    encounter, form, repeat = keys[int(one.desk.rng.integers(len(keys)))]
    asked = RaiseQuery(one.code, form, encounter, "virtual question: is this what the source says?", "", repeat)
    yield one.step(asked, Role.DATA_MANAGER)
    if one.desk.chance(0.5):
        early = SetLock(one.code, LockLevel.LOCKED, "in a hurry")
        yield one.step(early, Role.DATA_MANAGER, Expectation("lock over an open query", "refusal", "open-queries"))
    yield one.step(AnswerQuery(one.code, "Q1", "virtual answer: yes"), Role.COORDINATOR)
    yield one.step(CloseQuery(one.code, "Q1", "answered"), Role.DATA_MANAGER)


def _verify(one: "Traveller") -> Walk:
    plan = compute_verification_plan(one.definition)
    for key, recorded in one.desk.forms.items():
        if (recorded.values or recorded.missing) and is_to_verify(plan, one.code, key):
            encounter, form, repeat = key
            yield one.step(VerifySource(one.code, form, encounter, recorded.revision, (), repeat), Role.MONITOR)


def _correct_after_lock(one: "Traveller") -> Step:
    forms = one.definition.forms
    key, recorded = next((key, form) for key, form in one.desk.forms.items() if not forms[key[1]].form.never_blocks)
    encounter, form, repeat = key
    missing = {**recorded.missing, **dict.fromkeys(recorded.values, "UNKNOWN")}
    late = RecordForm(one.code, form, encounter, {}, repeat, missing, "an afterthought", based_on=recorded.revision)
    return one.step(late, Role.COORDINATOR, Expectation("a correction after the lock", "refusal", "locked"))


def convene_board(script: Script, step: Step, result: Result) -> Walk | None:
    """The safety board's session after an act that raised flags; None where it raised none.

    In the exercise the board takes until the next morning; else it decides at once.
    """
    if isinstance(result, Refusal) or script.definition.study.safety.stopping is None:
        return None
    flags = [one.flag for one in result.written if isinstance(one, SafetyFlagRaised)]
    if not flags:
        return None
    exercise = step.mark is not None and step.mark[0] == "stopping"
    if exercise:
        script.board_meets = (step.at + timedelta(days=1)).replace(hour=9, minute=0)
    return _sit(script, step, flags, exercise=exercise)


def _sit(script: Script, step: Step, flags: list[str], *, exercise: bool) -> Walk:
    """A preparation that must be refused, and the board's decision on each flag."""
    definition, rule = script.definition, script.definition.study.safety.stopping
    assert rule is not None
    names = definition.arms[rule.arm].interventions
    dosed = next(one for name in names if (one := definition.interventions[name]).dose)
    assert dosed.dose is not None
    dose = PrepareDose(step.command.participant, dosed.id, dosed.at[0], "ANY", f"{dosed.dose.amount:.0f}")
    expect = Expectation("preparation while a flag stands", "refusal", "stopping-flag")
    refused, decided = (("stopping", "refused"), ("stopping", "decided")) if exercise else (None, None)
    yield Step(step.at, dose, step.actor, expect, mark=refused)
    at = (script.board_meets if exercise else None) or step.at
    for flag in flags:
        decision = DecideFlag(flag, Decision.CONTINUE, "virtual decision: the benefit outweighs")
        yield Step(at, decision, BOARD, mark=decided)
    if exercise:
        script.board_meets, script.decided = None, True
