"""The study's state as the connected ledger has it now, for those who only look."""

from django.db.backends.base.base import BaseDatabaseWrapper

from trialwright.ledger.envelope import STUDY_CHAIN
from trialwright.ledger.study import StudyState, fold_study
from trialwright.ledger.subject import SubjectState, fold_subject
from trialwright.service.perform import compute_stamped
from trialwright.store.read import read_chain, read_entries


def read_study_state(connection: BaseDatabaseWrapper, upto: int | None = None) -> StudyState:
    """The study's own chain, folded to its end or to a position of the ledger."""
    state = StudyState()
    for envelope in read_chain(connection, STUDY_CHAIN, upto=upto):
        state = fold_study(state, compute_stamped(envelope)) if envelope.payload else state
    return state


def read_subject_states(connection: BaseDatabaseWrapper, upto: int | None = None) -> dict[str, SubjectState]:
    """Every participant by code, folded to the end of the ledger or to a position of it, in one pass."""
    states: dict[str, SubjectState] = {}
    for envelope in read_entries(connection, upto=upto):
        code = envelope.participant
        if code != STUDY_CHAIN and envelope.payload:
            before = states.get(code, SubjectState(code))
            states[code] = fold_subject(before, compute_stamped(envelope))
    return states
