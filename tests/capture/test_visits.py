"""Where a visit stands, against dates worked out by hand from the windows of the study."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.studies import load_definition
from trialwright.capture.schedule import list_visits
from trialwright.capture.visits import (
    Visit,
    VisitFacts,
    VisitState,
    find_day0,
    find_facts,
    list_planned_forms,
    list_visit_states,
)

S = VisitState
ALLOCATED = "2020-02-03T16:30:00.000000Z"  # 00:30 on 4 February in Beijing


def facts(arm: str = "CONTROL", **more: object) -> VisitFacts:
    return VisitFacts("BJ302", arm, ALLOCATED, **more)  # type: ignore[arg-type]


def look(one: VisitFacts, day: str, encounter: str) -> Visit:
    visits = list_visit_states(load_definition(), one, date.fromisoformat(day))
    return next(visit for visit in visits if visit.encounter == encounter)


def recorded(encounter: str, arm: str, *forms: str) -> dict[tuple[str, str], str]:
    named = forms or list_planned_forms(load_definition(), encounter, arm)
    return {(encounter, form): "RECORDED" for form in named}


def test_day_0_is_the_day_at_the_site_and_the_first_dose_where_the_arm_says_so() -> None:
    definition = load_definition()
    assert find_day0(definition, facts()) == date(2020, 2, 4)
    assert find_day0(definition, facts("MSC")) == date(2020, 2, 4)
    assert find_day0(definition, facts("MSC", first_dose="2020-02-06T10:00")) == date(2020, 2, 6)
    assert find_day0(definition, VisitFacts("BJ302")) is None


@pytest.mark.parametrize(
    ("day", "state"),
    [("2020-02-15", S.COMING), ("2020-02-16", S.DUE), ("2020-02-20", S.DUE), ("2020-02-21", S.MISSED)],
)
def test_an_empty_visit_moves_through_its_window(day: str, state: VisitState) -> None:
    """D14 of day 0 = 4 February, window two days either side: 16 to 20 February."""
    visit = look(facts(), day, "D14")
    assert (visit.earliest, visit.latest, visit.state) == (date(2020, 2, 16), date(2020, 2, 20), state)


def test_a_visit_that_was_begun_or_finished() -> None:
    begun = recorded("D14", "CONTROL", "symptoms")
    assert look(facts(forms=begun), "2020-02-18", "D14").state is S.PARTLY
    assert look(facts(forms=begun), "2020-02-21", "D14").state is S.OVERDUE
    done = look(facts(forms=recorded("D14", "CONTROL")), "2020-02-21", "D14")
    assert (done.state, done.missing, done.is_open) == (S.DONE, (), False)


def test_nothing_is_expected_of_who_has_left_by_then() -> None:
    left = facts(ended_on="2020-02-19")
    assert look(left, "2020-03-30", "D14").state is S.ENDED
    assert look(left, "2020-03-30", "D28").state is S.ENDED
    assert look(left, "2020-03-30", "D10").state is S.MISSED, "its window had closed before"


def test_visits_of_the_other_arm_and_before_allocation() -> None:
    assert look(facts(), "2020-02-04", "D0").state is S.NOT_PLANNED
    assert look(facts("MSC"), "2020-02-04", "D0").state is S.DUE
    waiting = VisitFacts("BJ302")
    assert look(waiting, "2020-02-04", "D14").state is S.UNKNOWN
    assert look(waiting, "2020-02-04", "SCREENING").state is S.DUE


def test_nobody_is_asked_for_the_form_of_a_dose_that_was_not_given() -> None:
    forms = {key: status for key, status in recorded("D3", "MSC").items() if key[1] != "infusion"}
    assert look(facts("MSC", forms=forms), "2020-03-30", "D3").missing == ("infusion",)
    told = facts("MSC", forms=forms, not_given=frozenset({("D3", "infusion")}))
    assert look(told, "2020-03-30", "D3").state is S.DONE


def test_queried_forms_are_counted_at_their_visit() -> None:
    forms = recorded("D14", "CONTROL") | {("D14", "symptoms"): "QUERIED"}
    assert look(facts(forms=forms), "2020-02-18", "D14").queried == 1
    assert look(facts(forms=forms), "2020-02-18", "D10").queried == 0


@given(st.dates(date(2020, 1, 1), date(2020, 12, 31)), st.sampled_from(["MSC", "CONTROL"]), st.booleans())
def test_a_visit_is_open_or_closed_as_its_window_says(today: date, arm: str, is_begun: bool) -> None:
    one = facts(arm, forms=recorded("D28", arm, "symptoms") if is_begun else {})
    visit = next(v for v in list_visit_states(load_definition(), one, today) if v.encounter == "D28")
    assert visit.latest is not None and visit.earliest is not None
    late = today > visit.latest
    assert (visit.state in (S.OVERDUE, S.MISSED)) == late
    assert (visit.state is S.COMING) == (today < visit.earliest and not is_begun)
    later = next(
        v for v in list_visit_states(load_definition(), one, today + timedelta(days=400)) if v.encounter == "D28"
    )
    assert later.is_open, "what is missing stays missing"


def test_the_facts_of_a_state_give_the_windows_of_the_schedule() -> None:
    """The same windows as ``schedule.list_visits``, which the acts use."""
    from tests.capture.trial import InMemory

    trial = InMemory()
    for arm in ("MSC", "CONTROL"):
        state = trial.state(trial.allocated(arm))
        seen = {
            v.encounter: (v.day, v.earliest, v.latest, v.missing)
            for v in list_visit_states(load_definition(), find_facts(load_definition(), state), date(2020, 1, 27))
            if v.latest and v.state is not S.NOT_PLANNED
        }
        planned = list_visits(load_definition(), state)
        assert seen == {v.encounter: (v.day, v.earliest, v.latest, v.due) for v in planned}
