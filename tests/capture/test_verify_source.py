"""Source verification falls away when the value changes; the sample is the same at every look."""

import pytest

from tests.capture.trial import InMemory
from trialwright.access.policy import Actor
from trialwright.capture.record_form import RecordForm
from trialwright.capture.verify_source import (
    PlanVerification,
    VerifySource,
    compute_verification,
    is_to_verify,
    list_to_verify,
)
from trialwright.ledger.entries_review import VerificationPlanned
from trialwright.ledger.subject import SubjectState, fold_subject
from trialwright.service.perform import compute_stamped
from trialwright.vocabulary.codelists import Role

MONITOR = Actor("monitor", Role.MONITOR)
KEY = ("SCREENING", "vital_signs", 1)


@pytest.fixture
def trial() -> InMemory:
    return InMemory()


def recorded(trial: InMemory) -> str:
    code = trial.consented()
    trial.must(RecordForm(code, "vital_signs", "SCREENING", trial.fill("vital_signs", temperature="36.9")), Role.NURSE)
    return code


def correct(trial: InMemory, code: str, temperature: str, based_on: int) -> None:
    values = {**trial.state(code).forms[KEY].recorded.values, "temperature": temperature}
    command = RecordForm(code, "vital_signs", "SCREENING", values, reason="misread", based_on=based_on)
    trial.must(command, Role.NURSE)


@pytest.mark.req("A8")
def test_a_change_takes_the_verification_of_its_item_away(trial: InMemory) -> None:
    code = recorded(trial)
    assert not compute_verification(trial.state(code), KEY).is_complete
    assert list_to_verify(None, trial.state(code)) == (KEY,)
    assert list_to_verify(VerificationPlanned("0"), trial.state(code)) == ()
    trial.must(VerifySource(code, "vital_signs", "SCREENING", 1), MONITOR)
    assert compute_verification(trial.state(code), KEY).is_complete
    assert list_to_verify(None, trial.state(code)) == ()
    correct(trial, code, "36.4", 1)
    after = compute_verification(trial.state(code), KEY)
    assert after.unverified == {"temperature"} == after.fallen
    correct(trial, code, "36.9", 2)
    assert not compute_verification(trial.state(code), KEY).is_complete, "the old value back is a new statement"
    trial.must(VerifySource(code, "vital_signs", "SCREENING", 3, ("temperature",)), MONITOR)
    done = compute_verification(trial.state(code), KEY)
    assert done.is_complete and not done.fallen


@pytest.mark.req("A6")
def test_verification_does_not_come_back_when_the_revision_before_is_redacted(trial: InMemory) -> None:
    """A ledger that is read again has no first revision to compare the second with: its items count as changed."""
    code = recorded(trial)
    trial.must(VerifySource(code, "vital_signs", "SCREENING", 1), MONITOR)
    correct(trial, code, "36.4", 1)
    live = trial.state(code)
    first = live.forms[KEY].recorded.replaces
    again = SubjectState(code)
    for envelope in trial.ledger.entries:
        if envelope.participant == code and envelope.position != first:
            again = fold_subject(again, compute_stamped(envelope))
    assert "temperature" in compute_verification(live, KEY).fallen
    assert compute_verification(again, KEY).unverified >= {"temperature"}


def test_what_cannot_be_verified(trial: InMemory) -> None:
    code = recorded(trial)
    correct(trial, code, "36.4", 1)
    assert trial.refused(VerifySource(code, "vital_signs", "SCREENING", 1), MONITOR) == {"changed-meanwhile"}
    assert trial.refused(VerifySource(code, "vital_signs", "D3", 1), MONITOR) == {"not-recorded"}
    assert trial.refused(VerifySource(code, "vital_signs", "SCREENING", 2, ("mood",)), MONITOR) == {"unknown-item"}
    assert trial.refused(VerifySource(code, "vital_signs", "SCREENING", 2), Role.NURSE) == {"role"}


def test_the_plan_is_of_the_study(trial: InMemory) -> None:
    dm = Actor("dm", Role.DATA_MANAGER)
    assert trial.refused(PlanVerification("1.5", ("nothing",)), dm) == {"unreadable", "unknown-form"}
    trial.must(PlanVerification("0.1", ("adverse_event",)), dm)
    assert trial.ledger.study.release.verification == VerificationPlanned("0.1", ("adverse_event",))


def test_the_sample_has_the_size_that_was_planned() -> None:
    keys = [(f"S-{number:03d}", ("D3", "vital_signs", repeat)) for number in range(500) for repeat in (1, 2)]
    plan = VerificationPlanned("0.2", ("death",))
    drawn = [is_to_verify(plan, *one) for one in keys]
    assert drawn == [is_to_verify(plan, *one) for one in keys]
    assert 150 < sum(drawn) < 250  # 200 expected, standard deviation 12.6
    assert all(is_to_verify(VerificationPlanned("1"), *one) and is_to_verify(None, *one) for one in keys)
    assert not any(is_to_verify(VerificationPlanned("0"), *one) for one in keys)
    more = [is_to_verify(VerificationPlanned("0.4"), *one) for one in keys]
    assert all(also for first, also in zip(drawn, more, strict=True) if first), "a larger sample holds the smaller one"
