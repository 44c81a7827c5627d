"""Every kind of entry has its place in a fold: what can be written can be read again."""

from typing import get_args

import pytest

from trialwright.ledger.entries import Entry
from trialwright.ledger.entries_exports import DataExported
from trialwright.ledger.study import StudyState, fold_study
from trialwright.ledger.subject import Stamped, SubjectState, fold_subject


def test_a_noted_export_changes_nothing_of_the_study() -> None:
    entry = DataExported("audit trail", 3, "d" * 64, "")
    after = fold_study(StudyState(), Stamped(1, 1, "", "", "ann", "SPONSOR", "", "1", entry))
    assert after.seq == 1 and after.sites == {}


@pytest.mark.parametrize("kind", sorted(get_args(Entry), key=lambda one: one.act), ids=lambda one: one.act)
def test_a_fold_knows_every_kind(kind: type) -> None:
    """An entry without content: the fold that knows its kind asks for its fields; one that does not says so."""
    stamped = Stamped(1, 1, "", "2020-02-03T00:00:00.000000Z", "ann", "SPONSOR", "", "1", object.__new__(kind))
    refusals = []
    for fold, state in ((fold_study, StudyState()), (fold_subject, SubjectState("P"))):
        try:
            fold(state, stamped)
        except ValueError as error:
            refusals.append(str(error))
        except (AttributeError, KeyError, TypeError):
            pass
    assert sum("is not an entry" in one or "is no entry" in one for one in refusals) < 2, refusals
