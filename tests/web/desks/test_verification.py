"""Source verification on pages: the monitor alone, by revision; a change takes it away in plain sight."""

import pytest
from django.urls import reverse

from tests.web.conftest import SignedIn
from tests.web.desks.people import DATA_MANAGER, FORM, MONITOR, correct, count_entries, do, find_code, load_state
from tests.web.trials import OTHER, OWN
from trialwright.capture.verify_source import PlanVerification, VerifySource
from trialwright.vocabulary.codelists import Role

KEY = ("SCREENING", "demographics", 1)


@pytest.fixture
def code(running: object) -> str:
    return find_code()


def address_of(code: str) -> str:
    return reverse("verify_form", kwargs={"code": code, **FORM})


def test_the_monitor_verifies_items_then_all_of_them(signed_in: SignedIn, code: str) -> None:
    client = signed_in(Role.MONITOR)
    assert 'name="item"' in client.get(address_of(code)).content.decode()
    assert client.post(address_of(code), {"revision": "1", "item": ["sex"], "step": "some"}).status_code == 302
    assert load_state(code).review.verified[KEY] == {"sex"}
    assert client.post(address_of(code), {"revision": "1", "step": "all"}).status_code == 302
    page = client.get(f"/participants/{code}/verification/").content.decode()
    assert "verified" in page and 'name="item"' not in client.get(address_of(code)).content.decode()


def test_a_change_takes_the_verification_away_and_the_pages_say_so(signed_in: SignedIn, code: str) -> None:
    do(MONITOR, VerifySource(code, "demographics", "SCREENING", 1))
    client = signed_in(Role.MONITOR)
    lines = {one.site: one for one in client.get("/verification/").context["lines"]}
    assert (lines[OWN].verified, lines[OWN].fallen) == (1, 0)
    correct(code)
    assert "changed after verification" in client.get(address_of(code)).content.decode()
    assert "changed after verification" in client.get(f"/participants/{code}/verification/").content.decode()
    lines = {one.site: one for one in client.get("/verification/").context["lines"]}
    assert (lines[OWN].verified, lines[OWN].fallen) == (0, 1)


def test_a_revision_that_was_not_seen_is_not_verified(signed_in: SignedIn, code: str) -> None:
    correct(code)
    answer = signed_in(Role.MONITOR).post(address_of(code), {"revision": "1", "step": "all"})
    assert answer.status_code == 422 and 'data-code="changed-meanwhile"' in answer.content.decode()


def test_no_tick_is_no_verification_of_everything(signed_in: SignedIn, code: str) -> None:
    answer = signed_in(Role.MONITOR).post(address_of(code), {"revision": "1", "step": "some"})
    assert answer.status_code == 422 and KEY not in load_state(code).review.verified


@pytest.mark.parametrize("role", [Role.DATA_MANAGER, Role.INVESTIGATOR, Role.NURSE, Role.INSPECTOR, Role.SPONSOR])
def test_nobody_else_verifies(signed_in: SignedIn, code: str, role: Role) -> None:
    before = count_entries()
    client = signed_in(role)
    assert 'name="item"' not in client.get(address_of(code)).content.decode()
    answer = client.post(address_of(code), {"revision": "1", "step": "all"})
    assert answer.status_code == 422 and count_entries() == before


def test_another_site_is_404(signed_in: SignedIn, code: str) -> None:
    other = signed_in(Role.INVESTIGATOR, OTHER)
    assert other.get(address_of(code)).status_code == 404
    assert other.post(address_of(code), {"revision": "1", "step": "all"}).status_code == 404


def test_a_plan_is_set_by_who_may_and_narrows_what_is_asked(signed_in: SignedIn, code: str) -> None:
    client = signed_in(Role.DATA_MANAGER)
    assert client.post("/verification/", {"share": "0", "always": ["consent"]}).status_code == 302
    page = client.get(f"/participants/{code}/verification/")
    assert {one.key[1] for one in page.context["wanted"]} == {"consent"}
    assert client.post("/verification/", {"share": "many"}).status_code == 422
    assert signed_in(Role.INSPECTOR).post("/verification/", {"share": "1"}).status_code == 422


def test_progress_counts_forms_verified_outside_the_sample_too(signed_in: SignedIn, code: str) -> None:
    do(DATA_MANAGER, PlanVerification("0", ()))
    do(MONITOR, VerifySource(code, "demographics", "SCREENING", 1))
    line = next(one for one in signed_in(Role.MONITOR).get("/verification/").context["lines"] if one.site == OWN)
    assert (line.planned, line.verified) == (1, 1)


def test_a_form_verified_in_part_is_not_counted_as_verified(signed_in: SignedIn, code: str) -> None:
    do(DATA_MANAGER, PlanVerification("0", ()))
    do(MONITOR, VerifySource(code, "demographics", "SCREENING", 1, ("sex",)))
    client = signed_in(Role.MONITOR)

    def count() -> int:
        return next(one.verified for one in client.get("/verification/").context["lines"] if one.site == OWN)

    assert count() == 0
    do(MONITOR, VerifySource(code, "demographics", "SCREENING", 1))
    assert count() == 1


def test_from_a_form_leads_a_way_to_asking_verifying_and_signing(signed_in: SignedIn, code: str) -> None:
    record = reverse("form", kwargs={"code": code, **FORM})
    ask = reverse("raise_query", kwargs={"code": code, **FORM})
    sign = reverse("sign", kwargs={"code": code, "scope": "form", **FORM})
    shown = {
        role: [
            link in signed_in(role).get(record).content.decode() for link in (f"{ask}?item=sex", address_of(code), sign)
        ]
        for role in (Role.MONITOR, Role.DATA_MANAGER, Role.INVESTIGATOR, Role.NURSE)
    }
    assert shown == {
        Role.MONITOR: [True, True, False],
        Role.DATA_MANAGER: [True, False, False],
        Role.INVESTIGATOR: [False, False, True],
        Role.NURSE: [False, False, False],
    }
