"""Clocks from the ledger: what was known when, by the regimes of the study, over corrections, upgrades and downgrades."""

from datetime import timedelta

import pytest

from tests.capture.trial import InMemory
from trialwright.access.policy import Actor
from trialwright.capture.adverse_event import ReportAdverseEvent
from trialwright.capture.dose import GiveDose
from trialwright.capture.record_form import RecordForm
from trialwright.capture.situation import ReportSituation, Situation
from trialwright.capture.sponsors_part import JudgeEvent, RecordReport
from trialwright.safety.clock_overview import compute_clock_overview
from trialwright.safety.clocks import Clock, ClockState
from trialwright.safety.events import Causality, Expectedness
from trialwright.safety.recorded import compute_case_history
from trialwright.safety.regimes import Party, load_regimes
from trialwright.simulate.staff import SPONSOR
from trialwright.vocabulary.codelists import ReportingRegime, Role

MONITOR = Actor("mm", Role.MEDICAL_MONITOR)


@pytest.fixture
def trial() -> InMemory:
    return InMemory()


def treated(trial: InMemory) -> str:
    code = trial.allocated("MSC")
    trial.must(GiveDose(code, "MSC", "D0", trial.fill("infusion")), Role.NURSE)
    return code


def event(trial: InMemory, code: str, **values: str) -> dict[str, str]:
    texts = trial.fill("adverse_event", onset_date=f"{trial.now:%Y-%m-%d}", grade_since="", grade_at_onset="", **values)
    trial.must(ReportAdverseEvent(code, texts, f"{trial.now:%Y-%m-%dT%H:%M}"))
    return texts


def correct(trial: InMemory, code: str, texts: dict[str, str], revision: int, **values: str) -> dict[str, str]:
    after = {**texts, **values}
    trial.must(RecordForm(code, "adverse_event", "", after, 1, reason="more is known", based_on=revision))
    return after


def clocks(trial: InMemory) -> dict[str, Clock]:
    found = compute_clock_overview(trial.definition, trial.ledger.subjects.values(), trial.now)
    return {one.clock.rule: one.clock for one in found}


def test_the_regimes_of_the_study_and_no_other(trial: InMemory) -> None:
    assert [one.value for one in ReportingRegime] == list(load_regimes())
    code = treated(trial)
    event(trial, code, serious="Y", ser_hospitalisation="Y", grade="3", causality="POSSIBLE")
    assert set(clocks(trial)) == {"CN.1", "SC.1", "CN.4", "CN.7"}
    assert clocks(trial)["CN.4"].provisional, "the sponsor has not judged: it counts as the worse, and says so"


def test_upgrade_to_serious_is_a_new_day_zero_and_a_downgrade_ends_what_was_not_sent(trial: InMemory) -> None:
    code = treated(trial)
    texts = event(trial, code, serious="N", grade="2", causality="POSSIBLE")
    assert clocks(trial) == {}
    trial.now += timedelta(days=3)
    texts = correct(trial, code, texts, 1, serious="Y", ser_hospitalisation="Y", grade="3")
    begun = clocks(trial)["CN.1"]
    assert begun.start.date() == trial.now.date() and begun.state is ClockState.RUNNING
    assert begun.due == begun.start + timedelta(hours=24)
    trial.now += timedelta(hours=2)
    correct(trial, code, texts, 2, serious="N", ser_hospitalisation="N")
    assert clocks(trial)["CN.1"].state is ClockState.NOT_REQUIRED


def test_awareness_corrected_later_moves_day_zero(trial: InMemory) -> None:
    code = treated(trial)
    told = trial.now
    texts = event(trial, code, serious="Y", ser_hospitalisation="Y", grade="3", aware_at=f"{told:%Y-%m-%dT%H:%M}")
    assert abs(clocks(trial)["CN.1"].start - told) < timedelta(minutes=1)
    earlier = told - timedelta(hours=9)
    correct(trial, code, texts, 1, aware_at=f"{earlier:%Y-%m-%dT%H:%M}")
    assert abs(clocks(trial)["CN.1"].start - earlier) < timedelta(minutes=1)


