"""The code break: by the investigator alone, with a reason, and the arm is told to that person only."""

from dataclasses import replace

import pytest

from tests.capture.trial import InMemory
from trialwright.access.policy import Actor
from trialwright.capture.code_break import BreakCode, find_arm
from trialwright.definition.design import Masking
from trialwright.vocabulary.codelists import Role


@pytest.fixture
def masked() -> InMemory:
    """The study as if it were double blind."""
    trial = InMemory()
    design = trial.definition.study.design.model_copy(update={"masking": Masking.DOUBLE})
    study = trial.definition.study.model_copy(update={"design": design})
    trial.definition = trial.ledger.definition = replace(trial.definition, study=study)
    return trial


@pytest.mark.req("A8", "C5")
def test_the_arm_is_told_to_who_broke_the_code_and_to_nobody_else(masked: InMemory) -> None:
    code = masked.allocated("MSC")
    doctor = f"{masked.site.lower()}-investigator"
    assert find_arm(masked.definition, masked.state(code), doctor) is None
    masked.must(BreakCode(code, "anaphylaxis; the antidote depends on it"))
    state = masked.state(code)
    assert find_arm(masked.definition, state, doctor) == "MSC"
    assert find_arm(masked.definition, state, "the nurse") is None
    assert masked.refused(BreakCode(code, "again")) == {"already-known"}


def test_who_may_not_and_when_not(masked: InMemory) -> None:
    code = masked.consented()
    assert masked.refused(BreakCode(code, " ")) == {"not-allocated", "no-reason"}
    for role in (Role.NURSE, Role.COORDINATOR, Role.PHARMACIST):
        assert "role" in masked.refused(BreakCode(code, "curious"), role)
    assert "site" in masked.refused(BreakCode(code, "curious"), Actor("x", Role.INVESTIGATOR, "OTHER"))


def test_an_open_study_has_no_code() -> None:
    trial = InMemory()
    code = trial.allocated("CONTROL")
    assert trial.refused(BreakCode(code, "why not")) == {"not-masked"}
    assert find_arm(trial.definition, trial.state(code), "anybody") == "CONTROL"
