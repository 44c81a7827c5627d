"""The sponsor's part, reports, reviews of proposals, reportable situations, notices."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.capture.trial import InMemory
from trialwright.access.policy import Actor
from trialwright.capture.adverse_event import ReportAdverseEvent
from trialwright.capture.dose import GiveDose
from trialwright.capture.notice import AcknowledgeNotice
from trialwright.capture.record_form import RecordForm
from trialwright.capture.review_proposal import ReviewProposal
from trialwright.capture.situation import AmendSituation, ReportSituation, Situation
from trialwright.capture.situation_details import DETAILS
from trialwright.capture.sponsors_part import JudgeEvent, RecordReport
from trialwright.safety.clocks import ClockSetting, ClockState, compute_clocks
from trialwright.safety.events import Causality, Expectedness
from trialwright.safety.proposals import Verdict
from trialwright.safety.recorded import (
    compute_case_history,
    compute_situation_history,
    compute_situations,
    list_reviews,
)
from trialwright.safety.regimes import Party, Trigger, load_regimes
from trialwright.safety.subject_events import compute_subject_events
from trialwright.safety.subject_values import compute_subject_proposals
from trialwright.simulate.staff import SPONSOR
from trialwright.vocabulary.codelists import Role

MEDICAL_MONITOR = Actor("mm", Role.MEDICAL_MONITOR)


@pytest.fixture
def trial() -> InMemory:
    return InMemory()


def serious(trial: InMemory) -> str:
    code = trial.allocated("MSC")
    values = trial.fill(
        "adverse_event",
        onset_date=f"{trial.now:%Y-%m-%d}", serious="Y", grade="4", causality="NOT_RELATED", ser_life_threatening="Y",
        aware_at=f"{trial.now:%Y-%m-%dT%H:%M}",
    )  # fmt: skip
    trial.must(ReportAdverseEvent(code, values, f"{trial.now:%Y-%m-%dT%H:%M}"))
    return code


@pytest.mark.req("A8")
def test_the_same_record_grows_the_sponsors_part(trial: InMemory) -> None:
    code = serious(trial)
    judged = JudgeEvent(code, 1, Causality.PROBABLE, Expectedness.UNEXPECTED, "investigator's brochure 2.0")
    trial.must(judged, MEDICAL_MONITOR)
    (event,) = compute_subject_events(trial.definition, trial.state(code))
    (product,) = [one for one in event.assessments if not one.procedure]
    assert (product.investigator, product.sponsor) == (Causality.NOT_RELATED, Causality.PROBABLE)
    assert product.worse is Causality.PROBABLE
    assert event.expectedness is Expectedness.UNEXPECTED
    changed = JudgeEvent(code, 1, Causality.POSSIBLE, comment="the autopsy")
    assert trial.refused(JudgeEvent(code, 1, Causality.POSSIBLE), MEDICAL_MONITOR) == {"no-reason"}
    trial.must(changed, MEDICAL_MONITOR)
    assert [one.by for one in trial.state(code).safety.judged[1]] == ["mm", "mm"]


@pytest.mark.req("C5")
def test_causality_for_the_sponsor_is_an_independent_persons(trial: InMemory) -> None:
    code = serious(trial)
    same = Actor(f"{trial.site.lower()}-investigator", Role.SPONSOR)
    assert trial.refused(JudgeEvent(code, 1, Causality.POSSIBLE), same) == {"not-independent"}
    assert trial.refused(JudgeEvent(code, 2, Causality.POSSIBLE), SPONSOR) == {"unknown-event"}
    assert trial.refused(JudgeEvent(code, 1, Causality.POSSIBLE, Expectedness.EXPECTED), SPONSOR) == {"no-reference"}
    assert "role" in trial.refused(JudgeEvent(code, 1, Causality.POSSIBLE), Role.NURSE)


def test_a_report_stops_its_clock(trial: InMemory) -> None:
    code = serious(trial)
    regime = load_regimes()["ICH"]
    rule = next(one for one in regime.rules if one.trigger is Trigger.SUSAR_FATAL)
    trial.must(JudgeEvent(code, 1, Causality.POSSIBLE, Expectedness.UNEXPECTED, "brochure 2.0"), MEDICAL_MONITOR)

    def clock() -> ClockState:
        history = compute_case_history(trial.definition, trial.state(code), 1)
        setting = ClockSetting(trial.now, "Asia/Shanghai")
        return next(one.state for one in compute_clocks(history, regime, setting) if one.rule == rule.id)

    assert clock() is ClockState.RUNNING
    trial.now += timedelta(days=3)
    assert trial.refused(RecordReport(code, 1, "X.1", "authority", trial.now), SPONSOR) == {"unknown-rule"}
    assert trial.refused(RecordReport(code, 1, rule.id, "authority", trial.now.replace(tzinfo=None)), SPONSOR) == {
        "unreadable"
    }
    trial.must(RecordReport(code, 1, rule.id, "authority", trial.now, "gateway", "ACK 17"), SPONSOR)
    assert clock() is ClockState.SENT
    trial.now += timedelta(days=30)
    assert clock() is ClockState.SENT


def test_a_reviewed_proposal_is_no_longer_due_until_its_value_changes(trial: InMemory) -> None:
    code = trial.allocated("MSC")
    texts = {"alt_uln": "40", "alt": "30", "ck": "90", "ck_uln": "200", "crp": "8"}
    texts["collected_at"] = f"{trial.now:%Y-%m-%dT%H:%M}"
    trial.must(RecordForm(code, "chemistry", "BASELINE", texts))
    trial.must(GiveDose(code, "MSC", "D0", trial.fill("infusion")), Role.NURSE)
    trial.now += timedelta(hours=72)
    later = {**texts, "alt": "240", "collected_at": f"{trial.now:%Y-%m-%dT%H:%M}"}
    trial.must(RecordForm(code, "chemistry", "D3", later))

    def due() -> list[str]:
        state = trial.state(code)
        found = compute_subject_proposals(trial.definition, state, list_reviews(state))
        return [one.graded.term for one in found if one.graded.path == "D3.chemistry.alt"]

    (term,) = due()
    review = ReviewProposal(code, "D3.chemistry.alt", "240", term, Verdict.NOT_SIGNIFICANT, "haemolysed sample")
    wrong = ReviewProposal(code, "D3.chemistry.alt", "24", term, Verdict.NOT_SIGNIFICANT, "x")
    assert trial.refused(wrong) == {"changed-meanwhile"}
    assert trial.refused(ReviewProposal(code, "D3.chemistry.alt", "240", term, Verdict.CONFIRMED)) == {"unknown-event"}
    assert trial.refused(ReviewProposal(code, "D3.chemistry.alt", "240", term, Verdict.PRE_EXISTING)) == {"no-reason"}
    trial.must(review)
    assert due() == []
    assert list_reviews(trial.state(code))[0].by == f"{trial.site.lower()}-investigator"
    trial.must(RecordForm(code, "chemistry", "D3", {**later, "alt": "260"}, reason="misread", based_on=1))
    assert due() == [term]


@pytest.mark.parametrize("kind", list(Situation))
def test_a_situation_is_recorded_whatever_came_of_it(trial: InMemory, kind: Situation) -> None:
    code = trial.screened()
    at = f"{trial.now:%Y-%m-%dT%H:%M}"
    trial.must(ReportSituation(code, kind, "2020-01", at, "told by the family"), Actor("n", Role.NURSE, trial.site))
    (event,) = compute_situations(trial.state(code))
    assert (event.id, event.special_interest, str(event.onset)) == ("S1", kind.value, "2020-01")
    assert trial.refused(ReportSituation(code, kind, "soon", "today", ""), Role.NURSE) == {"unreadable"}


def test_a_situation_keeps_what_is_asked_of_its_kind(trial: InMemory) -> None:
    code, at, mum = trial.screened(), f"{trial.now:%Y-%m-%dT%H:%M}", Situation.PREGNANCY
    told = {"last_menses": "2020-01", "pregnancy_outcome": "PREGNANT", "child": ""}
    trial.must(ReportSituation(code, mum, "2020-01", at, "told by her", details=told), Role.NURSE)
    known = trial.state(code).safety.situations[0].details
    assert dict(known) == {"last_menses": "2020-01", "pregnancy_outcome": "PREGNANT"}
    for odd in ({"last_menses": "soon"}, {"pregnancy_outcome": "TWINS"}, {"amount_given": "2"}):
        assert trial.refused(ReportSituation(code, mum, "2020-01", at, "x", details=odd), Role.NURSE) == {"unreadable"}
    assert DETAILS.keys() == set(Situation)


def test_a_situation_starts_a_clock_and_its_report_stops_it(trial: InMemory) -> None:
    code = trial.allocated("MSC")
    at = f"{trial.now:%Y-%m-%dT%H:%M}"
    trial.must(ReportSituation(code, Situation.OVERDOSE, f"{trial.now:%Y-%m-%d}", at, "two bags"), Role.NURSE)
    regime = next(
        one for one in load_regimes().values()
        if any(rule.trigger is Trigger.SPECIAL_SITUATION and rule.start is Party.SITE for rule in one.rules)
    )  # fmt: skip
    rule = next(one for one in regime.rules if one.trigger is Trigger.SPECIAL_SITUATION)

    def clock() -> ClockState:
        history = compute_situation_history(trial.definition, trial.state(code), 1)
        found = compute_clocks(history, regime, ClockSetting(trial.now, "Asia/Shanghai"))
        return next(one.state for one in found if one.rule == rule.id)

    assert clock() in (ClockState.RUNNING, ClockState.OPEN)
    unknown = RecordReport(code, 0, rule.id, "sponsor", trial.now, situation=2)
    assert trial.refused(unknown) == {"unknown-event"}
    trial.must(RecordReport(code, 0, rule.id, "sponsor", trial.now, "telephone", situation=1))
    assert clock() is ClockState.SENT


def test_a_notice_is_acknowledged_by_name(trial: InMemory) -> None:
    trial.must(AcknowledgeNotice("serious:S-001:1", "called the site"), MEDICAL_MONITOR)
    trial.must(AcknowledgeNotice("serious:S-001:1"), SPONSOR)
    assert trial.ledger.study.safety.acknowledged == {"serious:S-001:1": ("mm", "sponsor")}
    assert trial.refused(AcknowledgeNotice("serious:S-001:1"), SPONSOR) == {"already-acknowledged"}
    assert trial.refused(AcknowledgeNotice(" "), Actor("i", Role.INSPECTOR)) == {"role", "no-notice"}


def test_times_have_their_zone(trial: InMemory) -> None:
    code = serious(trial)
    naive = JudgeEvent(code, 1, Causality.POSSIBLE, aware_at=trial.now.replace(tzinfo=None))
    assert trial.refused(naive, SPONSOR) == {"unreadable"}
    future = JudgeEvent(code, 1, Causality.POSSIBLE, aware_at=datetime(2031, 1, 1, tzinfo=UTC))
    assert trial.refused(future, SPONSOR) == {"in-future"}


def test_what_is_learnt_later_amends_a_situation_and_starts_the_clock_of_new_information(trial: InMemory) -> None:
    """The outcome of a pregnancy months later; the first word, its time and its report stay what they were."""
    code, at = trial.allocated("MSC"), f"{trial.now:%Y-%m-%dT%H:%M}"
    told = {"last_menses": "2019-12-01", "pregnancy_outcome": "PREGNANT"}
    trial.must(ReportSituation(code, Situation.PREGNANCY, "2020-01", at, "told by her", details=told), Role.NURSE)
    first = AmendSituation(code, 1, Situation.PREGNANCY, "2020-01", at, "told by her", "nothing", details=told)
    assert trial.refused(first, Role.NURSE) == {"no-change"}
    assert trial.refused(replace(first, number=2), Role.NURSE) == {"unknown-situation"}
    born = replace(
        first, details={**told, "pregnancy_outcome": "LIVE_BIRTH", "outcome_on": "2020-09-07"}, reason="born"
    )
    assert trial.refused(replace(born, reason=" "), Role.NURSE) == {"no-reason"}
    assert trial.refused(replace(born, details={"outcome_on": "soon"}), Role.NURSE) == {"unreadable"}

    def clocks() -> dict[str, ClockState]:
        setting = ClockSetting(trial.now, "Asia/Shanghai")
        history = compute_situation_history(trial.definition, trial.state(code), 1)
        return {one.rule: one.state for one in compute_clocks(history, load_regimes()["PROTOCOL"], setting)}

    trial.must(RecordReport(code, 0, "P.1", "SPONSOR", trial.now, "fax", situation=1))
    assert clocks() == {"P.1": ClockState.SENT}
    trial.now += timedelta(days=200)
    trial.must(born, Role.NURSE)
    state = trial.state(code).safety
    assert state.situations[0].details["pregnancy_outcome"] == "LIVE_BIRTH"
    assert [one.entry.details["pregnancy_outcome"] for one in state.told[1]] == ["PREGNANT", "LIVE_BIRTH"]
    assert clocks() == {"P.1": ClockState.SENT, "P.2": ClockState.RUNNING}
    trial.must(RecordReport(code, 0, "P.2", "SPONSOR", trial.now, "fax", situation=1))
    assert clocks()["P.2"] is ClockState.SENT
