"""Doses, adverse events and the ways out: intentions may be refused, what has happened is always recorded."""

import pytest

from tests.web.busy import GRAVE
from tests.web.conftest import SignedIn
from tests.web.desks.people import INVESTIGATOR, do
from tests.web.forms.people import count_entries, find_participant, load_state
from trialwright.capture.adverse_event import ReportAdverseEvent
from trialwright.vocabulary.codelists import Role
from trialwright.web.forms.places import find_address

EVENT = {
    "v.verbatim": "red face", "v.term": "Flushing", "v.onset_date": "2020-03", "v.ongoing": "Y",
    "v.grade": "2", "v.serious": "N", "v.causality": "POSSIBLE", "v.action": "DOSE NOT CHANGED",
    "v.outcome": "NOT RECOVERED/NOT RESOLVED",
    "aware_date": "2020-03-01", "aware_time": "09:00",
}  # fmt: skip
DOSE = {
    "v.lot": "L7", "v.identity_check_1": "A", "v.identity_check_2": "B", "v.planned_amount": "3.0e7",
    "v.actual_amount": "3.0e7", "v.viability": "95", "v.started_at": "2020-03-01", "t.started_at": "09:00",
    "v.stopped_at": "2020-03-01", "t.stopped_at": "09:40", "v.interrupted": "N", "v.reaction": "N",
}  # fmt: skip


@pytest.fixture
def code(running: object) -> str:
    return find_participant()


@pytest.fixture
def control(running: object) -> str:
    return find_participant(arm="CONTROL")


def new_event(code: str) -> str:
    return find_address(code, "", "adverse_event", 0)


def test_an_event_is_reported_in_one_act_with_the_code_of_its_term(signed_in: SignedIn, code: str) -> None:
    client, before = signed_in(Role.NURSE), len(load_state(code).events)
    page = client.post(new_event(code), EVENT, follow=True).content.decode()
    state = load_state(code)
    assert len(state.events) == before + 1
    assert state.events[before + 1].aware_at == "2020-03-01T09:00"
    recorded = state.forms[("", "adverse_event", before + 1)].recorded
    assert recorded.values["ctcae_code"] == "10016825" and recorded.values["onset_date"] == "2020-03"
    assert f"Adverse event no. {before + 1} is reported" in page


@pytest.mark.req("A1")
def test_an_odd_event_is_saved_all_the_same_and_said(signed_in: SignedIn, code: str) -> None:
    odd = {"v.verbatim": "red face", "v.serious": "Y", "v.grade": "5", "v.term": "Flushing"}
    page = signed_in(Role.NURSE).post(new_event(code), odd, follow=True).content.decode()
    assert "is reported" in page and "It is serious" in page
    assert "has only grades 1, 2, 3" in page and "Still to be answered" in page


def test_an_event_without_a_time_of_awareness_is_known_of_now(signed_in: SignedIn, code: str) -> None:
    typed = {name: text for name, text in EVENT.items() if not name.startswith("aware")}
    signed_in(Role.NURSE).post(new_event(code), typed)
    events = load_state(code).events
    assert events[max(events)].aware_at.startswith("2020-03-01T1"), "the site's clock, not UTC"


@pytest.mark.parametrize(
    "aware",
    [{"aware_date": "03/04/2020", "aware_time": "10:00"}, {"aware_date": "2020-03-01"}, {"aware_time": "25:99"}],
)
def test_a_time_of_awareness_that_cannot_be_read_is_not_taken_for_now(
    signed_in: SignedIn, code: str, aware: dict[str, str]
) -> None:
    typed, before = {name: text for name, text in EVENT.items() if not name.startswith("aware")}, count_entries()
    client = signed_in(Role.NURSE)
    page = client.post(new_event(code), {**typed, **aware})
    assert page.status_code == 422 and "is not a date and a time" in page.content.decode()
    assert count_entries() == before
    client.post(new_event(code), {**typed, "aware_date": "1 Mar 2020", "aware_time": "1030"})
    events = load_state(code).events
    assert events[max(events)].aware_at == "2020-03-01T10:30"


@pytest.mark.parametrize(
    ("language", "said", "anyway"),
    [
        ("en", "No report is due: the event is not serious.", "Record one that was sent all the same"),
        ("zh", "无须报告：该事件非严重事件。", "仍要记录已发送的报告"),
    ],
)
def test_the_form_of_a_report_stands_open_only_where_one_is_due(
    signed_in: SignedIn, code: str, language: str, said: str, anyway: str
) -> None:
    do(INVESTIGATOR, ReportAdverseEvent(code, GRAVE, "2020-02-29T20:15"))
    mild = {**GRAVE, "grade": "1", "serious": "N", "ser_life_threatening": "", "onset_date": "2020-02-27"}
    do(INVESTIGATOR, ReportAdverseEvent(code, {name: text for name, text in mild.items() if text}, "2020-02-29T20:15"))
    client = signed_in(Role.MEDICAL_MONITOR, language=language)
    grave, other = (
        client.get(f"/participants/{code}/events/{number}/")
        .content.decode()
        .split('id="reports"')[1]
        .split("</details>")[0]
        for number in sorted(load_state(code).events)[-2:]
    )
    assert "<details open>" in grave and said not in grave
    assert "<details>" in other and said in other and anyway in other and 'name="recipient"' in other


def test_the_same_event_twice_is_one(signed_in: SignedIn, code: str) -> None:
    client = signed_in(Role.NURSE)
    client.post(new_event(code), EVENT)
    before = count_entries()
    assert "unchanged" in client.post(new_event(code), EVENT)["Location"]
    assert count_entries() == before


