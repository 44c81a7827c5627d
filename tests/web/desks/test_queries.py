"""Queries on pages: who asks, who answers, who settles; what is said is never markup."""

import pytest
from django.urls import reverse

from tests.web.conftest import SignedIn
from tests.web.desks.people import DATA_MANAGER, FORM, NURSE, correct, count_entries, do, find_code, load_state
from tests.web.trials import OTHER
from trialwright.capture.query import AnswerQuery, RaiseQuery
from trialwright.vocabulary.codelists import Role
from trialwright.web.forms.places import find_address

TEXT = "<script>alert('x')</script> & \"why\"?"


@pytest.fixture
def code(running: object) -> str:
    return find_code()


def ask(code: str, text: str = TEXT, item: str = "sex") -> str:
    do(DATA_MANAGER, RaiseQuery(code, "demographics", "SCREENING", text, item))
    return "Q1"


def find_status(code: str, query: str = "Q1") -> str:
    return load_state(code).review.threads[query].status


def test_a_query_is_asked_answered_settled_and_asked_again_on_pages(signed_in: SignedIn, code: str) -> None:
    desk, ward = signed_in(Role.DATA_MANAGER), signed_in(Role.NURSE)
    form = reverse("raise_query", kwargs={"code": code, **FORM})
    assert "Item" in desk.get(form, {"item": "sex"}).content.decode()
    assert desk.post(form, {"item": "sex", "text": "Is this right?"}).status_code == 302
    page = ward.get("/queries/").content.decode()
    assert "Is this right?" in page, "it waits for the site"
    thread = reverse("query", kwargs={"code": code, "query": "Q1"})
    assert "Is this right?" not in desk.get("/queries/").content.decode(), "it does not wait for who asked"
    assert ward.post(thread, {"step": "answer", "text": "Yes, as in the source."}).status_code == 302
    assert "Is this right?" in desk.get("/queries/").content.decode(), "an answer waits for the desk"
    assert desk.post(thread, {"step": "close", "text": "settled"}).status_code == 302
    assert find_status(code) == "CLOSED"
    assert desk.post(thread, {"step": "reopen", "text": "one more thing"}).status_code == 302
    page = desk.get(thread).content.decode()
    for said in ("Is this right?", "Yes, as in the source.", "settled", "one more thing"):
        assert said in page


def test_what_is_typed_is_never_markup(signed_in: SignedIn, code: str) -> None:
    ask(code)
    do(NURSE, AnswerQuery(code, "Q1", TEXT))
    client = signed_in(Role.DATA_MANAGER)
    for address in ("/queries/?status=all", f"/participants/{code}/queries/", f"/participants/{code}/queries/Q1"):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page and "&lt;script&gt;alert" in page, address


def test_a_correction_answers_a_question_and_the_list_knows(signed_in: SignedIn, code: str) -> None:
    ask(code)
    correct(code)
    rows = signed_in(Role.DATA_MANAGER).get("/queries/?kind=person").context["list"].rows
    assert [row.thread.status for row in rows] == ["ANSWERED"]


@pytest.mark.parametrize(
    ("role", "step"),
    [(Role.NURSE, "close"), (Role.DATA_MANAGER, "answer"), (Role.INSPECTOR, "close"), (Role.SPONSOR, "answer")],
)
def test_who_may_not_say_it_is_refused_and_nothing_is_written(
    signed_in: SignedIn, code: str, role: Role, step: str
) -> None:
    ask(code)
    before = count_entries()
    answer = signed_in(role).post(f"/participants/{code}/queries/Q1", {"step": step, "text": "no"})
    assert answer.status_code == 422 and 'data-code="role"' in answer.content.decode()
    assert count_entries() == before


def test_an_empty_answer_is_refused(signed_in: SignedIn, code: str) -> None:
    ask(code)
    answer = signed_in(Role.NURSE).post(f"/participants/{code}/queries/Q1", {"step": "answer", "text": " "})
    assert answer.status_code == 422 and 'data-code="no-text"' in answer.content.decode()


@pytest.mark.req("C1")
def test_another_site_has_no_query_here(signed_in: SignedIn, code: str) -> None:
    ask(code, "only for this site")
    other = signed_in(Role.NURSE, OTHER)
    assert other.get(f"/participants/{code}/queries/Q1").status_code == 404
    assert other.post(f"/participants/{code}/queries/Q1", {"step": "answer", "text": "x"}).status_code == 404
    page = other.get("/queries/?status=all")
    assert "only for this site" not in page.content.decode()
    assert [one["site"] for one in page.context["list"].counts] == [OTHER]
    assert "only for this site" not in other.get("/queries/?status=all&site=BJ302").content.decode()


def test_an_unknown_query_step_form_or_item_is_404(signed_in: SignedIn, code: str) -> None:
    ask(code)
    desk = signed_in(Role.DATA_MANAGER)
    assert desk.get(f"/participants/{code}/queries/Q9").status_code == 404
    assert desk.post(f"/participants/{code}/queries/Q1", {"step": "eat", "text": "x"}).status_code == 404
    assert desk.get(reverse("raise_query", kwargs={"code": code, **FORM}), {"item": "nothing"}).status_code == 404
    assert desk.get(reverse("raise_query", kwargs={"code": code, **FORM, "form": "nothing"})).status_code == 404


def test_the_home_page_counts_what_waits(signed_in: SignedIn, code: str) -> None:
    ask(code)
    tasks = {one.text: one.count for one in signed_in(Role.NURSE).get("/").context["tasks"]}
    assert tasks["queries.task_answer"] == 1
    tasks = {one.text: one.count for one in signed_in(Role.DATA_MANAGER).get("/").context["tasks"]}
    assert tasks["queries.task_settle"] == 0


