"""From a trial in memory to this room: a participant's events, values, treatment, and the study's stopping rule."""

from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest

from tests.capture.trial import InMemory
from trialwright.capture.adverse_event import ReportAdverseEvent
from trialwright.capture.dose import GiveDose
from trialwright.capture.record_form import RecordForm
from trialwright.safety.emergence import Period, compute_emergence
from trialwright.safety.event_checks import check_adverse_event
from trialwright.safety.events import Action, Causality, Criterion, GradeChange, Outcome
from trialwright.safety.proposals import Review, Verdict, Why
from trialwright.safety.stopping import BoardDecision, Decision, RuleKind, check_infusion
from trialwright.safety.study_stopping import compute_plan, compute_study_stopping
from trialwright.safety.subject_events import (
    compute_context,
    compute_event,
    compute_site_awareness,
    compute_subject_events,
    compute_treated,
)
from trialwright.safety.subject_values import compute_subject_grades, compute_subject_proposals
from trialwright.vocabulary.partial_dates import PartialDate

HYPOXIA = {
    "verbatim": "severe hypoxaemia",
    "term": "Hypoxia",
    "ctcae_code": "10021143",
    "ongoing": "Y",
    "grade": "3",
    "infusion_number": "1",
    "hours_after_infusion": "12",
    "serious": "Y",
    "ser_life_threatening": "Y",
    "causality": "NOT_RELATED",
    "causality_sponsor": "POSSIBLE",
    "action": "DRUG WITHDRAWN",
    "outcome": "NOT RECOVERED/NOT RESOLVED",
}


@pytest.fixture
def trial() -> InMemory:
    return InMemory()


def treat(trial: InMemory) -> str:
    """A new participant of the cell arm after the first infusion."""
    code = trial.allocated("MSC")
    trial.must(GiveDose(code, "MSC", "D0", trial.fill("infusion")))
    trial.now += timedelta(hours=30)
    return code


def report(trial: InMemory, code: str, **values: str) -> None:
    onset = f"{trial.now:%Y-%m-%d}"
    texts = {"onset_date": onset, **HYPOXIA, **values}
    trial.must(ReportAdverseEvent(code, texts, f"{trial.now:%Y-%m-%dT%H:%M}"))


def test_event_of_the_form(trial):
    code = treat(trial)
    report(trial, code)
    state = trial.state(code)
    (event,) = compute_subject_events(trial.definition, state)
    assert (event.id, event.term, event.version, event.grade) == ("1", "Hypoxia", "4.03", 3)
    assert event.is_serious and event.criteria == {Criterion.LIFE_THREATENING}
    (judged,) = event.assessments
    assert (judged.product, judged.investigator, judged.sponsor) == ("MSC", Causality.NOT_RELATED, Causality.POSSIBLE)
    assert (event.action, event.outcome) == (Action.WITHDRAWN, Outcome.NOT_RECOVERED)
    assert (event.infusion.number, event.infusion.minutes) == (1, 720)
    context = compute_context(trial.definition, state, trial.now.date())
    assert context.consent == state_day(state.consent.given_at) and context.infusions == 1
    assert compute_emergence(event, context).period is Period.EMERGENT
    assert {one.code for one in check_adverse_event(event, [event], context)} == {"ae-expectedness-open"}
    awareness = compute_site_awareness(trial.definition, state, event)
    assert timedelta(0) <= trial.now - awareness.at <= timedelta(minutes=2) and awareness.at.tzinfo is UTC


def state_day(text: str) -> date:
    return date.fromisoformat(text[:10])


def test_texts_that_cannot_be_read_count_as_not_known():
    event = compute_event(
        "1", {"onset_date": "soon", "grade": "high", "serious": "?", "infusion_number": "one"}, "4.03", ()
    )
    assert (event.onset, event.grades, event.serious, event.infusion, event.outcome) == (None, (), None, None, None)


def test_grade_history_of_the_form():
    texts = {"onset_date": "2020-02-12", "grade": "3", "grade_at_onset": "1"}
    onset = PartialDate.parse("2020-02-12")
    rising = compute_event("1", texts, "4.03", (), date(2020, 2, 14))
    assert rising.grades == (GradeChange(1, onset), GradeChange(3, PartialDate.parse("2020-02-14")))
    worsened = compute_event("1", {**texts, "present_before": "Y"}, "4.03", (), date(2020, 2, 14))
    assert (worsened.grades, worsened.baseline_grade) == ((GradeChange(3, onset),), 1)
    assert compute_event("1", {**texts, "grade_at_onset": "3"}, "4.03", ()).grades == (GradeChange(3, onset),)


def chemistry(trial: InMemory, code: str, encounter: str, **values: str) -> None:
    limits = {"alt_uln": "40", "ck_uln": "200", "potassium_lln": "3.5", "potassium_uln": "5.1"}
    texts = {"collected_at": f"{trial.now:%Y-%m-%dT%H:%M}", **limits, **values}
    trial.must(RecordForm(code, "chemistry", encounter, texts))


