"""The study's state as the connected ledger has it now, for those who only look."""

from django.db.backends.base.base import BaseDatabaseWrapper

from trialwright.ledger.envelope import STUDY_CHAIN
from trialwright.ledger.study import StudyState, fold_study
from trialwright.service.perform import compute_stamped
from trialwright.store.read import read_chain


def read_study_state(connection: BaseDatabaseWrapper) -> StudyState:
    """The study's own chain, folded to its end."""
    state = StudyState()
    for envelope in read_chain(connection, STUDY_CHAIN):
        state = fold_study(state, compute_stamped(envelope))
    return state
