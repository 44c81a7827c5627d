"""Monitoring, actions, assessed deviations and limits, public enquiries: what is written, and what is sent back."""

from datetime import timedelta

import pytest

from tests.capture.trial import InMemory
from trialwright.access.policy import Actor
from trialwright.capture.actions import ActionStatus, ChangeAction, OpenAction
from trialwright.capture.assess import AssessBreach, AssessDeviation
from trialwright.capture.enquiry import Caller, Channel, LogEnquiry, Topic
from trialwright.capture.monitoring import PlanMonitoring, ReportMonitoring, Risk, SignMonitoring, VisitKind
from trialwright.capture.note_deviation import NoteDeviation
from trialwright.capture.verify_source import find_verification_plan
from trialwright.ledger.oversight import OversightState
from trialwright.vocabulary.codelists import Role

MONITOR = Actor("monitor", Role.MONITOR)
SPONSOR = Actor("sponsor", Role.SPONSOR)
FOUND = {"consent": "all consent forms seen", "source": "20 of 20 values agree"}


@pytest.fixture
def trial() -> InMemory:
    return InMemory()


def seen(trial: InMemory) -> OversightState:
    return trial.ledger.study.oversight


def report(trial: InMemory) -> str:
    trial.must(ReportMonitoring(trial.site, VisitKind.ON_SITE, "2020-01-27", FOUND, people="the coordinator"), MONITOR)
    return f"M{len(seen(trial).reports)}"


def sign(trial: InMemory, name: str) -> SignMonitoring:
    return SignMonitoring(name, seen(trial).reports[name].content, trial.now + timedelta(minutes=1))


def test_the_plan_of_a_site_says_how_much_is_verified_there(trial: InMemory) -> None:
    trial.must(PlanMonitoring(trial.site, Risk.HIGH, 28, "0.5", "first cells in people", ("consent",)), MONITOR)
    plan = find_verification_plan(trial.ledger.study, trial.site)
    assert plan is not None and (plan.share, plan.always) == ("0.5", ("consent",))
    assert find_verification_plan(trial.ledger.study, "ELSEWHERE") == trial.ledger.study.release.verification
    assert trial.refused(PlanMonitoring("NOWHERE", Risk.LOW, 0, "2", "", ("no",)), MONITOR) == {
        "unknown-site", "unreadable", "no-reason", "unknown-form"
    }  # fmt: skip


def test_only_the_monitor_reports_and_a_report_says_something(trial: InMemory) -> None:
    assert trial.refused(ReportMonitoring(trial.site, VisitKind.REMOTE, "2020-01-27", FOUND), Role.NURSE) == {"role"}
    assert trial.refused(ReportMonitoring(trial.site, VisitKind.REMOTE, "2021-01-01", {"source": " "}), MONITOR) == {
        "in-future", "no-text"
    }  # fmt: skip


@pytest.mark.req("S1", "S3")
def test_a_report_is_signed_by_its_author_then_reviewed_and_takes_no_change(trial: InMemory) -> None:
    name = report(trial)
    assert trial.refused(sign(trial, name), SPONSOR) == {"not-signed"}
    assert trial.refused(sign(trial, name), Actor("another", Role.MONITOR)) == {"not-yours"}
    assert trial.refused(SignMonitoring(name, "0" * 64, trial.now + timedelta(minutes=1)), MONITOR) == {
        "changed-meanwhile"
    }
    assert trial.refused(
        SignMonitoring(name, seen(trial).reports[name].content, trial.now - timedelta(hours=1)), MONITOR
    ) == {"not-authenticated"}
    trial.must(sign(trial, name), MONITOR)
    trial.must(sign(trial, name), SPONSOR)
    assert [one.role for one in seen(trial).reports[name].valid] == ["MONITOR", "SPONSOR"]
    changed = ReportMonitoring(trial.site, VisitKind.ON_SITE, "2020-01-27", {"source": "another"}, report=name)
    assert trial.refused(changed, MONITOR) == {"signed"}
    assert trial.refused(sign(trial, name), MONITOR) == {"already-signed"}


def test_a_report_may_be_prepared_anew_before_it_is_signed(trial: InMemory) -> None:
    name = report(trial)
    before = seen(trial).reports[name].content
    trial.must(ReportMonitoring("", VisitKind.ON_SITE, "2020-01-27", {"source": "more"}, report=name), MONITOR)
    held = seen(trial).reports[name]
    assert held.reported.revision == 2 and held.reported.site == trial.site and held.content != before