def test_value_proposes_an_event_until_it_is_judged(trial):
    """ALT at six times its limit proposes grade 3; CRP never proposes anything; a value without a limit says so."""
    code = trial.allocated("MSC")
    chemistry(trial, code, "BASELINE", alt="30", ck="600", crp="80", potassium="4")
    trial.must(GiveDose(code, "MSC", "D0", trial.fill("infusion")))
    trial.now += timedelta(hours=72)
    chemistry(trial, code, "D3", alt="240", ck="700", crp="200", potassium="4", creatinine="80")
    state = trial.state(code)
    found = compute_subject_grades(trial.definition, state)
    assert found.baseline["CPK increased"] == 2, "600 of 200 is 3 times the limit: grade 2 before treatment"
    assert ("D3.chemistry.creatinine", "upper limit of normal missing") in {
        (one.path, one.reason) for one in found.ungradable
    }
    proposals = compute_subject_proposals(trial.definition, state)
    wanted = [one for one in proposals if one.graded.path.startswith("D3.chemistry")]
    assert [(one.graded.path, one.graded.grade, one.why) for one in wanted] == [("D3.chemistry.alt", 3, Why.NEW)]
    review = Review("D3.chemistry.alt", 240.0, wanted[0].graded.term, Verdict.NOT_SIGNIFICANT, "dr-li", "haemolysis")
    assert wanted[0] not in compute_subject_proposals(trial.definition, state, [review])
    alt_up = {"term": "Alanine aminotransferase increased", "ctcae_code": "10001551", "ser_life_threatening": "N"}
    report(trial, code, **alt_up)
    covered = compute_subject_proposals(trial.definition, trial.state(code))
    assert [one for one in covered if one.graded.path == "D3.chemistry.alt"] == []


@pytest.mark.parametrize(("creatinine", "proposes"), [("80", False), ("110", True), ("130", True)])
def test_a_value_inside_its_limits_proposes_nothing_of_grade_1(trial, creatinine, proposes):
    """CTCAE 4.03, Creatinine increased: grade 1 is above baseline or above the limit; only the limit asks somebody."""
    code = trial.allocated("MSC")
    rest = {"alt": "30", "ck": "90", "crp": "80", "creatinine_uln": "104"}
    chemistry(trial, code, "BASELINE", creatinine="70", **rest)
    trial.must(GiveDose(code, "MSC", "D0", trial.fill("infusion")))
    trial.now += timedelta(hours=72)
    chemistry(trial, code, "D3", creatinine=creatinine, **rest)
    state, path = trial.state(code), "D3.chemistry.creatinine"
    assert path in {one.path for one in compute_subject_grades(trial.definition, state).graded}, "graded all the same"
    study = trial.definition.study
    loud = replace(
        trial.definition,
        study=study.model_copy(update={"safety": study.safety.model_copy(update={"propose_within_range": True})}),
    )
    assert (path in {one.graded.path for one in compute_subject_proposals(trial.definition, state)}) is proposes
    assert path in {one.graded.path for one in compute_subject_proposals(loud, state)}


def test_plan_is_the_one_of_the_definition(trial):
    plan = compute_plan(trial.definition)
    assert (plan.kind, plan.participants, plan.rate, plan.error, plan.grade) == (RuleKind.POCOCK, 10, 0.2, 0.05, 3)


def test_third_toxicity_of_four_treated_blocks_until_the_board_decides(trial):
    treated = [treat(trial) for _ in range(4)]
    trial.now += timedelta(hours=48)
    severe = {"ser_life_threatening": "N", "ser_hospitalisation": "Y", "causality": "POSSIBLE"}

    def stopping(*decisions: BoardDecision):
        states = [trial.state(code) for code in treated]
        return compute_study_stopping(trial.definition, states, trial.now.astimezone(UTC), decisions)

    for code in treated[:2]:
        report(trial, code, **severe)
    assert (stopping().toxic, stopping().evaluated, stopping().open_flags) == (2, 4, ())
    report(trial, treated[2], **severe)
    (flag,) = stopping().open_flags
    assert flag.key == "boundary:3" and check_infusion(stopping(), trial.now, new_participant=True)
    assert check_infusion(stopping(BoardDecision("boundary:3", Decision.CONTINUE)), trial.now, True) == []
    report(trial, treated[3], outcome="FATAL", grade="5", ser_death="Y", causality_sponsor="UNLIKELY")
    assert "hold" not in stopping().open_flags[0].key, "an unrelated death holds nothing"
    report(trial, treated[3], outcome="FATAL", grade="5", ser_death="Y")
    assert stopping().open_flags[0].key == f"hold:{treated[3]}:2"


def test_untreated_participants_do_not_count(trial):
    code = trial.allocated("CONTROL")
    assert compute_treated(trial.definition, trial.state(code)) is None
    context = compute_context(trial.definition, trial.state(code))
    assert context.infusions == 0 and context.first_treatment == trial.now.date(), "a control's day 0 is allocation"
