"""The stopping rule at work: flags are raised by the machine, block the next preparation, and wait for the board."""

from datetime import UTC, timedelta

import numpy as np
import pytest

from tests.capture.trial import InMemory, codes
from trialwright.access.policy import Actor
from trialwright.capture.adverse_event import ReportAdverseEvent
from trialwright.capture.dose import GiveDose, PrepareDose
from trialwright.capture.record_form import RecordForm
from trialwright.capture.sponsors_part import JudgeEvent
from trialwright.capture.stopping import DecideFlag
from trialwright.ledger.entries_safety import SafetyCounted, SafetyFlagRaised
from trialwright.safety.events import Causality
from trialwright.safety.stopping import Decision
from trialwright.safety.study_stopping import compute_ledger_stopping, compute_study_stopping
from trialwright.statistics.stopping import compute_bayes_boundary, compute_pocock_boundary
from trialwright.vocabulary.codelists import Role

BOARD = Actor("board", Role.SAFETY_BOARD)
MEDICAL_MONITOR = Actor("mm", Role.MEDICAL_MONITOR)


@pytest.fixture
def trial() -> InMemory:
    return InMemory()


def treat(trial: InMemory) -> str:
    code = trial.allocated("MSC")
    give(trial, code)
    return code


def give(trial: InMemory, code: str, encounter: str = "D0") -> set[str]:
    values = trial.fill("infusion", started_at=f"{trial.now:%Y-%m-%dT%H:%M}", actual_amount="30000000", lot="L")
    return codes(trial.must(GiveDose(code, "MSC", encounter, values), Role.NURSE))


def report(trial: InMemory, code: str, **changes: str) -> tuple[object, ...]:
    usual = {"onset_date": f"{trial.now:%Y-%m-%d}", "serious": "N", "grade": "3", "causality": "POSSIBLE"}
    usual |= {"infusion_number": "", "hours_after_infusion": "", "ser_death": "N", "ser_life_threatening": "N"}
    values = trial.fill("adverse_event", **{**usual, **changes})
    return trial.must(ReportAdverseEvent(code, values, f"{trial.now:%Y-%m-%dT%H:%M}"))


def prepare(code: str, encounter: str = "D0") -> PrepareDose:
    return PrepareDose(code, "MSC", encounter, "L", "30000000")


def flags(trial: InMemory) -> list[str]:
    return list(trial.ledger.study.safety.flags)


@pytest.mark.req("C5", "A8")
def test_third_toxicity_of_four_blocks_until_the_board_decides(trial: InMemory) -> None:
    treated = [treat(trial) for _ in range(4)]
    trial.now += timedelta(hours=48)
    waiting = trial.allocated("MSC")
    for code in treated[:2]:
        report(trial, code)
    assert flags(trial) == []
    trial.must(prepare(waiting), Role.PHARMACIST)
    written = report(trial, treated[2])
    assert any(isinstance(one, SafetyFlagRaised) for one in written)
    assert flags(trial) == ["boundary:3"]
    other = trial.allocated("MSC")
    assert trial.refused(prepare(other), Role.PHARMACIST) == {"stopping-flag"}
    assert "DOSE_AGAINST_STOPPING" in give(trial, other), "what was given is recorded and flagged"
    trial.now += timedelta(hours=48)
    assert trial.refused(prepare(treated[3], "D3"), Role.PHARMACIST) == {"stopping-flag"}, (
        "3 of 5 would not cross the boundary, and the flag waits all the same"
    )
    trial.must(DecideFlag("boundary:3", Decision.CONTINUE, "expected fever; watched more closely"), BOARD)
    trial.must(prepare(treated[3], "D3"), Role.PHARMACIST)
    trial.must(DecideFlag("", Decision.STOP, "signal from another trial"), BOARD)
    assert trial.refused(prepare(waiting, "D3"), Role.PHARMACIST) == {"stopped"}


@pytest.mark.req("C5")
def test_one_related_death_holds_everything_at_once(trial: InMemory) -> None:
    code, other = treat(trial), trial.allocated("MSC")
    report(trial, code, grade="5", outcome="FATAL", serious="Y", ser_death="Y")
    assert f"hold:{code}:1" in flags(trial)
    assert "stopping-flag" in trial.refused(prepare(other), Role.PHARMACIST)


def test_the_worse_of_investigator_and_sponsor_counts(trial: InMemory) -> None:
    """Not related for the investigator, possible for the sponsor: it counts as related."""
    code, other = treat(trial), trial.allocated("MSC")
    report(trial, code, grade="5", outcome="FATAL", serious="Y", ser_death="Y", causality="NOT_RELATED")
    assert flags(trial) == []
    trial.now += timedelta(hours=25)  # the first participants are sentinels
    trial.must(prepare(other), Role.PHARMACIST)
    trial.must(JudgeEvent(code, 1, Causality.POSSIBLE), MEDICAL_MONITOR)
    assert f"hold:{code}:1" in flags(trial)


def test_a_corrected_event_counts_as_corrected(trial: InMemory) -> None:
    code = treat(trial)
    report(trial, code, grade="2")
    assert trial.ledger.study.safety.counted[code].toxic == ()
    values = {**trial.state(code).forms["", "adverse_event", 1].recorded.values, "grade": "3"}
    trial.must(RecordForm(code, "adverse_event", "", values, reason="the worst grade", based_on=1))
    assert trial.ledger.study.safety.counted[code].toxic == ("1",)


def test_what_the_study_counts_is_what_the_participants_say(trial: InMemory) -> None:
    """The state of the rule by the study's chain equals the one computed from every participant's own record."""
    treated = [treat(trial) for _ in range(4)]
    trial.now += timedelta(hours=30)
    report(trial, treated[0])
    give(trial, treated[1], "D3")
    report(trial, treated[2], grade="5", outcome="FATAL", serious="Y", ser_death="Y")
    report(trial, treated[3], grade="1")
    now = trial.now.astimezone(UTC)
    by_study = compute_ledger_stopping(trial.definition, trial.ledger.study, now)
    by_people = compute_study_stopping(trial.definition, trial.ledger.subjects.values(), now)
    assert by_study is not None and by_people is not None
    assert by_study.treated == 4 and by_study.toxic == 2 and by_study.pending == (treated[1],)
    assert by_study == by_people


def test_nothing_is_written_where_nothing_counts_otherwise(trial: InMemory) -> None:
    code = treat(trial)
    assert not [one for one in report(trial, code, grade="1") if isinstance(one, SafetyCounted)]
    control = trial.allocated("CONTROL")
    assert not [one for one in report(trial, control, grade="4") if isinstance(one, SafetyCounted)]


def test_what_the_board_cannot_decide(trial: InMemory) -> None:
    assert trial.refused(DecideFlag("boundary:9", Decision.CONTINUE, "x"), BOARD) == {"unknown-flag"}
    assert trial.refused(DecideFlag("", Decision.CONTINUE, " "), BOARD) == {"unknown-flag", "no-reason"}
    assert trial.refused(DecideFlag("", Decision.STOP, "x")) == {"role"}


@pytest.mark.parametrize("rate", [0.05, 0.1, 0.2, 0.3, 0.5])
def test_a_boundary_never_falls_as_more_are_evaluated(rate: float) -> None:
    """Why preparing a dose needs no computing: without a new entry nothing that was allowed becomes forbidden."""
    for boundary in (compute_pocock_boundary(40, rate), compute_bayes_boundary(40, rate)):
        assert (np.diff(boundary) >= 0).all()
