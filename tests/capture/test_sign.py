"""Signatures: their meaning, what they are bound to, and what breaks them; the plan and the opening of the results."""

from datetime import timedelta

import pytest

from tests.capture.trial import InMemory
from trialwright.access.policy import Actor
from trialwright.capture.lock import LockLevel, SetSiteLock
from trialwright.capture.record_form import RecordForm
from trialwright.capture.redact import Redact
from trialwright.capture.sign import (
    MEANINGS,
    Scope,
    Sign,
    SignatureCheck,
    SignPlan,
    SignUnsealing,
    check_signature,
    check_signatures,
    compute_plan_digest,
)
from trialwright.ledger.entries_review import Signed
from trialwright.ledger.review import SignatureHeld
from trialwright.ledger.study import list_unsealing_obstacles
from trialwright.simulate.staff import SPONSOR
from trialwright.vocabulary.codelists import Role

DATA_MANAGER = Actor("dm", Role.DATA_MANAGER)
OPENER = Actor("statistician", Role.STATISTICIAN)


@pytest.fixture
def trial() -> InMemory:
    return InMemory()


def recorded(trial: InMemory) -> str:
    """A participant with two forms at screening and one form outside visits."""
    code = trial.consented()
    for form, encounter in (("vital_signs", "SCREENING"), ("demographics", "SCREENING"), ("medical_history", "")):
        trial.must(RecordForm(code, form, encounter, trial.fill(form)), Role.COORDINATOR)
    return code


def sign(trial: InMemory, code: str, scope: Scope, form: str = "", encounter: str = "") -> Signed:
    (entry,) = trial.must(Sign(code, scope, trial.now, encounter, form))
    assert isinstance(entry, Signed)
    return entry


def change(trial: InMemory, code: str, form: str = "vital_signs", encounter: str = "SCREENING") -> None:
    values = dict(trial.state(code).forms[encounter, form, 1].recorded.values)
    values["temperature"] = "36.4" if values["temperature"] != "36.4" else "36.5"
    trial.must(RecordForm(code, form, encounter, values, reason="misread", based_on=1), Role.NURSE)


def only(trial: InMemory, code: str) -> SignatureCheck:
    (check,) = check_signatures(trial.state(code))
    return check


@pytest.mark.req("S1", "A8", "D6")
@pytest.mark.parametrize(("scope", "forms"), [(Scope.FORM, 1), (Scope.VISIT, 2), (Scope.CASEBOOK, 3)])
def test_a_signature_says_who_when_and_what_it_means(trial: InMemory, scope: Scope, forms: int) -> None:
    code = recorded(trial)
    entry = sign(trial, code, scope, "vital_signs", "SCREENING")
    assert entry.meaning == MEANINGS[scope]
    assert len(entry.forms) == forms
    check = only(trial, code)
    assert check.is_valid
    assert (check.held.by, check.held.role) == (f"{trial.site.lower()}-investigator", "INVESTIGATOR")
    assert check.held.at.startswith("2020-01-27")


@pytest.mark.req("S2")
def test_a_later_change_breaks_the_signature_and_says_what_changed(trial: InMemory) -> None:
    code = recorded(trial)
    sign(trial, code, Scope.CASEBOOK)
    change(trial, code)
    assert only(trial, code).changed == ("vital_signs SCREENING was changed",)
    sign(trial, code, Scope.CASEBOOK)
    assert only(trial, code).is_valid, "signed again, the latest signature counts"
    trial.must(RecordForm(code, "chemistry", "BASELINE", trial.fill("chemistry")), Role.NURSE)
    assert only(trial, code).changed == ("chemistry BASELINE was recorded",)


@pytest.mark.req("S2")
def test_a_signature_under_one_form_is_not_touched_by_others(trial: InMemory) -> None:
    code = recorded(trial)
    sign(trial, code, Scope.FORM, "demographics", "SCREENING")
    change(trial, code)
    assert only(trial, code).is_valid


@pytest.mark.req("S2", "A6")
def test_redaction_breaks_a_signature_too(trial: InMemory) -> None:
    code = recorded(trial)
    sign(trial, code, Scope.CASEBOOK)
    position = trial.state(code).forms["SCREENING", "vital_signs", 1].position
    trial.must(Redact(code, position, ("values.temperature",), "a name was typed", trial.now), DATA_MANAGER)
    assert only(trial, code).changed == ("a value was redacted",)


