"""The clocks of everything that a participant's record has started, under the study's regimes."""

from dataclasses import replace
from datetime import timedelta

from tests.capture.trial import InMemory
from tests.safety.test_subject import report, treat
from trialwright.access.policy import Actor
from trialwright.capture.situation import ReportSituation, Situation
from trialwright.capture.sponsors_part import JudgeEvent, RecordReport
from trialwright.safety.clocks import ClockState
from trialwright.safety.events import Causality, Expectedness
from trialwright.safety.study_clocks import compute_subject_clocks, list_regimes
from trialwright.safety.subject_values import compute_all_grades, compute_subject_grades
from trialwright.vocabulary.codelists import Role

MONITOR = Actor("medical-monitor", Role.MEDICAL_MONITOR)


def test_clocks_run_are_stopped_by_reports_and_go_red() -> None:
    trial = InMemory()
    code = treat(trial)
    report(trial, code)

    def states(hours: float = 0) -> dict[str, ClockState]:
        found = compute_subject_clocks(trial.definition, trial.state(code), trial.now + timedelta(hours=hours))
        return {one.clock.rule: one.clock.state for one in found}

    of_site = next(rule for rule in states() if rule.endswith(".1"))
    assert states()[of_site] is ClockState.RUNNING and states(25)[of_site] is ClockState.LATE
    before = set(states())
    trial.must(JudgeEvent(code, 1, Causality.POSSIBLE, Expectedness.UNEXPECTED, "brochure 1.0"), MONITOR)
    started = set(states()) - before
    assert started, "the sponsor's judgement of an unexpected reaction starts the sponsor's clocks"
    trial.must(RecordReport(code, 1, of_site, "sponsor", trial.now), MONITOR)
    assert states(25)[of_site] is ClockState.SENT


def test_a_situation_has_its_clock() -> None:
    trial = InMemory()
    code = treat(trial)
    local = f"{trial.now:%Y-%m-%dT%H:%M}"
    trial.must(ReportSituation(code, Situation.PREGNANCY, local[:7], local, "a test was positive"))
    found = compute_subject_clocks(trial.definition, trial.state(code), trial.now)
    assert [(one.event, one.situation) for one in found] == [(0, 1)] * len(found)
    assert "P.1" in {one.clock.rule for one in found}


def test_regimes_are_those_of_the_study() -> None:
    definition = InMemory().definition

    def named(*regimes: str) -> list[str]:
        identity = definition.study.study.model_copy(update={"regimes": regimes})
        study = definition.study.model_copy(update={"study": identity})
        return [one.id for one in list_regimes(replace(definition, study=study))]

    assert named("US_IND", "PIPL") == ["US_IND"], "a regime without clocks starts none"
    assert named() == ["ICH", "PROTOCOL"]


def test_many_are_graded_as_one_would_be() -> None:
    trial = InMemory()
    states = [trial.state(treat(trial)) for _ in range(3)]
    found = compute_all_grades(trial.definition, states)
    assert list(found) == [one.participant for one in states]
    for state in states:
        assert found[state.participant] == compute_subject_grades(trial.definition, state)