def test_lists_of_many_queries_ask_few_statements(signed_in: SignedIn, code: str, count_statements) -> None:  # type: ignore[no-untyped-def]
    for number in range(12):
        do(DATA_MANAGER, RaiseQuery(code, "demographics", "SCREENING", f"question {number}", "sex"))
    client = signed_in(Role.DATA_MANAGER)
    for address in ("/queries/?status=all", f"/participants/{code}/queries/", f"/participants/{code}/queries/Q3"):
        count_statements()
        assert client.get(address).status_code == 200
        assert count_statements() <= 15, address


def test_checks_of_an_event_ask_on_the_list_and_warn_on_the_form(signed_in: SignedIn, code: str) -> None:
    """The same fever twice: said when it is saved, asked on the list in the language of the page, never a bar."""
    event = {
        "v.verbatim": "fever", "v.term": "Fever", "v.onset_date": "2020-02-28",
        "v.ongoing": "Y", "v.grade": "1", "v.serious": "N", "v.causality": "UNLIKELY", "v.action": "DOSE NOT CHANGED",
        "v.outcome": "NOT RECOVERED/NOT RESOLVED", "aware_date": "2020-03-01", "aware_time": "09:00",
    }  # fmt: skip
    ward, address = signed_in(Role.NURSE), find_address(code, "", "adverse_event", 0)
    ward.post(address, event)
    page = ward.post(address, {**event, "v.verbatim": "fever again"}, follow=True).content.decode()
    assert "is reported" in page and "merge the two, or correct the days" in page
    repeat = max(load_state(code).events)
    name = f"ae-overlap|adverse_event|{repeat}|"
    everywhere = ("/queries/?status=OPEN&form=adverse_event", f"/participants/{code}/queries/")
    for place in everywhere:
        assert "of the same term" in ward.get(place).content.decode(), place
    thread = reverse("query", kwargs={"code": code, "query": name})
    assert ward.get(thread).status_code == 200
    assert ward.post(thread, {"step": "answer", "text": "Two episodes."}).status_code == 302
    assert find_status(code, name) == "ANSWERED"


def test_two_rows_of_one_event_are_merged_on_its_page(signed_in: SignedIn, code: str) -> None:
    event = {"v.verbatim": "fever", "v.term": "Fever", "v.grade": "1", "v.serious": "N", "v.ongoing": "Y",
             "v.onset_date": "2020-02-28"}  # fmt: skip
    ward, new = signed_in(Role.NURSE), find_address(code, "", "adverse_event", 0)
    ward.post(new, event)
    ward.post(new, {**event, "v.verbatim": "fever again"})
    second = max(load_state(code).events)
    address, kept = (reverse("event", kwargs={"code": code, "event": one}) for one in (second, second - 1))
    doctor = signed_in(Role.INVESTIGATOR)
    assert "This is the same event" in doctor.get(address).content.decode()
    assert "This is the same event" not in ward.get(address).content.decode()
    merging = {"step": "merge", "kept": str(second - 1), "reason": "told twice"}
    assert ward.post(address, merging).status_code == 422
    assert doctor.post(address, {**merging, "reason": ""}).status_code == 422
    assert doctor.post(address, {**merging, "kept": "x"}).status_code == 404
    assert doctor.post(address, merging)["Location"] == kept
    assert load_state(code).safety.merged == {second: second - 1}
    assert doctor.get(address)["Location"] == kept and "Also recorded as" in doctor.get(kept).content.decode()
    undone = {"step": "separate", "separated": str(second), "reason": "two fevers"}
    assert ward.post(kept, undone).status_code == 422 and "two events after all" not in ward.get(kept).content.decode()
    assert doctor.post(kept, {**undone, "separated": "x"}).status_code == 404
    assert "two events after all" in doctor.get(kept).content.decode()
    assert doctor.post(kept, undone).status_code == 302 and load_state(code).safety.merged == {}
    assert doctor.get(address).status_code == 200


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_situation_is_told_with_what_is_asked_of_its_kind(signed_in: SignedIn, code: str, language: str) -> None:
    ward, address = signed_in(Role.NURSE), reverse("participant_events", kwargs={"code": code})
    ward.cookies["language"] = language
    assert 'name="OVERDOSE.amount_given"' in ward.get(address).content.decode()
    told = {"kind": "OVERDOSE", "on": "2020-03", "aware_date": "2020-03-01", "aware_time": "09:00",
            "text": "two bags", "OVERDOSE.amount_given": "6e7 cells", "OVERDOSE.overdose_cause": "ACCIDENT",
            "PREGNANCY.child": "of another kind"}  # fmt: skip
    assert ward.post(address, told).status_code == 302
    found = load_state(code).safety.situations[-1]
    assert dict(found.details) == {"amount_given": "6e7 cells", "overdose_cause": "ACCIDENT"}
    page = ward.get(reverse("situation", kwargs={"code": code, "situation": found.number})).content.decode()
    assert "6e7 cells" in page and ("by accident" in page or "意外" in page)
    assert ward.post(address, {**told, "OVERDOSE.overdose_cause": "MAGIC"}).status_code == 422
    mine = reverse("situation", kwargs={"code": code, "situation": found.number})
    assert 'value="6e7 cells"' in page, "the form to amend it says what is known"
    now = {
        **told,
        "step": "amend",
        "why": "it was the label",
        "OVERDOSE.amount_given": "3e7 cells",
        "OVERDOSE.harm": "N",
    }
    assert ward.post(mine, {**now, "why": ""}).status_code == 422
    assert ward.post(mine, now).status_code == 302
    assert load_state(code).safety.situations[-1].details["amount_given"] == "3e7 cells"
    page = ward.get(mine).content.decode()
    assert "it was the label" in page and "6e7 cells" in page, "what was told before stays in the history"
