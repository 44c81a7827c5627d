"""Locks: what is frozen or locked takes no correction; what has happened is recorded all the same."""

import pytest

from tests.capture.trial import InMemory, codes
from trialwright.access.policy import Actor
from trialwright.capture.adverse_event import ReportAdverseEvent
from trialwright.capture.dose import GiveDose
from trialwright.capture.leave import Die
from trialwright.capture.lock import LockLevel, SetLock, SetSiteLock, find_lock
from trialwright.capture.query import CloseQuery, RaiseQuery
from trialwright.capture.record_form import RecordForm
from trialwright.capture.verify_source import VerifySource
from trialwright.vocabulary.codelists import Role

DATA_MANAGER = Actor("dm", Role.DATA_MANAGER)
MONITOR = Actor("monitor", Role.MONITOR)


@pytest.fixture
def trial() -> InMemory:
    return InMemory()


def with_form(trial: InMemory) -> str:
    code = trial.allocated("MSC")
    trial.must(RecordForm(code, "vital_signs", "SCREENING", trial.fill("vital_signs")), Role.NURSE)
    return code


def correction(trial: InMemory, code: str) -> RecordForm:
    values = dict(trial.state(code).forms["SCREENING", "vital_signs", 1].recorded.values)
    values["temperature"] = "36.4" if values["temperature"] != "36.4" else "36.5"
    return RecordForm(code, "vital_signs", "SCREENING", values, reason="misread", based_on=1)


@pytest.mark.req("A8", "D5")
@pytest.mark.parametrize("level", [LockLevel.FROZEN, LockLevel.LOCKED])
@pytest.mark.parametrize("where", ["form", "participant", "site", "study"])
def test_nothing_is_corrected_until_it_is_opened_again(trial: InMemory, level: LockLevel, where: str) -> None:
    code = with_form(trial)

    def bring(to: LockLevel) -> None:
        if where == "study":
            trial.must(SetLock(code, to, "monitoring"), DATA_MANAGER)
        if where in ("site", "study"):
            trial.must(SetSiteLock(to, "monitoring", trial.site if where == "site" else ""), DATA_MANAGER)
        elif where == "form":
            trial.must(SetLock(code, to, "monitoring", "vital_signs", "SCREENING"), DATA_MANAGER)
        else:
            trial.must(SetLock(code, to, "monitoring"), DATA_MANAGER)

    bring(level)
    assert find_lock(trial.ledger.study, trial.state(code), ("SCREENING", "vital_signs", 1))[0] is level
    assert trial.refused(correction(trial, code), Role.NURSE) == {"locked"}
    other = RecordForm(code, "chemistry", "BASELINE", trial.fill("chemistry"))
    if where != "form":
        assert trial.refused(other, Role.NURSE) == {"locked"}
    bring(LockLevel.OPEN)
    trial.must(correction(trial, code), Role.NURSE)
    trial.must(other, Role.NURSE)


def test_what_has_happened_is_recorded_after_the_lock(trial: InMemory) -> None:
    """A serious event, a dose and a death after the database lock: saved, and noted as late."""
    code = with_form(trial)
    trial.must(SetLock(code, LockLevel.LOCKED, "complete"), DATA_MANAGER)
    trial.must(SetSiteLock(LockLevel.LOCKED, "database lock"), DATA_MANAGER)
    event = trial.fill("adverse_event", serious="Y", grade="3", onset_date=f"{trial.now:%Y-%m-%d}")
    report = ReportAdverseEvent(code, event, f"{trial.now:%Y-%m-%dT%H:%M}")
    assert "DATA_AFTER_LOCK" in codes(trial.must(report, Role.NURSE))
    values = trial.fill("infusion", started_at=f"{trial.now:%Y-%m-%dT%H:%M}", lot="L1", actual_amount="30000000")
    assert "DATA_AFTER_LOCK" in codes(trial.must(GiveDose(code, "MSC", "D0", values), Role.NURSE))
    trial.must(Die(code, f"{trial.now:%Y-%m-%d}", "unknown"))
    version = trial.state(code).forms["SCREENING", "vital_signs", 1].recorded
    trial.must(VerifySource(code, "vital_signs", "SCREENING", version.revision), MONITOR)


def test_queries_are_asked_of_frozen_data_and_not_of_locked(trial: InMemory) -> None:
    code = with_form(trial)
    ask = RaiseQuery(code, "vital_signs", "SCREENING", "Which arm?", "temperature")
    trial.must(SetLock(code, LockLevel.FROZEN, "review"), DATA_MANAGER)
    trial.must(ask, MONITOR)
    assert trial.refused(SetLock(code, LockLevel.LOCKED, "done"), DATA_MANAGER) == {"open-queries"}
    trial.must(CloseQuery(code, "Q1", "answered on the telephone"), MONITOR)
    trial.must(SetLock(code, LockLevel.LOCKED, "done"), DATA_MANAGER)
    assert trial.refused(ask, MONITOR) == {"locked"}


@pytest.mark.req("D5")
def test_nobody_new_comes_into_a_locked_study(trial: InMemory) -> None:
    trial.must(SetSiteLock(LockLevel.LOCKED, "database lock"), DATA_MANAGER)
    assert "locked" in trial.refused(trial.answers().compute_command(trial.site), Role.COORDINATOR)


@pytest.mark.req("D5")
def test_the_database_is_locked_when_everybody_allocated_is(trial: InMemory) -> None:
    code = with_form(trial)
    whole = SetSiteLock(LockLevel.LOCKED, "database lock")
    assert trial.refused(whole, DATA_MANAGER) == {"not-all-locked"}
    trial.must(SetLock(code, LockLevel.FROZEN, "review"), DATA_MANAGER)
    assert trial.refused(whole, DATA_MANAGER) == {"not-all-locked"}
    trial.must(SetLock(code, LockLevel.LOCKED, "complete"), DATA_MANAGER)
    trial.screened()
    trial.must(whole, DATA_MANAGER)


@pytest.mark.req("A2", "D5")
def test_a_lock_needs_its_reason_and_somebody_who_may(trial: InMemory) -> None:
    code = with_form(trial)
    assert trial.refused(SetLock(code, LockLevel.FROZEN, " "), DATA_MANAGER) == {"no-reason"}
    assert trial.refused(SetLock(code, LockLevel.OPEN, "again"), DATA_MANAGER) == {"no-change"}
    assert trial.refused(SetLock(code, LockLevel.LOCKED, "done")) == {"role"}
    assert trial.refused(SetLock(code, LockLevel.LOCKED, "done", "chemistry", "D6"), DATA_MANAGER) == {"not-recorded"}
    assert trial.refused(SetSiteLock(LockLevel.LOCKED, "", "NOWHERE"), DATA_MANAGER) == {"unknown-site", "no-reason"}
