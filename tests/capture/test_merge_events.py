"""Two rows that are one event: one is kept, the other counts nowhere, and no clock is lost."""

import pytest

from tests.capture.test_event_queries import list_open, report
from tests.capture.trial import InMemory
from trialwright.capture.merge_events import MergeEvents, SeparateEvents
from trialwright.capture.sponsors_part import RecordReport
from trialwright.derive.ae import derive_ae
from trialwright.ledger.entries_safety import EventsMerged
from trialwright.safety.recorded import compute_case_history
from trialwright.safety.subject_events import compute_subject_events
from trialwright.snapshot import compute_row
from trialwright.snapshot.compute import compute_snapshot_of_rows
from trialwright.snapshot.frames import Snapshot
from trialwright.vocabulary.codelists import Role


@pytest.fixture
def trial() -> InMemory:
    return InMemory()


@pytest.fixture
def code(trial: InMemory) -> str:
    """A participant with the same fever twice, and chills."""
    code = trial.allocated("MSC")
    report(trial, code)
    report(trial, code)
    report(trial, code, term="Chills", verbatim="chills")
    return code


def snap(trial: InMemory) -> Snapshot:
    """The snapshot of the whole ledger."""
    return compute_snapshot_of_rows(trial.definition, map(compute_row, trial.ledger.entries))


@pytest.mark.req("A8")
def test_the_kept_row_stands_for_both_everywhere(trial: InMemory, code: str) -> None:
    assert list_open(trial, code) == {"2:ae-overlap": "onset_date"}
    before = derive_ae(trial.definition, snap(trial))
    (written,) = trial.must(MergeEvents(code, 1, 2, "one fever, told twice"))[:1]
    assert written == EventsMerged(1, (2,), "one fever, told twice")
    state = trial.state(code)
    assert [one.id for one in compute_subject_events(trial.definition, state)] == ["1", "3"]
    assert list_open(trial, code) == {}
    after = snap(trial)
    assert after.events["repeat"].to_list() == [1, 3]
    derived = derive_ae(trial.definition, after)
    assert sorted(before["AEDECOD"]) == ["Chills", "Fever", "Fever"]
    assert sorted(derived["AEDECOD"]) == ["Chills", "Fever"]
    assert ("", "adverse_event", 2) in state.forms, "the record keeps the row"


def test_what_was_reported_about_the_merged_row_counts_for_the_kept_one(trial: InMemory, code: str) -> None:
    trial.must(RecordReport(code, 2, "ICH.2", "regulator", trial.now, "portal"))
    trial.must(MergeEvents(code, 1, 2, "one fever"))
    assert len(compute_case_history(trial.definition, trial.state(code), 1).reports) == 1


def test_a_row_that_says_more_is_not_merged_away(trial: InMemory, code: str) -> None:
    report(trial, code, serious="Y", ser_hospitalisation="Y", grade="3", causality="PROBABLE")
    assert trial.refused(MergeEvents(code, 1, 4, "one fever")) == {"says-more"}
    trial.must(MergeEvents(code, 4, 1, "one fever"))
    assert [one.id for one in compute_subject_events(trial.definition, trial.state(code))] == ["2", "3", "4"]


def test_what_cannot_be_merged(trial: InMemory, code: str) -> None:
    assert trial.refused(MergeEvents(code, 1, 1, "same")) == {"same-event"}
    assert trial.refused(MergeEvents(code, 1, 9, "same")) == {"unknown-event"}
    assert trial.refused(MergeEvents(code, 1, 2, " ")) == {"no-reason"}
    assert trial.refused(MergeEvents(code, 1, 2, "same"), Role.NURSE) >= {"role"}
    trial.must(MergeEvents(code, 1, 2, "same"))
    assert trial.refused(MergeEvents(code, 1, 2, "again")) == {"unknown-event"}
    assert trial.refused(MergeEvents(code, 2, 3, "into a merged one")) == {"unknown-event"}


def test_a_merging_that_was_wrong_is_undone_with_its_reason(trial: InMemory, code: str) -> None:
    """The row counts as an event again, everywhere, and the merging and its end both stay in the ledger."""
    before = derive_ae(trial.definition, snap(trial))
    assert trial.refused(SeparateEvents(code, 2, "two")) == {"not-merged"}
    trial.must(MergeEvents(code, 1, 2, "one fever"))
    assert trial.refused(SeparateEvents(code, 2, " ")) == {"no-reason"}
    assert trial.refused(SeparateEvents(code, 2, "two"), Role.NURSE) >= {"role"}
    trial.must(SeparateEvents(code, 2, "the chart shows two fevers, a day apart"))
    assert [one.id for one in compute_subject_events(trial.definition, trial.state(code))] == ["1", "2", "3"]
    assert derive_ae(trial.definition, snap(trial)).equals(before)
    assert {"2:ae-overlap"} == set(list_open(trial, code)), "the overlap is asked of again"
    assert [one.act for one in trial.ledger.entries][-2:] == ["events_merged", "events_separated"]
    assert trial.refused(SeparateEvents(code, 2, "again")) == {"not-merged"}
    trial.must(MergeEvents(code, 1, 2, "one after all"))