def test_a_corrected_event_is_a_revision_with_its_reason(signed_in: SignedIn, code: str) -> None:
    client = signed_in(Role.NURSE)
    address = client.post(new_event(code), EVENT)["Location"].split("?")[0]
    corrected = {**EVENT, "v.grade": "3", "v.ctcae_code": "10016825", "based_on": "1"}
    assert client.post(address, corrected).status_code == 422
    client.post(address, {**corrected, "reason": "got worse"})
    repeat = int(address.rsplit("/", 1)[1])
    assert load_state(code).forms[("", "adverse_event", repeat)].recorded.revision == 2


def test_terms_are_found_as_one_types_with_the_grades_that_they_have(signed_in: SignedIn) -> None:
    hits = signed_in(Role.NURSE).get("/terms/?v.term=flush", headers={"HX-Request": "true"}).content.decode()
    assert 'data-term="Flushing"' in hits and 'data-grades="1 2 3 "' in hits and "<html" not in hits
    assert "No term of CTCAE 4.03" in signed_in(Role.NURSE).get("/terms/?q=zzz").content.decode()


def test_a_dose_that_should_not_have_been_is_recorded_and_its_deviations_are_shown(
    signed_in: SignedIn, control: str
) -> None:
    client = signed_in(Role.NURSE)
    address = find_address(control, "UNSCHEDULED_1", "infusion", 1)
    page = client.post(
        address, {**DOSE, "v.actual_amount": "3.0e8", "t.stopped_at": "08:00"}, follow=True
    ).content.decode()
    state = load_state(control)
    assert len(state.doses) == 1 and state.doses[0].amount == "3.0e8"
    assert {"DOSE_IN_OTHER_ARM", "WRONG_DOSE", "DOSE_NOT_PREPARED"} <= {one.code for one in state.deviations}
    assert "which does not receive it" in page and "It counts as dose no. 1" in page
    assert "the power of ten" in page


def test_a_dose_needs_only_its_time(signed_in: SignedIn, control: str) -> None:
    client, before = signed_in(Role.NURSE), count_entries()
    address = find_address(control, "UNSCHEDULED_1", "infusion", 1)
    assert client.post(address, {"v.lot": "L7"}).status_code == 422 and count_entries() == before
    client.post(address, {"v.lot": "L7", "v.started_at": "2020-03-01", "t.started_at": "09:00"})
    assert len(load_state(control).doses) == 1


def test_preparing_is_an_intention_and_can_be_refused(signed_in: SignedIn, control: str) -> None:
    before = count_entries()
    said = {"step": "prepare", "intervention": "MSC", "encounter": "D3", "lot": "L1", "amount": "30000000"}
    answer = signed_in(Role.PHARMACIST).post(f"/participants/{control}/doses/", said)
    assert answer.status_code == 422 and "does not receive MSC" in answer.content.decode()
    assert count_entries() == before


def test_a_missed_dose_needs_its_reason(signed_in: SignedIn, control: str) -> None:
    client, address = signed_in(Role.NURSE), f"/participants/{control}/doses/"
    said = {"step": "miss", "intervention": "MSC", "encounter": "D3", "reason": ""}
    assert "say why the dose was not given" in client.post(address, said).content.decode()
    assert client.post(address, {**said, "reason": "fever"}).status_code == 302
    assert load_state(control).missed[("MSC", "D3")] == "fever"
    assert client.post(address, {"step": "burn"}).status_code == 404


def test_death_with_a_partial_date(signed_in: SignedIn, code: str) -> None:
    client, address = signed_in(Role.NURSE), f"/participants/{code}/leaving"
    said = {"step": "die", "died_on": "Feb 2020", "cause": "pneumonia", "source": "family"}
    page = client.post(address, said, follow=True).content.decode()
    died = load_state(code).died
    assert died is not None and died.on == "2020-02"
    assert "Fill in the death form" in page
    assert client.post(address, {**said, "died_on": "2120"}).status_code == 422


def test_leaving_in_its_kinds(signed_in: SignedIn, code: str) -> None:
    client, address = signed_in(Role.NURSE), f"/participants/{code}/leaving"
    said = {"step": "leave", "kind": "WITHDRAW_CONSENT", "on": "2020-02-29", "reason": "", "data_fate": "KEEP_NO_FURTHER_USE",
            "samples_fate": "DESTROY_SAMPLES"}  # fmt: skip
    assert client.post(address, {**said, "on": "yesterday"}).status_code == 422
    assert client.post(address, {**said, "kind": "FLY"}).status_code == 404
    assert client.post(address, said).status_code == 302
    left = load_state(code).left[-1]
    assert (left.kind, left.data_fate, left.samples_fate) == (
        "WITHDRAW_CONSENT",
        "KEEP_NO_FURTHER_USE",
        "DESTROY_SAMPLES",
    )


def test_completion_is_the_doctors_and_not_before_its_time(signed_in: SignedIn, code: str) -> None:
    said, address = {"step": "complete", "on": "2020-03-01"}, f"/participants/{code}/leaving"
    assert "may not complete" in signed_in(Role.NURSE).post(address, said).content.decode()
    assert "follow-up ends with" in signed_in(Role.INVESTIGATOR).post(address, said).content.decode()


@pytest.mark.parametrize("role", [Role.MONITOR, Role.INSPECTOR, Role.DATA_MANAGER, Role.SPONSOR])
def test_who_only_looks_changes_nothing(signed_in: SignedIn, code: str, role: Role) -> None:
    client, before = signed_in(role), count_entries()
    assert client.post(new_event(code), EVENT).status_code == 422
    assert client.post(f"/participants/{code}/leaving", {"step": "die", "died_on": "2020"}).status_code == 422
    assert (
        client.post(
            f"/participants/{code}/doses/", {"step": "miss", "intervention": "MSC", "encounter": "D3", "reason": "x"}
        ).status_code
        == 422
    )
    assert count_entries() == before
