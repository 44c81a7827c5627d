"""What the checks of the adverse event record ask: a query while the check holds, and never a bar."""

from datetime import timedelta

import pytest

from tests.capture.trial import InMemory
from trialwright.access.policy import Actor
from trialwright.capture.adverse_event import ReportAdverseEvent
from trialwright.capture.allocate import Allocate
from trialwright.capture.dose import GiveDose
from trialwright.capture.enrol import Enrol
from trialwright.capture.leave import Die
from trialwright.capture.list_queries import list_queries
from trialwright.capture.lock import LockLevel, SetLock
from trialwright.capture.query import AnswerQuery, CloseQuery
from trialwright.capture.record_form import RecordForm
from trialwright.safety.emergence import Period, compute_emergence
from trialwright.safety.event_queries import check_typed_event
from trialwright.safety.subject_events import compute_context, compute_subject_events
from trialwright.vocabulary.codelists import Role

DATA_MANAGER = Actor("dm", Role.DATA_MANAGER)
EVENT = {
    "verbatim": "fever", "term": "Fever", "ctcae_code": "", "onset_date": "2020-01-27", "ongoing": "Y", "grade": "1",
    "serious": "N", "causality": "UNLIKELY", "action": "DOSE NOT CHANGED", "outcome": "NOT RECOVERED/NOT RESOLVED",
}  # fmt: skip


@pytest.fixture
def trial() -> InMemory:
    return InMemory()


def report(trial: InMemory, code: str, **changes: str) -> None:
    trial.must(ReportAdverseEvent(code, {**EVENT, **changes}, f"{trial.now:%Y-%m-%dT%H:%M}"))


def list_open(trial: InMemory, code: str) -> dict[str, str]:
    """The open queries about events, by row and check, with their items."""
    found = [one for one in list_queries(trial.definition, trial.state(code)) if one.is_open]
    return {
        f"{one.thread.key[2]}:{one.thread.check}": one.thread.item
        for one in found
        if one.thread.key[1] == "adverse_event" and one.thread.check.startswith("ae-")
    }


def correct(trial: InMemory, code: str, **changes: str) -> None:
    recorded = trial.state(code).forms["", "adverse_event", 1].recorded
    values = {**recorded.values, **changes}
    trial.must(RecordForm(code, "adverse_event", "", values, 1, {}, "looked again", based_on=recorded.revision))


@pytest.mark.req("A8")
def test_an_overlap_is_asked_of_the_later_row_until_it_is_corrected(trial: InMemory) -> None:
    code = trial.allocated("MSC")
    report(trial, code)
    assert list_open(trial, code) == {}
    report(trial, code)
    assert list_open(trial, code) == {"2:ae-overlap": "onset_date"}
    name = "ae-overlap|adverse_event|2|"
    assert trial.refused(SetLock(code, LockLevel.LOCKED, "all done"), DATA_MANAGER) == {"open-queries"}
    correct(trial, code, term="Chills", verbatim="chills")
    assert list_open(trial, code) == {}
    correct(trial, code, term="Fever", verbatim="fever")
    trial.must(AnswerQuery(code, name, "Two fevers."), Role.NURSE)
    trial.must(CloseQuery(code, name, "the days stand"), DATA_MANAGER)
    assert list_open(trial, code) == {}


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"term": "Dragon fever"}, {"1:ae-unknown-term": "term"}),
        ({"ctcae_code": "1"}, {"1:ae-code": "ctcae_code"}),
        ({"term": "Flushing", "grade": "4"}, {"1:ae-grade-not-in-term": "grade"}),
        ({"onset_date": "2020-02-20"}, {"1:ae-in-future": "onset_date"}),
        ({"onset_date": "2019-12"}, {"1:ae-before-consent": "onset_date"}),
        ({"term": "Infections and infestations - Other, specify", "verbatim": ""}, {"1:ae-other-specify": "verbatim"}),
        (
            {"grade": "5", "outcome": "FATAL", "ongoing": "N", "serious": "Y"},
            {"1:ae-fatal-without-death": "grade", "1:ae-fatal-not-serious": "ser_death"},
        ),
    ],
)
def test_what_is_odd_is_saved_and_asked(trial: InMemory, changes: dict[str, str], asked: dict[str, str]) -> None:
    code = trial.allocated("MSC")
    report(trial, code, **changes)
    assert list_open(trial, code) == asked


def test_a_grade_written_over_is_asked_about_and_a_new_row_is_not(trial: InMemory) -> None:
    code = trial.allocated("MSC")
    report(trial, code)
    correct(trial, code, grade="3")
    assert list_open(trial, code) == {"1:ae-grade-overwritten": "grade"}
    other = trial.allocated("MSC")
    report(trial, other)
    correct(trial, other, grade="3", grade_since=f"{trial.now:%Y-%m-%d}")
    assert list_open(trial, other) == {}


def test_a_death_settles_one_question_and_asks_others(trial: InMemory) -> None:
    code = trial.allocated("MSC")
    report(trial, code, outcome="RECOVERING/RESOLVING")
    report(
        trial, code, term="Hypoxia", grade="5", outcome="FATAL", ongoing="N", serious="Y", ser_death="Y",
        end_date=f"{trial.now:%Y-%m-%d}",
    )  # fmt: skip
    assert list_open(trial, code) == {"2:ae-fatal-without-death": "grade"}
    trial.must(Die(code, f"{trial.now:%Y-%m-%d}", "hypoxia", "hospital record"))
    assert list_open(trial, code) == {"1:ae-ongoing-after-death": "ongoing"}


def test_the_form_says_the_same_while_it_is_typed(trial: InMemory) -> None:
    code = trial.allocated("MSC")
    report(trial, code)
    state, today = trial.state(code), trial.now.date()
    assert [one.check for one in check_typed_event(trial.definition, state, 0, EVENT, today)] == ["ae-overlap"]
    raised = check_typed_event(trial.definition, state, 1, {**EVENT, "grade": "2"}, today)
    assert [(one.check, one.item) for one in raised] == [("ae-grade-overwritten", "grade")]
    assert check_typed_event(trial.definition, state, 1, EVENT, today) == ()
    assert check_typed_event(trial.definition, state, 0, {}, today) == ()


@pytest.mark.parametrize("arm", ["MSC", "CONTROL"])
def test_before_consent_is_history_and_before_the_first_dose_is_not_emergent_in_both_arms_alike(
    trial: InMemory, arm: str
) -> None:
    """Saved, whatever the day; asked about where it was there before consent; flagged by where it stands in time."""
    trial.now += timedelta(days=2)
    code = trial.consented()
    trial.now += timedelta(days=2)
    trial.must(Enrol(code))
    trial.must(Allocate(code, arm, "the patient and the physician agree"))
    if arm == "MSC":
        values = trial.fill("infusion", started_at=f"{trial.now:%Y-%m-%dT%H:%M}", actual_amount="30000000")
        trial.must(GiveDose(code, "MSC", "D0", values), Role.NURSE)
    for term, day in (("Headache", "2020-01-27"), ("Chills", "2020-01-30"), ("Fever", "2020-01-31")):
        report(trial, code, term=term, verbatim=term, onset_date=day)
    assert list_open(trial, code) == {"1:ae-before-consent": "onset_date"}
    context = compute_context(trial.definition, trial.state(code))
    events = compute_subject_events(trial.definition, trial.state(code))
    assert [compute_emergence(one, context).period for one in events] == [
        Period.HISTORY, Period.BEFORE_TREATMENT, Period.EMERGENT,
    ]  # fmt: skip