@pytest.mark.req("S2")
def test_a_signature_fits_no_other_participant(trial: InMemory) -> None:
    """Two participants with the very same values: the signature of one does not hold for the other."""
    values = trial.fill("vital_signs")
    codes = trial.consented(), trial.consented()
    for code in codes:
        trial.must(RecordForm(code, "vital_signs", "SCREENING", values), Role.NURSE)
    entry = sign(trial, codes[0], Scope.FORM, "vital_signs", "SCREENING")
    copied = SignatureHeld(99, "2020-01-27", "somebody", "INVESTIGATOR", entry)
    assert check_signature(trial.state(codes[0]), copied).is_valid
    assert not check_signature(trial.state(codes[1]), copied).is_valid


@pytest.mark.req("S3")
def test_the_password_must_have_been_given_just_now(trial: InMemory) -> None:
    code = recorded(trial)
    for at in (trial.now - timedelta(minutes=6), trial.now + timedelta(minutes=9), trial.now.replace(tzinfo=None)):
        assert trial.refused(Sign(code, Scope.CASEBOOK, at)) == {"not-authenticated"}
    trial.must(Sign(code, Scope.CASEBOOK, trial.now - timedelta(minutes=3)))


@pytest.mark.req("S4", "C1")
def test_who_may_not_sign(trial: InMemory) -> None:
    code = recorded(trial)
    assert trial.refused(Sign(code, Scope.CASEBOOK, trial.now), Role.NURSE) == {"role", "delegation"}
    stranger = Actor("new-doctor", Role.INVESTIGATOR, trial.site)
    assert trial.refused(Sign(code, Scope.CASEBOOK, trial.now), stranger) == {"delegation", "training"}
    assert trial.refused(Sign(code, Scope.VISIT, trial.now, "D3")) == {"nothing-to-sign"}


# --- the plan and the opening of the results --------------------------------------------------------------------------


def obstacles(trial: InMemory) -> set[str]:
    """As if this ledger were not virtual: in a virtual one nothing is sealed."""
    release = trial.ledger.study.release
    from trialwright.ledger.release import list_obstacles_of_release

    return {one.code for one in list_obstacles_of_release(release, "PRODUCTION")}


@pytest.mark.req("D5")
def test_results_open_with_lock_plan_and_two_signatures_of_two_people(trial: InMemory) -> None:
    digest = compute_plan_digest(trial.definition)
    assert list_unsealing_obstacles(trial.ledger.study) == ()
    assert obstacles(trial) == {"not-locked", "no-plan", "not-signed"}
    assert trial.refused(SignUnsealing(trial.now)) == {"not-locked", "no-plan"}
    assert trial.refused(SignPlan("0" * 64, trial.now), OPENER) == {"other-plan"}
    trial.must(SignPlan(digest, trial.now), OPENER)
    assert trial.refused(SignPlan(digest, trial.now), OPENER) == {"already-signed"}
    trial.must(SetSiteLock(LockLevel.LOCKED, "all data are clean"), DATA_MANAGER)
    assert obstacles(trial) == {"not-signed"}
    trial.must(SignUnsealing(trial.now))
    assert obstacles(trial) == {"not-signed"}
    same = Actor(f"{trial.site.lower()}-investigator", Role.SPONSOR)
    assert trial.refused(SignUnsealing(trial.now), same) == {"same-person"}
    trial.must(SignUnsealing(trial.now), SPONSOR)
    assert obstacles(trial) == set()


@pytest.mark.req("D5")
def test_opening_the_database_again_seals_the_results_again(trial: InMemory) -> None:
    trial.must(SignPlan(compute_plan_digest(trial.definition), trial.now), OPENER)
    trial.must(SetSiteLock(LockLevel.LOCKED, "all data are clean"), DATA_MANAGER)
    trial.must(SignUnsealing(trial.now))
    trial.must(SignUnsealing(trial.now), SPONSOR)
    trial.must(SetSiteLock(LockLevel.OPEN, "a late laboratory report"), DATA_MANAGER)
    assert obstacles(trial) == {"not-locked", "not-signed"}
    trial.must(SetSiteLock(LockLevel.LOCKED, "clean again"), DATA_MANAGER)
    assert obstacles(trial) == {"not-signed"}
