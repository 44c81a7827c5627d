"""The pages of monitoring and of public enquiries: each act through its page, and each site's people see their own."""

import pytest
from django.urls import reverse

from tests.web.conftest import SignedIn
from tests.web.desks.people import PASSWORD, find_code
from tests.web.trials import OTHER, OWN
from trialwright.service import reading
from trialwright.vocabulary.codelists import Role
from trialwright.web.trial import get_running

REPORT = {"kind": "ON_SITE", "on": "2020-02-28", "topic.source": "the freezer log has a gap", "step": "prepare"}


@pytest.fixture
def monitor(signed_in: SignedIn):  # type: ignore[no-untyped-def]
    return signed_in(Role.MONITOR)


def read_oversight():  # type: ignore[no-untyped-def]
    return reading.load_study(get_running().trial).oversight


def test_a_site_is_planned_visited_reported_and_signed(monitor, signed_in: SignedIn) -> None:  # type: ignore[no-untyped-def]
    assert "no plan" in monitor.get(reverse("monitoring")).content.decode()
    plan = {
        "site": OWN,
        "risk": "HIGH",
        "every_days": "28",
        "share": "0.5",
        "rationale": "first cells",
        "always": "consent",
    }
    assert monitor.post(reverse("monitoring"), plan).status_code == 302
    assert monitor.post(reverse("monitoring"), {**plan, "share": "7"}).status_code == 422
    assert monitor.post(reverse("monitoring_report", args=["new"]), {**REPORT, "site": OWN}).status_code == 302
    address = reverse("monitoring_report", args=["M1"])
    nurse = signed_in(Role.NURSE)
    assert nurse.get(address).status_code == 404, "a site sees a report when it is signed"
    content = read_oversight().reports["M1"].content
    wrong = monitor.post(address, {"step": "sign", "content": content, "password": "wrong"})
    assert wrong.status_code == 422 and not read_oversight().reports["M1"].valid
    assert monitor.post(address, {"step": "sign", "content": content, "password": PASSWORD}).status_code == 302
    assert "the freezer log has a gap" in nurse.get(address).content.decode()
    assert signed_in(Role.NURSE, OTHER).get(address).status_code == 404
    page = monitor.get(reverse("monitoring")).content.decode()
    assert "2020-02-28" in page and "2020-03-27" in page
    sponsor = signed_in(Role.SPONSOR)
    assert sponsor.post(address, {"step": "sign", "content": content, "password": PASSWORD}).status_code == 302
    assert len(read_oversight().reports["M1"].valid) == 2


def test_an_action_goes_to_its_site_and_back(monitor, signed_in: SignedIn) -> None:  # type: ignore[no-untyped-def]
    asked = {"step": "open", "site": OWN, "text": "close the gap", "owner": "coordinator", "due": "2020-03-20"}
    assert monitor.post(reverse("actions"), asked).status_code == 302
    nurse, stranger = signed_in(Role.NURSE), signed_in(Role.NURSE, OTHER)
    assert "close the gap" in nurse.get(reverse("actions")).content.decode()
    assert "close the gap" not in stranger.get(reverse("actions")).content.decode()
    done = {"step": "DONE", "action": "A1", "text": "found in another folder"}
    assert stranger.post(reverse("actions"), done).status_code == 404
    assert "monitoring/alerts" in nurse.get("/").content.decode()
    assert "<strong>1</strong>" in nurse.get(reverse("monitoring_alerts")).content.decode()
    assert nurse.post(reverse("actions"), done).status_code == 302
    assert nurse.post(reverse("actions"), {**done, "step": "CLOSED"}).status_code == 422
    assert monitor.post(reverse("actions"), {**done, "step": "CLOSED", "text": "seen"}).status_code == 302
    assert read_oversight().actions["A1"].status == "CLOSED"


def test_a_deviation_is_assessed_with_what_is_done_about_it(monitor, running: object) -> None:  # type: ignore[no-untyped-def]
    from trialwright.store.models import DeviationState

    row = DeviationState.objects.filter(participant__startswith=f"{OWN}-").order_by("position")[0]
    address = reverse("participant_deviations", args=[row.participant])
    named = {"deviation": f"{row.code}|{row.encounter}|{row.form}", "cause": "the ward was moved", "important": "Y"}
    assert monitor.post(address, named).status_code == 422
    told = {"corrective": "repeat it", "preventive": "a reminder", "owner": "coordinator", "due": "2020-04-01"}
    assert monitor.post(address, {**named, **told}).status_code == 302
    page = monitor.get(reverse("deviations"), {"show": "important"}).content.decode()
    assert "the ward was moved" in page and "a reminder" in page
    assert monitor.post(address, {**named, **told, "deviation": "NO|SUCH|ONE"}).status_code == 404


def test_limits_and_signals_are_counted_live(monitor, running: object) -> None:  # type: ignore[no-untyped-def]
    answer = monitor.get(reverse("quality"))
    page = answer.content.decode()
    assert answer.status_code == 200 and "Visits missed" in page and "Quality tolerance limits" in page
    assert page.count("<tr>") >= 7 + 6 * 2, "seven limits, six comparisons at two sites"
    assert monitor.post(reverse("quality"), {"limit": "no_such"}).status_code == 404
    assessed = {"limit": "visits_missed", "text": "one ward was closed", "action": "visits at home"}
    assert monitor.post(reverse("quality"), assessed).status_code == 302
    assert "visits at home" in monitor.get(reverse("quality")).content.decode()


def test_an_enquiry_is_logged_without_a_name_and_answered_later(signed_in: SignedIn) -> None:
    client, address = signed_in(Role.COORDINATOR), reverse("enquiries")
    asked = {"on": "2020-02-28", "channel": "TELEPHONE", "caller": "RELATIVE", "topic": "PARTICIPATION"}
    assert client.post(address, {**asked, "question": "Can my father join?", "waiting": "1"}).status_code == 302
    page = client.get(address).content.decode()
    assert "Can my father join?" in page and "still to be answered" in page
    answer = {**asked, "question": "Can my father join?", "answer": "He is 74: no.", "number": "1"}
    assert client.post(address, answer).status_code == 302
    assert "He is 74: no." in client.get(address).content.decode()
    assert "Can my father join?" not in signed_in(Role.COORDINATOR, OTHER).get(address).content.decode()
    assert signed_in(Role.COORDINATOR, OTHER).post(address, answer).status_code == 404
    assert client.post(address, {**asked, "question": ""}).status_code == 422


def test_chinese(signed_in: SignedIn) -> None:
    client = signed_in(Role.MONITOR, language="zh")
    for name in ("monitoring", "actions", "deviations", "quality", "enquiries"):
        page = client.get(reverse(name)).content.decode()
        assert "监查" in page or "咨询" in page
    assert find_code()
