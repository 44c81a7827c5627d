"""Queries: raised, answered, corrected, closed, asked again; those of edit checks are open while the check fires."""

import pytest

from tests.capture.trial import InMemory
from trialwright.access.policy import Actor
from trialwright.capture.list_queries import Query, find_query, list_queries
from trialwright.capture.query import AnswerQuery, CloseQuery, RaiseQuery, ReopenQuery
from trialwright.capture.record_form import RecordForm
from trialwright.vocabulary.codelists import Role

DATA_MANAGER = Actor("dm", Role.DATA_MANAGER)
MONITOR = Actor("monitor", Role.MONITOR)
AUTOMATIC = "soft:temperature|vital_signs|1|SCREENING"


@pytest.fixture
def trial() -> InMemory:
    return InMemory()


def save(trial: InMemory, code: str, temperature: str, based_on: int = 0) -> None:
    """Vital signs at screening, with this temperature and else always the same values."""
    before = trial.state(code).find_form("SCREENING", "vital_signs")
    values = dict(before.recorded.values) if before else trial.fill("vital_signs")
    values["temperature"] = temperature
    reason = "misread" if based_on else ""
    confirmed = dict.fromkeys(values, "measured twice")
    trial.must(RecordForm(code, "vital_signs", "SCREENING", values, 1, {}, reason, confirmed, "", based_on), Role.NURSE)


def asked(trial: InMemory, text: str = "Is this the morning value?") -> str:
    code = trial.consented()
    save(trial, code, "36.9")
    trial.must(RaiseQuery(code, "vital_signs", "SCREENING", text, "temperature"), DATA_MANAGER)
    return code


def query(trial: InMemory, code: str, name: str) -> Query:
    found = find_query(trial.definition, trial.state(code), name)
    assert found is not None
    return found


@pytest.mark.req("A8")
def test_a_query_is_raised_answered_closed_and_asked_again(trial: InMemory) -> None:
    code = asked(trial)
    assert query(trial, code, "Q1").thread.status == "OPEN"
    trial.must(AnswerQuery(code, "Q1", "Yes, at 07:30."), Role.NURSE)
    assert query(trial, code, "Q1").thread.status == "ANSWERED"
    trial.must(CloseQuery(code, "Q1", "answered"), MONITOR)
    assert not query(trial, code, "Q1").is_open
    assert trial.refused(AnswerQuery(code, "Q1", "again"), Role.NURSE) == {"query-closed"}
    trial.must(ReopenQuery(code, "Q1", "The source says 08:30."), MONITOR)
    thread = query(trial, code, "Q1").thread
    assert [one.kind for one in thread.messages] == ["RAISED", "ANSWERED", "CLOSED", "REOPENED"]
    assert [one.by for one in thread.messages][2:] == ["monitor", "monitor"]
    assert trial.refused(ReopenQuery(code, "Q1", "again"), MONITOR) == {"query-open"}


def test_a_correction_shows_in_the_thread_and_answers(trial: InMemory) -> None:
    code = asked(trial)
    save(trial, code, "36.4", 1)
    thread = query(trial, code, "Q1").thread
    assert thread.status == "ANSWERED"
    assert thread.messages[-1].kind == "CORRECTED"
    assert thread.messages[-1].text == "temperature: 36.9 → 36.4 (misread)"


def test_a_correction_of_another_item_is_none_of_the_threads_business(trial: InMemory) -> None:
    code = asked(trial)
    version = trial.state(code).forms["SCREENING", "vital_signs", 1].recorded
    values = {**version.values, "respiratory_rate": "19" if version.values["respiratory_rate"] != "19" else "18"}
    trial.must(RecordForm(code, "vital_signs", "SCREENING", values, reason="misread", based_on=1), Role.NURSE)
    assert query(trial, code, "Q1").thread.status == "OPEN"


def test_an_automatic_query_is_open_while_its_check_fires(trial: InMemory) -> None:
    code = trial.consented()
    save(trial, code, "41.9")
    opened = query(trial, code, AUTOMATIC)
    assert opened.is_open and opened.thread.item == "temperature" and "outside" in opened.text
    save(trial, code, "36.9", 1)
    assert AUTOMATIC not in [one.thread.query for one in list_queries(trial.definition, trial.state(code))]


def test_a_value_stands_until_it_changes(trial: InMemory) -> None:
    """Closed, an automatic query stays closed through corrections of other items, and opens again with a new value."""
    code = trial.consented()
    save(trial, code, "41.9")
    trial.must(AnswerQuery(code, AUTOMATIC, "Measured twice."), Role.NURSE)
    trial.must(CloseQuery(code, AUTOMATIC, "the value stands"), DATA_MANAGER)
    values = dict(trial.state(code).forms["SCREENING", "vital_signs", 1].recorded.values)
    values["respiratory_rate"] = "23" if values["respiratory_rate"] != "23" else "22"
    again = RecordForm(code, "vital_signs", "SCREENING", values, 1, {}, "misread", dict.fromkeys(values, "yes"), "", 1)
    trial.must(again, Role.NURSE)
    assert not query(trial, code, AUTOMATIC).is_open
    save(trial, code, "41.8", 2)
    thread = query(trial, code, AUTOMATIC).thread
    assert thread.status == "OPEN"
    assert [one.kind for one in thread.messages] == ["ANSWERED", "CLOSED", "CORRECTED"]
    save(trial, code, "36.8", 3)
    assert not query(trial, code, AUTOMATIC).is_open, "a check that no longer fires leaves a settled thread"


@pytest.mark.req("C1")
def test_the_site_answers_and_others_ask(trial: InMemory) -> None:
    code = asked(trial)
    assert trial.refused(RaiseQuery(code, "vital_signs", "SCREENING", "?"), Role.NURSE) == {"role"}
    assert "role" in trial.refused(AnswerQuery(code, "Q1", "it is so"), DATA_MANAGER)
    assert trial.refused(CloseQuery(code, "Q1", "it is so"), Role.INVESTIGATOR) == {"role"}
    assert "delegation" in trial.refused(AnswerQuery(code, "Q1", "so"), Actor("new", Role.NURSE, trial.site))


def test_what_cannot_be_asked(trial: InMemory) -> None:
    code = asked(trial)
    assert trial.refused(RaiseQuery(code, "vital_signs", "D3", "?"), DATA_MANAGER) == {"not-recorded"}
    assert trial.refused(RaiseQuery(code, "vital_signs", "SCREENING", " ", "mood"), DATA_MANAGER) == {
        "unknown-item", "no-text",
    }  # fmt: skip
    assert trial.refused(AnswerQuery(code, "Q9", "yes"), Role.NURSE) == {"unknown-query"}
    assert trial.refused(AnswerQuery(code, AUTOMATIC, "yes"), Role.NURSE) == {"unknown-query"}
    assert trial.refused(CloseQuery(code, "Q1", ""), DATA_MANAGER) == {"no-text"}
