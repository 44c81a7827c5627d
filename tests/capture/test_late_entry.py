"""Late entry from paper: the time it was written there stays beside the time of entry."""

import pytest

from tests.capture.trial import InMemory
from trialwright.capture.record_form import RecordForm
from trialwright.ledger.entries import FormRecorded, compute_entry, compute_payload


@pytest.fixture
def trial() -> InMemory:
    return InMemory()


@pytest.mark.req("A1")
def test_the_time_on_paper_is_kept_beside_the_time_of_entry(trial: InMemory) -> None:
    code = trial.consented()
    values = trial.fill("vital_signs")
    trial.must(RecordForm(code, "vital_signs", "SCREENING", values, source="PAPER", observed_at="2020-01-27T08:01"))
    version = trial.state(code).forms["SCREENING", "vital_signs", 1]
    assert (version.recorded.source, version.recorded.observed_at) == ("PAPER", "2020-01-27T08:01")
    assert version.at[:16] != version.recorded.observed_at


def test_a_time_that_cannot_be_is_sent_back(trial: InMemory) -> None:
    code = trial.consented()

    def refused(**said: str) -> set[str]:
        return trial.refused(RecordForm(code, "vital_signs", "SCREENING", trial.fill("vital_signs"), **said))  # type: ignore[arg-type]

    assert refused(source="PAPER") == {"no-paper-time"}
    assert refused(observed_at="2020-01-27T08:01") == {"no-source"}
    assert refused(source="PAPER", observed_at="2020-01-27") == {"paper-time"}
    assert refused(source="PAPER", observed_at="2021-01-27T08:00") == {"paper-time"}


def test_an_entry_without_it_reads_and_hashes_as_before() -> None:
    """Ledgers that were written before the field was there stay as they are."""
    recorded = FormRecorded("vital_signs", "D3", 1, 1, {"pulse": "70"})
    payload = compute_payload(recorded)
    assert "observed_at" not in payload and compute_entry("form_recorded", payload) == recorded


@pytest.mark.req("S1", "S4")
def test_enrolment_outside_a_rehearsal_needs_the_password() -> None:
    """A rehearsal does without; whoever gives the time of a proof must have given it just now."""
    from dataclasses import replace
    from datetime import timedelta

    from trialwright.capture.enrol import Enrol, decide_enrol
    from trialwright.capture.moment import Moment
    from trialwright.ledger.entries import Enrolled
    from trialwright.simulate.staff import find_staff
    from trialwright.vocabulary.codelists import Role
    from trialwright.vocabulary.findings import Refusal

    trial = InMemory()
    code = trial.consented()
    opened = trial.ledger.study.opened
    assert opened is not None
    study = replace(trial.ledger.study, opened=replace(opened, purpose="TRAINING"))
    moment = Moment(trial.definition, study, find_staff(trial.site, Role.INVESTIGATOR), trial.now)
    for given in (None, trial.now - timedelta(hours=1)):
        decided = decide_enrol(moment, trial.state(code), Enrol(code, given))
        assert isinstance(decided, Refusal) and [one.code for one in decided.reasons] == ["not-authenticated"]
    decided = decide_enrol(moment, trial.state(code), Enrol(code, trial.now - timedelta(seconds=5)))
    assert not isinstance(decided, Refusal)
    entry = decided[0].entry
    assert isinstance(entry, Enrolled) and entry.authenticated_at


def test_a_dose_not_given_is_told_once_and_its_form_is_not_missed() -> None:
    from datetime import timedelta

    from trialwright.capture.schedule import FindMissedVisits

    trial = InMemory()
    code = trial.allocated("MSC")
    trial.now += timedelta(days=30)
    trial.must(FindMissedVisits(code))
    found = {(one.code, one.encounter, one.form) for one in trial.state(code).deviations}
    assert ("MISSED_DOSE", "D3", "infusion") in found
    assert not [one for one in found if one[0] == "MISSED_FORM" and one[2] == "infusion"]