def test_an_action_is_done_by_the_site_and_closed_by_who_asked(trial: InMemory) -> None:
    trial.must(
        OpenAction(trial.site, "file the delegation log", "the coordinator", "2020-02-10", report(trial)), MONITOR
    )
    assert seen(trial).actions["A1"].is_late("2020-02-11") and not seen(trial).actions["A1"].is_late("2020-02-10")
    assert trial.refused(ChangeAction("A1", ActionStatus.CLOSED, "fine"), MONITOR) == {"no-change"}
    trial.must(ChangeAction("A1", ActionStatus.DONE, "filed"), Role.COORDINATOR)
    assert trial.refused(ChangeAction("A1", ActionStatus.CLOSED, "fine"), Role.COORDINATOR) == {"role"}
    trial.must(ChangeAction("A1", ActionStatus.OPEN, "a page is missing"), MONITOR)
    trial.must(ChangeAction("A1", ActionStatus.DONE, "now all of it"), Role.COORDINATOR)
    trial.must(ChangeAction("A1", ActionStatus.CLOSED, "seen"), MONITOR)
    assert seen(trial).actions["A1"].status == "CLOSED" and len(seen(trial).actions["A1"].steps) == 4
    assert trial.refused(OpenAction(trial.site, "", "", "2019-01-01", "M9"), MONITOR) == {
        "no-text",
        "unknown-report",
        "past",
    }
    assert trial.refused(ChangeAction("A7", ActionStatus.DONE, "x"), Role.COORDINATOR) == {"unknown-action"}


def test_another_sites_people_cannot_finish_an_action(trial: InMemory) -> None:
    trial.must(OpenAction(trial.site, "count the lots", "pharmacy", "2020-02-10"), MONITOR)
    assert trial.refused(ChangeAction("A1", ActionStatus.DONE, "x"), Actor("n", Role.NURSE, "OTHER")) == {"site"}


def test_an_important_deviation_needs_what_is_done_about_it(trial: InMemory) -> None:
    code = trial.consented()
    trial.must(NoteDeviation(code, "OTHER", "the freezer was warm for an hour"))
    name = "OTHER||"
    assert trial.refused(AssessDeviation(code, "OTHER|D3|", False, "x"), MONITOR) == {"unknown-deviation"}
    assert trial.refused(AssessDeviation(code, name, True, "power cut"), MONITOR) == {"no-text", "unreadable"}
    trial.must(
        AssessDeviation(code, name, True, "power cut", "samples redrawn", "alarm", "pharmacy", "2020-03-01"), MONITOR
    )
    assert seen(trial).deviations[code, name].entry.important == "Y"
    trial.must(AssessDeviation(code, name, False, "samples were not affected"), MONITOR)
    assert seen(trial).deviations[code, name].entry.important == "N", "the latest assessment counts"


def test_a_crossed_limit_is_assessed_by_name(trial: InMemory) -> None:
    assert trial.refused(AssessBreach("no_such", "20.0", "x", "y"), MONITOR) == {"unknown-limit"}
    trial.must(AssessBreach("visits_missed", "20.0", "one ward was closed", "visits at home"), MONITOR)
    assert seen(trial).breaches["visits_missed"].entry.value == "20.0"


def test_an_enquiry_is_numbered_and_can_be_answered_later(trial: InMemory) -> None:
    asked = LogEnquiry(
        "2020-01-27", Channel.TELEPHONE, Caller.RELATIVE, Topic.PARTICIPATION, "Can my father join?", "", False
    )
    trial.must(asked, Role.COORDINATOR)
    answered = LogEnquiry(
        "2020-01-27", Channel.TELEPHONE, Caller.RELATIVE, Topic.PARTICIPATION, "Can my father join?", "No: 74", number=1
    )
    trial.must(answered, Role.COORDINATOR)
    assert seen(trial).enquiries == 1
    wrong = LogEnquiry("2021-01-27", Channel.EMAIL, Caller.PRESS, Topic.RESULTS, "", "", number=9)
    assert trial.refused(wrong, Role.COORDINATOR) == {"in-future", "no-text", "unknown-enquiry"}
