"""A file given out is noted in the study's chain, and the trial goes on."""

from trialwright.ledger.entries_exports import DataExported
from trialwright.ledger.study import StudyState, fold_study
from trialwright.ledger.subject import Stamped


def test_a_noted_export_changes_nothing_of_the_study() -> None:
    entry = DataExported("audit trail", 3, "d" * 64, "")
    after = fold_study(StudyState(), Stamped(1, 1, "", "", "ann", "SPONSOR", "", "1", entry))
    assert after.seq == 1 and after.sites == {}