def test_the_sponsor_knows_when_the_site_saves_unless_the_sponsor_says_when(trial: InMemory) -> None:
    code = treated(trial)
    event(trial, code, serious="Y", ser_life_threatening="Y", grade="4", causality="POSSIBLE")
    saved = trial.now
    assert abs(clocks(trial)["CN.2"].start - saved) < timedelta(minutes=1)
    trial.now += timedelta(days=2)
    trial.must(JudgeEvent(code, 1, Causality.POSSIBLE, Expectedness.UNEXPECTED, "brochure 2"), MONITOR)
    assert abs(clocks(trial)["CN.2"].start - saved) < timedelta(minutes=1), "judging late does not move day 0"
    said = saved + timedelta(hours=30)
    trial.must(
        JudgeEvent(code, 1, Causality.POSSIBLE, Expectedness.UNEXPECTED, "brochure 2", said, "mail was down"), MONITOR
    )
    clock = clocks(trial)["CN.2"]
    assert clock.start == said and not clock.provisional
    assert clock.due is not None and clock.due.date() == (said + timedelta(days=7)).date()


def test_upgrade_to_fatal_starts_seven_days_and_reports_stop_them(trial: InMemory) -> None:
    code = treated(trial)
    texts = event(trial, code, serious="Y", ser_hospitalisation="Y", grade="3", causality="POSSIBLE")
    trial.now += timedelta(days=5)
    correct(trial, code, texts, 1, ser_death="Y", grade="5", outcome="FATAL", grade_since=f"{trial.now:%Y-%m-%d}")
    found = clocks(trial)
    assert found["CN.2"].start.date() == trial.now.date()
    assert found["CN.4"].start.date() == (trial.now - timedelta(days=5)).date()
    assert found["CN.8"].state is ClockState.OPEN, "autopsy and terminal report have no number of days"
    trial.must(RecordReport(code, 1, "CN.2", "AUTHORITY", trial.now, "gateway"), SPONSOR)
    assert clocks(trial)["CN.2"].state is ClockState.SENT
    assert clocks(trial)["CN.3"].state is ClockState.RUNNING, "a report of seven days is completed within eight more"


def test_a_control_without_the_product_starts_no_clock_of_a_suspected_reaction(trial: InMemory) -> None:
    code = trial.allocated("CONTROL")
    event(trial, code, serious="Y", ser_hospitalisation="Y", grade="3", causality="NOT_RELATED")
    assert set(clocks(trial)) == {"CN.1", "SC.1"}


def test_endpoint_deaths_that_the_protocol_exempts(trial: InMemory) -> None:
    safety = trial.definition.study.safety.model_copy(update={"endpoint_deaths": "EXEMPT"})
    study = trial.definition.study.model_copy(update={"safety": safety})
    object.__setattr__(trial.definition, "study", study)
    code = treated(trial)
    fatal = {"serious": "Y", "ser_death": "Y", "grade": "5", "outcome": "FATAL"}
    texts = event(trial, code, **fatal, causality="NOT_RELATED")
    assert clocks(trial)["CN.1"].state is ClockState.EXEMPT
    correct(trial, code, texts, 1, causality="POSSIBLE")
    assert clocks(trial)["CN.1"].state is ClockState.RUNNING, "a death that may be related is never exempt"


def test_late_first_then_what_falls_due_next_and_a_situation_has_its_own(trial: InMemory) -> None:
    code = treated(trial)
    event(trial, code, serious="Y", ser_hospitalisation="Y", grade="3", causality="NOT_RELATED")
    trial.now += timedelta(hours=30)
    at = f"{trial.now:%Y-%m-%dT%H:%M}"
    trial.must(ReportSituation(code, Situation.OVERDOSE, at[:10], at, "two bags"), Role.NURSE)
    found = compute_clock_overview(trial.definition, trial.ledger.subjects.values(), trial.now)
    states = [one.clock.state for one in found]
    assert states == sorted(states, key=[ClockState.LATE, ClockState.RUNNING, ClockState.OPEN].index)
    assert [(one.event, one.situation, one.clock.rule) for one in found][-1] == (0, 1, "P.1")
    assert found[0].clock.state is ClockState.LATE and found[0].is_due


def test_an_unknown_event_has_no_history(trial: InMemory) -> None:
    code = treated(trial)
    assert compute_case_history(trial.definition, trial.state(code), 7).known == ()
    event(trial, code, serious="N", grade="1")
    known = compute_case_history(trial.definition, trial.state(code), 1).known
    assert {one.party for one in known} == {Party.SITE, Party.SPONSOR}
