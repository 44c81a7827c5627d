"""Many participants graded as one frame come out as each alone."""

from tests.capture.trial import InMemory
from tests.safety.test_subject import treat
from trialwright.safety.subject_values import compute_all_grades, compute_subject_grades


def test_many_are_graded_as_one_would_be() -> None:
    trial = InMemory()
    states = [trial.state(treat(trial)) for _ in range(3)]
    found = compute_all_grades(trial.definition, states)
    assert list(found) == [one.participant for one in states]
    for state in states:
        assert found[state.participant] == compute_subject_grades(trial.definition, state)
